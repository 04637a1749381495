//! What is IKEv2's own in the words of a verdict: its messages, its profiles, and what they let a router do.

mod failures;
mod mismatch;
mod proposals;
mod reasons;

use ike::selection::Request;
use ike::selection::ikev2::{self as selection, Scope};
use ike::{
    Ikev2Authentication, Ikev2Exchange, Ikev2Half, Ikev2Pin, Ikev2Profile, Ikev2ProfileId, MessageName,
    Origin, PinUse, TrustpointId,
};

use super::reasons::Reasons;
use super::wording::Words;
use crate::side::Side;

pub(super) use reasons::{for_failure, for_success};

/// The IKE_SA_INIT request.
const SA_INIT_REQUEST: MessageName = MessageName::Ikev2(Ikev2Exchange::SaInit, Ikev2Half::Request);
/// The IKE_SA_INIT response.
pub(super) const SA_INIT_RESPONSE: MessageName =
    MessageName::Ikev2(Ikev2Exchange::SaInit, Ikev2Half::Response);
/// The IKE_AUTH request.
pub(super) const AUTH_REQUEST: MessageName = MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Request);
/// The IKE_AUTH response.
pub(super) const AUTH_RESPONSE: MessageName = MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Response);

impl<'a> Words<'a> {
    /// The profile of a router's session.
    pub fn ikev2_profile(&self, side: Side) -> Option<&'a Ikev2Profile> {
        self.ikev2_profile_id(side).map(|id| self.world.routers[side].ikev2_profile(id))
    }

    fn ikev2_profile_id(&self, side: Side) -> Option<Ikev2ProfileId> {
        self.courses[side].ikev2.profile()
    }

    /// Whether that profile lets it sign with this trustpoint.
    pub fn ikev2_may_sign_with(&self, side: Side, id: TrustpointId) -> bool {
        let router = &self.world.routers[side];
        let profile = self.ikev2_profile_id(side);
        profile.is_some_and(|profile| Scope::of(router, self.role(side), profile).allows(router, id))
    }

    /// The names of the trustpoints of these pins.
    pub fn pinned<'p>(&self, side: Side, pins: impl Iterator<Item = &'p Ikev2Pin>) -> String {
        self.trustpoints(side, pins.map(|pin| pin.trustpoint))
    }

    /// What lets a router sign with some trustpoints only; empty where nothing does.
    pub fn signing_limit(&self, side: Side) -> String {
        match self.ikev2_profile(side) {
            Some(profile) if profile.signing_pins().next().is_some() => {
                let pins = self.pinned(side, profile.signing_pins());
                format!(", and {} lets it sign with {pins} only", profile.name)
            }
            _ => String::new(),
        }
    }
}

impl Reasons<'_> {
    /// The places, among the hashes that the peer of `signer` asked for, of those that it could have answered.
    pub(super) fn answerable_hashes(&self, signer: Side) -> Vec<usize> {
        let words = self.words;
        let Some(profile) = words.ikev2_profile_id(signer) else { return Vec::new() };
        let (own, asking) = (&words.world.routers[signer], &words.world.routers[signer.other()]);
        let scope = Scope::of(own, words.role(signer), profile);
        let answers = |request: &Request| {
            let hash = asking.request_hashes().hash_of(request.trustpoint);
            hash.is_some_and(|hash| selection::answer(own, scope, hash, |_, _| {}).is_some())
        };
        let requests = words.courses[signer.other()].requests.iter().enumerate();
        requests.filter(|(_, request)| answers(request)).map(|(place, _)| place).collect()
    }
}

/// A method as it is written behind `authentication local` and `authentication remote`.
const fn method_word(method: Ikev2Authentication) -> &'static str {
    match method {
        Ikev2Authentication::RsaSignature => "rsa-sig",
        Ikev2Authentication::EcdsaSignature => "ecdsa-sig",
        Ikev2Authentication::PreSharedKey => "pre-share",
        Ikev2Authentication::Eap => "eap",
    }
}

fn lines<'p>(pins: impl Iterator<Item = &'p Ikev2Pin>) -> Vec<Origin> {
    pins.map(|pin| pin.origin).collect()
}

/// The word behind a pin.
const fn use_word(uses: PinUse) -> &'static str {
    match uses {
        PinUse::SignAndVerify => "both",
        PinUse::Sign => "sign",
        PinUse::Verify => "verify",
    }
}

//! The choice of certificates and profiles in IKEv2: as for IKEv1, but CAs are known by the hash of their key, pins say
//! what they may do, and the responder knows its profile before it signs.
//!
//! The receiving path ([`answer`], [`first_usable`], [`select_profile`]) allocates nothing, `match certificate` apart,
//! which compares names as they are printed.

use std::net::IpAddr;

use hashbrown::HashTable;
use pki::{Authority, Certificate};

use crate::identity::{Identity, Specificity};
use crate::ids::{Ikev2PolicyId, Ikev2ProfileId, TrustpointId};
use crate::origin::{Origin, Sourced};
use crate::router::{Ikev2Parts, Ikev2Pattern, Ikev2Policy, Router, Trustpoint, VrfMatch};
use crate::rule::Rule;
use crate::state::Role;

use super::{Candidates, Ranked, Request, authenticated};

/// The length in bytes of the hash by which a CERTREQ names a CA (RFC 7296 3.7).
pub const REQUEST_HASH_LENGTH: usize = 20;

/// SHA-1 of a CA's SubjectPublicKeyInfo.
pub type RequestHash = [u8; REQUEST_HASH_LENGTH];

/// A router's trustpoints by the hash of their CA's key.
#[derive(Clone, Debug)]
pub struct HashIndex {
    by_hash: HashTable<(RequestHash, Candidates)>,
    marks: Marks,
    /// By trustpoint; none where no certificate of the CA is held, as of the built-in ones.
    of_trustpoint: Vec<Option<RequestHash>>,
}

impl HashIndex {
    /// The hash is always the real one, whatever an endpoint computes with: RFC 7296 3.7 fixes it.
    pub(crate) fn new(trustpoints: &[Trustpoint]) -> Self {
        let hash = |trustpoint: &Trustpoint| match &trustpoint.authority {
            Some(Authority::Certificate(ca)) => {
                RequestHash::try_from(&*ca.public_key().request_hash(&crypto::Real)).ok()
            }
            // V2-REQ-2: the built-in ones are left out; ORD-2: so are those that are not authenticated.
            Some(Authority::NameOnly(_)) | None => None,
        };
        let of_trustpoint: Vec<_> = trustpoints.iter().map(hash).collect();
        let (mut by_hash, mut marks) = (HashTable::new(), Marks::for_as_many_as(trustpoints.len()));
        for (index, (hash, trustpoint)) in of_trustpoint.iter().zip(trustpoints).enumerate() {
            if let (&Some(hash), Some(id)) = (hash, TrustpointId::from_index(index)) {
                marks.set(&hash);
                let known = by_hash.entry(
                    beginning(&hash),
                    |(known, _)| *known == hash,
                    |(known, _)| beginning(known),
                );
                known.or_insert_with(|| (hash, Candidates::default())).into_mut().1.push(id, trustpoint);
            }
        }
        Self { by_hash, marks, of_trustpoint }
    }

    // Inlined into the walk over a peer's hashes, of which most go no further than the marks.
    #[inline]
    fn candidates(&self, hash: &RequestHash) -> Option<&Candidates> {
        if self.marks.has(hash) { self.look_up(hash) } else { None }
    }

    fn look_up(&self, hash: &RequestHash) -> Option<&Candidates> {
        let (_, candidates) = self.by_hash.find(beginning(hash), |(known, _)| known == hash)?;
        Some(candidates)
    }

    /// The hash of a trustpoint's CA, if a certificate of it is held.
    #[must_use]
    pub fn hash_of(&self, trustpoint: TrustpointId) -> Option<&RequestHash> {
        self.of_trustpoint.get(trustpoint.index())?.as_ref()
    }
}

/// A mark for each hash that is known. Nearly all unknown ones fall between the marks, and are not looked up: a peer may send
/// a thousand of them.
#[derive(Clone, Debug)]
struct Marks {
    /// A power of two of words, a bit in each set at most on average.
    words: Box<[u64]>,
}

impl Marks {
    fn for_as_many_as(hashes: usize) -> Self {
        Self { words: vec![0; hashes.next_power_of_two()].into() }
    }

    fn set(&mut self, hash: &RequestHash) {
        let (word, bit) = self.place(hash);
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    #[inline]
    fn has(&self, hash: &RequestHash) -> bool {
        let (word, bit) = self.place(hash);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// The word of a hash, and its bit in that.
    #[inline]
    fn place(&self, hash: &RequestHash) -> (usize, u64) {
        let beginning = beginning(hash);
        // Of a number beyond the machine's words, the rest is as good.
        let word = (beginning >> 6) as usize & (self.words.len() - 1);
        (word, 1 << (beginning % 64))
    }
}

/// What stands for a hash in the table: a part of it is as evenly spread as the whole.
#[inline]
fn beginning(hash: &RequestHash) -> u64 {
    let [first, ..] = hash.as_chunks().0 else { return 0 };
    u64::from_le_bytes(*first)
}

/// The hashes of the one CERTREQ that a router sends, in their order: in the IKE_SA_INIT response, where the profile is
/// not known yet, or, with the profile of an initiator, in the IKE_AUTH request. No other message carries one (V2-REQ-1).
#[must_use]
pub fn requests(router: &Router, initiator_profile: Option<Ikev2ProfileId>) -> Vec<Request> {
    let because = match initiator_profile {
        None => Rule::V2Req2,    // V2-REQ-2
        Some(_) => Rule::V2Req3, // V2-REQ-3
    };
    let verifying =
        initiator_profile.filter(|&id| router.ikev2_profile(id).verifying_pins().next().is_some());
    // V2-SEL-3: where no pin may verify, all global ones do, and are asked for.
    let verifies = |trustpoint: TrustpointId| {
        verifying.is_none_or(|id| {
            router.ikev2_profile(id).verifying_pins().any(|pin| pin.trustpoint == trustpoint)
        })
    };
    let mut requests: Vec<Request> = Vec::new();
    let mut asked = std::collections::BTreeSet::new();
    for &Ranked { trustpoint, order } in router.index().ordered() {
        let Some(hash) = router.request_hashes().hash_of(trustpoint) else { continue };
        // ORD-4: one request for each CA, at the place of its first trustpoint.
        if verifies(trustpoint) && asked.insert(hash) {
            requests.push(Request { trustpoint, because, order });
        }
    }
    requests
}

/// Which trustpoints a router may sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Any global trustpoint.
    Global,
    /// The pins of this profile that may sign.
    Pins(Ikev2ProfileId),
    /// None.
    Nothing,
}

impl Scope {
    /// The scope of a router in `role` whose session has `profile`.
    #[must_use]
    pub fn of(router: &Router, role: Role, profile: Ikev2ProfileId) -> Self {
        match (router.ikev2_profile(profile).signing_pins().next(), role) {
            (Some(_), _) => Self::Pins(profile),      // V2-SEL-1, V2-SEL-4
            (None, Role::Initiator) => Self::Nothing, // V2-SEL-2, V2-SEL-3
            (None, Role::Responder) => Self::Global,  // V2-SEL-3, V2-SEL-4
        }
    }

    /// Whether the router may sign with the trustpoint, if it is enrolled in it.
    #[must_use]
    pub fn allows(self, router: &Router, trustpoint: TrustpointId) -> bool {
        match self {
            Self::Global => true,
            Self::Pins(profile) => {
                router.ikev2_profile(profile).signing_pins().any(|pin| pin.trustpoint == trustpoint)
            }
            Self::Nothing => false,
        }
    }
}

/// Whether a CERTREQ of this encoding asks for what this router can send (V2-REQ-2).
#[must_use]
pub const fn is_answered(encoding: u8) -> bool {
    use wire::CertificateEncoding as Encoding;
    encoding == Encoding::X509_SIGNATURE.0 || encoding == Encoding::HASH_AND_URL_OF_CERTIFICATE.0
}

/// The trustpoint that answers the hashes of one CERTREQ, and the position of the hash that decided (V2-SEL-1,
/// V2-SEL-4); `None` where none can be answered (V2-SEL-5).
///
/// `hashes` is the payload's list, not empty. `retrieved` is told of each hash looked up, and of its trustpoint.
pub fn answer(
    router: &Router,
    scope: Scope,
    hashes: &[u8],
    mut retrieved: impl FnMut(usize, Option<TrustpointId>),
) -> Option<(TrustpointId, usize)> {
    let (hashes, _) = hashes.as_chunks::<REQUEST_HASH_LENGTH>();
    let index = router.request_hashes();
    hashes.iter().enumerate().find_map(|(position, hash)| {
        let Some(candidates) = index.candidates(hash) else {
            retrieved(position, None);
            return None;
        };
        // ORD-4: of several trustpoints of one CA the last defined answers.
        let usable = match scope {
            Scope::Global => candidates.last_enrolled,
            Scope::Pins(_) => candidates.enrolled(router).find(|&id| scope.allows(router, id)),
            Scope::Nothing => None,
        };
        retrieved(position, usable.or_else(|| candidates.all.last().copied()));
        usable.map(|trustpoint| (trustpoint, position))
    })
}

/// The first trustpoint in ORD-1 order that the router may use and is enrolled in: what signs when the peer asks for no
/// CA in particular (V2-SEL-5, V1-SEL-6).
#[must_use]
pub fn first_usable(router: &Router, scope: Scope) -> Option<TrustpointId> {
    router.parts().enrolments.iter().copied().find(|&id| scope.allows(router, id))
}

/// A profile that matches a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfileMatch {
    /// The profile.
    pub profile: Ikev2ProfileId,
    /// The line that matched best.
    pub origin: Origin,
    /// How closely it matched.
    pub specificity: Specificity,
}

/// What a peer shows of itself, and where it was met: what selects a profile.
#[derive(Clone, Copy, Debug)]
pub struct Peer<'a> {
    /// The address of this router that it was met at.
    pub local: IpAddr,
    /// What it says it is.
    pub identity: &'a Identity,
    /// Its certificate, if it has sent one; not validated yet.
    pub certificate: Option<&'a Certificate>,
}

/// The profile that a peer selects on a responder: the most specific match, among equals the profile configured last;
/// `None` where none matches (V2-PRO-2).
#[must_use]
pub fn select_profile(router: &Router, peer: Peer<'_>) -> Option<ProfileMatch> {
    let ids = (0..router.ikev2().profiles.len()).filter_map(Ikev2ProfileId::from_index);
    // V2-PRO-1: `max_by_key` keeps the last of equals.
    ids.filter_map(|id| match_profile(router, id, peer)).max_by_key(|matched| matched.specificity)
}

/// How closely a profile matches a peer: by its best line, where its `match fvrf` and `match address local` hold besides.
#[must_use]
pub fn match_profile(router: &Router, id: Ikev2ProfileId, peer: Peer<'_>) -> Option<ProfileMatch> {
    let profile = router.ikev2_profile(id);
    let place = elsewhere(router.ikev2(), &profile.fvrf.value, &profile.local_addresses, peer.local);
    // V2-PRO-1
    if place.is_some() { None } else { best_line(router, id, peer) }
}

/// How closely the lines of a profile match a peer, wherever it was met.
#[must_use]
pub fn best_line(router: &Router, id: Ikev2ProfileId, peer: Peer<'_>) -> Option<ProfileMatch> {
    let specificity = |pattern: &Ikev2Pattern| match pattern {
        Ikev2Pattern::Identity(pattern) => pattern.matches(peer.identity),
        // V2-PRO-1: a certificate map is exact.
        Ikev2Pattern::Certificate(map) => {
            let entry = router.certificate_map(*map).entry_for(peer.certificate?);
            entry.map(|_| Specificity::Exact)
        }
    };
    let matched = router.ikev2_profile(id).matches.iter().filter_map(|line| {
        let specificity = specificity(&line.pattern)?;
        Some(ProfileMatch { profile: id, origin: line.origin, specificity })
    });
    // V2-PRO-1: a profile counts with its best matching line.
    matched.max_by_key(|matched| matched.specificity)
}

/// What keeps a profile or a policy from serving where a session comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// No line of its `match address local` is this address.
    Address,
    /// Its `match fvrf` is for another VRF than the address is in.
    Vrf,
}

/// What keeps a profile or a policy with these lines from serving at a local address (V2-PRO-1, V2-POL-1); none: it
/// serves there.
#[must_use]
pub fn elsewhere(
    parts: &Ikev2Parts,
    fvrf: &VrfMatch,
    addresses: &[Sourced<IpAddr>],
    local: IpAddr,
) -> Option<Elsewhere> {
    if !addresses.is_empty() && addresses.iter().all(|address| address.value != local) {
        Some(Elsewhere::Address)
    } else if fvrf.matches(parts.vrf_of(local)) {
        None
    } else {
        Some(Elsewhere::Vrf)
    }
}

/// The policy for sessions at a local address (V2-POL-1): the one with more lines that have to hold, among equals the
/// first.
#[must_use]
pub fn select_policy(router: &Router, local: IpAddr) -> Option<Ikev2PolicyId> {
    let parts = router.ikev2();
    let held = |policy: &Ikev2Policy| {
        let named = matches!(policy.fvrf.value, VrfMatch::Named(_) | VrfMatch::Global);
        let place = elsewhere(parts, &policy.fvrf.value, &policy.local_addresses, local);
        place.is_none().then_some((!policy.local_addresses.is_empty(), named))
    };
    let policies = parts.policies.iter().enumerate();
    let matching =
        policies.filter_map(|(index, policy)| Some((held(policy)?, Ikev2PolicyId::from_index(index)?)));
    // Reversed: `max_by_key` keeps the last of equals.
    matching.rev().max_by_key(|(held, _)| *held).map(|(_, id)| id)
}

/// The trustpoints against which a peer's certificate is validated: the authenticated pins of the profile that may verify,
/// in the order of its lines, or all global trustpoints where there is none (V2-VAL-1, V2-SEL-3).
#[must_use]
pub fn validation_list(router: &Router, profile: Ikev2ProfileId) -> Vec<TrustpointId> {
    let profile = router.ikev2_profile(profile);
    if profile.verifying_pins().next().is_none() {
        return router.index().ordered().iter().map(|ranked| ranked.trustpoint).collect();
    }
    let mut list: Vec<TrustpointId> = Vec::new();
    for id in profile.verifying_pins().map(|pin| pin.trustpoint).filter(authenticated(router)) {
        // `pki trustpoint NAME` may be written twice, with other uses.
        if !list.contains(&id) {
            list.push(id);
        }
    }
    list
}

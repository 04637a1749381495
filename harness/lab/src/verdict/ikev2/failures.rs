//! Why a negotiation of IKEv2 failed, in a sentence, where IKEv1 has no such failure or other words for it.

use ike::{Failure, FailureCode, IkeVersion, Origin, Rule};
use pki::KeyKind;

use super::{SA_INIT_REQUEST, method_word};
use crate::side::Side;
use crate::verdict::wording::Words;

impl Words<'_> {
    /// The failure in a sentence, as the router that refuses or cannot go on sees it; none where the words are those of
    /// IKEv1.
    pub fn ikev2_failure_text(&self, side: Side, failure: &Failure) -> Option<String> {
        let (router, peer, message) = (self.name(side), self.name(side.other()), failure.message);
        let refuses = format!("{router} refuses {message}");
        let profile = || self.profile_name(side).unwrap_or("its profile");
        Some(match failure.code {
            FailureCode::NoCertificateToSend if failure.rule == Some(Rule::V2Sel2) => {
                let profile = profile();
                format!(
                    "{router} cannot build {message}: {profile} has no `pki trustpoint` to sign with, and an initiator needs one"
                )
            }
            FailureCode::NoProfileMatches => {
                format!("{refuses}: {}", self.unmatched(side, "no IKEv2 profile matches that"))
            }
            FailureCode::IdentityMismatch => {
                let none = format!("no `match` line of {} says so", profile());
                format!("{refuses}: {}", self.unmatched(side, &none))
            }
            FailureCode::CannotSign => {
                let why = self.key_of_another_kind(side)?;
                format!("{router} cannot build {message}: {why}")
            }
            FailureCode::AuthenticationMethod => {
                let method = self.courses[side].ikev2.method.map_or("otherwise".to_owned(), method_words);
                format!("{refuses}: {peer} authenticates {method}, and {} does not accept that", profile())
            }
            FailureCode::CertificateByUrl => {
                format!(
                    "{refuses}: {peer} sends hash and URL of its certificate, and nothing is fetched here"
                )
            }
            FailureCode::UnsupportedCriticalPayload => {
                format!("{refuses}: it has a critical payload that {router} does not know")
            }
            FailureCode::NoProposalChosen => {
                let text = format!("{router} accepts none of the IKEv2 proposals that {peer} offers");
                match self.unfit_proposals(side) {
                    unknown if unknown.is_empty() => text,
                    unfit => format!("{text}: {unfit}"),
                }
            }
            FailureCode::NoAnswer if self.does_not_speak(side.other(), failure) => {
                format!(
                    "no answer from {peer} to {message} reaches {router}: {peer} has no `crypto ikev2 profile`, and does not speak IKEv2 without one"
                )
            }
            FailureCode::BadSignature => format!("{refuses}: the signature in AUTH does not hold"),
            _ => return None,
        })
    }

    /// The lines of a failure of IKEv2 that the router which told of it does not know to be decisive.
    pub fn ikev2_failure_lines(&self, side: Side, failure: &Failure) -> Option<Vec<Origin>> {
        match failure.code {
            FailureCode::NoProfileMatches | FailureCode::IdentityMismatch => {
                let near = self.near_profiles(side);
                let lines = near.into_iter().flat_map(|(_, (_, lines))| lines);
                Some(lines.collect::<Vec<_>>()).filter(|lines| !lines.is_empty())
            }
            FailureCode::NoProposalChosen => Some(self.unfit_lines(side)).filter(|lines| !lines.is_empty()),
            _ => None,
        }
    }

    /// V2-PRO-4: the rule that the peer's silence obeys.
    pub fn rule_of_silence(&self, side: Side, failure: &Failure) -> Option<Rule> {
        self.does_not_speak(side.other(), failure).then_some(Rule::V2Pro4)
    }

    /// V2-PRO-4: whether it is for want of a profile that a router does not answer.
    fn does_not_speak(&self, side: Side, failure: &Failure) -> bool {
        let is_silence = failure.code == FailureCode::NoAnswer && failure.message == SA_INIT_REQUEST;
        self.version == IkeVersion::V2 && is_silence && !self.world.routers[side].ikev2().speaks()
    }

    /// That the key a router chose is not of the kind that its profile authenticates with.
    fn key_of_another_kind(&self, side: Side) -> Option<String> {
        let profile = self.ikev2_profile(side)?;
        let method = method_word(profile.authentication_local.as_ref()?.value);
        let trustpoint = self.trustpoint(side, self.courses[side].chosen?.0);
        let kind = match trustpoint.enrolment.as_ref()?.certificate.public_key().kind() {
            KeyKind::Rsa { .. } => "RSA",
            KeyKind::EllipticCurve { .. } => "ECDSA",
            KeyKind::Other(_) => return None,
        };
        let fits = matches!((method, kind), ("rsa-sig", "RSA") | ("ecdsa-sig", "ECDSA"));
        let name = &profile.name;
        (!fits).then(|| {
            format!(
                "{name} says `authentication local {method}`, and the key of {} is {kind}",
                trustpoint.name
            )
        })
    }
}

/// An authentication method of an AUTH payload (RFC 7296 3.8).
fn method_words(method: u8) -> String {
    match method {
        1 => "with an RSA signature".to_owned(),
        2 => "with a shared key".to_owned(),
        9..=11 => "with an ECDSA signature".to_owned(),
        14 => "with a signature of RFC 7427".to_owned(),
        other => format!("by method {other}"),
    }
}

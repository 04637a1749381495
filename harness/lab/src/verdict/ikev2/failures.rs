//! Why a negotiation of IKEv2 failed, in a sentence, where IKEv1 has no such failure or other words for it.

use ike::{Failure, FailureCode, Rule};

use crate::side::Side;
use crate::verdict::wording::{self, Words};

impl Words<'_> {
    /// The failure in a sentence, as the router that refuses or cannot go on sees it; none where the words are those of
    /// IKEv1.
    pub fn ikev2_failure_text(&self, side: Side, failure: &Failure) -> Option<String> {
        let (router, peer, message) = (self.name(side), self.name(side.other()), failure.message);
        let refuses = format!("{router} refuses {message}");
        let called = || self.courses[side].identity.map(wording::identity).unwrap_or_default();
        let profile = || self.profile_name(side).unwrap_or("its profile");
        Some(match failure.code {
            FailureCode::NoCertificateToSend if failure.rule == Some(Rule::V2Sel2) => {
                let profile = profile();
                format!(
                    "{router} cannot build {message}: {profile} has no `pki trustpoint` to sign with, and an initiator needs one"
                )
            }
            FailureCode::NoProfileMatches => {
                format!("{refuses}: {peer} calls itself {}, and no IKEv2 profile matches that", called())
            }
            FailureCode::IdentityMismatch => {
                let (called, profile) = (called(), profile());
                format!("{refuses}: {peer} calls itself {called}, and no `match` line of {profile} says so")
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
                format!("{router} accepts none of the IKEv2 proposals that {peer} offers")
            }
            FailureCode::BadSignature => format!("{refuses}: the signature in AUTH does not hold"),
            _ => return None,
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

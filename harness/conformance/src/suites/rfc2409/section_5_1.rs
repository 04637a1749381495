//! RFC 2409 5.1: authentication with signatures.

use wire::{CertificateEncoding, PayloadType};

use super::super::{MM5, MM6, first, rewrite};
use crate::check::{Check, Finding};
use crate::laboratory::Ca;
use crate::tester::Conversation;

const SIGNATURE: &[&str] =
    &["rfc2409-5.1-rsa-raw-pkcs1", "rfc2409-5.1-sig-over-prf-hash", "rfc4945-3.3.2-x509sig-content"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("the-signature-is-over-the-bare-hash", SIGNATURE)
            .shows(signature_holds, |conversation| break_signature(conversation, MM6)),
        Check::initiator("an-initiators-signature-is-over-the-bare-hash", SIGNATURE)
            .shows(signature_holds, |conversation| break_signature(conversation, MM5)),
        Check::responder("four-certificates-are-accepted", &["rfc2409-5.1-certs-optional"])
            .content(MM5, "three CERTs of CAs beside its own", |draft| {
                for ca in [Ca::One, Ca::Two, Ca::Intermediate] {
                    let authority = draft.laboratory.authority(ca);
                    draft.certificate(CertificateEncoding::X509_SIGNATURE, authority.as_der());
                }
            })
            .accepted(),
    ]
}

fn signature_holds(conversation: &Conversation) -> Finding {
    if conversation.authentication().is_none() {
        return Finding::Unverifiable("the target did not come to its signature".to_owned());
    }
    Finding::of(conversation.signer.is_some(), || {
        "no certificate that was sent verifies SIG over the hash alone".to_owned()
    })
}

fn break_signature(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite(conversation, name, |payloads| {
        if let Some(signature) = first(payloads, PayloadType::SIGNATURE) {
            signature.body[10] ^= 1;
        }
    });
    conversation.verify();
}

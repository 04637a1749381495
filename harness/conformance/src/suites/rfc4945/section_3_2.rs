//! RFC 4945 3.2.1 to 3.2.6: the types of certificate requests, and where they stand.

use wire::{CertificateEncoding, PayloadType};

use super::super::{MM2, MM3, MM4, MM5, raw, rewrite};
use crate::check::{Check, Finding};
use crate::laboratory::Ca;
use crate::tester::{Conversation, Draft};

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("no-revocation-list-is-asked-for", &["rfc4945-3.2.3-no-crl-certreq"]).shows(
            |conversation| {
                let requests = conversation.requests();
                let asked = requests.iter().find(|(_, encoding, _)| matches!(encoding.0, 7 | 8));
                Finding::of(asked.is_none(), || "a revocation list is asked for".to_owned())
            },
            |conversation| {
                rewrite(conversation, MM4, |payloads| {
                    payloads.push(raw(PayloadType::CERTIFICATE_REQUEST, &[7]));
                });
            },
        ),
        Check::responder(
            "a-request-for-a-revocation-list-does-no-harm",
            &["rfc4945-3.2.3-crl-certreq-ignorable"],
        )
        .content(MM5, "a CERTREQ for a revocation list beside its own", |draft| {
            draft.request(CertificateEncoding::CERTIFICATE_REVOCATION_LIST, &[]);
        })
        .accepted(),
        Check::responder("no-request-for-pkcs7-is-needed", &["rfc4945-3.2.4-pkcs7-certreq-not-required"])
            .accepted(),
        Check::responder("what-is-done-with-a-request-for-pkcs7", &["rfc4945-3.2.4-pkcs7-certreq-as-x509"])
            .content(MM5, "only a CERTREQ for PKCS #7", |draft| {
                only(draft, CertificateEncoding::PKCS7_WRAPPED_X509);
            })
            .recorded(),
        Check::responder("a-responder-asks-in-mm4", &["rfc4945-3.2.5-mm-certreq-msg4"]).shows(
            |conversation| {
                let requests = conversation.requests();
                let elsewhere = requests.iter().find(|(seen, _, _)| seen.name != MM4);
                if requests.is_empty() {
                    return Finding::Unverifiable("the target asks for nothing".to_owned());
                }
                Finding::of(elsewhere.is_none(), || {
                    elsewhere
                        .map(|(seen, _, _)| format!("a request stands in {}", seen.name))
                        .unwrap_or_default()
                })
            },
            |conversation| {
                rewrite(conversation, MM2, |payloads| {
                    payloads.push(raw(PayloadType::CERTIFICATE_REQUEST, &[4, 0x30, 0]));
                });
            },
        ),
        Check::initiator("an-initiator-asks-in-mm5", &["rfc4945-3.2.5-mm-certreq-msg5"])
            .conflict("RFC 4945 3.2.5 has it in MM5, RFC 2408 3.10 allows any message, and IOS has it in MM3")
            .shows(
                |conversation| {
                    let requests = conversation.requests();
                    if requests.is_empty() {
                        return Finding::Unverifiable("the target asks for nothing".to_owned());
                    }
                    let elsewhere = requests.iter().find(|(seen, _, _)| seen.name != MM5);
                    Finding::of(elsewhere.is_none(), || {
                        elsewhere
                            .map(|(seen, _, _)| format!("a request stands in {}", seen.name))
                            .unwrap_or_default()
                    })
                },
                |conversation| {
                    rewrite(conversation, MM3, |payloads| {
                        payloads.push(raw(PayloadType::CERTIFICATE_REQUEST, &[4]));
                    });
                },
            )
            .complied(requests_in_mm5),
        Check::responder(
            "certificates-are-held-back-to-mm6",
            &["rfc4945-7.2-certs-in-encrypted-msgs", "rfc4945-3.3.5-mm-cert-msg5-6"],
        )
        .content(MM3, "a CERTREQ", |draft| {
            let authority = draft.laboratory.authority(Ca::One);
            draft.request(CertificateEncoding::X509_SIGNATURE, authority.subject().as_der());
        })
        .shows(
            |conversation| {
                let early = conversation.seen.iter().find(|seen| {
                    !seen.of_type(PayloadType::CERTIFICATE).is_empty() && seen.name != super::super::MM6
                });
                Finding::of(early.is_none(), || "a certificate was sent before MM6".to_owned())
            },
            |conversation| {
                rewrite(conversation, MM4, |payloads| {
                    payloads.push(raw(PayloadType::CERTIFICATE, &[4, 0x30, 0]));
                });
            },
        ),
        Check::initiator("an-initiators-certificates-stand-in-mm5", &["rfc4945-3.3.5-mm-cert-msg5-6"]).shows(
            |conversation| {
                let early = conversation
                    .seen
                    .iter()
                    .find(|seen| !seen.of_type(PayloadType::CERTIFICATE).is_empty() && seen.name != MM5);
                Finding::of(early.is_none(), || "a certificate was sent before MM5".to_owned())
            },
            |conversation| {
                rewrite(conversation, MM3, |payloads| {
                    payloads.push(raw(PayloadType::CERTIFICATE, &[4, 0x30, 0]));
                });
            },
        ),
    ]
}

/// Leaves one request, which names no authority.
pub(super) fn only(draft: &mut Draft<'_>, encoding: CertificateEncoding) {
    draft.remove(PayloadType::CERTIFICATE_REQUEST);
    draft.request(encoding, &[]);
}

/// For the other way round: an initiator that asks in MM5.
fn requests_in_mm5(conversation: &mut Conversation) {
    rewrite(conversation, MM3, |payloads| {
        payloads.retain(|payload| payload.payload_type != PayloadType::CERTIFICATE_REQUEST);
    });
    rewrite(conversation, MM5, |payloads| {
        payloads.push(raw(PayloadType::CERTIFICATE_REQUEST, &[4]));
    });
}

//! RFC 4945 3.3.10 and 3.3.11: certificates that are unordered, repeated or of no use.

use std::collections::BTreeSet;

use wire::{CertificateEncoding, PayloadType};

use super::super::{MM5, MM6, first, rewrite};
use crate::check::{Check, Finding};
use crate::laboratory::Ca;
use crate::tester::Draft;

const UNORDERED: &[&str] = &["rfc4945-3.3.10.3-cert-unordered"];
const IRRELEVANT: &[&str] = &["rfc4945-3.3.10.5-irrelevant-accepted"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("a-chain-through-an-intermediate-is-accepted", &["rfc4945-5.1.3-recognise-bc"])
            .authority(|_| {})
            .accepted(),
        Check::responder("the-intermediate-may-stand-first", UNORDERED)
            .authority(|_| {})
            .content(MM5, "the intermediate's CERT before its own", |draft| draft.payloads[1..3].reverse())
            .accepted(),
        Check::responder("the-root-may-stand-first", UNORDERED)
            .authority(|_| {})
            .content(MM5, "the root's CERT before the others", |draft| {
                let root = draft.laboratory.authority(Ca::One);
                draft.certificate(CertificateEncoding::X509_SIGNATURE, root.as_der());
                let last = draft.payloads.pop();
                last.into_iter().for_each(|root| draft.payloads.insert(1, root));
            })
            .accepted(),
        Check::initiator("to-an-initiator-the-intermediate-may-come-first", UNORDERED)
            .authority(|_| {})
            .content(MM6, "the intermediate's CERT before its own", |draft| draft.payloads[1..3].reverse())
            .accepted(),
        Check::responder("a-certificate-may-come-twice", &["rfc4945-3.3.10.4-cert-duplicates-accepted"])
            .authority(|_| {})
            .content(MM5, "every CERT twice", |draft| {
                let certificates: Vec<_> = draft
                    .payloads
                    .iter()
                    .filter(|payload| payload.payload_type == PayloadType::CERTIFICATE)
                    .cloned()
                    .collect();
                draft.payloads.extend(certificates);
            })
            .accepted(),
        Check::responder("a-certificate-of-no-use-is-accepted", IRRELEVANT)
            .content(MM5, "the CERT of a CA that nobody knows", |draft| {
                let unknown = draft.laboratory.authority(Ca::Unknown);
                draft.certificate(CertificateEncoding::X509_SIGNATURE, unknown.as_der());
            })
            .accepted(),
        Check::responder("a-revocation-list-of-no-use-is-accepted", IRRELEVANT)
            .content(MM5, "a CERT with a revocation list", |draft| {
                let list = draft.laboratory.revocation_list(Ca::Unknown, false);
                draft.certificate(CertificateEncoding::CERTIFICATE_REVOCATION_LIST, list.as_der());
            })
            .accepted(),
        Check::responder("a-certificate-of-no-use-is-not-trusted", IRRELEVANT)
            .certificate(Ca::Unknown, |_| {})
            .content(MM5, "the CERT of the unknown CA that issued its own", |draft| {
                let unknown = draft.laboratory.authority(Ca::Unknown);
                draft.certificate(CertificateEncoding::X509_SIGNATURE, unknown.as_der());
            })
            .shows(
                |conversation| {
                    Finding::of(!conversation.is_established(), || crate::check::describe(conversation))
                },
                |conversation| {
                    if let Some(last) = conversation.seen.last().cloned() {
                        conversation.seen.push(crate::tester::Seen { name: MM6, ..last });
                    }
                },
            ),
        Check::responder("a-path-ends-at-the-first-anchor", &["rfc4945-3.3-recipient-anchor-in-chain"])
            .with(|setup| {
                setup.trusted = vec![Ca::Intermediate, Ca::Two];
                setup.enrolled = vec![Ca::Two];
            })
            .authority(|_| {})
            .content(MM5, "a CERTREQ for the CA that the target is enrolled with", ask_for_two)
            .accepted(),
        Check::responder("no-certificate-is-sent-twice", &["rfc4945-3.3.11.1-no-duplicate-certs"]).shows(
            |conversation| {
                let certificates = conversation.certificates();
                let distinct: BTreeSet<_> = certificates.iter().collect();
                Finding::of(distinct.len() == certificates.len(), || {
                    "a certificate was sent twice".to_owned()
                })
            },
            |conversation| {
                rewrite(conversation, MM6, |payloads| {
                    let certificate = first(payloads, PayloadType::CERTIFICATE).cloned();
                    payloads.extend(certificate);
                });
            },
        ),
    ]
}

fn ask_for_two(draft: &mut Draft<'_>) {
    let authority = draft.laboratory.authority(Ca::Two);
    draft.remove(PayloadType::CERTIFICATE_REQUEST);
    draft.request(CertificateEncoding::X509_SIGNATURE, authority.subject().as_der());
}

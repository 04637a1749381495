//! RFC 4945 3.2.8 and 3.2.9: requests that cannot be answered, their order, and duplicates.

use std::collections::BTreeSet;

use wire::{CertificateEncoding, PayloadType};

use super::super::{MM4, MM5, MM6, first, rewrite};
use super::section_3_2::only;
use crate::check::{Check, Finding};
use crate::laboratory::Ca;
use crate::tester::Conversation;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "what-is-done-with-an-unsupported-request-alone",
            &["rfc4945-3.2.8.1-certreq-unknown-as-empty"],
        )
        .content(MM5, "only a CERTREQ of type 10", |draft| only(draft, CertificateEncoding::X509_ATTRIBUTE))
        .recorded(),
        Check::responder(
            "what-is-done-with-an-unreadable-request-alone",
            &["rfc4945-3.2.8.2-certreq-bad-ca-ignore"],
        )
        .content(MM5, "only a CERTREQ whose name is cut off", |draft| {
            draft.remove(PayloadType::CERTIFICATE_REQUEST);
            draft.request(CertificateEncoding::X509_SIGNATURE, &[0x30, 0x40, 0x31]);
        })
        .recorded(),
        Check::responder("the-order-of-requests-means-nothing", &["rfc4945-3.2.8.3-certreq-unordered"])
            .enrolled(&[Ca::One, Ca::Two])
            .content(MM5, "CERTREQs for both CAs, in the second session the other way round", |draft| {
                let mut authorities = [Ca::One, Ca::Two];
                if draft.session % 2 == 0 {
                    authorities.reverse();
                }
                draft.remove(PayloadType::CERTIFICATE_REQUEST);
                for ca in authorities {
                    let authority = draft.laboratory.authority(ca);
                    draft.request(CertificateEncoding::X509_SIGNATURE, authority.subject().as_der());
                }
            })
            .script(|tester| {
                tester.go_to(6)?;
                tester.begin_again();
                tester.go_to(6)?;
                tester.pass(1)
            })
            .shows(same_certificate_twice, |conversation| {
                if let Some(last) = conversation.seen.iter_mut().rfind(|seen| seen.name == MM6) {
                    last.rewrite(|payloads| {
                        if let Some(certificate) = first(payloads, PayloadType::CERTIFICATE) {
                            certificate.body[40] ^= 1;
                        }
                    });
                }
            })
            .complied(|conversation| {
                let first = conversation.message(MM6).cloned();
                if let (Some(first), Some(last)) =
                    (first, conversation.seen.iter_mut().rfind(|seen| seen.name == MM6))
                {
                    *last = first;
                }
            }),
        Check::responder("no-request-is-sent-twice", &["rfc4945-3.2.9.1-no-duplicate-certreq"]).shows(
            |conversation| {
                let requests = conversation.requests();
                let distinct: BTreeSet<_> =
                    requests.iter().map(|(_, encoding, authority)| (encoding.0, authority)).collect();
                Finding::of(distinct.len() == requests.len(), || {
                    format!("{} requests, {} of them distinct", requests.len(), distinct.len())
                })
            },
            |conversation| {
                rewrite(conversation, MM4, |payloads| {
                    let request = first(payloads, PayloadType::CERTIFICATE_REQUEST).cloned();
                    payloads.extend(request);
                });
            },
        ),
    ]
}

fn same_certificate_twice(conversation: &Conversation) -> Finding {
    let answers = conversation.seen.iter().filter(|seen| seen.name == MM6);
    let certificates: Vec<_> = answers
        .filter_map(|seen| Some(seen.of_type(PayloadType::CERTIFICATE).first()?.body.clone()))
        .collect();
    match certificates.as_slice() {
        [first, second] => Finding::of(first == second, || {
            "with the requests the other way round another certificate is sent".to_owned()
        }),
        other => Finding::Unverifiable(format!("{} of two sessions brought a certificate", other.len())),
    }
}

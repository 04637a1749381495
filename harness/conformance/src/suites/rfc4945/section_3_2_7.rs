//! RFC 4945 3.2.7: which authorities are asked for, and how a request is answered.

use wire::{CertificateEncoding, PayloadType};

use super::super::rfc2408::issued_by;
use super::super::{MM3, MM4, MM5, MM6, first, raw, rewrite};
use super::section_3_2::only;
use crate::check::{Check, Finding};
use crate::conform;
use crate::laboratory::Ca;
use crate::tester::{Conversation, Draft};

const ANCHORS: &[&str] = &[
    "rfc4945-3.2.7.1-one-certreq-per-trusted-anchor",
    "rfc4945-3.2.7.1-ca-field-is-anchor-subject",
    "rfc2408-3.10-multiple-certreq",
];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("every-trust-anchor-is-asked-for-by-its-subject", ANCHORS)
            .shows(asks_for_both, |conversation| spoil_request(conversation, MM4)),
        Check::initiator("an-initiator-asks-for-every-trust-anchor", ANCHORS)
            .shows(asks_for_both, |conversation| spoil_request(conversation, MM3)),
        Check::initiator(
            "an-initiator-asks-for-what-its-policy-trusts",
            &["rfc4945-3.2.7.1-one-certreq-per-trusted-anchor"],
        )
        .with(|setup| setup.pins = vec![Ca::One])
        .shows(
            |conversation| asks_for(conversation, &[Ca::One], |found, expected| found == expected),
            |conversation| {
                rewrite(conversation, MM3, |payloads| {
                    payloads.push(raw(PayloadType::CERTIFICATE_REQUEST, &[4, 0x30, 0]));
                });
            },
        ),
        Check::responder(
            "the-certificate-of-the-authority-that-was-asked-for-is-sent",
            &["rfc4945-3.2.7.1-respond-with-matching-ee"],
        )
        .enrolled(&[Ca::One, Ca::Two])
        .content(MM5, "a CERTREQ for the second CA", ask_for_two)
        .shows(|conversation| issued_by(conversation, "cn=CA Two,o=Conformance"), withhold),
        Check::initiator(
            "an-initiator-sends-the-certificate-that-was-asked-for",
            &["rfc4945-3.2.7.1-respond-with-matching-ee"],
        )
        .enrolled(&[Ca::One, Ca::Two])
        .content(MM4, "a CERTREQ for the second CA", ask_for_two)
        .shows(
            |conversation| issued_by(conversation, "cn=CA Two,o=Conformance"),
            |conversation| conversation.signer = None,
        ),
        Check::responder("requests-name-an-authority", &["rfc4945-3.2.7.2-nonempty-ca-preferred"]).shows(
            |conversation| {
                let requests = conversation.requests();
                let empty = requests.iter().any(|(_, encoding, authority)| {
                    *encoding == CertificateEncoding::X509_SIGNATURE && authority.is_empty()
                });
                Finding::of(!empty, || "a request names no authority".to_owned())
            },
            |conversation| {
                rewrite(conversation, MM4, |payloads| {
                    payloads.push(raw(PayloadType::CERTIFICATE_REQUEST, &[4]));
                });
            },
        ),
        Check::responder(
            "an-empty-request-means-any-authority",
            &["rfc4945-3.2.7.2-receive-empty-means-any"],
        )
        .content(MM5, "a CERTREQ that names no authority", |draft| {
            only(draft, CertificateEncoding::X509_SIGNATURE);
        })
        .shows(
            |conversation| {
                Finding::of(conversation.signer.is_some(), || "no certificate was sent".to_owned())
            },
            withhold,
        ),
        Check::initiator(
            "to-an-initiator-an-empty-request-means-any-authority",
            &["rfc4945-3.2.7.2-receive-empty-means-any"],
        )
        .content(MM4, "a CERTREQ that names no authority", |draft| {
            only(draft, CertificateEncoding::X509_SIGNATURE);
        })
        .shows(
            |conversation| {
                Finding::of(conversation.signer.is_some(), || "no certificate was sent".to_owned())
            },
            |conversation| conversation.signer = None,
        ),
    ]
}

fn asks_for_both(conversation: &Conversation) -> Finding {
    asks_for(conversation, &[Ca::One, Ca::Two], |found, expected| {
        expected.iter().all(|name| found.contains(name))
    })
}

fn asks_for(
    conversation: &Conversation,
    expected: &[Ca],
    judge: impl FnOnce(&[Vec<u8>], &[Vec<u8>]) -> bool,
) -> Finding {
    let (_, laboratory) = conform::built_in();
    let found: Vec<Vec<u8>> =
        conversation.requests().into_iter().map(|(_, _, authority)| authority).collect();
    if found.is_empty() {
        return Finding::Unverifiable("the target asks for nothing".to_owned());
    }
    let expected: Vec<Vec<u8>> =
        expected.iter().map(|&ca| laboratory.authority(ca).subject().as_der().to_vec()).collect();
    let holds = judge(&found, &expected);
    Finding::of(holds, || {
        let names =
            found.iter().map(|der| pki::Name::from_der(der).map_or("?".to_owned(), |name| name.to_string()));
        format!("asked for: {}", names.collect::<Vec<_>>().join("; "))
    })
}

fn spoil_request(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite(conversation, name, |payloads| {
        if let Some(request) = first(payloads, PayloadType::CERTIFICATE_REQUEST) {
            // One letter of the name is another: still one name in DER.
            let last = request.body.len() - 1;
            request.body[last] ^= 0x02;
        }
    });
}

fn ask_for_two(draft: &mut Draft<'_>) {
    let authority = draft.laboratory.authority(Ca::Two);
    draft.remove(PayloadType::CERTIFICATE_REQUEST);
    draft.request(CertificateEncoding::X509_SIGNATURE, authority.subject().as_der());
}

/// For controls: a target that sends no certificate.
fn withhold(conversation: &mut Conversation) {
    rewrite(conversation, MM6, |payloads| {
        payloads.retain(|payload| payload.payload_type != PayloadType::CERTIFICATE);
    });
    conversation.verify();
}

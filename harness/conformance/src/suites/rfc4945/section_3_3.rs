//! RFC 4945 3.3.1 to 3.3.9: what is sent in CERT payloads.

use std::collections::BTreeSet;

use pki::Certificate;
use wire::{CertificateEncoding, PayloadType};

use super::super::{MM5, MM6, raw, rewrite};
use crate::check::{Check, Finding};
use crate::conform;
use crate::laboratory::Ca;
use crate::tester::Conversation;

const LISTS: &[&str] = &["rfc4945-3.3-no-crl-sent", "rfc4945-3.3.3-crl-types-not-sent"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("no-trust-anchor-is-sent", &["rfc4945-3.3-no-trust-anchor-sent"]).shows(
            |conversation| {
                let roots = conversation
                    .certificates()
                    .iter()
                    .filter(|der| Certificate::from_der(der).is_ok_and(|one| one.is_self_issued()))
                    .count();
                Finding::of(roots == 0, || format!("{roots} self-issued certificates were sent"))
            },
            |conversation| {
                let (_, laboratory) = conform::built_in();
                let root = laboratory.authority(Ca::One);
                with_certificate(conversation, 4, root.as_der());
            },
        ),
        Check::responder("no-revocation-list-is-sent", LISTS)
            .content(MM5, "a CERTREQ for a revocation list beside its own", |draft| {
                draft.request(CertificateEncoding::CERTIFICATE_REVOCATION_LIST, &[]);
            })
            .shows(
                |conversation| no_encoding(conversation, &[7, 8]),
                |conversation| with_certificate(conversation, 7, &[0x30, 0]),
            ),
        Check::responder("no-pkcs7-is-sent", &["rfc4945-3.3.4-pkcs7-not-generated"]).shows(
            |conversation| no_encoding(conversation, &[1]),
            |conversation| with_certificate(conversation, 1, &[0x30, 0]),
        ),
        Check::responder(
            "who-is-not-asked-sends-no-certificate",
            &["rfc4945-3.3.6-no-certreq-no-cert", "rfc4945-3.3.6-proactive-not-default"],
        )
        .content(MM5, "no CERTREQ", |draft| draft.remove(PayloadType::CERTIFICATE_REQUEST))
        .shows(
            |conversation| {
                if conversation.message(MM6).is_none() {
                    return Finding::Unverifiable("the target did not come to MM6".to_owned());
                }
                let count = conversation.certificates().len();
                Finding::of(count == 0, || format!("{count} certificates were sent"))
            },
            |conversation| with_certificate(conversation, 4, &[0x30, 0]),
        )
        .complied(|conversation| {
            rewrite(conversation, MM6, |payloads| {
                payloads.retain(|payload| payload.payload_type != PayloadType::CERTIFICATE);
            });
        }),
        Check::responder("one-of-the-authorities-asked-for-is-enough", &["rfc4945-3.3.7-any-of-requested"])
            .content(MM5, "CERTREQs for two more CAs", |draft| {
                for ca in [Ca::Unknown, Ca::Two] {
                    let authority = draft.laboratory.authority(ca);
                    draft.request(CertificateEncoding::X509_SIGNATURE, authority.subject().as_der());
                }
            })
            .accepted(),
        Check::responder("one-end-entity-certificate-is-sent", &["rfc4945-3.3.9-single-ee"])
            .enrolled(&[Ca::One, Ca::Two])
            .shows(
                |conversation| {
                    let count = end_entities(conversation).len();
                    Finding::of(count == 1, || format!("{count} end-entity certificates were sent"))
                },
                another_end_entity,
            ),
        Check::responder(
            "end-entity-certificates-share-a-key",
            &["rfc4945-3.3.9-multi-ee-same-key", "rfc4945-B-multi-ee-same-key-empty"],
        )
        .enrolled(&[Ca::One, Ca::Two])
        .content(MM5, "a CERTREQ that names no authority", |draft| {
            super::section_3_2::only(draft, CertificateEncoding::X509_SIGNATURE);
        })
        .shows(
            |conversation| {
                let keys: BTreeSet<Vec<u8>> = end_entities(conversation)
                    .iter()
                    .map(|certificate| certificate.public_key().as_der().to_vec())
                    .collect();
                Finding::of(keys.len() == 1, || format!("the certificates have {} keys", keys.len()))
            },
            another_end_entity,
        ),
    ]
}

fn no_encoding(conversation: &Conversation, unwanted: &[u8]) -> Finding {
    let payloads = conversation.seen.iter().flat_map(|seen| seen.of_type(PayloadType::CERTIFICATE));
    let encodings: Vec<u8> = payloads.filter_map(|payload| payload.body.first().copied()).collect();
    let found = encodings.iter().find(|encoding| unwanted.contains(encoding));
    Finding::of(found.is_none(), || format!("a CERT payload of encoding {found:?} was sent"))
}

/// For controls: the target sends one certificate more.
fn with_certificate(conversation: &mut Conversation, encoding: u8, data: &[u8]) {
    rewrite(conversation, MM6, |payloads| {
        payloads.push(raw(PayloadType::CERTIFICATE, &[&[encoding], data].concat()));
    });
}

/// For controls: the target sends the certificate of its other CA too.
fn another_end_entity(conversation: &mut Conversation) {
    let (_, laboratory) = conform::built_in();
    let other = laboratory.credential(crate::laboratory::Party::Target, Ca::Two);
    with_certificate(conversation, 4, other.certificate.as_der());
}

fn end_entities(conversation: &Conversation) -> Vec<Certificate> {
    let certificates = conversation.certificates();
    let read = certificates.iter().filter_map(|der| Certificate::from_der(der).ok());
    read.filter(|one| !one.extensions().basic_constraints.is_some_and(|it| it.authority)).collect()
}

//! RFC 2408 3.10: the CERTREQ payload.

use pki::Name;
use wire::{CertificateEncoding, PayloadType};

use super::super::{MM1, MM2, MM3, MM4, MM6, raw, rewrite};
use crate::check::{Check, Finding};
use crate::laboratory::Ca;
use crate::tester::{Conversation, Draft};

const ANYWHERE: &[&str] = &["rfc2408-3.10-certreq-accepted-anywhere"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "a-certificate-is-asked-for",
            &["rfc2408-3.10-certreq-included-no-directory", "rfc4945-3.2.6-certreq-to-request-inband"],
        )
        .shows(
            |conversation| {
                Finding::of(!conversation.requests().is_empty(), || "no certificate was asked for".to_owned())
            },
            without_requests,
        ),
        Check::initiator(
            "an-initiator-asks-for-a-certificate",
            &["rfc2408-3.10-certreq-included-no-directory", "rfc4945-3.2.6-certreq-to-request-inband"],
        )
        .shows(
            |conversation| {
                Finding::of(!conversation.requests().is_empty(), || "no certificate was asked for".to_owned())
            },
            without_requests,
        ),
        Check::responder("a-request-in-mm1-is-accepted", ANYWHERE)
            .content(MM1, "CERTREQ behind the other payloads", with_request)
            .accepted(),
        Check::responder("a-request-in-mm3-is-accepted", ANYWHERE)
            .content(MM3, "CERTREQ behind the other payloads", with_request)
            .accepted(),
        Check::initiator("an-initiator-accepts-a-request-in-mm2", ANYWHERE)
            .content(MM2, "CERTREQ behind the other payloads", with_request)
            .accepted(),
        Check::initiator("an-initiator-accepts-a-request-in-mm6", ANYWHERE)
            .content(MM6, "CERTREQ behind the other payloads", with_request)
            .accepted(),
        Check::responder(
            "a-request-is-answered-with-a-certificate",
            &["rfc2408-3.10-certreq-must-respond", "rfc4945-3.2.7.1-respond-with-matching-ee"],
        )
        .enrolled(&[Ca::Two, Ca::One])
        .shows(
            |conversation| issued_by(conversation, "cn=CA One,o=Conformance"),
            |conversation| {
                rewrite(conversation, MM6, |payloads| {
                    payloads.retain(|payload| payload.payload_type != PayloadType::CERTIFICATE);
                });
                conversation.verify();
            },
        ),
        Check::responder("several-authorities-take-several-requests", &["rfc2408-3.10-multiple-certreq"])
            .shows(
                |conversation| {
                    let count = conversation.requests().len();
                    if count == 0 {
                        return Finding::Unverifiable("the target asked for nothing".to_owned());
                    }
                    Finding::of(count >= 2, || format!("two CAs are trusted, {count} requests were sent"))
                },
                |conversation| {
                    rewrite(conversation, MM4, |payloads| {
                        let place = payloads
                            .iter()
                            .position(|one| one.payload_type == PayloadType::CERTIFICATE_REQUEST);
                        place.map(|place| payloads.remove(place));
                    });
                },
            ),
        Check::responder("a-request-names-an-authority", &["rfc2408-3.10-ca-is-issuer-dn"]).shows(
            |conversation| {
                let requests = conversation.requests();
                let named = requests.iter().filter(|(_, _, authority)| !authority.is_empty());
                let wrong = named.clone().find(|(_, _, authority)| Name::from_der(authority).is_err());
                if named.count() == 0 {
                    return Finding::Unverifiable("no request names an authority".to_owned());
                }
                Finding::of(wrong.is_none(), || "a request holds something else than one name".to_owned())
            },
            |conversation| {
                rewrite(conversation, MM4, |payloads| {
                    payloads.push(raw(PayloadType::CERTIFICATE_REQUEST, &[4, 0x30, 0, 0]));
                });
            },
        ),
    ]
}

fn with_request(draft: &mut Draft<'_>) {
    let authority = draft.laboratory.authority(Ca::One);
    draft.request(CertificateEncoding::X509_SIGNATURE, authority.subject().as_der());
}

/// For a control: the target asks for nothing.
fn without_requests(conversation: &mut Conversation) {
    for seen in &mut conversation.seen {
        if !seen.of_type(PayloadType::CERTIFICATE_REQUEST).is_empty() {
            seen.rewrite(|payloads| {
                payloads.retain(|payload| payload.payload_type != PayloadType::CERTIFICATE_REQUEST);
            });
        }
    }
}

/// Whether the certificate that signs is of this CA.
pub(in crate::suites) fn issued_by(conversation: &Conversation, issuer: &str) -> Finding {
    let Some(der) = conversation.signer.clone() else {
        return Finding::Violated("no certificate that verifies the signature was sent".to_owned());
    };
    let issued = pki::Certificate::from_der(&der).map(|certificate| certificate.issuer().to_string());
    Finding::of(issued.as_deref() == Ok(issuer), || format!("the certificate that signs is of {issued:?}"))
}

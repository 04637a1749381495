//! RFC 2408 3.9: the CERT payload.

use pki::Certificate;
use wire::{CertificateEncoding, PayloadType};

use super::super::{MM1, MM3, MM6, first, rewrite};
use crate::check::{Check, Finding};

const ANYWHERE: &[&str] = &["rfc2408-3.9-cert-accepted-anywhere"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("a-certificate-is-included", &["rfc2408-3.9-cert-included-no-directory"]).shows(
            |conversation| {
                Finding::of(!conversation.certificates().is_empty(), || "no certificate was sent".to_owned())
            },
            |conversation| {
                rewrite(conversation, MM6, |payloads| {
                    payloads.retain(|payload| payload.payload_type != PayloadType::CERTIFICATE);
                });
            },
        ),
        Check::responder(
            "one-payload-holds-one-certificate",
            &["rfc2408-3.9-cert-single", "rfc4945-3.3-one-cert-per-payload"],
        )
        .shows(
            |conversation| {
                let certificates = conversation.certificates();
                if certificates.is_empty() {
                    return Finding::Unverifiable("the target sent no certificate".to_owned());
                }
                let whole = certificates
                    .iter()
                    .all(|der| Certificate::from_der(der).is_ok_and(|one| one.as_der() == &**der));
                Finding::of(whole, || "a CERT payload holds something else than one certificate".to_owned())
            },
            |conversation| {
                rewrite(conversation, MM6, |payloads| {
                    if let Some(certificate) = first(payloads, PayloadType::CERTIFICATE) {
                        certificate.body.push(0);
                    }
                });
            },
        ),
        Check::responder("a-certificate-in-mm1-is-accepted", ANYWHERE)
            .content(MM1, "CERT behind the other payloads", with_certificate)
            .accepted(),
        Check::responder("a-certificate-in-mm3-is-accepted", ANYWHERE)
            .content(MM3, "CERT behind the other payloads", with_certificate)
            .accepted(),
        Check::initiator("an-initiator-accepts-a-certificate-in-mm4", ANYWHERE)
            .content(super::super::MM4, "CERT behind the other payloads", with_certificate)
            .accepted(),
    ]
}

fn with_certificate(draft: &mut crate::tester::Draft<'_>) {
    let credential =
        draft.laboratory.credential(crate::laboratory::Party::Tester, crate::laboratory::Ca::One);
    draft.certificate(CertificateEncoding::X509_SIGNATURE, credential.certificate.as_der());
}

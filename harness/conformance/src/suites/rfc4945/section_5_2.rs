//! RFC 4945 5.2 and 5.3: revocation, and the strength of signatures.

use crypto::HashAlgorithm;

use crate::check::Check;
use crate::laboratory::Ca;
use crate::target::Revocation;

const WEAK: &[&str] = &["rfc4945-5.3-rsa-sha1-and-md5"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "a-revoked-certificate-is-refused",
            &[
                "rfc4945-5.2-use-revocation",
                "rfc4945-5.2-support-crls",
                "rfc4945-3.2.3-revocation-out-of-band",
            ],
        )
        .revocation(Revocation::Revoked)
        .refused(),
        Check::initiator("an-initiator-refuses-a-revoked-certificate", &["rfc4945-5.2-use-revocation"])
            .revocation(Revocation::Revoked)
            .refused(),
        Check::responder("a-certificate-that-is-on-no-list-is-accepted", &["rfc4945-5.2-support-crls"])
            .revocation(Revocation::Good)
            .accepted(),
        Check::responder("a-certificate-signed-over-sha-1-is-accepted", WEAK)
            .certificate(Ca::One, |specification| specification.signature_hash = HashAlgorithm::Sha1)
            .accepted(),
        Check::responder("a-certificate-signed-over-md5-is-accepted", WEAK)
            .certificate(Ca::One, |specification| specification.signature_hash = HashAlgorithm::Md5)
            .accepted(),
        Check::responder("a-certificate-signed-over-sha-256-is-accepted", &["rfc4945-5.3-rsa-sha256"])
            .accepted(),
    ]
}

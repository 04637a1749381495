//! RFC 2408 5.9: certificates.

use wire::CertificateEncoding;

use super::super::{MM5, MM6};
use crate::check::Check;

const UNSUPPORTED: &[&str] =
    &["rfc2408-5.9-cert-encoding-unsupported-discard", "rfc4945-3.3.10.1-cert-unknown-type-survive"];
const INVALID: &[&str] = &["rfc2408-5.9-cert-invalid-discard", "rfc4945-3.3.10.2-cert-undecodable-survive"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("a-certificate-of-an-unsupported-encoding-is-passed-over", UNSUPPORTED)
            .content(MM5, "CERTs of encodings 2, 10 and 200 beside its own", |draft| {
                for encoding in [2, 10, 200] {
                    draft.certificate(CertificateEncoding(encoding), b"what nobody reads");
                }
            })
            .accepted(),
        Check::initiator("an-initiator-passes-over-a-certificate-of-an-unsupported-encoding", UNSUPPORTED)
            .content(MM6, "a CERT of encoding 2 beside its own", |draft| {
                draft.certificate(CertificateEncoding::PGP, b"what nobody reads");
            })
            .accepted(),
        Check::responder("a-certificate-that-cannot-be-read-is-passed-over", INVALID)
            .content(MM5, "a CERT of garbage beside its own", |draft| {
                draft.certificate(CertificateEncoding::X509_SIGNATURE, &[0x30, 0x03, 1, 2, 3]);
            })
            .accepted(),
        Check::initiator("an-initiator-passes-over-a-certificate-that-cannot-be-read", INVALID)
            .content(MM6, "a CERT of garbage beside its own", |draft| {
                draft.certificate(CertificateEncoding::X509_SIGNATURE, &[0x30, 0x03, 1, 2, 3]);
            })
            .accepted(),
    ]
}

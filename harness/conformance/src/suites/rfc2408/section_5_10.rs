//! RFC 2408 5.10: certificate requests.

use wire::{CertificateEncoding, PayloadType};

use super::super::{MM3, MM4, MM5};
use crate::check::Check;

pub(super) fn checks() -> Vec<Check> {
    const INVALID: &[&str] =
        &["rfc2408-5.10-certreq-invalid-encoding-discard", "rfc4945-3.2.8.1-certreq-unknown-type-survive"];
    const UNSUPPORTED: &[&str] =
        &["rfc2408-5.10-certreq-unsupported-discard", "rfc4945-3.2.8.1-certreq-unknown-type-survive"];
    const BAD: &[&str] = &["rfc2408-5.10-certreq-bad-ca-discard", "rfc4945-3.2.8.2-certreq-bad-ca-survive"];
    const UNAVAILABLE: &[&str] = &["rfc2408-5.10-certreq-unavailable-discard"];
    vec![
        Check::responder("a-request-of-an-invalid-encoding-is-passed-over", INVALID)
            .content(MM3, "a CERTREQ of encoding 200", |draft| draft.request(CertificateEncoding(200), b"?"))
            .accepted(),
        Check::initiator("an-initiator-passes-over-a-request-of-an-invalid-encoding", INVALID)
            .content(MM4, "a CERTREQ of encoding 200", |draft| draft.request(CertificateEncoding(200), b"?"))
            .accepted(),
        Check::responder("a-request-of-an-unsupported-encoding-is-passed-over", UNSUPPORTED)
            .content(MM3, "CERTREQs of encodings 2, 3, 6, 9 and 10", |draft| {
                for encoding in [2, 3, 6, 9, 10] {
                    draft.request(CertificateEncoding(encoding), b"?");
                }
            })
            .accepted(),
        Check::responder("a-request-for-what-is-no-name-is-passed-over", BAD)
            .content(MM3, "a CERTREQ whose name is cut off", |draft| {
                draft.request(CertificateEncoding::X509_SIGNATURE, &[0x30, 0x40, 0x31, 0x10]);
            })
            .accepted(),
        Check::initiator("an-initiator-passes-over-a-request-for-what-is-no-name", BAD)
            .content(MM4, "a CERTREQ whose name is 19 bytes of a hash", |draft| {
                draft.request(CertificateEncoding::X509_SIGNATURE, &[0xa5; 19]);
            })
            .accepted(),
        Check::responder("a-request-for-an-unknown-authority-is-passed-over", UNAVAILABLE)
            .content(MM3, "a CERTREQ for a CA that the target does not know", |draft| {
                let unknown = draft.laboratory.authority(crate::laboratory::Ca::Unknown);
                draft.request(CertificateEncoding::X509_SIGNATURE, unknown.subject().as_der());
            })
            .accepted(),
        Check::responder(
            "what-is-done-when-only-unknown-authorities-are-asked-for",
            &["rfc4945-3.3.6-terminate-unknown-cas"],
        )
        .content(MM5, "only a CERTREQ for a CA that the target does not know", |draft| {
            let unknown = draft.laboratory.authority(crate::laboratory::Ca::Unknown);
            draft.remove(PayloadType::CERTIFICATE_REQUEST);
            draft.request(CertificateEncoding::X509_SIGNATURE, unknown.subject().as_der());
        })
        .recorded(),
    ]
}

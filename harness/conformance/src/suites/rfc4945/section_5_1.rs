//! RFC 4945 5.1.1 and 5.1.2: versions and subjects; and the path to a trust anchor (RFC 5280).

use lab::certificates::Form;
use pki::{CalendarTime, Name};

use crate::check::Check;
use crate::laboratory::{Ca, NOW};

const PKIX: &[&str] = &["rfc4945-5-pkix-conformance"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("what-is-done-with-a-certificate-of-version-1", &["rfc4945-5.1.1-v1-v2-rejectable"])
            .certificate(Ca::One, |specification| specification.form = Form::Version1)
            .recorded(),
        Check::responder(
            "an-empty-subject-is-accepted",
            &["rfc4945-5.1.2.1-accept-empty-subject", "rfc4945-5.1.3-recognise-san"],
        )
        .certificate(Ca::One, |specification| {
            specification.subject = Name::from_der(&[0x30, 0]).expect("no elements are a name");
        })
        .accepted(),
        Check::responder("a-certificate-of-an-unknown-authority-is-refused", PKIX)
            .certificate(Ca::Unknown, |_| {})
            .refused(),
        Check::initiator("an-initiator-refuses-a-certificate-of-an-unknown-authority", PKIX)
            .certificate(Ca::Unknown, |_| {})
            .refused(),
        Check::responder("an-expired-certificate-is-refused", PKIX)
            .certificate(Ca::One, |specification| {
                specification.not_after = CalendarTime::from_unix(NOW - 86_400);
            })
            .refused(),
        Check::responder("a-certificate-that-is-not-valid-yet-is-refused", PKIX)
            .certificate(Ca::One, |specification| {
                specification.not_before = CalendarTime::from_unix(NOW + 86_400);
            })
            .refused(),
        Check::responder("an-expired-intermediate-is-refused", PKIX)
            .authority(|specification| specification.not_after = CalendarTime::from_unix(NOW - 86_400))
            .refused(),
    ]
}

//! RFC 4945 5.1.3: the extensions of certificates.

use lab::certificates::{CertificateSpecification, ExtendedKeyUsage, KeyUsage, KeyUsagePurpose};

use crate::check::Check;
use crate::laboratory::{Ca, extensions};

const KEY_USAGE: &[&str] = &["rfc4945-5.1.3.2-ku-needs-ds-or-nr"];
const ACCEPTED: &[&str] = &["rfc4945-5.1.3.12-eku-accept-ike-any"];
const OTHERWISE: &[&str] = &["rfc4945-5.1.3.12-eku-otherwise-reject"];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = key_usages();
    checks.extend(purposes());
    checks.extend([
        Check::responder(
            "an-authority-without-basic-constraints-is-refused",
            &["rfc4945-5.1.3.9-ca-without-bc-reject", "rfc4945-5.1.3.9-ca-without-bc-default"],
        )
        .authority(|specification| {
            if let Some(extensions) = extensions(specification) {
                extensions.basic_constraints = None;
            }
        })
        .refused(),
        Check::responder("no-delta-list-is-needed", &["rfc4945-5.1.3.15-freshestcrl-not-assumed"]).accepted(),
    ]);
    checks
}

fn key_usages() -> Vec<Check> {
    vec![
        Check::responder("a-key-for-encipherment-alone-is-refused", KEY_USAGE)
            .certificate(Ca::One, |specification| {
                key_usage(specification, &[KeyUsagePurpose::KeyEncipherment], true)
            })
            .refused(),
        Check::responder("a-key-for-non-repudiation-is-accepted", KEY_USAGE)
            .certificate(Ca::One, |specification| {
                key_usage(specification, &[KeyUsagePurpose::NonRepudiation], true)
            })
            .accepted(),
        Check::responder(
            "a-key-for-signatures-is-accepted",
            &["rfc4945-5.1.3.2-ku-needs-ds-or-nr", "rfc4945-5.1.3-recognise-ku"],
        )
        .certificate(Ca::One, |specification| {
            key_usage(specification, &[KeyUsagePurpose::DigitalSignature], true)
        })
        .accepted(),
        Check::responder("a-key-without-a-usage-is-accepted", &["rfc4945-5.1.3.2-ku-absent-ok"])
            .certificate(Ca::One, |specification| {
                if let Some(extensions) = extensions(specification) {
                    extensions.key_usage = None;
                }
            })
            .accepted(),
        Check::responder(
            "a-key-usage-counts-though-it-is-not-critical",
            &["rfc4945-5.1.3-process-known-always"],
        )
        .certificate(Ca::One, |specification| {
            key_usage(specification, &[KeyUsagePurpose::KeyEncipherment], false)
        })
        .refused(),
        Check::initiator("an-initiator-refuses-a-key-for-encipherment-alone", KEY_USAGE)
            .certificate(Ca::One, |specification| {
                key_usage(specification, &[KeyUsagePurpose::KeyEncipherment], true)
            })
            .refused(),
    ]
}

/// Of a target that looks at purposes at all.
fn purposes() -> Vec<Check> {
    let checks = vec![
        Check::responder("the-purpose-ike-is-accepted", ACCEPTED)
            .certificate(Ca::One, |specification| purpose(specification, &[ExtendedKeyUsage::IpsecIke]))
            .accepted(),
        Check::responder("any-purpose-is-accepted", ACCEPTED)
            .certificate(Ca::One, |specification| purpose(specification, &[ExtendedKeyUsage::Any]))
            .accepted(),
        Check::responder("the-purpose-ike-among-others-is-accepted", ACCEPTED)
            .certificate(Ca::One, |specification| {
                purpose(specification, &[ExtendedKeyUsage::ServerAuthentication, ExtendedKeyUsage::IpsecIke]);
            })
            .accepted(),
        Check::responder("no-purpose-is-accepted", ACCEPTED).accepted(),
        Check::responder("the-purpose-of-a-web-server-is-refused", OTHERWISE)
            .certificate(Ca::One, |specification| {
                purpose(specification, &[ExtendedKeyUsage::ServerAuthentication])
            })
            .refused(),
        Check::responder("the-purpose-of-an-ipsec-end-system-is-refused", OTHERWISE)
            .certificate(Ca::One, |specification| purpose(specification, &[ExtendedKeyUsage::IpsecEndSystem]))
            .refused(),
    ];
    checks.into_iter().map(|check| check.with(|setup| setup.purposes = true)).collect()
}

fn key_usage(specification: &mut CertificateSpecification, purposes: &[KeyUsagePurpose], critical: bool) {
    if let Some(extensions) = extensions(specification) {
        extensions.key_usage = KeyUsage::new(purposes.iter().copied(), critical);
    }
}

fn purpose(specification: &mut CertificateSpecification, purposes: &[ExtendedKeyUsage]) {
    if let Some(extensions) = extensions(specification) {
        extensions.extended_key_usages = purposes.to_vec();
    }
}

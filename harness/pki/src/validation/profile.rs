//! What RFC 5280 forbids issuers though it could be judged; checked only where a policy is strict.

use std::net::IpAddr;

use super::RefusalReason;
use super::names::{is_host_name, is_mailbox};
use crate::certificate::Certificate;
use crate::extensions::{GeneralName, KeyUsage, id_ce};

/// A thing forbidden: what it is, with the section that forbids it, and whether a certificate does it.
type Rule = (&'static str, fn(&Certificate) -> bool);

/// Of every certificate.
const COMMON: &[Rule] = &[
    ("its serial number is not positive (RFC 5280 4.1.2.2)", |certificate| {
        let octets = certificate.serial().contents();
        octets.first().is_none_or(|first| first & 0x80 != 0) || octets.iter().all(|&octet| octet == 0)
    }),
    ("its serial number has more than 20 octets (RFC 5280 4.1.2.2)", |certificate| {
        certificate.serial().contents().len() > 20
    }),
    ("its issuer has no name (RFC 5280 4.1.2.4)", |certificate| certificate.issuer().is_empty()),
    ("its authority key identifier is critical (RFC 5280 4.2.1.1)", |certificate| {
        certificate.extensions().is_critical(id_ce::AUTHORITY_KEY_IDENTIFIER)
    }),
    ("it has no authority key identifier and is not self-signed (RFC 5280 4.2.1.1)", |certificate| {
        certificate.extensions().authority_key_identifier.is_none() && !certificate.is_self_issued()
    }),
    ("it has no subject and no critical alternative name (RFC 5280 4.2.1.6)", |certificate| {
        certificate.subject().is_empty()
            && !certificate.extensions().is_critical(id_ce::SUBJECT_ALTERNATIVE_NAME)
    }),
    ("an alternative name of it is not what its form wants (RFC 5280 4.2.1.6)", |certificate| {
        certificate.extensions().subject_alternative_names.iter().any(is_malformed)
    }),
];

/// Of the certificate of a CA.
const OF_AUTHORITIES: &[Rule] = &[
    ("its subject has no name, and is a CA (RFC 5280 4.1.2.6)", |certificate| {
        certificate.subject().is_empty()
    }),
    ("it has no subject key identifier, and is that of a CA (RFC 5280 4.2.1.2)", |certificate| {
        certificate.extensions().subject_key_identifier.is_none()
    }),
    ("its basic constraints are not critical, and it is that of a CA (RFC 5280 4.2.1.9)", |certificate| {
        !certificate.extensions().is_critical(id_ce::BASIC_CONSTRAINTS)
    }),
    ("its name constraints are not critical (RFC 5280 4.2.1.10)", |certificate| {
        let extensions = certificate.extensions();
        extensions.name_constraints.is_some() && !extensions.is_critical(id_ce::NAME_CONSTRAINTS)
    }),
];

/// Of a peer's certificate.
const OF_END_ENTITIES: &[Rule] = &[
    ("its key may sign certificates, but it is not that of a CA (RFC 5280 4.2.1.9)", |certificate| {
        let extensions = certificate.extensions();
        let signs = extensions.key_usage.is_some_and(|usage| usage.allows_any(KeyUsage::KEY_CERT_SIGN));
        signs && !extensions.basic_constraints.is_some_and(|constraints| constraints.authority)
    }),
    ("it has name constraints, and is not that of a CA (RFC 5280 4.2.1.10)", |certificate| {
        certificate.extensions().name_constraints.is_some()
    }),
];

/// Holds the certificate of a CA to the profile.
pub(super) fn check_authority(certificate: &Certificate) -> Result<(), RefusalReason> {
    check(certificate, COMMON).and_then(|()| check(certificate, OF_AUTHORITIES))
}

/// Holds a peer's certificate to the profile.
pub(super) fn check_end_entity(certificate: &Certificate) -> Result<(), RefusalReason> {
    check(certificate, COMMON).and_then(|()| check(certificate, OF_END_ENTITIES))
}

fn check(certificate: &Certificate, rules: &[Rule]) -> Result<(), RefusalReason> {
    match rules.iter().find(|(_, breaks)| breaks(certificate)) {
        Some(&(rule, _)) => Err(RefusalReason::Nonconforming { rule }),
        None => Ok(()),
    }
}

/// Host names in the preferred syntax (RFC 1034 3.5) with at most a wildcard for the first label, mailboxes with a host.
fn is_malformed(name: &GeneralName) -> bool {
    match name {
        GeneralName::Dns(host) => {
            let host = host.strip_prefix("*.").unwrap_or(host);
            !is_host_name(host) || host.contains('_') || host.parse::<IpAddr>().is_ok()
        }
        GeneralName::Email(mailbox) => !is_mailbox(mailbox),
        GeneralName::Other(form) => matches!(form, 1 | 2 | 4 | 6 | 7),
        GeneralName::Uri(_) | GeneralName::Address(_) | GeneralName::Directory(_) => false,
    }
}

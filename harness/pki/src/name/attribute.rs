//! The attribute types that IOS has a label for, and the string type each is written in.

use crate::der::tag;

/// An attribute type that has a label.
#[derive(Debug)]
pub(super) struct AttributeType {
    /// The contents octets of its object identifier.
    pub oid: &'static [u8],
    /// The label that IOS prints.
    pub label: &'static str,
    /// Other labels that are read, as configurations and other tools spell them; compared without regard to case.
    pub aliases: &'static [&'static str],
    /// How a value is encoded.
    pub encoding: Encoding,
}

/// The string type that a value is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// PrintableString if the characters allow it, else UTF8String (RFC 5280 4.1.2.4).
    Directory,
    /// IA5String if the characters allow it, else UTF8String.
    Ia5,
}

impl Encoding {
    /// The tag for `value`.
    pub fn tag(self, value: &str) -> u8 {
        match self {
            Self::Directory if value.chars().all(is_printable) => tag::PRINTABLE_STRING,
            Self::Ia5 if value.is_ascii() => tag::IA5_STRING,
            Self::Directory | Self::Ia5 => tag::UTF8_STRING,
        }
    }
}

/// The characters of PrintableString (X.680 41.4).
fn is_printable(character: char) -> bool {
    matches!(character, 'A'..='Z' | 'a'..='z' | '0'..='9' | ' ' | '\'' | '(' | ')' | '+' | ',' | '-' | '.' | '/' | ':' | '=' | '?')
}

/// Every labelled attribute type.
///
/// The labels of the first group are printed by IOS in Cisco document 117633 (cn, o, ou, c, serialNumber, ipaddress,
/// hostname) and in outputs of `show crypto pki certificates` of other routers (e, l, st). Those of the second group
/// are inferred: no output of IOS that shows them is known, so they have the labels of RFC 4519 and X.520. The string
/// types of hostname and ipaddress are those in router certificates of IOS 15: IA5String and PrintableString.
pub(super) const TYPES: &[AttributeType] = &[
    directory(&[0x55, 4, 3], "cn", &["commonName"]),
    directory(&[0x55, 4, 10], "o", &["organizationName"]),
    directory(&[0x55, 4, 11], "ou", &["organizationalUnitName"]),
    directory(&[0x55, 4, 6], "c", &["countryName"]),
    directory(&[0x55, 4, 7], "l", &["localityName"]),
    directory(&[0x55, 4, 8], "st", &["stateOrProvinceName", "s"]),
    directory(&[0x55, 4, 5], "serialNumber", &[]),
    ia5(UNSTRUCTURED_NAME, "hostname", &["unstructuredName"]),
    directory(UNSTRUCTURED_ADDRESS, "ipaddress", &["unstructuredAddress"]),
    ia5(EMAIL_ADDRESS, "e", &["emailAddress", "email", "ea"]),
    // Inferred from here on.
    ia5(DOMAIN_COMPONENT, "dc", &["domainComponent"]),
    directory(USER_ID, "uid", &["userId"]),
    directory(&[0x55, 4, 4], "sn", &["surname"]),
    directory(&[0x55, 4, 42], "givenName", &["gn"]),
    directory(&[0x55, 4, 43], "initials", &[]),
    directory(&[0x55, 4, 44], "generationQualifier", &[]),
    directory(&[0x55, 4, 12], "title", &["t"]),
    directory(&[0x55, 4, 9], "street", &["streetAddress"]),
    directory(&[0x55, 4, 17], "postalCode", &[]),
    directory(&[0x55, 4, 13], "description", &[]),
    directory(&[0x55, 4, 41], "name", &[]),
    directory(&[0x55, 4, 46], "dnQualifier", &["dnq"]),
    directory(&[0x55, 4, 65], "pseudonym", &[]),
];

const fn directory(
    oid: &'static [u8],
    label: &'static str,
    aliases: &'static [&'static str],
) -> AttributeType {
    AttributeType { oid, label, aliases, encoding: Encoding::Directory }
}

const fn ia5(oid: &'static [u8], label: &'static str, aliases: &'static [&'static str]) -> AttributeType {
    AttributeType { oid, label, aliases, encoding: Encoding::Ia5 }
}

/// 1.2.840.113549.1.9.2 (PKCS #9), where a router's certificate has its host name.
const UNSTRUCTURED_NAME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 2];
/// 1.2.840.113549.1.9.8 (PKCS #9), where a router's certificate has its address.
const UNSTRUCTURED_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 8];
/// 1.2.840.113549.1.9.1 (PKCS #9).
pub(crate) const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
/// 0.9.2342.19200300.100.1.25 (RFC 4519 2.4).
const DOMAIN_COMPONENT: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25];
/// 0.9.2342.19200300.100.1.1 (RFC 4519 2.39).
const USER_ID: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1];

/// The row of an object identifier.
pub(super) fn by_oid(oid: &[u8]) -> Option<&'static AttributeType> {
    TYPES.iter().find(|row| row.oid == oid)
}

/// The row of a label as it is written anywhere.
pub(super) fn by_label(label: &str) -> Option<&'static AttributeType> {
    let is = |name: &str| name.eq_ignore_ascii_case(label);
    TYPES.iter().find(|row| is(row.label) || row.aliases.iter().copied().any(is))
}

#[cfg(test)]
mod tests {
    use super::{TYPES, by_label, by_oid};
    use crate::oid::Oid;

    #[test]
    fn each_identifier_and_each_label_stands_once() {
        for row in TYPES {
            assert_eq!(by_oid(row.oid).unwrap().label, row.label);
            for label in row.aliases.iter().chain([&row.label]) {
                assert_eq!(by_label(&label.to_uppercase()).unwrap().label, row.label, "{label}");
            }
        }
    }

    #[test]
    fn the_identifiers_are_those_of_their_standards() {
        let dotted = |label| Oid::from_contents(by_label(label).unwrap().oid).to_string();
        for (label, expected) in [
            ("cn", "2.5.4.3"),
            ("serialNumber", "2.5.4.5"),
            ("c", "2.5.4.6"),
            ("l", "2.5.4.7"),
            ("st", "2.5.4.8"),
            ("o", "2.5.4.10"),
            ("ou", "2.5.4.11"),
            ("hostname", "1.2.840.113549.1.9.2"),
            ("ipaddress", "1.2.840.113549.1.9.8"),
            ("e", "1.2.840.113549.1.9.1"),
            ("dc", "0.9.2342.19200300.100.1.25"),
            ("uid", "0.9.2342.19200300.100.1.1"),
        ] {
            assert_eq!(dotted(label), expected);
        }
    }
}

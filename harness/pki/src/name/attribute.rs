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
/// hostname) and in outputs of `show crypto pki certificates` of other routers (e, l, st, dc). Those of the second group
/// are inferred: no output of IOS that shows them is known, so they have the labels of RFC 4519 and X.520. The string
/// types of hostname and ipaddress are those in router certificates of IOS 15: IA5String and PrintableString.
pub(super) const TYPES: &[AttributeType] = &[
    AttributeType {
        oid: &[0x55, 4, 3],
        label: "cn",
        aliases: &["commonName"],
        encoding: Encoding::Directory,
    },
    AttributeType {
        oid: &[0x55, 4, 10],
        label: "o",
        aliases: &["organizationName"],
        encoding: Encoding::Directory,
    },
    AttributeType {
        oid: &[0x55, 4, 11],
        label: "ou",
        aliases: &["organizationalUnitName"],
        encoding: Encoding::Directory,
    },
    AttributeType {
        oid: &[0x55, 4, 6],
        label: "c",
        aliases: &["countryName"],
        encoding: Encoding::Directory,
    },
    AttributeType {
        oid: &[0x55, 4, 7],
        label: "l",
        aliases: &["localityName"],
        encoding: Encoding::Directory,
    },
    AttributeType {
        oid: &[0x55, 4, 8],
        label: "st",
        aliases: &["stateOrProvinceName", "s"],
        encoding: Encoding::Directory,
    },
    AttributeType { oid: &[0x55, 4, 5], label: "serialNumber", aliases: &[], encoding: Encoding::Directory },
    AttributeType {
        oid: UNSTRUCTURED_NAME,
        label: "hostname",
        aliases: &["unstructuredName"],
        encoding: Encoding::Ia5,
    },
    AttributeType {
        oid: UNSTRUCTURED_ADDRESS,
        label: "ipaddress",
        aliases: &["unstructuredAddress"],
        encoding: Encoding::Directory,
    },
    AttributeType {
        oid: EMAIL_ADDRESS,
        label: "e",
        aliases: &["emailAddress", "email", "ea"],
        encoding: Encoding::Ia5,
    },
    AttributeType {
        oid: DOMAIN_COMPONENT,
        label: "dc",
        aliases: &["domainComponent"],
        encoding: Encoding::Ia5,
    },
    // Inferred from here on.
    AttributeType { oid: &[0x55, 4, 4], label: "sn", aliases: &["surname"], encoding: Encoding::Directory },
    AttributeType {
        oid: &[0x55, 4, 42],
        label: "givenName",
        aliases: &["gn"],
        encoding: Encoding::Directory,
    },
    AttributeType { oid: &[0x55, 4, 43], label: "initials", aliases: &[], encoding: Encoding::Directory },
    AttributeType {
        oid: &[0x55, 4, 44],
        label: "generationQualifier",
        aliases: &[],
        encoding: Encoding::Directory,
    },
    AttributeType { oid: &[0x55, 4, 12], label: "title", aliases: &["t"], encoding: Encoding::Directory },
    AttributeType {
        oid: &[0x55, 4, 9],
        label: "street",
        aliases: &["streetAddress"],
        encoding: Encoding::Directory,
    },
    AttributeType { oid: &[0x55, 4, 17], label: "postalCode", aliases: &[], encoding: Encoding::Directory },
    AttributeType { oid: &[0x55, 4, 13], label: "description", aliases: &[], encoding: Encoding::Directory },
    AttributeType { oid: &[0x55, 4, 41], label: "name", aliases: &[], encoding: Encoding::Directory },
    AttributeType {
        oid: &[0x55, 4, 46],
        label: "dnQualifier",
        aliases: &["dnq"],
        encoding: Encoding::Directory,
    },
    AttributeType { oid: &[0x55, 4, 65], label: "pseudonym", aliases: &[], encoding: Encoding::Directory },
    AttributeType { oid: USER_ID, label: "uid", aliases: &["userId"], encoding: Encoding::Directory },
];

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
    let is = |name: &&str| name.eq_ignore_ascii_case(label);
    TYPES.iter().find(|row| is(&row.label) || row.aliases.iter().any(|alias| is(&alias)))
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

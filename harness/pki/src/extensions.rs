//! The extensions of certificates (RFC 5280 4.2) that validation and selection look at.
//!
//! Which extensions there are and where they stand is read here; the contents of those that are known are read by
//! `x509-parser`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use x509_parser::asn1_rs::FromDer;
use x509_parser::error::X509Error;
use x509_parser::extensions as parsed;

use crate::der::{self, Element, Malformed, tag};
use crate::name::Name;
use crate::oid::Oid;

/// What a certificate's extensions say; what is absent says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// Whether its subject is a CA (RFC 5280 4.2.1.9).
    pub basic_constraints: Option<BasicConstraints>,
    /// What its key may be used for (RFC 5280 4.2.1.3).
    pub key_usage: Option<KeyUsage>,
    /// The purposes that its key is limited to (RFC 5280 4.2.1.12).
    pub extended_key_usage: Option<Vec<KeyPurpose>>,
    /// Further names of its subject (RFC 5280 4.2.1.6).
    pub subject_alternative_names: Vec<GeneralName>,
    /// Names that certificates below it may or may not have (RFC 5280 4.2.1.10).
    pub name_constraints: Option<NameConstraints>,
    /// Names its key among those of its subject (RFC 5280 4.2.1.2).
    pub subject_key_identifier: Option<Vec<u8>>,
    /// Names the key that it was signed with (RFC 5280 4.2.1.1).
    pub authority_key_identifier: Option<Vec<u8>>,
    /// Where its issuer's CRL is to be had (RFC 5280 4.2.1.13).
    pub crl_distribution_points: Vec<GeneralName>,
    /// All extensions by identifier, in order, with whether each is critical.
    pub present: Vec<(Oid, bool)>,
    /// The critical ones that nobody here knows, so that the certificate may not be used.
    pub unknown_critical: Vec<Oid>,
}

/// Whether the subject is a CA, and how many intermediate CAs may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is a CA.
    pub authority: bool,
    /// The most intermediate certificates that may follow in a path, self-issued ones not counted.
    pub path_length: Option<u32>,
}

/// What a key may be used for: a set of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// digitalSignature: signing, but neither certificates nor CRLs.
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// nonRepudiation: the same.
    pub const NON_REPUDIATION: Self = Self(1 << 1);
    /// keyEncipherment.
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// dataEncipherment.
    pub const DATA_ENCIPHERMENT: Self = Self(1 << 3);
    /// keyAgreement.
    pub const KEY_AGREEMENT: Self = Self(1 << 4);
    /// keyCertSign: signing certificates.
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// cRLSign: signing CRLs.
    pub const CRL_SIGN: Self = Self(1 << 6);

    /// Whether it allows any of the uses of `other`.
    #[must_use]
    pub const fn allows_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The uses of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The bits, the first of the BIT STRING lowest.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }
}

/// A purpose that a key may be limited to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// anyExtendedKeyUsage.
    Any,
    /// id-kp-serverAuth: TLS servers.
    ServerAuthentication,
    /// id-kp-clientAuth: TLS clients.
    ClientAuthentication,
    /// id-kp-ipsecIKE (RFC 4945 5.1.3.12).
    IpsecIke,
    /// iKEIntermediate, which some issuers use for the same.
    IkeIntermediate,
    /// id-kp-ipsecEndSystem, id-kp-ipsecTunnel or id-kp-ipsecUser, which RFC 4945 5.1.3.12 deprecates.
    IpsecObsolete,
    /// Any other.
    Other(Oid),
}

/// The key purposes that are told apart, by the contents octets of their object identifiers.
const PURPOSES: &[(&[u8], KeyPurpose)] = &[
    // 2.5.29.37.0
    (&[0x55, 0x1d, 0x25, 0], KeyPurpose::Any),
    // 1.3.6.1.5.5.7.3.1, .2, .17, .5, .6, .7
    (&[0x2b, 6, 1, 5, 5, 7, 3, 1], KeyPurpose::ServerAuthentication),
    (&[0x2b, 6, 1, 5, 5, 7, 3, 2], KeyPurpose::ClientAuthentication),
    (&[0x2b, 6, 1, 5, 5, 7, 3, 17], KeyPurpose::IpsecIke),
    (&[0x2b, 6, 1, 5, 5, 7, 3, 5], KeyPurpose::IpsecObsolete),
    (&[0x2b, 6, 1, 5, 5, 7, 3, 6], KeyPurpose::IpsecObsolete),
    (&[0x2b, 6, 1, 5, 5, 7, 3, 7], KeyPurpose::IpsecObsolete),
    // 1.3.6.1.5.5.8.2.2
    (&[0x2b, 6, 1, 5, 5, 8, 2, 2], KeyPurpose::IkeIntermediate),
];

/// A name of one of the forms that a certificate may have beside its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneralName {
    /// dNSName.
    Dns(String),
    /// rfc822Name.
    Email(String),
    /// uniformResourceIdentifier.
    Uri(String),
    /// iPAddress.
    Address(IpAddr),
    /// directoryName.
    Directory(Name),
    /// Another form, or contents that cannot be: the number of its tag.
    Other(u32),
}

/// Which names certificates below a CA may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameConstraints {
    /// Where there is a subtree of a form, names of that form have to lie in one of these.
    pub permitted: Vec<Subtree>,
    /// Names may lie in none of these.
    pub excluded: Vec<Subtree>,
}

/// The names below one base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subtree {
    /// Host names that end in this one.
    Dns(String),
    /// A mailbox, a host's mailboxes, or with a leading dot those of all hosts of a domain.
    Email(String),
    /// URIs of a host, or with a leading dot of all hosts of a domain.
    Uri(String),
    /// The addresses of a network: address and mask, both 4 or 16 octets.
    Network {
        /// The network's address.
        address: Vec<u8>,
        /// Its mask.
        mask: Vec<u8>,
    },
    /// Directory names that begin with this one.
    Directory(Name),
    /// Another form, or contents that cannot be: the number of its tag.
    Other(u32),
}

/// The identifiers below id-ce, 2.5.29, by their last number.
pub(crate) mod id_ce {
    pub const PREFIX: &[u8] = &[0x55, 0x1d];
    pub const SUBJECT_KEY_IDENTIFIER: u8 = 14;
    pub const KEY_USAGE: u8 = 15;
    pub const SUBJECT_ALTERNATIVE_NAME: u8 = 17;
    pub const ISSUER_ALTERNATIVE_NAME: u8 = 18;
    pub const BASIC_CONSTRAINTS: u8 = 19;
    pub const NAME_CONSTRAINTS: u8 = 30;
    pub const CRL_DISTRIBUTION_POINTS: u8 = 31;
    pub const CERTIFICATE_POLICIES: u8 = 32;
    pub const POLICY_MAPPINGS: u8 = 33;
    pub const AUTHORITY_KEY_IDENTIFIER: u8 = 35;
    pub const EXTENDED_KEY_USAGE: u8 = 37;
}

impl Extensions {
    /// Reads the `[3] EXPLICIT Extensions` of a certificate.
    pub(crate) fn read(wrapped: Element<'_>) -> Result<Self, Malformed> {
        let mut extensions = Self::default();
        let mut seen = BTreeSet::new();
        for extension in read_wrapped(wrapped)? {
            if !seen.insert(extension.oid) {
                // RFC 5280 4.2: not more than one instance of an extension.
                return Err(Malformed::contents(
                    extension.value.offset,
                    "an extension that stands there twice",
                ));
            }
            let oid = Oid::from_contents(extension.oid);
            let known = extensions.read_contents(&extension)?;
            if extension.critical && !known {
                extensions.unknown_critical.push(oid.clone());
            }
            extensions.present.push((oid, extension.critical));
        }
        Ok(extensions)
    }

    /// Reads the contents of one extension; tells whether it is one that is known.
    fn read_contents(&mut self, extension: &RawExtension<'_>) -> Result<bool, Malformed> {
        let value = extension.value;
        let Some([number]) = extension.oid.strip_prefix(id_ce::PREFIX) else { return Ok(false) };
        match *number {
            id_ce::SUBJECT_KEY_IDENTIFIER => {
                self.subject_key_identifier = Some(contents::<parsed::KeyIdentifier<'_>>(value)?.0.into());
            }
            id_ce::AUTHORITY_KEY_IDENTIFIER => {
                let identifier = contents::<parsed::AuthorityKeyIdentifier<'_>>(value)?;
                self.authority_key_identifier =
                    identifier.key_identifier.map(|identifier| identifier.0.into());
            }
            id_ce::KEY_USAGE => {
                self.key_usage = Some(KeyUsage(contents::<parsed::KeyUsage>(value)?.flags));
            }
            id_ce::BASIC_CONSTRAINTS => {
                let constraints = contents::<parsed::BasicConstraints>(value)?;
                self.basic_constraints = Some(BasicConstraints {
                    authority: constraints.ca,
                    path_length: constraints.path_len_constraint,
                });
            }
            id_ce::SUBJECT_ALTERNATIVE_NAME => {
                let names = contents::<parsed::SubjectAlternativeName<'_>>(value)?;
                self.subject_alternative_names = names.general_names.iter().map(GeneralName::of).collect();
            }
            id_ce::CRL_DISTRIBUTION_POINTS => {
                let points = contents::<parsed::CRLDistributionPoints<'_>>(value)?;
                self.crl_distribution_points = points.iter().flat_map(full_names).collect();
            }
            id_ce::EXTENDED_KEY_USAGE => self.extended_key_usage = Some(read_purposes(value)?),
            id_ce::NAME_CONSTRAINTS => {
                self.name_constraints =
                    Some(NameConstraints::of(&contents::<parsed::NameConstraints<'_>>(value)?));
            }
            // Any policy is acceptable to us, and nothing is asked of the other names of an issuer.
            id_ce::ISSUER_ALTERNATIVE_NAME | id_ce::CERTIFICATE_POLICIES | id_ce::POLICY_MAPPINGS => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Whether the extension with the number `number` below 2.5.29 is there and critical.
    pub(crate) fn is_critical(&self, number: u8) -> bool {
        let of = |oid: &Oid| oid.contents().strip_prefix(id_ce::PREFIX) == Some(&[number]);
        self.present.iter().any(|(oid, critical)| *critical && of(oid))
    }
}

/// An extension whose contents have not been looked at.
pub(crate) struct RawExtension<'a> {
    pub oid: &'a [u8],
    pub critical: bool,
    /// The OCTET STRING around the contents.
    pub value: Element<'a>,
}

/// Splits an `[n] EXPLICIT Extensions`.
pub(crate) fn read_wrapped(wrapped: Element<'_>) -> Result<Vec<RawExtension<'_>>, Malformed> {
    let mut outer = wrapped.reader();
    let list = outer.expect(tag::SEQUENCE, "Extensions (SEQUENCE)")?;
    outer.finish()?;
    read_list(list)
}

/// Splits an Extensions (RFC 5280 4.1).
pub(crate) fn read_list(list: Element<'_>) -> Result<Vec<RawExtension<'_>>, Malformed> {
    let mut list = list.reader();
    let mut extensions = Vec::new();
    while !list.is_empty() {
        let mut fields = list.expect(tag::SEQUENCE, "an Extension (SEQUENCE)")?.reader();
        let oid = fields.expect(tag::OBJECT_IDENTIFIER, "extnID (OBJECT IDENTIFIER)")?.contents;
        let critical = fields.optional(tag::BOOLEAN)?.is_some_and(|flag| flag.contents != [0]);
        let value = fields.expect(tag::OCTET_STRING, "extnValue (OCTET STRING)")?;
        fields.finish()?;
        extensions.push(RawExtension { oid, critical, value });
    }
    Ok(extensions)
}

/// Has the contents of an extension read; they have to fill it.
fn contents<'a, T: FromDer<'a, X509Error>>(value: Element<'a>) -> Result<T, Malformed> {
    match T::from_der(value.contents) {
        Ok(([], contents)) => Ok(contents),
        _ => {
            Err(Malformed::contents(value.offset, "an extension whose contents are not what it should hold"))
        }
    }
}

/// The purposes of an extended key usage; own code, because `x509-parser` forgets their order.
fn read_purposes(value: Element<'_>) -> Result<Vec<KeyPurpose>, Malformed> {
    let base = value.contents_offset();
    let read = || {
        let mut list = der::only(value.contents, tag::SEQUENCE, "ExtKeyUsageSyntax (SEQUENCE)")?.reader();
        let mut purposes = Vec::new();
        while !list.is_empty() {
            let oid = list.expect(tag::OBJECT_IDENTIFIER, "a key purpose (OBJECT IDENTIFIER)")?.contents;
            let known = PURPOSES.iter().find(|(known, _)| *known == oid);
            let other = || KeyPurpose::Other(Oid::from_contents(oid));
            purposes.push(known.map_or_else(other, |(_, purpose)| purpose.clone()));
        }
        Ok(purposes)
    };
    read().map_err(|error: Malformed| error.moved_by(base))
}

fn full_names(point: &parsed::CRLDistributionPoint<'_>) -> Vec<GeneralName> {
    match &point.distribution_point {
        Some(parsed::DistributionPointName::FullName(names)) => names.iter().map(GeneralName::of).collect(),
        Some(parsed::DistributionPointName::NameRelativeToCRLIssuer(_)) | None => Vec::new(),
    }
}

impl GeneralName {
    fn of(name: &parsed::GeneralName<'_>) -> Self {
        match name {
            parsed::GeneralName::DNSName(host) => Self::Dns((*host).to_owned()),
            parsed::GeneralName::RFC822Name(mailbox) => Self::Email((*mailbox).to_owned()),
            parsed::GeneralName::URI(uri) => Self::Uri((*uri).to_owned()),
            parsed::GeneralName::DirectoryName(name) => {
                Name::from_der(name.as_raw()).map_or(Self::Other(4), Self::Directory)
            }
            parsed::GeneralName::IPAddress(octets) => address(octets).map_or(Self::Other(7), Self::Address),
            other => Self::Other(tag_of(other)),
        }
    }
}

/// The number of a general name's tag (RFC 5280 4.2.1.6).
fn tag_of(name: &parsed::GeneralName<'_>) -> u32 {
    match name {
        parsed::GeneralName::OtherName(..) => 0,
        parsed::GeneralName::RFC822Name(_) => 1,
        parsed::GeneralName::DNSName(_) => 2,
        parsed::GeneralName::X400Address(_) => 3,
        parsed::GeneralName::DirectoryName(_) => 4,
        parsed::GeneralName::EDIPartyName(_) => 5,
        parsed::GeneralName::URI(_) => 6,
        parsed::GeneralName::IPAddress(_) => 7,
        parsed::GeneralName::RegisteredID(_) => 8,
        parsed::GeneralName::Invalid(tag, _) => tag.0,
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from)).ok()
}

impl NameConstraints {
    fn of(constraints: &parsed::NameConstraints<'_>) -> Self {
        let subtrees = |list: &Option<Vec<parsed::GeneralSubtree<'_>>>| {
            list.iter().flatten().map(|subtree| Subtree::of(&subtree.base)).collect()
        };
        Self {
            permitted: subtrees(&constraints.permitted_subtrees),
            excluded: subtrees(&constraints.excluded_subtrees),
        }
    }
}

impl Subtree {
    fn of(base: &parsed::GeneralName<'_>) -> Self {
        if let parsed::GeneralName::IPAddress(octets) = base {
            let half = octets.len().checked_div(2).unwrap_or_default();
            return match octets.split_at_checked(half) {
                Some((address, mask)) if matches!(octets.len(), 8 | 32) => {
                    Self::Network { address: address.to_vec(), mask: mask.to_vec() }
                }
                _ => Self::Other(7),
            };
        }
        match GeneralName::of(base) {
            GeneralName::Dns(host) => Self::Dns(host),
            GeneralName::Email(mailbox) => Self::Email(mailbox),
            GeneralName::Uri(host) => Self::Uri(host),
            GeneralName::Directory(name) => Self::Directory(name),
            GeneralName::Address(_) => Self::Other(7),
            GeneralName::Other(tag) => Self::Other(tag),
        }
    }
}

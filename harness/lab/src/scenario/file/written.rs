//! The values of `scenario.toml` that are written as text or numbers, each read into what it means.

use std::net::{IpAddr, Ipv4Addr};

use crypto::{EllipticCurve, HashAlgorithm};
use ike::{FailureCode, MessageName, Rule};
use pki::{Name, SerialNumber};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::value::{Datetime, Offset};
use wire::PayloadType;
use x509_cert::der;
use x509_cert::der::oid::ObjectIdentifier;

use crate::certificates::{AlternativeName, ExtendedKeyUsage, KeyUsagePurpose, NameSubtree};
use crate::clock::Instant;
use crate::complete::serial_number;
use crate::faults::{CertificateFault, RequestFault};
use crate::keys::ModulusBits;
use crate::link::faults::Percent;
use crate::scenario::{Constraints, Inability, message_name};

/// Declares a type that is written as another one and checked while it is read.
macro_rules! written_as {
    ($($written:ty => $name:ident($value:ty), $wanted:literal, $read:expr;)+) => {$(
        #[derive(Clone, Debug)]
        pub(super) struct $name(pub(super) $value);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let written = <$written>::deserialize(deserializer)?;
                let read: fn(&$written) -> Option<$value> = $read;
                read(&written)
                    .map(Self)
                    .ok_or_else(|| D::Error::custom(format!("`{written}` is not {}", $wanted)))
            }
        }
    )+};
}

written_as! {
    u16 => Bits(ModulusBits), "the length of an RSA key of IOS: 360 to 4096 bits", |&bits| ModulusBits::new(bits);
    u8 => PercentText(Percent), "a percentage: 0 to 100", |&percent| Percent::new(percent);
    u8 => VersionText(u8), "a version of X.509 certificates: 1 or 3", |&version| [1, 3].contains(&version).then_some(version);
    u16 => CurveText(EllipticCurve), "the size of an elliptic curve key of IOS: 256, 384 or 521 bits",
        |&bits| EllipticCurve::ALL.into_iter().find(|curve| curve.bits() == bits);
    String => Hash(HashAlgorithm), "a hash: md5, sha1, sha256, sha384 or sha512", |name| word(HASHES, name);
    String => InabilityText(Inability),
        "`version-1`, a hash (md5, sha1, sha256, sha384 or sha512), `keys-shorter-than-N`, `other-purposes` or `nonconforming`",
        |name| inability(name);
    String => MessageText(MessageName), "a message: MM1 to MM6, QM1 to QM3, or such as `IKE_AUTH request`", |name| message_name(name);
    String => CodeText(FailureCode), "a cause of failure that `ikespec check --format json` prints",
        |code| FailureCode::ALL.iter().copied().find(|known| known.as_str() == code);
    String => RuleText(Rule), "a rule that a verdict can rest on, such as V1-SEL-1",
        |id| Rule::ALL.iter().copied().find(|rule| rule.id() == id);
    Datetime => Moment(Instant), "a moment: it needs date, time and offset, as 2013-06-20T13:00:37+01:00", instant;
    String => NameText(Name), "a name as IOS prints it, such as cn=CA1,o=example",
        |text| Name::from_ios_text(text).ok().filter(|name| !name.is_empty());
    String => SerialText(SerialNumber), "a serial number: hexadecimal digits",
        |digits| serial_number(digits).filter(|_| !digits.is_empty());
    String => Title(String), "a title, which says in a line what the scenario shows",
        |text| Some(text.trim()).filter(|text| !text.is_empty() && !text.contains('\n')).map(str::to_owned);
    String => PurposeText(KeyUsagePurpose),
        "a purpose of a key (RFC 5280 4.2.1.3), such as digital-signature, key-cert-sign or crl-sign",
        |name| word(PURPOSES, name);
    String => ExtendedPurposeText(ExtendedKeyUsage),
        "any, tls-server, tls-client, ipsec-ike, ipsec-end-system, ipsec-tunnel, ipsec-user, ike-intermediate or ocsp-signing",
        |name| word(EXTENDED_PURPOSES, name);
    String => ConstraintsText(Constraints), "absent, end-entity or authority", |name| word(CONSTRAINTS, name);
    String => SubtreeText(NameSubtree),
        "names of one kind: directory:o=example, dns:example.com, email:example.com or network:192.0.2.0/24", |text| subtree(text);
    String => AlternativeNameText(AlternativeName),
        "an alternative name: dns:R1.example.com, email:r1@example.com or address:192.0.2.1", |text| alternative_name(text);
    String => ObjectIdentifierText(ObjectIdentifier), "an object identifier, such as 1.3.6.1.4.1.32473.1",
        |text| ObjectIdentifier::new(text).ok();
    String => CertificateFaultText(CertificateFault), "missing, malformed or by-url", |name| word(CERTIFICATE_FAULTS, name);
    String => Ikev2MessageText(MessageName), "a message of IKEv2, such as `IKE_AUTH request`",
        |name| message_name(name).filter(|message| matches!(message, MessageName::Ikev2(..)));
    String => RequestFaultText(RequestFault), "missing, empty or late", |name| word(REQUEST_FAULTS, name);
    String => PayloadText(PayloadType), "a payload of IKEv1: SA, KE, ID, CERT, CERTREQ, HASH, SIG, NONCE, N, VID or NAT-D",
        |name| {
            // The numbers of IKEv2's payloads follow those of IKEv1.
            let of_ikev1 = |known: &&PayloadType| **known < PayloadType::IKEV2_SECURITY_ASSOCIATION;
            PayloadType::KNOWN.iter().filter(of_ikev1).copied().find(|known| known.name() == Some(name))
        };
}

/// What a table has for a word.
fn word<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|&(_, value)| value)
}

const HASHES: &[(&str, HashAlgorithm)] = &[
    ("md5", HashAlgorithm::Md5),
    ("sha1", HashAlgorithm::Sha1),
    ("sha256", HashAlgorithm::Sha256),
    ("sha384", HashAlgorithm::Sha384),
    ("sha512", HashAlgorithm::Sha512),
];

const PURPOSES: &[(&str, KeyUsagePurpose)] = &[
    ("digital-signature", KeyUsagePurpose::DigitalSignature),
    ("non-repudiation", KeyUsagePurpose::NonRepudiation),
    ("key-encipherment", KeyUsagePurpose::KeyEncipherment),
    ("data-encipherment", KeyUsagePurpose::DataEncipherment),
    ("key-agreement", KeyUsagePurpose::KeyAgreement),
    ("key-cert-sign", KeyUsagePurpose::KeyCertSign),
    ("crl-sign", KeyUsagePurpose::CrlSign),
    ("encipher-only", KeyUsagePurpose::EncipherOnly),
    ("decipher-only", KeyUsagePurpose::DecipherOnly),
];

const EXTENDED_PURPOSES: &[(&str, ExtendedKeyUsage)] = &[
    ("any", ExtendedKeyUsage::Any),
    ("tls-server", ExtendedKeyUsage::ServerAuthentication),
    ("tls-client", ExtendedKeyUsage::ClientAuthentication),
    ("ipsec-ike", ExtendedKeyUsage::IpsecIke),
    ("ipsec-end-system", ExtendedKeyUsage::IpsecEndSystem),
    ("ipsec-tunnel", ExtendedKeyUsage::IpsecTunnel),
    ("ipsec-user", ExtendedKeyUsage::IpsecUser),
    ("ike-intermediate", ExtendedKeyUsage::IkeIntermediate),
    ("ocsp-signing", ExtendedKeyUsage::OcspSigning),
];

const CONSTRAINTS: &[(&str, Constraints)] = &[
    ("absent", Constraints::Absent),
    ("end-entity", Constraints::EndEntity),
    ("authority", Constraints::Authority),
];

const CERTIFICATE_FAULTS: &[(&str, CertificateFault)] = &[
    ("missing", CertificateFault::Missing),
    ("malformed", CertificateFault::Malformed),
    ("by-url", CertificateFault::ByUrl),
];

const REQUEST_FAULTS: &[(&str, RequestFault)] =
    &[("missing", RequestFault::Missing), ("empty", RequestFault::Empty), ("late", RequestFault::Late)];

fn inability(name: &str) -> Option<Inability> {
    let bits = || ModulusBits::new(name.strip_prefix("keys-shorter-than-")?.parse().ok()?);
    match name {
        "version-1" => Some(Inability::Version1),
        "other-purposes" => Some(Inability::OtherPurposes),
        "nonconforming" => Some(Inability::Nonconforming),
        _ => word(HASHES, name).map(Inability::Hash).or_else(|| bits().map(Inability::KeysShorterThan)),
    }
}

fn subtree(text: &str) -> Option<NameSubtree> {
    match text.split_once(':')? {
        ("directory", name) => Name::from_ios_text(name).ok().map(NameSubtree::Directory),
        ("dns", name) => Some(NameSubtree::Dns(name.to_owned())),
        ("email", name) => Some(NameSubtree::Email(name.to_owned())),
        ("network", network) => {
            let (address, prefix) = network.split_once('/')?;
            let address: Ipv4Addr = address.parse().ok()?;
            prefix.parse().ok().filter(|&prefix| prefix <= 32).map(|it| NameSubtree::Network(address, it))
        }
        _ => None,
    }
}

fn alternative_name(text: &str) -> Option<AlternativeName> {
    match text.split_once(':')? {
        ("dns", name) => Some(AlternativeName::Dns(name.to_owned())),
        ("email", name) => Some(AlternativeName::Email(name.to_owned())),
        ("address", address) => address.parse::<IpAddr>().ok().map(AlternativeName::Address),
        _ => None,
    }
}

fn instant(written: &Datetime) -> Option<Instant> {
    let (date, time) = (written.date?, written.time?);
    let minutes_ahead = match written.offset? {
        Offset::Z => 0,
        Offset::Custom { minutes } => i64::from(minutes),
    };
    let second = time.second.unwrap_or(0);
    let local = der::DateTime::new(date.year, date.month, date.day, time.hour, time.minute, second).ok()?;
    let local = i64::try_from(local.unix_duration().as_secs()).ok()?;
    Some(Instant { seconds: local - minutes_ahead * 60, nanoseconds: time.nanosecond.unwrap_or(0) })
}

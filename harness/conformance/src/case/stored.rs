//! A case as text: TOML with the model's own words, kept as `model.toml` beside the scenario that it became.
//!
//! What has its default value is left out, so that a case that was shrunk is short. CAs, names, trustpoints, profiles and
//! identities are the model's numbers.

use std::fmt;

use lab::side::Pair;
use model::{
    Authority, Ca, CaCertificate, CaCertificateId, Certificate, CertificateMap, Common, Condition, Crl,
    Defect, Enrolment, Few, Hash, Identity, Instant, LocalIdentity, Match, Method, Name, Ocsp, Pin, PinUse,
    Profile, ProfileId, Router, Set, Traffic, Trustpoint, TrustpointId, Tunnel, Unable, Validity, Version,
    World, X509Version,
};
use toml::{Table, Value};

use super::Case;

/// Why a text is not a case. The fault is the text's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotACase(String);

impl fmt::Display for NotACase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for NotACase {}

/// The text of a case.
#[must_use]
pub fn write(case: &Case) -> String {
    match case.write() {
        Value::Table(table) => table.to_string(),
        other => other.to_string(),
    }
}

/// The case of a text.
///
/// # Errors
/// The text is not TOML, has a key that a case has not, or a value that cannot be.
pub fn read(text: &str) -> Result<Case, NotACase> {
    let table: Table = toml::from_str(text).map_err(|error| NotACase(error.to_string()))?;
    Case::read(&Value::Table(table))
}

/// Something that has a form in TOML.
trait Stored: Sized {
    fn write(&self) -> Value;
    fn read(value: &Value) -> Result<Self, NotACase>;
}

fn unfit<T>(value: &Value, wanted: &str) -> Result<T, NotACase> {
    Err(NotACase(format!("`{value}` is not {wanted}")))
}

/// Structures: each field under its key, and left out where it is the default.
macro_rules! structures {
    ($($name:ty { $($field:ident = $key:literal,)* })*) => {$(
        impl Stored for $name {
            fn write(&self) -> Value {
                let default = Self::default();
                let mut table = Table::new();
                $(if self.$field != default.$field {
                    table.insert($key.to_owned(), self.$field.write());
                })*
                Value::Table(table)
            }

            fn read(value: &Value) -> Result<Self, NotACase> {
                let Value::Table(table) = value else { return unfit(value, "a table") };
                let mut read = Self::default();
                for (key, value) in table {
                    match key.as_str() {
                        $($key => read.$field = Stored::read(value).map_err(|error| error.under(key))?,)*
                        _ => return Err(NotACase(format!("`{key}` is not one of {}", [$($key),*].join(", ")))),
                    }
                }
                Ok(read)
            }
        }
    )*};
}

/// Enums without fields: a word each.
macro_rules! words {
    ($($name:ty { $($variant:ident = $word:literal,)* })*) => {$(
        impl Stored for $name {
            fn write(&self) -> Value {
                match self { $(Self::$variant => Value::from($word),)* }
            }

            fn read(value: &Value) -> Result<Self, NotACase> {
                match value.as_str() {
                    $(Some($word) => Ok(Self::$variant),)*
                    _ => unfit(value, &format!("one of {}", [$($word),*].join(", "))),
                }
            }
        }
    )*};
}

/// Numbers with a name of their own.
macro_rules! numbers {
    ($($name:ty),*) => {$(
        impl Stored for $name {
            fn write(&self) -> Value {
                self.0.write()
            }

            fn read(value: &Value) -> Result<Self, NotACase> {
                Ok(Self(Stored::read(value)?))
            }
        }
    )*};
}

structures! {
    Case { version = "version", common = "common", world = "world", routers = "router", }
    Pair<Router> { first = "first", second = "second", }
    Common { ike_proposal = "ike-proposal", child_proposal = "child-proposal", traffic = "traffic", }
    World { authorities = "authority", ca_certificates = "ca-certificate", }
    Authority { name = "name", crl = "crl", ocsp = "ocsp", }
    CaCertificate { subject = "subject", issuer = "issuer", condition = "condition", }
    Condition {
        version = "version", hash = "hash", validity = "validity", revoked = "revoked", defect = "defect",
    }
    Validity { from = "from", until = "until", }
    Router {
        trustpoints = "trustpoint", enrolments = "enrolment", profiles = "profile", tunnel = "tunnel",
        address = "address", global_identity = "global-identity", unable = "unable", clock = "clock",
    }
    Trustpoint { authenticated = "authenticated", revocation_check = "revocation-check", }
    Enrolment {
        trustpoint = "trustpoint", certificate = "certificate", cannot_sign = "cannot-sign", sends = "sends",
    }
    Certificate {
        issuer = "issuer", condition = "condition", subject = "subject",
        alternative_names = "alternative-names", satisfies = "satisfies",
    }
    Profile {
        pins = "pin", matches = "match", excluded = "excluded", local_identity = "local-identity",
    }
    Pin { trustpoint = "trustpoint", purpose = "purpose", }
    Tunnel { profile = "profile", }
    Unable {
        version_1 = "version-1", hashes = "hashes", weak_keys = "weak-keys",
        other_purposes = "other-purposes", nonconforming = "nonconforming",
    }
}

words! {
    Version { Ikev1 = "IKEv1", Ikev2 = "IKEv2", }
    Traffic { Mirrored = "mirrored", Within = "within", Beyond = "beyond", Apart = "apart", }
    Crl {
        Fresh = "fresh", Missing = "missing", Stale = "stale", NotYetValid = "not-yet-valid",
        OfAnotherIssuer = "of-another-issuer", Bad = "bad",
    }
    Ocsp { Answers = "answers", Unavailable = "unavailable", }
    X509Version { One = "1", Three = "3", }
    Hash { Md5 = "md5", Sha1 = "sha1", Sha256 = "sha256", Sha384 = "sha384", Sha512 = "sha512", }
    Defect {
        KeyUsage = "key-usage", ExtendedKeyUsage = "extended-key-usage",
        BasicConstraints = "basic-constraints", PathLength = "path-length",
        NameConstraints = "name-constraints", UnknownCriticalExtension = "unknown-critical-extension",
        WeakKey = "weak-key", Nonconforming = "nonconforming",
    }
    Method { Crl = "crl", Ocsp = "ocsp", None = "none", }
    PinUse { Both = "both", Sign = "sign", Verify = "verify", }
}

numbers!(Ca, CaCertificateId, CertificateMap, Instant, Name, ProfileId, TrustpointId);

impl NotACase {
    fn under(self, key: &str) -> Self {
        Self(format!("{key}: {}", self.0))
    }
}

impl Stored for bool {
    fn write(&self) -> Value {
        Value::Boolean(*self)
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        value.as_bool().map_or_else(|| unfit(value, "true or false"), Ok)
    }
}

impl Stored for u8 {
    fn write(&self) -> Value {
        Value::Integer(i64::from(*self))
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        let number = value.as_integer().and_then(|number| Self::try_from(number).ok());
        number.map_or_else(|| unfit(value, "a number from 0 to 255"), Ok)
    }
}

impl Stored for u32 {
    fn write(&self) -> Value {
        Value::Integer(i64::from(*self))
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        let number = value.as_integer().and_then(|number| Self::try_from(number).ok());
        number.map_or_else(|| unfit(value, "a number of 32 bits"), Ok)
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn write(&self) -> Value {
        Value::Array(self.iter().map(Stored::write).collect())
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        let Value::Array(items) = value else { return unfit(value, "a list") };
        items.iter().map(Stored::read).collect()
    }
}

/// There, or left out: `None` is the default wherever an option stands.
impl<T: Stored> Stored for Option<T> {
    fn write(&self) -> Value {
        self.as_ref().map_or_else(|| Value::Table(Table::new()), Stored::write)
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        Stored::read(value).map(Some)
    }
}

impl<T: Stored + Copy + Default, const N: usize> Stored for Few<T, N> {
    fn write(&self) -> Value {
        Value::Array(self.iter().map(Stored::write).collect())
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        let items: Vec<T> = Stored::read(value)?;
        if items.len() > N {
            return unfit(value, &format!("a list of at most {N} items"));
        }
        Ok(items.into_iter().collect())
    }
}

impl<T: Stored + Copy + Into<u8> + TryFrom<u8>> Stored for Set<T> {
    fn write(&self) -> Value {
        Value::Array(self.iter().map(|item| item.write()).collect())
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        let items: Vec<T> = Stored::read(value)?;
        if items.iter().any(|&item| Into::<u8>::into(item) > 63) {
            return unfit(value, "a set of numbers below 64");
        }
        Ok(Self::of(items))
    }
}

/// A table with one key, which says what it is.
fn tagged(tag: &str, value: Value) -> Value {
    Value::Table(Table::from_iter([(tag.to_owned(), value)]))
}

/// The one key of a table, and what is under it; a word is a key with nothing under it.
fn tag(value: &Value) -> Result<(&str, &Value), NotACase> {
    match value {
        Value::String(word) => Ok((word, value)),
        Value::Table(table) if table.len() == 1 => {
            let mut entries = table.iter().map(|(key, value)| (key.as_str(), value));
            entries.next().map_or_else(|| unfit(value, "a table with one key"), Ok)
        }
        _ => unfit(value, "a word, or a table with one key"),
    }
}

/// Two values as a list.
fn read_two<A: Stored, B: Stored>(value: &Value) -> Result<(A, B), NotACase> {
    match value {
        Value::Array(items) if items.len() == 2 => Ok((Stored::read(&items[0])?, Stored::read(&items[1])?)),
        _ => unfit(value, "a list of two"),
    }
}

fn two(first: &impl Stored, second: &impl Stored) -> Value {
    Value::Array(vec![first.write(), second.write()])
}

impl Stored for Match {
    fn write(&self) -> Value {
        match self {
            Self::Address(network, mask) => tagged("address", two(network, mask)),
            Self::Fqdn(name) => tagged("fqdn", name.write()),
            Self::FqdnDomain(domain) => tagged("fqdn-domain", domain.write()),
            Self::UserFqdn(user, domain) => tagged("user-fqdn", two(user, domain)),
            Self::UserFqdnDomain(domain) => tagged("user-fqdn-domain", domain.write()),
            Self::KeyId(id) => tagged("key-id", id.write()),
            Self::CertificateMap(map) => tagged("certificate-map", map.write()),
            Self::Any => Value::from("any"),
        }
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        let (tag, inner) = tag(value)?;
        Ok(match tag {
            "address" => read_two(inner).map(|(network, mask)| Self::Address(network, mask))?,
            "fqdn" => Self::Fqdn(Stored::read(inner)?),
            "fqdn-domain" => Self::FqdnDomain(Stored::read(inner)?),
            "user-fqdn" => read_two(inner).map(|(user, domain)| Self::UserFqdn(user, domain))?,
            "user-fqdn-domain" => Self::UserFqdnDomain(Stored::read(inner)?),
            "key-id" => Self::KeyId(Stored::read(inner)?),
            "certificate-map" => Self::CertificateMap(Stored::read(inner)?),
            "any" => Self::Any,
            _ => return unfit(value, "a match"),
        })
    }
}

impl Stored for Identity {
    fn write(&self) -> Value {
        match self {
            Self::Address(address) => tagged("address", address.write()),
            Self::Fqdn(name) => tagged("fqdn", name.write()),
            Self::UserFqdn(user, domain) => tagged("user-fqdn", two(user, domain)),
            Self::Dn(name) => tagged("dn", name.write()),
            Self::KeyId(id) => tagged("key-id", id.write()),
        }
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        let (tag, inner) = tag(value)?;
        Ok(match tag {
            "address" => Self::Address(Stored::read(inner)?),
            "fqdn" => Self::Fqdn(Stored::read(inner)?),
            "user-fqdn" => read_two(inner).map(|(user, domain)| Self::UserFqdn(user, domain))?,
            "dn" => Self::Dn(Stored::read(inner)?),
            "key-id" => Self::KeyId(Stored::read(inner)?),
            _ => return unfit(value, "an identity"),
        })
    }
}

impl Stored for LocalIdentity {
    fn write(&self) -> Value {
        match self {
            Self::Is(identity) => identity.write(),
            Self::Subject => Value::from("subject"),
        }
    }

    fn read(value: &Value) -> Result<Self, NotACase> {
        match value.as_str() {
            Some("subject") => Ok(Self::Subject),
            _ => Stored::read(value).map(Self::Is),
        }
    }
}

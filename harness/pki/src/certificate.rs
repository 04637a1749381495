//! Certificates of X.509 versions 1 to 3 (RFC 5280 4.1), read once and kept byte for byte.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crypto::{Digest, HashAlgorithm, Hashes};

use crate::der::{self, Malformed, Reader, tag};
use crate::extensions::Extensions;
use crate::name::Name;
use crate::oid::Oid;
use crate::signatures::{Envelope, SignatureAlgorithm, Signed, SignedKind, expect_same_algorithm};
use crate::time::CalendarTime;

/// A certificate that was read; cloning it copies a pointer. Certificates are equal if their DER is.
#[derive(Clone)]
pub struct Certificate(Arc<Fields>);

/// What was read.
struct Fields {
    envelope: Envelope,
    version: Version,
    serial: SerialNumber,
    issuer: Name,
    validity: Validity,
    subject: Name,
    key: Range<usize>,
    key_kind: KeyKind,
    extensions: Extensions,
}

/// The version of a certificate's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Version 1: no extensions.
    V1,
    /// Version 2: unique identifiers, no extensions.
    V2,
    /// Version 3.
    V3,
}

/// The number that an issuer gave to a certificate: the contents octets of an INTEGER.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SerialNumber(Box<[u8]>);

/// The first and the last second at which a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// Valid from this second on.
    pub not_before: CalendarTime,
    /// Valid up to and including this second.
    pub not_after: CalendarTime,
}

/// A certificate's public key.
#[derive(Clone, Copy, Debug)]
pub struct PublicKey<'a> {
    der: &'a [u8],
    kind: &'a KeyKind,
}

/// What a public key is made for, and how large it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA.
    Rsa {
        /// The length of the modulus.
        bits: usize,
    },
    /// A point of an elliptic curve.
    EllipticCurve {
        /// The length of a coordinate.
        bits: usize,
    },
    /// An algorithm that is not in this list.
    Other(Oid),
}

impl Certificate {
    /// Reads a certificate that fills `der`.
    ///
    /// # Errors
    /// `der` is not a certificate; the error tells the offset. Nothing is said about whether it is to be trusted.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        Fields::read(der).map(|fields| Self(Arc::new(fields)))
    }

    /// All of it, as it was encoded.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        self.0.envelope.as_der()
    }

    /// The version of its format.
    #[must_use]
    pub fn version(&self) -> Version {
        self.0.version
    }

    /// The number that its issuer gave it.
    #[must_use]
    pub fn serial(&self) -> &SerialNumber {
        &self.0.serial
    }

    /// How its issuer signed it.
    #[must_use]
    pub fn signature_algorithm(&self) -> &SignatureAlgorithm {
        &self.0.envelope.algorithm
    }

    /// Who signed it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// When it is valid.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.0.validity
    }

    /// Whose it is.
    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.0.subject
    }

    /// Its public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey<'_> {
        PublicKey { der: self.0.envelope.part(&self.0.key), kind: &self.0.key_kind }
    }

    /// Its extensions; all absent in versions 1 and 2.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// What its issuer signed, how and with which result.
    #[must_use]
    pub fn signed(&self) -> Signed<'_> {
        self.0.envelope.signed(SignedKind::Certificate)
    }

    /// Whether subject and issuer are the same name, as those of a root are and of a certificate for a new key.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject().matches(self.issuer())
    }

    /// The hash of all of it, as `show crypto pki certificates verbose` prints it.
    #[must_use]
    pub fn fingerprint(&self, hashes: &dyn Hashes, algorithm: HashAlgorithm) -> Digest {
        hashes.hash(algorithm, &[self.as_der()])
    }

    /// Whether both are clones of one certificate that was read once.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.as_der() == other.as_der()
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} of {}, by {})", self.serial(), self.subject(), self.issuer())
    }
}

impl Fields {
    fn read(der: &[u8]) -> Result<Self, Malformed> {
        let (envelope, to_be_signed, algorithm) = Envelope::open(der, "a Certificate (SEQUENCE)")?;
        let mut fields = to_be_signed.reader();
        let version = Version::read(&mut fields)?;
        let serial = fields.expect(tag::INTEGER, "serialNumber (INTEGER)")?;
        expect_same_algorithm(&mut fields, algorithm)?;
        let issuer = read_name(&mut fields, "issuer (SEQUENCE)")?;
        let validity = Validity::read(&mut fields)?;
        let subject = read_name(&mut fields, "subject (SEQUENCE)")?;
        let key = fields.expect(tag::SEQUENCE, "subjectPublicKeyInfo (SEQUENCE)")?;
        let key_kind = KeyKind::read(&mut key.reader())?;
        // issuerUniqueID and subjectUniqueID: nobody uses them.
        fields.optional(tag::context(1))?;
        fields.optional(tag::context(2))?;
        let extensions = match fields.optional(tag::context_constructed(3))? {
            Some(wrapped) if version < Version::V3 => {
                return Err(Malformed::contents(
                    wrapped.offset,
                    "extensions in a certificate before version 3",
                ));
            }
            Some(wrapped) => Extensions::read(wrapped)?,
            None => Extensions::default(),
        };
        fields.finish()?;
        Ok(Self {
            envelope,
            version,
            serial: SerialNumber::from_contents(serial.contents),
            issuer,
            validity,
            subject,
            key: key.range(),
            key_kind,
            extensions,
        })
    }
}

/// Reads the Name that comes next.
pub(crate) fn read_name(fields: &mut Reader<'_>, what: &'static str) -> Result<Name, Malformed> {
    let element = fields.expect(tag::SEQUENCE, what)?;
    Name::from_der(element.whole).map_err(|error| error.moved_by(element.offset))
}

impl Version {
    /// Reads the optional version field; it is absent in version 1.
    fn read(fields: &mut Reader<'_>) -> Result<Self, Malformed> {
        let Some(wrapped) = fields.optional(tag::context_constructed(0))? else { return Ok(Self::V1) };
        let mut reader = wrapped.reader();
        let number = reader.expect(tag::INTEGER, "version (INTEGER)")?;
        reader.finish()?;
        match number.contents {
            [0] => Ok(Self::V1),
            [1] => Ok(Self::V2),
            [2] => Ok(Self::V3),
            _ => Err(Malformed::contents(number.offset, "a version after 3")),
        }
    }

    /// The number people call it by: 1, 2 or 3.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
            Self::V3 => 3,
        }
    }
}

impl SerialNumber {
    /// The serial number with these contents octets (big-endian, two's complement).
    #[must_use]
    pub fn from_contents(octets: &[u8]) -> Self {
        Self(octets.into())
    }

    /// The contents octets.
    #[must_use]
    pub fn contents(&self) -> &[u8] {
        &self.0
    }
}

/// As `show crypto pki certificates` prints it: hexadecimal digits, two an octet.
impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let octets = match &*self.0 {
            // The sign octet of a large positive number.
            [0, rest @ ..] if !rest.is_empty() => rest,
            octets => octets,
        };
        octets.iter().try_for_each(|octet| write!(f, "{octet:02X}"))
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNumber({self})")
    }
}

impl Validity {
    fn read(fields: &mut Reader<'_>) -> Result<Self, Malformed> {
        let mut times = fields.expect(tag::SEQUENCE, "validity (SEQUENCE)")?.reader();
        let not_before = CalendarTime::read(times.next()?)?;
        let not_after = CalendarTime::read(times.next()?)?;
        times.finish()?;
        Ok(Self { not_before, not_after })
    }
}

impl<'a> PublicKey<'a> {
    /// The SubjectPublicKeyInfo (RFC 5280 4.1.2.7), as it was encoded.
    #[must_use]
    pub const fn as_der(self) -> &'a [u8] {
        self.der
    }

    /// What it is made for, and how large it is.
    #[must_use]
    pub const fn kind(self) -> &'a KeyKind {
        self.kind
    }

    /// The hash by which IKEv2 asks for certificates of its holder (RFC 7296 3.7): SHA-1 of the SubjectPublicKeyInfo.
    #[must_use]
    pub fn request_hash(self, hashes: &dyn Hashes) -> Digest {
        hashes.hash(HashAlgorithm::Sha1, &[self.der])
    }
}

/// 1.2.840.113549.1.1.1.
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// 1.2.840.10045.2.1.
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

impl KeyKind {
    /// Reads the contents of a SubjectPublicKeyInfo.
    fn read(fields: &mut Reader<'_>) -> Result<Self, Malformed> {
        let mut algorithm = fields.expect(tag::SEQUENCE, "the key's algorithm (SEQUENCE)")?.reader();
        let oid = algorithm.expect(tag::OBJECT_IDENTIFIER, "the key's algorithm (OBJECT IDENTIFIER)")?;
        let bits = fields.expect(tag::BIT_STRING, "subjectPublicKey (BIT STRING)")?;
        fields.clone().finish()?;
        let (_unused, key) = bits
            .contents
            .split_first()
            .ok_or_else(|| Malformed::contents(bits.offset, "a BIT STRING without contents"))?;
        match oid.contents {
            RSA_ENCRYPTION => {
                let inner = bits.contents_offset().saturating_add(1);
                Self::read_rsa(key).map_err(|error| error.moved_by(inner))
            }
            // SEC 1 2.3.3: a byte for the form, then one coordinate or both.
            EC_PUBLIC_KEY => match key.split_first() {
                Some((2 | 3, x)) => Ok(Self::EllipticCurve { bits: x.len().saturating_mul(8) }),
                Some((4, both)) => Ok(Self::EllipticCurve { bits: both.len().saturating_mul(4) }),
                _ => Err(Malformed::contents(bits.offset, "not a point of an elliptic curve")),
            },
            other => Ok(Self::Other(Oid::from_contents(other))),
        }
    }

    /// Reads an RSAPublicKey (RFC 8017 A.1.1).
    fn read_rsa(der: &[u8]) -> Result<Self, Malformed> {
        let mut numbers = der::only(der, tag::SEQUENCE, "RSAPublicKey (SEQUENCE)")?.reader();
        let modulus = numbers.expect(tag::INTEGER, "modulus (INTEGER)")?;
        numbers.expect(tag::INTEGER, "publicExponent (INTEGER)")?;
        numbers.finish()?;
        let significant = modulus.contents.iter().skip_while(|&&octet| octet == 0);
        let zeros = significant.clone().next().map_or(0, |first| first.leading_zeros());
        let bits =
            significant.count().saturating_mul(8).saturating_sub(usize::try_from(zeros).unwrap_or_default());
        Ok(Self::Rsa { bits })
    }

    /// The size by which its strength is judged: the modulus of RSA, a coordinate of a curve; `None` if unknown.
    #[must_use]
    pub const fn bits(&self) -> Option<usize> {
        match self {
            Self::Rsa { bits } | Self::EllipticCurve { bits } => Some(*bits),
            Self::Other(_) => None,
        }
    }
}

//! The signatures of issuers: how they are named, and the seam to whoever judges them.

use std::fmt;
use std::ops::Range;

use crypto::{HashAlgorithm, SignatureRefused, SignatureScheme, Verifier};

use crate::certificate::PublicKey;
use crate::der::{self, Element, Malformed, Reader, tag};
use crate::oid::Oid;

/// How an issuer signed a certificate or a CRL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 3279 2.2.1, RFC 4055 5).
    RsaPkcs1(HashAlgorithm),
    /// ECDSA (RFC 3279 2.2.3, RFC 5758 3.2).
    Ecdsa(HashAlgorithm),
    /// Ed25519 (RFC 8410 3).
    Ed25519,
    /// An algorithm that is not in the table.
    Other(Oid),
}

/// The algorithms that are told apart, by the contents octets of their object identifiers.
const ALGORITHMS: &[(&[u8], SignatureAlgorithm)] = &[
    // 1.2.840.113549.1.1.4, .5, .11, .12, .13.
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Md5)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha1)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11], SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha256)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12], SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha384)),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13], SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha512)),
    // 1.2.840.10045.4.1, .3.2, .3.3, .3.4.
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha1)),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256)),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha384)),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha512)),
    // 1.3.101.112.
    (&[0x2b, 101, 112], SignatureAlgorithm::Ed25519),
];

impl SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier; parameters are not looked at, for none of the table's algorithms has any that matter.
    pub(crate) fn read(contents: &mut Reader<'_>) -> Result<Self, Malformed> {
        let oid = contents.expect(tag::OBJECT_IDENTIFIER, "an algorithm (OBJECT IDENTIFIER)")?.contents;
        let known = ALGORITHMS.iter().find(|(known, _)| *known == oid);
        Ok(known.map_or_else(|| Self::Other(Oid::from_contents(oid)), |(_, algorithm)| algorithm.clone()))
    }

    /// The scheme that a [`Verifier`] knows it by, if there is one.
    #[must_use]
    pub const fn scheme(&self) -> Option<SignatureScheme> {
        match self {
            Self::RsaPkcs1(hash) => Some(SignatureScheme::RsaPkcs1(*hash)),
            Self::Ecdsa(hash) => Some(SignatureScheme::Ecdsa(*hash)),
            Self::Ed25519 => Some(SignatureScheme::Ed25519),
            Self::Other(_) => None,
        }
    }

    /// The hash that is signed, if it is known.
    #[must_use]
    pub const fn hash(&self) -> Option<HashAlgorithm> {
        match self {
            Self::RsaPkcs1(hash) | Self::Ecdsa(hash) => Some(*hash),
            Self::Ed25519 | Self::Other(_) => None,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaPkcs1(hash) => write!(f, "RSA with {hash}"),
            Self::Ecdsa(hash) => write!(f, "ECDSA with {hash}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Other(oid) => write!(f, "algorithm {oid}"),
        }
    }
}

/// What an issuer signed together with the signature: `SIGNED` of X.509, the outer form of certificates and CRLs.
pub(crate) struct Envelope {
    /// All of it; the ranges are into this and were made by its reader.
    der: Box<[u8]>,
    to_be_signed: Range<usize>,
    pub algorithm: SignatureAlgorithm,
    signature: Range<usize>,
}

impl Envelope {
    /// Takes `der` apart; yields what is signed and hands out the algorithm that has to stand inside too.
    pub fn open<'a>(
        der: &'a [u8],
        what: &'static str,
    ) -> Result<(Self, Element<'a>, Element<'a>), Malformed> {
        let mut parts = der::only(der, tag::SEQUENCE, what)?.reader();
        let to_be_signed = parts.expect(tag::SEQUENCE, "the part that is signed (SEQUENCE)")?;
        let algorithm = parts.expect(tag::SEQUENCE, "signatureAlgorithm (SEQUENCE)")?;
        let signature = parts.expect(tag::BIT_STRING, "the signature (BIT STRING)")?;
        parts.finish()?;
        let envelope = Self {
            der: der.into(),
            to_be_signed: to_be_signed.range(),
            algorithm: SignatureAlgorithm::read(&mut algorithm.reader())?,
            signature: der::bit_string(signature)?,
        };
        Ok((envelope, to_be_signed, algorithm))
    }

    /// All of it, as it was encoded.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// A part of it.
    pub fn part(&self, range: &Range<usize>) -> &[u8] {
        self.der.get(range.clone()).unwrap_or_default()
    }

    /// The same for whoever judges the signature.
    pub fn signed(&self, kind: SignedKind) -> Signed<'_> {
        Signed {
            kind,
            der: &self.der,
            message: self.part(&self.to_be_signed),
            algorithm: &self.algorithm,
            signature: self.part(&self.signature),
        }
    }
}

/// Reads the algorithm that stands inside of what is signed: it has to be the one outside, or one of them is not what was
/// signed (RFC 5280 4.1.1.2, 5.1.1.2).
pub(crate) fn expect_same_algorithm(fields: &mut Reader<'_>, outside: Element<'_>) -> Result<(), Malformed> {
    let inside = fields.expect(tag::SEQUENCE, "signature (SEQUENCE)")?;
    if inside.contents == outside.contents {
        Ok(())
    } else {
        Err(Malformed::contents(inside.offset, "another signature algorithm than outside"))
    }
}

/// Something that an issuer signed, as it is handed to the judge.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// What it is.
    pub kind: SignedKind,
    /// All of its DER: a judge may know it by that.
    pub der: &'a [u8],
    /// The part that is signed (tbsCertificate, tbsCertList).
    pub message: &'a [u8],
    /// How it is signed.
    pub algorithm: &'a SignatureAlgorithm,
    /// The signature's octets.
    pub signature: &'a [u8],
}

/// What an issuer signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedKind {
    /// A certificate.
    Certificate,
    /// A CRL.
    RevocationList,
}

/// Judges the signatures that issuers put on certificates and CRLs.
///
/// Every [`Verifier`] does. A laboratory that has to take some signatures on trust, because it was given the certificate
/// without its issuer's key, puts its own implementation before one.
pub trait IssuerSignatures {
    /// Accepts or refuses the signature of the holder of `issuer_key` on `signed`.
    ///
    /// # Errors
    /// The reason of the refusal.
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem>;
}

/// Why an issuer's signature is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureProblem {
    /// The judge does not know the algorithm.
    UnsupportedAlgorithm,
    /// It is not a signature of this key over this message.
    Refused(SignatureRefused),
}

impl<V: Verifier + ?Sized> IssuerSignatures for V {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        let scheme = signed.algorithm.scheme().ok_or(SignatureProblem::UnsupportedAlgorithm)?;
        self.verify(scheme, issuer_key.as_der(), signed.message, signed.signature)
            .map_err(SignatureProblem::Refused)
    }
}

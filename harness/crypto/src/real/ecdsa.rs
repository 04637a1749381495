//! ECDSA over the NIST curves, in both encodings of a signature, with the deterministic secret number of RFC 6979.

use ecdsa::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ecdsa::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, SecretKey};
use ecdsa::hazmat::{sign_prehashed_rfc6979, verify_prehashed};
use ecdsa::{EcdsaCurve, Signature, VerifyingKey};
use md5::Md5;
use p256::NistP256;
use p384::NistP384;
use p521::NistP521;
use rsa::pkcs8::PrivateKeyInfoRef;
use rsa::pkcs8::der::asn1::AnyRef;
use rsa::pkcs8::der::{Decode, Encode};
use sec1::{EcParameters, EcPrivateKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::private_key::write_private_key;
use super::{Real, ecp};
use crate::public_key::{EC_PUBLIC_KEY, PublicKey, write_ecdsa};
use crate::{
    EllipticCurve, Group, HashAlgorithm, Hashes, PrivateKeyRefused, PublicKeyKind, PublicKeyRefused, Random,
    SignError, SignatureRefused, SignatureScheme, Signer, ecdsa_value,
};

/// A private key of ECDSA.
#[derive(Clone, Debug)]
pub struct EcdsaSigner {
    key: Key,
    public_key: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Key {
    P256(SecretKey<NistP256>),
    P384(SecretKey<NistP384>),
    P521(SecretKey<NistP521>),
}

impl EcdsaSigner {
    /// Reads a PKCS#8 PrivateKeyInfo in DER (RFC 5208), as `BEGIN PRIVATE KEY` has it.
    ///
    /// # Errors
    /// The bytes are no PrivateKeyInfo, or hold something else than a key of ECDSA over one of the curves.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, PrivateKeyRefused> {
        let info = PrivateKeyInfoRef::from_der(der)
            .map_err(|_| PrivateKeyRefused::Unreadable { structure: "PKCS#8" })?;
        if info.algorithm.oid != EC_PUBLIC_KEY {
            return Err(PrivateKeyRefused::OtherAlgorithm);
        }
        let curve = info.algorithm.parameters_oid().map_err(|_| PrivateKeyRefused::OtherAlgorithm)?;
        let curve = EllipticCurve::from_object_identifier(curve).ok_or(PrivateKeyRefused::OtherAlgorithm)?;
        let key = read_sec1(info.private_key.as_bytes())?;
        Self::from_secret(curve, key.private_key)
    }

    /// Reads an ECPrivateKey in DER (RFC 5915 3), as `BEGIN EC PRIVATE KEY` has it. It must name its curve.
    ///
    /// # Errors
    /// The bytes are no ECPrivateKey, or name none of the curves.
    pub fn from_sec1_der(der: &[u8]) -> Result<Self, PrivateKeyRefused> {
        let key = read_sec1(der)?;
        let Some(EcParameters::NamedCurve(curve)) = key.parameters else {
            return Err(PrivateKeyRefused::OtherAlgorithm);
        };
        let curve = EllipticCurve::from_object_identifier(curve).ok_or(PrivateKeyRefused::OtherAlgorithm)?;
        Self::from_secret(curve, key.private_key)
    }

    /// The key whose secret number is `secret`, big-endian and as long as a coordinate of `curve`.
    ///
    /// # Errors
    /// The number is zero, beyond the order of the curve, or of another length.
    pub fn from_secret(curve: EllipticCurve, secret: &[u8]) -> Result<Self, PrivateKeyRefused> {
        let (key, point) = match curve {
            EllipticCurve::P256 => read_secret(secret).map(|(key, point)| (Key::P256(key), point)),
            EllipticCurve::P384 => read_secret(secret).map(|(key, point)| (Key::P384(key), point)),
            EllipticCurve::P521 => read_secret(secret).map(|(key, point)| (Key::P521(key), point)),
        }
        .ok_or(PrivateKeyRefused::Inconsistent)?;
        Ok(Self { key, public_key: write_ecdsa(curve, &point) })
    }

    /// A key whose secret number is drawn from `random`.
    #[must_use]
    pub fn generate(curve: EllipticCurve, random: &mut dyn Random) -> Self {
        let secret = match curve {
            EllipticCurve::P256 => ecp::draw::<NistP256>(Group::Ecp256, random).to_bytes().to_vec(),
            EllipticCurve::P384 => ecp::draw::<NistP384>(Group::Ecp384, random).to_bytes().to_vec(),
            EllipticCurve::P521 => ecp::draw::<NistP521>(Group::Ecp521, random).to_bytes().to_vec(),
        };
        Self::from_secret(curve, &secret).expect("what is drawn is a secret number of the curve")
    }

    /// The key as a PKCS#8 PrivateKeyInfo in DER, with the public point in it, as OpenSSL writes it.
    #[must_use]
    pub fn to_pkcs8_der(&self) -> Vec<u8> {
        let curve = self.curve();
        let secret = match &self.key {
            Key::P256(secret) => secret.to_bytes().to_vec(),
            Key::P384(secret) => secret.to_bytes().to_vec(),
            Key::P521(secret) => secret.to_bytes().to_vec(),
        };
        let point = match PublicKey::read(&self.public_key) {
            Ok(PublicKey::Ecdsa { point, .. }) => Some(point),
            _ => None,
        };
        let key = EcPrivateKey { private_key: &secret, parameters: None, public_key: point };
        let key = key.to_der().expect("a key is not too long for DER");
        write_private_key(EC_PUBLIC_KEY, Some(AnyRef::from(&curve.object_identifier())), &key)
    }

    const fn curve(&self) -> EllipticCurve {
        match self.key {
            Key::P256(_) => EllipticCurve::P256,
            Key::P384(_) => EllipticCurve::P384,
            Key::P521(_) => EllipticCurve::P521,
        }
    }
}

impl Signer for EcdsaSigner {
    fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let key = PublicKeyKind::Ecdsa(self.curve());
        let Some(hash) = scheme.hash().filter(|_| key.signs(scheme)) else {
            return Err(SignError::OtherKind { scheme, key });
        };
        let digest = Real.hash(hash, &[message]);
        let [r, s] = match &self.key {
            Key::P256(secret) => sign(secret, hash, &digest),
            Key::P384(secret) => sign(secret, hash, &digest),
            Key::P521(secret) => sign(secret, hash, &digest),
        };
        Ok(match scheme {
            SignatureScheme::EcdsaConcatenated(_) => [r, s].concat(),
            _ => ecdsa_value::write([&r, &s]),
        })
    }
}

/// Judges a signature whose scheme fits the key, and whose length does too.
pub(super) fn verify(
    curve: EllipticCurve,
    point: &[u8],
    scheme: SignatureScheme,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureRefused> {
    let numbers = match scheme {
        SignatureScheme::EcdsaConcatenated(_) => signature.split_at(curve.field_length()).into(),
        _ => ecdsa_value::read(signature).ok_or(SignatureRefused::Unreadable)?,
    };
    let hash = scheme.hash().unwrap_or(curve.hash());
    let digest = Real.hash(hash, &[message]);
    match curve {
        EllipticCurve::P256 => verify_numbers::<NistP256>(point, &digest, numbers),
        EllipticCurve::P384 => verify_numbers::<NistP384>(point, &digest, numbers),
        EllipticCurve::P521 => verify_numbers::<NistP521>(point, &digest, numbers),
    }
}

fn read_sec1(der: &[u8]) -> Result<EcPrivateKey<'_>, PrivateKeyRefused> {
    EcPrivateKey::from_der(der).map_err(|_| PrivateKeyRefused::Unreadable { structure: "SEC 1" })
}

/// The key, and its public point without compression (SEC 1 2.3.3).
fn read_secret<C>(secret: &[u8]) -> Option<(SecretKey<C>, Vec<u8>)>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let key = SecretKey::<C>::from_slice(secret).ok()?;
    let point = key.public_key().to_sec1_point(false).as_bytes().to_vec();
    Some((key, point))
}

/// r and s, each at full length.
fn sign<C>(key: &SecretKey<C>, hash: HashAlgorithm, digest: &[u8]) -> [Vec<u8>; 2]
where
    C: EcdsaCurve + CurveArithmetic,
{
    let secret = key.to_nonzero_scalar();
    let (signature, _) = match hash {
        HashAlgorithm::Md5 => sign_prehashed_rfc6979::<C, Md5>(&secret, digest, &[]),
        HashAlgorithm::Sha1 => sign_prehashed_rfc6979::<C, Sha1>(&secret, digest, &[]),
        HashAlgorithm::Sha256 => sign_prehashed_rfc6979::<C, Sha256>(&secret, digest, &[]),
        HashAlgorithm::Sha384 => sign_prehashed_rfc6979::<C, Sha384>(&secret, digest, &[]),
        HashAlgorithm::Sha512 => sign_prehashed_rfc6979::<C, Sha512>(&secret, digest, &[]),
    };
    let (r, s) = signature.split_bytes();
    [r.to_vec(), s.to_vec()]
}

fn verify_numbers<C>(point: &[u8], digest: &[u8], numbers: [&[u8]; 2]) -> Result<(), SignatureRefused>
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let key = VerifyingKey::<C>::from_sec1_bytes(point).map_err(|_| PublicKeyRefused::Unusable)?;
    let [Some(r), Some(s)] = numbers.map(field_bytes::<C>) else {
        return Err(SignatureRefused::Mismatch);
    };
    let signature = Signature::<C>::from_scalars(r, s).map_err(|_| SignatureRefused::Mismatch)?;
    verify_prehashed(&(*key.as_affine()).into(), digest, &signature).map_err(|_| SignatureRefused::Mismatch)
}

/// A number with leading zeros to full length, or `None` if it is longer than that.
fn field_bytes<C: EcdsaCurve>(number: &[u8]) -> Option<FieldBytes<C>> {
    let mut bytes = FieldBytes::<C>::default();
    let start = bytes.len().checked_sub(number.len())?;
    bytes.get_mut(start..)?.copy_from_slice(number);
    Some(bytes)
}

//! Diffie-Hellman over the NIST curves, encoded as RFC 5903 7 has it: x|y without the 0x04 of SEC 1, and of the
//! shared point only x.

use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use p256::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, PublicKey, SecretKey};

use crate::{AgreementError, Group, PrivateValue, Random};

/// The octet that SEC 1 2.3.3 puts before an uncompressed point.
const UNCOMPRESSED: u8 = 0x04;

/// Draws a private value; `C` must be the curve of `group`.
pub(super) fn begin<C>(group: Group, random: &mut dyn Random) -> Box<dyn PrivateValue>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    Box::new(EcpPrivateValue::<C>::new(group, draw(group, random)))
}

/// Draws a scalar between 1 and the order of the curve by trying (NIST SP 800-56A 5.6.1.2.2).
pub(super) fn draw<C: CurveArithmetic>(group: Group, random: &mut dyn Random) -> SecretKey<C> {
    loop {
        let mut scalar = FieldBytes::<C>::default();
        random.fill(&mut scalar);
        if group == Group::Ecp521
            && let Some(first) = scalar.first_mut()
        {
            // 521 bits in 66 octets: without this, one try in 128 would do.
            *first &= 0x01;
        }
        if let Ok(secret) = SecretKey::from_bytes(&scalar) {
            return secret;
        }
    }
}

#[derive(Debug)]
struct EcpPrivateValue<C: CurveArithmetic> {
    group: Group,
    secret: SecretKey<C>,
    public: Vec<u8>,
}

impl<C> EcpPrivateValue<C>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    fn new(group: Group, secret: SecretKey<C>) -> Self {
        let point = secret.public_key().to_sec1_point(false);
        let public = point.as_bytes().iter().skip(1).copied().collect();
        Self { group, secret, public }
    }
}

impl<C> PrivateValue for EcpPrivateValue<C>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    fn public(&self) -> &[u8] {
        &self.public
    }

    fn agree(&self, peer_public: &[u8]) -> Result<Vec<u8>, AgreementError> {
        let group = self.group;
        if peer_public.len() != group.public_length() {
            return Err(AgreementError::Length { group, found: peer_public.len() });
        }
        let mut point = Vec::with_capacity(1 + peer_public.len());
        point.push(UNCOMPRESSED);
        point.extend_from_slice(peer_public);
        // Refuses coordinates beyond the field and points off the curve (RFC 6989 2.3).
        let peer =
            PublicKey::<C>::from_sec1_bytes(&point).map_err(|_| AgreementError::NotOnCurve { group })?;
        Ok(self.secret.diffie_hellman(&peer).raw_secret_bytes().to_vec())
    }
}

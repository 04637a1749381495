//! Public values and shared secrets.

use super::Simulated;
use super::mixing::{Mixer, Purpose};
use crate::{AgreementError, Group, KeyAgreement, PrivateValue, Random};

impl KeyAgreement for Simulated {
    fn begin(&self, group: Group, random: &mut dyn Random) -> Box<dyn PrivateValue> {
        let mut secret = [0; 32];
        random.fill(&mut secret);
        let mut public = Mixer::new(Purpose::PublicValue, group.number())
            .field(&secret)
            .finish()
            .bytes(group.public_length());
        if let Some(first) = public.first_mut() {
            // Below the modulus, all of which begin with 64 bits set.
            *first &= 0x7f;
        }
        Box::new(SimulatedPrivateValue { group, public })
    }
}

#[derive(Debug)]
struct SimulatedPrivateValue {
    group: Group,
    public: Vec<u8>,
}

impl PrivateValue for SimulatedPrivateValue {
    fn public(&self) -> &[u8] {
        &self.public
    }

    fn agree(&self, peer_public: &[u8]) -> Result<Vec<u8>, AgreementError> {
        check(self.group, peer_public)?;
        let (first, second) = if *self.public < *peer_public {
            (self.public.as_slice(), peer_public)
        } else {
            (peer_public, self.public.as_slice())
        };
        let group = self.group;
        Ok(Mixer::new(Purpose::SharedSecret, group.number())
            .field(first)
            .field(second)
            .finish()
            .bytes(group.shared_length()))
    }
}

/// Refuses what [`Real`](crate::Real) refuses, as far as that costs no arithmetic: of MODP values 0, 1 and those that
/// begin with the 64 set bits of the modulus (all from p-1 on do); of points only the one whose coordinates are zero,
/// which is on none of the curves, and of small order on Curve25519.
fn check(group: Group, public: &[u8]) -> Result<(), AgreementError> {
    if public.len() != group.public_length() {
        return Err(AgreementError::Length { group, found: public.len() });
    }
    let zero = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
    if group.is_elliptic_curve() {
        return match group {
            Group::X25519 if zero(public) => Err(AgreementError::OutOfRange { group }),
            _ if zero(public) => Err(AgreementError::NotOnCurve { group }),
            _ => Ok(()),
        };
    }
    let below_two = public.split_last().is_some_and(|(last, leading)| *last < 2 && zero(leading));
    if below_two || public.starts_with(&[0xff; 8]) {
        Err(AgreementError::OutOfRange { group })
    } else {
        Ok(())
    }
}

//! Diffie-Hellman over the MODP groups: generator 2 modulo a safe prime, or a subgroup of prime order with a generator of
//! its own (RFC 5114); values padded on the left to the length of the modulus (RFC 2409 5, RFC 7296 2.14).

mod primes;

use std::fmt;
use std::sync::LazyLock;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Resize};

use crate::{AgreementError, Group, PrivateValue, Random};

/// A MODP group and its arithmetic.
#[derive(Debug)]
pub(super) struct Modp {
    group: Group,
    modulus: LazyLock<BoxedMontyParams>,
    /// None modulo a safe prime.
    subgroup: Option<LazyLock<Subgroup>>,
}

/// A subgroup of prime order.
#[derive(Debug)]
struct Subgroup {
    generator: BoxedUint,
    order: BoxedUint,
}

impl Subgroup {
    fn of_order_256() -> Self {
        let number = |digits, bits| {
            BoxedUint::from_be_hex(digits, bits).expect("the table holds hexadecimal digits of this length")
        };
        Self {
            generator: number(primes::GENERATOR_2048_ORDER_256, 2048),
            order: number(primes::ORDER_2048_ORDER_256, 256),
        }
    }
}

pub(super) static MODP_768: Modp = Modp::new(Group::Modp768, || prepare(Group::Modp768, primes::PRIME_768));
pub(super) static MODP_1024: Modp =
    Modp::new(Group::Modp1024, || prepare(Group::Modp1024, primes::PRIME_1024));
pub(super) static MODP_1536: Modp =
    Modp::new(Group::Modp1536, || prepare(Group::Modp1536, primes::PRIME_1536));
pub(super) static MODP_2048: Modp =
    Modp::new(Group::Modp2048, || prepare(Group::Modp2048, primes::PRIME_2048));
pub(super) static MODP_3072: Modp =
    Modp::new(Group::Modp3072, || prepare(Group::Modp3072, primes::PRIME_3072));
pub(super) static MODP_4096: Modp =
    Modp::new(Group::Modp4096, || prepare(Group::Modp4096, primes::PRIME_4096));

pub(super) static MODP_2048_ORDER_256: Modp = Modp {
    group: Group::Modp2048Order256,
    modulus: LazyLock::new(|| prepare(Group::Modp2048Order256, primes::PRIME_2048_ORDER_256)),
    subgroup: Some(LazyLock::new(Subgroup::of_order_256)),
};

/// The generator of the groups modulo a safe prime.
const GENERATOR: u8 = 2;

/// The least length in bytes of a private exponent.
const SHORTEST_EXPONENT: usize = 32;

/// Draws a private value.
pub(super) fn begin(modp: &'static Modp, random: &mut dyn Random) -> Box<dyn PrivateValue> {
    // Modulo a safe prime an exponent of twice the strength is enough (RFC 7919 5.2, NIST SP 800-56A 5.6.1.1.1), and
    // several times as fast as one of the length of the modulus.
    let mut exponent = vec![0; SHORTEST_EXPONENT.max(usize::from(modp.group.strength()) / 4)];
    random.fill(&mut exponent);
    if let Some(first) = exponent.first_mut() {
        // Whatever was drawn, the exponent is neither 0 nor 1.
        *first |= 0x80;
    }
    Box::new(ModpPrivateValue::new(modp, &exponent))
}

fn prepare(group: Group, prime: &str) -> BoxedMontyParams {
    let bits = u32::try_from(8 * group.public_length()).expect("the longest modulus has 4096 bits");
    let prime =
        BoxedUint::from_be_hex(prime, bits).expect("the table holds as many digits as the group's modulus");
    BoxedMontyParams::new(prime.into_odd().expect("the primes of the table are odd"))
}

impl Modp {
    const fn new(group: Group, prepare: fn() -> BoxedMontyParams) -> Self {
        Self { group, modulus: LazyLock::new(prepare), subgroup: None }
    }

    /// `base` to the power of `exponent`, as long as the modulus.
    fn power(&self, base: &BoxedUint, exponent: &BoxedUint) -> Vec<u8> {
        let base = base.resize_unchecked(self.modulus.bits_precision());
        BoxedMontyForm::new(base, &self.modulus).pow(exponent).retrieve().to_be_bytes().into_vec()
    }

    /// Reads a peer's public value.
    fn read_public(&self, public: &[u8]) -> Result<BoxedUint, AgreementError> {
        let group = self.group;
        if public.len() != group.public_length() {
            return Err(AgreementError::Length { group, found: public.len() });
        }
        let value = BoxedUint::from_be_slice_vartime(public);
        // RFC 6989 2.1: from 2 to p-2. As p is a safe prime, no other value has a small order.
        let largest = self.modulus.modulus().as_ref().wrapping_sub(BoxedUint::from(2u8));
        // RFC 6989 2.2: of a subgroup it has to be an element.
        let is_element = |subgroup: &LazyLock<Subgroup>| {
            BoxedUint::from_be_slice_vartime(&self.power(&value, &subgroup.order)) == BoxedUint::one()
        };
        if value > BoxedUint::one() && value <= largest && self.subgroup.as_ref().is_none_or(is_element) {
            Ok(value)
        } else {
            Err(AgreementError::OutOfRange { group })
        }
    }

    fn generator(&self) -> BoxedUint {
        self.subgroup.as_ref().map_or_else(|| BoxedUint::from(GENERATOR), |it| it.generator.clone())
    }
}

struct ModpPrivateValue {
    modp: &'static Modp,
    exponent: BoxedUint,
    public: Vec<u8>,
}

impl ModpPrivateValue {
    fn new(modp: &'static Modp, exponent: &[u8]) -> Self {
        let exponent = BoxedUint::from_be_slice_vartime(exponent);
        let public = modp.power(&modp.generator(), &exponent);
        Self { modp, exponent, public }
    }
}

impl PrivateValue for ModpPrivateValue {
    fn public(&self) -> &[u8] {
        &self.public
    }

    fn agree(&self, peer_public: &[u8]) -> Result<Vec<u8>, AgreementError> {
        let peer_public = self.modp.read_public(peer_public)?;
        Ok(self.modp.power(&peer_public, &self.exponent))
    }
}

impl fmt::Debug for ModpPrivateValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModpPrivateValue").field("group", &self.modp.group).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

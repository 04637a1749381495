//! The primes, against the formulas that define them.

use crypto_bigint::{BoxedUint, NonZero, Resize};
use crypto_primes::{Flavor, is_prime};

use super::{MODP_768, MODP_1024, MODP_1536, MODP_2048, MODP_2048_ORDER_256, MODP_3072, MODP_4096, Modp};

/// The groups with the number that their definition adds to the bits of pi (RFC 2409 6.1 and 6.2, RFC 3526 2 to 5).
const DEFINITIONS: [(&Modp, u32); 6] = [
    (&MODP_768, 149_686),
    (&MODP_1024, 129_093),
    (&MODP_1536, 741_804),
    (&MODP_2048, 124_476),
    (&MODP_3072, 1_690_314),
    (&MODP_4096, 240_904),
];

/// More bits than any calculation here needs.
const PRECISION: u32 = 4096 + 128;

#[test]
fn every_prime_is_the_one_that_its_formula_defines() {
    for (modp, addend) in DEFINITIONS {
        let bits = u32::try_from(modp.group.public_length() * 8).unwrap();
        // p = 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + addend)
        let power_of_two =
            |exponent: u32| BoxedUint::one_with_precision(PRECISION).wrapping_shl_vartime(exponent);
        let middle = pi(bits - 130).wrapping_add(BoxedUint::from(addend)).wrapping_shl_vartime(64);
        let expected = power_of_two(bits)
            .wrapping_sub(power_of_two(bits - 64))
            .wrapping_sub(BoxedUint::one())
            .wrapping_add(middle);
        assert_eq!(modp.modulus.modulus().as_ref(), &expected, "{}", modp.group);
    }
}

#[test]
fn every_prime_is_a_safe_prime() {
    for (modp, _) in DEFINITIONS {
        assert!(is_prime(Flavor::Safe, modp.modulus.modulus().as_ref()), "{}", modp.group);
    }
}

#[test]
fn the_subgroup_of_rfc_5114_is_one_of_prime_order_and_its_generator_is_in_it() {
    let modp = &MODP_2048_ORDER_256;
    let prime = modp.modulus.modulus().as_ref();
    let subgroup = modp.subgroup.as_ref().unwrap();
    assert!(is_prime(Flavor::Any, prime));
    assert!(is_prime(Flavor::Any, &subgroup.order));
    // The order divides p - 1.
    let order = NonZero::new(subgroup.order.clone().resize(2048)).unwrap();
    assert_eq!(prime.wrapping_sub(BoxedUint::one()) % order, BoxedUint::zero());
    // Of prime order and not 1, it generates the whole of it.
    let one = BoxedUint::from_be_slice_vartime(&modp.power(&subgroup.generator, &subgroup.order));
    assert_eq!(one, BoxedUint::one());
    assert_ne!(subgroup.generator, BoxedUint::one());
}

/// The integral part of 2^`bits` pi, by Machin's formula: pi = 16 arctan(1/5) - 4 arctan(1/239).
fn pi(bits: u32) -> BoxedUint {
    const GUARD: u32 = 64;
    let scaled = |factor: u32, divisor: u32| {
        let one = BoxedUint::from(factor).resize(PRECISION).wrapping_shl_vartime(bits + GUARD);
        arctangent_of_inverse(one, divisor)
    };
    scaled(16, 5).wrapping_sub(scaled(4, 239)).wrapping_shr_vartime(GUARD)
}

/// `one` times arctan(1/`x`), by its series: 1/x - 1/3x^3 + 1/5x^5 - ...
fn arctangent_of_inverse(one: BoxedUint, x: u32) -> BoxedUint {
    let divide =
        |value: &BoxedUint, by: u32| value / NonZero::new(BoxedUint::from(by).resize(PRECISION)).unwrap();
    let mut power = divide(&one, x);
    let mut sum = power.clone();
    for term in 1.. {
        power = divide(&power, x * x);
        let summand = divide(&power, 2 * term + 1);
        if bool::from(summand.is_zero()) {
            break;
        }
        sum = if term % 2 == 0 { sum.wrapping_add(summand) } else { sum.wrapping_sub(summand) };
    }
    sum
}

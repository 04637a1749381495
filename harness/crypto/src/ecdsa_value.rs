//! Ecdsa-Sig-Value: the two numbers of an ECDSA signature in DER (RFC 3279 2.2.3).

use rsa::pkcs8::der::asn1::UintRef;
use rsa::pkcs8::der::{Decode, Encode};

/// The DER of `SEQUENCE { r INTEGER, s INTEGER }`; leading zeros of the numbers are left out.
pub(crate) fn write(numbers: [&[u8]; 2]) -> Vec<u8> {
    numbers
        .map(|number| UintRef::new(number).expect("a number of a few dozen bytes is not too long for DER"))
        .to_vec()
        .to_der()
        .expect("nor are two of them")
}

/// The two numbers, without leading zeros, or `None` if the bytes are something else.
pub(crate) fn read(der: &[u8]) -> Option<[&[u8]; 2]> {
    let numbers: [UintRef<'_>; 2] = Vec::from_der(der).ok()?.try_into().ok()?;
    Some(numbers.map(|number| number.as_bytes()))
}

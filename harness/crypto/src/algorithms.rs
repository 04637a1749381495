//! The algorithms by name, with the lengths and strengths that their definitions fix.
//!
//! The numbers by which a protocol refers to ciphers and hashes differ between IKEv1, IKEv2 and ESP and belong to
//! those; the numbers of groups are one registry for all and stand here.

mod ciphers;
mod groups;
mod hashes;
mod signatures;

pub use ciphers::{AeadAlgorithm, AeadMode, AesKeyLength, CipherAlgorithm, SymmetricCipher, TagLength};
pub use groups::Group;
pub use hashes::{HashAlgorithm, IntegrityAlgorithm};
pub use signatures::{EllipticCurve, SignatureScheme};

/// The least strength in bits that is not called weak.
const ACCEPTABLE_STRENGTH: u16 = 112;

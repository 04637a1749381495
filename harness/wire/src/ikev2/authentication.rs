//! The Authentication payload (RFC 7296 3.8), and inside it the signatures that name their algorithm (RFC 7427
//! 3).

use super::fixed;
use super::numbers::AuthenticationMethod;
use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::numbers::PayloadType;

/// The body of an Authentication payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authentication<'a> {
    /// Reserved, zero.
    pub reserved: [u8; 3],
    /// The proof.
    pub proof: Proof<'a>,
}

/// What proves who the sender of an Authentication payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof<'a> {
    /// Method 14: a signature that says how it was made. RFC 7427 3.
    DigitalSignature {
        /// The AlgorithmIdentifier in DER, at most 255 bytes. Whether it is one is not judged here.
        algorithm: &'a [u8],
        /// The signature.
        signature: &'a [u8],
    },
    /// Any other method: a signature or a checksum.
    Other(AuthenticationMethod, &'a [u8]),
}

impl<'a> Authentication<'a> {
    /// The body with this proof.
    pub const fn new(proof: Proof<'a>) -> Self {
        Self { reserved: [0; 3], proof }
    }

    /// The method of its proof.
    pub const fn method(&self) -> AuthenticationMethod {
        match self.proof {
            Proof::DigitalSignature { .. } => AuthenticationMethod::DIGITAL_SIGNATURE,
            Proof::Other(method, _) => method,
        }
    }

    #[inline]
    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let (method, reserved, data) = fixed::split(PayloadType::AUTHENTICATION, body, offset)?;
        let proof = match AuthenticationMethod(method) {
            AuthenticationMethod::DIGITAL_SIGNATURE => {
                split_algorithm(data, offset.saturating_add(fixed::LENGTH))?
            }
            method => Proof::Other(method, data),
        };
        Ok(Self { reserved, proof })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.push(self.method().0);
        out.extend_from_slice(&self.reserved);
        match self.proof {
            Proof::DigitalSignature { algorithm, signature } => {
                let length = u8::try_from(algorithm.len()).map_err(|_| WriteError::TooLong {
                    what: "an algorithm identifier",
                    length: algorithm.len(),
                    most: usize::from(u8::MAX),
                })?;
                out.push(length);
                out.extend_from_slice(algorithm);
                out.extend_from_slice(signature);
            }
            Proof::Other(_, data) => out.extend_from_slice(data),
        }
        Ok(())
    }
}

/// Separates the algorithm, behind its length in one byte, from the signature.
#[inline]
fn split_algorithm(data: &[u8], offset: usize) -> Result<Proof<'_>, ReadError> {
    let refuse = |reason| ReadError::new(offset, Within::Payload(PayloadType::AUTHENTICATION), reason);
    let (&length, behind) = data.split_first().ok_or_else(|| refuse(Reason::truncated(1, 0)))?;
    let (algorithm, signature) = behind.split_at_checked(usize::from(length)).ok_or_else(|| {
        refuse(Reason::LengthTooLarge { length: u32::from(length), available: count(behind.len()) })
    })?;
    Ok(Proof::DigitalSignature { algorithm, signature })
}

//! The output of a hash: a short byte string without an allocation.

use std::fmt;
use std::ops::Deref;

use subtle::ConstantTimeEq;

/// A digest of up to 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    /// The digest, followed by zeros.
    bytes: [u8; Self::LONGEST],
    length: usize,
}

impl Digest {
    /// The length in bytes of the longest digest, that of SHA-512.
    pub const LONGEST: usize = 64;

    /// The digest that consists of `bytes`, or `None` if they are more than [`LONGEST`](Self::LONGEST).
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut digest = Self { bytes: [0; Self::LONGEST], length: bytes.len() };
        digest.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(digest)
    }

    /// Whether a peer has sent this digest. The time it takes tells nothing about where the two differ, so that nobody can
    /// guess a secret digest byte by byte.
    #[must_use]
    pub fn is(&self, received: &[u8]) -> bool {
        self.ct_eq(received).into()
    }

    /// As [`is`](Self::is), where a digest is cut to the length of what was received.
    #[must_use]
    pub fn begins_with(&self, received: &[u8]) -> bool {
        self.get(..received.len()).is_some_and(|beginning| beginning.ct_eq(received).into())
    }
}

impl Deref for Digest {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

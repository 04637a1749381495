//! Diffie-Hellman groups.

use std::fmt;

use super::ACCEPTABLE_STRENGTH;

/// A Diffie-Hellman group.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// 768-bit MODP, "First Oakley Group" (RFC 2409 6.1): the default of IOS, and weak.
    Modp768,
    /// 1024-bit MODP, "Second Oakley Group" (RFC 2409 6.2): weak.
    Modp1024,
    /// 1536-bit MODP (RFC 3526 2): weak.
    Modp1536,
    /// 2048-bit MODP (RFC 3526 3).
    Modp2048,
    /// 3072-bit MODP (RFC 3526 4).
    Modp3072,
    /// 4096-bit MODP (RFC 3526 5).
    Modp4096,
    /// The curve P-256 (RFC 5903 3.1).
    Ecp256,
    /// The curve P-384 (RFC 5903 3.2).
    Ecp384,
    /// The curve P-521 (RFC 5903 3.3).
    Ecp521,
    /// 2048-bit MODP with a subgroup of 256-bit prime order (RFC 5114 2.3).
    Modp2048Order256,
    /// Curve25519 (RFC 8031): IKEv2 only.
    X25519,
}

impl Group {
    /// Every group, by number.
    pub const ALL: [Self; 11] = [
        Self::Modp768,
        Self::Modp1024,
        Self::Modp1536,
        Self::Modp2048,
        Self::Modp3072,
        Self::Modp4096,
        Self::Ecp256,
        Self::Ecp384,
        Self::Ecp521,
        Self::Modp2048Order256,
        Self::X25519,
    ];

    /// The group's number, the same in IKEv1, IKEv2 and the configuration of a router.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Modp768 => 1,
            Self::Modp1024 => 2,
            Self::Modp1536 => 5,
            Self::Modp2048 => 14,
            Self::Modp3072 => 15,
            Self::Modp4096 => 16,
            Self::Ecp256 => 19,
            Self::Ecp384 => 20,
            Self::Ecp521 => 21,
            Self::Modp2048Order256 => 24,
            Self::X25519 => 31,
        }
    }

    /// The group with the number `number`, if it is one of these.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.number() == number)
    }

    /// The length in bytes of a public value in a KE payload: the modulus for MODP (RFC 2409 5, RFC 7296 3.4), both
    /// coordinates for ECP (RFC 5903 7), the u coordinate for Curve25519 (RFC 8031 3.1).
    #[must_use]
    pub const fn public_length(self) -> usize {
        match self {
            Self::Ecp256 | Self::Ecp384 | Self::Ecp521 => 2 * self.field_length(),
            _ => self.field_length(),
        }
    }

    /// The length in bytes of the shared secret: the modulus for MODP (RFC 2409 5, RFC 7296 2.14), the x coordinate
    /// for ECP (RFC 5903 7), the u coordinate for Curve25519 (RFC 8031 2).
    #[must_use]
    pub const fn shared_length(self) -> usize {
        self.field_length()
    }

    /// Whether public values are points of a curve.
    #[must_use]
    pub const fn is_elliptic_curve(self) -> bool {
        matches!(self, Self::Ecp256 | Self::Ecp384 | Self::Ecp521 | Self::X25519)
    }

    /// The security strength in bits (NIST SP 800-57 part 1 table 2, SP 800-56A appendix D; groups 1 and 5 as RFC 3766
    /// estimates them).
    #[must_use]
    pub const fn strength(self) -> u16 {
        match self {
            Self::Modp768 => 63,
            Self::Modp1024 => 80,
            Self::Modp1536 => 90,
            Self::Modp2048 | Self::Modp2048Order256 => 112,
            Self::Modp3072 | Self::Ecp256 | Self::X25519 => 128,
            Self::Modp4096 => 152,
            Self::Ecp384 => 192,
            Self::Ecp521 => 256,
        }
    }

    /// Whether anyone can afford to break it today: below 112 bits (NIST SP 800-131A, RFC 8247 2.4).
    #[must_use]
    pub const fn is_weak(self) -> bool {
        self.strength() < ACCEPTABLE_STRENGTH
    }

    /// The length in bytes of an element of the field that the group is built on.
    const fn field_length(self) -> usize {
        match self {
            Self::Modp768 => 96,
            Self::Modp1024 => 128,
            Self::Modp1536 => 192,
            Self::Modp2048 | Self::Modp2048Order256 => 256,
            Self::Modp3072 => 384,
            Self::Modp4096 => 512,
            Self::Ecp256 | Self::X25519 => 32,
            Self::Ecp384 => 48,
            Self::Ecp521 => 66,
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Modp768 => "MODP-768",
            Self::Modp1024 => "MODP-1024",
            Self::Modp1536 => "MODP-1536",
            Self::Modp2048 => "MODP-2048",
            Self::Modp3072 => "MODP-3072",
            Self::Modp4096 => "MODP-4096",
            Self::Ecp256 => "ECP-256",
            Self::Ecp384 => "ECP-384",
            Self::Ecp521 => "ECP-521",
            Self::Modp2048Order256 => "MODP-2048/256",
            Self::X25519 => "Curve25519",
        })
    }
}

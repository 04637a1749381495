//! What is tested, as the suites see it: something that can be prepared, sent datagrams, listened to, and reset.

pub mod built_in;
pub mod udp;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use ike::{IdentityKind, IkeVersion, Role};
use lab::link::Datagram;

use crate::laboratory::Ca;

/// An implementation of IKE under test.
pub trait Target {
    /// Makes the target what `setup` says, without any session. A target that is to be the initiator begins to negotiate by
    /// itself: its first message is the first that is received.
    ///
    /// # Errors
    /// The target cannot be made so, or this machine fails.
    fn prepare(&mut self, setup: &Setup) -> Result<(), TargetError>;

    /// Sends the target a datagram.
    ///
    /// # Errors
    /// This machine fails.
    fn send(&mut self, datagram: Datagram) -> Result<(), TargetError>;

    /// The next datagram of the target, or `None` if none comes within `patience`.
    ///
    /// # Errors
    /// This machine fails.
    fn receive(&mut self, patience: Duration) -> Result<Option<Arrival>, TargetError>;

    /// Has the target forget its sessions, so that what comes next is as after [`prepare`](Self::prepare).
    ///
    /// # Errors
    /// The target does not come back.
    fn reset(&mut self) -> Result<(), TargetError>;

    /// Where it is, and from where the tester talks to it.
    fn place(&self) -> Place;

    /// How long the tester waits for an answer before it takes the target to be silent.
    fn patience(&self) -> Duration;
}

/// Where target and tester are: the ports of IKE and of IKE behind a NAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The target's address and port.
    pub target: SocketAddr,
    /// The tester's.
    pub tester: SocketAddr,
    /// The target's port for peers behind a NAT: 4500, where nobody has moved it.
    pub target_nat_port: u16,
}

/// A datagram that has come from the target.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// When, since the target was last prepared or reset.
    pub at: Duration,
    /// What.
    pub datagram: Datagram,
}

/// What a check needs the target to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The version of IKE that it speaks: as initiator of itself, as responder with whoever begins in it.
    pub version: IkeVersion,
    /// The part that the target plays.
    pub role: Role,
    /// The CAs that it is enrolled with, the one it prefers first.
    pub enrolled: Vec<Ca>,
    /// The CAs that it trusts.
    pub trusted: Vec<Ca>,
    /// The CAs that its policy for this peer is limited to; none is no limit.
    pub pins: Vec<Ca>,
    /// What it says it is.
    pub identity: IdentityKind,
    /// Whether it checks revocation, and whether the tester's certificate is revoked.
    pub revocation: Revocation,
    /// Whether it looks after its peer (RFC 3706, RFC 7296 2.4) ten seconds after the last sign of life.
    pub keepalive: bool,
    /// Whether it holds certificates to the purposes of RFC 4945 5.1.3.12.
    pub purposes: bool,
    /// How many suites of algorithms it has; the first is the laboratory's usual.
    pub suites: usize,
    /// Whether it fragments messages, and says so (RFC 7383).
    pub fragments: bool,
    /// Whether it signs and verifies by RFC 7427, with SHA-256 and SHA-512, and says so.
    pub signature_hashes: bool,
    /// Whether it asks every initiator of IKEv2 for a cookie (RFC 7296 2.6).
    pub cookies: bool,
    /// How long its IKE SAs live, in seconds.
    pub lifetime: u32,
}

impl Setup {
    /// A target with nothing special to it, of this version and in this role.
    #[must_use]
    pub fn plain(version: IkeVersion, role: Role) -> Self {
        Self {
            version,
            role,
            enrolled: vec![Ca::One],
            trusted: vec![Ca::One, Ca::Two],
            pins: Vec::new(),
            identity: IdentityKind::Fqdn(None),
            revocation: Revocation::Unchecked,
            keepalive: false,
            purposes: false,
            suites: 1,
            fragments: false,
            signature_hashes: false,
            cookies: false,
            lifetime: 86_400,
        }
    }

    /// Whether the target needs nothing special.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::plain(self.version, self.role)
    }
}

/// What the target does about revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// Nothing.
    Unchecked,
    /// It has a fresh list of every CA, without the tester's certificate.
    Good,
    /// It has a fresh list of every CA, with the tester's certificate.
    Revoked,
}

/// Why nothing can be learnt from a target.
#[derive(Debug)]
pub enum TargetError {
    /// The target cannot be prepared so: the check is skipped.
    Unprepared {
        /// What it would have to be.
        reason: String,
    },
    /// This machine fails.
    Environment {
        /// What was attempted, and how it failed.
        problem: String,
    },
}

impl fmt::Display for TargetError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unprepared { reason } => out.write_str(reason),
            Self::Environment { problem } => write!(out, "environment: {problem}"),
        }
    }
}

impl std::error::Error for TargetError {}

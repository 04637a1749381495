//! What only a session of IKEv2 tells.

use std::ops::Range;
use std::sync::Arc;

use crypto::Group;

use crate::ids::{Ikev2PolicyId, Ikev2ProposalId, TrustpointId};
use crate::keys::ikev2::ProtectionKeys;
use crate::selection::ikev2::ProfileMatch;
use crate::state::{Ikev2Input, Ikev2State};

/// The kinds of events that only IKEv2 has, in the order in which a negotiation meets them; those of the responder's
/// steps on IKE_AUTH in the order of V2-STEP-1.
#[derive(Clone, Debug, PartialEq)]
pub enum Ikev2Event {
    /// The state machine moved.
    StateChanged {
        /// What moved it.
        input: Ikev2Input,
        /// The state before.
        from: Ikev2State,
        /// The state after, which may be the same.
        to: Ikev2State,
    },
    /// The policy for this router's address was looked for.
    PolicySearched {
        /// The policy, or none: nothing can be negotiated.
        policy: Option<Ikev2PolicyId>,
    },
    /// A proposal of the peer was held against a proposal of this router.
    ProposalChecked {
        /// This router's.
        proposal: Ikev2ProposalId,
        /// Where the peer's stands in the SA payload of the message received last, counted from 0.
        position: usize,
        /// The first kind of transform in which no alternative fits, or none: it is taken.
        mismatch: Option<Ikev2TransformKind>,
    },
    /// The peer's KE payload is of another group than the one chosen; it is asked to begin again with this one, or, on
    /// the initiator, asks for it (RFC 7296 1.2).
    GroupWanted {
        /// The group.
        group: Group,
    },
    /// A cookie is demanded of the peer, because there are too many half-open sessions (RFC 7296 2.6). No session is kept.
    CookieDemanded,
    /// No session is kept of a first message: it was refused, or a cookie was demanded. Nothing follows but for a message
    /// that goes by the same numbers: a copy, or the request with what was asked for.
    TurnedAway,
    /// The peer demands a cookie, and gets it.
    CookieReturned,
    /// The keys of the IKE SA exist.
    KeysDerived {
        /// The SPIs: the initiator's, the responder's.
        spis: [[u8; 8]; 2],
        /// The keys that the initiator's and the responder's messages are protected with, for a key log; `None` unless the
        /// endpoint was told to reveal them.
        keys: Option<Arc<[ProtectionKeys; 2]>>,
    },
    /// A CERTREQ was read (RFC 7296 3.7).
    RequestsRead {
        /// The encoding asked for: 4 or 12 is X.509 for signatures (V2-REQ-2).
        encoding: u8,
        /// The SHA-1 hashes, 20 bytes each, in the message received last; empty for any CA.
        hashes: Range<usize>,
    },
    /// The trustpoint of a hash was looked for: one such event for each hash until one decides.
    TrustpointRetrieved {
        /// Which hash, counted from 0 over all CERTREQs of the message.
        position: usize,
        /// The trustpoint that it belongs to, or none: the CA is unknown here.
        trustpoint: Option<TrustpointId>,
    },
    /// The certificates to send are fetched: the router's own and those between it and the trust anchor.
    OwnChainFetched {
        /// Of this trustpoint.
        trustpoint: TrustpointId,
    },
    /// A responder looked for a profile by the peer's identity and certificate (V2-PRO-1), or an initiator held them
    /// against its own.
    ProfileSearched {
        /// The profile and the line that matched, or `None` where none does (V2-PRO-2).
        matched: Option<ProfileMatch>,
    },
    /// A CERT payload names a certificate by hash and URL: it is not fetched (RFC 7296 3.6).
    CertificateByUrl {
        /// The encoding: 12 one certificate, 13 a bundle.
        encoding: u8,
        /// Hash and URL in the message received last.
        range: Range<usize>,
    },
    /// How the peer authenticates was read from its AUTH payload (RFC 7296 3.8).
    AuthenticationMethodRead {
        /// The method: 1 RSA, 2 shared key, 9 to 11 ECDSA, 14 digital signature (RFC 7427).
        method: u8,
    },
    /// The peer's authentication as a whole was judged: certificate, method and signature.
    PeerVerified {
        /// Whether it is believed.
        valid: bool,
    },
    /// An error notification is about to be sent.
    ErrorBuilt {
        /// Its type: 24 AUTHENTICATION_FAILED, 38 TS_UNACCEPTABLE, 14 NO_PROPOSAL_CHOSEN and so on.
        notify_type: u16,
    },
    /// The traffic selectors were read.
    TrafficSelectorsRead {
        /// The body of TSi in the message received last.
        initiator: Range<usize>,
        /// The body of TSr in the message received last.
        responder: Range<usize>,
    },
    /// No protection of this router has the traffic of the selectors, or its profile is another (V2-PRO-3).
    TrafficSelectorsRefused,
    /// A fragment of an encrypted message came (RFC 7383 2.6); [`Received`](super::EventKind::Received) follows when all
    /// are there.
    FragmentRead {
        /// Its number, counted from 1.
        number: u16,
        /// How many there are.
        total: u16,
    },
    /// A liveness check: an empty INFORMATIONAL exchange (RFC 7296 2.4).
    LivenessChecked {
        /// Whether the peer has answered; otherwise it was asked, or asks.
        answered: bool,
    },
}

/// A kind of transform of the IKE SA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ikev2TransformKind {
    /// ENCR.
    Encryption,
    /// PRF.
    PseudoRandomFunction,
    /// INTEG.
    Integrity,
    /// D-H.
    Group,
    /// A kind that this router does not know (RFC 7296 3.3.6).
    Unknown(u8),
}

//! What an endpoint tells about its work: every decision, in the order in which it was taken.
//!
//! Events are values. They refer to parts of the router by id and to parts of a message by range; they hold no text.
//! `ios::debug` renders them as a router's debug output, `lab` reads verdicts from them.

mod ikev2;

use std::ops::Range;
use std::sync::Arc;

use wire::{PayloadType, ReadError};

pub use ikev2::{Ikev2Event, Ikev2TransformKind};

use crate::endpoint::Path;
use crate::failure::Failure;
use crate::identity::Identity;
use crate::ids::{AnyProfileId, PolicyId, ProtectionId, SessionId, TrustpointId};
use crate::now::Now;
use crate::protection::ikev2::Fragment;
use crate::rule::Rule;
use crate::selection::{ChoiceReason, ProfileMatch};
use crate::state::{
    IkeVersion, Input, MessageName, PacketState, QuickModeInput, QuickModeState, Role, State,
};

/// Something that happened in a session.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The session.
    pub session: SessionId,
    /// Which version of IKE the session speaks: the same in all of its events.
    pub version: IkeVersion,
    /// The number that the router prints: in IKEv1 the connection, 0 until the session has keys, then counted from 1001; in
    /// IKEv2 the SA ID, counted from 1.
    pub connection: u32,
    /// The role of this router in the session.
    pub role: Role,
    /// When it happened.
    pub at: Now,
    /// What happened.
    pub kind: EventKind,
}

/// A message as it was sent or received. Its `plaintext` is what ranges in the events around it refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRecord {
    /// What the message is in its exchange.
    pub name: MessageName,
    /// Where it went.
    pub path: Path,
    /// The header and the payloads, decrypted; in IKEv1 padding included. In IKEv2 the SK payload is replaced by what is
    /// in it: the header names the first payload inside.
    pub plaintext: Arc<[u8]>,
    /// The bytes of the datagram without a non-ESP marker: its ISAKMP length. Of a fragmented message that was received:
    /// of all its fragments together.
    pub length: usize,
    /// Whether the payloads were encrypted.
    pub encrypted: bool,
    /// The state that the router prints with the packet.
    pub packet_state: PacketState,
    /// 0 for the first transmission, then the number of the retransmission.
    pub retransmission: u32,
    /// Of a message that is sent in fragments: which one this is (RFC 7383 2.5). The plaintext of the first is that of the
    /// whole message, that of the others the header alone.
    pub fragment: Option<Fragment>,
}

/// The kinds of events, in the order in which a negotiation meets them. Those of both versions are told by both where
/// the same thing happens; [`Ikev2`](Self::Ikev2) holds what IKEv1 does not have.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// An initiator was asked for a session.
    Requested {
        /// The tunnel or crypto map entry that asks.
        protection: ProtectionId,
        /// The profile it names (V1-REQ-1); its version is that of the session.
        profile: Option<AnyProfileId>,
        /// Towards whom.
        path: Path,
    },
    /// A responder met a first message.
    PeerAppeared {
        /// From whom.
        path: Path,
    },
    /// The state machine of phase 1 moved (IKEv1).
    StateChanged {
        /// What moved it.
        input: Input,
        /// The state before.
        from: State,
        /// The state after, which may be the same.
        to: State,
    },
    /// A message is about to be sent. Events that describe its contents came before.
    Sent(MessageRecord),
    /// A message was received and read. Events that describe its contents follow.
    Received(MessageRecord),
    /// A message was put aside, because it cannot be read or does not belong here. The session is as it was.
    Ignored {
        /// What is wrong with it.
        problem: MessageProblem,
    },
    /// A message was a copy of one already answered.
    DuplicateReceived {
        /// What it is a copy of.
        name: MessageName,
        /// Whether the answer is sent again (it is not when it has just been sent).
        answered: bool,
    },
    /// A message is sent again, because nobody answered (`attempt` of `of`) or because a duplicate came.
    Retransmitting {
        /// The message.
        name: MessageName,
        /// The state that the router prints with it.
        packet_state: PacketState,
        /// The how-manieth retransmission.
        attempt: u32,
        /// At most so many.
        of: u32,
        /// Whether the timer ran out; otherwise a duplicate asked for it.
        timer: bool,
    },
    /// This router will put a vendor ID into its message.
    VendorIdBuilt {
        /// Its bytes; [`wire::ikev1::vendor`] knows names for some.
        bytes: Arc<[u8]>,
    },
    /// The SA payload is being read.
    SecurityAssociationRead,
    /// A vendor ID was read.
    VendorIdRead {
        /// Its bytes in the message received last.
        range: Range<usize>,
    },
    /// A transform of the peer was held against a policy of this router.
    TransformChecked {
        /// The policy.
        policy: PolicyId,
        /// Where the transform stands in the SA payload of the message received last.
        transform: TransformPlace,
        /// The first attribute that does not fit, or none: the transform is taken.
        mismatch: Option<TransformMismatch>,
    },
    /// No transform fits any policy.
    NoProposalChosen,
    /// The KE payload was read and the secret agreed.
    KeyExchangeRead,
    /// The NONCE payload was read.
    NonceRead,
    /// The keys of phase 1 exist (IKEv1).
    KeysDerived {
        /// The key that the messages are encrypted with, for a key log; `None` unless the endpoint was told to reveal it.
        cipher_key: Option<Arc<[u8]>>,
        /// The initiator cookie, under which a key log finds it.
        initiator_cookie: [u8; 8],
    },
    /// A request for a certificate will be in the next message (ORD-1 to ORD-4, V1-REQ-1 to V1-REQ-3, V2-REQ-1 to
    /// V2-REQ-3); in IKEv2 it is one hash of the CERTREQ.
    RequestBuilt {
        /// For the CA of this trustpoint.
        trustpoint: TrustpointId,
        /// Why this one is asked for.
        because: Rule,
        /// Why it stands at this place.
        order: Rule,
    },
    /// A request for a certificate was read (IKEv1).
    RequestRead {
        /// The encoding asked for: 4 is X.509 for signatures.
        encoding: u8,
        /// The name of the CA in the message received last; empty for any CA.
        authority: Range<usize>,
    },
    /// An initiator with a pinned profile looks a candidate up in it (V1-SEL-2).
    PinExamined {
        /// The candidate.
        trustpoint: TrustpointId,
        /// Whether the profile names it.
        found: bool,
    },
    /// The trustpoint that signs is decided.
    TrustpointChosen {
        /// The trustpoint.
        trustpoint: TrustpointId,
        /// What decided.
        reason: ChoiceReason,
    },
    /// NAT detection is through.
    NatDetected {
        /// This side is behind a NAT.
        local: bool,
        /// The peer is behind a NAT.
        remote: bool,
    },
    /// The initiator will say that it knows no other session with the peer.
    InitialContactBuilt,
    /// The ID payload of the next message.
    IdentityBuilt {
        /// What it says.
        identity: Identity,
        /// The body of the payload: type, protocol, port, data.
        body: Arc<[u8]>,
        /// The payload after it.
        next: PayloadType,
    },
    /// The CERT payloads of the next message.
    CertificateBuilt {
        /// The trustpoint whose certificate is sent.
        trustpoint: TrustpointId,
    },
    /// The signature of the next message was made.
    Signed {
        /// With the key of this trustpoint.
        trustpoint: TrustpointId,
    },
    /// The peer's ID payload was read: "Searching policy based on peer's identity" in IKEv2.
    IdentityRead {
        /// What it says.
        identity: Identity,
        /// The body of the payload in the message received last.
        body: Range<usize>,
        /// The payload after it.
        next: PayloadType,
    },
    /// IKEv1: a responder looked for a profile by the peer's identity (V1-ID-2), or an initiator held it against its own
    /// (V1-ID-3).
    ProfileMatched {
        /// The profile and the line that matched, or `None` where none does.
        matched: Option<ProfileMatch>,
    },
    /// A certificate of the peer was read.
    CertificateRead {
        /// The certificate in the message received last.
        range: Range<usize>,
    },
    /// The peer's chain is about to be validated (V1-VAL-1, V2-VAL-1).
    ValidationStarted {
        /// The profile whose pins are the list, or `None`: all global trustpoints.
        pinned_by: Option<AnyProfileId>,
        /// The trustpoints against which it is validated.
        list: Arc<[TrustpointId]>,
    },
    /// No certificate of the peer's chain counts as revoked (V1-VAL-4).
    RevocationChecked {
        /// The trustpoint at which the chain ends, whose methods were asked.
        trustpoint: TrustpointId,
        /// The method that settled it for each certificate below the trustpoint's, the peer's own first.
        methods: Arc<[pki::RevocationMethod]>,
    },
    /// The peer's chain was validated.
    ValidationFinished {
        /// The trustpoint at which the chain ends, or why it was refused.
        result: Result<TrustpointId, Arc<pki::Refusal>>,
    },
    /// The peer's identity is not a name of its certificate; IOS warns and goes on.
    IdentityNotInCertificate {
        /// What the peer says it is.
        identity: Identity,
    },
    /// A notification was read.
    NotificationRead {
        /// Its type.
        notify_type: u16,
        /// Its protocol.
        protocol: u8,
        /// Whether it was protected by the keys of the session.
        protected: bool,
    },
    /// The peer's signature was checked.
    SignatureChecked {
        /// Whether it holds.
        valid: bool,
    },
    /// The peer is authenticated.
    Authenticated {
        /// The profile of the session.
        profile: Option<AnyProfileId>,
    },
    /// The state machine of Quick Mode moved.
    QuickModeStateChanged {
        /// The message ID of the exchange.
        message_id: u32,
        /// What moved it.
        input: QuickModeInput,
        /// The state before.
        from: QuickModeState,
        /// The state after.
        to: QuickModeState,
    },
    /// An IPsec proposal of the peer was held against a protection of this router.
    ChildProposalChecked {
        /// The protection that the traffic belongs to.
        protection: ProtectionId,
        /// Where the transform stands in the SA payload of the message received last.
        transform: TransformPlace,
        /// Whether it fits.
        accepted: bool,
    },
    /// The profile of the session is not the one that the tunnel names (V2-PRO-3).
    ProfileNotTheTunnels {
        /// The profile of the session.
        session: Option<AnyProfileId>,
        /// The protection that the traffic belongs to.
        protection: ProtectionId,
    },
    /// The IPsec SAs exist.
    ChildEstablished {
        /// For this protection.
        protection: ProtectionId,
        /// The SPI that this router receives with.
        inbound_spi: u32,
        /// The SPI that this router sends with.
        outbound_spi: u32,
    },
    /// The peer answered a liveness question, or asked one (RFC 3706).
    LivenessSeen {
        /// The sequence number.
        sequence: u32,
        /// Whether it is the answer.
        acknowledged: bool,
    },
    /// The peer deleted SAs.
    DeleteRead {
        /// Of this protocol: 1 ISAKMP, 3 ESP.
        protocol: u8,
    },
    /// What only IKEv2 has.
    Ikev2(Ikev2Event),
    /// The negotiation cannot succeed. The session may live on for retransmissions (V1-VAL-3), or in IKEv2 without a Child
    /// SA (V2-PRO-3).
    Failed(Failure),
    /// The session is gone.
    Deleted {
        /// Why.
        reason: DeleteReason,
    },
}

/// What is wrong with a message. The fault is the peer's, or somebody else's between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageProblem {
    /// It is malformed; after decryption that is what a wrong key looks like.
    Malformed(ReadError),
    /// Its encrypted body is not a whole number of cipher blocks.
    NotWholeBlocks,
    /// It lacks a payload that its exchange wants.
    Lacks(PayloadType),
    /// It is of an exchange, or at a place in it, that is not expected now.
    Unexpected,
    /// It is encrypted and ought not to be, or the other way round.
    WrongProtection,
    /// Its HASH payload does not hold.
    BadHash,
    /// Its public value is not one of the group.
    BadPublicValue,
    /// Its nonce is not 8 to 256 bytes long (RFC 2409 5).
    NonceLength,
    /// A reserved byte of a payload is not zero; after decryption that is what a wrong key looks like.
    Reserved,
    /// It has more payloads than any exchange needs.
    TooManyPayloads,
    /// It is a copy of an Informational message, or one of this router's own sent back to it.
    Replayed,
    /// The SA that it accepts was not offered.
    NotOffered,
    /// IKEv2: its checksum does not hold: a wrong key, or a changed message.
    BadChecksum,
    /// IKEv2: its message ID is outside the window (RFC 7296 2.3).
    OutOfWindow,
    /// IKEv2: its flags do not say what its sender is (RFC 7296 3.1).
    WrongFlags,
    /// IKEv2: a fragment that does not fit to the others, or of too many (RFC 7383 2.6).
    BadFragment,
    /// IKEv2: a critical payload that is not known here (RFC 7296 2.5).
    UnknownCriticalPayload(PayloadType),
    /// IKEv2: a cookie that is demanded again and again, or a group that is no answer to the request.
    UselessRetry,
    /// IKEv2: an answer to the IKE_SA_INIT request whose sender does not prove itself; there is another (RFC 7296 2.4).
    NotGenuine,
}

impl From<ReadError> for MessageProblem {
    fn from(error: ReadError) -> Self {
        Self::Malformed(error)
    }
}

/// Where a transform stands in an SA payload, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransformPlace {
    /// The proposal.
    pub proposal: usize,
    /// The transform in it.
    pub transform: usize,
}

/// The first attribute of a transform that a policy does not accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransformMismatch {
    /// The encryption algorithm or its key length.
    Encryption,
    /// The hash algorithm.
    Hash,
    /// The authentication method.
    Authentication,
    /// The group.
    Group,
    /// The lifetime is longer than the policy's.
    Lifetime,
    /// It says something that no policy can say.
    Other,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeleteReason {
    /// Nobody answered the last retransmission (V1-VAL-3).
    Retransmissions,
    /// The lifetime is over, or the message IDs of IKEv2 are used up (RFC 7296 2.2).
    Lifetime,
    /// The peer deleted it.
    Peer,
    /// The caller closed it.
    Closed,
    /// The peer did not answer liveness questions (RFC 3706 5.5).
    Dead,
    /// The negotiation failed in a way after which neither side goes on.
    Failed,
    /// The peer, in another session, says that it knows no session before it (RFC 2407 4.6.3.3).
    Superseded,
    /// It was the oldest that had proved nothing yet, and its place was needed.
    Evicted,
}

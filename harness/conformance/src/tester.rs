//! The tester: the other end of a conversation with a target, which says what a check wants it to say.
//!
//! It follows RFC 2409 5.1 or RFC 7296 1.2 by itself, in both parts, and changes what the check changes. It judges nothing:
//! it goes on as long as the target does and keeps what was said in a [`Conversation`].

mod conversation;
mod course;
mod draft;
mod exchange;
mod ikev2;
mod offers;
mod payload;
mod peer;
mod receiving;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use crypto::{CipherAlgorithm, Group, HashAlgorithm, PrivateValue, Random as _, Real, SeededRandom};
use ike::keys::{Cookies, PhaseOneAlgorithms};
use ike::protection::InitializationVector;
use ike::{IkeVersion, MessageName, Role};
use lab::link::Datagram;
use wire::udp::with_non_esp_marker;

use crate::laboratory::Laboratory;
use crate::target::{Place, Target, TargetError};

pub use conversation::{Conversation, Secrets, Seen, Sent};
pub use draft::{Action, Change, Draft, change_proposals};
pub use exchange::Protect;
pub use ikev2::IkeSaSecrets;
pub(crate) use ikev2::{name as ikev2_name, selectors, transforms as ike_transforms};
pub(crate) use offers::transform;
pub use payload::{CRITICAL, Payload};
pub use peer::{Peer, PeerIdentity};

/// One conversation with a target that has been prepared.
pub struct Tester<'a> {
    target: &'a mut dyn Target,
    laboratory: &'a Laboratory,
    peer: &'a Peer,
    changes: &'a [Change],
    place: Place,
    random: SeededRandom,
    session: Session,
    ike_sa: ikev2::IkeSa,
    /// What was said so far.
    pub conversation: Conversation,
}

/// What the tester knows of the session.
#[derive(Debug)]
struct Session {
    cookies: Cookies,
    /// Where the tester's messages leave and go.
    source: SocketAddr,
    destination: SocketAddr,
    suite: (CipherAlgorithm, HashAlgorithm, Group),
    private: Option<Box<dyn PrivateValue>>,
    nonce: Vec<u8>,
    /// The vector of the next encrypted message of Main Mode.
    vector: Option<InitializationVector>,
    /// The vectors of the next messages of other exchanges, by message ID.
    vectors: BTreeMap<u32, InitializationVector>,
    /// The nonces of Quick Mode exchanges, the initiator's and the responder's.
    quick_nonces: BTreeMap<u32, (Vec<u8>, Vec<u8>)>,
    /// Whether the target has announced NAT traversal.
    nat_traversal: bool,
    /// Which session it is, from 1.
    number: u32,
    /// What the clock of the target's link showed last.
    now: Duration,
}

impl<'a> Tester<'a> {
    /// A tester of this version that has said nothing yet, to a target in this role. Its random numbers follow from `seed`.
    pub fn new(
        target: &'a mut dyn Target,
        laboratory: &'a Laboratory,
        (version, role): (IkeVersion, Role),
        peer: &'a Peer,
        changes: &'a [Change],
        seed: u64,
    ) -> Self {
        let place = target.place();
        let mut tester = Self {
            target,
            laboratory,
            peer,
            changes,
            place,
            random: SeededRandom::from_seed(seed),
            session: Session::new(place),
            ike_sa: ikev2::IkeSa::default(),
            conversation: Conversation::new(version, role),
        };
        tester.begin_again();
        tester
    }

    /// Where the certificates come from.
    #[must_use]
    pub fn laboratory(&self) -> &'a Laboratory {
        self.laboratory
    }

    /// The cookies as they are by now.
    #[must_use]
    pub fn cookies(&self) -> Cookies {
        self.session.cookies
    }

    /// Begins a new session: what the target says from now on is added to what it has said.
    pub fn begin_again(&mut self) {
        let Session { now, number, .. } = self.session;
        self.session = Session { now, number: number + 1, ..Session::new(self.place) };
        self.ike_sa = ikev2::IkeSa::default();
        let cookie = self.bytes::<8>();
        match self.conversation.role {
            Role::Responder => self.session.cookies.initiator = cookie,
            Role::Initiator => self.session.cookies.responder = cookie,
        }
    }

    /// Talks from this port on, as if behind a NAT.
    pub fn move_to(&mut self, tester_port: u16, target_port: u16) {
        self.session.source.set_port(tester_port);
        self.session.destination.set_port(target_port);
    }

    /// The target's port for peers behind a NAT.
    #[must_use]
    pub fn nat_port(&self) -> u16 {
        self.place.target_nat_port
    }

    /// Sends the tester's message of this name once more, as it was.
    ///
    /// # Errors
    /// This machine fails.
    ///
    /// # Panics
    /// The tester has not sent such a message: the check is wrong.
    pub fn repeat(&mut self, name: MessageName) -> Result<(), TargetError> {
        let sent = self.conversation.sent.iter().find(|sent| sent.name == name);
        let bytes = sent.expect("a check repeats what it has sent").wire.clone();
        self.transmit(&bytes)
    }

    /// Sends bytes as they are, but for the non-ESP marker where the port wants one.
    ///
    /// # Errors
    /// This machine fails.
    pub fn transmit(&mut self, bytes: &[u8]) -> Result<(), TargetError> {
        let Session { source, destination, .. } = self.session;
        let behind_nat = destination.port() == self.place.target_nat_port;
        let payload = if behind_nat { with_non_esp_marker(bytes) } else { bytes.to_vec() };
        let datagram = Datagram::new(source, destination, payload);
        self.target.send(datagram.expect("target and tester have addresses of one family"))
    }

    /// Keeps listening for `time`, whatever comes.
    ///
    /// # Errors
    /// This machine fails.
    pub fn listen(&mut self, time: Duration) -> Result<(), TargetError> {
        let end = self.session.now + time;
        while self.receive_before(end)?.is_some() {}
        self.conversation.listened = self.session.now;
        Ok(())
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    fn changes_of(&self, name: MessageName) -> Vec<Change> {
        self.changes.iter().filter(|change| change.name == name).copied().collect()
    }

    fn algorithms(&self) -> PhaseOneAlgorithms {
        let (cipher, hash, _) = self.session.suite;
        PhaseOneAlgorithms { cipher, hash }
    }

    fn problem(&mut self, problem: impl Into<String>) {
        self.conversation.problems.push(problem.into());
    }

    /// The vector of the next message of an exchange under phase 1.
    fn exchange_vector(&self, message_id: u32) -> Option<InitializationVector> {
        self.session.vectors.get(&message_id).copied().or_else(|| {
            let vector = self.session.vector?;
            Some(vector.of_exchange(&Real, self.algorithms(), message_id))
        })
    }
}

impl Session {
    fn new(place: Place) -> Self {
        Self {
            cookies: Cookies::default(),
            source: place.tester,
            destination: place.target,
            suite: crate::target::built_in::SUITES[0],
            private: None,
            nonce: Vec::new(),
            vector: None,
            vectors: BTreeMap::new(),
            quick_nonces: BTreeMap::new(),
            nat_traversal: false,
            number: 0,
            now: Duration::ZERO,
        }
    }
}

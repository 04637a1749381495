//! Quick Mode (RFC 2409 5.5): the IPsec SAs under an established session, in both roles.

use std::net::Ipv4Addr;
use std::time::Duration;

use crypto::{Digest, Hashes, PrivateValue};
use wire::ikev1::{Identification, Identity, Payload, SecurityAssociation};
use wire::{ExchangeType, PayloadType};

use crate::endpoint::Limits;
use crate::event::{EventKind, MessageProblem};
use crate::failure::{Failure, FailureCode};
use crate::ids::{ProfileId, ProtectionId};
use crate::keys::{Nonces, PhaseOneKeys};
use crate::protection::InitializationVector;
use crate::router::{Protection, Subnet};
use crate::rule::Rule;
use crate::state::{MessageName, PacketState, QuickModeInput, QuickModeState};

use super::contents::Contents;
use super::transmission::{Due, Transmission};
use super::{
    Context, Established, Incoming, Phase, Problem, Session, header, informational, ipsec_proposals, seal,
};

const QM1: MessageName = MessageName::QuickMode(1);
const QM2: MessageName = MessageName::QuickMode(2);
const QM3: MessageName = MessageName::QuickMode(3);

/// The length of our nonces in Quick Mode (WIRE-4).
const NONCE_LENGTH: usize = 16;

/// At most so many exchanges of a session are remembered.
const REMEMBERED: usize = 32;

/// SPIs below are reserved (RFC 4303 2.1).
const LEAST_SPI: u32 = 256;

/// One Quick Mode exchange.
#[derive(Debug)]
pub(super) struct QuickMode {
    state: QuickModeState,
    protection: ProtectionId,
    vector: InitializationVector,
    own_nonce: Vec<u8>,
    peer_nonce: Vec<u8>,
    own_spi: u32,
    private: Option<Box<dyn PrivateValue>>,
    transmission: Transmission,
    began: Duration,
}

impl QuickMode {
    fn new(context: &mut Context<'_>, protection: ProtectionId, vector: InitializationVector) -> Self {
        let group = context.router.protection(protection).pfs;
        let private = group.map(|group| context.provider.key_agreement.begin(group.value, context.random));
        Self {
            state: QuickModeState::Ready,
            protection,
            vector,
            own_nonce: context.random_bytes::<NONCE_LENGTH>().to_vec(),
            peer_nonce: Vec::new(),
            own_spi: u32::from_be_bytes(context.random_bytes()).max(LEAST_SPI),
            private,
            transmission: Transmission::default(),
            began: context.now.monotonic,
        }
    }

    /// When the exchange has to be looked after.
    pub(super) fn timeout(&self, limits: &Limits) -> Option<Duration> {
        self.transmission.timeout(limits)
    }

    fn advance(&mut self, context: &mut Context<'_>, message_id: u32, input: QuickModeInput) {
        let from = self.state;
        match from.after(input) {
            Some(to) => {
                self.state = to;
                context.emit(EventKind::QuickModeStateChanged { message_id, input, from, to });
            }
            None => debug_assert!(false, "{input:?} does not belong to {from:?}"),
        }
    }
}

/// Initiator: begins the exchange for the protection that the session was asked for.
pub(super) fn begin(session: &mut Session, context: &mut Context<'_>) {
    let Phase::Established(established) = &session.phase else { return };
    let Some(id) = session.protection else { return };
    let message_id = u32::from_be_bytes(context.random_bytes()).max(1);
    let vector =
        established.vector.of_exchange(context.provider.hashes, established.keys.algorithms(), message_id);
    let encapsulated = established.nat.any();
    let mut exchange = QuickMode::new(context, id, vector);
    let protection = context.router.protection(id);
    let offer = ipsec_proposals::offer(protection, encapsulated, exchange.own_spi.to_be_bytes());
    let nonce = exchange.own_nonce.clone();
    let traffic = [protection.local_traffic, protection.remote_traffic];
    let public = exchange.private.as_ref().map(|private| private.public().to_vec());
    let payloads = body(offer.view(), &nonce, public.as_deref(), traffic);
    let outgoing = Outgoing { name: QM1, message_id, payloads: &payloads };
    send(session, context, &mut exchange, outgoing, |keys, hashes, behind| {
        keys.quick_mode_hash_1(hashes, message_id, behind)
    });
    exchange.advance(context, message_id, QuickModeInput::Begin);
    remember(session, message_id, exchange);
}

/// Acts on a message of Quick Mode.
pub(super) fn receive(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    let Phase::Established(_) = &session.phase else { return Err(MessageProblem::Unexpected.into()) };
    let message_id = incoming.message.header().message_id;
    if message_id == 0 {
        return Err(MessageProblem::Unexpected.into()); // RFC 2409 5.5: a message ID of its own
    }
    let Some(mut exchange) = session.quick_modes.remove(&message_id) else {
        return on_qm1(session, context, incoming, message_id);
    };
    if exchange.transmission.is_duplicate(context, &incoming.digest) {
        session.quick_modes.insert(message_id, exchange);
        return Ok(());
    }
    let result = match exchange.state {
        QuickModeState::InitiatorSent => on_qm2(session, context, incoming, message_id, &mut exchange),
        QuickModeState::ResponderSent => on_qm3(session, context, incoming, message_id, &mut exchange),
        _ => Err(MessageProblem::Unexpected.into()),
    };
    match result {
        Err(Problem::Refused(failure)) => context.emit(EventKind::Failed(failure)),
        other => {
            session.quick_modes.insert(message_id, exchange);
            other?;
        }
    }
    Ok(())
}

/// Responder: finds the traffic's protection, and answers.
fn on_qm1(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    message_id: u32,
) -> Result<(), Problem> {
    let established = established(session)?;
    let vector =
        established.vector.of_exchange(context.provider.hashes, established.keys.algorithms(), message_id);
    let encapsulated = established.nat.any();
    let opened = incoming.open(context, &established.keys, &vector)?;
    let contents = Contents::read(opened.plain.payloads())?;
    let behind = opened.behind(contents.require_hash()?, &contents)?;
    check_hash(&contents, established.keys.quick_mode_hash_1(context.provider.hashes, message_id, behind))?;
    let offered = contents.require_security_association()?;
    let peer_nonce = contents.require_nonce()?.to_vec();
    incoming.tell(context, QM1, PacketState::Idle, Some(&opened.bytes()));

    let [remote_traffic, local_traffic] = traffic(session, &contents);
    let found = find_protection(session, context, local_traffic, remote_traffic);
    let accepted = found.and_then(|id| {
        let acceptance = ipsec_proposals::accept(context, id, encapsulated, offered).ok_or_else(|| {
            let origins = context.router.protection(id).transform_sets.iter().map(|set| set.origin);
            failure(QM1, FailureCode::NoChildProposalChosen, None, origins.collect())
        })?;
        Ok((id, acceptance))
    });
    let (id, acceptance) = match accepted {
        Ok(accepted) => accepted,
        Err(failure) => {
            let spi = offered.proposals().next().map(|proposal| proposal.spi.to_vec());
            informational::send_child_refusal(session, context, &spi.unwrap_or_default());
            context.emit(EventKind::Failed(failure));
            return Ok(());
        }
    };
    let mut exchange = QuickMode::new(context, id, opened.next);
    agree(&exchange, &contents)?;
    exchange.advance(context, message_id, QuickModeInput::PeerMessage);
    exchange.advance(context, message_id, QuickModeInput::SpiReady);
    let reply = ipsec_proposals::reply(offered, acceptance.place, exchange.own_spi.to_be_bytes())
        .ok_or(MessageProblem::NotOffered)?;
    context.emit(EventKind::ChildEstablished {
        protection: id,
        inbound_spi: exchange.own_spi,
        outbound_spi: u32::from_be_bytes(acceptance.spi),
    });
    let nonce = exchange.own_nonce.clone();
    let public = exchange.private.as_ref().map(|private| private.public().to_vec());
    let mut payloads = body(reply.view(), &nonce, public.as_deref(), [Subnet::ANY; 2]);
    payloads.truncate(payloads.len() - 2);
    // RFC 2409 5.5: the identities come back as they were sent, or not at all.
    payloads.extend(contents.identities.iter().map(|identity| Payload::Identification(identity.value)));
    exchange.transmission.accept(QM1, incoming.digest);
    let outgoing = Outgoing { name: QM2, message_id, payloads: &payloads };
    send(session, context, &mut exchange, outgoing, |keys, hashes, behind| {
        keys.quick_mode_hash_2(hashes, message_id, &peer_nonce, behind)
    });
    exchange.peer_nonce = peer_nonce;
    exchange.advance(context, message_id, QuickModeInput::Installed);
    remember(session, message_id, exchange);
    Ok(())
}

/// Initiator: the SAs exist; confirms.
fn on_qm2(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    message_id: u32,
    exchange: &mut QuickMode,
) -> Result<(), Problem> {
    let established = established(session)?;
    let encapsulated = established.nat.any();
    let opened = incoming.open(context, &established.keys, &exchange.vector)?;
    let contents = Contents::read(opened.plain.payloads())?;
    let behind = opened.behind(contents.require_hash()?, &contents)?;
    let hashes = context.provider.hashes;
    check_hash(
        &contents,
        established.keys.quick_mode_hash_2(hashes, message_id, &exchange.own_nonce, behind),
    )?;
    let accepted = contents.require_security_association()?;
    let peer_nonce = contents.require_nonce()?.to_vec();
    agree(exchange, &contents)?;
    incoming.tell(context, QM2, PacketState::Idle, Some(&opened.bytes()));
    let protection = exchange.protection;
    let Some(acceptance) = ipsec_proposals::accept(context, protection, encapsulated, accepted) else {
        return Err(Problem::Refused(failure(QM2, FailureCode::NoChildProposalChosen, None, Vec::new())));
    };
    exchange.vector = opened.next;
    exchange.transmission.accept(QM2, incoming.digest);
    exchange.advance(context, message_id, QuickModeInput::PeerMessage);
    context.emit(EventKind::ChildEstablished {
        protection,
        inbound_spi: exchange.own_spi,
        outbound_spi: u32::from_be_bytes(acceptance.spi),
    });
    let own_nonce = exchange.own_nonce.clone();
    let outgoing = Outgoing { name: QM3, message_id, payloads: &[] };
    send(session, context, exchange, outgoing, |keys, hashes, _| {
        let nonces = Nonces { initiator: &own_nonce, responder: &peer_nonce };
        keys.quick_mode_hash_3(hashes, message_id, nonces)
    });
    exchange.peer_nonce = peer_nonce;
    exchange.advance(context, message_id, QuickModeInput::Installed);
    Ok(())
}

/// Responder: the initiator has confirmed.
fn on_qm3(
    session: &Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    message_id: u32,
    exchange: &mut QuickMode,
) -> Result<(), Problem> {
    let established = established(session)?;
    let opened = incoming.open(context, &established.keys, &exchange.vector)?;
    let contents = Contents::read(opened.plain.payloads())?;
    let nonces = Nonces { initiator: &exchange.peer_nonce, responder: &exchange.own_nonce };
    check_hash(&contents, established.keys.quick_mode_hash_3(context.provider.hashes, message_id, nonces))?;
    incoming.tell(context, QM3, PacketState::Idle, Some(&opened.bytes()));
    exchange.transmission.accept(QM3, incoming.digest);
    exchange.advance(context, message_id, QuickModeInput::PeerMessage);
    Ok(())
}

/// Retransmits what nobody answered, and gives up.
pub(super) fn handle_timeout(session: &mut Session, context: &mut Context<'_>) {
    let mut given_up = Vec::new();
    for (&message_id, exchange) in &mut session.quick_modes {
        if let Due::GivenUp(message) = exchange.transmission.handle_timeout(context) {
            context.emit(EventKind::Failed(failure(message, FailureCode::NoAnswer, None, Vec::new())));
            given_up.push(message_id);
        }
    }
    for message_id in given_up {
        session.quick_modes.remove(&message_id);
    }
}

/// The peer has refused the exchanges that wait for it.
pub(super) fn refused_by_peer(session: &mut Session, context: &mut Context<'_>) {
    let waiting = |exchange: &QuickMode| exchange.state == QuickModeState::InitiatorSent;
    if session.quick_modes.values().any(waiting) {
        session.quick_modes.retain(|_, exchange| !waiting(exchange));
        context.emit(EventKind::Failed(failure(QM1, FailureCode::RefusedByPeer, None, Vec::new())));
    }
}

fn established(session: &Session) -> Result<&Established, Problem> {
    match &session.phase {
        Phase::Established(established) => Ok(established),
        _ => Err(MessageProblem::Unexpected.into()),
    }
}

fn failure(
    message: MessageName,
    code: FailureCode,
    rule: Option<Rule>,
    origins: Vec<crate::Origin>,
) -> Failure {
    Failure { message, code, rule, origins, refusal: None }
}

/// The protection for this traffic with this peer, which has to be protected by the profile of the session.
fn find_protection(
    session: &Session,
    context: &mut Context<'_>,
    local_traffic: Option<Subnet>,
    remote_traffic: Option<Subnet>,
) -> Result<ProtectionId, Failure> {
    let router = context.router;
    let fits = |protection: &Protection| {
        let of_peer = protection.peers.iter().any(|peer| peer.value == session.path.remote.ip());
        of_peer
            && Some(protection.local_traffic) == local_traffic
            && Some(protection.remote_traffic) == remote_traffic
    };
    let ids = || (0..router.protections().len()).filter_map(ProtectionId::from_index);
    let mut of_traffic = ids().filter(|&id| fits(router.protection(id)));
    let allows = |id: ProtectionId, profile: Option<ProfileId>| {
        router.protection(id).profile.is_none_or(|wanted| Some(wanted.value) == profile)
    };
    if let Some(id) = of_traffic.clone().find(|&id| allows(id, session.profile)) {
        return Ok(id);
    }
    let Some(id) = of_traffic.next() else {
        return Err(failure(QM1, FailureCode::NoChildProposalChosen, None, Vec::new()));
    };
    // V2-PRO-3: the same check in IKEv1; V1-ID-2: it refuses a session without a profile too.
    context.emit(EventKind::ProfileNotTheTunnels { session: session.profile, protection: id });
    let protection = router.protection(id);
    let of_tunnel = protection.profile.map(|profile| profile.origin);
    let of_session = session.profile.map(|profile| router.profile(profile).origin);
    let origins = of_tunnel.into_iter().chain(of_session).chain([protection.origin]).collect();
    Err(failure(QM1, FailureCode::ProfileNotTheTunnels, Some(Rule::V2Pro3), origins))
}

/// SA, NONCE, KE with PFS, the identities of the traffic.
fn body<'a>(
    offer: SecurityAssociation<'a>,
    nonce: &'a [u8],
    public: Option<&'a [u8]>,
    traffic: [Subnet; 2],
) -> Vec<Payload<'a>> {
    let mut payloads = vec![Payload::SecurityAssociation(offer), Payload::Nonce(nonce)];
    payloads.extend(public.map(Payload::KeyExchange));
    payloads.extend(traffic.map(|Subnet { network: address, mask }| {
        let identity = Identity::Ipv4Subnet { address, mask };
        Payload::Identification(Identification { protocol: 0, port: 0, identity })
    }));
    payloads
}

/// What the peer wants protected: its side, then this one. Without identities the peers themselves (RFC 2409 5.5).
fn traffic(session: &Session, contents: &Contents<'_>) -> [Option<Subnet>; 2] {
    let host = |address| match address {
        std::net::IpAddr::V4(network) => Some(Subnet { network, mask: Ipv4Addr::BROADCAST }),
        std::net::IpAddr::V6(_) => None,
    };
    let subnet = |identity: &Identity<'_>| match *identity {
        Identity::Ipv4Address(address) => host(address.into()),
        Identity::Ipv4Subnet { address: network, mask } => Some(Subnet { network, mask }),
        _ => None,
    };
    match contents.identities.as_slice() {
        [initiator, responder, ..] => [subnet(&initiator.value.identity), subnet(&responder.value.identity)],
        _ => [host(session.path.remote.ip()), host(session.path.local.ip())],
    }
}

/// With PFS the peer's public value has to be there, and one of the group.
fn agree(exchange: &QuickMode, contents: &Contents<'_>) -> Result<(), MessageProblem> {
    if let Some(private) = &exchange.private {
        private.agree(contents.require_key_exchange()?).map_err(|_| MessageProblem::BadPublicValue)?;
    }
    Ok(())
}

fn check_hash(contents: &Contents<'_>, expected: Digest) -> Result<(), MessageProblem> {
    if *expected == *contents.require_hash()?.value { Ok(()) } else { Err(MessageProblem::BadHash) }
}

/// Sends a message of the exchange; `hash` makes its HASH payload from what follows it (RFC 2409 5.5).
fn send(
    session: &mut Session,
    context: &mut Context<'_>,
    exchange: &mut QuickMode,
    outgoing: Outgoing<'_>,
    hash: impl FnOnce(&PhaseOneKeys, &dyn Hashes, &[u8]) -> Digest,
) {
    let Phase::Established(established) = &session.phase else { return };
    let Outgoing { name, message_id, payloads } = outgoing;
    let (_, behind) = super::chain(payloads);
    let hash = hash(&established.keys, context.provider.hashes, &behind);
    let all: Vec<Payload<'_>> = [Payload::Hash(&hash)].into_iter().chain(payloads.iter().copied()).collect();
    let (_, chain) = super::chain(&all);
    let header = header(&session.cookies, ExchangeType::QUICK_MODE, message_id, PayloadType::HASH);
    let record = session.outgoing(name, PacketState::Idle);
    let (record, bytes, next) = seal(context, &established.keys, &exchange.vector, header, chain, record);
    exchange.vector = next;
    // Only QM3 is not answered.
    exchange.transmission.send(context, record, bytes, name != QM3);
}

/// A message of the exchange that is about to be sent.
struct Outgoing<'a> {
    name: MessageName,
    message_id: u32,
    /// What follows the HASH payload.
    payloads: &'a [Payload<'a>],
}

/// Keeps an exchange for the duplicates to come, and forgets the oldest when there are too many.
fn remember(session: &mut Session, message_id: u32, exchange: QuickMode) {
    if session.quick_modes.len() >= REMEMBERED {
        let oldest = session.quick_modes.iter().min_by_key(|(_, exchange)| exchange.began).map(|(id, _)| *id);
        oldest.and_then(|id| session.quick_modes.remove(&id));
    }
    session.quick_modes.insert(message_id, exchange);
}

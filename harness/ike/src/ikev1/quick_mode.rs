//! Quick Mode (RFC 2409 5.5): the IPsec SAs under an established session, in both roles.

use std::net::Ipv4Addr;
use std::time::Duration;

use crypto::{Digest, Group, Hashes, PrivateValue};
use wire::ikev1::{Identification, Identity, Payload, SecurityAssociation};
use wire::{ExchangeType, PayloadType};

use crate::endpoint::Limits;
use crate::event::{EventKind, MessageProblem};
use crate::failure::{Failure, FailureCode};
use crate::ids::{ProfileId, ProtectionId};
use crate::keys::{Nonces, PhaseOneKeys};
use crate::protection::InitializationVector;
use crate::router::{Protection, ProtectionProfile, Subnet};
use crate::rule::Rule;
use crate::state::{MessageName, PacketState, QuickModeInput, QuickModeState};
use crate::tamper::OutgoingPayload;

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
    /// `group` is that of perfect forward secrecy.
    fn new(
        context: &mut Context<'_>,
        protection: ProtectionId,
        group: Option<Group>,
        vector: InitializationVector,
    ) -> Self {
        let private = group.map(|group| context.provider.key_agreement.begin(group, context.random));
        Self {
            state: QuickModeState::Ready,
            protection,
            vector,
            own_nonce: context.random_bytes::<NONCE_LENGTH>().to_vec(),
            peer_nonce: Vec::new(),
            own_spi: u32::from_be_bytes(context.random_bytes()).max(ipsec_proposals::LEAST_SPI),
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
    let protection = context.router.protection(id);
    let mut exchange = QuickMode::new(context, id, protection.pfs.map(|group| group.value), vector);
    let offer = ipsec_proposals::offer(protection, encapsulated, exchange.own_spi.to_be_bytes());
    let nonce = exchange.own_nonce.clone();
    let traffic = [protection.local_traffic, protection.remote_traffic].map(identification);
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
        if session.finished.contains(message_id) {
            return Err(MessageProblem::Replayed.into());
        }
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
        Err(Problem::Refused(failure)) => {
            session.finished.add_quick_mode(message_id);
            context.emit(EventKind::Failed(failure));
        }
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
    let behind = opened.behind(contents.require_leading_hash()?, &contents)?;
    check_hash(&contents, established.keys.quick_mode_hash_1(context.provider.hashes, message_id, behind))?;
    let offered = behind_hash(&contents)?;
    let peer_nonce = contents.require_nonce()?.to_vec();
    session.follow(incoming.path);
    incoming.tell(context, QM1, PacketState::Idle, Some(&opened.bytes()));
    let (id, acceptance) = match choose(session, context, &contents, encapsulated, offered) {
        Ok(chosen) => chosen,
        Err(failure) => {
            let spi = offered.proposals().next().map(|proposal| proposal.spi.to_vec());
            informational::send_child_refusal(session, context, &spi.unwrap_or_default());
            session.finished.add_quick_mode(message_id);
            context.emit(EventKind::Failed(failure));
            return Ok(());
        }
    };
    let mut exchange = QuickMode::new(context, id, acceptance.group, opened.next);
    agree(&exchange, &contents)?;
    let reply = ipsec_proposals::reply(offered, acceptance.place, exchange.own_spi.to_be_bytes())
        .ok_or(MessageProblem::NotOffered)?;
    exchange.advance(context, message_id, QuickModeInput::PeerMessage);
    exchange.advance(context, message_id, QuickModeInput::SpiReady);
    context.emit(EventKind::ChildEstablished {
        protection: id,
        inbound_spi: exchange.own_spi,
        outbound_spi: u32::from_be_bytes(acceptance.spi),
    });
    let nonce = exchange.own_nonce.clone();
    let public = exchange.private.as_ref().map(|private| private.public().to_vec());
    // RFC 2409 5.5: the identities come back as they were sent, or not at all.
    let identities = contents.identities.iter().map(|identity| identity.value);
    let payloads = body(reply.view(), &nonce, public.as_deref(), identities);
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

/// The protection for the traffic of QM1, and the proposal for it.
fn choose(
    session: &Session,
    context: &mut Context<'_>,
    contents: &Contents<'_>,
    encapsulated: bool,
    offered: SecurityAssociation<'_>,
) -> Result<(ProtectionId, ipsec_proposals::Acceptance), Failure> {
    let [remote_traffic, local_traffic] = traffic(session, contents);
    let id = find_protection(session, context, local_traffic, remote_traffic)?;
    let acceptance = ipsec_proposals::accept(context, id, encapsulated, offered).ok_or_else(|| {
        let protection = context.router.protection(id);
        let code = FailureCode::NoChildProposalChosen;
        match ipsec_proposals::wanted_forward_secrecy(protection, encapsulated, offered) {
            Some(line) => failure(QM1, code, Some(Rule::Def5), vec![line]),
            None => {
                let origins = protection.transform_sets.iter().map(|set| set.origin);
                failure(QM1, code, None, origins.collect())
            }
        }
    })?;
    Ok((id, acceptance))
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
    let behind = opened.behind(contents.require_leading_hash()?, &contents)?;
    let hashes = context.provider.hashes;
    check_hash(
        &contents,
        established.keys.quick_mode_hash_2(hashes, message_id, &exchange.own_nonce, behind),
    )?;
    let accepted = behind_hash(&contents)?;
    let peer_nonce = contents.require_nonce()?.to_vec();
    // RFC 2408 4.2: one transform of one proposal comes back; RFC 2409 5.5: and the identities that were sent.
    let mut proposals = accepted.proposals();
    let single = proposals.next().is_some_and(|one| one.transform_count == 1) && proposals.next().is_none();
    let protection = context.router.protection(exchange.protection);
    let sent = [Some(protection.local_traffic), Some(protection.remote_traffic)];
    if !single || !(contents.identities.is_empty() || traffic(session, &contents) == sent) {
        return Err(MessageProblem::NotOffered.into());
    }
    agree(exchange, &contents)?;
    session.follow(incoming.path);
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
    given_up.into_iter().for_each(|message_id| forget(session, message_id));
}

/// The peer has refused: ends the exchanges that wait for it. A notification need not say which one it means.
pub(super) fn give_up(session: &mut Session, context: &mut Context<'_>) {
    let waiting =
        session.quick_modes.iter().filter(|(_, exchange)| exchange.state == QuickModeState::InitiatorSent);
    let waiting: Vec<u32> = waiting.map(|(&message_id, _)| message_id).collect();
    if !waiting.is_empty() {
        waiting.into_iter().for_each(|message_id| forget(session, message_id));
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
    let is_between = |id: &ProtectionId| router.protection(*id).is_between(session.path);
    let ids = || (0..router.protections().len()).filter_map(ProtectionId::from_index).filter(is_between);
    let mut of_traffic = ids().filter(|&id| router.protection(id).covers(local_traffic, remote_traffic));
    // A tunnel of IKEv2 allows none.
    let allows = |id: ProtectionId, profile: Option<ProfileId>| match router.protection(id).profile {
        ProtectionProfile::Unnamed => true,
        ProtectionProfile::Isakmp(wanted) => Some(wanted.value) == profile,
        ProtectionProfile::Ikev2(_) => false,
    };
    if let Some(id) = of_traffic.clone().find(|&id| allows(id, session.profile)) {
        return Ok(id);
    }
    let Some(id) = of_traffic.next() else {
        let origins: Vec<_> = ids().map(|id| router.protection(id).origin).collect();
        let rule = (!origins.is_empty()).then_some(Rule::V1Tra1);
        return Err(failure(QM1, FailureCode::NoTunnelForTraffic, rule, origins));
    };
    // V2-PRO-3: the same check in IKEv1; V1-ID-2: it refuses a session without a profile too.
    context.emit(EventKind::ProfileNotTheTunnels { session: session.any_profile(), protection: id });
    let protection = router.protection(id);
    let of_tunnel = protection.profile.any().map(|profile| profile.origin);
    let of_session = session.profile.map(|profile| router.profile(profile).origin);
    let origins = of_tunnel.into_iter().chain(of_session).chain([protection.origin]).collect();
    Err(failure(QM1, FailureCode::ProfileNotTheTunnels, Some(Rule::V2Pro3), origins))
}

impl Protection {
    /// Whether this traffic is what it protects. A crypto map entry, and one for any peer, a template, take what lies
    /// within their own (V1-TRA-1); a tunnel interface takes all or nothing.
    fn covers(&self, local: Option<Subnet>, remote: Option<Subnet>) -> bool {
        let (Some(local), Some(remote)) = (local, remote) else { return false };
        if self.peers.is_empty() || self.is_crypto_map_entry() {
            self.local_traffic.contains(local) && self.remote_traffic.contains(remote)
        } else {
            (self.local_traffic, self.remote_traffic) == (local, remote)
        }
    }
}

/// SA, NONCE, KE with PFS, the identities of the traffic.
fn body<'a>(
    offer: SecurityAssociation<'a>,
    nonce: &'a [u8],
    public: Option<&'a [u8]>,
    traffic: impl IntoIterator<Item = Identification<'a>>,
) -> Vec<Payload<'a>> {
    let mut payloads = vec![Payload::SecurityAssociation(offer), Payload::Nonce(nonce)];
    payloads.extend(public.map(Payload::KeyExchange));
    payloads.extend(traffic.into_iter().map(Payload::Identification));
    payloads
}

/// Traffic of any protocol and port, as IOS names that of a tunnel (WIRE-4).
fn identification(Subnet { network: address, mask }: Subnet) -> Identification<'static> {
    Identification { protocol: 0, port: 0, identity: Identity::Ipv4Subnet { address, mask } }
}

/// The SA payload of QM1 or QM2, which follows the HASH payload (RFC 2409 5.5).
fn behind_hash<'a>(contents: &Contents<'a>) -> Result<SecurityAssociation<'a>, MessageProblem> {
    if contents.require_leading_hash()?.next() != PayloadType::SECURITY_ASSOCIATION {
        return Err(MessageProblem::Lacks(PayloadType::SECURITY_ASSOCIATION));
    }
    contents.require_security_association()
}

/// What the peer wants protected: its side, then this one. Without identities the peers themselves (RFC 2409 5.5).
fn traffic(session: &Session, contents: &Contents<'_>) -> [Option<Subnet>; 2] {
    let host = |address| match address {
        std::net::IpAddr::V4(network) => Some(Subnet { network, mask: Ipv4Addr::BROADCAST }),
        std::net::IpAddr::V6(_) => None,
    };
    let subnet = |one: &Identification<'_>| match (one.protocol, one.port, one.identity) {
        (0, 0, Identity::Ipv4Address(address)) => host(address.into()),
        (0, 0, Identity::Ipv4Subnet { address: network, mask }) => Some(Subnet { network, mask }),
        // No protection of this router is for one protocol or port alone.
        _ => None,
    };
    match contents.identities.as_slice() {
        [initiator, responder, ..] => [subnet(&initiator.value), subnet(&responder.value)],
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
    if expected.is(contents.require_leading_hash()?.value) { Ok(()) } else { Err(MessageProblem::BadHash) }
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
    let mut payloads = super::outgoing(payloads);
    context.before_authentication(name, &mut payloads);
    let (_, behind) = super::chain(&payloads);
    let hash = hash(&established.keys, context.provider.hashes, &behind);
    payloads.insert(0, OutgoingPayload::new(PayloadType::HASH, hash.to_vec()));
    context.before_protection(name, &mut payloads);
    let (first, chain) = super::chain(&payloads);
    let header = header(&session.cookies, ExchangeType::QUICK_MODE, message_id, first);
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
        oldest.into_iter().for_each(|message_id| forget(session, message_id));
    }
    session.quick_modes.insert(message_id, exchange);
}

/// The exchange is over: a copy of its first message, even one of our own sent back, must not begin it again.
fn forget(session: &mut Session, message_id: u32) {
    session.quick_modes.remove(&message_id);
    session.finished.add_quick_mode(message_id);
}

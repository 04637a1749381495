//! Main Mode with RSA signatures (RFC 2409 5.1): the six messages, one function for each step.
//!
//! The order of events is that of the lines that IOS prints. What MM5 and MM6 contain is in `authentication`.

use wire::ikev1::{CertificateRequest, NatDetection, NatNumbering, Payload};
use wire::{CertificateEncoding, ExchangeType};

use crate::endpoint::Path;
use crate::event::{DeleteReason, EventKind, MessageProblem};
use crate::failure::{Failure, FailureCode};
use crate::ids::ProfileId;
use crate::keys::{Nonces, PhaseOneAlgorithms, PhaseOneKeys, PublicValues};
use crate::protection::InitializationVector;
use crate::state::{Input, MessageName, PacketState, Role};

use super::contents::Contents;
use super::nat::{self, NatStatus};
use super::requests::{self, ReceivedRequests};
use super::vendor::{self, PeerCapabilities};
use super::{
    Agreement, Context, Established, Incoming, Keyed, OwnValues, Phase, Problem, Session, authentication,
    header, informational, policies, quick_mode, seal,
};

const MM1: MessageName = MessageName::MainMode(1);
const MM2: MessageName = MessageName::MainMode(2);
const MM3: MessageName = MessageName::MainMode(3);
const MM4: MessageName = MessageName::MainMode(4);
const MM5: MessageName = MessageName::MainMode(5);
const MM6: MessageName = MessageName::MainMode(6);

/// The length of our nonces in phase 1, as IOS sends them (WIRE-2).
const NONCE_LENGTH: usize = 20;

/// Initiator: offers the policies.
pub(super) fn send_mm1(session: &mut Session, context: &mut Context<'_>) {
    if let Some(protection) = session.protection {
        context.emit(EventKind::Requested { protection, profile: session.profile, path: session.path });
    }
    let offer = policies::offer(context.router);
    let vendor_ids = vendor::offered();
    tell_vendor_ids(context, &vendor_ids);
    session.advance(context, Input::RequestMainMode);
    let mut payloads = vec![Payload::SecurityAssociation(offer.view())];
    payloads.extend(vendor_ids.iter().map(|id| Payload::VendorId(id)));
    session.send_plain(context, MM1, PacketState::NoState, &payloads);
    session.phase = Phase::Offered { security_association: offer.body().to_vec() };
}

/// Responder: chooses among the offers.
pub(super) fn on_mm1(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    incoming.require_plain()?;
    let contents = Contents::read(incoming.message.payloads())?;
    let offered = contents.require_security_association()?;
    incoming.tell(context, MM1, PacketState::NewSa, None);
    context.emit(EventKind::PeerAppeared { path: incoming.path });
    session.advance(context, Input::PeerMessage);
    context.emit(EventKind::SecurityAssociationRead);
    let peer = read_vendor_ids(context, &contents);
    let accepted = policies::accept(context, offered)
        .and_then(|accepted| Some((policies::reply(offered, accepted.place)?, accepted.parameters)));
    let Some((reply, parameters)) = accepted else {
        informational::send_no_proposal_chosen(session, context);
        return Err(Problem::Refused(no_proposal(context, MM1)));
    };
    session.advance(context, Input::ProcessMainMode);
    let vendor_ids = vendor::accepted(peer);
    tell_vendor_ids(context, &vendor_ids);
    let mut payloads = vec![Payload::SecurityAssociation(reply.view())];
    payloads.extend(vendor_ids.iter().map(|id| Payload::VendorId(id)));
    session.transmission.accept(MM1, incoming.digest);
    session.send_plain(context, MM2, PacketState::SaSetup, &payloads);
    session.advance(context, Input::ProcessComplete);
    let security_association = offered.body().to_vec();
    session.phase = Phase::Agreed(Agreement { parameters, security_association, peer });
    Ok(())
}

/// Initiator: begins the key exchange and asks for certificates.
pub(super) fn on_mm2(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    let Phase::Offered { security_association } = &session.phase else {
        return Err(MessageProblem::Unexpected.into());
    };
    let security_association = security_association.clone();
    incoming.require_plain()?;
    let contents = Contents::read(incoming.message.payloads())?;
    let accepted = contents.require_security_association()?;
    // RFC 2408 4.2: exactly one transform of the offer comes back.
    let mut proposals = accepted.proposals();
    let single = proposals.next().is_some_and(|one| one.transform_count == 1) && proposals.next().is_none();
    if !single {
        return Err(MessageProblem::NotOffered.into());
    }
    incoming.tell(context, MM2, PacketState::NoState, None);
    session.cookies.responder = incoming.message.header().responder_cookie;
    session.advance(context, Input::PeerMessage);
    context.emit(EventKind::SecurityAssociationRead);
    let peer = read_vendor_ids(context, &contents);
    let Some(parameters) = policies::accept(context, accepted).map(|accepted| accepted.parameters) else {
        return Err(Problem::Refused(no_proposal(context, MM2)));
    };
    session.advance(context, Input::ProcessMainMode);
    let agreement = Agreement { parameters, security_association, peer };
    let own = own_values(context, &agreement);
    session.transmission.accept(MM2, incoming.digest);
    send_key_exchange(session, context, &agreement, &own, MM3);
    session.advance(context, Input::ProcessComplete);
    session.phase = Phase::Exchanging(agreement, own);
    Ok(())
}

/// Responder: completes the key exchange, chooses its certificate, asks for one.
pub(super) fn on_mm3(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    let Phase::Agreed(agreement) = &session.phase else { return Err(MessageProblem::Unexpected.into()) };
    incoming.require_plain()?;
    let contents = Contents::read(incoming.message.payloads())?;
    let own = own_values(context, agreement);
    let exchange = Exchange::complete(context, session, agreement, &own, &contents)?;
    incoming.tell(context, MM3, PacketState::SaSetup, None);
    session.advance(context, Input::PeerMessage);
    let keyed = exchange.tell(session, context, incoming, &contents);
    session.advance(context, Input::ProcessMainMode);
    session.transmission.accept(MM3, incoming.digest);
    let Phase::Agreed(agreement) = std::mem::replace(&mut session.phase, Phase::Keyed(Box::new(keyed)))
    else {
        return Ok(());
    };
    send_key_exchange(session, context, &agreement, &own, MM4);
    session.advance(context, Input::ProcessComplete);
    Ok(())
}

/// Initiator: completes the key exchange, chooses its certificate, authenticates.
pub(super) fn on_mm4(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    let Phase::Exchanging(agreement, own) = &session.phase else {
        return Err(MessageProblem::Unexpected.into());
    };
    incoming.require_plain()?;
    let contents = Contents::read(incoming.message.payloads())?;
    let exchange = Exchange::complete(context, session, agreement, own, &contents)?;
    incoming.tell(context, MM4, PacketState::SaSetup, None);
    session.advance(context, Input::PeerMessage);
    let mut keyed = exchange.tell(session, context, incoming, &contents);
    session.transmission.accept(MM4, incoming.digest);
    if keyed.nat.any() {
        session.path = moved(session.path, context.limits.nat_traversal_port); // RFC 3947 4
    }
    session.advance(context, Input::ProcessMainMode);
    match authentication::build(session, context, &mut keyed, MM5) {
        Ok((first, chain)) => {
            send_authentication(session, context, &mut keyed, MM5, (first, chain), true);
            session.advance(context, Input::ProcessComplete);
            session.phase = Phase::Keyed(Box::new(keyed));
        }
        // V1-SEL-5: nothing can be sent, so there is nothing to wait for.
        Err(failure) => {
            context.emit(EventKind::Failed(failure));
            session.end(context, DeleteReason::Failed);
        }
    }
    Ok(())
}

/// Responder: judges the initiator, authenticates, is done.
pub(super) fn on_mm5(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    let mut keyed = take_keyed(session)?;
    let result = judge_mm5(session, context, incoming, &mut keyed);
    if session.phase_is_taken() {
        session.phase = Phase::Keyed(keyed);
    }
    result
}

fn judge_mm5(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    keyed: &mut Keyed,
) -> Result<(), Problem> {
    let opened = incoming.open(context, &keyed.keys, &keyed.vector)?;
    let contents = Contents::read(opened.plain.payloads())?;
    contents.require_identity()?;
    contents.require_signature()?;
    incoming.tell(context, MM5, PacketState::KeyExchange, Some(&opened.bytes()));
    session.advance(context, Input::PeerMessage);
    let profile = authentication::check(session, context, keyed, &contents, MM5)?;
    informational::read_notifications(context, &contents, true);
    session.profile = profile; // V1-ID-2
    context.emit(EventKind::Authenticated { profile: session.profile });
    keyed.vector = opened.next;
    session.path = incoming.path; // RFC 3947 4: the peer has moved its port if there is a NAT
    session.advance(context, Input::ProcessMainMode);
    session.transmission.accept(MM5, incoming.digest);
    match authentication::build(session, context, keyed, MM6) {
        Ok((first, chain)) => {
            send_authentication(session, context, keyed, MM6, (first, chain), false);
            session.advance(context, Input::ProcessComplete);
            session.advance(context, Input::PhaseOneComplete);
            session.phase = Phase::Established(Box::new(established(context, keyed)));
        }
        // V1-SEL-5
        Err(failure) => {
            context.emit(EventKind::Failed(failure));
            session.end(context, DeleteReason::Failed);
        }
    }
    Ok(())
}

/// Initiator: judges the responder, is done, goes on with Quick Mode.
pub(super) fn on_mm6(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    let mut keyed = take_keyed(session)?;
    let result = judge_mm6(session, context, incoming, &mut keyed);
    if session.phase_is_taken() {
        session.phase = Phase::Keyed(keyed);
    }
    result
}

fn judge_mm6(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    keyed: &mut Keyed,
) -> Result<(), Problem> {
    let opened = incoming.open(context, &keyed.keys, &keyed.vector)?;
    let contents = Contents::read(opened.plain.payloads())?;
    contents.require_identity()?;
    contents.require_signature()?;
    incoming.tell(context, MM6, PacketState::KeyExchange, Some(&opened.bytes()));
    authentication::check(session, context, keyed, &contents, MM6)?;
    informational::read_notifications(context, &contents, true);
    context.emit(EventKind::Authenticated { profile: session.profile });
    keyed.vector = opened.next;
    session.transmission.accept(MM6, incoming.digest);
    session.advance(context, Input::PeerMessage);
    session.advance(context, Input::ProcessMainMode);
    session.advance(context, Input::ProcessComplete);
    session.phase = Phase::Established(Box::new(established(context, keyed)));
    quick_mode::begin(session, context);
    session.advance(context, Input::PhaseOneComplete);
    Ok(())
}

/// Takes the keys out of the session for the time of a step, which needs them and the session at once.
fn take_keyed(session: &mut Session) -> Result<Box<Keyed>, Problem> {
    match std::mem::replace(&mut session.phase, Phase::Refused) {
        Phase::Keyed(keyed) => Ok(keyed),
        other => {
            session.phase = other;
            Err(MessageProblem::Unexpected.into())
        }
    }
}

impl Session {
    /// Whether a step that took the keys has left no new phase behind.
    fn phase_is_taken(&self) -> bool {
        matches!(self.phase, Phase::Refused)
    }
}

/// The key exchange seen from one side, complete and not told yet.
struct Exchange {
    keyed: Keyed,
    own_hashes: [crypto::Digest; 2],
}

impl Exchange {
    fn complete(
        context: &Context<'_>,
        session: &Session,
        agreement: &Agreement,
        own: &OwnValues,
        contents: &Contents<'_>,
    ) -> Result<Self, Problem> {
        let peer_public = contents.require_key_exchange()?;
        let peer_nonce = contents.require_nonce()?;
        let shared = own.private.agree(peer_public).map_err(|_| MessageProblem::BadPublicValue)?;
        let ordered = |own: &[u8], peer: &[u8]| match context.role {
            Role::Initiator => (own.to_vec(), peer.to_vec()),
            Role::Responder => (peer.to_vec(), own.to_vec()),
        };
        let nonces = ordered(&own.nonce, peer_nonce);
        let publics = ordered(own.private.public(), peer_public);
        let Agreement { parameters, security_association, peer } = agreement;
        let hashes = context.provider.hashes;
        let algorithms = PhaseOneAlgorithms { hash: parameters.hash, cipher: parameters.cipher };
        let nonce_pair = Nonces { initiator: &nonces.0, responder: &nonces.1 };
        let keys = PhaseOneKeys::derive(hashes, algorithms, nonce_pair, &session.cookies, &shared);
        let public_pair = PublicValues { initiator: &publics.0, responder: &publics.1 };
        let vector = InitializationVector::of_phase_one(hashes, algorithms, public_pair);
        let keyed = Keyed {
            parameters: *parameters,
            peer: *peer,
            security_association: security_association.clone(),
            cookies: session.cookies,
            publics,
            keys,
            vector,
            requests: ReceivedRequests::new(context, initiator_profile(session)),
            nat: NatStatus::default(),
        };
        let own_hashes =
            nat::detection_hashes(context.provider, parameters.hash, &session.cookies, session.path);
        Ok(Self { keyed, own_hashes })
    }

    /// Tells the steps in the order of the payloads as IOS does, and reads the requests on the way.
    fn tell(
        self,
        session: &mut Session,
        context: &mut Context<'_>,
        incoming: &Incoming<'_>,
        contents: &Contents<'_>,
    ) -> Keyed {
        let Self { mut keyed, own_hashes } = self;
        context.emit(EventKind::KeyExchangeRead);
        context.emit(EventKind::NonceRead);
        session.connection = *context.next_connection;
        context.connection = session.connection;
        *context.next_connection += 1;
        context.emit(EventKind::KeysDerived {
            cipher_key: context.limits.reveal_keys.then(|| keyed.keys.cipher_key().as_bytes().into()),
            initiator_cookie: session.cookies.initiator,
        });
        keyed.requests.read(context, contents);
        let more = read_vendor_ids(context, contents);
        keyed.peer.dead_peer_detection |= more.dead_peer_detection;
        if keyed.peer.nat_traversal {
            keyed.nat = nat::detect(&own_hashes, &contents.nat_detection);
            context.emit(EventKind::NatDetected { local: keyed.nat.local, remote: keyed.nat.remote });
        }
        session.path = incoming.path;
        keyed
    }
}

/// The profile of an initiator; a responder has none before MM5 (V1-REQ-3, V1-SEL-3).
fn initiator_profile(session: &Session) -> Option<ProfileId> {
    session.profile.filter(|_| session.role == Role::Initiator)
}

fn own_values(context: &mut Context<'_>, agreement: &Agreement) -> OwnValues {
    let private = context.provider.key_agreement.begin(agreement.parameters.group, context.random);
    OwnValues { private, nonce: context.random_bytes::<NONCE_LENGTH>().to_vec() }
}

/// MM3 and MM4: KE, NONCE, requests, vendor IDs, NAT-D (WIRE-1).
fn send_key_exchange(
    session: &mut Session,
    context: &mut Context<'_>,
    agreement: &Agreement,
    own: &OwnValues,
    name: MessageName,
) {
    let names = requests::build(context, initiator_profile(session));
    let cookies = session.cookies.concatenated();
    let vendor_ids = vendor::of_key_exchange(context.role, context.provider, &cookies);
    let hash = agreement.parameters.hash;
    let nat_hashes = nat::detection_hashes(context.provider, hash, &session.cookies, session.path);
    let mut payloads = vec![Payload::KeyExchange(own.private.public()), Payload::Nonce(&own.nonce)];
    payloads.extend(names.iter().map(|authority| {
        let encoding = CertificateEncoding::X509_SIGNATURE;
        Payload::CertificateRequest(CertificateRequest { encoding, authority })
    }));
    payloads.extend(vendor_ids.iter().map(|id| Payload::VendorId(id)));
    if agreement.peer.nat_traversal {
        let numbering = NatNumbering::Rfc3947;
        payloads
            .extend(nat_hashes.iter().map(|hash| Payload::NatDetection(NatDetection { numbering, hash })));
    }
    let packet_state = if name == MM3 { PacketState::SaSetup } else { PacketState::KeyExchange };
    session.send_plain(context, name, packet_state, &payloads);
}

/// MM5 and MM6, encrypted.
fn send_authentication(
    session: &mut Session,
    context: &mut Context<'_>,
    keyed: &mut Keyed,
    name: MessageName,
    (first, chain): (wire::PayloadType, Vec<u8>),
    awaits_answer: bool,
) {
    let header = header(&session.cookies, ExchangeType::IDENTITY_PROTECTION, 0, first);
    let record = session.outgoing(name, PacketState::KeyExchange);
    let (record, bytes, next) = seal(context, &keyed.keys, &keyed.vector, header, chain, record);
    keyed.vector = next;
    session.transmission.send(context, record, bytes, awaits_answer);
}

fn established(context: &Context<'_>, keyed: &Keyed) -> Established {
    let lifetime = std::time::Duration::from_secs(u64::from(keyed.parameters.lifetime));
    Established {
        keys: keyed.keys.clone(),
        vector: keyed.vector,
        nat: keyed.nat,
        expires: context.now.monotonic + lifetime,
        liveness: informational::Liveness::new(context, keyed.peer),
    }
}

fn no_proposal(context: &Context<'_>, message: MessageName) -> Failure {
    let origins = context.router.policies().iter().map(|policy| policy.origin).collect();
    Failure { message, code: FailureCode::NoProposalChosen, rule: None, origins, refusal: None }
}

fn tell_vendor_ids(context: &mut Context<'_>, ids: &[Vec<u8>]) {
    for id in ids {
        context.emit(EventKind::VendorIdBuilt { bytes: id.as_slice().into() });
    }
}

fn read_vendor_ids(context: &mut Context<'_>, contents: &Contents<'_>) -> PeerCapabilities {
    let mut peer = PeerCapabilities::default();
    for id in &contents.vendor_ids {
        context.emit(EventKind::VendorIdRead { range: id.body_range() });
        peer.note(id.value);
    }
    peer
}

fn moved(path: Path, port: u16) -> Path {
    let (mut local, mut remote) = (path.local, path.remote);
    local.set_port(port);
    remote.set_port(port);
    Path { local, remote }
}

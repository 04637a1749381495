//! Main Mode with RSA signatures (RFC 2409 5.1): the six messages, one function for each step.
//!
//! The order of events is that of the lines that IOS prints. What MM5 and MM6 contain is in `authentication`.

use wire::ikev1::{CertificateRequest, NatDetection, NatNumbering, NotifyType, Payload};
use wire::{CertificateEncoding, ExchangeType, PayloadType};

use crate::event::{EventKind, MessageProblem};
use crate::failure::{Failure, FailureCode};
use crate::ids::{PolicyId, ProfileId};
use crate::keys::{Nonces, PhaseOneAlgorithms, PhaseOneKeys, PublicValues};
use crate::nat::{self, NatStatus};
use crate::protection::InitializationVector;
use crate::rule::Rule;
use crate::state::{Input, MessageName, PacketState, Role, State};

use super::authentication::Authenticated;
use super::contents::Contents;
use super::requests::{self, ReceivedRequests};
use super::vendor::{self, PeerCapabilities};
use super::{
    Agreement, Context, Established, Incoming, Keyed, Opened, OwnValues, Phase, Problem, Session,
    authentication, header, informational, policies, quick_mode, seal,
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
        context.emit(EventKind::Requested { protection, profile: session.any_profile(), path: session.path });
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
    let offered = contents.require_leading_security_association()?;
    incoming.tell(context, MM1, PacketState::NewSa, None);
    context.emit(EventKind::PeerAppeared { path: incoming.path });
    session.advance(context, Input::PeerMessage);
    context.emit(EventKind::SecurityAssociationRead);
    let peer = read_vendor_ids(context, &contents);
    let accepted = policies::accept(context, offered).and_then(|accepted| {
        let reply = policies::reply(offered, accepted.place).ok_or_else(Vec::new)?;
        Ok((reply, accepted.parameters))
    });
    let (reply, parameters) = match accepted {
        Ok(accepted) => accepted,
        Err(too_short) => {
            informational::send_no_proposal_chosen(session, context);
            return Err(Problem::Refused(no_proposal(context, MM1, &too_short)));
        }
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
    session.phase = Phase::Agreed(Agreement { parameters, security_association, peer }, None);
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
    let accepted = contents.require_leading_security_association()?;
    let responder_cookie = incoming.message.header().responder_cookie;
    if responder_cookie == [0; 8] {
        return Err(MessageProblem::Unexpected.into()); // our own MM1, sent back to us
    }
    incoming.tell(context, MM2, PacketState::NoState, None);
    let state = session.state;
    session.advance(context, Input::PeerMessage);
    context.emit(EventKind::SecurityAssociationRead);
    let peer = read_vendor_ids(context, &contents);
    let Some(parameters) = policies::chosen(context, &security_association, accepted) else {
        // Nothing authenticates MM2: a forged one must not end the negotiation.
        session.state = state;
        return Err(MessageProblem::NotOffered.into());
    };
    session.cookies.responder = responder_cookie;
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
    incoming.require_plain()?;
    let contents = Contents::read(incoming.message.payloads())?;
    contents.require_key_exchange()?;
    contents.require_nonce()?;
    let (agreement, own) = match std::mem::replace(&mut session.phase, Phase::InStep) {
        // Drawn once, whatever comes: a key costs more to make than a message to forge.
        Phase::Agreed(agreement, drawn) => {
            let own = drawn.unwrap_or_else(|| own_values(context, &agreement));
            (agreement, own)
        }
        other => return unexpected(session, other),
    };
    let keyed = match Exchange::complete(context, session, incoming, &agreement, &own, &contents) {
        Ok(exchange) => {
            incoming.tell(context, MM3, PacketState::SaSetup, None);
            session.advance(context, Input::PeerMessage);
            exchange.enter(session, context, incoming, &contents)
        }
        Err(problem) => {
            session.phase = Phase::Agreed(agreement, Some(own));
            return Err(problem);
        }
    };
    session.advance(context, Input::ProcessMainMode);
    session.transmission.accept(MM3, incoming.digest);
    send_key_exchange(session, context, &agreement, &own, MM4);
    session.advance(context, Input::ProcessComplete);
    session.phase = Phase::Keyed(Box::new(keyed));
    Ok(())
}

/// Initiator: completes the key exchange, chooses its certificate, authenticates.
pub(super) fn on_mm4(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    incoming.require_plain()?;
    let contents = Contents::read(incoming.message.payloads())?;
    let Phase::Exchanging(agreement, own) = &session.phase else {
        return Err(MessageProblem::Unexpected.into());
    };
    let exchange = Exchange::complete(context, session, incoming, agreement, own, &contents)?;
    incoming.tell(context, MM4, PacketState::SaSetup, None);
    session.advance(context, Input::PeerMessage);
    let mut keyed = exchange.enter(session, context, incoming, &contents);
    session.transmission.accept(MM4, incoming.digest);
    if keyed.nat.any() {
        session.path = nat::moved(session.path, context.limits.nat_traversal_port); // RFC 3947 4
    }
    session.advance(context, Input::ProcessMainMode);
    if let Some(notify_type) = context.refuses(MM5) {
        informational::send_refusal(session, context, &keyed, NotifyType(notify_type));
        return Ok(());
    }
    match authentication::build(session, context, &mut keyed, MM5) {
        Ok(payloads) => {
            send_authentication(session, context, &mut keyed, MM5, payloads, true);
            session.advance(context, Input::ProcessComplete);
            session.phase = Phase::Keyed(Box::new(keyed));
        }
        // V1-SEL-5: nothing can be sent, so there is nothing to wait for.
        Err(failure) => session.fail(context, failure),
    }
    Ok(())
}

/// Responder: judges the initiator, authenticates, is done.
pub(super) fn on_mm5(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    let judged = |session: &mut Session, context: &mut Context<'_>, keyed: &mut Keyed, opened: &Opened| {
        // A second MM5 after a refused one finds the state where that one has left it.
        if session.state == State::Responder(4) {
            session.advance(context, Input::PeerMessage);
        }
        let contents = Contents::read(opened.plain.payloads())?;
        let authenticated = authentication::check(session, context, keyed, &contents, MM5)?;
        informational::tell_notifications(context, &contents, true);
        // Whoever has any certificate must not end the sessions of others by taking their name.
        session.is_initial_contact = authenticated.confirmed && informational::is_initial_contact(&contents);
        session.profile = authenticated.profile; // V1-ID-2
        context.emit(EventKind::Authenticated { profile: session.any_profile() });
        session.path = incoming.path; // RFC 3947 4: the peer has moved its port if there is a NAT
        session.advance(context, Input::ProcessMainMode);
        session.transmission.accept(MM5, incoming.digest);
        if let Some(notify_type) = context.refuses(MM6) {
            informational::send_refusal(session, context, keyed, NotifyType(notify_type));
            return Ok(());
        }
        match authentication::build(session, context, keyed, MM6) {
            Ok(payloads) => {
                send_authentication(session, context, keyed, MM6, payloads, false);
                session.advance(context, Input::ProcessComplete);
                session.advance(context, Input::PhaseOneComplete);
                session.phase = Phase::Established(Box::new(established(context, keyed, authenticated)));
            }
            // V1-SEL-5
            Err(failure) => session.fail(context, failure),
        }
        Ok(())
    };
    with_keyed(session, context, incoming, MM5, judged)
}

/// Initiator: judges the responder, is done, goes on with Quick Mode.
pub(super) fn on_mm6(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    let judged = |session: &mut Session, context: &mut Context<'_>, keyed: &mut Keyed, opened: &Opened| {
        let contents = Contents::read(opened.plain.payloads())?;
        let authenticated = authentication::check(session, context, keyed, &contents, MM6)?;
        informational::tell_notifications(context, &contents, true);
        context.emit(EventKind::Authenticated { profile: session.any_profile() });
        session.transmission.accept(MM6, incoming.digest);
        session.advance(context, Input::PeerMessage);
        session.advance(context, Input::ProcessMainMode);
        session.advance(context, Input::ProcessComplete);
        session.phase = Phase::Established(Box::new(established(context, keyed, authenticated)));
        quick_mode::begin(session, context);
        session.advance(context, Input::PhaseOneComplete);
        Ok(())
    };
    with_keyed(session, context, incoming, MM6, judged)
}

/// Runs a step that needs the keys: opens the message, and where the step leaves no new phase behind puts everything
/// back as it was, so that a forged or damaged message does not keep the genuine one from being judged.
fn with_keyed(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    name: MessageName,
    step: impl FnOnce(&mut Session, &mut Context<'_>, &mut Keyed, &Opened) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut keyed = match std::mem::replace(&mut session.phase, Phase::InStep) {
        Phase::Keyed(keyed) => keyed,
        other => return unexpected(session, other),
    };
    let (requests, vector) = (keyed.requests, keyed.vector);
    let result =
        incoming.open(context, &keyed.keys, &keyed.vector).map_err(Problem::from).and_then(|opened| {
            let contents = Contents::read(opened.plain.payloads())?;
            contents.require_identity()?;
            contents.require_signature()?;
            incoming.tell(context, name, PacketState::KeyExchange, Some(&opened.bytes()));
            keyed.vector = opened.next;
            step(session, context, &mut keyed, &opened)
        });
    if matches!(session.phase, Phase::InStep) {
        keyed.requests = requests;
        keyed.vector = vector;
        session.phase = Phase::Keyed(keyed);
    }
    result
}

/// Puts the phase back: the message does not belong here.
fn unexpected(session: &mut Session, phase: Phase) -> Result<(), Problem> {
    session.phase = phase;
    Err(MessageProblem::Unexpected.into())
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
        incoming: &Incoming<'_>,
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
            nat::detection_hashes(context.provider, parameters.hash, &session.cookies, incoming.path);
        Ok(Self { keyed, own_hashes })
    }

    /// Gives the session its keys and its number, telling the steps as IOS does: the key exchange, the requests, the
    /// vendor IDs, the NAT.
    fn enter(
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
        *context.next_connection = context.next_connection.wrapping_add(1);
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
    (first, chain): (PayloadType, Vec<u8>),
    awaits_answer: bool,
) {
    let header = header(&session.cookies, ExchangeType::IDENTITY_PROTECTION, 0, first);
    let record = session.outgoing(name, PacketState::KeyExchange);
    let (record, bytes, next) = seal(context, &keyed.keys, &keyed.vector, header, chain, record);
    keyed.vector = next;
    session.transmission.send(context, record, bytes, awaits_answer);
}

fn established(context: &mut Context<'_>, keyed: &Keyed, authenticated: Authenticated) -> Established {
    let lifetime = std::time::Duration::from_secs(u64::from(keyed.parameters.lifetime));
    Established {
        keys: keyed.keys.clone(),
        vector: keyed.vector,
        nat: keyed.nat,
        peer_identity: authenticated.identity,
        expires: context.now.monotonic + lifetime,
        liveness: informational::Liveness::new(context, keyed.peer),
    }
}

/// `too_short` are the policies that would do but for their lifetime (V1-POL-1).
fn no_proposal(context: &Context<'_>, message: MessageName, too_short: &[PolicyId]) -> Failure {
    let router = context.router;
    let (rule, origins) = if too_short.is_empty() {
        (None, router.policies().iter().map(|policy| policy.origin).collect())
    } else {
        let lines = too_short.iter().map(|&id| router.policy(id).lifetime.origin);
        (Some(Rule::V1Pol1), lines.collect())
    };
    Failure { message, code: FailureCode::NoProposalChosen, rule, origins, refusal: None }
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

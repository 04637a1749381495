//! MM5 and MM6: identity, certificate and signature, made and judged.

use std::net::IpAddr;

use crypto::SignatureScheme;
use pki::{Certificate, Name};
use wire::ikev1::{
    self, Doi, Identification, Identity as WireIdentity, Notification, NotifyType, Payload, ProtocolId,
};
use wire::{CertificateEncoding, PayloadType};

use crate::event::EventKind;
use crate::failure::{Failure, FailureCode};
use crate::identity::Identity;
use crate::ids::{AnyProfileId, ProfileId};
use crate::keys::{AuthenticationInput, PublicValues};
use crate::nat::NatStatus;
use crate::origin::Origin;
use crate::peer;
use crate::router::{Enrolment, Router};
use crate::rule::Rule;
use crate::selection;
use crate::state::{MessageName, Role};
use crate::tamper::OutgoingPayload;

use super::contents::Contents;
use super::{Context, Keyed, Problem, Session};

/// The protocol that stands in an ID payload of phase 1 (V1-ID-1).
const UDP: u8 = 17;

/// The port in an ID payload of phase 1: that of IKE (V1-ID-1), and none behind a NAT (RFC 3947 4).
const fn identification_port(nat: NatStatus) -> u16 {
    if nat.any() { 0 } else { 500 }
}

/// Builds the payloads of MM5 or MM6, not encrypted: ID, CERT, SIG, in MM5 also N(INITIAL-CONTACT) (WIRE-3).
pub(super) fn build(
    session: &Session,
    context: &mut Context<'_>,
    keyed: &mut Keyed,
    name: MessageName,
) -> Result<(PayloadType, Vec<u8>), Failure> {
    let router = context.router;
    // V1-SEL-5: it fails when the certificate has to be sent, not before.
    let Some(trustpoint) = keyed.requests.decide(context) else {
        return Err(no_certificate(context, keyed, name));
    };
    let enrolment =
        router.trustpoint(trustpoint).enrolment.as_ref().expect("only enrolled trustpoints are chosen");
    let initial_contact = context.role == Role::Initiator && !context.peer_known;
    if initial_contact {
        context.emit(EventKind::InitialContactBuilt);
    }
    let identity = own_identity(session, router, enrolment);
    let port = identification_port(keyed.nat);
    let identification = Identification { protocol: UDP, port, identity: as_wire(&identity) };
    let body = payload_body(&Payload::Identification(identification));
    context.emit(EventKind::IdentityBuilt {
        identity: identity.clone(),
        body: body.as_slice().into(),
        next: PayloadType::CERTIFICATE,
    });
    context.emit(EventKind::CertificateBuilt { trustpoint });
    let spi = keyed.cookies.concatenated();
    let chain = std::iter::once(&enrolment.certificate).chain(&enrolment.intermediates);
    let mut payloads = vec![Payload::Identification(identification)];
    payloads.extend(chain.map(|certificate| {
        Payload::Certificate(ikev1::Certificate {
            encoding: CertificateEncoding::X509_SIGNATURE,
            data: certificate.as_der(),
        })
    }));
    if initial_contact {
        // RFC 2407 4.6.3.3
        payloads.push(Payload::Notification(Notification {
            doi: Doi::IPSEC,
            protocol: ProtocolId::ISAKMP,
            spi: &spi,
            notify_type: NotifyType::INITIAL_CONTACT,
            data: &[],
        }));
    }
    let mut payloads = super::outgoing(&payloads);
    context.before_authentication(name, &mut payloads);
    let place = |sought| payloads.iter().position(|payload| payload.payload_type == sought);
    let identification = place(PayloadType::IDENTIFICATION).map_or(&body, |place| &payloads[place].body);
    let signature = sign(context, keyed, enrolment, identification).ok_or_else(|| Failure {
        message: name,
        code: FailureCode::CannotSign,
        rule: None,
        origins: vec![enrolment.origin],
        refusal: None,
    })?;
    context.emit(EventKind::Signed { trustpoint });
    let behind_certificates = place(PayloadType::NOTIFICATION).unwrap_or(payloads.len());
    payloads.insert(behind_certificates, OutgoingPayload::new(PayloadType::SIGNATURE, signature));
    context.before_protection(name, &mut payloads);
    Ok(super::chain(&payloads))
}

fn no_certificate(context: &Context<'_>, keyed: &Keyed, name: MessageName) -> Failure {
    let pins = match keyed.requests.scope() {
        selection::Scope::Pins(profile) => {
            context.router.profile(profile).pins.iter().map(|pin| pin.origin).collect()
        }
        selection::Scope::Global => Vec::new(),
    };
    Failure {
        message: name,
        code: FailureCode::NoCertificateToSend,
        rule: Some(Rule::V1Sel5),
        origins: pins,
        refusal: None,
    }
}

fn sign(
    context: &Context<'_>,
    keyed: &Keyed,
    enrolment: &Enrolment,
    identification: &[u8],
) -> Option<Vec<u8>> {
    let hashes = context.provider.hashes;
    let input = keyed.authentication_input(context.role, identification);
    let hash = keyed.keys.authentication_hash(hashes, &input);
    // RFC 2409 5.1: the hash is signed as it is, without an algorithm identifier.
    enrolment.signer.sign(SignatureScheme::RsaPkcs1Unprefixed, &hash).ok()
}

/// V1-ID-1: the profile says what to assert, else the router.
fn own_identity(session: &Session, router: &Router, enrolment: &Enrolment) -> Identity {
    let of_profile = session.profile.and_then(|id| router.profile(id).self_identity.as_ref());
    let kind = &of_profile.unwrap_or(&router.parts().identity).value;
    router.own_identity(kind, session.path.local.ip(), Some(enrolment))
}

/// Who the peer has proved to be, and what it is bound to.
pub(super) struct Authenticated {
    pub(super) profile: Option<ProfileId>,
    pub(super) identity: Identity,
    /// Whether the identity is a name of the certificate, and not only what the peer says.
    pub(super) confirmed: bool,
}

/// Judges MM5 (responder) or MM6 (initiator): identity, profile, certificate, signature, in the order of the payloads.
pub(super) fn check(
    session: &Session,
    context: &mut Context<'_>,
    keyed: &mut Keyed,
    contents: &Contents<'_>,
    name: MessageName,
) -> Result<Authenticated, Problem> {
    let identification = contents.require_identity()?;
    let signature = contents.require_signature()?;
    // RFC 2407 4.6.2: in phase 1 nothing, or UDP on the port of IKE; RFC 3947 4: or on none.
    let of_ike =
        matches!((identification.value.protocol, identification.value.port), (0, 0) | (UDP, 0 | 500 | 4500));
    // RFC 2408 5.8: a type of identity that is not known is refused.
    if !of_ike || matches!(identification.value.identity, WireIdentity::Other(..)) {
        return Err(refuse(name, FailureCode::BadMessage, None, Vec::new()));
    }
    let identity = of_wire(&identification.value.identity);
    context.emit(EventKind::IdentityRead {
        identity: identity.clone(),
        body: identification.body_range(),
        next: identification.next(),
    });
    let profile = bind_profile(session, context, &identity, name)?;
    let chain = read_chain(context, contents, name)?;
    keyed.requests.read(context, contents); // V1-SEL-4
    validate(context, profile, &chain, name)?;
    let input = keyed.authentication_input(context.role.other(), identification.body());
    let hash = keyed.keys.authentication_hash(context.provider.hashes, &input);
    let key = chain[0].public_key().as_der();
    // RFC 2409 5.1
    let valid =
        context.provider.verifier.verify(SignatureScheme::RsaPkcs1Unprefixed, key, &hash, signature).is_ok();
    context.emit(EventKind::SignatureChecked { valid });
    if !valid {
        return Err(refuse(name, FailureCode::BadSignature, None, Vec::new()));
    }
    let confirmed = peer::names_identity(&chain[0], &identity);
    if !confirmed {
        context.emit(EventKind::IdentityNotInCertificate { identity: identity.clone() });
    }
    Ok(Authenticated { profile, identity, confirmed })
}

fn refuse(name: MessageName, code: FailureCode, rule: Option<Rule>, origins: Vec<Origin>) -> Problem {
    Problem::Refused(Failure { message: name, code, rule, origins, refusal: None })
}

fn bind_profile(
    session: &Session,
    context: &mut Context<'_>,
    identity: &Identity,
    name: MessageName,
) -> Result<Option<ProfileId>, Problem> {
    let router = context.router;
    match (context.role, session.profile) {
        // V1-ID-2: without a match the session goes on without a profile.
        (Role::Responder, _) => {
            let matched = selection::select_profile(router, identity);
            context.emit(EventKind::ProfileMatched { matched });
            Ok(matched.map(|matched| matched.profile))
        }
        (Role::Initiator, None) => Ok(None),
        // V1-ID-3: the initiator keeps the profile it began with.
        (Role::Initiator, Some(profile)) => {
            let matched = selection::match_profile(router, profile, identity);
            context.emit(EventKind::ProfileMatched { matched });
            if matched.is_some() {
                return Ok(Some(profile));
            }
            let lines = router.profile(profile).matches.iter().map(|line| line.origin);
            let origins = lines.chain([router.profile(profile).origin]).collect();
            Err(refuse(name, FailureCode::IdentityMismatch, Some(Rule::V1Id3), origins))
        }
    }
}

/// The certificates of a message, the end entity's first whatever the order of the payloads (RFC 4945 3.3.10.3). There is
/// at least one.
fn read_chain(
    context: &mut Context<'_>,
    contents: &Contents<'_>,
    name: MessageName,
) -> Result<Vec<Certificate>, Problem> {
    let usable = |encoding| encoding == CertificateEncoding::X509_SIGNATURE;
    let mut code = FailureCode::NoCertificateReceived;
    let mut chain = Vec::new();
    for payload in contents.certificates.iter().filter(|payload| usable(payload.value.encoding)) {
        context.emit(EventKind::CertificateRead { range: payload.data_range() });
        match Certificate::from_der(payload.value.data) {
            Ok(certificate) => chain.push(certificate),
            // RFC 4945 3.3.10.2: one that cannot be read may not be needed.
            Err(_) => code = FailureCode::CertificateMalformed,
        }
    }
    if chain.is_empty() {
        return Err(refuse(name, code, None, Vec::new()));
    }
    put_end_entity_first(&mut chain);
    Ok(chain)
}

/// Moves the end entity's certificate to the front of a chain that is not empty, whatever the order of the payloads (RFC
/// 4945 3.3.10.3).
fn put_end_entity_first(chain: &mut [Certificate]) {
    let issues_another =
        |one: &Certificate| chain.iter().any(|other| other != one && other.issuer().matches(one.subject()));
    let is_authority = |one: &Certificate| one.extensions().basic_constraints.is_some_and(|it| it.authority);
    let end_entity = chain.iter().position(|one| !is_authority(one) && !issues_another(one));
    chain.swap(0, end_entity.unwrap_or(0));
}

/// V1-VAL-1, V1-VAL-2: the chain has to end at a trustpoint of the list.
fn validate(
    context: &mut Context<'_>,
    profile: Option<ProfileId>,
    chain: &[Certificate],
    name: MessageName,
) -> Result<(), Problem> {
    let router = context.router;
    let list = selection::validation_list(router, profile);
    let pinned_by = profile.filter(|&id| router.profile(id).is_pinned());
    let pins = pinned_by.into_iter().flat_map(|id| &router.profile(id).pins).map(|pin| pin.origin).collect();
    let against = peer::Against { list: &list, pinned_by: pinned_by.map(AnyProfileId::Isakmp), pins };
    peer::validate(context, against, chain, name).map_err(Problem::Refused)
}

fn payload_body(payload: &Payload<'_>) -> Vec<u8> {
    payload.body().expect("an identity of this router is far shorter than 64 KB")
}

/// An identity as an ID payload holds it.
pub(super) fn as_wire(identity: &Identity) -> WireIdentity<'_> {
    match identity {
        Identity::Address(IpAddr::V4(address)) => WireIdentity::Ipv4Address(*address),
        Identity::Address(IpAddr::V6(address)) => WireIdentity::Ipv6Address(*address),
        Identity::Fqdn(name) => WireIdentity::Fqdn(name.as_bytes()),
        Identity::UserFqdn(name) => WireIdentity::UserFqdn(name.as_bytes()),
        Identity::DistinguishedName(name) => WireIdentity::DistinguishedName(name.as_der()),
        Identity::KeyId(id) => WireIdentity::KeyId(id),
        Identity::Other(number) => WireIdentity::Other(ikev1::IdentificationType(*number), &[]),
    }
}

/// What an ID payload says; a name that is not text or not DER is of no type that a profile can match.
fn of_wire(identity: &WireIdentity<'_>) -> Identity {
    let other = || Identity::Other(identity.identification_type().0);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    match *identity {
        WireIdentity::Ipv4Address(address) => Identity::Address(IpAddr::V4(address)),
        WireIdentity::Ipv6Address(address) => Identity::Address(IpAddr::V6(address)),
        WireIdentity::Fqdn(name) => text(name).map_or_else(other, Identity::Fqdn),
        WireIdentity::UserFqdn(name) => text(name).map_or_else(other, Identity::UserFqdn),
        WireIdentity::DistinguishedName(der) => {
            Name::from_der(der).map_or_else(|_| other(), Identity::DistinguishedName)
        }
        WireIdentity::KeyId(id) => Identity::KeyId(id.to_vec()),
        _ => other(),
    }
}

impl Keyed {
    /// What the side in role `signer` signs.
    fn authentication_input<'a>(&'a self, signer: Role, identification: &'a [u8]) -> AuthenticationInput<'a> {
        AuthenticationInput {
            signer,
            publics: PublicValues { initiator: &self.publics.0, responder: &self.publics.1 },
            cookies: self.cookies,
            security_association: &self.security_association,
            identification,
        }
    }
}

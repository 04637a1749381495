//! The peer's part of IKE_AUTH: who it says it is, which profile that selects, and whether it proves it.

use std::net::IpAddr;

use crypto::PublicKeyKind;
use pki::{Certificate, Name};
use wire::CertificateEncoding;
use wire::ikev2::{Certificate as CertificatePayload, Identification, Identity as WireIdentity};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event};
use crate::failure::{Failure, FailureCode};
use crate::identity::Identity;
use crate::ids::{AnyProfileId, Ikev2ProfileId};
use crate::origin::Origin;
use crate::peer;
use crate::rule::Rule;
use crate::selection::ikev2 as choice;
use crate::state::{MessageName, Role};

use super::auth::failure;
use super::authentication::{self, ProofProblem};
use super::contents::{Contents, Located};
use super::{AUTH_REQUEST, AUTH_RESPONSE, Keyed, Session};

/// Who the peer has proved to be.
pub(super) struct Authenticated {
    pub(super) identity: Identity,
    /// Whether the identity is a name of the certificate, and not only what the peer says.
    pub(super) confirmed: bool,
}

pub(super) fn read_identity(
    context: &mut Context<'_>,
    identification: &Located<'_, Identification<'_>>,
) -> Identity {
    let identity = of_wire(&identification.value.identity);
    context.emit(EventKind::IdentityRead {
        identity: identity.clone(),
        body: identification.body_range(),
        next: identification.next(),
    });
    identity
}

/// The peer's own certificate: the first that can be read (RFC 7296 3.6). A certificate map looks at this one, and its key
/// is the one that has to have signed.
fn first_certificate<'a>(contents: &'a Contents<'_>) -> Option<&'a Certificate> {
    contents.read_certificates().iter().flatten().next()
}

/// Responder: the profile that the peer selects (V2-PRO-1).
pub(super) fn select_profile(
    session: &Session,
    context: &mut Context<'_>,
    identity: &Identity,
    contents: &Contents<'_>,
) -> Result<Ikev2ProfileId, Failure> {
    let router = context.router;
    let local = session.path.local.ip();
    let peer = choice::Peer { local, identity, certificate: first_certificate(contents) };
    let matched = choice::select_profile(router, peer);
    context.emit(EventKind::Ikev2(Ikev2Event::ProfileSearched { matched }));
    let Some(matched) = matched else {
        // V2-PRO-2
        let lines = router.ikev2().profiles.iter().flat_map(|profile| &profile.matches);
        let origins = lines.map(|line| line.origin).collect();
        return Err(failure(AUTH_REQUEST, FailureCode::NoProfileMatches, Some(Rule::V2Pro2), origins));
    };
    Ok(matched.profile)
}

/// Initiator: the peer has to be one that its profile matches; it does not look at others.
pub(super) fn match_profile(
    session: &Session,
    context: &mut Context<'_>,
    identity: &Identity,
    contents: &Contents<'_>,
    id: Ikev2ProfileId,
) -> Result<(), Failure> {
    let router = context.router;
    let local = session.path.local.ip();
    let peer = choice::Peer { local, identity, certificate: first_certificate(contents) };
    let matched = choice::match_profile(router, id, peer);
    context.emit(EventKind::Ikev2(Ikev2Event::ProfileSearched { matched }));
    if matched.is_some() {
        return Ok(());
    }
    let profile = router.ikev2_profile(id);
    let origins = profile.matches.iter().map(|line| line.origin).chain([profile.origin]).collect();
    // V1-ID-3
    Err(failure(AUTH_RESPONSE, FailureCode::IdentityMismatch, Some(Rule::V1Id3), origins))
}

/// The peer's certificates, method and signature, in the order of V2-STEP-1.
pub(super) fn authenticate(
    session: &Session,
    context: &mut Context<'_>,
    keyed: &Keyed,
    contents: &Contents<'_>,
    identification: &Located<'_, Identification<'_>>,
    identity: Identity,
    profile: Ikev2ProfileId,
) -> Result<Authenticated, Failure> {
    let message = match session.role {
        Role::Initiator => AUTH_RESPONSE,
        Role::Responder => AUTH_REQUEST,
    };
    let judged = judge_proof(context, keyed, contents, identification, profile, message);
    context.emit(EventKind::Ikev2(Ikev2Event::PeerVerified { valid: judged.is_ok() }));
    let certificate = judged?;
    let confirmed = peer::names_identity(&certificate, &identity);
    if !confirmed {
        context.emit(EventKind::IdentityNotInCertificate { identity: identity.clone() });
    }
    Ok(Authenticated { identity, confirmed })
}

fn judge_proof(
    context: &mut Context<'_>,
    keyed: &Keyed,
    contents: &Contents<'_>,
    identification: &Located<'_, Identification<'_>>,
    profile: Ikev2ProfileId,
    message: MessageName,
) -> Result<Certificate, Failure> {
    let Some(authentication) = &contents.authentication else {
        // RFC 7296 2.16: a request without AUTH asks for EAP, which is not done here.
        return Err(wrong_method(context, profile, message));
    };
    context
        .emit(EventKind::Ikev2(Ikev2Event::AuthenticationMethodRead { method: authentication.method().0 }));
    // V2-STEP-1: the method, before any certificate is looked at.
    let configured = &context.router.ikev2_profile(profile).authentication_remote;
    let named = authentication::named_by(authentication);
    let Some(method) = named.filter(|named| configured.iter().any(|method| method.value == *named)) else {
        return Err(wrong_method(context, profile, message));
    };
    let chain = read_chain(context, contents, message)?;
    let own_certificate = &chain[0];
    let kind = PublicKeyKind::of(own_certificate.public_key().as_der()).ok();
    if !kind.is_some_and(|kind| authentication::is_of_method(kind, method)) {
        return Err(wrong_method(context, profile, message));
    }
    validate(context, profile, &chain, message)?;
    let octets = keyed.signed_octets(context, context.role.other(), identification.body());
    let key = own_certificate.public_key().as_der();
    let proof = authentication::verify(context.provider, authentication, key, &keyed.own_hashes, &octets);
    context.emit(EventKind::SignatureChecked { valid: proof.is_ok() });
    match proof {
        Ok(()) => Ok(own_certificate.clone()),
        Err(ProofProblem::Method) => Err(wrong_method(context, profile, message)),
        Err(ProofProblem::Signature) => Err(failure(message, FailureCode::BadSignature, None, Vec::new())),
    }
}

fn wrong_method(context: &Context<'_>, profile: Ikev2ProfileId, message: MessageName) -> Failure {
    let profile = context.router.ikev2_profile(profile);
    let lines = profile.authentication_remote.iter().map(|method| method.origin);
    let origins = lines.chain([profile.origin]).collect();
    failure(message, FailureCode::AuthenticationMethod, None, origins)
}

/// The certificates of a message in their order, of which the first is the peer's own (RFC 7296 3.6). There is at least one.
fn read_chain(
    context: &mut Context<'_>,
    contents: &Contents<'_>,
    message: MessageName,
) -> Result<Vec<Certificate>, Failure> {
    let mut code = FailureCode::NoCertificateReceived;
    let mut chain = Vec::new();
    for (payload, certificate) in contents.certificates.iter().zip(contents.read_certificates()) {
        let encoding = payload.value.encoding();
        match payload.value {
            CertificatePayload::X509(_) => {
                context.emit(EventKind::CertificateRead { range: payload.data_range() });
                match certificate {
                    Some(certificate) => chain.push(certificate.clone()),
                    // RFC 4945 3.3.10.2: one that cannot be read may not be needed.
                    None => code = FailureCode::CertificateMalformed,
                }
            }
            CertificatePayload::HashAndUrlOfCertificate(_) | CertificatePayload::HashAndUrlOfBundle(_) => {
                let CertificateEncoding(encoding) = encoding;
                let range = payload.data_range();
                context.emit(EventKind::Ikev2(Ikev2Event::CertificateByUrl { encoding, range }));
                code = FailureCode::CertificateByUrl;
            }
            CertificatePayload::Other(..) => {}
        }
    }
    if chain.is_empty() {
        return Err(failure(message, code, None, Vec::new()));
    }
    Ok(chain)
}

/// V2-VAL-1: the chain has to end at a trustpoint of the list.
fn validate(
    context: &mut Context<'_>,
    id: Ikev2ProfileId,
    chain: &[Certificate],
    message: MessageName,
) -> Result<(), Failure> {
    let profile = context.router.ikev2_profile(id);
    let list = choice::validation_list(context.router, id);
    let pins: Vec<Origin> = profile.verifying_pins().map(|pin| pin.origin).collect();
    let pinned_by = (!pins.is_empty()).then_some(AnyProfileId::Ikev2(id));
    peer::validate(context, peer::Against { list: &list, pinned_by, pins }, chain, message)
}

/// What an ID payload says; a name that is not text or not DER is of no type that a profile can match.
fn of_wire(identity: &WireIdentity<'_>) -> Identity {
    let other = || Identity::Other(identity.identification_type().0);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    match *identity {
        WireIdentity::Ipv4Address(address) => Identity::Address(IpAddr::V4(address)),
        WireIdentity::Ipv6Address(address) => Identity::Address(IpAddr::V6(address)),
        WireIdentity::Fqdn(name) => text(name).map_or_else(other, Identity::Fqdn),
        WireIdentity::Rfc822Address(name) => text(name).map_or_else(other, Identity::UserFqdn),
        WireIdentity::DistinguishedName(der) => {
            Name::from_der(der).map_or_else(|_| other(), Identity::DistinguishedName)
        }
        WireIdentity::KeyId(id) => Identity::KeyId(id.to_vec()),
        WireIdentity::GeneralName(_) | WireIdentity::Other(..) => other(),
    }
}

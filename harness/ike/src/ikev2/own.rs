//! This router's part of IKE_AUTH: the certificate that it chooses, its identity, its AUTH payload.

use std::net::IpAddr;

use crypto::PublicKeyKind;
use wire::PayloadType;
use wire::ikev2::{
    Authentication, Certificate as CertificatePayload, Identification, Identity as WireIdentity, Payload,
};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event};
use crate::failure::{Failure, FailureCode};
use crate::identity::Identity;
use crate::ids::{Ikev2ProfileId, TrustpointId};
use crate::keys::ikev2::SignedOctets;
use crate::router::{Enrolment, Ikev2Authentication};
use crate::rule::Rule;
use crate::selection::ikev2 as choice;
use crate::state::{MessageName, Role};
use crate::tamper::OutgoingPayload;

use super::auth::failure;
use super::authentication::{self, OwnProof};
use super::messages::FITS;
use super::requests::ReceivedRequests;
use super::{AUTH_REQUEST, AUTH_RESPONSE, Keyed, Session};

/// What this router authenticates with.
pub(super) enum Own<'e> {
    /// The key of a certificate.
    Certificate { trustpoint: TrustpointId, enrolment: &'e Enrolment },
    /// A key that stands for the pre-shared one, which is not held here.
    StandIn,
}

impl<'e> Own<'e> {
    /// Chooses the trustpoint that signs, and fetches its chain; unless the profile authenticates otherwise.
    pub(super) fn choose(
        context: &mut Context<'e>,
        requests: &ReceivedRequests,
        scope: choice::Scope,
        profile: Ikev2ProfileId,
        message: MessageName,
    ) -> Result<Self, Failure> {
        let router = context.router;
        let configured = router.ikev2_profile(profile);
        if let Some(method) = configured.authentication_local.filter(|it| !it.value.is_signature()) {
            let is_shared = method.value == Ikev2Authentication::PreSharedKey;
            let cannot = || failure(message, FailureCode::AuthenticationMethod, None, vec![method.origin]);
            let may = is_shared && context.limits.stand_in_shared_keys;
            return may.then_some(Self::StandIn).ok_or_else(cannot);
        }
        let Some(trustpoint) = requests.choose(context, scope) else {
            let rule = match scope {
                choice::Scope::Nothing => Rule::V2Sel2,
                choice::Scope::Global | choice::Scope::Pins(_) => Rule::V2Sel5,
            };
            let pins = configured.signing_pins().map(|pin| pin.origin);
            let origins = pins.chain([configured.origin]).collect();
            return Err(failure(message, FailureCode::NoCertificateToSend, Some(rule), origins));
        };
        let enrolment =
            router.trustpoint(trustpoint).enrolment.as_ref().expect("only enrolled trustpoints are chosen");
        context.emit(EventKind::Ikev2(Ikev2Event::OwnChainFetched { trustpoint }));
        Ok(Self::Certificate { trustpoint, enrolment })
    }

    /// The body of the ID payload, told; and the certificates, told.
    pub(super) fn identify(
        &self,
        session: &Session,
        context: &mut Context<'_>,
        profile: Ikev2ProfileId,
    ) -> Vec<u8> {
        let router = context.router;
        let kind = &router.ikev2_profile(profile).identity_local.value;
        let identity = router.own_identity(kind, session.path.local.ip(), self.enrolment());
        let identification = Identification::new(as_wire(&identity));
        let body = Payload::InitiatorIdentification(identification).body().expect(FITS);
        let next = PayloadType::IKEV2_CERTIFICATE;
        context.emit(EventKind::IdentityBuilt { identity, body: body.as_slice().into(), next });
        if let Self::Certificate { trustpoint, .. } = *self {
            context.emit(EventKind::CertificateBuilt { trustpoint });
        }
        body
    }

    const fn enrolment(&self) -> Option<&'e Enrolment> {
        match self {
            Self::Certificate { enrolment, .. } => Some(enrolment),
            Self::StandIn => None,
        }
    }

    pub(super) fn identification<'a>(&self, body: &'a [u8], role: Role) -> Payload<'a> {
        Payload::Unknown(
            match role {
                Role::Initiator => PayloadType::INITIATOR_IDENTIFICATION,
                Role::Responder => PayloadType::RESPONDER_IDENTIFICATION,
            },
            body,
        )
    }

    /// CERT payloads, the router's own first (RFC 7296 3.6).
    pub(super) fn certificates(&self) -> impl Iterator<Item = Payload<'_>> {
        let chain = self
            .enrolment()
            .into_iter()
            .flat_map(|enrolment| std::iter::once(&enrolment.certificate).chain(&enrolment.intermediates));
        chain.map(|certificate| Payload::Certificate(CertificatePayload::X509(certificate.as_der())))
    }

    /// Signs for the payloads of a message, and puts AUTH at its place among them.
    pub(super) fn authenticate(
        &self,
        context: &mut Context<'_>,
        keyed: &Keyed,
        profile: Ikev2ProfileId,
        payloads: &[Payload<'_>],
        position: usize,
    ) -> Result<Vec<OutgoingPayload>, Failure> {
        let message = match context.role {
            Role::Initiator => AUTH_REQUEST,
            Role::Responder => AUTH_RESPONSE,
        };
        let mut payloads: Vec<OutgoingPayload> = payloads.iter().map(OutgoingPayload::of_ikev2).collect();
        context.before_authentication(message, &mut payloads);
        let is_identification = |one: &&OutgoingPayload| {
            let types = [PayloadType::INITIATOR_IDENTIFICATION, PayloadType::RESPONDER_IDENTIFICATION];
            types.contains(&one.payload_type)
        };
        let body = payloads.iter().find(is_identification).map(|one| one.body.clone()).unwrap_or_default();
        let proof = self.prove(context, keyed, profile, &body, message)?;
        let authentication = Payload::Authentication(Authentication::new(proof.proof()));
        payloads.insert(position.min(payloads.len()), OutgoingPayload::of_ikev2(&authentication));
        Ok(payloads)
    }

    /// Signs.
    fn prove(
        &self,
        context: &mut Context<'_>,
        keyed: &Keyed,
        profile: Ikev2ProfileId,
        body: &[u8],
        message: MessageName,
    ) -> Result<OwnProof, Failure> {
        let Self::Certificate { trustpoint, enrolment } = *self else {
            let length = keyed.keys.algorithms().prf.output_length();
            let chance = context.random_bytes::<LONGEST_PROOF>();
            return Ok(OwnProof::of_stand_in(chance.into_iter().take(length).collect()));
        };
        let configured = context.router.ikev2_profile(profile).authentication_local;
        let kind = PublicKeyKind::of(enrolment.signer.public_key()).ok();
        let fits = configured
            .zip(kind)
            .is_some_and(|(method, kind)| authentication::is_of_method(kind, method.value));
        let line = configured.map(|method| method.origin);
        let cannot = || {
            let origins = line.into_iter().chain([enrolment.origin]).collect();
            failure(message, FailureCode::CannotSign, None, origins)
        };
        if !fits {
            return Err(cannot());
        }
        let octets = keyed.signed_octets(context, context.role, body);
        let proof = authentication::sign(&*enrolment.signer, &keyed.common_hashes, &octets);
        let proof = proof.ok_or_else(cannot)?;
        context.emit(EventKind::Signed { trustpoint });
        Ok(proof)
    }
}

/// The output of the longest pseudo-random function, HMAC-SHA-512, in bytes (RFC 7296 2.15).
const LONGEST_PROOF: usize = 64;

impl Keyed {
    /// What the side in role `signer` signs.
    pub(super) fn signed_octets(
        &self,
        context: &Context<'_>,
        signer: Role,
        identification: &[u8],
    ) -> Vec<u8> {
        let [of_initiator, of_responder] = &self.messages;
        let [initiator_nonce, responder_nonce] = &self.nonces;
        let (message, peer_nonce) = match signer {
            Role::Initiator => (of_initiator, responder_nonce),
            Role::Responder => (of_responder, initiator_nonce),
        };
        let input = SignedOctets { signer, message, peer_nonce, identification };
        self.keys.signed_octets(context.provider.hashes, &input)
    }
}

/// An identity as an ID payload holds it.
fn as_wire(identity: &Identity) -> WireIdentity<'_> {
    match identity {
        Identity::Address(IpAddr::V4(address)) => WireIdentity::Ipv4Address(*address),
        Identity::Address(IpAddr::V6(address)) => WireIdentity::Ipv6Address(*address),
        Identity::Fqdn(name) => WireIdentity::Fqdn(name.as_bytes()),
        Identity::UserFqdn(name) => WireIdentity::Rfc822Address(name.as_bytes()),
        Identity::DistinguishedName(name) => WireIdentity::DistinguishedName(name.as_der()),
        Identity::KeyId(id) => WireIdentity::KeyId(id),
        Identity::Other(number) => WireIdentity::Other(wire::ikev2::IdentificationType(*number), &[]),
    }
}

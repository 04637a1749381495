//! A trustpoint made of what the text tells about it: the CA and the router's own certificate.

use std::sync::Arc;

use crypto::{EllipticCurve, Signer, StandInSigner};
use ike::{Enrolment, Origin, TrustpointId};
use ios::Diagnostic;
use ios::description::{self, ShownCertificate, TrustpointAddress, TrustpointName};
use pki::{Certificate, Name, SerialNumber};

use super::as_printed;
use super::assumptions::Invention;
use super::authorities::{self, Authorities, Authority};
use super::completion::Completion;
use super::evidence::{self, Evidence, Held, Presence};
use super::revocation::{self, Revoked};
use super::trustpoints::intermediates;
use crate::certificates::{CertificateSpecification, Form, MintError};
use crate::keys::{KeyId, KeyKind, ModulusBits};
use crate::scenario::CertificateChange;
use crate::side::Side;

/// The enrolments of a router, by the places of its trustpoints in the configuration.
pub(super) fn enrolments(
    completion: &mut Completion<'_>,
    side: Side,
    evidence: &[Evidence<'_>],
    authorities: &Authorities,
) -> Vec<Option<Enrolment>> {
    let configured = completion.descriptions[side].trustpoints.iter().zip(evidence).enumerate();
    let enrolled = configured.map(|(index, (trustpoint, evidence))| {
        let place = Place { side, index, trustpoint };
        let authority = authorities.of(side, index)?;
        let change = place.change(completion);
        let issuer = change.and_then(|change| authorities.labelled(change.issuer.as_deref()?));
        let issuer = issuer.unwrap_or(authority);
        let enrolment = enrol(completion, &place, &evidence.own, issuer)?;
        let known = authorities.on(side).map(|authority| &authority.certificate);
        let intermediates = match change.and_then(|change| change.chain.as_ref()) {
            Some(labels) => {
                let sent = labels.iter().filter_map(|label| authorities.labelled(label));
                sent.map(|authority| authority.certificate.clone()).collect()
            }
            None => intermediates(&issuer.certificate, known),
        };
        Some(Enrolment { intermediates, ..enrolment })
    });
    enrolled.collect()
}

/// The configured trustpoints of a router, in configuration order.
pub(super) fn trustpoints(
    completion: &mut Completion<'_>,
    side: Side,
    enrolments: Vec<Option<Enrolment>>,
    authorities: &Authorities,
    revoked: &Revoked,
) -> Vec<ike::Trustpoint> {
    let configured = completion.descriptions[side].trustpoints.iter().zip(enrolments).enumerate();
    let made = configured.map(|(index, (trustpoint, enrolment))| {
        let place = Place { side, index, trustpoint };
        let authority = authorities.of(side, index);
        let certificate = authority.map(|authority| authority.certificate.clone());
        let list = authority.and_then(|it| revocation::list_of_trustpoint(completion, &place, it, revoked));
        ike::Trustpoint {
            name: trustpoint.name.clone(),
            origin: trustpoint.origin,
            authority: certificate.map(pki::Authority::Certificate),
            enrolment,
            revocation: revocation::methods(&place),
            revocation_lists: list.into_iter().collect(),
        }
    });
    made.collect()
}

/// A trustpoint of one of the routers.
pub(super) struct Place<'a> {
    pub side: Side,
    pub index: usize,
    pub trustpoint: &'a description::Trustpoint,
}

impl Place<'_> {
    fn change<'s>(&self, completion: &Completion<'s>) -> Option<&'s CertificateChange> {
        completion.change(self.side, &self.trustpoint.name)
    }
}

/// The router's own certificate and what signs for it.
fn enrol(
    completion: &mut Completion<'_>,
    place: &Place<'_>,
    own: &Presence<'_>,
    authority: &Authority,
) -> Option<Enrolment> {
    let held = match own {
        Presence::Absent => return None,
        Presence::Assumed => None,
        Presence::Held(held) => Some(held),
    };
    if let Some((given, origin)) = held.and_then(|held| Some((held.given.clone()?, held.origin))) {
        return enrol_given(completion, place, given, origin);
    }
    match make(completion, place, held.map(|held| &**held), authority) {
        Ok((certificate, key)) => {
            completion.router_keys[place.side]
                .extend(TrustpointId::from_index(place.index).map(|id| (id, key)));
            let invention = if held.is_some() { Invention::Certificate } else { Invention::Enrolment };
            completion.assumptions.invent(place.side, invention, place.index);
            let signer: Arc<dyn Signer + Send + Sync> =
                completion.mint.keys().key(signing_key(completion, place, key));
            let origin = held.map_or(place.trustpoint.origin, |held| held.origin);
            Some(Enrolment { certificate, intermediates: Vec::new(), signer, origin })
        }
        Err(error) => {
            let what =
                format!("the certificate of {} for {}", completion.names[place.side], place.trustpoint.name);
            completion.cannot_make(&what, place.trustpoint.origin, &error);
            None
        }
    }
}

/// The key that the router signs with: that of its certificate, unless it has made another one since.
fn signing_key(completion: &mut Completion<'_>, place: &Place<'_>, certified: KeyId) -> KeyId {
    let router = completion.names[place.side].clone();
    let faults = completion.settings.faults.get(&router);
    if faults.is_some_and(|faults| faults.regenerated_keys.contains(&place.trustpoint.name)) {
        return completion.keys.allot(&router, "regenerated", certified.kind);
    }
    certified
}

/// A given certificate comes without its private key: a stand-in signs.
fn enrol_given(
    completion: &mut Completion<'_>,
    place: &Place<'_>,
    certificate: Certificate,
    origin: Origin,
) -> Option<Enrolment> {
    match StandInSigner::new(certificate.public_key().as_der().to_vec()) {
        Ok(signer) => {
            completion.assumptions.invent(place.side, Invention::PrivateKey, place.index);
            Some(Enrolment { certificate, intermediates: Vec::new(), signer: Arc::new(signer), origin })
        }
        Err(error) => {
            let problem = Diagnostic::warning(
                "unusable-key",
                format!("the key of this certificate cannot sign: {error}"),
            )
            .at(origin, "")
            .help("keys are RSA, ECDSA on P-256, P-384 or P-521, or Ed25519: the trustpoint is taken as not enrolled");
            completion.problems.push(problem);
            None
        }
    }
}

/// Makes the router's certificate after what is printed of it, and after the settings.
fn make(
    completion: &mut Completion<'_>,
    place: &Place<'_>,
    held: Option<&Held<'_>>,
    authority: &Authority,
) -> Result<(Certificate, KeyId), MintError> {
    let specification = specify(completion, place, held, authority);
    let der = completion.mint.certificate(&specification)?;
    Ok((authorities::read_made(&der), specification.subject_key))
}

fn specify(
    completion: &mut Completion<'_>,
    place: &Place<'_>,
    held: Option<&Held<'_>>,
    authority: &Authority,
) -> CertificateSpecification {
    let shown = held.and_then(|held| held.shown);
    let change = place.change(completion);
    let key = key(completion, place, shown, change);

    let subject = shown.and_then(|shown| evidence::name_of(&shown.subject.distinguished_name));
    let subject = subject.unwrap_or_else(|| enrolled_name(completion, place));
    // The CA itself has 1.
    let number = match place.side {
        Side::First => 2,
        Side::Second => 3,
    };
    let serial =
        shown.and_then(authorities::serial).unwrap_or_else(|| SerialNumber::from_contents(&[number]));
    let validity = shown.and_then(|shown| completion.shown_validity(place.side, shown));
    let validity = validity.unwrap_or_else(|| authorities::lately(completion.true_time(), 1));

    let critical = completion.settings.key_usage_critical;
    let mut specification = authority.issue(subject, key, serial, validity, critical);
    specification.signature_hash = completion.settings.signature_hash;
    if let Some(shown) = shown {
        as_printed::shape(&mut specification, shown, &mut completion.problems);
    }
    if let Some(change) = change {
        change.form.shape(&mut specification);
    }
    let printed_version = shown.and_then(|shown| shown.version).map(|version| version.value);
    if printed_version == Some(1) {
        specification.form = Form::Version1;
    }
    specification
}

/// The key of the router's certificate: of the kind that the text prints or configures.
fn key(
    completion: &mut Completion<'_>,
    place: &Place<'_>,
    shown: Option<&ShownCertificate>,
    change: Option<&CertificateChange>,
) -> KeyId {
    let (rsa, elliptic) = (&place.trustpoint.rsa_key_pair, &place.trustpoint.ec_key_pair);
    let printed_curve = shown.and_then(evidence::curve_of);
    // What is not printed is the curve of `crypto key generate ec` with the least to type.
    let curve = printed_curve.or_else(|| elliptic.as_ref().map(|_| EllipticCurve::P256));
    let demanded = change.and_then(|change| change.form.key_bits);
    let kind = match curve.filter(|_| demanded.is_none()) {
        Some(curve) => KeyKind::Ec(curve),
        None => {
            let printed = shown.and_then(|shown| shown.public_key_bits).map(|bits| bits.value);
            let told = printed.or_else(|| rsa.as_ref()?.value.bits).and_then(ModulusBits::new);
            KeyKind::Rsa(demanded.or(told).unwrap_or(completion.settings.router_key_bits))
        }
    };
    let label = rsa.as_ref().map(|pair| pair.value.label.clone());
    let label = label.or_else(|| elliptic.as_ref().map(|pair| pair.value.clone()));
    let label = label.unwrap_or_else(|| completion.fully_qualified_name(place.side));
    completion.keys.allot(&completion.names[place.side], &label, kind)
}

/// The subject that an enrolment with these lines of the configuration gives: `subject-name`, and before it one RDN of
/// `ip-address` and `fqdn`. The serial number of the router is in no configuration.
fn enrolled_name(completion: &Completion<'_>, place: &Place<'_>) -> Name {
    let trustpoint = place.trustpoint;
    let address = match trustpoint.ip_address.as_ref().map(|address| &address.value) {
        Some(TrustpointAddress::Address(address)) => Some(address.to_string()),
        Some(TrustpointAddress::Interface(name)) => completion.descriptions[place.side]
            .interface(name)
            .and_then(|interface| interface.address)
            .map(|address| address.value.address.to_string()),
        Some(TrustpointAddress::LeftOut) | None => None,
    };
    let host = match trustpoint.fqdn.as_ref().map(|name| &name.value) {
        Some(TrustpointName::Name(name)) => Some(name.clone()),
        Some(TrustpointName::LeftOut) => None,
        None => Some(completion.fully_qualified_name(place.side)),
    };
    let parts =
        [address.map(|address| format!("ipaddress={address}")), host.map(|host| format!("hostname={host}"))];
    let first = parts.into_iter().flatten().collect::<Vec<_>>().join("+");
    let subject = trustpoint.subject_name.as_ref().map(|name| name.value.clone());
    let text = [Some(first), subject]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(",");
    // A `subject-name` that is none is the reader's to report.
    Name::from_ios_text(&text).unwrap_or_else(|_| Name::from_ios_text("").expect("the empty name is a name"))
}

//! The CAs of both routers' trustpoints: which trustpoints have the same one, and its certificate.

use std::collections::BTreeMap;

use crypto::HashAlgorithm;
use ike::TrustpointId;
use ios::description::{Enrollment, ShownCertificate, Trustpoint};
use pki::{CalendarTime, Certificate, Name, SerialNumber, Validity};

use super::assumptions::Invention;
use super::completion::Completion;
use super::evidence::{self, Evidence};
use super::{Bearing, LabAuthority};
use crate::certificates::{
    CertificateSpecification, Form, KeyIdentifier, KeyUsage, MintError, RevocationListSpecification,
    RevokedCertificate, SigningKey,
};
use crate::keys::{KeyId, KeyKind};
use crate::scenario::RevocationListState;
use crate::side::{Pair, Side};

const DAY: i64 = 86_400;

/// A CA.
#[derive(Clone, Debug)]
pub(super) struct Authority {
    /// Its certificate.
    pub certificate: Certificate,
    /// What signs for it.
    signing: SigningKey,
    /// A specification of its certificate: exact if it was made, like enough to issue certificates if it was given.
    specification: CertificateSpecification,
    made: bool,
}

/// All CAs, and which one each trustpoint has.
#[derive(Clone, Debug)]
pub(super) struct Authorities {
    list: Vec<Authority>,
    of: Pair<BTreeMap<usize, usize>>,
}

/// A trustpoint of one of the routers that has a CA.
struct Member<'a> {
    side: Side,
    index: usize,
    trustpoint: &'a Trustpoint,
    evidence: &'a Evidence<'a>,
}

impl Authorities {
    /// The CA of a trustpoint, if the router has its certificate.
    pub fn of(&self, side: Side, trustpoint: usize) -> Option<&Authority> {
        self.of[side].get(&trustpoint).and_then(|&index| self.list.get(index))
    }

    /// The CAs of all trustpoints of a router.
    pub fn on(&self, side: Side) -> impl Iterator<Item = &Authority> + Clone {
        self.of[side].values().filter_map(|&index| self.list.get(index))
    }

    /// What the CAs are called: their common names.
    pub fn common_names(&self) -> impl Iterator<Item = String> {
        self.list.iter().map(|it| it.certificate.subject().as_ref().text_of("cn").unwrap_or_default())
    }

    /// The CAs as the world tells about them.
    pub fn into_lab(self) -> Vec<LabAuthority> {
        self.list.into_iter().map(Authority::into_lab).collect()
    }

    /// Settles which trustpoints have the same CA, and makes the certificates that are not given.
    pub fn settle(completion: &mut Completion<'_>, evidence: &Pair<Vec<Evidence<'_>>>) -> Self {
        let members = members(completion, evidence);
        let names = name_all(completion, &members);
        let mut authorities = Self { list: Vec::new(), of: Pair::default() };
        for (member, name) in members.iter().zip(&names) {
            let index = authorities.find(member, name).or_else(|| {
                let made = authorities.add(completion, &members, &names, name);
                made.map_err(|error| {
                    completion.cannot_make(
                        &format!("the certificate of {name}"),
                        member.trustpoint.origin,
                        &error,
                    )
                })
                .ok()
            });
            if let Some(index) = index {
                authorities.of[member.side].insert(member.index, index);
                if authorities.list[index].made {
                    completion.assumptions.invent(member.side, Invention::Authority, member.index);
                }
            }
        }
        authorities
    }

    /// The CA of this name that fits what the trustpoint tells: the given certificate, else one with the printed serial
    /// number, else any.
    fn find(&self, member: &Member<'_>, name: &Name) -> Option<usize> {
        let held = member.evidence.authority.held();
        if let Some(given) = held.and_then(|held| held.given.as_ref()) {
            return self.list.iter().position(|authority| authority.certificate == *given);
        }
        let named = || self.list.iter().enumerate().filter(|(_, it)| it.certificate.subject().matches(name));
        let printed = held.and_then(|held| serial(held.shown?));
        let same_serial = named().find(|(_, it)| Some(it.certificate.serial()) == printed.as_ref());
        same_serial.or_else(|| named().next()).map(|(index, _)| index)
    }

    /// Adds every CA of this name and returns the first: those given, or one that is made.
    fn add(
        &mut self,
        completion: &mut Completion<'_>,
        members: &[Member<'_>],
        names: &[Name],
        name: &Name,
    ) -> Result<usize, MintError> {
        let of_name =
            || members.iter().zip(names).filter(|(_, other)| other.matches(name)).map(|(member, _)| member);
        let first = self.list.len();
        let given = of_name().filter_map(|member| member.evidence.authority.held()?.given.as_ref());
        for certificate in given {
            if self.list.iter().all(|authority| authority.certificate != *certificate) {
                self.list.push(Authority::given(completion, certificate.clone()));
            }
        }
        if self.list.len() == first {
            let made = Authority::make(completion, name, of_name())?;
            self.list.push(made);
        }
        Ok(first)
    }
}

/// Every trustpoint whose CA certificate the router has or is taken to have.
fn members<'a>(completion: &Completion<'a>, evidence: &'a Pair<Vec<Evidence<'_>>>) -> Vec<Member<'a>> {
    let of_side = |side: Side| {
        let trustpoints = completion.descriptions[side].trustpoints.iter().zip(&evidence[side]).enumerate();
        trustpoints
            .filter(|(_, (_, evidence))| evidence.authority.is_there())
            .map(move |(index, (trustpoint, evidence))| Member { side, index, trustpoint, evidence })
    };
    Side::BOTH.into_iter().flat_map(of_side).collect()
}

/// The name of each member's CA. Where the texts tell none it is that of a trustpoint with the same CA, else invented.
fn name_all(completion: &mut Completion<'_>, members: &[Member<'_>]) -> Vec<Name> {
    let told: Vec<Option<Name>> = members.iter().map(|member| told_name(member.evidence)).collect();
    let mut names: Vec<Name> = Vec::new();
    for (position, member) in members.iter().enumerate() {
        let name = told[position].clone().unwrap_or_else(|| {
            let akin = |&other: &usize| have_same_authority(members[other].trustpoint, member.trustpoint);
            let told_elsewhere = (0..members.len()).filter(akin).find_map(|other| told[other].clone());
            let invented_before = (0..position).find(akin).map(|other| names[other].clone());
            let name =
                told_elsewhere.or(invented_before).unwrap_or_else(|| invent(member, &names, completion));
            assume_name(completion, member, &name);
            name
        });
        names.push(name);
    }
    names
}

/// The name of the CA, as a text gives or prints it.
fn told_name(evidence: &Evidence<'_>) -> Option<Name> {
    let (authority, own) = (evidence.authority.held(), evidence.own.held());
    let given = |held: &evidence::Held<'_>| held.given.clone();
    authority
        .and_then(given)
        .map(|certificate| certificate.subject().clone())
        .or_else(|| own.and_then(given).map(|certificate| certificate.issuer().clone()))
        .or_else(|| evidence::name_of(&own?.shown?.issuer))
        .or_else(|| evidence::name_of(&authority?.shown?.subject.distinguished_name))
}

/// Whether two trustpoints enrol with the same CA: at the same URL, or, where one tells no URL, by the same name.
fn have_same_authority(one: &Trustpoint, other: &Trustpoint) -> bool {
    match (url(one), url(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.name == other.name,
    }
}

fn url(trustpoint: &Trustpoint) -> Option<&str> {
    match trustpoint.enrollment.as_ref().map(|enrollment| &enrollment.value) {
        Some(Enrollment::Url(url)) => Some(url.trim_end_matches('/')),
        _ => None,
    }
}

/// A name that no CA has yet, after the trustpoint.
fn invent(member: &Member<'_>, taken: &[Name], completion: &Completion<'_>) -> Name {
    let plain: String =
        member.trustpoint.name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let read = |text: String| Name::from_ios_text(&text).expect("letters, digits and dots make a name");
    let name = read(format!("cn={plain}"));
    if taken.contains(&name) {
        let router = completion.names[member.side].replace(|c: char| !c.is_ascii_alphanumeric(), "");
        return read(format!("cn={plain},ou={router}"));
    }
    name
}

fn assume_name(completion: &mut Completion<'_>, member: &Member<'_>, name: &Name) {
    let trustpoint = &member.trustpoint.name;
    let text = match url(member.trustpoint) {
        Some(url) => format!(
            "the CA of {trustpoint} is called `{name}`, and every trustpoint that enrols at {url} has it"
        ),
        None => format!(
            "the CA of {trustpoint} is called `{name}`, and a trustpoint {trustpoint} of the other router has it"
        ),
    };
    let about = TrustpointId::from_index(member.index).into_iter().collect();
    completion.assumptions.note(member.side, "ca-name-assumed", text, Bearing::Everything, about);
}

pub(super) fn serial(shown: &ShownCertificate) -> Option<SerialNumber> {
    evidence::serial_number(&shown.serial.as_ref()?.value)
}

impl Authority {
    fn given(completion: &mut Completion<'_>, certificate: Certificate) -> Self {
        let name = certificate.subject().clone();
        // The key is never used: what has to be signed gets a stand-in.
        let key = allot(completion, &name);
        let hash = completion.settings.signature_hash;
        let serial = certificate.serial().clone();
        let mut specification =
            CertificateSpecification::ios_authority(name, key, hash, serial, certificate.validity());
        identify(&mut specification, certificate.extensions().subject_key_identifier.clone());
        let signing = SigningKey::StandIn { public_key_info: certificate.public_key().as_der().to_vec() };
        Self { certificate, signing, specification, made: false }
    }

    fn make<'a>(
        completion: &mut Completion<'_>,
        name: &Name,
        members: impl Iterator<Item = &'a Member<'a>> + Clone,
    ) -> Result<Self, MintError> {
        let shown =
            members.clone().find_map(|member| Some((member.side, member.evidence.authority.held()?.shown?)));
        let printed_validity = shown.and_then(|(side, shown)| completion.shown_validity(side, shown));
        let printed_serial = shown.and_then(|(_, shown)| serial(shown));
        let mut specification = CertificateSpecification::ios_authority(
            name.clone(),
            allot(completion, name),
            completion.settings.signature_hash,
            printed_serial.unwrap_or_else(|| SerialNumber::from_contents(&[1])),
            printed_validity.unwrap_or(lately(completion.true_time(), 10)),
        );
        // The given certificates of routers refer to the key of their CA.
        let issued: Vec<&Certificate> = members
            .filter_map(|member| member.evidence.own.held()?.given.as_ref())
            .filter(|certificate| certificate.issuer().matches(name))
            .collect();
        let identifier =
            issued.iter().find_map(|certificate| certificate.extensions().authority_key_identifier.clone());
        identify(&mut specification, identifier);
        let der = completion.mint.certificate(&specification)?;
        let certificate = read_made(&der);
        let signing = specification.issuer_key.clone();
        let made = Self { certificate, signing, specification, made: true };
        for issued in issued {
            made.take_as_signed(completion, issued.as_der());
        }
        Ok(made)
    }

    /// The specification of a certificate that this CA issues to a router.
    pub fn issue(
        &self,
        subject: Name,
        key: KeyId,
        serial: SerialNumber,
        validity: Validity,
        key_usage_critical: bool,
    ) -> CertificateSpecification {
        let mut issued =
            CertificateSpecification::ios_router(&self.specification, subject, key, serial, validity);
        issued.issuer_key = self.signing.clone();
        issued.issuer = self.certificate.subject().clone();
        if let Form::Version3(extensions) = &mut issued.form {
            let usage = extensions.key_usage.take();
            extensions.key_usage =
                usage.and_then(|usage| KeyUsage::new(usage.purposes(), key_usage_critical));
        }
        issued
    }

    /// From now on this CA, if it is invented, is taken to have signed what it could not sign.
    pub fn take_as_signed(&self, completion: &mut Completion<'_>, signed: &[u8]) {
        if self.made {
            completion.issuer_signatures.take(self.certificate.public_key().as_der(), signed);
        }
    }

    /// The revocation list of this CA in this state, or `None` where it is not to be had.
    pub fn revocation_list(
        &self,
        state: &RevocationListState,
        at: i64,
        hash: HashAlgorithm,
    ) -> Option<RevocationListSpecification> {
        let (this_update, next_update, revoked) = match state {
            RevocationListState::Missing => return None,
            RevocationListState::Stale => (at - 8 * DAY, at - DAY, &[][..]),
            RevocationListState::Fresh { revoked } => (at - DAY / 24, at + 7 * DAY, revoked.as_slice()),
        };
        let revoked = revoked.iter().filter_map(|digits| evidence::serial_number(digits)).map(|serial| {
            RevokedCertificate { serial, date: CalendarTime::from_unix(this_update), reason: None }
        });
        Some(RevocationListSpecification {
            issuer: self.certificate.subject().clone(),
            issuer_key: self.signing.clone(),
            signature_hash: hash,
            this_update: CalendarTime::from_unix(this_update),
            next_update: Some(CalendarTime::from_unix(next_update)),
            revoked: revoked.collect(),
            authority_key_identifier: Some(self.specification.subject_key_identifier()),
            number: Some(1),
        })
    }

    fn into_lab(self) -> LabAuthority {
        let key = self.made.then_some(self.specification.subject_key);
        LabAuthority { certificate: self.certificate, key }
    }
}

/// The key of a CA.
fn allot(completion: &mut Completion<'_>, name: &Name) -> KeyId {
    completion.keys.allot(&name.to_string(), "signing", KeyKind::Rsa(completion.settings.ca_key_bits))
}

/// Gives a CA's certificate the identifier by which others know its key.
fn identify(specification: &mut CertificateSpecification, identifier: Option<Vec<u8>>) {
    if let (Form::Version3(extensions), Some(identifier)) = (&mut specification.form, identifier) {
        extensions.subject_key_identifier = Some(KeyIdentifier::Given(identifier.clone()));
        extensions.authority_key_identifier = Some(KeyIdentifier::Given(identifier));
    }
}

/// From a month before `at` on for so many years.
pub(super) fn lately(at: i64, years: i64) -> Validity {
    let from = at - 30 * DAY;
    Validity {
        not_before: CalendarTime::from_unix(from),
        not_after: CalendarTime::from_unix(from + years * 365 * DAY),
    }
}

/// Reads back what the mint made.
pub(super) fn read_made(der: &[u8]) -> Certificate {
    Certificate::from_der(der).expect("the mint makes certificates")
}

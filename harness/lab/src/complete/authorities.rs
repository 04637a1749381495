//! The CAs of both routers' trustpoints: which trustpoints have the same one, and its certificate.

mod names;

use std::collections::BTreeMap;

use crypto::HashAlgorithm;
use ike::TrustpointId;
use ios::description::{ShownCertificate, Trustpoint};
use pki::{CalendarTime, Certificate, Name, SerialNumber, Validity};

use super::assumptions::Invention;
use super::completion::Completion;
use super::evidence::{self, Evidence};
use super::hierarchy::{self, Printed};
use super::{Bearing, LabAuthority, as_printed};
use crate::certificates::{
    CertificateSpecification, Form, KeyIdentifier, KeyUsage, MintError, RevocationListSpecification,
    SigningKey,
};
use crate::keys::{KeyId, KeyKind};
use crate::scenario::Settings;
use crate::side::{Pair, Side};

/// In seconds.
pub(super) const DAY: i64 = 86_400;

/// A CA.
#[derive(Clone, Debug)]
pub(super) struct Authority {
    /// Its certificate.
    pub certificate: Certificate,
    /// What the scenario calls it, if it describes it.
    pub label: Option<String>,
    /// What signs for it.
    signing: SigningKey,
    /// A specification of its certificate: exact if it was made, like enough to issue certificates if it was given.
    specification: CertificateSpecification,
    made: bool,
    /// What the texts print of it, if it is made after them.
    print: Print,
}

/// What a text prints that tells CA certificates of one name apart. What it does not print may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Print {
    serial: Option<SerialNumber>,
    validity: Option<Validity>,
    /// The identifier of the key: two keys under one name are two CAs, of which one was set up anew.
    key: Option<String>,
}

impl Print {
    fn of(completion: &mut Completion<'_>, side: Side, evidence: &Evidence<'_>) -> Self {
        let Some(shown) = evidence.authority.held().and_then(|held| held.shown) else {
            return Self::default();
        };
        Self {
            serial: serial(shown),
            validity: completion.shown_validity(side, shown),
            key: as_printed::key_identifier(shown),
        }
    }

    fn may_be_of_one_certificate(&self, other: &Self) -> bool {
        may_be_one(self.serial.as_ref(), other.serial.as_ref())
            && may_be_one(self.validity, other.validity)
            && self.may_be_of_one_key(other)
    }

    fn may_be_of_one_key(&self, other: &Self) -> bool {
        may_be_one(self.key.as_ref(), other.key.as_ref())
    }
}

fn may_be_one<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
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
    /// What its router prints of the CA's certificate.
    print: Print,
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

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Authority> + Clone {
        self.list.iter()
    }

    /// The CA certificate that the scenario gives this label.
    pub fn labelled(&self, label: &str) -> Option<&Authority> {
        self.list.iter().find(|it| it.label.as_deref() == Some(label))
    }

    /// Settles which trustpoints have the same CA, and makes the certificates that are not given.
    pub fn settle(completion: &mut Completion<'_>, evidence: &Pair<Vec<Evidence<'_>>>) -> Self {
        let members = members(completion, evidence);
        let names = names::name_all(completion, &members);
        let subjects = hierarchy::subjects(completion, &names);
        let labels = label_all(completion, &members, &names, &subjects);
        names::note_two_under_one_name(completion, &members, &names, &labels);
        let printed = printed(completion, &members, &labels);
        let list = hierarchy::make(completion, &subjects, &printed);
        let mut authorities = Self { list, of: Pair::default() };
        for ((member, name), label) in members.iter().zip(&names).zip(&labels) {
            let labelled =
                |label: &&str| authorities.list.iter().position(|it| it.label.as_deref() == Some(label));
            let described = label.and_then(|label| labelled(&label));
            let index = described.or_else(|| authorities.find(member, name)).or_else(|| {
                let made = authorities.add(completion, (&members, &names), name, &member.print, &[]);
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

    /// The CA of this name that fits what the trustpoint tells: the given certificate, else one that the text may print,
    /// else, of a CA that is given with one certificate and printed with another, the given one. Those that the scenario
    /// describes are not looked at: it says who has them.
    fn find(&self, member: &Member<'_>, name: &Name) -> Option<usize> {
        if let Some(given) = given(member) {
            return self.list.iter().position(|authority| authority.certificate == *given);
        }
        let named = || {
            let list = self.list.iter().enumerate().filter(|(_, it)| it.label.is_none());
            list.filter(|(_, it)| {
                it.certificate.subject().matches(name) && it.print.may_be_of_one_key(&member.print)
            })
        };
        let printed = named().find(|(_, it)| it.print.may_be_of_one_certificate(&member.print));
        printed.or_else(|| named().find(|(_, it)| !it.made)).map(|(index, _)| index)
    }

    /// Adds every CA of this name and returns the first: those given, or one that is made as `holder` prints it. `below`
    /// are the names of the CAs for whose sake it is added, each issued by the next.
    fn add(
        &mut self,
        completion: &mut Completion<'_>,
        (members, names): (&[Member<'_>], &[Name]),
        name: &Name,
        holder: &Print,
        below: &[&Name],
    ) -> Result<usize, MintError> {
        let of_name =
            || members.iter().zip(names).filter(|(_, other)| other.matches(name)).map(|(member, _)| member);
        let given: Vec<&Certificate> = of_name().filter_map(given).collect();
        if given.is_empty() {
            let of_key: Vec<&Member<'_>> =
                of_name().filter(|member| member.print.may_be_of_one_key(holder)).collect();
            let issuer = self.issuer(completion, (members, names), name, &of_key, below)?;
            let made = Authority::make(completion, name, (&of_key, holder), issuer.as_ref())?;
            self.list.push(made);
            return Ok(self.list.len() - 1);
        }
        let first = self.list.len();
        for certificate in given {
            if self.list.iter().all(|authority| authority.certificate != *certificate) {
                self.list.push(Authority::given(completion, certificate.clone()));
            }
        }
        Ok(first)
    }

    /// The CA that the texts print as the issuer of the certificate of the CA called `name`, which the `holders` have: one
    /// that is there or one of the members', else an invented root. `None` for a root.
    fn issuer(
        &mut self,
        completion: &mut Completion<'_>,
        (members, names): (&[Member<'_>], &[Name]),
        name: &Name,
        holders: &[&Member<'_>],
        below: &[&Name],
    ) -> Result<Option<Authority>, MintError> {
        let mut printed =
            holders.iter().filter_map(|member| Some((member, evidence::name_of(&shown(member)?.issuer)?)));
        let Some((member, issuer)) = printed.next() else { return Ok(None) };
        // CAs that issue each other's certificates lead to no root: the last of them is made one.
        if issuer.matches(name) || below.iter().any(|below| below.matches(&issuer)) {
            return Ok(None);
        }
        if let Some(known) = self.list.iter().find(|it| it.certificate.subject().matches(&issuer)) {
            return Ok(Some(known.clone()));
        }
        if !names.iter().any(|other| other.matches(&issuer)) {
            let text = format!(
                "the CA {issuer}, which issued the CA certificate of {}, is a root, and made: neither router has its certificate",
                member.trustpoint.name
            );
            let about = TrustpointId::from_index(member.index).into_iter().collect();
            completion.assumptions.note(member.side, "root-made", text, Bearing::Accepting, about);
        }
        let below: Vec<&Name> = below.iter().copied().chain([name]).collect();
        let index = self.add(completion, (members, names), &issuer, &Print::default(), &below)?;
        Ok(self.list.get(index).cloned())
    }
}

/// Every trustpoint whose CA certificate the router has or is taken to have.
fn members<'a, 'texts: 'a>(
    completion: &mut Completion<'texts>,
    evidence: &'a Pair<Vec<Evidence<'_>>>,
) -> Vec<Member<'a>> {
    let descriptions = completion.descriptions;
    let mut member = |side, index, trustpoint, evidence| {
        let print = Print::of(completion, side, evidence);
        Member { side, index, trustpoint, evidence, print }
    };
    let mut members = Vec::new();
    for side in Side::BOTH {
        for (index, (trustpoint, evidence)) in
            descriptions[side].trustpoints.iter().zip(&evidence[side]).enumerate()
        {
            if evidence.authority.is_there() {
                members.push(member(side, index, trustpoint, evidence));
            }
        }
    }
    members
}

/// The bytes of the CA's certificate, where a text has them.
fn given<'a>(member: &Member<'a>) -> Option<&'a Certificate> {
    member.evidence.authority.held()?.given.as_ref()
}

/// What a text prints of the CA's certificate.
fn shown<'a>(member: &Member<'a>) -> Option<&'a ShownCertificate> {
    member.evidence.authority.held()?.shown
}

/// Which of the CA certificates that the scenario describes each member has: the one that the scenario says; else, of those
/// with the name of its CA, the one with the printed serial number, else the first. None where a text gives the certificate.
fn label_all<'s>(
    completion: &Completion<'s>,
    members: &[Member<'_>],
    names: &[Name],
    subjects: &'s BTreeMap<String, Name>,
) -> Vec<Option<&'s str>> {
    let label = |(member, name): (&Member<'_>, &Name)| {
        if given(member).is_some() {
            return None;
        }
        let change = completion.change(member.side, &member.trustpoint.name);
        if let Some(label) = change.and_then(|change| change.authority.as_deref()) {
            return Some(label);
        }
        let serial = shown(member).and_then(serial);
        let described = |label: &String| completion.settings.authorities.get(label)?.form.serial.as_ref();
        let mut of_name =
            subjects.iter().filter(|(_, subject)| subject.matches(name)).map(|(label, _)| label);
        let printed = of_name.clone().find(|label| serial.is_some() && described(label) == serial.as_ref());
        printed.or_else(|| of_name.next()).map(String::as_str)
    };
    members.iter().zip(names).map(label).collect()
}

/// What the texts print of the CA certificates that the scenario describes.
fn printed(
    completion: &mut Completion<'_>,
    members: &[Member<'_>],
    labels: &[Option<&str>],
) -> BTreeMap<String, Printed> {
    let mut printed: BTreeMap<String, Printed> = BTreeMap::new();
    for (member, label) in members.iter().zip(labels) {
        let Some(shown) = shown(member) else { continue };
        let Some(label) = label else { continue };
        let entry = printed.entry((*label).to_owned()).or_default();
        entry.serial = entry.serial.take().or_else(|| serial(shown));
        entry.validity = entry.validity.or_else(|| completion.shown_validity(member.side, shown));
    }
    printed
}

pub(super) fn serial(shown: &ShownCertificate) -> Option<SerialNumber> {
    evidence::serial_number(&shown.serial.as_ref()?.value)
}

impl Authority {
    fn given(completion: &mut Completion<'_>, certificate: Certificate) -> Self {
        let name = certificate.subject().clone();
        // The key is never used: what has to be signed gets a stand-in.
        let key = key_of(completion, &name.to_string(), KeyKind::Rsa(completion.settings.ca_key_bits));
        let hash = completion.settings.signature_hash;
        let serial = certificate.serial().clone();
        let mut specification =
            CertificateSpecification::ios_authority(name, key, hash, serial, certificate.validity());
        identify(&mut specification, certificate.extensions().subject_key_identifier.clone());
        let signing = SigningKey::StandIn { public_key_info: certificate.public_key().as_der().to_vec() };
        let (serial, validity) = (certificate.serial().clone(), certificate.validity());
        let print = Print { serial: Some(serial), validity: Some(validity), key: None };
        Self { certificate, label: None, signing, specification, made: false, print }
    }

    /// A CA certificate as `printed` has it, or, where that is not all, as the first of the `holders` whose text may print
    /// the same one.
    fn make(
        completion: &mut Completion<'_>,
        name: &Name,
        (holders, printed): (&[&Member<'_>], &Print),
        issuer: Option<&Self>,
    ) -> Result<Self, MintError> {
        let mut print = printed.clone();
        let mut shown_as: Vec<&ShownCertificate> = Vec::new();
        for member in holders {
            if let Some(shown) = shown(member).filter(|_| print.may_be_of_one_certificate(&member.print)) {
                print.serial = print.serial.take().or_else(|| member.print.serial.clone());
                print.validity = print.validity.or(member.print.validity);
                shown_as.push(shown);
            }
        }
        // A renewed CA has its key still; a rebuilt one has its name still, and another key.
        print.key = print.key.take().or_else(|| holders.iter().find_map(|member| member.print.key.clone()));
        let called = match &print.key {
            Some(identifier) => format!("{name} {identifier}"),
            None => name.to_string(),
        };
        let curve = holders.iter().find_map(|member| evidence::curve_of(shown(member)?));
        let kind = curve.map_or_else(|| key_kind(completion.settings), KeyKind::Ec);
        let mut specification = CertificateSpecification::ios_authority(
            name.clone(),
            key_of(completion, &called, kind),
            completion.settings.signature_hash,
            print.serial.clone().unwrap_or_else(|| SerialNumber::from_contents(&[1])),
            print.validity.unwrap_or(lately(completion.true_time(), 10)),
        );
        // The given certificates of routers refer to the key of their CA.
        let issued: Vec<&Certificate> = holders
            .iter()
            .filter_map(|member| member.evidence.own.held()?.given.as_ref())
            .filter(|certificate| certificate.issuer().matches(name))
            .collect();
        let identifier =
            issued.iter().find_map(|certificate| certificate.extensions().authority_key_identifier.clone());
        identify(&mut specification, identifier);
        if let Some(issuer) = issuer {
            hierarchy::issue(&mut specification, &issuer.specification);
            specification.issuer_key = issuer.signing.clone();
        }
        for shown in shown_as {
            as_printed::shape(&mut specification, shown, &mut completion.problems);
        }
        let made = Self { print, ..Self::of_made(completion, specification, None)? };
        for issued in issued {
            made.take_as_signed(completion, issued.as_der());
        }
        Ok(made)
    }

    /// The CA with a certificate of this specification, which the scenario gives a label.
    pub fn of_specification(
        completion: &Completion<'_>,
        specification: CertificateSpecification,
        label: &str,
    ) -> Result<Self, MintError> {
        Self::of_made(completion, specification, Some(label.to_owned()))
    }

    fn of_made(
        completion: &Completion<'_>,
        specification: CertificateSpecification,
        label: Option<String>,
    ) -> Result<Self, MintError> {
        let certificate = read_made(&completion.mint.certificate(&specification)?);
        let signing = specification.subject_key.into();
        Ok(Self { certificate, label, signing, specification, made: true, print: Print::default() })
    }

    /// Whether a scenario's setting for a CA called `name` is about this one: by its label, else by its common name.
    pub fn is_called(&self, name: &str) -> bool {
        self.label.as_deref() == Some(name)
            || self.certificate.subject().as_ref().text_of("cn").as_deref() == Some(name)
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

    /// A revocation list of this CA, empty and due again in a week.
    pub fn empty_list(&self, at: i64, hash: HashAlgorithm) -> RevocationListSpecification {
        RevocationListSpecification {
            issuer: self.certificate.subject().clone(),
            issuer_key: self.signing.clone(),
            signature_hash: hash,
            this_update: CalendarTime::from_unix(at - DAY / 24),
            next_update: Some(CalendarTime::from_unix(at + 7 * DAY)),
            revoked: Vec::new(),
            authority_key_identifier: Some(self.specification.subject_key_identifier()),
            number: Some(1),
        }
    }

    fn into_lab(self) -> LabAuthority {
        let key = self.made.then_some(self.specification.subject_key);
        LabAuthority { certificate: self.certificate, key }
    }
}

/// The kind of a CA's key, where the texts do not tell.
pub(super) fn key_kind(settings: &Settings) -> KeyKind {
    settings.ca_curve.map_or(KeyKind::Rsa(settings.ca_key_bits), KeyKind::Ec)
}

/// The key with which the CA called so signs.
pub(super) fn key_of(completion: &mut Completion<'_>, authority: &str, kind: KeyKind) -> KeyId {
    completion.keys.allot(authority, "signing", kind)
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

//! What the routers can learn about revocation: `revocation-check`, the CAs' revocation lists, and their OCSP responders.

use ike::{Enrolment, OcspResponder, RevocationServers, ServedList, Sourced};
use ios::Diagnostic;
use pki::{CalendarTime, Name, RevocationList, RevocationMethod, SerialNumber};

use super::assumptions::Invention;
use super::authorities::{Authorities, Authority, DAY, key_kind, key_of};
use super::completion::Completion;
use super::enrolment::Place;
use super::evidence;
use crate::certificates::{RevocationListSpecification, RevokedCertificate};
use crate::scenario::{OcspState, RevocationListState};
use crate::side::{Pair, Side};

/// The certificates that the scenario says are revoked, by issuer and serial number (RFC 5280 4.1.2.2).
#[derive(Debug, Default)]
pub(super) struct Revoked(Vec<(Name, SerialNumber)>);

impl Revoked {
    /// Those of the CAs and of the routers.
    pub fn of(
        completion: &Completion<'_>,
        authorities: &Authorities,
        enrolments: &Pair<Vec<Option<Enrolment>>>,
    ) -> Self {
        let settings = completion.settings;
        let of_authorities = authorities.all().filter(|authority| {
            let described = authority.label.as_ref().and_then(|label| settings.authorities.get(label));
            described.is_some_and(|change| change.form.revoked)
        });
        let of_routers = Side::BOTH.into_iter().flat_map(|side| {
            let trustpoints = completion.descriptions[side].trustpoints.iter().zip(&enrolments[side]);
            trustpoints.filter_map(move |(trustpoint, enrolment)| {
                let change = completion.change(side, &trustpoint.name)?;
                enrolment.as_ref().filter(|_| change.form.revoked).map(|enrolment| &enrolment.certificate)
            })
        });
        let certificates = of_authorities.map(|authority| &authority.certificate).chain(of_routers);
        Self(certificates.map(|it| (it.issuer().clone(), it.serial().clone())).collect())
    }

    fn by<'a>(&'a self, authority: &'a Authority) -> impl Iterator<Item = SerialNumber> + 'a {
        let subject = authority.certificate.subject();
        self.0.iter().filter(|(issuer, _)| issuer.matches(subject)).map(|(_, serial)| serial.clone())
    }
}

/// `revocation-check`, up to `none`, which accepts: nothing behind it is asked (V1-VAL-4).
pub(super) fn methods(place: &Place<'_>) -> Sourced<Vec<RevocationMethod>> {
    let configured = &place.trustpoint.revocation_check;
    let mut methods: Vec<RevocationMethod> = Vec::new();
    for &method in &configured.value {
        if !methods.contains(&method) {
            methods.push(method);
        }
        if method == RevocationMethod::None {
            break;
        }
    }
    Sourced::new(methods, configured.origin)
}

/// The revocation list that the router gets for the trustpoint's CA. What is assumed about it, and about the CA's OCSP
/// responder, is noted where the trustpoint asks for it.
pub(super) fn list_of_trustpoint(
    completion: &mut Completion<'_>,
    place: &Place<'_>,
    authority: &Authority,
    revoked: &Revoked,
) -> Option<RevocationList> {
    let methods = methods(place).value;
    if methods.contains(&RevocationMethod::Ocsp) && described(&completion.settings.ocsp, authority).is_none()
    {
        completion.assumptions.invent(place.side, Invention::Responder, place.index);
    }
    let told = given_list(completion, authority).is_some()
        || described(&completion.settings.revocation_lists, authority).is_some();
    if methods.first() == Some(&RevocationMethod::Crl) && !told {
        completion.assumptions.invent(place.side, Invention::RevocationList, place.index);
    }
    list_of(completion, place.side, authority, revoked)
}

/// What the CAs' servers tell a router: the lists of all CAs, since the chains that peers send hold CAs that are
/// nobody's trustpoint, and the answers of the OCSP responders.
pub(super) fn servers(
    completion: &mut Completion<'_>,
    side: Side,
    authorities: &Authorities,
    revoked: &Revoked,
) -> RevocationServers {
    let served = |authority: &Authority| {
        let list = list_of(completion, side, authority, revoked)?;
        Some(ServedList { authority: authority.certificate.subject().clone(), list })
    };
    let lists = authorities.all().filter_map(served).collect();
    let responders =
        authorities.all().filter_map(|authority| responder_of(completion, authority, revoked)).collect();
    RevocationServers { lists, responders }
}

/// What the scenario says of a CA: under its label before its common name.
fn described<'s, T>(
    settings: &'s std::collections::BTreeMap<String, T>,
    authority: &Authority,
) -> Option<&'s T> {
    let labelled = authority.label.as_ref().and_then(|label| settings.get(label));
    labelled.or_else(|| settings.iter().find(|(name, _)| authority.is_called(name)).map(|(_, state)| state))
}

/// The CA's list that the user gives.
fn given_list<'s>(completion: &Completion<'s>, authority: &Authority) -> Option<&'s RevocationList> {
    let subject = authority.certificate.subject();
    completion.settings.given_revocation_lists.iter().find(|list| list.issuer().matches(subject))
}

/// The CA's list, if it is to be had. What is up to date, or overdue, is so by the router's own clock.
fn list_of(
    completion: &mut Completion<'_>,
    side: Side,
    authority: &Authority,
    revoked: &Revoked,
) -> Option<RevocationList> {
    if let Some(given) = given_list(completion, authority) {
        authority.take_as_signed(completion, given.as_der());
        return Some(given.clone());
    }
    let (at, hash) = (completion.clocks[side].seconds, completion.settings.signature_hash);
    let mut list = authority.empty_list(at, hash);
    let mut serials: Vec<SerialNumber> = revoked.by(authority).collect();
    let time = CalendarTime::from_unix;
    match described(&completion.settings.revocation_lists, authority) {
        None => {}
        Some(RevocationListState::Missing) => return None,
        Some(RevocationListState::Fresh { revoked }) => serials.extend(written(revoked)),
        Some(RevocationListState::Stale) => {
            (list.this_update, list.next_update) = (time(at - 8 * DAY), Some(time(at - DAY)));
        }
        Some(RevocationListState::NotYetValid) => {
            (list.this_update, list.next_update) = (time(at + DAY), Some(time(at + 8 * DAY)));
        }
        Some(RevocationListState::OfAnotherIssuer) => {
            list.issuer = Name::from_ios_text("cn=Another CA").expect("letters make a name");
            list.issuer_key = other_key(completion).into();
        }
        Some(RevocationListState::BadlySigned) => list.issuer_key = other_key(completion).into(),
    }
    revoke(&mut list, serials);
    make(completion, &list, authority)
}

/// A key that is no CA's.
fn other_key(completion: &mut Completion<'_>) -> crate::keys::KeyId {
    key_of(completion, "Another CA", key_kind(completion.settings))
}

/// The CA's OCSP responder, if it answers. Unless the scenario says otherwise it knows what the CA has revoked.
fn responder_of(
    completion: &mut Completion<'_>,
    authority: &Authority,
    revoked: &Revoked,
) -> Option<OcspResponder> {
    let (settings, at) = (completion.settings, completion.true_time());
    let mut serials: Vec<SerialNumber> = revoked.by(authority).collect();
    match described(&settings.ocsp, authority) {
        Some(OcspState::Unavailable) => return None,
        Some(OcspState::Answers { revoked }) => serials.extend(written(revoked)),
        None => match described(&settings.revocation_lists, authority) {
            Some(RevocationListState::Fresh { revoked }) => serials.extend(written(revoked)),
            _ => {
                if let Some(given) = given_list(completion, authority) {
                    let authority = authority.certificate.subject().clone();
                    return Some(OcspResponder { authority, knows: given.clone() });
                }
            }
        },
    }
    let mut list = authority.empty_list(at, settings.signature_hash);
    revoke(&mut list, serials);
    let knows = make(completion, &list, authority)?;
    Some(OcspResponder { authority: authority.certificate.subject().clone(), knows })
}

fn written(digits: &[String]) -> impl Iterator<Item = SerialNumber> + '_ {
    digits.iter().filter_map(|digits| evidence::serial_number(digits))
}

fn revoke(list: &mut RevocationListSpecification, serials: Vec<SerialNumber>) {
    let date = list.this_update;
    list.revoked =
        serials.into_iter().map(|serial| RevokedCertificate { serial, date, reason: None }).collect();
}

fn make(
    completion: &mut Completion<'_>,
    specification: &RevocationListSpecification,
    authority: &Authority,
) -> Option<RevocationList> {
    match completion.mint.revocation_list(specification) {
        Ok(der) => Some(RevocationList::from_der(&der).expect("the mint makes revocation lists")),
        Err(error) => {
            let name = authority.certificate.subject();
            let message = format!("the revocation list of {name} cannot be made: {error}");
            let problem = Diagnostic::error("certificate-not-made", message);
            if !completion.problems.contains(&problem) {
                completion.problems.push(problem);
            }
            None
        }
    }
}

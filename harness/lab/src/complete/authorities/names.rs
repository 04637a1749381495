//! What the CAs of the trustpoints are called, and what one name may stand for.

use ike::TrustpointId;
use ios::description::{Enrollment, Trustpoint};
use pki::Name;

use super::{Member, given};
use crate::complete::Bearing;
use crate::complete::completion::Completion;
use crate::complete::evidence::{self, Evidence};

/// The name of each member's CA. Where the texts tell none it is that of a trustpoint with the same CA, else invented.
pub(super) fn name_all(completion: &mut Completion<'_>, members: &[Member<'_>]) -> Vec<Name> {
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

/// Notes CA certificates that have one name and are printed differently, where no key identifiers tell whether the CA was
/// renewed, and has its key still, or rebuilt, and has another one.
pub(super) fn note_two_under_one_name(
    completion: &mut Completion<'_>,
    members: &[Member<'_>],
    names: &[Name],
    labels: &[Option<&str>],
) {
    let named: Vec<(&Member<'_>, &Name)> = members
        .iter()
        .zip(names)
        .zip(labels)
        .filter(|((member, _), label)| label.is_none() && given(member).is_none())
        .map(|(named, _)| named)
        .collect();
    for (position, (member, name)) in named.iter().enumerate() {
        let print = &member.print;
        let other = named.iter().take(position).find(|(before, other)| {
            let key_is_open = print.key.is_none() || before.print.key.is_none();
            other.matches(name) && key_is_open && !before.print.may_be_of_one_certificate(print)
        });
        let Some((first, _)) = other else { continue };
        let text = format!(
            "the CA {name}, whose certificate for {} is not the one that {} prints for {}, has one key: it was renewed and \
             not rebuilt",
            member.trustpoint.name, completion.names[first.side], first.trustpoint.name
        );
        let about = TrustpointId::from_index(member.index).into_iter().collect();
        completion.assumptions.note(member.side, "ca-rebuilt-or-renewed", text, Bearing::Accepting, about);
    }
}

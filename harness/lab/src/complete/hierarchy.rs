//! The CAs that a scenario describes (`[lab.authority]`): who issued whose certificate, and with which key.
//!
//! Which trustpoints have which of them is decided in `authorities`.

use std::collections::BTreeMap;

use ios::Diagnostic;
use pki::{Name, SerialNumber, Validity};

use super::authorities::{Authority, key_kind, key_of, lately};
use super::completion::Completion;
use crate::certificates::{CertificateSpecification, Form};
use crate::keys::{KeyId, KeyKind};
use crate::scenario::AuthorityChange;

/// What the texts print of a CA's certificate.
#[derive(Clone, Debug, Default)]
pub(super) struct Printed {
    pub serial: Option<SerialNumber>,
    pub validity: Option<Validity>,
}

/// The names of the CAs that the scenario describes, by label: what it says, else the name in the texts with the label as
/// common name, else just that.
pub(super) fn subjects(completion: &mut Completion<'_>, in_texts: &[Name]) -> BTreeMap<String, Name> {
    let mut subjects = BTreeMap::new();
    for (label, described) in &completion.settings.authorities {
        let in_texts = || in_texts.iter().find(|name| name.as_ref().text_of("cn").as_ref() == Some(label));
        let named = described.subject.clone().or_else(|| in_texts().cloned());
        match named.map_or_else(|| Name::from_ios_text(&format!("cn={label}")), Ok) {
            Ok(name) => {
                subjects.insert(label.clone(), name);
            }
            Err(_) => {
                let message = format!("{label:?} is no common name of a CA");
                let problem = Diagnostic::error("bad-authority-name", message);
                completion.problems.push(problem.help("give it a `subject`, such as \"cn=CA1,o=example\""));
            }
        }
    }
    subjects
}

/// Makes the certificate of every CA that the scenario describes, in the order of their labels.
pub(super) fn make(
    completion: &mut Completion<'_>,
    subjects: &BTreeMap<String, Name>,
    printed: &BTreeMap<String, Printed>,
) -> Vec<Authority> {
    let settings = completion.settings;
    let described: Vec<(&String, &Name, &AuthorityChange)> = subjects
        .iter()
        .filter_map(|(label, name)| Some((label, name, settings.authorities.get(label)?)))
        .collect();
    // Certificates with one key agree on its length: the first that says so.
    let keys: BTreeMap<&String, KeyId> = described
        .iter()
        .map(|&(label, _, change)| {
            let key = change.key.as_ref().unwrap_or(label);
            let same_key = described.iter().filter(|(label, _, it)| it.key.as_ref().unwrap_or(label) == key);
            let bits = same_key.filter_map(|(_, _, it)| it.form.key_bits).next();
            let kind = bits.map_or_else(|| key_kind(settings), KeyKind::Rsa);
            (label, key_of(completion, key, kind))
        })
        .collect();
    let mut made = Vec::new();
    for (position, &(label, name, change)) in (0_u8..).zip(&described) {
        let printed = printed.get(label).cloned().unwrap_or_default();
        let serial = printed.serial.unwrap_or_else(|| match &change.issuer {
            None => SerialNumber::from_contents(&[1]),
            // Apart from those of the routers.
            Some(_) => SerialNumber::from_contents(&[0x10_u8.saturating_add(position).min(0x7f)]),
        });
        let validity = printed.validity.unwrap_or_else(|| lately(completion.true_time(), 10));
        let mut specification = CertificateSpecification::ios_authority(
            name.clone(),
            keys[label],
            settings.signature_hash,
            serial,
            validity,
        );
        if let Some(issuer) = &change.issuer
            && let (Some(issuer_name), Some(&issuer_key)) = (subjects.get(issuer), keys.get(issuer))
        {
            let above = CertificateSpecification::ios_authority(
                issuer_name.clone(),
                issuer_key,
                settings.signature_hash,
                SerialNumber::from_contents(&[1]),
                validity,
            );
            issue(&mut specification, &above);
        }
        change.form.shape(&mut specification);
        match Authority::of_specification(completion, specification, label) {
            Ok(authority) => made.push(authority),
            Err(error) => {
                let message = format!("the certificate of [lab.authority.{label}] cannot be made: {error}");
                completion.problems.push(Diagnostic::error("certificate-not-made", message));
            }
        }
    }
    made
}

/// Makes `specification` one that the CA with the certificate `issuer` has issued.
pub(super) fn issue(specification: &mut CertificateSpecification, issuer: &CertificateSpecification) {
    specification.issuer = issuer.subject.clone();
    specification.issuer_key = issuer.subject_key.into();
    if let Form::Version3(extensions) = &mut specification.form {
        extensions.authority_key_identifier = Some(issuer.subject_key_identifier());
    }
}

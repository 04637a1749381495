//! What the cases cite, in words: rules of `RULES.md`, requirements of the register, and points at which texts conflict.

use model::RuleSet;
use model::rfc::{Conflict, ConflictSet, Requirement, RequirementSet};

use super::file;
use crate::{register, rules};

/// These rules, in the order of the document.
pub(super) fn rules(cited: RuleSet) -> Vec<file::Rule> {
    let rule = |rule: model::Rule| {
        let rule = rules::find(rule.words()).expect("a test finds every rule of the model in the document");
        file::Rule {
            id: &rule.id,
            title: &rule.title,
            text: &rule.text,
            status: rule.status.to_string(),
            source: &rule.source,
        }
    };
    cited.iter().map(rule).collect()
}

/// These requirements, and those that conflict.
pub(super) fn requirements(left: RequirementSet, conflicts: ConflictSet) -> Vec<file::Requirement> {
    let texts = conflicts.iter().flat_map(|conflict| conflict.texts().iter().copied());
    let all = left.with(RequirementSet::of(texts));
    let requirement = |requirement: Requirement| {
        let found = register::find(requirement.words());
        let found = found.expect("a test finds every requirement of the model in the register");
        file::Requirement {
            id: &found.id,
            rfc: found.rfc,
            section: &found.section,
            level: found.level.to_string(),
            text: &found.text,
        }
    };
    all.iter().map(requirement).collect()
}

/// These points.
pub(super) fn conflicts(met: ConflictSet) -> Vec<file::Conflict> {
    let conflict = |conflict: Conflict| file::Conflict {
        id: conflict_id(conflict),
        text: conflict.words(),
        requirements: conflict.texts().iter().map(|text| text.words()).collect(),
    };
    met.iter().map(conflict).collect()
}

/// `CorrespondingCertificate` is `corresponding-certificate`.
pub(super) fn conflict_id(conflict: Conflict) -> String {
    let mut id = String::new();
    for letter in format!("{conflict:?}").chars() {
        if letter.is_ascii_uppercase() && !id.is_empty() {
            id.push('-');
        }
        id.push(letter.to_ascii_lowercase());
    }
    id
}

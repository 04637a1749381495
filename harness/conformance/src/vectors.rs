//! Vectors for other implementations: what Cisco IOS does, and what the RFCs say of it, wherever two routers share two
//! CAs, in one file that is read without this project.
//!
//! The file is `selection.json`; [`SCHEMA`] is its form, and README.md says what its fields mean. What it predicts comes
//! from [`model`] alone. The engine has no part in it, so that a test can hold the engine against the file as anybody
//! else would hold theirs.
//!
//! Files: `file` (its types, and how it is laid out), `parties` (who has which certificates and keys), `cases` (the
//! predictions), `stories` (the cases that are told first), `glossary` (the rules and requirements that the cases cite).

mod cases;
mod file;
mod glossary;
mod parties;
mod stories;

use file::Selection;

/// What the file says of its own form.
pub const NAME: &str = "ikespec.selection/1";

/// The form of the file, as a JSON Schema (draft 2020-12).
pub const SCHEMA: &str = include_str!("vectors/selection.schema.json");

/// How many CAs the routers share.
pub(crate) const CAS: u8 = 2;

/// The file: JSON, a line for each case, the same bytes every time.
#[must_use]
pub fn selection() -> String {
    let parties = parties::Parties::new();
    let predicted = cases::all(&parties);
    Selection {
        schema: NAME,
        notice: "LAB KEYS: the private keys in this file are published with ikespec. Never use them outside a laboratory.",
        authorities: parties.authorities(),
        routers: parties.routers(),
        ways: predicted.ways,
        rules: glossary::rules(predicted.rules),
        requirements: glossary::requirements(predicted.requirements, predicted.conflicts),
        conflicts: glossary::conflicts(predicted.conflicts),
        cases: predicted.cases,
    }
    .to_json()
}

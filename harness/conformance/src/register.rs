//! The requirement register: what the RFCs of IKE demand, in our words, one entry for each demand.
//!
//! The entries stand in `requirements/*.toml`. An entry is covered, by a check of the [`suites`](crate::suites) that cites
//! its id, or excused with a sentence that says why nothing covers it; tests hold the two to each other.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

/// Every requirement, by RFC and in the order of the files.
#[must_use]
pub fn all() -> &'static [Requirement] {
    static ALL: LazyLock<Vec<Requirement>> = LazyLock::new(|| {
        let read =
            |text: &str| parse(text).expect("the register is part of the program and a test reads all of it");
        FILES.iter().flat_map(|file| read(file)).collect()
    });
    &ALL
}

/// The requirement with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Requirement> {
    static BY_ID: LazyLock<BTreeMap<&str, &Requirement>> =
        LazyLock::new(|| all().iter().map(|requirement| (&*requirement.id, requirement)).collect());
    BY_ID.get(id).copied()
}

/// Reads one file of the register.
///
/// # Errors
/// The text is not TOML, or an entry lacks a field, has an unknown one or a value that there is not.
pub fn parse(text: &str) -> Result<Vec<Requirement>, toml::de::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        requirement: Vec<Requirement>,
    }
    toml::from_str::<File>(text).map(|file| file.requirement)
}

const FILES: [&str; 11] = [
    include_str!("../requirements/rfc2407.toml"),
    include_str!("../requirements/rfc2408.toml"),
    include_str!("../requirements/rfc2409.toml"),
    include_str!("../requirements/rfc3706.toml"),
    include_str!("../requirements/rfc3947.toml"),
    include_str!("../requirements/rfc4739.toml"),
    include_str!("../requirements/rfc4945.toml"),
    include_str!("../requirements/rfc7296.toml"),
    include_str!("../requirements/rfc7383.toml"),
    include_str!("../requirements/rfc7427.toml"),
    include_str!("../requirements/rfc9593.toml"),
];

/// One demand of an RFC.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The name by which checks and reports cite it.
    pub id: String,
    /// The RFC.
    pub rfc: u16,
    /// The section of the RFC, without a sign.
    pub section: String,
    /// How strong the demand is.
    pub level: Level,
    /// Where the strength comes from.
    pub keyword: Keyword,
    /// Who is bound: `initiator`, `responder`, `both`, `ca`, `deployer`.
    pub role: String,
    /// As what: `sender`, `receiver`, `local`.
    pub side: String,
    /// The exchanges that it belongs to.
    pub exchange: Vec<String>,
    /// What it is about: `cert`, `id`, `header` and so on.
    pub area: String,
    /// What a compliant implementation does, also where the RFC forbids something.
    pub text: String,
    /// How one would test it: what is done, and what has to come of it.
    pub test: String,
    /// Where compliance shows.
    pub observable: Observable,
    /// Whether the section was read while the entry was written.
    pub verified: bool,
    /// 1 to 25: one of those that tell implementations apart in practice.
    pub rank: Option<u8>,
    /// What another RFC, or a well-known product, says to the contrary.
    pub conflict: Option<String>,
    /// What else there is to know.
    pub note: Option<String>,
    /// Why no check covers it.
    pub excused: Option<Excuse>,
}

impl Requirement {
    /// Whether compliance shows in messages, and is something that the project means to have: what can be covered.
    #[must_use]
    pub fn can_be_covered(&self) -> bool {
        let out = self.excused.as_ref().is_some_and(|excuse| excuse.kind == ExcuseKind::OutOfScope);
        self.observable == Observable::Wire && !out
    }
}

/// Why a requirement has no check.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excuse {
    /// The kind of reason.
    pub kind: ExcuseKind,
    /// The reason, a sentence.
    pub because: String,
}

/// The kinds of reasons for having no check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExcuseKind {
    /// The project does not do this, and does not mean to.
    OutOfScope,
    /// Nothing that a tester at the other end of the wire does or sees tells compliance from its opposite.
    NotObservable,
    /// A check could be written and is not.
    NotYet,
}

impl ExcuseKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::OutOfScope, Self::NotObservable, Self::NotYet];

    /// The kind as the register writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OutOfScope => "out-of-scope",
            Self::NotObservable => "not-observable",
            Self::NotYet => "not-yet",
        }
    }
}

/// How strong a demand is (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Level {
    /// MAY: both ways are right.
    #[serde(rename = "MAY")]
    May,
    /// SHOULD.
    #[serde(rename = "SHOULD")]
    Should,
    /// SHOULD NOT.
    #[serde(rename = "SHOULD NOT")]
    ShouldNot,
    /// MUST.
    #[serde(rename = "MUST")]
    Must,
    /// MUST NOT.
    #[serde(rename = "MUST NOT")]
    MustNot,
}

impl Level {
    /// Whether there is no way around it: MUST or MUST NOT.
    #[must_use]
    pub const fn is_absolute(self) -> bool {
        matches!(self, Self::Must | Self::MustNot)
    }

    /// Whether the demand is at least a recommendation.
    #[must_use]
    pub const fn is_demand(self) -> bool {
        !matches!(self, Self::May)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::May => "MAY",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
        })
    }
}

/// Where the strength of a demand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keyword {
    /// The RFC has the word in capitals.
    Caps,
    /// The RFC has the word in lower case; the level is the nearest strength.
    Lowercase,
    /// It follows from a format or a procedure; the level is our reading.
    Implied,
    /// The section suggests the test; whoever fails it has not left the RFC.
    Derived,
}

/// Where compliance shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Observable {
    /// In packets.
    Wire,
    /// Inside: in a model, or with knowledge of the state.
    Model,
    /// In settings, logs or issued certificates.
    Config,
}

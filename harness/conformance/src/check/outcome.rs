//! What came of a check, and the words for it.

use std::fmt;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The requirement is met.
    Pass,
    /// A requirement that is absolute is not.
    Fail,
    /// A recommendation is not followed.
    Warning,
    /// Nothing is demanded.
    Allowed,
    /// The requirement is not met, but another text demands or allows what the target does.
    Ambiguous,
    /// What the target does not do cannot be seen.
    Unverifiable,
    /// The target cannot be prepared so.
    Skipped,
    /// The target does not answer any more.
    Hung,
    /// The tester could not do its work.
    Error,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 9] = [
        Self::Pass,
        Self::Fail,
        Self::Warning,
        Self::Allowed,
        Self::Ambiguous,
        Self::Unverifiable,
        Self::Skipped,
        Self::Hung,
        Self::Error,
    ];

    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warning => "warning",
            Self::Allowed => "allowed",
            Self::Ambiguous => "ambiguous",
            Self::Unverifiable => "unverifiable",
            Self::Skipped => "skipped",
            Self::Hung => "hung",
            Self::Error => "error",
        }
    }

    /// Whether the target is found wanting.
    #[must_use]
    pub const fn is_finding(self) -> bool {
        matches!(self, Self::Fail | Self::Hung)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A check that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What came of it.
    pub outcome: Outcome,
    /// What was sent that is special, if anything.
    pub sent: String,
    /// What was expected.
    pub expected: String,
    /// What was seen.
    pub actual: String,
}

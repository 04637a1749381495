//! Verdicts, requirement suites and targets.

pub mod fuzzing;
pub mod peers;
pub mod rules;

//! Verdicts, requirement suites and targets.

pub mod peers;
pub mod rules;

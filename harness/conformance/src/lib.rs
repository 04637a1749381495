//! Verdicts, requirement suites and targets.

pub mod rules;

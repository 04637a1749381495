//! Verdicts, requirement suites and targets.

pub mod check;
pub mod comparison;
pub mod conform;
pub mod control;
pub mod fuzzing;
pub mod laboratory;
pub mod peers;
pub mod register;
pub mod rules;
pub mod suites;
pub mod target;
pub mod tester;

//! Verdicts, requirement suites and targets.

pub mod case;
pub mod check;
pub mod comparison;
pub mod conform;
pub mod control;
pub mod explore;
pub mod fuzzing;
pub mod generators;
pub mod laboratory;
pub mod peers;
pub mod random;
pub mod register;
pub mod regressions;
pub mod rendering;
pub mod rules;
pub mod suites;
pub mod target;
pub mod tester;
pub mod vectors;

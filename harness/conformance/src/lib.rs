//! Verdicts, requirement suites and targets.

//! Whole scenarios: texts in, verdicts out.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod advice;
mod coverage;
mod faults;
mod given;
mod hostile_chains;
mod ikev2;
mod ikev2_reasons;
mod inventions;
mod pair;
mod reference_pair;
mod refusals;
mod robustness;

//! `cargo bench`: what everything takes, as ratios to peers that do the same in the same run. See `crate::report` of the
//! library for what comes of it.

mod certreq_matching;
mod chain_validation;
mod config_parse;
mod explore;
mod model;
mod name_compare;
mod negotiation;
mod profile_selection;
mod wire;

use std::path::Path;

use ikespec_benches::Measuring;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut measuring = Measuring::new(&folder.join("criterion"));
    certreq_matching::run(&mut measuring);
    wire::run(&mut measuring);
    name_compare::run(&mut measuring);
    profile_selection::run(&mut measuring);
    chain_validation::run(&mut measuring);
    negotiation::run(&mut measuring);
    config_parse::run(&mut measuring);
    explore::run(&mut measuring);
    model::run(&mut measuring);
    // `target/tmp` is beside it.
    measuring.finish(&folder.with_file_name("ratios.json"))
}

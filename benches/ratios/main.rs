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
    measuring.in_rounds(|measuring| {
        certreq_matching::run(measuring);
        wire::run(measuring);
        name_compare::run(measuring);
        profile_selection::run(measuring);
        chain_validation::run(measuring);
        negotiation::run(measuring);
        config_parse::run(measuring);
        explore::run(measuring);
        model::run(measuring);
    });
    // `target/tmp` is beside it.
    measuring.finish(&folder.with_file_name("ratios.json"))
}

//! Writes the seeds of all fuzz targets to `corpus/fuzz`: `cargo run -p ikespec-conformance --example write-seeds`.

use std::io;
use std::path::Path;

use conformance::fuzzing::TARGETS;

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/fuzz");
    for target in TARGETS {
        let folder = corpus.join(target.name);
        std::fs::create_dir_all(&folder)?;
        for seed in (target.seeds)() {
            std::fs::write(folder.join(seed.name), seed.bytes)?;
        }
    }
    Ok(())
}

//! Writes the seeds of all fuzz targets to `corpus/fuzz`: `cargo run -p ikespec-conformance --example write-seeds`. What
//! stands there already stays.

use std::error::Error;
use std::path::Path;

use conformance::fuzzing::TARGETS;
use conformance::fuzzing::seeds::Collector;
use lab::scenario::Scenario;

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let mut collector = Collector::new();
    let mut folders: Vec<_> = std::fs::read_dir(corpus.join("scenarios"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.join(Scenario::FILE).is_file()) {
        let description = std::fs::read_to_string(folder.join(Scenario::FILE))?;
        collector.add(&Scenario::from_folder(folder)?, &description);
    }
    let mut of_scenarios = collector.into_seeds();
    for target in TARGETS {
        let folder = corpus.join("fuzz").join(target.name);
        std::fs::create_dir_all(&folder)?;
        let seeds = (target.seeds)().into_iter().chain(of_scenarios.remove(target.name).unwrap_or_default());
        let mut bytes = 0;
        for seed in seeds {
            bytes += seed.bytes.len();
            std::fs::write(folder.join(seed.name), seed.bytes)?;
        }
        println!("{}: {bytes} bytes", target.name);
    }
    Ok(())
}

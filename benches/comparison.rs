//! Measuring ours and a peer in one run.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::Criterion;

/// The comparisons of one bench; [`finish`](Self::finish) prints their ratios.
pub struct Comparisons {
    criterion: Criterion,
    folder: PathBuf,
    names: Vec<String>,
}

const OURS: &str = "ours";
const PEER: &str = "peer";

impl Comparisons {
    /// Takes criterion's arguments from the command line and keeps its results below `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let criterion = Criterion::default()
            .output_directory(folder)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_millis(1_500))
            .configure_from_args();
        Self { criterion, folder: folder.to_owned(), names: Vec::new() }
    }

    /// Measures `ours` and `peer`, which do the same; `name` has no character that a folder's name may not have.
    pub fn compare<T>(&mut self, name: &str, mut ours: impl FnMut() -> T, mut peer: impl FnMut() -> T) {
        for which in [OURS, PEER] {
            // What an earlier run left would pass for this run's result if this run measures nothing. It may be absent.
            let _ = std::fs::remove_file(estimates(&self.folder.join(name).join(which)));
        }
        let mut group = self.criterion.benchmark_group(name);
        group.bench_function(OURS, |bencher| bencher.iter(|| black_box(ours())));
        group.bench_function(PEER, |bencher| bencher.iter(|| black_box(peer())));
        group.finish();
        self.names.push(name.to_owned());
    }

    /// Prints how long ours took for each second of the peer's, as far as both were measured in this run.
    pub fn finish(self) {
        self.criterion.final_summary();
        for name in &self.names {
            let median = |which| median_nanoseconds(&self.folder.join(name).join(which));
            if let (Some(ours), Some(peer)) = (median(OURS), median(PEER)) {
                println!("{name}: ours {ours:.1} ns, peer {peer:.1} ns, ratio {:.3}", ours / peer);
            }
        }
    }
}

fn estimates(folder: &Path) -> PathBuf {
    folder.join("new/estimates.json")
}

/// The median of this run; none if nothing was measured, as under `--test` and `--list`.
fn median_nanoseconds(folder: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(estimates(folder)).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    estimates.pointer("/median/point_estimate")?.as_f64()
}

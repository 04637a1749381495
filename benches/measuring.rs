//! Measuring ours and its peers in one run.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion};

use crate::report::{Rate, Ratio, Results, json, tables};

/// Takes the times of one run, and keeps what is made of them.
pub struct Measuring {
    criterion: Criterion,
    folder: PathBuf,
    results: Results,
}

/// Who is measured and held against its peers.
pub const OURS: &str = "ours";

impl Measuring {
    /// Takes criterion's arguments from the command line and keeps its results below `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        // Hundreds of measurements: a quarter of a second each, so that a run takes minutes.
        let criterion = Criterion::default()
            .output_directory(folder)
            .without_plots()
            .nresamples(1_001)
            .sample_size(20)
            .warm_up_time(Duration::from_millis(30))
            .measurement_time(Duration::from_millis(150))
            .configure_from_args();
        Self { criterion, folder: folder.to_owned(), results: Results::default() }
    }

    /// The measurements of one bench.
    pub fn bench(&mut self, name: &'static str) -> Bench<'_> {
        Bench { measuring: self, name }
    }

    /// Prints the tables and writes everything into `file`. Without results, as under `--test` and `--list`, it does nothing.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(self, file: &Path) -> std::io::Result<()> {
        self.criterion.final_summary();
        if self.results != Results::default() {
            std::fs::write(file, json(&self.results)?)?;
            println!("\n{}\nwith all the details in {}", tables(&self.results), file.display());
        }
        Ok(())
    }
}

/// The measurements of one bench.
pub struct Bench<'a> {
    measuring: &'a mut Measuring,
    name: &'static str,
}

impl Bench<'_> {
    /// Measures how long `who` takes for `case`; neither has a character that a file's name may not have.
    pub fn time<T>(&mut self, case: &str, who: &str, mut work: impl FnMut() -> T) {
        // What an earlier run left would pass for this run's result if this run measures nothing. It may be absent.
        let _ = std::fs::remove_file(self.estimates(case, who));
        let mut group = self.measuring.criterion.benchmark_group(self.name);
        group.bench_function(BenchmarkId::new(case, who), |bencher| bencher.iter(|| black_box(work())));
        group.finish();
    }

    /// Keeps the ratio of ours to a peer of the same case.
    pub fn compare(&mut self, case: &str, peer: &str, at_most: Option<f64>) {
        self.keep(case, peer, (case, peer), at_most, false);
    }

    /// As [`compare`](Self::compare), for the file and not for the table.
    pub fn compare_in_detail(&mut self, case: &str, peer: &str, at_most: Option<f64>) {
        self.keep(case, peer, (case, peer), at_most, true);
    }

    /// Keeps the ratio of two cases of ours.
    pub fn compare_cases(&mut self, case: &str, other: &str, at_most: Option<f64>) {
        self.keep(case, other, (other, OURS), at_most, false);
    }

    /// Keeps how much of `unit` is done in a second, if ours does `amount` of it in one go.
    pub fn rate(&mut self, case: &str, amount: f64, unit: &'static str, at_least: Option<f64>) {
        let Some(nanoseconds) = median_nanoseconds(&self.estimates(case, OURS)) else { return };
        let (bench, case, per_second) = (self.name, case.to_owned(), amount / nanoseconds * 1e9);
        self.measuring.results.rates.push(Rate { bench, case, per_second, unit, at_least });
    }

    /// Keeps a ratio, if both were measured in this run.
    fn keep(
        &mut self,
        case: &str,
        named: &str,
        against: (&str, &str),
        at_most: Option<f64>,
        is_detail: bool,
    ) {
        let ours = median_nanoseconds(&self.estimates(case, OURS));
        let peer = median_nanoseconds(&self.estimates(against.0, against.1));
        let (Some(ours_ns), Some(peer_ns)) = (ours, peer) else { return };
        self.measuring.results.ratios.push(Ratio {
            bench: self.name,
            case: case.to_owned(),
            peer: named.to_owned(),
            ours_ns,
            peer_ns,
            ratio: ours_ns / peer_ns,
            at_most,
            is_detail,
        });
    }

    fn estimates(&self, case: &str, who: &str) -> PathBuf {
        let folder = self.measuring.folder.join(self.name).join(case).join(who);
        folder.join("new/estimates.json")
    }
}

/// The median; none if nothing was measured.
fn median_nanoseconds(estimates: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(estimates).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    estimates.pointer("/median/point_estimate")?.as_f64()
}

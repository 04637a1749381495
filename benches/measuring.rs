//! Measuring ours and its peers in one run.
//!
//! A machine is faster in one second than in the next, by more than what is to be seen. So everything is measured in several
//! rounds, and the least time of each counts: the one in which the machine was least busy with other things.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion};

use crate::report::{Rate, Ratio, Results, json, tables};

/// How often everything is measured.
const ROUNDS: usize = 3;

/// Takes the times of one run, and keeps what is made of them.
pub struct Measuring {
    criterion: Criterion,
    folder: PathBuf,
    /// The least of the medians of the rounds in nanoseconds, by bench, case and who it was.
    medians: BTreeMap<(&'static str, String, String), f64>,
    results: Results,
}

/// Who is measured and held against its peers.
pub const OURS: &str = "ours";

impl Measuring {
    /// Takes criterion's arguments from the command line and keeps its results below `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let folder = folder.to_owned();
        Self { criterion: criterion(&folder), folder, medians: BTreeMap::new(), results: Results::default() }
    }

    /// Runs the benches once a round; once only where nothing is measured, as under `--test` and `--list`.
    pub fn in_rounds(&mut self, benches: impl Fn(&mut Self)) {
        for _ in 0..ROUNDS {
            // A new one each time: it would give other names to cases that it has seen.
            self.criterion = criterion(&self.folder);
            benches(self);
            if self.medians.is_empty() {
                return;
            }
        }
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

/// Hundreds of measurements: a tenth of a second each, so that a run takes minutes.
fn criterion(folder: &Path) -> Criterion {
    Criterion::default()
        .output_directory(folder)
        .without_plots()
        .nresamples(1_001)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(20))
        .measurement_time(Duration::from_millis(60))
        .configure_from_args()
}

/// The measurements of one bench.
pub struct Bench<'a> {
    measuring: &'a mut Measuring,
    name: &'static str,
}

impl Bench<'_> {
    /// Measures how long `who` takes for `case`; neither has a character that a file's name may not have.
    pub fn time<T>(&mut self, case: &str, who: &str, mut work: impl FnMut() -> T) {
        let estimates = self.measuring.folder.join(self.name).join(case).join(who).join("new/estimates.json");
        // What an earlier run left would pass for this run's result if this run measures nothing. It may be absent.
        let _ = std::fs::remove_file(&estimates);
        let mut group = self.measuring.criterion.benchmark_group(self.name);
        group.bench_function(BenchmarkId::new(case, who), |bencher| bencher.iter(|| black_box(work())));
        group.finish();
        let Some(median) = median_nanoseconds(&estimates) else { return };
        let key = (self.name, case.to_owned(), who.to_owned());
        let least = self.measuring.medians.entry(key).or_insert(median);
        *least = least.min(median);
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
        let Some(nanoseconds) = self.median(case, OURS) else { return };
        let (bench, case, per_second) = (self.name, case.to_owned(), amount / nanoseconds * 1e9);
        let rate = Rate { bench, case, per_second, unit, at_least };
        keep(&mut self.measuring.results.rates, rate, |rate| (rate.bench, rate.case.clone()));
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
        let (Some(ours_ns), Some(peer_ns)) = (self.median(case, OURS), self.median(against.0, against.1))
        else {
            return;
        };
        let ratio = Ratio {
            bench: self.name,
            case: case.to_owned(),
            peer: named.to_owned(),
            ours_ns,
            peer_ns,
            ratio: ours_ns / peer_ns,
            at_most,
            is_detail,
        };
        keep(&mut self.measuring.results.ratios, ratio, |ratio| {
            (ratio.bench, ratio.case.clone(), ratio.peer.clone())
        });
    }

    fn median(&self, case: &str, who: &str) -> Option<f64> {
        self.measuring.medians.get(&(self.name, case.to_owned(), who.to_owned())).copied()
    }
}

/// Keeps `new` in the place of what an earlier round has left of the same, else behind everything.
fn keep<T, K: PartialEq>(kept: &mut Vec<T>, new: T, key: impl Fn(&T) -> K) {
    match kept.iter_mut().find(|old| key(old) == key(&new)) {
        Some(old) => *old = new,
        None => kept.push(new),
    }
}

/// The median; none if nothing was measured.
fn median_nanoseconds(estimates: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(estimates).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    estimates.pointer("/median/point_estimate")?.as_f64()
}

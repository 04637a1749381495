//! What is written of a run: a table for people, and a file for programs.

use serde::Serialize;

/// How long one thing took for each second that another took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Ratio {
    /// The bench: `wire`.
    pub bench: &'static str,
    /// What was done: `IKE_SA_INIT`.
    pub case: String,
    /// What it is held against: who else did the same, or another case of ours.
    pub peer: String,
    /// What ours took, in nanoseconds.
    pub ours_ns: f64,
    /// What the peer took, in nanoseconds.
    pub peer_ns: f64,
    /// The first by the second.
    pub ratio: f64,
    /// What the ratio should not be above, if there is such a bound.
    pub at_most: Option<f64>,
    /// Whether it is left out of the table.
    #[serde(skip)]
    pub is_detail: bool,
}

/// How much is done in a second.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Rate {
    /// The bench: `explore`.
    pub bench: &'static str,
    /// What was done.
    pub case: String,
    /// How much in a second.
    pub per_second: f64,
    /// Of what: `MB`.
    pub unit: &'static str,
    /// What it should not be below, if there is such a bound.
    pub at_least: Option<f64>,
}

/// Everything that one run has to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Results {
    pub ratios: Vec<Ratio>,
    pub rates: Vec<Rate>,
}

/// The schema of the file; another number once a field loses its name or its meaning.
const SCHEMA: &str = "ikespec.ratios/1";

/// The file: one object.
#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    /// The machine: `x86_64-linux`.
    target: String,
    ratios: &'a [Ratio],
    rates: &'a [Rate],
}

/// The results as JSON.
pub(crate) fn json(Results { ratios, rates }: &Results) -> serde_json::Result<String> {
    let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
    Ok(serde_json::to_string_pretty(&Report { schema: SCHEMA, target, ratios, rates })? + "\n")
}

/// The results as two tables in Markdown, as the README shows them, without the details. A bound that is not kept is bold.
pub(crate) fn tables(results: &Results) -> String {
    let mut text = String::from("| bench | case | compared with | ours | theirs | ratio | at most |\n");
    text += "|---|---|---|--:|--:|--:|--:|\n";
    for ratio in results.ratios.iter().filter(|ratio| !ratio.is_detail) {
        let Ratio { bench, case, peer, ours_ns, peer_ns, ratio, at_most, .. } = ratio;
        let (ours, theirs) = (duration(*ours_ns), duration(*peer_ns));
        let at_most = bound(*at_most, |most| *ratio <= most);
        text += &format!(
            "| `{bench}` | {case} | {peer} | {ours} | {theirs} | {} | {at_most} |\n",
            figure(*ratio)
        );
    }
    text += "\n| bench | case | in a second | at least |\n|---|---|--:|--:|\n";
    for Rate { bench, case, per_second, unit, at_least } in &results.rates {
        let at_least = bound(*at_least, |least| *per_second >= least);
        text += &format!("| `{bench}` | {case} | {} {unit} | {at_least} |\n", figure(*per_second));
    }
    text
}

fn bound(bound: Option<f64>, is_kept: impl Fn(f64) -> bool) -> String {
    match bound {
        Some(bound) if is_kept(bound) => figure(bound),
        Some(bound) => format!("**{}**", figure(bound)),
        None => String::new(),
    }
}

/// A time with its unit.
fn duration(nanoseconds: f64) -> String {
    const UNITS: [(f64, &str); 3] = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")];
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| nanoseconds >= *unit).unwrap_or((1.0, "ns"));
    format!("{} {name}", figure(nanoseconds / unit))
}

/// A number with three digits that say something.
fn figure(number: f64) -> String {
    match number {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        0.1.. => format!("{number:.2}"),
        _ => format!("{number:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, Ratio, Results, duration, tables};

    #[test]
    fn times_have_the_unit_that_reads_best() {
        let read = [7.04, 12.34, 999.0, 45_678.0, 3.2e6, 2e9].map(duration);
        assert_eq!(read, ["7.04 ns", "12.3 ns", "999 ns", "45.7 µs", "3.20 ms", "2.00 s"]);
    }

    #[test]
    fn the_tables_leave_details_out_and_mark_bounds_that_are_not_kept() {
        let ratio = Ratio {
            bench: "wire",
            case: "MM1".to_owned(),
            peer: "ryke".to_owned(),
            ours_ns: 30.0,
            peer_ns: 40.0,
            ratio: 0.75,
            at_most: Some(0.5),
            is_detail: false,
        };
        let detail = Ratio { is_detail: true, ..ratio.clone() };
        let case = "IKEv1".to_owned();
        let rate = Rate { bench: "model", case, per_second: 2e5, unit: "predictions", at_least: Some(1e5) };
        let text = tables(&Results { ratios: vec![ratio, detail], rates: vec![rate] });
        let rows: Vec<_> = text.lines().filter(|line| line.contains('`')).collect();
        let expected = [
            "| `wire` | MM1 | ryke | 30.0 ns | 40.0 ns | 0.75 | **0.50** |",
            "| `model` | IKEv1 | 200000 predictions | 100000 |",
        ];
        assert_eq!(rows, expected);
    }
}

//! Draws what matching costs by the number of trustpoints, from `target/ratios.json`, which `cargo bench` writes:
//!
//! ```text
//! cargo run --profile bench -p ikespec-benches --example matching-plot
//! ```

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

/// What is drawn: 100 requests of which none can be answered.
const CASES: &str = "N=100 none";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    // This is target/release/examples/matching-plot.
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(3).ok_or("this is not where Cargo puts an example")?;
    let text = std::fs::read_to_string(target.join("ratios.json"))?;
    let report: serde_json::Value = serde_json::from_str(&text)?;
    let lines = [
        ("linear scan", line(&report, "IKEv2", "linear scan", "peer_ns"), RED),
        ("ours, IKEv1 by name", line(&report, "IKEv1", "bare lookup", "ours_ns"), GREEN),
        ("ours, IKEv2 by hash", line(&report, "IKEv2", "bare lookup", "ours_ns"), BLUE),
        ("bare lookup", line(&report, "IKEv2", "bare lookup", "peer_ns"), BLACK),
    ];
    if lines.iter().any(|(_, points, _)| points.is_empty()) {
        return Err("target/ratios.json has no certreq_matching: cargo bench -- certreq_matching".into());
    }
    draw(&folder.join("matching.svg"), &lines)
}

/// What it is called, its points, and its colour.
type Line<'a> = (&'a str, Vec<(f64, f64)>, RGBColor);

/// Trustpoints and nanoseconds.
fn line(report: &serde_json::Value, version: &str, peer: &str, whose: &str) -> Vec<(f64, f64)> {
    let ratios = report["ratios"].as_array().into_iter().flatten();
    let points = ratios.filter(|ratio| ratio["peer"] == peer).filter_map(|ratio| {
        let case = ratio["case"].as_str()?.strip_prefix(version)?.strip_suffix(CASES)?;
        Some((case.trim().strip_prefix("T=")?.parse().ok()?, ratio[whose].as_f64()?))
    });
    points.collect()
}

fn draw(file: &Path, lines: &[Line<'_>]) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, (720, 400)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_right(28)
        .x_label_area_size(44)
        .y_label_area_size(84)
        .build_cartesian_2d((2.0..10_000.0).log_scale(), (1e1..1e6).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("trustpoints of the router")
        .y_desc("time for 100 requests, none of them known")
        .x_label_formatter(&|trustpoints| format!("{trustpoints}"))
        .y_label_formatter(&|nanoseconds| time(*nanoseconds))
        .draw()?;
    for (name, points, color) in lines {
        let color = *color;
        chart
            .draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE)
        .border_style(BLACK)
        .draw()?;
    Ok(area.present()?)
}

/// A time with its unit; the labels are powers of ten.
fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        1e6.. => format!("{} ms", nanoseconds / 1e6),
        1e3.. => format!("{} µs", nanoseconds / 1e3),
        _ => format!("{nanoseconds} ns"),
    }
}

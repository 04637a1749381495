//! The table of outcomes as a page: one file that needs nothing else.
//!
//! A table has a row for each way in which R1 can be enrolled and pinned, and a column for each way of R2. With four CAs
//! that is a million cells, so it is drawn: the cells of one kind are one path, made of horizontal runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use conformance::explore::{Cell, Exploration, Shard, Way};
use lab::verdict::Outcome;

use super::Explored;

/// The whole page.
pub fn page(bound: u8, shard: Shard, explored: &[Explored]) -> String {
    let cas = if bound == 1 { "one CA".to_owned() } else { format!("{bound} CAs") };
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>ikespec: outcomes with {cas}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>What comes of two routers that share {cas}</h1>\n<p>{EXPLANATION}</p>\n"
    );
    if shard != Shard::WHOLE {
        let _ = writeln!(page, "<p>This is shard {shard}: the pairs of the others are left blank.</p>");
    }
    explored.iter().for_each(|one| section(&mut page, one));
    let _ = write!(page, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    page
}

const EXPLANATION: &str = "All CAs are configured and authenticated on both routers. A row is a way in which R1 can be \
    enrolled (the newest enrolment first) and which CAs its profile pins, a column the same for R2; within an enrolment the pins \
    go from none to all. The colour says what comes of the pair from each of its sides.";

const STYLE: &str = "\
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; color: #222; background: #fff }
table { border-collapse: collapse; margin: 1em 0 }
th, td { padding: .15em .8em; text-align: left; border-bottom: 1px solid #ddd }
td.count { text-align: right; font-variant-numeric: tabular-nums }
.swatch { display: inline-block; width: 1em; height: 1em; vertical-align: -.15em; border: 1px solid #888 }
.outcomes { overflow: auto; max-width: 100% }
svg text { font: 9px system-ui, sans-serif; fill: #333 }
svg .line { stroke: #fff; stroke-width: 1; fill: none }
.pointed { min-height: 1.4em; color: #444 }
";

/// Tells which pair the pointer is over.
const SCRIPT: &str = "\
for (const figure of document.querySelectorAll('.outcomes')) {
  const svg = figure.querySelector('svg'), told = figure.nextElementSibling;
  const ways = JSON.parse(figure.querySelector('script').textContent);
  svg.addEventListener('mousemove', event => {
    const box = svg.getBoundingClientRect(), cell = Number(svg.dataset.cell), edge = Number(svg.dataset.edge);
    const column = Math.floor((event.clientX - box.left - edge) / cell);
    const row = Math.floor((event.clientY - box.top - edge) / cell);
    const kind = event.target.dataset.kind;
    told.textContent = kind && ways[row] && ways[column] ? `R1 ${ways[row]}; R2 ${ways[column]}: ${kind}` : '';
  });
}
";

/// The space that the names of enrolments and pins take beside the table, in pixels.
const EDGE: usize = 110;

/// The part of it, next to the table, that the names of pins take.
const PINS: usize = 42;

/// Cells have at least so many pixels where each row and column can have a name.
const LEGIBLE: usize = 10;

fn section(page: &mut String, explored: &Explored) {
    let Exploration { tally, table, .. } = &explored.exploration;
    let name = explored.version;
    let _ = writeln!(page, "<section>\n<h2>{name}</h2>");
    let mut kinds: BTreeMap<Cell, usize> = BTreeMap::new();
    table.iter().flatten().flatten().for_each(|cell| *kinds.entry(*cell).or_default() += 1);
    legend(page, &kinds);
    figure(page, explored, &kinds);
    let _ = writeln!(page, "<table class=\"summary\">\n<caption>In numbers</caption>");
    let mut line = |name: &str, count: u64| {
        let _ = writeln!(page, "<tr><th scope=\"row\">{name}</th><td class=\"count\">{count}</td></tr>");
    };
    line("directions", tally.directions);
    line("up", tally.up);
    line("no Child SA", tally.no_child_sa);
    line("failed", tally.failed);
    for (code, &count) in &tally.failures {
        line(&format!("failed: {code}"), count);
    }
    line("pairs", tally.pairs);
    line("asymmetric pairs", tally.asymmetric_pairs);
    line("disagreements of engine and model", tally.disagreements);
    let _ = writeln!(page, "</table>\n</section>");
}

fn legend(page: &mut String, kinds: &BTreeMap<Cell, usize>) {
    let _ = writeln!(
        page,
        "<table class=\"legend\">\n<tr><th></th><th>from R1</th><th>from R2</th><th>pairs</th></tr>"
    );
    for (&cell, count) in kinds {
        let Cell { forth, back } = cell;
        let colour = colour(cell);
        let _ = writeln!(
            page,
            "<tr><td><span class=\"swatch\" style=\"background:{colour}\"></span></td><td>{forth}</td><td>{back}</td>\
             <td class=\"count\">{count}</td></tr>"
        );
    }
    let _ = writeln!(page, "</table>");
}

/// The table, drawn.
fn figure(page: &mut String, explored: &Explored, kinds: &BTreeMap<Cell, usize>) {
    let ways: Vec<Way> = explored.explorer.ways().collect();
    let table = &explored.exploration.table;
    // Large enough to point at, and small enough for a thousand rows.
    let cell = (1_536 / ways.len().max(1)).clamp(2, 24);
    let size = EDGE + cell * ways.len();
    let name = explored.version;
    let _ = writeln!(
        page,
        "<div class=\"outcomes\">\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" \
         data-cell=\"{cell}\" data-edge=\"{EDGE}\" role=\"img\" aria-label=\"Outcomes of {name}\">"
    );
    let corner = EDGE - PINS;
    let _ = writeln!(
        page,
        "<text x=\"{corner}\" y=\"{corner}\" text-anchor=\"end\">R1 \u{2193} R2 \u{2192}</text>"
    );
    let _ = writeln!(page, "<g transform=\"translate({EDGE} {EDGE}) scale({cell})\">");
    for &kind in kinds.keys() {
        let Cell { forth, back } = kind;
        let _ = writeln!(
            page,
            "<path data-kind=\"{forth} from R1, {back} from R2\" fill=\"{}\" d=\"{}\"/>",
            colour(kind),
            runs(table, kind)
        );
    }
    let _ = writeln!(page, "</g>");
    groups(page, &ways, cell);
    pins(page, &ways, cell);
    let _ = writeln!(page, "</svg>");
    let ways: Vec<String> = ways.iter().map(Way::to_string).collect();
    let ways = serde_json::to_string(&ways).expect("strings are JSON");
    let _ = writeln!(
        page,
        "<script type=\"application/json\">{ways}</script>\n</div>\n<p class=\"pointed\"></p>"
    );
}

/// The cells of a kind as a path: a rectangle for each horizontal run of them.
fn runs(table: &[Vec<Option<Cell>>], kind: Cell) -> String {
    let mut path = String::new();
    for (row, cells) in table.iter().enumerate() {
        let mut column = 0;
        while let Some(rest) = cells.get(column..).filter(|rest| !rest.is_empty()) {
            let length = rest.iter().take_while(|cell| **cell == Some(kind)).count();
            if length > 0 {
                let _ = write!(path, "M{column} {row}h{length}v1h-{length}z");
            }
            column += length.max(1);
        }
    }
    path
}

/// Names each enrolment once, and parts it from the next.
fn groups(page: &mut String, ways: &[Way], cell: usize) {
    let size = EDGE + cell * ways.len();
    let mut begin = 0;
    while let Some(Way { enrolled, .. }) = ways.get(begin) {
        let length = ways.iter().skip(begin).take_while(|way| way.enrolled == *enrolled).count();
        let (edge, middle) = (EDGE + begin * cell, EDGE + begin * cell + length * cell / 2);
        let _ = writeln!(
            page,
            "<path class=\"line\" d=\"M{EDGE} {edge}H{size}M{edge} {EDGE}V{size}\"/>\n\
             {}",
            beside_and_above(EDGE - PINS - 4, middle, enrolled)
        );
        begin += length.max(1);
    }
}

/// Names each set of pins, where there is room.
fn pins(page: &mut String, ways: &[Way], cell: usize) {
    for (place, Way { pins, .. }) in ways.iter().enumerate().filter(|_| cell >= LEGIBLE) {
        let middle = EDGE + place * cell + cell / 2;
        let _ = writeln!(page, "{}", beside_and_above(EDGE - 4, middle, pins));
    }
}

/// A name of a row and of the column at the same place, each of which ends before the table.
fn beside_and_above(end: usize, middle: usize, name: &str) -> String {
    format!(
        "<text x=\"{end}\" y=\"{middle}\" text-anchor=\"end\" dominant-baseline=\"middle\">{name}</text>\n\
         <text transform=\"translate({middle} {end}) rotate(-90)\" dominant-baseline=\"middle\">{name}</text>"
    )
}

/// Symmetric outcomes are green, yellow and grey; where it matters who begins the colour says which side has more.
const fn colour(cell: Cell) -> &'static str {
    use Outcome::{Depends, Failed, NoChildSa, Up};
    match (cell.forth, cell.back) {
        (Up, Up) => "#2e9e5b",
        (Up, NoChildSa) => "#8fc0ee",
        (Up, Failed) => "#2f6fd0",
        (NoChildSa, Up) => "#f2b98a",
        (NoChildSa, NoChildSa) => "#e6cf4f",
        (NoChildSa, Failed) => "#a08fd6",
        (Failed, Up) => "#e0772b",
        (Failed, NoChildSa) => "#d690b8",
        (Failed, Failed) => "#c9c9c9",
        (Depends, _) | (_, Depends) => "#000000",
    }
}

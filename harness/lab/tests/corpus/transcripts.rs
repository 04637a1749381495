//! What the routers of the scenarios print: whole for the reference pair, from the decisive message on for each cause of
//! failure, and for all others the difference from a base scenario.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use ike::{Event, EventKind, FailureCode, IkeVersion, MessageName, Router};
use ios::debug::{ClockStyle, Transcript, render};
use lab::certificates::Mint;
use lab::complete::World;
use lab::negotiation::{Negotiation, negotiate};
use lab::side::{Pair, Side};
use similar::{ChangeTag, TextDiff};

use super::{failure, folders, name, of_each_folder, read};

const REFERENCE: &str = "ikev1-asymmetric-trustpoints";

/// So many lines of a scenario's differences are shown.
const MOST_LINES: usize = 40;

/// So many of a long row of lines that only one of two transcripts has.
const MOST_IN_A_ROW: usize = 4;

#[test]
fn both_routers_of_the_reference_pair_print_what_the_document_shows() {
    let folder = folders().into_iter().find(|folder| name(folder) == REFERENCE).unwrap();
    let mint = Mint::new();
    let world = world(&folder, &mint);
    let mut text = String::new();
    for initiator in Side::BOTH {
        let negotiation = negotiate(&world, initiator).unwrap();
        for router in Side::BOTH {
            let (from, on) = (&world.names[initiator], &world.names[router]);
            let transcript = printed(&world, &negotiation, router);
            writeln!(text, "=== from {from}, on {on}\n{transcript}").unwrap();
        }
    }
    assert_snapshot("lab__transcripts_of_the_reference_pair", &text);
}

/// Whole transcripts would show the same way into MM5 thirty times: what tells one cause from another begins with the
/// message that is refused, or that cannot be answered.
#[test]
fn each_cause_of_failure_is_printed_as_the_router_would() {
    let mut causes: BTreeMap<(FailureCode, bool), String> = BTreeMap::new();
    let mint = Mint::new();
    for folder in folders() {
        for expectation in &read(&folder).expected {
            let Some(failure) = failure(&expectation.outcome) else { continue };
            // The first scenario of each cause will do, of each version.
            let is_ikev2 = matches!(failure.message, MessageName::Ikev2(..));
            causes.entry((failure.code, is_ikev2)).or_insert_with(|| {
                let world = world(&folder, &mint);
                let side = |router: &str| world.names.find(|name| name == router).unwrap();
                let refusing = side(&failure.router);
                let negotiation = negotiate(&world, side(&expectation.from)).unwrap();
                let (code, scenario, from) = (failure.code, name(&folder), &expectation.from);
                let heading = format!("=== {code} in {scenario}, from {from}, on {}", failure.router);
                let events = of_router(&negotiation, refusing);
                format!("{heading}\n{}", refusal(&world.routers[refusing], &events))
            });
        }
    }
    let causes: Vec<String> = causes.into_values().collect();
    assert_snapshot("lab__causes_of_failure", &causes.join("\n"));
}

/// The transcript from the message that leads to the failure on, without what only repeats it.
fn refusal(router: &Router, events: &[&Event]) -> String {
    let is_failure = |event: &&&Event| matches!(event.kind, EventKind::Failed(_));
    // A first message that is refused and sent again is refused again, in a session of its own.
    let session = events.iter().find(is_failure).unwrap().session;
    let events: Vec<&Event> = events.iter().copied().filter(|event| event.session == session).collect();
    let failed = events.iter().position(|event| is_failure(&event)).unwrap();
    let received = |event: &&Event| matches!(event.kind, EventKind::Received(_));
    let repeated = |event: &&Event| {
        matches!(event.kind, EventKind::Retransmitting { .. } | EventKind::DuplicateReceived { .. })
    };
    let first = events[..failed].iter().rposition(received).unwrap_or(0);
    let end = events[failed..].iter().position(repeated).map_or(events.len(), |after| failed + after);
    let mut transcript = Transcript::new(router, ClockStyle::default());
    let mut lines = String::new();
    for (position, event) in events[..end].iter().enumerate() {
        if position == first {
            lines.clear();
        }
        transcript.push(event, &mut lines).unwrap();
    }
    lines
}

#[test]
fn each_scenario_differs_from_its_base_in_what_it_is_about() {
    let mint = Mint::new();
    let played = of_each_folder(|folder| (name(folder).to_owned(), Played::of(folder, &mint)));
    let played: BTreeMap<String, Played> = played.into_iter().collect();
    let mut text = String::new();
    for (name, scenario) in &played {
        let Some(base) = &scenario.base else {
            // Those of IKEv2 join as soon as they name one.
            let may = name == REFERENCE || scenario.version == IkeVersion::V2;
            assert!(may, "{name}: its scenario.toml names no `base`");
            continue;
        };
        let Some(other) = played.get(base) else { panic!("{name}: there is no scenario {base}, its `base`") };
        writeln!(text, "=== {name}, against {base}").unwrap();
        text += &scenario.against(other);
    }
    assert_snapshot("lab__differences_from_the_base", &text);
}

/// A scenario, played from both sides.
struct Played {
    base: Option<String>,
    version: IkeVersion,
    /// What each router prints when each begins, without what is never the same.
    transcripts: Vec<(String, String)>,
}

impl Played {
    fn of(folder: &Path, mint: &Mint) -> Self {
        let world = world(folder, mint);
        let negotiations = Pair::from_fn(|initiator| negotiate(&world, initiator).unwrap());
        let transcripts = Side::BOTH.into_iter().flat_map(|initiator| {
            let (world, negotiation) = (&world, &negotiations[initiator]);
            Side::BOTH.map(move |router| {
                let heading = format!("from {}, on {}", world.names[initiator], world.names[router]);
                (heading, comparable(world, &printed(world, negotiation, router)))
            })
        });
        let (base, version) = (read(folder).base, negotiations.first.version());
        Self { base, version, transcripts: transcripts.collect() }
    }

    /// The lines that these transcripts have and those of `base` have not (`+`), and the other way round (`-`).
    fn against(&self, base: &Self) -> String {
        let mut lines = Vec::new();
        for ((heading, own), (_, other)) in self.transcripts.iter().zip(&base.transcripts) {
            let difference = TextDiff::from_lines(other.as_str(), own.as_str());
            let groups = difference.grouped_ops(1);
            if !groups.is_empty() {
                lines.push(format!("--- {heading}\n"));
            }
            for (index, group) in groups.iter().enumerate() {
                if index > 0 {
                    lines.push("  ...\n".to_owned());
                }
                let changes: Vec<_> = group.iter().flat_map(|it| difference.iter_changes(it)).collect();
                for run in changes.chunk_by(|one, next| one.tag() == next.tag()) {
                    let sign = match run[0].tag() {
                        ChangeTag::Equal => ' ',
                        ChangeTag::Insert => '+',
                        ChangeTag::Delete => '-',
                    };
                    // Where one of the two goes on alone, its beginning is enough.
                    let shown = if run.len() > 2 * MOST_IN_A_ROW { MOST_IN_A_ROW } else { run.len() };
                    lines.extend(run[..shown].iter().map(|line| format!("{sign} {}", line.value())));
                    if shown < run.len() {
                        lines.push(format!("{sign} ({} lines more)\n", run.len() - shown));
                    }
                }
            }
        }
        if lines.is_empty() {
            return "no difference\n\n".to_owned();
        }
        let left_out = lines.len().saturating_sub(MOST_LINES);
        let mut text: String = lines.into_iter().take(MOST_LINES).collect();
        if left_out > 0 {
            writeln!(text, "({left_out} lines more)").unwrap();
        }
        text + "\n"
    }
}

/// A transcript without times, addresses, domains, and numbers that chance gives.
fn comparable(world: &World, transcript: &str) -> String {
    let mut text: String =
        transcript.lines().map(|line| without_numbers(without_time(line)) + "\n").collect();
    for side in Side::BOTH {
        let (name, router) = (&world.names[side], &world.routers[side]);
        if let Some(domain) = &router.parts().domain {
            text = text.replace(&format!("{name}.{}", domain.value), name);
        }
        if let Some((_, path)) = world.trigger(side) {
            text = text.replace(&path.local.ip().to_string(), &format!("<{name}>"));
        }
    }
    text
}

fn without_time(line: &str) -> &str {
    match line.split_once(": ") {
        Some((time, rest)) if time.matches(':').count() == 2 && time.ends_with(char::is_numeric) => rest,
        _ => line,
    }
}

/// The line with `N` for cookies, message IDs and SPIs: hexadecimal numbers of more than three bytes, decimal ones of more
/// than six digits.
fn without_numbers(line: &str) -> String {
    let mut words = line.split_inclusive(|character: char| !character.is_ascii_alphanumeric()).peekable();
    let mut text = String::new();
    while let Some(word) = words.next() {
        let (number, end) = match word.char_indices().last() {
            Some((at, last)) if !last.is_ascii_alphanumeric() => word.split_at(at),
            _ => (word, ""),
        };
        let hexadecimal = number.strip_prefix("0x").is_some_and(|digits| digits.len() > 6);
        let decimal = number.len() > 6 && number.bytes().all(|byte| byte.is_ascii_digit());
        let kilobytes = words.peek().is_some_and(|next| next.starts_with("kilobytes"));
        let is_chance = hexadecimal || (decimal && !kilobytes);
        text += if is_chance { "N" } else { number };
        text += end;
    }
    text
}

/// What a router prints.
fn printed(world: &World, negotiation: &Negotiation, router: Side) -> String {
    render(&world.routers[router], ClockStyle::default(), of_router(negotiation, router))
}

fn of_router(negotiation: &Negotiation, router: Side) -> Vec<&Event> {
    let events = negotiation.events.iter().filter(|(side, _)| *side == router);
    events.map(|(_, event)| event).collect()
}

fn world(folder: &Path, mint: &Mint) -> World {
    let scenario = read(folder);
    let texts = scenario.read_texts().unwrap();
    scenario.world(&texts, None, mint).unwrap()
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

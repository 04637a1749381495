//! The report of `check` about several routers: a line for each pair or direction, then each pair that does not come up as
//! two routers are reported; and as JSON, schema `ikespec.checks/1`.

use std::fmt::Write as _;

use ios::Diagnostic;
use serde::Serialize;

use super::json::{self, PlaceObject};
use super::tree::count;
use super::verdict;
use crate::check::CheckedPair;
use crate::check::several::{Network, Site};
use crate::console::{BAD, NOTABLE, STRONG, escaped, styled};
use crate::input::Unusable;

/// The whole report as text.
pub fn print(network: &Network, verbose: bool) -> String {
    let mut text = String::new();
    for (pair, routers) in pairs(network) {
        for line in summary_lines(pair, routers) {
            line_of(&mut text, &line);
        }
    }
    for (pair, _) in pairs(network) {
        if let Ok(pair) = pair
            && (verbose || !pair.is_fine())
        {
            text.push_str(&verdict::details(pair, verbose));
        }
    }
    text.push('\n');
    line_of(&mut text, &styled(STRONG, total(network)).to_string());
    for router in &network.links.unpaired {
        let name = escaped(&network.routers[*router].name);
        line_of(&mut text, &format!("{name} has no tunnel to another router given here, and none to it"));
    }
    for stranger in strangers(network) {
        line_of(&mut text, &stranger);
    }
    text.push_str(&verdict::hint(verbose));
    text
}

/// The peers that no file is of, a sentence each.
pub fn strangers(network: &Network) -> Vec<String> {
    let sentence = |stranger: &lab::sites::Stranger| {
        let Site { name, sources, .. } = &network.routers[stranger.router];
        let place = sources.locate(stranger.origin);
        let place = place.map_or_else(String::new, |place| format!(" ({}:{})", place.file, place.line));
        let (name, peer) = (escaped(name), escaped(&stranger.peer));
        format!("{name} has {peer} as peer, which no file is of{place}")
    };
    network.links.strangers.iter().map(sentence).collect()
}

/// The pairs with their routers.
fn pairs(network: &Network) -> impl Iterator<Item = (&Result<CheckedPair, Unusable>, [&Site; 2])> {
    let routers = network.links.pairs.iter();
    let routers = routers.map(|&(one, other)| [one, other].map(|router| &network.routers[router]));
    network.pairs.iter().zip(routers)
}

fn summary_lines(pair: &Result<CheckedPair, Unusable>, routers: [&Site; 2]) -> Vec<String> {
    match pair {
        Ok(pair) => verdict::summary_lines(pair),
        Err(Unusable { errors, .. }) => {
            let [one, other] = routers.map(|router| escaped(&router.name));
            let reason =
                errors.first().map_or_else(String::new, |error| format!(": {}", escaped(&error.message)));
            vec![format!("{one} - {other}: {}{reason}", styled(NOTABLE, "not tried"))]
        }
    }
}

/// How many pairs there are, and what came of them.
fn total(network: &Network) -> String {
    let up = network.pairs.iter().flatten().filter(|pair| pair.is_fine()).count();
    let tried = network.pairs.iter().flatten().count();
    let all = network.pairs.len();
    let waits = network.pairs.iter().flatten().filter(|pair| pair.is_fine());
    let waits = waits.flat_map(|pair| &pair.tried).any(|tried| tried.waits.is_some());
    let sides = if waits { "from each side that begins" } else { "from both sides" };
    let mut text = format!("{}: {up} up {sides}", count(all, "pair", "pairs"));
    for (number, what) in [(tried - up, "not"), (all - tried, "not tried")] {
        if number > 0 {
            // Writing to a String cannot fail.
            let _ = write!(text, ", {}", styled(BAD, format!("{number} {what}")));
        }
    }
    text
}

fn line_of(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// The whole report as JSON, one line.
pub fn print_json(network: &Network) -> String {
    let not_tried = pairs(network).filter_map(|(pair, routers)| {
        let Unusable { errors, sources } = pair.as_ref().err()?;
        let problem = |error| ProblemObject::of(error, sources);
        Some(NotTriedObject {
            routers: routers.map(|router| router.name.as_str()),
            problems: errors.iter().map(problem).collect(),
        })
    });
    let unknown_peers = network.links.strangers.iter().map(|stranger| {
        let Site { name, sources, .. } = &network.routers[stranger.router];
        let place = json::place(sources, stranger.origin).unwrap_or_default();
        UnknownPeerObject { router: name, peer: &stranger.peer, place }
    });
    json::line(&Report {
        schema: "ikespec.checks/1",
        pairs: network.pairs.iter().flatten().map(json::report).collect(),
        not_tried: not_tried.collect(),
        unpaired: network
            .links
            .unpaired
            .iter()
            .map(|&router| network.routers[router].name.as_str())
            .collect(),
        unknown_peers: unknown_peers.collect(),
    })
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    pairs: Vec<json::Report<'a>>,
    not_tried: Vec<NotTriedObject<'a>>,
    unpaired: Vec<&'a str>,
    unknown_peers: Vec<UnknownPeerObject<'a>>,
}

#[derive(Serialize)]
struct NotTriedObject<'a> {
    routers: [&'a str; 2],
    problems: Vec<ProblemObject<'a>>,
}

#[derive(Serialize)]
struct ProblemObject<'a> {
    code: &'static str,
    text: &'a str,
    #[serde(flatten)]
    place: PlaceObject<'a>,
}

impl<'a> ProblemObject<'a> {
    fn of(error: &'a Diagnostic, sources: &'a ios::Sources) -> Self {
        let place = error.labels.first().and_then(|label| json::place(sources, label.origin));
        Self { code: error.code, text: &error.message, place: place.unwrap_or_default() }
    }
}

#[derive(Serialize)]
struct UnknownPeerObject<'a> {
    router: &'a str,
    peer: &'a str,
    #[serde(flatten)]
    place: PlaceObject<'a>,
}

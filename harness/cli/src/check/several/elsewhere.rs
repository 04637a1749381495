//! What the repairs of one pair do to the other pairs of the routers that they change.

use lab::advice::{self, Remedy};
use lab::certificates::Mint;
use lab::scenario::RouterText;
use lab::side::Side;
use lab::verdict::Outcome;

use super::super::{Arguments, CheckedPair, Harm, Tried, try_both};
use super::{Network, in_parallel};
use crate::input::Input;
use crate::trouble::Trouble;

/// At most so many other pairs are tried again for all repairs together.
const MOST_TRIALS: usize = 400;

/// A repair, by its pair and its place there; and another pair that has one of the changed routers.
struct Job {
    pair: usize,
    piece: usize,
    other: usize,
    /// The text of each router of the other pair, with the repair.
    texts: [RouterText; 2],
}

/// Tries every repair on the other pairs, and puts those first that take nothing down.
pub fn try_repairs(arguments: &Arguments, network: &mut Network, mint: &Mint) -> Result<(), Trouble> {
    let jobs = jobs(network);
    let tried =
        in_parallel(jobs.get(..MOST_TRIALS).unwrap_or(&jobs), |job| try_job(arguments, network, mint, job));
    let mut harms: Vec<Vec<Option<Vec<Harm>>>> =
        network.pairs.iter().map(|pair| vec![Some(Vec::new()); pieces(pair)]).collect();
    for (place, job) in jobs.iter().enumerate() {
        let found = &mut harms[job.pair][job.piece];
        match (tried.get(place), found.as_mut()) {
            (Some(Ok(harm)), Some(found)) => found.extend(harm.iter().cloned()),
            // Not tried: nothing is claimed.
            (Some(Err(_)) | None, _) => *found = None,
            (_, None) => {}
        }
    }
    for (pair, harms) in network.pairs.iter_mut().zip(harms) {
        let Ok(pair) = pair else { continue };
        let mut offered: Vec<_> = std::mem::take(&mut pair.advice).into_iter().zip(harms).collect();
        offered.sort_by_key(|(_, harms)| harms.as_ref().map_or(usize::MAX, Vec::len));
        (pair.advice, pair.harms) = offered.into_iter().unzip();
    }
    Ok(())
}

fn pieces<E>(pair: &Result<CheckedPair, E>) -> usize {
    pair.as_ref().map_or(0, |pair| pair.advice.len())
}

fn jobs(network: &Network) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (pair, checked) in network.pairs.iter().enumerate() {
        let Ok(CheckedPair { input, advice, .. }) = checked else { continue };
        for (piece, remedy) in advice.iter().map(|piece| &piece.remedy).enumerate() {
            let Some(Remedy { changes, .. }) = remedy else { continue };
            let Some(changed) = advice::changed(&input.scenario, &input.texts, changes) else { continue };
            let is_changed = |side: Side| changes.iter().any(|change| change.router == side);
            // The changed text of a router, by its place among all.
            let text_of = |router: usize| {
                let (first, second) = network.links.pairs[pair];
                let sides = [(first, Side::First), (second, Side::Second)];
                let side = sides.into_iter().find(|(it, side)| *it == router && is_changed(*side));
                side.map(|(_, side)| changed.texts[side].clone())
            };
            for (other, &(one, two)) in network.links.pairs.iter().enumerate() {
                let texts = [one, two].map(|router| (text_of(router), &network.routers[router].text));
                if other == pair || texts.iter().all(|(changed, _)| changed.is_none()) {
                    continue;
                }
                let texts = texts.map(|(changed, own)| changed.unwrap_or_else(|| own.clone()));
                jobs.push(Job { pair, piece, other, texts });
            }
        }
    }
    jobs
}

/// The directions of the other pair that are up, and are not with the repair.
fn try_job(arguments: &Arguments, network: &Network, mint: &Mint, job: &Job) -> Result<Vec<Harm>, Trouble> {
    let Ok(before) = &network.pairs[job.other] else { return Ok(Vec::new()) };
    let [one, two] = &job.texts;
    let scenario = arguments.input.pair(one, two)?;
    let after = match Input::of(String::new(), scenario, arguments.input.at(), mint) {
        Ok(input) => Some(try_both(&input)?),
        Err(_) => None,
    };
    let outcome = |tried: &Tried| tried.result.as_ref().ok().map(|direction| direction.verdict.outcome);
    let names = &before.input.world.names;
    let harms = before.tried.iter().enumerate().filter_map(|(direction, tried)| {
        let ends = after.as_ref().and_then(|after| outcome(&after[direction]));
        let is_harmed = outcome(tried) == Some(Outcome::Up) && ends != Some(Outcome::Up);
        let initiator = tried.initiator;
        is_harmed.then(|| Harm {
            initiator: names[initiator].clone(),
            responder: names[initiator.other()].clone(),
            outcome: ends,
        })
    });
    Ok(harms.collect())
}

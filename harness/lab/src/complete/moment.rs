//! When a world plays: what each router's clock shows.

use ios::RouterDescription;
use ios::description::ClockTime;
use pki::{Certificate, Validity};

use super::Moment;
use crate::clock::Instant;
use crate::side::{Pair, Side};

/// What each router's clock shows, and what that was taken from.
pub(super) type Clocks = Pair<Chosen>;

/// What a router's clock shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen {
    pub at: Instant,
    pub source: Source,
    /// What its text says about it.
    pub shown: Option<Reading>,
}

/// What an instant was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Somebody asked for it.
    Demanded,
    /// The router's own `show clock`.
    Shown,
    /// The scenario.
    Scenario,
    /// The other router's `show clock`.
    OtherRouter,
    /// All certificates of the texts are valid.
    AllValid,
    /// There is no time at which they are.
    NeverAllValid,
    /// There are none.
    Any,
}

/// Without any certificate and clock any instant will do.
const ANY: i64 = 1_735_689_600; // 2025-01-01 00:00:00 UTC

/// For each router the instant that was asked for, else what its `show clock` says, else the scenario's, else the other
/// router's, else one at which all certificates of the texts are valid, if there is one.
pub(super) fn choose(moment: Moment, descriptions: Pair<&RouterDescription>) -> Clocks {
    let shown: Pair<Option<Reading>> = Pair::from_fn(|side| {
        let router = descriptions[side];
        Some(seconds(router, &router.shown.clock.as_ref()?.value))
    });
    let showing = |side: Side| shown[side].map(|clock| Instant::from_seconds(clock.seconds));
    Pair::from_fn(|side| {
        let (at, source) = if let Some(at) = moment.demanded {
            (at[side], Source::Demanded)
        } else if let Some(at) = showing(side) {
            (at, Source::Shown)
        } else if let Some(at) = moment.scenario {
            (at, Source::Scenario)
        } else if let Some(at) = showing(side.other()) {
            (at, Source::OtherRouter)
        } else {
            let (seconds, source) = all_valid(descriptions);
            (Instant::from_seconds(seconds), source)
        };
        Chosen { at, source, shown: shown[side] }
    })
}

/// A clock reading in UTC.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Whether the name of its time zone is known; otherwise it was taken as UTC.
    pub zone_known: bool,
}

/// What a clock reading of `router` means.
pub(super) fn seconds(router: &RouterDescription, reading: &ClockTime) -> Reading {
    let offset = router.utc_offset(reading.zone());
    Reading { seconds: reading.unix_seconds(offset.unwrap_or(0)), zone_known: offset.is_some() }
}

/// A second at which all certificates of the texts are valid; when there is none, one at which none is not valid yet.
fn all_valid(descriptions: Pair<&RouterDescription>) -> (i64, Source) {
    let windows = Side::BOTH.iter().flat_map(|&side| {
        let router = descriptions[side];
        given(router).chain(shown(router))
    });
    let (mut from, mut to) = (None, i64::MAX);
    for (not_before, not_after) in windows {
        from = from.max(Some(not_before));
        to = to.min(not_after);
    }
    let Some(from) = from else { return (ANY, Source::Any) };
    let source = if from <= to { Source::AllValid } else { Source::NeverAllValid };
    // An hour later, to be clear of clocks that are a little off, where there is an hour.
    (from.saturating_add(3600).min(to).max(from), source)
}

fn given(router: &RouterDescription) -> impl Iterator<Item = (i64, i64)> {
    let chained = router.chains.iter().flat_map(|chain| &chain.certificates).filter_map(|it| it.der());
    let pem = router.pem_certificates.iter().map(|pem| &pem.der);
    chained.chain(pem).filter_map(|der| {
        let Validity { not_before, not_after } = Certificate::from_der(&der.value).ok()?.validity();
        Some((not_before.unix(), not_after.unix()))
    })
}

fn shown(router: &RouterDescription) -> impl Iterator<Item = (i64, i64)> {
    router.shown.certificates.iter().flatten().filter_map(|shown| {
        let second = |time: &ike::Sourced<ClockTime>| seconds(router, &time.value).seconds;
        Some((shown.not_before.as_ref().map(second)?, shown.not_after.as_ref().map(second)?))
    })
}

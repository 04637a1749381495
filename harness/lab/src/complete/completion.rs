//! The work of [`complete`](super::complete): what is known so far, and the order of the steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use crypto::Provider;
use ike::{Origin, RevocationServers, Router, RouterParts, Sourced, TrustpointId};
use ios::description::{ClockTime, ShownCertificate};
use ios::{Diagnostic, RouterDescription, Severity};
use pki::{CalendarTime, Validity};

use super::assumptions::{self, Assumptions};
use super::authorities::Authorities;
use super::overlooked::{self, Overlooked};
use super::protections::Obstacle;
use super::revocation::Revoked;
use super::trust::OnTrust;
use super::trustpoints::Trustpoints;
use super::{
    Bearing, Moment, OpenQuestion, World, assembly, coverage, enrolment, evidence, moment, other_methods,
    revocation,
};
use crate::certificates::{Mint, MintError};
use crate::clock::Instant;
use crate::keys::{KeyAllotment, KeyId};
use crate::scenario::{CertificateChange, Settings};
use crate::side::{Pair, Side};

/// What the steps read, and what they leave for each other.
pub(super) struct Completion<'a> {
    pub descriptions: Pair<&'a RouterDescription>,
    pub settings: &'a Settings,
    pub mint: &'a Mint,
    pub clocks: Pair<Instant>,
    clock_lines: Pair<Option<Origin>>,
    pub names: Pair<String>,
    pub keys: KeyAllotment,
    pub issuer_signatures: OnTrust,
    pub router_keys: Pair<BTreeMap<TrustpointId, KeyId>>,
    pub assumptions: Assumptions,
    pub open_questions: Vec<OpenQuestion>,
    pub problems: Vec<Diagnostic>,
    obstacles: Pair<Vec<Obstacle>>,
}

impl<'a> Completion<'a> {
    pub fn new(
        descriptions: Pair<&'a RouterDescription>,
        settings: &'a Settings,
        moment: Moment,
        mint: &'a Mint,
    ) -> Self {
        let clocks = moment::choose(moment, descriptions);
        let mut completion = Self {
            descriptions,
            settings,
            mint,
            clocks: Pair::from_fn(|side| clocks[side].at),
            clock_lines: Pair::from_fn(|side| {
                let printed = descriptions[side].shown.clock.as_ref();
                printed.filter(|_| clocks[side].source == moment::Source::Shown).map(|clock| clock.origin)
            }),
            names: Pair::default(),
            keys: KeyAllotment::new(),
            // Stand-ins are for keys that nobody has; wherever there are none this accepts what `Real` accepts.
            issuer_signatures: OnTrust::new(Provider::REAL_WITH_STAND_INS.verifier),
            router_keys: Pair::default(),
            assumptions: Assumptions::default(),
            open_questions: Vec::new(),
            problems: Vec::new(),
            obstacles: Pair::default(),
        };
        completion.name_routers();
        completion.note_clocks(&clocks);
        completion
    }

    /// Notes what had to be assumed about the time.
    fn note_clocks(&mut self, clocks: &moment::Clocks) {
        for side in Side::BOTH {
            let moment::Chosen { at, source, shown } = clocks[side];
            if let Some(text) = self.assumed_clock(side, at, source) {
                self.assumptions.note(side, "clock-assumed", text, Bearing::Everything, Vec::new());
            }
            let Some(shown) = shown else { continue };
            if source == moment::Source::Demanded && shown.seconds.abs_diff(at.seconds) > CAPTURE {
                let shown = calendar(Instant::from_seconds(shown.seconds));
                let text =
                    format!("its clock shows {}, as asked for; its `show clock` says {shown}", calendar(at));
                self.assumptions.note(side, "clock-overruled", text, Bearing::Everything, Vec::new());
            } else if source == moment::Source::Shown && !shown.zone_known {
                let printed = self.descriptions[side].shown.clock.as_ref();
                let zone = printed.map(|clock| clock.value.zone()).unwrap_or_default();
                self.assume_zone(side, zone);
            }
        }
        let (first, second) = (self.clocks.first, self.clocks.second);
        if first.seconds.abs_diff(second.seconds) > CAPTURE {
            let behind = if first.seconds < second.seconds { Side::First } else { Side::Second };
            let text = format!(
                "its clock shows {} while that of {} shows {}, and each goes by its own",
                calendar(self.clocks[behind]),
                self.names[behind.other()],
                calendar(self.clocks[behind.other()])
            );
            self.assumptions.note(behind, "clocks-differ", text, Bearing::Everything, Vec::new());
        }
    }

    /// What had to be assumed where no clock, user or scenario tells the time.
    fn assumed_clock(&self, side: Side, at: Instant, source: moment::Source) -> Option<String> {
        let at = calendar(at);
        // What is true of both is said once.
        let of_both = |text: String| (side == Side::First).then_some(text);
        match source {
            moment::Source::Demanded | moment::Source::Shown | moment::Source::Scenario => None,
            moment::Source::OtherRouter => {
                let other = &self.names[side.other()];
                Some(format!("its clock shows {at}, as that of {other} does: its text holds no `show clock`"))
            }
            moment::Source::AllValid => {
                of_both(format!("it is {at}, when all certificates of the texts are valid"))
            }
            moment::Source::NeverAllValid => of_both(format!(
                "it is {at}: there is no time at which all certificates of the texts are valid, and then none is not valid yet"
            )),
            moment::Source::Any => of_both(format!("it is {at}: the texts tell no time")),
        }
    }

    /// The time by which CAs issue, in seconds since 1970: that of the later clock, for those that stop fall behind.
    pub fn true_time(&self) -> i64 {
        self.clocks.first.max(self.clocks.second).seconds
    }

    fn assume_zone(&mut self, side: Side, zone: &str) {
        let text = format!("the time zone {zone} is UTC: no `clock timezone` names it");
        self.assumptions.note(side, "time-zone-assumed", text, Bearing::Everything, Vec::new());
    }

    /// Takes all steps.
    pub fn finish(mut self) -> Result<World, Vec<Diagnostic>> {
        coverage::check_settings(self.settings, &self.names, self.descriptions, &mut self.problems);
        self.stop_at_errors()?;

        let descriptions = self.descriptions;
        let evidence: Pair<Vec<_>> = Pair::from_fn(|side| {
            let (router, problems) = (descriptions[side], &mut self.problems);
            router.trustpoints.iter().map(|it| evidence::of(router, it, problems)).collect()
        });
        self.note_what_is_left_out();
        let authorities = Authorities::settle(&mut self, &evidence);
        coverage::check_authorities(self.settings, &authorities, &mut self.problems);
        let mut enrolments =
            Pair::from_fn(|side| enrolment::enrolments(&mut self, side, &evidence[side], &authorities));
        let revoked = Revoked::of(&self, &authorities, &enrolments);
        let parts = Pair::from_fn(|side| {
            let enrolments = std::mem::take(&mut enrolments[side]);
            let configured = enrolment::trustpoints(&mut self, side, enrolments, &authorities, &revoked);
            let servers = revocation::servers(&mut self, side, &authorities, &revoked);
            self.parts(side, Trustpoints::new(descriptions[side], configured), servers)
        });
        self.stop_at_errors()?;
        self.world(parts, authorities)
    }

    fn world(self, parts: Pair<RouterParts>, authorities: Authorities) -> Result<World, Vec<Diagnostic>> {
        let built = [parts.first, parts.second].map(|parts| Router::new(parts).map(Arc::new));
        let [Ok(first), Ok(second)] = built else {
            let errors = built.into_iter().filter_map(Result::err);
            return Err(errors.map(|error| assembly::inconsistent(&error)).collect());
        };
        let trustpoints_of = |side: Side| match side {
            Side::First => first.trustpoints(),
            Side::Second => second.trustpoints(),
        };
        let mut world = World {
            assumptions: self.assumptions.into_list(trustpoints_of),
            addresses: Pair::from_fn(|side| assembly::addresses(self.descriptions[side])),
            faults: Pair::from_fn(|side| {
                self.settings.faults.get(&self.names[side]).cloned().unwrap_or_default()
            }),
            names: self.names,
            routers: Pair { first: Arc::clone(&first), second: Arc::clone(&second) },
            clocks: self.clocks,
            clock_lines: self.clock_lines,
            link: self.settings.link.clone(),
            seed: self.settings.seed,
            provider: Provider::REAL_WITH_STAND_INS,
            authorities: authorities.into_lab(),
            router_keys: self.router_keys,
            open_questions: self.open_questions,
            warnings: self.problems,
        };
        let mut errors = coverage::not_covered(&world, self.descriptions, &self.obstacles);
        if errors.is_empty() {
            errors = coverage::not_tried(&world, self.descriptions, &self.obstacles);
        }
        if errors.is_empty() {
            errors = other_methods::agreed(&world);
        }
        world.assumptions.extend(coverage::keys_left_out(&world, self.descriptions));
        world.assumptions.extend(coverage::other_tunnels(&world));
        if errors.is_empty() { Ok(world) } else { Err(errors) }
    }

    /// Notes what the texts configure and nothing here looks at.
    fn note_what_is_left_out(&mut self) {
        for side in Side::BOTH {
            for overlooked in overlooked::all(self.descriptions[side]) {
                let Overlooked { code, text, .. } = overlooked;
                self.assumptions.note(side, code, text, Bearing::Everything, Vec::new());
            }
        }
    }

    /// The parts of one router; its trustpoints are made already.
    fn parts(
        &mut self,
        side: Side,
        trustpoints: Trustpoints,
        revocation_servers: RevocationServers,
    ) -> RouterParts {
        let (description, name) = (self.descriptions[side], self.names[side].as_str());
        if trustpoints.listed < trustpoints.enrolments.len() && trustpoints.enrolments.len() > 1 {
            let Trustpoints { list, enrolments, listed } = &trustpoints;
            let names = assumptions::listed(enrolments.iter().map(|id| list[id.index()].name.as_str()));
            let text = format!(
                "it enrolled in {names}, the most recent first; `show crypto pki certificates` would tell"
            );
            self.assumptions.note(side, "enrolment-order-assumed", text, Bearing::Order, enrolments.clone());
            let (listed, open) = enrolments.split_at(*listed);
            self.open_questions.push(OpenQuestion::EnrolmentOrder {
                router: side,
                listed: listed.to_vec(),
                trustpoints: open.to_vec(),
            });
        }
        let unable = self.settings.unable.get(name).map(Vec::as_slice).unwrap_or_default();
        let signatures = Arc::new(pki::Remembering::new(self.issuer_signatures.clone()));
        let (parts, obstacles) =
            assembly::parts(description, name, trustpoints, unable, signatures, &mut self.problems);
        self.obstacles[side] = obstacles;
        RouterParts { revocation_servers, ..parts }
    }

    /// What the scenario changes about a router's certificate for a trustpoint.
    pub fn change(&self, side: Side, trustpoint: &str) -> Option<&'a CertificateChange> {
        let mut changes = self.settings.certificates.iter();
        changes.find(|change| change.router == self.names[side] && change.trustpoint == trustpoint)
    }

    /// Host name and domain of a router.
    pub fn fully_qualified_name(&self, side: Side) -> String {
        self.descriptions[side].fully_qualified_name().unwrap_or_else(|| self.names[side].clone())
    }

    /// Reports that a certificate or list cannot be made.
    pub fn cannot_make(&mut self, what: &str, origin: Origin, error: &MintError) {
        let problem = Diagnostic::error("certificate-not-made", format!("{what} cannot be made: {error}"));
        self.problems.push(problem.at(origin, ""));
    }

    /// The validity that `show crypto pki certificates` prints.
    pub fn shown_validity(&mut self, side: Side, shown: &ShownCertificate) -> Option<Validity> {
        let not_before = self.second(side, shown.not_before.as_ref()?);
        let not_after = self.second(side, shown.not_after.as_ref()?);
        Some(Validity { not_before, not_after })
    }

    fn second(&mut self, side: Side, printed: &Sourced<ClockTime>) -> CalendarTime {
        let reading = moment::seconds(self.descriptions[side], &printed.value);
        if !reading.zone_known {
            self.assume_zone(side, printed.value.zone());
        }
        CalendarTime::from_unix(reading.seconds)
    }

    /// Routers are called by their host names, or R1 and R2 where those do not tell them apart.
    fn name_routers(&mut self) {
        let number = |side| match side {
            Side::First => "R1".to_owned(),
            Side::Second => "R2".to_owned(),
        };
        let hostname =
            |side: Side| self.descriptions[side].hostname.as_ref().map(|hostname| hostname.value.clone());
        self.names = Pair::from_fn(|side| hostname(side).unwrap_or_else(|| number(side)));
        for side in Side::BOTH.into_iter().filter(|&side| hostname(side).is_none()) {
            let text = format!("the host name is {}: no `hostname` in the text", self.names[side]);
            self.assumptions.note(side, "host-name-assumed", text, Bearing::Everything, Vec::new());
        }
        if self.names.first == self.names.second {
            self.names = Pair::from_fn(number);
            let text = "the routers are called R1 and R2: they have the same host name".to_owned();
            self.assumptions.note(Side::First, "host-names-changed", text, Bearing::Everything, Vec::new());
        }
    }

    fn stop_at_errors(&self) -> Result<(), Vec<Diagnostic>> {
        let errors = self.problems.iter().filter(|problem| problem.severity == Severity::Error);
        let errors: Vec<Diagnostic> = errors.cloned().collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Seconds that may pass between the captures of two routers.
const CAPTURE: u64 = 3600;

fn calendar(at: Instant) -> CalendarTime {
    CalendarTime::from_unix(at.seconds)
}

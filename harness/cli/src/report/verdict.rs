//! The report of `check` as text: the verdict, then the reasons with the lines that they rest on.

use std::fmt::Write as _;

use clap::builder::styling::Style;
use conformance::rules::{self, Status};
use ike::{Origin, Rule};
use ios::Sources;
use lab::complete::Assumption;
use lab::negotiation::{Message, NotBegun};
use lab::side::Side;
use lab::verdict::{Alternative, Direction, Outcome, Reason, Verdict};

use super::tree::count;
use super::wrap;
use crate::check::{CheckedPair, Tried};
use crate::console::{BAD, GOOD, NOTABLE, PLACE, QUIET, STRONG, escaped, styled};
use crate::input::Input;

/// The whole report.
pub fn print(pair: &CheckedPair, verbose: bool) -> String {
    let mut page = Page { input: &pair.input, text: String::new() };
    page.summary(&pair.tried);
    page.details(pair, verbose);
    page.versions(verbose);
    page.unknown_lines(verbose);
    page.text.push_str(&hint(verbose));
    page.text
}

/// What came of each direction of one pair of several and why, and what to change.
pub(super) fn details(pair: &CheckedPair, verbose: bool) -> String {
    let mut page = Page { input: &pair.input, text: String::new() };
    page.details(pair, verbose);
    page.text
}

/// A line for the pair if it is up, else one for each direction.
pub(super) fn summary_lines(pair: &CheckedPair) -> Vec<String> {
    let page = Page { input: &pair.input, text: String::new() };
    if pair.is_fine() {
        let (first, second) = (page.name(Side::First), page.name(Side::Second));
        let outcome = |tried: &Tried| match tried.result {
            Ok(_) => styled(GOOD, "up").to_string(),
            Err(_) => styled(QUIET, "does not begin").to_string(),
        };
        let outcomes = pair.tried.iter().map(outcome).collect::<Vec<_>>().join(" / ");
        return vec![format!("{first} - {second}: {outcomes}")];
    }
    pair.tried.iter().map(|tried| page.direction_line(tried)).collect()
}

/// What else there is to be had.
pub(super) fn hint(verbose: bool) -> String {
    let more = if verbose { "" } else { "; -v prints more" };
    format!(
        "\n{}\n",
        styled(QUIET, format_args!("`ikespec explain RULE` prints a rule and its source{more}"))
    )
}

/// What a report is written on.
pub(super) struct Page<'a> {
    pub(super) input: &'a Input,
    text: String,
}

/// Where statements begin: behind the rule that they cite.
pub(super) const MARGIN: usize = 14;

impl<'a> Page<'a> {
    pub(super) fn line(&mut self, line: impl std::fmt::Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn name(&self, side: Side) -> &'a str {
        &self.input.world.names[side]
    }

    /// `R1 -> R2`.
    pub(super) fn arrow(&self, initiator: Side) -> String {
        format!("{} -> {}", self.name(initiator), self.name(initiator.other()))
    }

    /// One line that says it all.
    fn summary(&mut self, tried: &[Tried]) {
        let fine = tried.iter().all(Tried::is_fine);
        let expected = tried.iter().any(|tried| tried.unmet.is_some());
        if expected {
            let (style, judged) = if fine { (GOOD, "as expected") } else { (BAD, "not as expected") };
            let _ = write!(self.text, "{}: ", styled(style, judged));
        }
        let directions: Vec<_> = tried
            .iter()
            .map(|tried| {
                let (style, outcome) = self.outcome(tried);
                let arrow = self.arrow(tried.initiator);
                // Colours say whether it is as it should be, which an expected failure is.
                if expected {
                    format!("{arrow} {outcome}")
                } else {
                    format!("{arrow} {}", styled(style, outcome))
                }
            })
            .collect();
        self.line(directions.join("; "));
    }

    fn outcome(&self, tried: &Tried) -> (Style, String) {
        let Ok(direction) = &tried.result else {
            let style = if tried.waits.is_some() { QUIET } else { BAD };
            return (style, "does not begin".to_owned());
        };
        let verdict = &direction.verdict;
        let place = verdict.failure.as_ref().map_or_else(String::new, |failure| {
            format!(" in {} on {}", failure.message, self.name(failure.router))
        });
        match verdict.outcome {
            Outcome::Up => (GOOD, "up".to_owned()),
            Outcome::NoChildSa => {
                let ikev1 = direction.negotiation.version() == ike::IkeVersion::V1;
                let missing = if ikev1 { "IPsec" } else { "Child" };
                (BAD, format!("authenticated, but no {missing} SA: it fails{place}"))
            }
            Outcome::Failed => (BAD, format!("fails{place}")),
            Outcome::Depends => (NOTABLE, "depends on what the input leaves open".to_owned()),
        }
    }

    fn details(&mut self, pair: &CheckedPair, verbose: bool) {
        for tried in &pair.tried {
            self.direction(tried, verbose);
        }
        self.advice(&pair.advice, &pair.harms);
    }

    /// How a direction ends, and the code of its failure.
    fn ending(&self, tried: &Tried) -> String {
        let (style, outcome) = self.outcome(tried);
        let failure = tried.result.as_ref().ok().and_then(|direction| direction.verdict.failure.as_ref());
        let code = failure.map_or_else(String::new, |failure| format!(": {}", failure.code));
        format!("{}{code}", styled(style, outcome))
    }

    fn direction_line(&self, tried: &Tried) -> String {
        format!("{} {}", self.arrow(tried.initiator), self.ending(tried))
    }

    fn direction(&mut self, tried: &Tried, verbose: bool) {
        let initiator = tried.initiator;
        let heading = styled(STRONG, self.arrow(initiator)).to_string();
        let ending = self.ending(tried);
        self.text.push('\n');
        self.line(format_args!("{heading}  {ending}"));
        for unmet in tried.unmet.iter().flatten() {
            self.statement(&styled(BAD, "not met").to_string(), unmet, None);
        }
        match &tried.result {
            Ok(direction) => self.verdict(direction, verbose),
            Err(reason) => {
                let (name, peer) = (self.name(initiator), self.name(initiator.other()));
                let text = match &tried.waits {
                    Some(waits) => waiting(name, waits),
                    None => not_begun(reason, name, peer),
                };
                self.statement("", &text, None);
            }
        }
    }

    fn verdict(&mut self, direction: &Direction, verbose: bool) {
        let verdict = &direction.verdict;
        for alternative in &verdict.alternatives {
            self.alternative(alternative);
        }
        for reason in &verdict.because {
            self.reason(reason);
        }
        self.certificates(verdict);
        self.assumptions(verdict);
        if verbose {
            self.messages(&direction.negotiation.messages);
        }
    }

    fn alternative(&mut self, alternative: &Alternative) {
        let outcome = match &alternative.failure {
            None => alternative.outcome.to_string(),
            Some(failure) => {
                format!("{} in {}: {} ({})", alternative.outcome, failure.message, failure.text, failure.code)
            }
        };
        self.statement("if", &format!("{}: {outcome}", alternative.when), None);
    }

    /// A decision, its rule before it and its lines under it.
    fn reason(&mut self, reason: &Reason) {
        let rule = reason.rule.map_or("", Rule::id);
        self.statement(&styled(STRONG, rule).to_string(), &reason.text, reason.rule.and_then(remark));
        for place in places(&reason.origins, &self.input.texts.sources) {
            self.line(format_args!("{:MARGIN$}{place}", ""));
        }
    }

    fn certificates(&mut self, verdict: &Verdict) {
        let mut label = "signed with";
        for side in Side::BOTH {
            let name = self.name(side);
            let text = match &verdict.certificates[side] {
                Some(used) => format!("{name} {} {}", used.trustpoint, used.subject),
                // Where the cases differ there is no telling.
                None if verdict.outcome == Outcome::Depends => continue,
                None => format!("{name} nothing: it does not get so far"),
            };
            self.statement(label, &text, None);
            label = "";
        }
    }

    fn assumptions(&mut self, verdict: &Verdict) {
        let mut label = "assuming";
        let mut told: Vec<&str> = Vec::new();
        for Assumption { code, text, .. } in &verdict.assumptions {
            if told.contains(&text.as_str()) {
                continue;
            }
            told.push(text);
            let routers = verdict.assumptions.iter().filter(|other| other.text == *text);
            let routers: Vec<_> = routers.map(|assumption| self.name(assumption.router)).collect();
            let each = if routers.len() == 1 { "" } else { ", each" };
            self.statement(label, &format!("{}{each}: {text}", routers.join(" and ")), Some(code));
            label = "";
        }
    }

    fn messages(&mut self, messages: &[Message]) {
        for (index, message) in messages.iter().enumerate() {
            let label = if index == 0 { "messages" } else { "" };
            let mut marks = String::new();
            for (holds, mark) in [
                (message.encrypted, ", encrypted"),
                (message.retransmission, ", a retransmission"),
                (message.lost, ", lost"),
            ] {
                marks.push_str(if holds { mark } else { "" });
            }
            let Message { name, at, ip_length, .. } = message;
            let text = format!(
                "{name} from {} after {} ms, {ip_length} bytes{marks}: {}",
                self.name(message.from),
                at.as_millis(),
                runs(&message.payloads)
            );
            self.statement(label, &text, None);
        }
    }

    /// What the routers run, where `show version` tells it.
    fn versions(&mut self, verbose: bool) {
        for side in Side::BOTH {
            if let Some(version) = self.input.texts.routers[side].shown.version.as_ref().filter(|_| verbose) {
                let text = format!("\n{} runs {}", escaped(self.name(side)), escaped(&version.value));
                self.line(text);
            }
        }
    }

    fn unknown_lines(&mut self, verbose: bool) {
        let unknown = self.input.unknown_lines();
        let total = unknown.first.len() + unknown.second.len();
        if total == 0 {
            return;
        }
        let lines = count(total, "line that ikespec does not know", "lines that ikespec does not know");
        self.text.push('\n');
        self.line(format_args!("{} {lines}", styled(NOTABLE, "passed over:")));
        if verbose {
            let origins = unknown.first.iter().chain(unknown.second).map(|line| line.origin);
            for place in places(&origins.collect::<Vec<_>>(), &self.input.texts.sources) {
                self.line(format_args!("  {place}"));
            }
        }
    }

    /// A label, the sentence that it belongs to over as many lines as it takes, and a remark behind it.
    pub(super) fn statement(&mut self, label: &str, text: &str, remark: Option<&str>) {
        let remark =
            remark.map_or_else(String::new, |remark| format!(" {}", styled(QUIET, format!("({remark})"))));
        let mut label = label.to_owned();
        for line in wrap::lines(&format!("{}{remark}", escaped(text)), MARGIN) {
            let gap = MARGIN.saturating_sub(2 + wrap::width(&label));
            self.line(format_args!("  {label}{:gap$}{line}", ""));
            label.clear();
        }
    }
}

/// The names of payloads in their order, runs of the same one as `CERTREQ x7`.
fn runs(payloads: &[String]) -> String {
    let runs: Vec<_> = payloads
        .chunk_by(|one, other| one == other)
        .filter_map(|run| Some((run.first()?, run.len())))
        .map(|(name, length)| if length == 1 { name.clone() } else { format!("{name} x{length}") })
        .collect();
    runs.join(" ")
}

/// Why nothing was begun.
pub fn not_begun(reason: &NotBegun, initiator: &str, responder: &str) -> String {
    match reason {
        NotBegun::NothingToProtect => {
            format!("{initiator} has no tunnel or crypto map entry whose peer is {responder}")
        }
        NotBegun::ResponderOnly(_) => {
            format!("{initiator} never begins: its tunnel to {responder} is `responder-only`")
        }
        NotBegun::Refused(error) => format!("{initiator} cannot initiate: {}", error),
    }
}

/// Why a router that only answers begins nothing.
pub fn waiting(router: &str, waits: &str) -> String {
    let waits = waits.split(' ').next().unwrap_or_default();
    format!("{router} only answers: {waits} is for whoever comes, and begins with nobody")
}

/// What has to be known of a rule beside its words.
fn remark(rule: Rule) -> Option<&'static str> {
    match rules::find(rule.id()).map(|rule| &rule.status) {
        Ok(Status::Inferred) => Some("inferred"),
        Ok(Status::Partly { .. }) => Some("partly inferred"),
        Ok(Status::Documented) | Err(_) => None,
    }
}

/// File, line number and text of each place, in columns.
fn places(origins: &[Origin], sources: &Sources) -> Vec<String> {
    let located: Vec<_> = origins.iter().filter_map(|origin| sources.locate(*origin)).collect();
    let places: Vec<_> = located.iter().map(|place| format!("{}:{}", place.file, place.line)).collect();
    let width = places.iter().map(String::len).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (place, location) in places.iter().zip(&located) {
        let line =
            format!("{}  {}", styled(PLACE, format!("{place:width$}")), escaped(location.line_text.trim()));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

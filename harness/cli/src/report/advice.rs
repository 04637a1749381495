//! Advice in the report of `check`: under each piece the lines to change, as a diff shows them, and what came of the trial.

use ike::Origin;
use lab::advice::{Advice, Change, Edit, Outcomes, Remedy, Rule};
use lab::side::Side;
use lab::verdict::Outcome;

use super::verdict::{MARGIN, Page};
use crate::check::Harm;
use crate::console::{BAD, GOOD, PLACE, QUIET, STRONG, escaped, styled};

impl Page<'_> {
    /// The section of the report; nothing where there is no advice.
    pub fn advice(&mut self, advice: &[Advice], harms: &[Option<Vec<Harm>>]) {
        if advice.is_empty() {
            return;
        }
        let stands = advice.iter().all(|piece| piece.latent.is_some());
        let heading = if stands { "What would keep it up" } else { "What would bring it up" };
        self.line("");
        self.line(styled(STRONG, heading));
        for (place, piece) in advice.iter().enumerate() {
            self.piece(piece);
            if let Some(harms) = harms.get(place).filter(|_| piece.remedy.is_some()) {
                self.elsewhere(harms.as_deref());
            }
        }
    }

    /// What a piece does to other pairs of the routers that it changes.
    fn elsewhere(&mut self, harms: Option<&[Harm]>) {
        let text = match harms {
            None => "not tried with the other routers".to_owned(),
            Some([]) => "elsewhere: takes nothing down".to_owned(),
            Some(harms) => {
                let arrows: Vec<_> = harms
                    .iter()
                    .map(|Harm { initiator, responder, .. }| {
                        format!("{} -> {}", escaped(initiator), escaped(responder))
                    })
                    .collect();
                format!("elsewhere: {} {}", styled(BAD, "takes down"), arrows.join(", "))
            }
        };
        self.line(format_args!("{:MARGIN$}{text}", ""));
    }

    fn piece(&mut self, Advice { rule, also, text, lines, latent, remedy }: &Advice) {
        let also: Vec<_> = also.iter().copied().map(Rule::id).collect();
        let remark = (!also.is_empty()).then(|| format!("also {}", also.join(", ")));
        self.statement(&styled(STRONG, rule.id()).to_string(), text, remark.as_deref());
        if let Some(latent) = latent {
            self.statement("", latent, None);
        }
        match remedy {
            None => self.diff(lines.iter().filter_map(|&line| self.existing(line, ' ')).collect()),
            Some(Remedy { changes, tried }) => {
                self.diff(self.changed(changes));
                let outcomes = Side::BOTH.map(|side| outcome(*tried, side)).join(" / ");
                let order = Side::BOTH.map(|side| self.arrow(side)).join(" / ");
                self.line(format_args!(
                    "{:MARGIN$}tried: {outcomes} {}",
                    "",
                    styled(QUIET, format!("({order})"))
                ));
            }
        }
    }

    /// The lines of a diff: those that open the sections, those that go, those that come.
    fn changed(&self, changes: &[Change]) -> Vec<DiffLine> {
        let mut shown: Vec<DiffLine> = Vec::new();
        for change in changes {
            let opening = self.existing(change.section, ' ');
            if !opening.as_ref().is_some_and(|line| shown.contains(line)) {
                shown.extend(opening);
            }
            match &change.edit {
                Edit::Remove => shown.extend(self.existing(change.at, '-')),
                Edit::Insert(lines) => {
                    let Some(after) = self.input.texts.sources.locate(change.at) else { continue };
                    for (line, number) in lines.iter().zip(after.line + 1..) {
                        shown.push(DiffLine::new(after.file, number, '+', line));
                    }
                }
            }
        }
        shown
    }

    /// A line of the text as it is.
    fn existing(&self, origin: Origin, sign: char) -> Option<DiffLine> {
        let place = self.input.texts.sources.locate(origin)?;
        Some(DiffLine::new(place.file, place.line, sign, place.line_text))
    }

    fn diff(&mut self, lines: Vec<DiffLine>) {
        let width = lines.iter().map(|line| line.place.len()).max().unwrap_or(0);
        for DiffLine { place, sign, text } in lines {
            self.line(format_args!(
                "{:MARGIN$}{}  {sign}{text}",
                "",
                styled(PLACE, format!("{place:width$}"))
            ));
        }
    }
}

/// A line of a diff, and where it stands before the change, or after it if it comes.
#[derive(PartialEq, Eq)]
struct DiffLine {
    place: String,
    sign: char,
    text: String,
}

impl DiffLine {
    fn new(file: &str, number: u32, sign: char, line: &str) -> Self {
        let text = escaped(line.trim_end().replace('\t', " ").as_str());
        Self { place: format!("{file}:{number}"), sign, text }
    }
}

fn outcome(tried: Outcomes, initiator: Side) -> String {
    let (style, word) = match tried[initiator] {
        Some(outcome @ Outcome::Up) => (GOOD, outcome.as_str()),
        Some(outcome) => (BAD, outcome.as_str()),
        None => (QUIET, "does not begin"),
    };
    styled(style, word).to_string()
}

//! The reference pair, to be changed: its two texts, and what a scenario may set.

use std::path::Path;

use ios::{Diagnostic, Sources};
use lab::certificates::Mint;
use lab::complete::World;
use lab::scenario::Scenario;
use lab::side::Side;
use lab::verdict::{Outcome, Verdict, try_direction};

/// The folder of the document's pair.
pub fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/scenarios/ikev1-asymmetric-trustpoints"))
}

/// A pair of routers that begins as the document's.
pub struct Routers {
    pub scenario: Scenario,
}

impl Routers {
    pub fn of_the_document() -> Self {
        Self { scenario: Scenario::from_folder(folder()).unwrap() }
    }

    /// The pair of a scenario that ships.
    pub fn of(scenario: &str) -> Self {
        let folder = folder().with_file_name(scenario);
        Self { scenario: Scenario::from_folder(&folder).unwrap() }
    }

    /// Neither configuration pins anything.
    pub fn without_pins() -> Self {
        Self::of_the_document().without(Side::First, " ca trust-point IOSCA1\n")
    }

    pub fn text(&self, side: Side) -> String {
        String::from_utf8(self.scenario.texts[side].bytes.clone()).unwrap()
    }

    pub fn with_text(mut self, side: Side, text: &str) -> Self {
        self.scenario.texts[side].bytes = text.as_bytes().to_vec();
        self
    }

    /// `old`, which has to be there once, becomes `new`.
    pub fn replacing(self, side: Side, old: &str, new: &str) -> Self {
        let text = self.text(side);
        assert_eq!(text.matches(old).count(), 1, "{old:?}");
        self.with_text(side, &text.replace(old, new))
    }

    pub fn without(self, side: Side, part: &str) -> Self {
        self.replacing(side, part, "")
    }

    /// The profile prof1 of a router, which pins nothing, pins this trustpoint.
    pub fn pinning(self, side: Side, trustpoint: &str) -> Self {
        let pinned = format!(" self-identity fqdn\n ca trust-point {trustpoint}\n");
        self.replacing(side, " self-identity fqdn\n", &pinned)
    }

    /// `show crypto pki certificates` lists the certificates of the other CA first.
    pub fn enrolled_the_other_way(self, side: Side) -> Self {
        let (before, listing) = self.listing(side);
        let [first, second] = halves(&listing);
        self.with_text(side, &format!("{before}{second}\n\n{first}\n"))
    }

    /// A router that does not have this trustpoint.
    pub fn without_trustpoint(self, side: Side, trustpoint: &str) -> Self {
        let (before, listing) = self.listing(side);
        let kept = halves(&listing).into_iter().find(|half| !half.contains(trustpoint)).unwrap();
        let start = before.find(&format!("crypto pki trustpoint {trustpoint}\n")).unwrap();
        let end = start + before[start..].find("!\n").unwrap();
        self.with_text(side, &format!("{}{}{kept}\n", &before[..start], &before[end..]))
    }

    /// The configuration alone, without show outputs.
    pub fn configuration_only(self, side: Side) -> Self {
        let text = self.text(side);
        let end = text.find("end\n").unwrap();
        self.with_text(side, &text[..end])
    }

    /// The text up to the listed certificates, and these.
    fn listing(&self, side: Side) -> (String, String) {
        let text = self.text(side);
        let start = text.find("\nCertificate\n").unwrap() + 1;
        let end = text.rfind("\n\nR").unwrap();
        (text[..start].to_owned(), text[start..end].to_owned())
    }

    pub fn world(&self) -> World {
        self.try_world().map_err(|(problems, sources)| render(&problems, &sources)).unwrap()
    }

    pub fn try_world(&self) -> Result<World, (Vec<Diagnostic>, Sources)> {
        let texts = self.scenario.read_texts().unwrap();
        self.scenario.world(&texts, None, &Mint::new()).map_err(|problems| (problems, texts.sources))
    }

    pub fn verdict(&self, initiator: Side) -> Verdict {
        try_direction(&self.world(), initiator).unwrap().verdict
    }

    pub fn outcomes(&self) -> [Outcome; 2] {
        Side::BOTH.map(|initiator| self.verdict(initiator).outcome)
    }
}

/// A listing of two CAs: what belongs to the first, and to the second.
fn halves(listing: &str) -> [String; 2] {
    let blocks: Vec<&str> = listing.split("\n\n").collect();
    assert_eq!(blocks.len(), 4, "{listing}");
    [blocks[..2].join("\n\n"), blocks[2..].join("\n\n")]
}

/// The trustpoints that the routers signed with.
pub fn signed(verdict: &Verdict) -> [Option<&str>; 2] {
    Side::BOTH.map(|side| verdict.certificates[side].as_ref().map(|used| used.trustpoint.as_str()))
}

/// Failure as message, router, code.
pub fn failure(verdict: &Verdict) -> (String, Side, &'static str) {
    let failure = verdict.failure.as_ref().unwrap();
    (failure.message.to_string(), failure.router, failure.code.as_str())
}

/// The codes of the assumptions about a router.
pub fn assumed(verdict: &Verdict, router: Side) -> Vec<&'static str> {
    let about = verdict.assumptions.iter().filter(|assumption| assumption.router == router);
    about.map(|assumption| assumption.code).collect()
}

pub fn render(problems: &[Diagnostic], sources: &Sources) -> String {
    problems.iter().map(|problem| problem.render(sources, ios::Style::Plain) + "\n").collect()
}

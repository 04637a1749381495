//! Where `match identity` lines are what to change: ADV-4.

use ike::selection::ProfileMatch;
use ike::{Identity, Origin, ProfileId, Specificity};

use super::situation::Situation;
use super::{Candidate, Change, Rule};
use crate::complete::listed;
use crate::side::Side;

/// The changes of matches that the rule advises; a candidate without changes where the texts do not tell what else the
/// profiles should match.
pub(super) fn candidates(situation: &Situation<'_>) -> Vec<Candidate> {
    let overlaps = Side::BOTH.into_iter().filter_map(|side| Overlap::of(situation, side));
    overlaps.flat_map(|overlap| overlap.candidates()).collect()
}

/// ADV-4: several profiles of a responder match what its peer calls itself, and it is not the closer match of the
/// tunnel's profile that decides.
struct Overlap<'a> {
    situation: &'a Situation<'a>,
    side: Side,
    identity: &'a Identity,
    /// All that match, in configuration order.
    matched: Vec<ProfileMatch>,
    /// That of the profile that the tunnel names.
    wanted: ProfileMatch,
    /// The profile that is selected (V1-ID-4).
    selected: ProfileId,
}

impl<'a> Overlap<'a> {
    fn of(situation: &'a Situation<'a>, side: Side) -> Option<Self> {
        let of_tunnel = situation.ends[side].of_tunnel?;
        let (identity, matched) = situation.matching(side)?;
        let wanted = *matched.iter().find(|it| it.profile == of_tunnel)?;
        // `max_by_key` keeps the last of equals.
        let selected = matched.iter().max_by_key(|it| it.specificity)?.profile;
        let rivals = matched.iter().any(|it| it.profile != of_tunnel && it.specificity >= wanted.specificity);
        rivals.then_some(Self { situation, side, identity, matched, wanted, selected })
    }

    fn candidates(&self) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> =
            [self.closer_match(), self.without_rivals()].into_iter().flatten().collect();
        if candidates.is_empty() {
            candidates.push(self.candidate("make the matches distinct", Vec::new()));
        }
        candidates
    }

    fn candidate(&self, remedy: &str, changes: Vec<Change>) -> Candidate {
        let (name, identity) = (self.situation.name(self.side), crate::verdict::identity_text(self.identity));
        let names = listed(self.matched.iter().map(|it| self.profile_name(it.profile)));
        let (selected, wanted) = (self.profile_name(self.selected), self.profile_name(self.wanted.profile));
        let text = format!(
            "{names} on {name} match {identity}, which selects {selected}; the tunnel names {wanted}: {remedy}"
        );
        let lines: Vec<Origin> = self.matched.iter().map(|it| it.origin).collect();
        let latent = format!("{wanted} is selected only because it is configured last");
        let latent = (self.selected == self.wanted.profile).then_some(latent);
        Candidate { latent, ..Candidate::new(Rule::OverlappingMatches, text, lines, changes) }
    }

    /// The tunnel's profile matches the peer exactly, where none else does.
    fn closer_match(&self) -> Option<Candidate> {
        if self.matched.iter().any(|it| it.specificity == Specificity::Exact) {
            return None;
        }
        let line = exact_match(self.identity)?;
        let profile = self.situation.router(self.side).profile(self.wanted.profile);
        let at = profile.matches.last()?.origin;
        let change = self.situation.insertion(self.side, profile, at, vec![line]);
        let remedy =
            format!("match the peer exactly in {}, since the closest match is selected", profile.name);
        Some(self.candidate(&remedy, vec![change]))
    }

    /// The other profiles lose the lines that match the peer as closely as the tunnel's profile. A profile that protects
    /// something else is not left without a match: IOS takes that for incomplete.
    fn without_rivals(&self) -> Option<Candidate> {
        let router = self.situation.router(self.side);
        let (mut changes, mut idle) = (Vec::new(), Vec::new());
        for rival in self.matched.iter().filter(|it| it.profile != self.wanted.profile) {
            let profile = router.profile(rival.profile);
            let closeness = |line: &ike::IdentityMatch| line.pattern.matches(self.identity);
            let lines =
                profile.matches.iter().filter(|line| closeness(line) >= Some(self.wanted.specificity));
            let removals: Vec<_> =
                lines.map(|line| self.situation.removal(self.side, profile, line.origin)).collect();
            if !removals.is_empty() && removals.len() == profile.matches.len() {
                let named = |it: &ike::Protection| {
                    it.profile.isakmp().is_some_and(|named| named.value == rival.profile)
                };
                if router.protections().iter().any(named) {
                    return None;
                }
                idle.push(profile.name.as_str());
            }
            changes.extend(removals);
        }
        let wanted = self.profile_name(self.wanted.profile);
        let rest = match idle.as_slice() {
            [] => String::new(),
            [one] => format!("; {one} then matches nobody, and nothing names it"),
            several => {
                format!("; {} then match nobody, and nothing names them", listed(several.iter().copied()))
            }
        };
        Some(self.candidate(&format!("let only {wanted} match it{rest}"), changes))
    }

    fn profile_name(&self, id: ProfileId) -> &'a str {
        &self.situation.router(self.side).profile(id).name
    }
}

/// The line that matches this identity and no other.
fn exact_match(identity: &Identity) -> Option<String> {
    let line = match identity {
        Identity::Address(std::net::IpAddr::V4(address)) => format!("address {address} 255.255.255.255"),
        Identity::Fqdn(name) => format!("host {name}"),
        Identity::UserFqdn(name) => format!("user {name}"),
        _ => return None,
    };
    can_be_typed(&line).then(|| format!("match identity {line}"))
}

/// A line holds what can be typed; one word behind the keyword.
pub(super) fn can_be_typed(line: &str) -> bool {
    line.split(' ').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_graphic()))
}

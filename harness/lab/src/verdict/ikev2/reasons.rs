//! The decisions that an outcome of IKEv2 rests on, each with its rule and its lines.

use ike::selection::ikev2 as selection;
use ike::{FailureCode, Ikev2Profile, Ikev2ProfileId, Origin, PinUse, Protection, Role, Rule, Subnet};

use super::mismatch::Place;
use super::proposals::proposal_words;
use super::{lines, method_word, use_word};
use crate::complete::{Assumption, listed};
use crate::side::Side;
use crate::verdict::reasons::{Reasons, tidy};
use crate::verdict::wording::{self, Words};
use crate::verdict::{FailureReport, Reason};

/// Why it came up: how each router came to its certificate, and why each accepted the other's.
pub(in crate::verdict) fn for_success(words: &Words<'_>) -> Vec<Reason> {
    let (initiator, responder) = (words.initiator, words.initiator.other());
    let mut reasons = Reasons { words, list: Vec::new() };
    reasons.ikev2_signing(initiator);
    reasons.ikev2_signing(responder);
    reasons.ikev2_validation(responder);
    reasons.ikev2_validation(initiator);
    reasons.narrowing();
    reasons.renewal();
    reasons.list
}

/// Why it failed: the refusal, then what led to it, the nearest cause first.
pub(in crate::verdict) fn for_failure(words: &Words<'_>, failure: &FailureReport) -> Vec<Reason> {
    let router = failure.router;
    let mut reasons = Reasons { words, list: Vec::new() };
    match failure.code {
        FailureCode::NoCertificateToSend => {
            reasons.failed(failure);
            reasons.asking(router.other(), None);
            reasons.ikev2_binding(router);
        }
        FailureCode::NoProfileMatches => {
            reasons.failed(failure);
            reasons.no_profile(router);
            reasons.ikev2_own_identity(router.other());
        }
        FailureCode::IdentityMismatch => {
            reasons.failed(failure);
            reasons.no_profile(router);
            reasons.ikev2_binding(router);
            reasons.ikev2_own_identity(router.other());
        }
        FailureCode::ProfileNotTheTunnels => {
            reasons.failed(failure);
            reasons.ikev2_binding(router);
        }
        FailureCode::AuthenticationMethod => {
            reasons.failed(failure);
            reasons.ikev2_binding(router);
            reasons.own_method(router.other());
        }
        FailureCode::CannotSign => {
            reasons.failed(failure);
            reasons.ikev2_signing(router);
            reasons.ikev2_binding(router);
        }
        FailureCode::NoProposalChosen => {
            reasons.failed(failure);
            Side::BOTH.into_iter().for_each(|side| reasons.policy(side));
        }
        FailureCode::NoChildProposalChosen | FailureCode::NoTunnelForTraffic => {
            reasons.failed(failure);
            reasons.offer(router.other());
        }
        _ if words.courses[router].validation.is_some_and(|it| matches!(it.result, Some(Err(_)))) => {
            reasons.ikev2_refusal(failure);
            reasons.ikev2_validation(router);
            reasons.ikev2_signing(router.other());
        }
        _ => reasons.failed(failure),
    }
    reasons.list
}

impl Reasons<'_> {
    /// Why a router refuses the peer's certificate, and how it says so.
    fn ikev2_refusal(&mut self, failure: &FailureReport) {
        let how = match self.words.role(failure.router) {
            Role::Responder => "it answers AUTHENTICATION_FAILED",
            Role::Initiator => "it says AUTHENTICATION_FAILED in an INFORMATIONAL exchange",
        };
        let text = format!("{}; {how}", failure.text);
        self.add(failure.rule, failure.router, failure.origins.clone(), text);
    }

    /// Against what a router validates the peer's certificate, and what bound it to the profile that says so.
    fn ikev2_validation(&mut self, side: Side) {
        let words = self.words;
        let Some(validation) = words.courses[side].validation else { return };
        let (router, peer) = (words.name(side), words.name(side.other()));
        let accepted = match validation.result {
            Some(Ok(id)) => format!(" and accepts it: its chain ends at {}", words.authority(side, id)),
            _ => String::new(),
        };
        let Some(profile) = words.ikev2_profile(side) else { return };
        let validates = format!("{router} validates {peer}'s certificate against");
        if profile.verifying_pins().next().is_some() {
            let pins = words.pinned(side, profile.verifying_pins());
            let text = format!("{validates} the pins of {}, {pins},{accepted}", profile.name);
            self.add(Rule::V2Val1, side, lines(profile.verifying_pins()), tidy(text));
        } else {
            let all = listed(words.validated_against(side).iter().map(String::as_str));
            let text = format!(
                "{validates} all its trustpoints, {all}, since {} {}{}",
                profile.name,
                if profile.is_pinned() { "pins none to verify" } else { "pins nothing" },
                if accepted.is_empty() { accepted } else { format!(",{accepted}") }
            );
            self.add(Rule::V2Val1, side, vec![profile.origin], text);
        }
        self.uses(side, profile);
        self.revocation(side);
        self.ikev2_binding(side);
    }

    /// That pins are limited to signing or verifying.
    fn uses(&mut self, side: Side, profile: &Ikev2Profile) {
        let words = self.words;
        let limited = || profile.pins.iter().filter(|pin| pin.uses != PinUse::SignAndVerify);
        let told: Vec<_> = limited()
            .map(|pin| {
                let name = &words.trustpoint(side, pin.trustpoint).name;
                format!("{name} to {} only", use_word(pin.uses))
            })
            .collect();
        if !told.is_empty() {
            let told = listed(told.iter().map(String::as_str));
            let text = format!("{} on {} names {told}", profile.name, words.name(side));
            self.add(Rule::V2Sel3, side, lines(limited()), text);
        }
    }

    /// What bound a router's session to its profile.
    fn ikev2_binding(&mut self, side: Side) {
        match self.words.role(side) {
            Role::Initiator => self.own_profile(side),
            Role::Responder => self.selected_profile(side),
        }
    }

    fn own_profile(&mut self, side: Side) {
        let words = self.words;
        let Some((protection, _)) = words.courses[side].began else { return };
        let Some(profile) = words.ikev2_profile(side) else { return };
        let protection = words.world.routers[side].protection(protection);
        let named = protection.profile.any().map(|named| named.origin);
        let text = format!(
            "{} begins with {}, which {} names, and keeps it",
            words.name(side),
            profile.name,
            wording::protection(protection)
        );
        self.add(Rule::V1Id3, side, named.into_iter().collect(), text);
    }

    fn selected_profile(&mut self, side: Side) {
        let words = self.words;
        let course = &words.courses[side];
        let (Some(Some(matched)), Some(identity)) = (course.ikev2.matched, course.identity) else { return };
        let (peer, message) = (words.name(side.other()), words.identifying_message(side));
        let router = &words.world.routers[side];
        let profile = router.ikev2_profile(matched.profile);
        let called = wording::identity(identity);
        let text = format!("{peer} calls itself {called} in {message}, which selects {}", profile.name);
        self.add(Rule::V2Pro1, side, vec![matched.origin], text);

        let others: Vec<_> = self.other_matches(side, matched.profile).collect();
        if !others.is_empty() {
            let equal = others.iter().any(|other| other.specificity == matched.specificity);
            let why =
                if equal { "is configured last of those that match as well" } else { "matches most closely" };
            let names = listed(others.iter().map(|other| router.ikev2_profile(other.profile).name.as_str()));
            let origins = std::iter::once(matched.origin).chain(others.iter().map(|other| other.origin));
            let text = format!("{names} would match too; {} {why}", profile.name);
            self.add(Rule::V2Pro1, side, origins.collect(), text);
        }
    }

    /// How the other profiles of a router match its peer.
    fn other_matches(
        &self,
        side: Side,
        selected: Ikev2ProfileId,
    ) -> impl Iterator<Item = selection::ProfileMatch> {
        let words = self.words;
        let router = &words.world.routers[side];
        let peer = words.peer_of(side);
        let ids = (0..router.ikev2().profiles.len()).filter_map(Ikev2ProfileId::from_index);
        ids.filter(move |id| *id != selected)
            .filter_map(move |id| selection::match_profile(router, id, peer?))
    }

    /// What the profiles match that could have taken the session, of which none matches the peer.
    fn no_profile(&mut self, side: Side) {
        let words = self.words;
        let name = words.name(side);
        let profiles = match words.courses[side].ikev2.began {
            Some(id) => std::slice::from_ref(words.world.routers[side].ikev2_profile(id)),
            None => words.world.routers[side].ikev2().profiles.as_slice(),
        };
        let near = words.near_profiles(side);
        for (profile, (clause, lines)) in near.iter().skip(1) {
            let text = format!("{} on {name} matches that too, but {clause}", profile.name);
            self.add(Rule::V2Pro1, side, lines.clone(), text);
        }
        let is_near = |profile: &&Ikev2Profile| near.iter().any(|(other, _)| other.name == profile.name);
        let others: Vec<_> = profiles.iter().filter(|profile| !is_near(profile)).collect();
        for profile in &others {
            for (text, lines) in words.unmet_maps(side, profile) {
                self.add(Rule::V2Pro1, side, lines, format!("{text}: {} does not match", profile.name));
            }
        }
        // An initiator's one profile is what the refusal is about.
        if words.role(side) == Role::Responder && (near.is_empty() || !others.is_empty()) {
            let names = listed(others.iter().map(|profile| profile.name.as_str()));
            let lines = others.iter().flat_map(|profile| &profile.matches).map(|line| line.origin).collect();
            let text = match (names.is_empty(), near.is_empty()) {
                (true, _) => format!("{name} has no IKEv2 profile"),
                (false, true) => format!("{name} has {names} only, and no line matches"),
                (false, false) => format!("{name} has {names} besides, and no line matches"),
            };
            self.add(Rule::V2Pro1, side, lines, text);
        }
    }

    /// What a router calls itself, and the line that says so.
    fn ikev2_own_identity(&mut self, side: Side) {
        let words = self.words;
        let (Some(profile), Some(identity)) =
            (words.ikev2_profile(side), words.courses[side.other()].identity)
        else {
            return;
        };
        let text = format!(
            "{} calls itself {}: `identity local` of {}",
            words.name(side),
            wording::identity(identity),
            profile.name
        );
        self.add(None, side, vec![profile.identity_local.origin], text);
    }

    /// How a router authenticates, and the line that says so.
    fn own_method(&mut self, side: Side) {
        let words = self.words;
        let Some(profile) = words.ikev2_profile(side) else { return };
        let Some(method) = &profile.authentication_local else { return };
        let (name, router) = (&profile.name, words.name(side));
        let text = format!("{name} on {router} says `authentication local {}`", method_word(method.value));
        self.add(None, side, vec![method.origin], text);
    }

    /// The policy and the proposals that a router negotiates with, and why not with others.
    fn policy(&mut self, side: Side) {
        let words = self.words;
        let router = &words.world.routers[side];
        let name = words.name(side);
        let taken = words.courses[side].ikev2.policy.map(|id| router.ikev2_policy(id));
        for policy in &router.ikev2().policies {
            if let Some((clause, lines)) = words.elsewhere(side, &Place::of_policy(policy)) {
                let text = format!("{name} passes over policy {}: it {clause}", policy.name);
                self.add(Rule::V2Pol1, side, lines, text);
            }
        }
        let Some(policy) = taken else { return };
        let proposals = words.proposals(side);
        let told: Vec<_> = proposals
            .iter()
            .map(|proposal| format!("{} ({})", proposal.name, proposal_words(proposal)))
            .collect();
        let told = listed(told.iter().map(String::as_str));
        let origins = proposals.iter().map(|proposal| proposal.origin).chain([policy.origin]).collect();
        let text = format!("{name} takes policy {} with proposal {told}", policy.name);
        let rule = if policy.origin.is_default() { Rule::Def6 } else { Rule::V2Pol1 };
        self.add(rule, side, origins, text);
        let left_out = |it: &&Assumption| {
            it.router == side && matches!(it.code, "incomplete-policy" | "incomplete-proposal")
        };
        for assumption in words.world.assumptions.iter().filter(left_out) {
            let text = format!("on {name} the {}", assumption.text);
            self.add(Rule::Def6, side, Vec::new(), text);
        }
    }

    /// V2-TRA-1: that the responder takes less than it was asked for.
    fn narrowing(&mut self) {
        let words = self.words;
        let (initiator, responder) = (words.initiator, words.initiator.other());
        let (Some(asked), Some(own)) = (words.began_with(initiator), words.courses[responder].protection)
        else {
            return;
        };
        let own = words.world.routers[responder].protection(own);
        // Of two of which one lies in the other.
        let narrower = |one: Subnet, other: Subnet| if one.mask >= other.mask { one } else { other };
        let taken = Protection {
            local_traffic: narrower(asked.local_traffic, own.remote_traffic),
            remote_traffic: narrower(asked.remote_traffic, own.local_traffic),
            ..asked.clone()
        };
        if wording::traffic(asked) == wording::traffic(&taken) {
            return;
        }
        let text = format!(
            "{} asks for {}, and {} narrows that to {}: no other traffic passes",
            words.name(initiator),
            wording::traffic(asked),
            words.name(responder),
            wording::traffic(&taken)
        );
        self.add(Rule::V2Tra1, responder, vec![own.origin, asked.origin], text);
    }

    /// DEF-5: that a group is wanted when the IPsec SAs are renewed, which IKE_AUTH does not ask for.
    fn renewal(&mut self) {
        let words = self.words;
        for side in Side::BOTH {
            let of_side = |side: Side| match words.courses[side].protection {
                Some(own) if side != words.initiator => Some(words.world.routers[side].protection(own)),
                _ => words.began_with(side),
            };
            let (Some(own), Some(theirs)) = (of_side(side), of_side(side.other())) else { continue };
            let Some(wanted) = own.pfs else { continue };
            if theirs.pfs.map(|group| group.value) == Some(wanted.value) {
                continue;
            }
            let (router, peer, number) = (words.name(side), words.name(side.other()), wanted.value.number());
            let offers = theirs.pfs.map_or("none".to_owned(), |group| group.value.number().to_string());
            let text = format!(
                "IKE_AUTH agrees on no group for the IPsec SAs; when {peer} renews them it offers {offers}, and {router} wants group {number}: the renewal fails"
            );
            let lines = [Some(wanted.origin), theirs.pfs.map(|group| group.origin)];
            self.add(Rule::Def5, side, lines.into_iter().flatten().collect(), text);
        }
    }

    /// How a router came to the certificate that it signs with.
    fn ikev2_signing(&mut self, side: Side) {
        let words = self.words;
        let Some((id, reason)) = words.courses[side].chosen else { return };
        let trustpoint = words.trustpoint(side, id);
        let origins = [trustpoint.enrolment.as_ref().map(|it| it.origin), Some(trustpoint.origin)];
        let choice = words.choice(side).unwrap_or_default();
        let signs = if words.courses[side].signed.is_some() { "signs" } else { "would sign" };
        let text = format!("{} {signs} with {}: {choice}", words.name(side), trustpoint.name);
        self.add(reason.rule(), side, origins.into_iter().flatten().collect(), text);
        self.last_defined(side, id);
        self.asking(side.other(), Some(id));
        self.ikev2_scope(side);
    }

    /// What a router was free to sign with.
    fn ikev2_scope(&mut self, side: Side) {
        let words = self.words;
        let Some(profile) = words.ikev2_profile(side) else { return };
        let (router, name) = (words.name(side), &profile.name);
        let rule = match words.role(side) {
            Role::Initiator => Rule::V2Sel1,
            Role::Responder => Rule::V2Sel4,
        };
        if profile.signing_pins().next().is_some() {
            let pins = words.pinned(side, profile.signing_pins());
            let text = format!("{name} lets {router} sign with {pins} only");
            self.add(rule, side, lines(profile.signing_pins()), text);
        } else if profile.is_pinned() {
            let text = format!("{name} pins none to sign, so {router} may sign with any trustpoint");
            self.add(Rule::V2Sel3, side, lines(profile.pins.iter()), text);
        } else {
            let text = format!("{name} pins nothing, so {router} may sign with any trustpoint");
            self.add(rule, side, vec![profile.origin], text);
        }
        self.uses(side, profile);
    }

    /// Why a router asked for just these CAs, and the lines that say so.
    pub(in crate::verdict) fn why_hashes_asked(&self, side: Side, because: Rule) -> (Vec<Origin>, String) {
        let words = self.words;
        let asks = format!("{}'s {} asks for", words.name(side), words.asking_message(side.other()));
        match words.ikev2_profile(side) {
            Some(profile) if because == Rule::V2Req3 && profile.verifying_pins().next().is_some() => {
                let pins = words.pinned(side, profile.verifying_pins());
                let text = format!("{asks} what {} may verify with, {pins}", profile.name);
                (lines(profile.verifying_pins()), text)
            }
            Some(profile) if because == Rule::V2Req3 => {
                (vec![profile.origin], format!("{asks} every CA: {} pins none to verify", profile.name))
            }
            Some(profile) if profile.is_pinned() => {
                let pins = words.pinned(side, profile.pins.iter());
                let text = format!(
                    "{asks} every CA, though {} pins {pins}: that profile is not known before IKE_AUTH",
                    profile.name
                );
                (lines(profile.pins.iter()), text)
            }
            _ => (Vec::new(), format!("{asks} every CA: a responder knows no profile before IKE_AUTH")),
        }
    }
}

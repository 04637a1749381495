//! The decisions that an outcome rests on, each with its rule and its lines.

use ike::selection::{self, ChoiceReason, Request, Scope};
use ike::{AnyProfileId, FailureCode, IdentityKind, IkeVersion, Origin, Profile, Role, Rule, TrustpointId};
use pki::RevocationMethod;

use super::wording::{self, Words};
use super::{FailureReport, Reason, failures};
use crate::complete::listed;
use crate::side::Side;

/// Why it came up: how each router came to its certificate, and why each accepted the other's.
pub(super) fn for_success(words: &Words<'_>) -> Vec<Reason> {
    let (initiator, responder) = (words.initiator, words.initiator.other());
    let mut reasons = Reasons { words, list: Vec::new() };
    reasons.signing(responder);
    reasons.signing(initiator);
    reasons.validation(responder);
    reasons.validation(initiator);
    reasons.list
}

/// Why it failed: the refusal, then what led to it, the nearest cause first.
pub(super) fn for_failure(words: &Words<'_>, failure: &FailureReport) -> Vec<Reason> {
    let router = failure.router;
    let mut reasons = Reasons { words, list: Vec::new() };
    match failure.code {
        FailureCode::NoCertificateToSend => {
            reasons.failed(failure);
            reasons.asking(router.other(), None);
        }
        FailureCode::IdentityMismatch => {
            reasons.failed(failure);
            reasons.own_identity(router.other());
            reasons.kept_profile(router);
        }
        FailureCode::ProfileNotTheTunnels => {
            reasons.failed(failure);
            reasons.binding(router);
        }
        FailureCode::NoProposalChosen => reasons.proposals(failure),
        FailureCode::NoChildProposalChosen | FailureCode::NoTunnelForTraffic => {
            reasons.failed(failure);
            reasons.offer(router.other());
        }
        FailureCode::BadSignature | FailureCode::CertificateMalformed => {
            reasons.failed(failure);
            reasons.signing(router.other());
        }
        _ if words.courses[router].validation.is_some_and(|it| matches!(it.result, Some(Err(_)))) => {
            reasons.refusal(failure);
            reasons.validation(router);
            reasons.signing(router.other());
        }
        _ => reasons.failed(failure),
    }
    reasons.list
}

/// The reasons so far.
pub(super) struct Reasons<'a> {
    pub words: &'a Words<'a>,
    pub list: Vec<Reason>,
}

impl Reasons<'_> {
    pub fn add(&mut self, rule: impl Into<Option<Rule>>, router: Side, origins: Vec<Origin>, text: String) {
        let reason = Reason { rule: rule.into(), router, origins, text };
        if !self.list.contains(&reason) {
            self.list.push(reason);
        }
    }

    /// The failure itself, with the lines that the router told.
    pub fn failed(&mut self, failure: &FailureReport) {
        self.add(failure.rule, failure.router, failure.origins.clone(), failure.text.clone());
    }

    /// Why a router refuses the peer's certificate.
    fn refusal(&mut self, failure: &FailureReport) {
        if failure.code != FailureCode::NoSuitableTrustpoint {
            return self.failed(failure);
        }
        let text = format!("{}; it sends nothing back, and both sides only retransmit", failure.text);
        self.add(failure.rule, failure.router, failure.origins.clone(), text);
    }

    /// Against what a router validates the peer's certificate, and what bound it to the profile that says so.
    fn validation(&mut self, side: Side) {
        let words = self.words;
        let Some(validation) = words.courses[side].validation else { return };
        let (router, peer) = (words.name(side), words.name(side.other()));
        let accepted = match validation.result {
            Some(Ok(id)) => format!(" and accepts it: its chain ends at {}", words.authority(side, id)),
            _ => String::new(),
        };
        let pinned = validation.pinned_by.and_then(AnyProfileId::isakmp);
        let pinned = pinned.map(|id| words.world.routers[side].profile(id));
        match pinned {
            Some(profile) => {
                let text = format!(
                    "{router} validates {peer}'s certificate against the pins of {}, {},{accepted}",
                    profile.name,
                    words.pins(side, profile)
                );
                self.add(Rule::V1Val1, side, pin_lines(profile), tidy(text));
            }
            None => {
                let profile = words.profile(side);
                let why = profile.map_or_else(
                    || format!("{router}'s session has no profile"),
                    |it| format!("{} pins nothing", it.name),
                );
                let all = listed(words.validated_against(side).iter().map(String::as_str));
                let text = format!(
                    "{why}, so {router} validates {peer}'s certificate against all its trustpoints, {all},{accepted}"
                );
                self.add(Rule::V1Val1, side, profile.map(|it| it.origin).into_iter().collect(), tidy(text));
            }
        }
        self.revocation(side);
        self.binding(side);
    }

    /// What settled that the peer's certificate counts as not revoked.
    pub fn revocation(&mut self, side: Side) {
        let words = self.words;
        let (Some(Some(Ok(anchor))), Some(method)) =
            (words.courses[side].validation.map(|it| it.result), words.courses[side].revocation)
        else {
            return;
        };
        let (router, peer) = (words.name(side), words.name(side.other()));
        let check = &words.trustpoint(side, anchor).revocation;
        let text = match (method, check.value.as_slice()) {
            (RevocationMethod::Crl, _) => format!("the CRL does not list {peer}'s certificate"),
            (RevocationMethod::Ocsp, _) => format!("the OCSP responder calls {peer}'s certificate good"),
            (RevocationMethod::None, [] | [RevocationMethod::None, ..]) => {
                format!("{router} does not ask whether {peer}'s certificate is revoked")
            }
            (RevocationMethod::None, _) => {
                format!(
                    "{router} cannot learn whether {peer}'s certificate is revoked, and `none` lets it pass"
                )
            }
        };
        self.add(Rule::V1Val4, side, vec![check.origin], text);
    }

    /// What bound a router's session to its profile.
    fn binding(&mut self, side: Side) {
        match self.words.role(side) {
            Role::Initiator => self.kept_profile(side),
            Role::Responder => self.matched_profile(side),
        }
    }

    fn kept_profile(&mut self, side: Side) {
        let words = self.words;
        let Some((protection, Some(profile))) = words.courses[side].began else { return };
        let router = &words.world.routers[side];
        let (protection, profile) = (router.protection(protection), router.profile(profile));
        let named = protection.profile.any().map(|named| named.origin);
        let text = format!(
            "{} begins with {}, which {} names, and keeps it",
            words.name(side),
            profile.name,
            wording::protection(protection)
        );
        self.add(Rule::V1Id3, side, named.into_iter().collect(), text);
    }

    fn matched_profile(&mut self, side: Side) {
        let words = self.words;
        let course = &words.courses[side];
        let (Some(matched), Some(identity)) = (course.matched, course.identity) else { return };
        let (router, peer, message) =
            (words.name(side), words.name(side.other()), words.identifying_message(side));
        let called = wording::identity(identity);
        let endpoint = &words.world.routers[side];
        let Some(matched) = matched else {
            let text = format!(
                "{peer} calls itself {called} in {message}, which no profile of {router} matches: it goes on without one"
            );
            let lines = endpoint.profiles().iter().flat_map(|profile| &profile.matches);
            self.add(Rule::V1Id2, side, lines.map(|line| line.origin).collect(), text);
            return self.own_identity(side.other());
        };
        let profile = endpoint.profile(matched.profile);
        let text = format!("{peer} calls itself {called} in {message}, which selects {}", profile.name);
        self.add(Rule::V1Id2, side, vec![matched.origin], text);

        let others = endpoint.profiles().iter().enumerate().filter_map(|(index, other)| {
            let id = ike::ProfileId::from_index(index).filter(|&id| id != matched.profile)?;
            Some((other, selection::match_profile(endpoint, id, identity)?))
        });
        let others: Vec<_> = others.collect();
        if !others.is_empty() {
            let equal = others.iter().any(|(_, other)| other.specificity == matched.specificity);
            let why =
                if equal { "is configured last of those that match as well" } else { "matches most closely" };
            let names = listed(others.iter().map(|(other, _)| other.name.as_str()));
            let origins = std::iter::once(matched.origin).chain(others.iter().map(|(_, other)| other.origin));
            let text = format!("{names} would match too; {} {why}", profile.name);
            self.add(Rule::V1Id4, side, origins.collect(), text);
        }
        self.own_identity(side.other());
    }

    /// What a router calls itself, and what says so.
    fn own_identity(&mut self, side: Side) {
        let words = self.words;
        let router = &words.world.routers[side];
        let profile = words.profile(side);
        let of_profile = profile.and_then(|profile| Some((profile, profile.self_identity.as_ref()?)));
        let global = &router.parts().identity;
        let (identity, why) = match (of_profile, profile) {
            (Some((profile, identity)), _) => (identity, format!("{} says so", profile.name)),
            (None, _) if !global.origin.is_default() => {
                (global, "`crypto isakmp identity` says so".to_owned())
            }
            (None, Some(profile)) => (global, format!("{} has no self-identity", profile.name)),
            (None, None) => (global, "nothing says otherwise".to_owned()),
        };
        let kind = match identity.value {
            IdentityKind::Address | IdentityKind::GivenAddress(_) => "its address",
            IdentityKind::KeyId(_) => "a key id",
            IdentityKind::Fqdn(_) => "its host name",
            IdentityKind::UserFqdn(_) => "a mailbox",
            IdentityKind::DistinguishedName => "the subject of its certificate",
        };
        let text = format!("{} calls itself by {kind}: {why}", words.name(side));
        self.add(Rule::V1Id1, side, vec![identity.origin], text);
    }

    /// How a router came to the certificate that it signs with.
    fn signing(&mut self, side: Side) {
        let words = self.words;
        let Some((id, reason)) = words.courses[side].chosen else { return };
        let trustpoint = words.trustpoint(side, id);
        let router = words.name(side);
        let lines = [trustpoint.enrolment.as_ref().map(|it| it.origin), Some(trustpoint.origin)];
        let choice = words.choice(side).unwrap_or_default();
        let text = format!("{router} signs with {}: {choice}", trustpoint.name);
        self.add(reason.rule(), side, lines.into_iter().flatten().collect(), text);
        if matches!(reason, ChoiceReason::Request { .. }) {
            self.last_defined(side, id);
        }
        self.asking(side.other(), Some(id));
        self.scope(side);
    }

    /// Which of several trustpoints of one CA answers a request for it.
    pub fn last_defined(&mut self, side: Side, chosen: TrustpointId) {
        let words = self.words;
        let authority = words.authority(side, chosen);
        let usable = |id: TrustpointId| {
            words.trustpoint(side, id).enrolment.is_some()
                && words.authority(side, id) == authority
                && words.may_sign_with(side, id)
        };
        let trustpoints = words.world.routers[side].trustpoints();
        let ids = (0..trustpoints.len()).filter_map(TrustpointId::from_index);
        let ids: Vec<_> = ids.filter(|&id| usable(id)).collect();
        if ids.len() < 2 {
            return;
        }
        let lines = ids.iter().map(|&id| words.trustpoint(side, id).origin).collect();
        let text = format!(
            "{} are trustpoints of {authority}: the one defined last answers, {}",
            words.trustpoints(side, ids),
            words.trustpoint(side, chosen).name
        );
        self.add(Rule::Ord4, side, lines, text);
    }

    /// What a router was free to sign with.
    fn scope(&mut self, side: Side) {
        let words = self.words;
        let router = words.name(side);
        let profile = words.profile(side).filter(|_| words.role(side) == Role::Initiator);
        match profile {
            Some(profile) if profile.is_pinned() => {
                let examined = words.courses[side].examined.iter();
                let passed: Vec<_> = examined.filter(|(_, found)| !found).map(|(id, _)| *id).collect();
                let verb = if passed.len() == 1 { "is" } else { "are" };
                let passed = match words.trustpoints(side, passed) {
                    none if none.is_empty() => none,
                    names => format!("; {names} {verb} passed over"),
                };
                let pins = words.pins(side, profile);
                let text = format!(
                    "{router} began with {} and signs with its pins only, {pins}{passed}",
                    profile.name
                );
                self.add(Rule::V1Sel2, side, pin_lines(profile), text);
            }
            Some(profile) => {
                let text = format!("{} pins nothing, so {router} may sign with any trustpoint", profile.name);
                self.add(Rule::V1Sel3, side, vec![profile.origin], text);
            }
            None => {
                let why = match words.role(side) {
                    Role::Initiator => "has no profile",
                    Role::Responder => "chooses before it knows its profile",
                };
                self.add(
                    Rule::V1Sel3,
                    side,
                    Vec::new(),
                    format!("{router} {why}, so it may sign with any trustpoint"),
                );
            }
        }
    }

    /// What a router asked for and, if the peer could have answered otherwise than with `answered`, in which order.
    pub(super) fn asking(&mut self, side: Side, answered: Option<TrustpointId>) {
        let words = self.words;
        let Some(first) = words.courses[side].requests.first() else { return };
        if let Some(answered) = answered {
            self.order(side, answered);
        }
        let (origins, text) = match words.version {
            IkeVersion::V1 => self.why_asked(side, first.because),
            IkeVersion::V2 => self.why_hashes_asked(side, first.because),
        };
        self.add(first.because, side, origins, text);
    }

    /// Why a router asked for just these CAs, and the lines that say so.
    fn why_asked(&self, side: Side, because: Rule) -> (Vec<Origin>, String) {
        let words = self.words;
        let asks = format!("{}'s {} asks for", words.name(side), words.asking_message(side.other()));
        match (because, words.profile(side)) {
            (Rule::V1Req1, Some(profile)) => {
                let pins = words.pins(side, profile);
                let text =
                    format!("{asks} the pins of {} only, {pins}: it began with that profile", profile.name);
                (pin_lines(profile), text)
            }
            (Rule::V1Req2, Some(profile)) => {
                (vec![profile.origin], format!("{asks} every CA: {} pins nothing", profile.name))
            }
            (Rule::V1Req3, Some(profile)) if profile.is_pinned() => {
                let (name, pins) = (&profile.name, words.pins(side, profile));
                let text = format!(
                    "{asks} every CA, though {name} pins {pins}: that profile is not known before MM5"
                );
                (pin_lines(profile), text)
            }
            (Rule::V1Req3, _) => {
                (Vec::new(), format!("{asks} every CA: a responder knows no profile before MM5"))
            }
            _ => (Vec::new(), format!("{asks} every CA: it has no profile")),
        }
    }

    /// The places, among the requests of the peer of `signer`, of those that it could have answered.
    fn answerable(&self, signer: Side) -> Vec<usize> {
        let words = self.words;
        if words.version == IkeVersion::V2 {
            return self.answerable_hashes(signer);
        }
        let asking = signer.other();
        let router = &words.world.routers[signer];
        let scope = Scope::of(router, words.role(signer), words.profile_id(signer));
        let answers = |request: &Request| {
            let name = words.trustpoint(asking, request.trustpoint).authority_name();
            let name = name.map(pki::Name::as_der).unwrap_or_default();
            selection::answer(router, scope, selection::X509_SIGNATURE, name, |_, _| {}).is_some()
        };
        let requests = words.courses[asking].requests.iter().enumerate();
        requests.filter(|(_, request)| answers(request)).map(|(place, _)| place).collect()
    }

    /// Why a router asked for this CA before the others that the peer could have answered.
    pub fn order(&mut self, side: Side, answered: TrustpointId) {
        let words = self.words;
        let authority = words.authority(side.other(), answered);
        let requests = &words.courses[side].requests;
        let of_authority = |it: &Request| words.authority(side, it.trustpoint) == authority;
        let Some(place) = requests.iter().position(of_authority) else { return };
        let answerable = self.answerable(side.other()).into_iter();
        let others: Vec<&Request> =
            answerable.filter(|&other| other > place).map(|other| &requests[other]).collect();
        if others.is_empty() {
            return;
        }
        let request = &requests[place];
        let trustpoint = words.trustpoint(side, request.trustpoint);
        let name = &trustpoint.name;
        let same_rank = others.iter().any(|other| other.order == request.order);
        let (origin, why) = match request.order {
            Rule::Ord1 => (
                trustpoint.enrolment.as_ref().map(|it| it.origin),
                match (place, same_rank) {
                    (0, _) => "is its most recent enrolment",
                    (_, true) => "is the more recent enrolment",
                    (_, false) => "is an enrolment, and those come before the others",
                },
            ),
            Rule::Ord2 if same_rank => (Some(trustpoint.origin), "is configured earlier"),
            Rule::Ord2 => (Some(trustpoint.origin), "is configured, and built-in ones come last"),
            _ => (Some(trustpoint.origin), "is built in"),
        };
        let router = words.name(side);
        let first = if place == 0 {
            "first".to_owned()
        } else {
            let others: Vec<_> = others.iter().map(|it| words.authority(side, it.trustpoint)).collect();
            format!("before {}", listed(others.iter().map(String::as_str)))
        };
        let text = format!("{router} asks for {authority} {first}, since {name} {why}");
        self.add(request.order, side, origin.into_iter().collect(), text);
    }

    fn proposals(&mut self, failure: &FailureReport) {
        self.failed(failure);
        let peer = failure.router.other();
        let by_lifetime = failure.rule == Some(Rule::V1Pol1);
        let lines = wording::with_certificates(&self.words.world.routers[peer])
            .map(|policy| if by_lifetime { policy.lifetime.origin } else { policy.origin });
        let text = format!("{} proposes {}", self.words.name(peer), failures::policies(self.words, peer));
        self.add(None, peer, wording::distinct(lines), text);
    }

    /// What an initiator offers for the IPsec SAs.
    pub fn offer(&mut self, side: Side) {
        let words = self.words;
        let Some(protection) = words.began_with(side) else { return };
        let text = format!(
            "{} begins with {}, which protects {} with {}",
            words.name(side),
            wording::protection(protection),
            wording::traffic(protection),
            failures::transforms(protection)
        );
        let lines = protection.transform_sets.iter().map(|set| set.origin);
        let lines = std::iter::once(protection.origin).chain(lines);
        self.add(None, side, lines.chain(protection.pfs.map(|group| group.origin)).collect(), text);
    }
}

fn pin_lines(profile: &Profile) -> Vec<Origin> {
    profile.pins.iter().map(|pin| pin.origin).collect()
}

/// Without the comma that nothing follows.
pub(super) fn tidy(text: String) -> String {
    text.trim_end_matches(',').to_owned()
}

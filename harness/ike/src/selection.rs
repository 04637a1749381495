//! The choice of certificates and profiles: which requests to send and in which order, which trustpoint answers the
//! requests received, which profile an identity selects, which trustpoints validate. Here for IKEv1, in [`ikev2`] for
//! IKEv2.
//!
//! Everything here is a pure function of a [`Router`] and of what the peer sent. The receiving path ([`answer`],
//! [`first_usable`], [`select_profile`]) allocates nothing, unless a name has sets of more than 16 attributes. Messages and
//! sessions are not known here.

pub mod ikev2;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashTable};
use pki::{Name, NameRef};

use crate::identity::{Identity, Specificity};
use crate::ids::{ProfileId, TrustpointId};
use crate::origin::Origin;
use crate::router::{Router, Trustpoint};
use crate::rule::Rule;
use crate::state::Role;

/// The encoding of certificate requests and certificates that this endpoint answers and sends: X.509 for signatures
/// (RFC 2408 3.9).
pub const X509_SIGNATURE: u8 = wire::CertificateEncoding::X509_SIGNATURE.0;

/// A router's trustpoints by the name of their CA, and in the order in which they are asked for.
///
/// What a look-up costs does not depend on how many trustpoints there are, nor on whether the name is one of theirs. The
/// hashes are not keyed: only names of the router's own configuration are in the tables, so no peer can crowd them.
#[derive(Clone, Debug)]
pub struct TrustpointIndex {
    /// The CAs, each with its authenticated trustpoints.
    authorities: Vec<Authority>,
    /// The position of a CA in `authorities`, by each encoding of its name that a trustpoint has.
    by_encoding: HashMap<Box<[u8]>, usize, FixedState>,
    /// The same, by the hash that all encodings of a name share.
    by_name: HashTable<usize>,
    /// The authenticated trustpoints in the order of ORD-1 to ORD-3.
    ordered: Vec<Ranked>,
}

/// A CA, whatever the encoding of its name (RFC 5280 7.1).
#[derive(Clone, Debug)]
struct Authority {
    name: Name,
    candidates: Candidates,
}

/// The authenticated trustpoints of one CA.
#[derive(Clone, Debug, Default)]
struct Candidates {
    /// In configuration order.
    all: Vec<TrustpointId>,
    /// The last defined one that the router is enrolled in.
    last_enrolled: Option<TrustpointId>,
}

/// An authenticated trustpoint at its place in the order of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The trustpoint.
    pub trustpoint: TrustpointId,
    /// The rule that puts it there.
    pub order: Rule,
}

impl Candidates {
    /// Trustpoints have to come in configuration order.
    fn push(&mut self, id: TrustpointId, trustpoint: &Trustpoint) {
        self.all.push(id);
        if trustpoint.enrolment.is_some() {
            self.last_enrolled = Some(id);
        }
    }

    /// Those that the router is enrolled in, the last defined first.
    fn enrolled(&self, router: &Router) -> impl Iterator<Item = TrustpointId> {
        self.all.iter().rev().copied().filter(|&id| router.trustpoint(id).enrolment.is_some())
    }
}

impl TrustpointIndex {
    pub(crate) fn new(trustpoints: &[Trustpoint], enrolments: &[TrustpointId]) -> Self {
        let ids = || (0..trustpoints.len()).filter_map(TrustpointId::from_index);
        let mut index = Self {
            authorities: Vec::new(),
            by_encoding: HashMap::default(),
            by_name: HashTable::new(),
            ordered: order(trustpoints, enrolments, ids()),
        };
        for id in ids() {
            let trustpoint = &trustpoints[id.index()];
            // ORD-2: a trustpoint that is not authenticated takes part in nothing.
            let Some(name) = trustpoint.authority_name() else { continue };
            let position = index.insert(name);
            index.authorities[position].candidates.push(id, trustpoint);
        }
        index
    }

    /// The position of the CA with this name, which is a new one if it is not known.
    fn insert(&mut self, name: &Name) -> usize {
        if let Some(position) = self.position_by_encoding(name.as_der()) {
            return position;
        }
        let hash = name.as_ref().matching_hash();
        let position = self.position_by_name((name.as_ref(), hash)).unwrap_or_else(|| {
            let Self { authorities, by_name, .. } = self;
            let position = authorities.len();
            authorities.push(Authority { name: name.clone(), candidates: Candidates::default() });
            let hash_of = |&position: &usize| authorities[position].name.as_ref().matching_hash();
            by_name.insert_unique(hash, position, hash_of);
            position
        });
        self.by_encoding.insert(name.as_der().into(), position);
        position
    }

    /// The authenticated trustpoints in the order of ORD-1 to ORD-3: enrolled, only authenticated, built in.
    #[must_use]
    pub fn ordered(&self) -> &[Ranked] {
        &self.ordered
    }

    /// The authenticated trustpoints of the CA with this name (DER), in configuration order.
    ///
    /// A name that is the same but for its encoding is found too (RFC 5280 7.1).
    #[must_use]
    pub fn of_authority(&self, name: &[u8]) -> &[TrustpointId] {
        self.candidates(name).map_or(&[], |candidates| &candidates.all)
    }

    fn candidates(&self, name: &[u8]) -> Option<&Candidates> {
        self.position(name).map(|position| &self.authorities[position].candidates)
    }

    /// Which CA has this name (DER): the same for every encoding of it.
    fn position(&self, name: &[u8]) -> Option<usize> {
        self.position_by_encoding(name)
            .or_else(|| self.position_by_name(NameRef::from_der_with_hash(name).ok()?))
    }

    fn position_by_encoding(&self, name: &[u8]) -> Option<usize> {
        self.by_encoding.get(name).copied()
    }

    /// By a name and its [`NameRef::matching_hash`].
    fn position_by_name(&self, (name, hash): (NameRef<'_>, u64)) -> Option<usize> {
        let same = |&position: &usize| self.authorities[position].name.as_ref().matches(name);
        self.by_name.find(hash, same).copied()
    }
}

fn order(
    trustpoints: &[Trustpoint],
    enrolments: &[TrustpointId],
    all: impl Iterator<Item = TrustpointId>,
) -> Vec<Ranked> {
    use pki::Authority::{Certificate, NameOnly};
    let mut authenticated = Vec::new();
    let mut built_in = Vec::new();
    for id in all {
        let trustpoint = &trustpoints[id.index()];
        match trustpoint.authority {
            Some(Certificate(_)) if trustpoint.enrolment.is_none() => authenticated.push(id),
            Some(NameOnly(_)) => built_in.push(id),
            _ => {}
        }
    }
    let ranked = |order| move |trustpoint| Ranked { trustpoint, order };
    let enrolled = enrolments.iter().copied().map(ranked(Rule::Ord1)); // ORD-1
    let authenticated = authenticated.into_iter().map(ranked(Rule::Ord2)); // ORD-2
    let built_in = built_in.into_iter().map(ranked(Rule::Ord3)); // ORD-3
    enrolled.chain(authenticated).chain(built_in).collect()
}

/// A certificate request that a router sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// For the CA of this trustpoint.
    pub trustpoint: TrustpointId,
    /// Why this CA is asked for.
    pub because: Rule,
    /// Why it stands at this place.
    pub order: Rule,
}

/// The certificate requests of MM3 (initiator) or MM4 (responder), in the order of the payloads.
///
/// `profile` is the initiator's; a responder's is not known yet and not looked at.
#[must_use]
pub fn requests(router: &Router, role: Role, profile: Option<ProfileId>) -> Vec<Request> {
    let pinned = profile.map(|id| router.profile(id)).filter(|profile| profile.is_pinned());
    let (because, pins) = match (role, pinned) {
        (Role::Initiator, Some(profile)) => (Rule::V1Req1, Some(profile)), // V1-REQ-1
        (Role::Initiator, None) => (Rule::V1Req2, None),                   // V1-REQ-2
        (Role::Responder, _) => (Rule::V1Req3, None),                      // V1-REQ-3
    };
    let mut requests: Vec<Request> = Vec::new();
    let mut asked = std::collections::BTreeSet::new();
    for &Ranked { trustpoint, order } in router.index().ordered() {
        if pins.is_some_and(|profile| profile.pin(trustpoint).is_none()) {
            continue;
        }
        let name = router.trustpoint(trustpoint).authority_name();
        // ORD-4: one request for each CA, at the place of its first trustpoint.
        if asked.insert(name.and_then(|name| router.index().position(name.as_der()))) {
            requests.push(Request { trustpoint, because, order });
        }
    }
    requests
}

/// Which trustpoints a router may sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Any global trustpoint (V1-SEL-3).
    Global,
    /// The pins of this profile only (V1-SEL-2).
    Pins(ProfileId),
}

impl Scope {
    /// The scope of a router in `role` whose session has `profile`.
    #[must_use]
    pub fn of(router: &Router, role: Role, profile: Option<ProfileId>) -> Self {
        match (role, profile) {
            (Role::Initiator, Some(id)) if router.profile(id).is_pinned() => Self::Pins(id), // V1-SEL-2
            _ => Self::Global,                                                               // V1-SEL-3
        }
    }

    /// Whether the router may sign with the trustpoint, if it is enrolled in it.
    #[must_use]
    pub fn allows(self, router: &Router, trustpoint: TrustpointId) -> bool {
        match self {
            Self::Global => true,
            Self::Pins(profile) => router.profile(profile).pin(trustpoint).is_some(),
        }
    }
}

/// Why a trustpoint was chosen to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceReason {
    /// A request named its CA, the first that this router could answer (V1-SEL-1); counted from 0.
    Request {
        /// How many requests came before.
        position: usize,
    },
    /// A request named no CA (V1-SEL-6).
    EmptyRequest {
        /// How many requests came before.
        position: usize,
    },
    /// There was no request at all (V1-SEL-6).
    NoRequest,
    /// IKEv2: a hash named its CA, the first that this router could answer; counted from 0.
    Hash {
        /// How many hashes came before.
        position: usize,
        /// The role of this router: an initiator looks at its pins (V2-SEL-1), a responder at what it may use (V2-SEL-4).
        role: Role,
    },
    /// IKEv2: there was no CERTREQ, or an empty one (V2-SEL-5).
    NoHash,
}

impl ChoiceReason {
    /// The rule that decided.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::Request { .. } => Rule::V1Sel1,
            Self::EmptyRequest { .. } | Self::NoRequest => Rule::V1Sel6,
            Self::Hash { role: Role::Initiator, .. } => Rule::V2Sel1,
            Self::Hash { role: Role::Responder, .. } => Rule::V2Sel4,
            Self::NoHash => Rule::V2Sel5,
        }
    }
}

/// The trustpoint that answers one certificate request, or `None` where this router cannot answer it.
///
/// `authority` is the DER of a name, or empty for any CA. A candidate of a pinned initiator is looked up in its profile
/// first; `examined` is told of each look-up and its result.
pub fn answer(
    router: &Router,
    scope: Scope,
    encoding: u8,
    authority: &[u8],
    mut examined: impl FnMut(TrustpointId, bool),
) -> Option<TrustpointId> {
    if encoding != X509_SIGNATURE {
        return None; // RFC 4945 3.2.2: a request for what this router does not have
    }
    if authority.is_empty() {
        return first_usable(router, scope); // V1-SEL-6
    }
    // ORD-4: of several trustpoints of one CA the last defined answers.
    let candidates = router.index().candidates(authority)?;
    match scope {
        Scope::Global => candidates.last_enrolled,
        // V1-SEL-2: a candidate that is not in the profile's list is passed over.
        Scope::Pins(_) => candidates.enrolled(router).find(|&id| {
            let found = scope.allows(router, id);
            examined(id, found);
            found
        }),
    }
}

/// The first trustpoint in ORD-1 order that the router may use and is enrolled in: what signs when the peer asks for
/// no CA in particular (V1-SEL-6).
#[must_use]
pub fn first_usable(router: &Router, scope: Scope) -> Option<TrustpointId> {
    router.parts().enrolments.iter().copied().find(|&id| scope.allows(router, id))
}

/// A profile that matches a peer's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfileMatch {
    /// The profile.
    pub profile: ProfileId,
    /// The line that matched best.
    pub origin: Origin,
    /// How closely it matched.
    pub specificity: Specificity,
}

/// The profile that a peer's identity selects on a responder: the most specific match, among equals the profile
/// configured last.
#[must_use]
pub fn select_profile(router: &Router, identity: &Identity) -> Option<ProfileMatch> {
    let ids = (0..router.profiles().len()).filter_map(ProfileId::from_index);
    // V1-ID-4, V2-PRO-1: `max_by_key` keeps the last of equals.
    ids.filter_map(|id| match_profile(router, id, identity)).max_by_key(|matched| matched.specificity)
}

/// How closely a profile matches a peer's identity: by its best line.
#[must_use]
pub fn match_profile(router: &Router, profile: ProfileId, identity: &Identity) -> Option<ProfileMatch> {
    let lines = router.profile(profile).matches.iter();
    let matched = lines.filter_map(|line| {
        let specificity = line.pattern.matches(identity)?;
        Some(ProfileMatch { profile, origin: line.origin, specificity })
    });
    // V2-PRO-1: a profile counts with its best matching line.
    matched.max_by_key(|matched| matched.specificity)
}

/// The trustpoints against which a peer's certificate is validated: the authenticated pins of the profile in the order
/// of its lines, or all global trustpoints (V1-VAL-1).
#[must_use]
pub fn validation_list(router: &Router, profile: Option<ProfileId>) -> Vec<TrustpointId> {
    match profile.map(|id| router.profile(id)).filter(|profile| profile.is_pinned()) {
        Some(profile) => {
            profile.pins.iter().map(|pin| pin.trustpoint).filter(authenticated(router)).collect()
        }
        None => router.index().ordered().iter().map(|ranked| ranked.trustpoint).collect(),
    }
}

/// Whether a trustpoint holds its CA; one that does not takes part in nothing (ORD-2).
fn authenticated(router: &Router) -> impl Fn(&TrustpointId) -> bool {
    |id| router.trustpoint(*id).authority.is_some()
}

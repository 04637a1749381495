//! What the model's numbers stand for on a router of the laboratory.

use std::collections::BTreeMap;
use std::fmt;

use ike::Router;
use model::{BuiltIn, Ca, Identity, Negotiation, ProfileId, Request, Role, TrustpointId, Version};

use super::role_name;

/// What a router's text calls the things that the model numbers. The position in a list is the model's number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The trustpoints.
    pub trustpoints: Vec<String>,
    /// The profiles of the negotiation's IKE version.
    pub profiles: Vec<String>,
    /// What the router may call itself, each beside the same in the model.
    pub identities: Vec<(ike::Identity, Identity)>,
}

impl Names {
    /// The names of a router whose trustpoints and profiles the model numbers as the configuration lists them.
    #[must_use]
    pub fn as_configured(
        router: &Router,
        version: Version,
        identities: Vec<(ike::Identity, Identity)>,
    ) -> Self {
        let configured = router.trustpoints().iter().filter(|it| !is_built_in(it));
        let profiles = match version {
            Version::Ikev1 => router.profiles().iter().map(|profile| profile.name.clone()).collect(),
            Version::Ikev2 => router.ikev2().profiles.iter().map(|profile| profile.name.clone()).collect(),
        };
        Self { trustpoints: configured.map(|it| it.name.clone()).collect(), profiles, identities }
    }
}

/// [`Names`] put to a whole router: the model's numbers by the engine's, and by the bytes of messages. They serve every
/// negotiation of this router in the same version and the same world of CAs, whichever its role and its peer.
#[derive(Clone, Debug)]
pub struct Numbers {
    names: Names,
    /// By the engine's number.
    trustpoints: Vec<Meaning>,
    /// By the engine's number.
    profiles: Vec<Option<ProfileId>>,
    /// By what stands in a CERTREQ: the name of a CA, or in IKEv2 the hash of its key.
    requests: BTreeMap<Box<[u8]>, Request>,
    /// The trustpoints by their CAs, for reports.
    authorities: Vec<(Ca, TrustpointId)>,
}

/// What a trustpoint of the engine is in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Trustpoint(TrustpointId),
    BuiltIn(BuiltIn),
    Nothing,
}

/// Something of the engine that the model has no number for, or the other way round. The fault is the engine's, or that
/// of the [`Names`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// The router that it is about.
    pub router: Role,
    /// It in words.
    pub what: String,
}

impl fmt::Display for Stranger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} has {}", role_name(self.router), self.what)
    }
}

impl std::error::Error for Stranger {}

impl Numbers {
    /// Puts the names of the router in this role to the router itself.
    ///
    /// # Errors
    /// A name that the router does not have, or two CAs of the model that are the same in messages.
    pub fn of(
        router: &Router,
        names: &Names,
        negotiation: &Negotiation<'_>,
        role: Role,
    ) -> Result<Self, Stranger> {
        let stranger = |what: String| Stranger { router: role, what };
        let trustpoints = trustpoints(router, names);
        let found = |id| trustpoints.contains(&Meaning::Trustpoint(id));
        if let Some((name, _)) = names.trustpoints.iter().zip(0..).find(|&(_, id)| !found(TrustpointId(id))) {
            return Err(stranger(format!("no trustpoint {name}")));
        }
        let profiles = profiles(router, names, negotiation.version);
        let found = |id| profiles.contains(&Some(id));
        if let Some((name, _)) = names.profiles.iter().zip(0..).find(|&(_, id)| !found(ProfileId(id))) {
            return Err(stranger(format!("no profile {name}")));
        }
        let mut numbers = Self {
            names: names.clone(),
            trustpoints,
            profiles,
            requests: BTreeMap::new(),
            authorities: Vec::new(),
        };
        numbers.add_requests(router, negotiation, role).map_err(stranger)?;
        Ok(numbers)
    }

    fn add_requests(
        &mut self,
        router: &Router,
        negotiation: &Negotiation<'_>,
        role: Role,
    ) -> Result<(), String> {
        for (index, &meaning) in self.trustpoints.iter().enumerate() {
            let Some(id) = ike::TrustpointId::from_index(index) else { continue };
            let request = match meaning {
                Meaning::Trustpoint(id) => {
                    let Some(ca) = negotiation.router(role).ca(negotiation.world, id) else { continue };
                    self.authorities.push((ca, id));
                    canonical(negotiation, Request::Ca(ca))
                }
                Meaning::BuiltIn(built_in) => Request::BuiltIn(built_in),
                Meaning::Nothing => continue,
            };
            let name = || router.trustpoint(id).authority_name().map(|name| name.as_der());
            let bytes = match negotiation.version {
                Version::Ikev1 => name(),
                Version::Ikev2 => router.request_hashes().hash_of(id).map(<[u8; 20]>::as_slice),
            };
            let Some(bytes) = bytes else { continue };
            if self.requests.insert(bytes.into(), request).is_some_and(|other| other != request) {
                let name = &router.trustpoint(id).name;
                return Err(format!("a trustpoint {name} whose CA is another one in the model"));
            }
        }
        Ok(())
    }

    pub(super) fn meaning(&self, id: ike::TrustpointId) -> Meaning {
        self.trustpoints.get(id.index()).copied().unwrap_or(Meaning::Nothing)
    }

    /// The model's number of a profile, by the engine's position of it.
    pub(super) fn profile(&self, index: usize) -> Option<ProfileId> {
        self.profiles.get(index).copied().flatten()
    }

    /// What the bytes of a CERTREQ of this router ask for.
    pub(super) fn request(&self, bytes: &[u8]) -> Option<Request> {
        self.requests.get(bytes).copied()
    }

    /// What this router calls itself.
    pub(super) fn identity(&self, identity: &ike::Identity) -> Option<Identity> {
        let same = |one: &ike::Identity| match (one, identity) {
            (ike::Identity::DistinguishedName(one), ike::Identity::DistinguishedName(other)) => {
                one.matches(other)
            }
            _ => one == identity,
        };
        self.names.identities.iter().find(|(one, _)| same(one)).map(|&(_, identity)| identity)
    }

    pub(super) fn trustpoint_name(&self, id: TrustpointId) -> String {
        let name = self.names.trustpoints.get(usize::from(id.0));
        name.map_or_else(|| format!("trustpoint {}", id.0), Clone::clone)
    }

    pub(super) fn profile_name(&self, id: ProfileId) -> String {
        let name = self.names.profiles.get(usize::from(id.0));
        name.map_or_else(|| format!("profile {}", id.0), Clone::clone)
    }

    /// A request, by the trustpoint of this router that has the CA.
    pub(super) fn request_name(&self, request: Request) -> String {
        match request {
            Request::BuiltIn(built_in) => format!("{built_in:?}"),
            Request::Ca(ca) => match self.authorities.iter().find(|(known, _)| *known == ca) {
                Some(&(_, id)) => format!("the CA of {}", self.trustpoint_name(id)),
                None => format!("CA {}", ca.0),
            },
        }
    }

    pub(super) fn identity_name(&self, identity: Identity) -> String {
        let known = self.names.identities.iter().find(|(_, known)| *known == identity);
        known.map_or_else(|| format!("{identity:?}"), |(identity, _)| format!("{identity:?}"))
    }
}

/// A request as it can be told from the bytes: in IKEv1 CAs of one name are the same.
pub(super) fn canonical(negotiation: &Negotiation<'_>, request: Request) -> Request {
    match (request, negotiation.version) {
        (Request::Ca(ca), Version::Ikev1) => {
            let first = (0..=ca.0).map(Ca).find(|&other| negotiation.world.same_name(ca, other));
            Request::Ca(first.unwrap_or(ca))
        }
        _ => request,
    }
}

fn is_built_in(trustpoint: &ike::Trustpoint) -> bool {
    matches!(trustpoint.authority, Some(pki::Authority::NameOnly(_)))
}

fn trustpoints(router: &Router, names: &Names) -> Vec<Meaning> {
    // ORD-3: the built-in ones come last, always in this order.
    let mut built_in = BuiltIn::ALL.into_iter();
    let meaning = |trustpoint: &ike::Trustpoint| {
        if is_built_in(trustpoint) {
            return built_in.next().map_or(Meaning::Nothing, Meaning::BuiltIn);
        }
        let number = names.trustpoints.iter().position(|name| *name == trustpoint.name);
        let number = number.and_then(|number| u8::try_from(number).ok());
        number.map_or(Meaning::Nothing, |number| Meaning::Trustpoint(TrustpointId(number)))
    };
    router.trustpoints().iter().map(meaning).collect()
}

fn profiles(router: &Router, names: &Names, version: Version) -> Vec<Option<ProfileId>> {
    let number = |name: &String| {
        let number = names.profiles.iter().position(|known| known == name)?;
        u8::try_from(number).ok().map(ProfileId)
    };
    match version {
        Version::Ikev1 => router.profiles().iter().map(|profile| number(&profile.name)).collect(),
        Version::Ikev2 => router.ikev2().profiles.iter().map(|profile| number(&profile.name)).collect(),
    }
}

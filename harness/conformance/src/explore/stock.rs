//! The routers of a space, each made once: rendered, read, completed, and given simulated keys.

use std::num::NonZero;
use std::sync::Arc;
use std::{fmt, thread};

use crypto::{Provider, StandInSigner};
use ike::{IkeVersion, Router};
use ios::Severity;
use lab::certificates::Mint;
use lab::complete::World;
use lab::side::{self, Side};
use model::{Identity, LocalIdentity, Pair, Role, Space, TrustpointId, Version};
use pki::IssuerSignatures;

use crate::case::Case;
use crate::comparison::{Comparison, Names, Numbers};
use crate::rendering::{Naming, Rendering, render};

/// A space, with all of its routers at hand.
pub struct Explorer {
    space: Space,
    version: Version,
    /// The laboratory without its routers.
    laboratory: World,
    first: Vec<Made>,
    second: Vec<Made>,
}

/// A way in which a router can be, in words; both routers have the same ways, in the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The CAs that it is enrolled in, the newest first: `2,1`, or `none`.
    pub enrolled: String,
    /// The CAs that it pins: `1,3`, or `none`.
    pub pins: String,
}

impl Way {
    /// The way in which a router of a space is.
    pub(crate) fn of(router: &model::Router) -> Self {
        let number = |id: TrustpointId| (u16::from(id.0) + 1).to_string();
        let listed = |ids: Vec<String>| if ids.is_empty() { "none".to_owned() } else { ids.join(",") };
        let enrolled = router.enrolments.iter().map(|enrolment| number(enrolment.trustpoint));
        let pins = router.profiles.iter().flat_map(|profile| &profile.pins).map(|pin| number(pin.trustpoint));
        Self { enrolled: listed(enrolled.collect()), pins: listed(pins.collect()) }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "enrolled {}, pins {}", self.enrolled, self.pins)
    }
}

/// A router of the space, made.
struct Made {
    router: Arc<Router>,
    numbers: Numbers,
}

/// A router of the space cannot be made. The fault is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unprepared(String);

impl fmt::Display for Unprepared {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a router of the space cannot be made: {}", self.0)
    }
}

impl std::error::Error for Unprepared {}

impl Explorer {
    /// Makes the routers of the space of this many CAs.
    ///
    /// # Errors
    /// A router cannot be made, which is a mistake of this program.
    pub fn new(ike_version: IkeVersion, cas: u8) -> Result<Self, Unprepared> {
        let version = match ike_version {
            IkeVersion::V1 => Version::Ikev1,
            IkeVersion::V2 => Version::Ikev2,
        };
        let space = Space::new(version, cas);
        let mint = Mint::new();
        let worlds = worlds(&space, version, &mint)?;
        let Some(laboratory) = worlds.first().cloned() else {
            return Err(Unprepared("there is none".to_owned()));
        };
        // Routers of different worlds meet: a CA has to be the same in all of them.
        let authorities = |world: &World| -> Vec<_> {
            world.authorities.iter().map(|authority| authority.certificate.clone()).collect()
        };
        if worlds.iter().any(|world| authorities(world) != authorities(&laboratory)) {
            return Err(Unprepared("its CAs are others than those of its peers".to_owned()));
        }
        // One that all share: the laboratory's remembers which signatures are right (`pki::Remembering`).
        let judge = Arc::clone(&laboratory.routers.first.parts().issuer_signatures);
        let columns = space.second_routers().len();
        let made = |side: Side| {
            let made = worlds.iter().enumerate().map(|(number, world)| {
                let (place, role) = match side {
                    Side::First => (number * columns * 2, Role::Initiator),
                    Side::Second => (number * 2, Role::Responder),
                };
                let negotiation =
                    space.get(place).ok_or_else(|| Unprepared("its place is beyond the space".to_owned()))?;
                let router = simulated(&world.routers[side], &judge)?;
                let names = names(&world.routers[side], version, negotiation.router(role));
                let numbers = Numbers::of(&router, &names, &negotiation, role);
                let numbers = numbers.map_err(|stranger| Unprepared(stranger.to_string()))?;
                Ok(Made { router: Arc::new(router), numbers })
            });
            made.collect::<Result<Vec<_>, Unprepared>>()
        };
        let (first, second) = (made(Side::First)?, made(Side::Second)?);
        let laboratory = World { provider: Provider::SIMULATED, ..laboratory };
        Ok(Self { space, version, laboratory, first, second })
    }

    /// The ways in which a router of the space can be.
    pub fn ways(&self) -> impl Iterator<Item = Way> {
        self.space.first_routers().iter().map(Way::of)
    }

    /// How many pairs of routers there are, of which each can negotiate from either side.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.rows() * self.columns()
    }

    /// The pair at this place in words; nothing beyond the space.
    #[must_use]
    pub fn describe(&self, place: usize) -> String {
        let Some([first, second]) = self.routers(place) else { return String::new() };
        let names = naming().routers;
        format!("{} {}; {} {}", names.first, Way::of(first), names.second, Way::of(second))
    }

    /// What the router on this side is called.
    #[must_use]
    pub fn host(&self, side: Side) -> &'static str {
        naming().routers[side]
    }

    /// How many ways the first router has.
    pub(super) fn rows(&self) -> usize {
        self.first.len()
    }

    /// How many ways the second router has.
    pub(super) fn columns(&self) -> usize {
        self.second.len()
    }

    fn routers(&self, place: usize) -> Option<[&model::Router; 2]> {
        let pair = place / 2;
        let first = self.space.first_routers().get(pair / self.columns())?;
        Some([first, self.space.second_routers().get(pair % self.columns())?])
    }

    /// The pair at this place as a scenario that `ikespec check` runs, with what the model expects of it from either side.
    ///
    /// # Errors
    /// The place is beyond the space.
    pub fn scenario(&self, place: usize, title: &str) -> Result<Rendering, Unprepared> {
        let routers = self.routers(place);
        let routers = routers.ok_or_else(|| Unprepared("its place is beyond the space".to_owned()))?;
        let mut rendering = rendered(&self.space, self.version, routers, title)?;
        let forth = place - place % 2;
        for place in [forth, forth + 1] {
            let Some((from, comparison)) = self.comparison(place) else { continue };
            let of_side = naming().routers;
            let routers = Pair { initiator: of_side[from], responder: of_side[from.other()] };
            let prediction = model::ios::predict(&comparison.negotiation);
            rendering.description += "\n";
            rendering.description += &comparison.expectation(&prediction, routers);
        }
        Ok(rendering)
    }

    /// The negotiation at this place, and the side that begins it; none beyond the space.
    pub(super) fn comparison(&self, place: usize) -> Option<(Side, Comparison<'_>)> {
        let negotiation = self.space.get(place)?;
        let first = &self.first.get(place / 2 / self.columns())?.numbers;
        let second = &self.second[place / 2 % self.columns()].numbers;
        let (from, numbers) = match Space::role_of_the_first(place) {
            Role::Initiator => (Side::First, Pair { initiator: first, responder: second }),
            Role::Responder => (Side::Second, Pair { initiator: second, responder: first }),
        };
        Some((from, Comparison { negotiation, numbers }))
    }

    pub(super) fn laboratory(&self) -> &World {
        &self.laboratory
    }

    /// Puts two routers into a laboratory.
    pub(super) fn seat(&self, laboratory: &mut World, row: usize, column: usize) {
        laboratory.routers = side::Pair {
            first: Arc::clone(&self.first[row].router),
            second: Arc::clone(&self.second[column].router),
        };
    }
}

/// What things are called: `IOSCA1` is the trustpoint of `CA1`.
pub(crate) fn naming() -> Naming {
    Naming { trustpoint: trustpoint_name, ..Naming::default() }
}

fn trustpoint_name(number: u8) -> String {
    format!("IOSCA{}", u16::from(number) + 1)
}

fn rendered(
    space: &Space,
    version: Version,
    [first, second]: [&model::Router; 2],
    title: &str,
) -> Result<Rendering, Unprepared> {
    let case = Case {
        version,
        world: space.world().clone(),
        routers: side::Pair { first: first.clone(), second: second.clone() },
        ..Case::default()
    };
    render(&case, &naming(), title).map_err(|error| Unprepared(format!("{error:?}")))
}

/// The routers of every way, from text to whole. Of four CAs there are a thousand ways, so each processor makes some.
fn worlds(space: &Space, version: Version, mint: &Mint) -> Result<Vec<World>, Unprepared> {
    let pairs: Vec<_> = space.first_routers().iter().zip(space.second_routers()).collect();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let made = thread::scope(|scope| {
        let work = |part: &[(&model::Router, &model::Router)]| {
            let worlds = part.iter().map(|&(first, second)| world(space, version, [first, second], mint));
            worlds.collect::<Result<Vec<_>, _>>()
        };
        let parts = pairs.chunks(pairs.len().div_ceil(threads).max(1));
        let threads: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended
            .map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect::<Result<Vec<_>, _>>()
    });
    made.map(|parts| parts.concat())
}

/// Two routers, from text to whole.
fn world(
    space: &Space,
    version: Version,
    routers: [&model::Router; 2],
    mint: &Mint,
) -> Result<World, Unprepared> {
    let said = |error: &dyn fmt::Display| Unprepared(error.to_string());
    let scenario = rendered(space, version, routers, "explored")?.scenario().map_err(|error| said(&error))?;
    let texts = scenario.read_texts().map_err(|error| Unprepared(error.message.clone()))?;
    if let Some(wrong) = texts.diagnostics.iter().find(|it| it.severity == Severity::Error) {
        return Err(Unprepared(wrong.message.clone()));
    }
    let world = scenario.world(&texts, None, mint);
    let world = world.map_err(|errors| match errors.first() {
        Some(error) => Unprepared(error.message.clone()),
        None => Unprepared("the laboratory does not say why".to_owned()),
    })?;
    if world.open_questions.is_empty() {
        Ok(world)
    } else {
        Err(Unprepared("its text leaves something open".to_owned()))
    }
}

/// The router with the same certificates and simulated keys, which judges issuers' signatures so.
fn simulated(router: &Router, judge: &Arc<dyn IssuerSignatures + Send + Sync>) -> Result<Router, Unprepared> {
    let mut parts = router.parts().clone();
    parts.issuer_signatures = Arc::clone(judge);
    for enrolment in parts.trustpoints.iter_mut().filter_map(|trustpoint| trustpoint.enrolment.as_mut()) {
        let public_key = enrolment.certificate.public_key().as_der().to_vec();
        let signer = StandInSigner::new(public_key).map_err(|error| Unprepared(error.to_string()))?;
        enrolment.signer = Arc::new(signer);
    }
    Router::new(parts).map_err(|error| Unprepared(error.to_string()))
}

fn names(router: &Router, version: Version, of_model: &model::Router) -> Names {
    let named = of_model.profiles.iter().find_map(|profile| match profile.local_identity {
        Some(LocalIdentity::Is(identity @ Identity::Fqdn(_))) => Some(identity),
        _ => None,
    });
    let identities =
        named.into_iter().map(|identity| (ike::Identity::Fqdn(router.fully_qualified_name()), identity));
    let naming = naming();
    let trustpoints = (0..).map(TrustpointId).take(of_model.trustpoints.len());
    Names {
        trustpoints: trustpoints.map(|id| naming.trustpoint(id)).collect(),
        ..Names::as_configured(router, version, identities.collect())
    }
}

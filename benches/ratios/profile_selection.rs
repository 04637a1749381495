//! Which profile a peer's identity selects, of many with one `match identity host` each: against a walk over the same
//! names.

use ike::selection::select_profile;
use ike::{Identity, IdentityMatch, IdentityPattern, Origin, Profile, Router};
use ikespec_benches::{Measuring, OURS, enrolled_router};

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("profile_selection");
    for profiles in [1, 16, 1_000] {
        let router = router(profiles);
        let names: Vec<String> = (0..profiles).map(host).collect();
        let cases = [("first", host(0)), ("last", host(profiles - 1)), ("none", host(profiles))];
        for (place, name) in cases {
            let identity = Identity::Fqdn(name.clone());
            let ours = || select_profile(&router, &identity).map(|matched| matched.profile.index());
            let walk = || names.iter().rposition(|known| known.eq_ignore_ascii_case(&name));
            assert_eq!(ours(), walk());
            let case = format!("P={profiles} {place}");
            bench.time(&case, OURS, ours);
            bench.time(&case, "linear scan", walk);
            bench.compare(&case, "linear scan", None);
        }
    }
}

fn router(profiles: usize) -> Router {
    let mut parts = enrolled_router(1).parts().clone();
    parts.profiles = (0..profiles).map(profile).collect();
    Router::new(parts).expect("profiles without pins refer to nothing")
}

fn profile(index: usize) -> Profile {
    let matched = IdentityMatch { pattern: IdentityPattern::Host(host(index)), origin: Origin::DEFAULT };
    Profile {
        name: format!("prof{index}"),
        origin: Origin::DEFAULT,
        pins: Vec::new(),
        matches: vec![matched],
        self_identity: None,
        keyring: None,
    }
}

fn host(index: usize) -> String {
    format!("R{index:04}.cisco.com")
}

//! Whole negotiations in memory, with real cryptography and with simulated. What of a real one is not cryptography cannot
//! take longer than the simulated one, so the ratio of the two is the most that is left to save outside of cryptography.

use ike::EventKind;
use ikespec_benches::negotiations::{ikev1_world, ikev2_world, negotiate, simulated, with_more_authorities};
use ikespec_benches::{Bench, Measuring, OURS};
use lab::complete::World;

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("negotiation");
    let worlds = [("IKEv1", ikev1_world()), ("IKEv2", ikev2_world())];
    for (name, world) in worlds {
        let simulated_world = simulated(&world);
        for world in [&world, &simulated_world] {
            assert!(comes_up(world), "{name} has to come up");
        }
        let (real, simulated) = (format!("{name}, real"), format!("{name}, simulated"));
        bench.time(&real, OURS, || negotiate(&world));
        bench.time(&simulated, OURS, || negotiate(&simulated_world));
        bench.compare_cases(&simulated, &real, None);
        gateway(&mut bench, name, &simulated_world, &simulated);
    }
}

/// A responder that asks for a thousand CAs more: both sides have to do with as many names or hashes.
fn gateway(bench: &mut Bench<'_>, name: &str, world: &World, without: &str) {
    let gateway = with_more_authorities(world, 1_000);
    assert!(comes_up(&gateway), "{name} has to come up");
    let case = format!("{name}, simulated, 1000 CAs more");
    bench.time(&case, OURS, || negotiate(&gateway));
    bench.compare_cases(&case, without, None);
}

fn comes_up(world: &World) -> bool {
    let up = |(_, event): &(_, ike::Event)| matches!(event.kind, EventKind::ChildEstablished { .. });
    negotiate(world).events.iter().any(up)
}

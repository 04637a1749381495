//! Whole negotiations in memory, with real cryptography and with simulated. What of a real one is not cryptography cannot
//! take longer than the simulated one, so the ratio of the two is the most that is left to save outside of cryptography.

use ike::EventKind;
use ikespec_benches::negotiations::{ikev1_world, ikev2_world, negotiate, simulated};
use ikespec_benches::{Measuring, OURS};

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("negotiation");
    let worlds = [("IKEv1", ikev1_world()), ("IKEv2", ikev2_world())];
    for (name, world) in worlds {
        let simulated_world = simulated(&world);
        for world in [&world, &simulated_world] {
            let up = |(_, event): &(_, ike::Event)| matches!(event.kind, EventKind::ChildEstablished { .. });
            assert!(negotiate(world).events.iter().any(up), "{name} has to come up");
        }
        let (real, simulated) = (format!("{name}, real"), format!("{name}, simulated"));
        bench.time(&real, OURS, || negotiate(&world));
        bench.time(&simulated, OURS, || negotiate(&simulated_world));
        bench.compare_cases(&simulated, &real, None);
    }
}

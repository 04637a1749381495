//! Endpoints under whatever a network can do to them: sessions that interleave, datagrams that are lost, repeated, reordered,
//! changed, reflected and made up, and impostors. Random histories, for IKEv1 and IKEv2.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../routers/mod.rs"]
mod routers;

mod network;

mod conformance {
    use std::time::Duration;

    use ike::{FailureCode, IkeVersion};
    use proptest::prelude::*;
    use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

    use super::network::{Host, Network};

    /// What can happen. Datagrams are picked modulo how many there are.
    #[derive(Clone, Debug)]
    pub enum Happens {
        /// A host begins a session with its peer.
        Begin(Host),
        /// A datagram on its way arrives, in whichever order.
        Arrive(usize),
        /// All that is on its way arrives, in order, and what follows from it.
        AllArrive,
        /// One is lost.
        Lose(usize),
        /// One that was sent before arrives once more.
        Repeat(usize),
        /// One comes back to its sender.
        Reflect(usize),
        /// One that was sent before comes from another address.
        FromElsewhere(usize),
        /// One that was sent before arrives with a bit changed.
        Change { datagram: usize, place: usize, bit: u8 },
        /// One that was sent before arrives cut off.
        CutOff { datagram: usize, length: usize },
        /// A stranger sends something to a host.
        Noise(Host, Vec<u8>),
        /// Time passes, in seconds; what falls due is done.
        Wait(u64),
    }

    /// What has to be true of the hosts, as far as it follows from what happened: who has begun.
    #[derive(Clone, Debug, Default)]
    pub struct Begun {
        hosts: Vec<Host>,
    }

    impl ReferenceStateMachine for Begun {
        type State = Self;
        type Transition = Happens;

        fn init_state() -> BoxedStrategy<Self> {
            Just(Self::default()).boxed()
        }

        fn transitions(_: &Self) -> BoxedStrategy<Happens> {
            let number = any::<usize>;
            prop_oneof![
                4 => Just(Happens::AllArrive),
                6 => number().prop_map(Happens::Arrive),
                3 => prop::sample::select(Host::ALL.to_vec()).prop_map(Happens::Begin),
                2 => number().prop_map(Happens::Repeat),
                1 => number().prop_map(Happens::Lose),
                1 => number().prop_map(Happens::Reflect),
                1 => number().prop_map(Happens::FromElsewhere),
                2 => (number(), number(), 0_u8..8)
                    .prop_map(|(datagram, place, bit)| Happens::Change { datagram, place, bit }),
                1 => (number(), number()).prop_map(|(datagram, length)| Happens::CutOff { datagram, length }),
                1 => (prop::sample::select(Host::ALL.to_vec()), prop::collection::vec(any::<u8>(), 0..80))
                    .prop_map(|(host, bytes)| Happens::Noise(host, bytes)),
                2 => (1_u64..200).prop_map(Happens::Wait),
            ]
            .boxed()
        }

        fn apply(mut begun: Self, happens: &Happens) -> Self {
            if let Happens::Begin(host) = happens
                && !begun.hosts.contains(host)
            {
                begun.hosts.push(*host);
            }
            begun
        }
    }

    /// As many histories as `IKESPEC_CASES` says, else as many as there is time for among the other tests.
    fn count() -> u32 {
        std::env::var("IKESPEC_CASES").map_or(100, |count| count.parse().unwrap())
    }

    /// Everything that has to hold, whatever has happened.
    fn check(network: &Network, begun: &Begun) {
        for accepted in network.authenticated() {
            let by = accepted.by;
            let peer = accepted.peer.expect("nobody authenticates a stranger's address");
            assert!(!by.is_honest() || peer.is_honest(), "{accepted:?}");
            // A session needs somebody who began it: one of the two.
            assert!(begun.hosts.contains(&by) || begun.hosts.contains(&peer), "{accepted:?}");
        }
        for host in Host::ALL {
            assert!(network.sessions(host) <= network.limits.sessions, "{host:?}");
        }
    }

    /// Nothing more arrives: every timer ends. Then a new negotiation comes up.
    fn end(mut network: Network, begun: Begun) {
        network.lose_all();
        // Longer than any lifetime, and what is tried after its end.
        network.wait(Duration::from_secs(3 * 86_400), false);
        for host in Host::ALL {
            assert_eq!(network.due(host), None, "{host:?} still waits for something");
            assert_eq!(network.sessions(host), 0, "{host:?} still has sessions");
        }
        let before = network.authenticated().len();
        network.begin(Host::First);
        network.all_arrive();
        assert!(network.is_up(Host::First, before) && network.is_up(Host::Second, before));
        let mut begun = begun;
        begun.hosts.push(Host::First);
        check(&network, &begun);
    }

    /// Without this the histories would prove nothing.
    #[test]
    fn impostors_come_as_far_as_their_certificate_and_signature() {
        for version in [IkeVersion::V1, IkeVersion::V2] {
            for (impostor, code) in [
                (Host::OfAnotherCa, FailureCode::NoSuitableTrustpoint),
                (Host::WithAnotherKey, FailureCode::BadSignature),
            ] {
                let mut network = Network::new(version);
                network.begin(impostor);
                network.all_arrive();
                assert_eq!(network.failures(Host::First), [code], "{version:?} {impostor:?}");
            }
            let mut network = Network::new(version);
            network.begin(Host::Second);
            network.all_arrive();
            assert_eq!(network.authenticated().len(), 2, "{version:?}");
        }
    }

    macro_rules! of_version {
        ($test:ident, $system:ident, $version:expr) => {
            struct $system;

            impl StateMachineTest for $system {
                type SystemUnderTest = (Network, Begun);
                type Reference = Begun;

                fn init_test(begun: &Begun) -> (Network, Begun) {
                    (Network::new($version), begun.clone())
                }

                fn apply(
                    (mut network, _): (Network, Begun),
                    begun: &Begun,
                    happens: Happens,
                ) -> (Network, Begun) {
                    network.happens(happens);
                    (network, begun.clone())
                }

                fn check_invariants((network, _): &(Network, Begun), begun: &Begun) {
                    check(network, begun);
                }

                fn teardown((network, begun): (Network, Begun), _: Begun) {
                    end(network, begun);
                }
            }

            prop_state_machine! {
                #![proptest_config(ProptestConfig {
                    cases: count(),
                    failure_persistence: None,
                    rng_seed: proptest::test_runner::RngSeed::Fixed(1),
                    .. ProptestConfig::default()
                })]

                #[test]
                fn $test(sequential 1..40 => $system);
            }
        };
    }

    of_version!(nothing_confuses_an_endpoint_of_ikev1, Ikev1, IkeVersion::V1);
    of_version!(nothing_confuses_an_endpoint_of_ikev2, Ikev2, IkeVersion::V2);
}

//! Scenarios of `corpus/scenarios/` in the model's numbers, transcribed by hand from the routers' texts. Those of the link
//! (loss, reordering, silence) have nothing that the model could say.

use model::*;

use super::common::*;

/// A scenario as the model sees it: the names of each router's trustpoints, in configuration order.
pub struct Scenario {
    pub folder: &'static str,
    pub world: World,
    pub r1: Router,
    pub r2: Router,
    pub common: Common,
    pub trustpoints: [&'static [&'static str]; 2],
}

const IOSCA: &[&str] = &["IOSCA1", "IOSCA2", "IOSCA3"];

fn scenario(folder: &'static str, world: World, r1: Router, r2: Router) -> Scenario {
    Scenario { folder, world, r1, r2, common: Common::default(), trustpoints: [IOSCA, IOSCA] }
}

/// Two CAs on both routers: what each shows, the newest first, and pins.
fn of_two_cas(folder: &'static str, r1: [&[u8]; 2], r2: [&[u8]; 2]) -> Scenario {
    scenario(folder, world(2), router(1, &[0, 1], r1[0], r1[1]), router(2, &[0, 1], r2[0], r2[1]))
}

/// One CA, which both routers are enrolled in, and no pins.
fn of_one_ca(folder: &'static str) -> Scenario {
    scenario(folder, world(1), router(1, &[0], &[0], &[]), router(2, &[0], &[0], &[]))
}

impl Scenario {
    fn r1(mut self, change: impl FnOnce(&mut Router)) -> Self {
        change(&mut self.r1);
        self
    }

    fn r2(mut self, change: impl FnOnce(&mut Router)) -> Self {
        change(&mut self.r2);
        self
    }

    fn world(mut self, change: impl FnOnce(&mut World)) -> Self {
        change(&mut self.world);
        self
    }

    fn common(mut self, change: impl FnOnce(&mut Common)) -> Self {
        change(&mut self.common);
        self
    }

    fn trustpoints(mut self, r1: &'static [&'static str], r2: &'static [&'static str]) -> Self {
        self.trustpoints = [r1, r2];
        self
    }
}

/// ROOT and SUB, which ROOT certified; R1 has its certificate from SUB, R2 from ROOT.
fn of_a_chain(folder: &'static str, pins: &[u8], defect: Option<Defect>) -> Scenario {
    const NAMES: &[&str] = &["ROOT", "SUB"];
    scenario(folder, root_and_sub(), router(1, &[0, 1], &[1], &[]), router(2, &[0, 1], &[0], pins))
        .world(|world| world.ca_certificates[1].condition.defect = defect)
        .trustpoints(NAMES, NAMES)
}

/// All of them; each is one of IKEv1.
pub fn scenarios() -> Vec<Scenario> {
    [one_ca(), revocation(), identities(), two_cas(), three_cas(), chains()].into_iter().flatten().collect()
}

fn one_ca() -> Vec<Scenario> {
    let condition = |router: &mut Router, condition| certificate(router, 0).condition = condition;
    let found = Condition::default();
    let defect = |defect| {
        move |router: &mut Router| {
            condition(router, Condition { defect: Some(defect), ..found });
        }
    };
    vec![
        of_one_ca("a-512-bit-key-cannot-sign-sha-512").r1(|r1| r1.enrolments[0].cannot_sign = true),
        of_one_ca("a-certificate-that-is-not-valid-yet-is-refused")
            .r1(|r1| condition(r1, Condition { validity: validity(1, 9), ..found })),
        of_one_ca("an-expired-certificate-is-refused")
            .r1(|r1| condition(r1, Condition { validity: validity(0, 9), ..found }))
            .r2(|r2| r2.clock = Instant(10)),
        of_one_ca("an-expired-ca-certificate-refuses-everyone")
            .world(|world| world.ca_certificates[0].condition.validity = validity(0, 9))
            .r1(|r1| r1.clock = Instant(10))
            .r2(|r2| r2.clock = Instant(10)),
        of_one_ca("a-critical-extension-that-nobody-knows-is-refused")
            .r1(defect(Defect::UnknownCriticalExtension)),
        of_one_ca("a-name-outside-the-name-constraints-of-the-ca-is-refused")
            .r1(defect(Defect::NameConstraints)),
        of_one_ca("no-isakmp-policy-in-common").common(|common| common.ike_proposal = false),
        of_one_ca("no-transform-set-in-common").common(|common| common.child_proposal = false),
        of_one_ca("crypto-access-lists-that-do-not-mirror-each-other")
            .common(|common| common.traffic = Traffic::Apart),
        of_one_ca("a-crypto-access-list-within-the-peers-comes-up-from-the-narrower-side")
            .common(|common| common.traffic = Traffic::Within),
        // CA1 has two keys, of which R1 knows the old one and R2 the new one.
        scenario(
            "a-ca-rebuilt-under-its-old-name-is-another-ca",
            world(2),
            router(1, &[0], &[0], &[]),
            router(2, &[1], &[0], &[]),
        )
        .world(|world| world.authorities[1].name = Name(0)),
    ]
}

fn revocation() -> Vec<Scenario> {
    use Method::{Crl as ByCrl, None as ByNone, Ocsp as ByOcsp};
    let of_both = |folder, crl, methods: &[Method]| {
        of_one_ca(folder)
            .world(|world| world.authorities[0].crl = crl)
            .r1(|r1| revocation_check(r1, methods))
            .r2(|r2| revocation_check(r2, methods))
    };
    let revoked = |r1: &mut Router| certificate(r1, 0).condition.revoked = true;
    vec![
        of_one_ca("a-revoked-certificate-is-refused").r1(revoked),
        of_both("crl-none-refuses-a-revoked-certificate", Crl::Fresh, &[ByCrl, ByNone]).r1(revoked),
        of_both("ocsp-none-refuses-a-revoked-certificate", Crl::Fresh, &[ByOcsp, ByNone]).r1(revoked),
        of_both("ocsp-refuses-a-revoked-certificate", Crl::Fresh, &[ByOcsp]).r1(revoked),
        of_one_ca("revocation-check-none-accepts-a-revoked-certificate")
            .r1(revoked)
            .r2(|r2| revocation_check(r2, &[ByNone])),
        of_both("crl-fails-where-only-one-side-checks", Crl::Missing, &[ByCrl])
            .r1(|r1| revocation_check(r1, &[ByNone])),
        of_both("crl-none-comes-up-with-a-stale-crl", Crl::Stale, &[ByCrl, ByNone]),
        of_both("crl-none-comes-up-without-a-crl", Crl::Missing, &[ByCrl, ByNone]),
        of_one_ca("with-a-stale-crl-nobody-is-accepted").world(|world| world.authorities[0].crl = Crl::Stale),
        of_one_ca("without-a-crl-nobody-is-accepted").world(|world| world.authorities[0].crl = Crl::Missing),
    ]
}

fn identities() -> Vec<Scenario> {
    let by_name = |number| Some(LocalIdentity::Is(Identity::Fqdn(host(number))));
    let wrong = |r2: &mut Router| r2.profiles[0].matches = vec![Match::Fqdn(wrong_host(1))];
    vec![
        of_one_ca("a-peer-without-self-identity-calls-itself-by-address")
            .r1(|r1| r1.profiles[0].local_identity = None)
            .r2(|r2| r2.global_identity = by_name(2)),
        of_one_ca("the-global-identity-serves-a-profile-without-self-identity").r1(|r1| {
            r1.profiles[0].local_identity = None;
            r1.global_identity = by_name(1);
        }),
        of_one_ca("a-responder-without-a-profile-calls-itself-by-address").r2(wrong),
        of_one_ca("an-identity-that-no-profile-matches-gets-no-traffic").r2(wrong).r2(|r2| {
            r2.global_identity = by_name(2);
        }),
        of_one_ca("a-tunnel-without-a-profile-takes-any-identity").r2(|r2| {
            r2.profiles[0].matches = vec![Match::Fqdn(host(3))];
            r2.tunnel = Some(Tunnel { profile: None });
            r2.global_identity = by_name(2);
        }),
        of_one_ca("a-crypto-map-of-another-profile-refuses-quick-mode").r2(|r2| {
            let prof3 = profile(2, &[], &[Match::Fqdn(host(3))]);
            r2.profiles.insert(0, prof3);
        }),
        of_one_ca("the-profile-that-the-peer-selects-is-not-the-tunnels").r2(|r2| {
            r2.profiles.push(profile(2, &[], &[Match::Fqdn(host(3))]));
            r2.tunnel = Some(Tunnel { profile: Some(ProfileId(1)) });
        }),
        of_one_ca("a-crypto-map-comes-up-beside-a-tunnel")
            .r1(|r1| r1.profiles.push(profile(1, &[], &[Match::Fqdn(host(3))])))
            .r2(|r2| r2.profiles.push(profile(2, &[], &[Match::Fqdn(host(3))]))),
        of_one_ca("of-equal-profiles-the-last-configured-takes-the-session").r2(|r2| {
            let profile = r2.profiles[0].clone();
            r2.profiles.extend([profile.clone(), profile]);
        }),
        of_one_ca("the-more-specific-profile-takes-the-session").r2(|r2| {
            r2.profiles.push(profile(2, &[], &[Match::FqdnDomain(domain())]));
            r2.tunnel = Some(Tunnel { profile: Some(ProfileId(1)) });
        }),
    ]
}

fn two_cas() -> Vec<Scenario> {
    const NONE: &[u8] = &[];
    let version_1 = |router: &mut Router| certificate(router, 1).condition.version = X509Version::One;
    let sha512 = |router: &mut Router| certificate(router, 1).condition.hash = Hash::Sha512;
    let of_today = |router: &mut Router| {
        let own = router.enrolments.iter_mut();
        own.for_each(|own| own.certificate.condition.validity = validity(9, 255));
    };
    let no_version_1 = |router: &mut Router| router.unable.version_1 = true;
    let by_address = |router: &mut Router, peer| {
        router.profiles[0].local_identity = None;
        router.profiles[0].matches = vec![Match::Address(peer, 32)];
    };
    vec![
        of_two_cas("ikev1-asymmetric-trustpoints", [&[1, 0], &[0]], [&[0, 1], NONE]),
        of_two_cas("the-pinned-ca-enrolled-last-comes-up", [&[0, 1], &[0]], [&[0, 1], NONE]),
        of_two_cas("the-same-pin-on-both-sides-comes-up", [&[1, 0], &[0]], [&[0, 1], &[0]]),
        // All certificates are of today, and only R2's clock knows it.
        of_two_cas(
            "a-clock-that-stopped-years-ago-refuses-every-certificate",
            [&[1, 0], &[0]],
            [&[0, 1], &[0]],
        )
        .world(|world| {
            world.ca_certificates.iter_mut().for_each(|ca| ca.condition.validity = validity(9, 255));
        })
        .r1(of_today)
        .r2(of_today)
        .r2(|r2| r2.clock = Instant(10)),
        of_two_cas("different-pins-fail-both-ways", [&[0, 1], &[0]], [&[0, 1], &[1]]),
        of_two_cas(
            "without-pins-each-signs-for-what-the-other-enrolled-last",
            [&[1, 0], NONE],
            [&[0, 1], NONE],
        ),
        of_two_cas(
            "several-pins-are-asked-for-in-the-order-of-enrolment",
            [&[1, 0], &[0, 1]],
            [&[0, 1], NONE],
        ),
        of_two_cas("an-address-identity-does-not-tell-the-profile-earlier", [&[1, 0], &[0]], [&[0, 1], NONE])
            .r1(|r1| by_address(r1, 2))
            .r2(|r2| by_address(r2, 1)),
        of_two_cas(
            "a-responder-with-a-pin-for-each-peer-refuses-one-of-them",
            [&[1, 0], &[0]],
            [&[0, 1], NONE],
        )
        .r1(|r1| r1.profiles.push(profile(1, &[1], &[Match::Fqdn(host(3))]))),
        of_two_cas(
            "a-version-1-certificate-fails-only-where-it-is-asked-for-first",
            [&[0, 1], &[0]],
            [&[1, 0], NONE],
        )
        .r1(version_1)
        .r2(no_version_1),
        of_two_cas(
            "a-certificate-of-an-unsupported-hash-fails-only-where-it-is-asked-for-first",
            [&[0, 1], &[0]],
            [&[1, 0], NONE],
        )
        .r1(sha512)
        .r2(|r2| r2.unable.hashes = Set::of([Hash::Sha512])),
        of_two_cas(
            "without-pins-an-unusable-certificate-asked-for-first-fails-both-ways",
            [&[1, 0], NONE],
            [&[1, 0], NONE],
        )
        .r1(version_1)
        .r2(no_version_1),
        of_two_cas(
            "without-pins-an-unusable-certificate-asked-for-last-does-no-harm",
            [&[1, 0], NONE],
            [&[0, 1], NONE],
        )
        .r1(version_1)
        .r2(no_version_1),
        of_two_cas("authenticated-without-enrolment-is-enough-to-validate", [&[0], NONE], [&[1], NONE]),
        scenario(
            "authenticated-without-enrolment-cannot-sign",
            world(2),
            router(1, &[0], &[0], &[]),
            router(2, &[0, 1], &[1], &[]),
        ),
        scenario(
            "a-peer-without-the-other-ca-comes-up",
            world(2),
            router(1, &[0, 1], &[1, 0], &[0]),
            router(2, &[0], &[0], &[]),
        ),
        scenario("no-ca-in-common", world(2), router(1, &[0], &[0], &[]), router(2, &[1], &[0], &[]))
            .trustpoints(&["IOSCA1"], &["IOSCA2"]),
        of_two_cas("a-trustpoint-that-is-not-authenticated-takes-no-part", [&[0], NONE], [&[1, 0], NONE])
            .r1(|r1| r1.trustpoints[1] = trustpoint(None)),
        of_two_cas("the-pinned-trustpoint-is-not-authenticated", [&[0], &[1]], [&[1, 0], NONE])
            .r1(|r1| r1.trustpoints[1] = trustpoint(None)),
        scenario(
            "of-two-trustpoints-of-one-ca-the-last-defined-signs",
            world(1),
            router(1, &[0, 0], &[0, 1], &[]),
            router(2, &[0], &[0], &[]),
        )
        .trustpoints(&["OLD", "NEW"], IOSCA),
        scenario(
            "of-two-trustpoints-of-one-ca-an-initiator-signs-with-its-pin",
            world(1),
            router(1, &[0, 0], &[0, 1], &[0]),
            router(2, &[0], &[0], &[]),
        )
        .trustpoints(&["OLD", "NEW"], IOSCA),
    ]
}

fn three_cas() -> Vec<Scenario> {
    let of_three = |folder, shows: &[u8]| {
        let r1 = router(1, &[0, 1, 2], shows, &[0]);
        scenario(folder, world(3), r1, router(2, &[0, 1, 2], &[2, 1, 0], &[]))
    };
    vec![
        of_three("of-three-cas-the-pinned-one-enrolled-last-comes-up", &[0, 1, 2]),
        of_three("of-three-cas-the-second-enrolled-last-is-refused", &[1, 2, 0]),
        of_three("of-three-cas-the-third-enrolled-last-is-refused", &[2, 0, 1]),
        // R1 defines IOSCA2 before IOSCA1, and IOSCA3 last.
        scenario(
            "trustpoints-without-enrolment-are-asked-for-in-configuration-order",
            world(3),
            router(1, &[1, 0, 2], &[2], &[]),
            router(2, &[0, 1, 2], &[0, 1], &[]),
        )
        .trustpoints(&["IOSCA2", "IOSCA1", "IOSCA3"], IOSCA),
    ]
}

fn chains() -> Vec<Scenario> {
    vec![
        of_a_chain("a-pinned-root-takes-a-chain-but-does-not-ask-for-its-intermediate", &[0], None),
        of_a_chain("a-pinned-intermediate-takes-what-it-issued-but-cannot-be-signed-for", &[1], None),
        of_a_chain(
            "a-ca-certificate-that-may-not-sign-certificates-is-refused",
            &[0],
            Some(Defect::KeyUsage),
        ),
        of_a_chain("a-root-that-allows-no-ca-below-it-refuses-the-chain", &[0], Some(Defect::PathLength)),
        of_a_chain(
            "an-intermediate-certificate-without-ca-true-is-refused",
            &[0],
            Some(Defect::BasicConstraints),
        ),
    ]
}

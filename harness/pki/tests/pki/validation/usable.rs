//! What a router can use at all: versions, hashes, keys, algorithms.

use super::*;

#[test]
fn ios_takes_md5_sha_1_512_bit_keys_and_version_1() {
    let router = Router::trusting(&[&ca1()]);
    for certificate in [r1(), r1_version_1()] {
        assert!(router.judges_by(&[&certificate], &router.lists, &Real).is_ok());
    }
}

#[test]
fn a_router_that_cannot_use_version_1_refuses_it() {
    // V1-VAL-5.
    let mut router = Router::trusting(&[&ca1()]);
    router.policy.least_version = Version::V3;
    let refusal = router.judges(&[&r1_version_1()]).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::UnsupportedVersion { version: Version::V1 });
}

#[test]
fn a_router_that_does_not_know_a_hash_refuses_it() {
    // V1-VAL-5.
    let ca = Ca::root("CA1", 1);
    let mut router = Router::trusting(&[&ca.certificate]);
    router.policy.unsupported_hashes = vec![HashAlgorithm::Sha256];
    let refusal = router.judges(&[&ca.router("R1", 3)]).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::UnsupportedHash { hash: HashAlgorithm::Sha256 });
}

#[test]
fn a_key_that_is_too_short_is_refused_where_it_matters() {
    let ca = Ca::root("CA1", 1);
    let mut router = Router::trusting(&[&ca.certificate]);
    router.policy.least_rsa_bits = 2048;
    let refusal = router.judges(&[&ca.router("R1", 3)]).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::WeakKey { bits: 1024, least: 2048 });
}

#[test]
fn an_algorithm_that_the_judge_does_not_know_is_no_bad_signature() {
    struct Ignorant;
    impl IssuerSignatures for Ignorant {
        fn check(&self, _: &Signed<'_>, _: PublicKey<'_>) -> Result<(), SignatureProblem> {
            Err(SignatureProblem::UnsupportedAlgorithm)
        }
    }
    let router = Router::trusting(&[&ca1()]);
    let refusal = router.judges_by(&[&r1()], &router.lists, &Ignorant).unwrap_err();
    let algorithm = r1().signature_algorithm().clone();
    assert_eq!(refusal.reason, RefusalReason::UnsupportedAlgorithm { algorithm });
}

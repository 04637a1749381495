//! Revocation: CRLs, responders, and the order of methods.

use super::*;
use RevocationMethod::{Crl, None, Ocsp};

/// What a router with these methods says when it gets `list`.
fn verdict(
    methods: &[RevocationMethod],
    ca: &Ca,
    list: Option<RevocationList>,
) -> Result<RevocationMethod, String> {
    let router = Router::checking(&ca.certificate, methods, list.into_iter().collect());
    let judged = router.judges(&[&ca.router("R1", 3)]);
    judged.map(|accepted| accepted.revocation[0]).map_err(|refusal| refusal.reason.code().to_owned())
}

#[test]
fn each_way_in_which_a_list_cannot_be_used_has_its_own_reason() {
    let ca = Ca::root("CA1", 1);
    let no_list_signer =
        Ca::root_with("CA1", 1, |params| params.key_usages = vec![KeyUsagePurpose::KeyCertSign]);
    let at = |this_update, next_update| {
        ca.list_with(&[], |params| (params.this_update, params.next_update) = (this_update, next_update))
    };
    let day = |month, day| date_time_ymd(2013, month, day);
    let scoped = ca.list_with(&[], |params| {
        let distribution_point = rcgen::CrlDistributionPoint { uris: vec!["http://ca/ca.crl".into()] };
        params.issuing_distribution_point = Some(rcgen::CrlIssuingDistributionPoint {
            distribution_point,
            scope: Some(rcgen::CrlScope::CaCertsOnly),
        });
    });
    for (ca, list, expected) in [
        (&ca, Some(ca.list(&[])), Ok(Crl)),
        (&ca, Some(ca.list(&[4])), Ok(Crl)),
        (&ca, Some(ca.list(&[4, 3])), Err("revoked")),
        (&ca, Option::None, Err("crl-missing")),
        (&ca, Some(at(day(9, 1), day(9, 2))), Ok(Crl)),
        (&ca, Some(at(day(8, 30), day(9, 1))), Err("crl-stale")),
        (&ca, Some(at(day(9, 3), day(9, 4))), Err("crl-not-yet-valid")),
        (&ca, Some(Ca::root("CA1", 9).list(&[3])), Err("crl-bad-signature")),
        (&ca, Some(scoped), Err("crl-unknown-critical-extension")),
        (&no_list_signer, Some(ca.list(&[])), Err("crl-issuer-key-usage")),
    ] {
        assert_eq!(verdict(&[Crl], ca, list), expected.map_err(str::to_owned));
    }
}

#[test]
fn a_list_of_another_issuer_is_told_from_a_missing_one() {
    struct WrongList(RevocationList);
    impl RevocationSource for WrongList {
        fn list_for(&self, _: &Certificate) -> Option<RevocationList> {
            Some(self.0.clone())
        }
    }
    let ca = Ca::root("CA1", 1);
    let router = Router::checking(&ca.certificate, &[Crl], Vec::new());
    let other = WrongList(Ca::root("CA2", 2).list(&[]));
    let refusal = router.judges_by(&[&ca.router("R1", 3)], &other, &Simulated).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::CrlOfAnotherIssuer { issuer: name("cn=CA2") });
}

#[test]
fn methods_are_tried_in_their_order_until_one_answers() {
    // V1-VAL-4.
    let ca = Ca::root("CA1", 1);
    let revoking = || Some(ca.list(&[3]));
    for (methods, list, expected) in [
        (&[][..], revoking(), Ok(None)),
        (&[None], revoking(), Ok(None)),
        (&[None, Crl], revoking(), Ok(None)),
        (&[Crl, None], revoking(), Err("revoked")),
        (&[Crl, None], Option::None, Ok(None)),
        (&[Crl, Ocsp], Option::None, Err("crl-missing")),
        (&[Ocsp, Crl], Option::None, Err("ocsp-unavailable")),
        (&[Ocsp, Crl], Some(ca.list(&[])), Ok(Crl)),
        (&[Ocsp, Crl, None], Option::None, Ok(None)),
    ] {
        assert_eq!(verdict(methods, &ca, list), expected.map_err(str::to_owned), "{methods:?}");
    }
}

#[test]
fn the_answer_of_a_responder_is_final() {
    struct Responder(OcspAnswer);
    impl RevocationSource for Responder {
        fn list_for(&self, _: &Certificate) -> Option<RevocationList> {
            Option::None
        }
        fn ocsp_for(&self, _: &Certificate) -> OcspAnswer {
            self.0
        }
    }
    let ca = Ca::root("CA1", 1);
    let router = Router::checking(&ca.certificate, &[Crl, Ocsp, None], Vec::new());
    let judged = |answer| router.judges_by(&[&ca.router("R1", 3)], &Responder(answer), &Simulated);
    assert_eq!(judged(OcspAnswer::Good).unwrap().revocation, [Ocsp]);
    let since = day(2013, 8, 30);
    assert_eq!(judged(OcspAnswer::Revoked { since }).unwrap_err().reason, RefusalReason::Revoked { since });
    assert_eq!(judged(OcspAnswer::Unavailable).unwrap().revocation, [None]);
}

#[test]
fn the_list_of_the_reference_revokes_r1_by_its_real_signature() {
    let router = Router::checking(&ca1(), &[Crl], vec![ca1_list()]);
    let refusal = router.judges_by(&[&r1()], &router.lists, &Real).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::Revoked { since: day(2013, 9, 1) });
    assert!(router.judges_by(&[&r1_version_1()], &router.lists, &Real).is_ok());
}

#[test]
fn an_intermediate_can_be_revoked_too() {
    let (root, middle, certificate) = below_changed(|_| {});
    let lists = vec![root.list(&[2]), middle.list(&[])];
    let router = Router::checking(&root.certificate, &[Crl], lists);
    assert_eq!(router.refuses(&[&certificate, &middle.certificate]), ("revoked", "cn=middle".into()));
}

#[test]
fn an_expired_certificate_is_reported_as_that_though_it_is_revoked_too() {
    let ca = Ca::root("CA1", 1);
    let certificate = ca.router_with("R1", 3, |params| params.not_after = date_time_ymd(2013, 8, 1));
    let router = Router::checking(&ca.certificate, &[Crl], vec![ca.list(&[3])]);
    assert_eq!(router.refuses(&[&certificate]).0, "expired");
}

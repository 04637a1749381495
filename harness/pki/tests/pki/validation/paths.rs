//! Which of several paths is taken, and which one names the refusal.

use super::*;

#[test]
fn the_others_may_come_in_any_order() {
    let root = Ca::root("root", 1);
    let first = root.authority("first", 2);
    let second = first.authority("second", 3);
    let router = second.router("R1", 4);
    let trusting = Router::trusting(&[&root.certificate]);
    for others in [[&first, &second], [&second, &first]] {
        let chain = [&router, &others[0].certificate, &others[1].certificate];
        let accepted = trusting.judges(&chain).unwrap();
        let subjects: Vec<String> = accepted.path.iter().map(|one| one.subject().to_string()).collect();
        assert_eq!(subjects, ["cn=R1", "cn=second", "cn=first", "cn=root"]);
    }
}

#[test]
fn a_missing_intermediate_is_named_as_the_issuer_looked_for() {
    let root = Ca::root("root", 1);
    let first = root.authority("first", 2);
    let second = first.authority("second", 3);
    let refusal =
        Router::trusting(&[&root.certificate]).judges(&[&second.router("R1", 4), &second.certificate]);
    let refusal = refusal.unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::NoAnchor { issuer: name("cn=first") });
    assert_eq!((refusal.certificate, refusal.depth), (second.certificate, 1));
}

#[test]
fn a_cross_signed_ca_is_reached_over_the_root_that_is_trusted() {
    let (old, new) = (Ca::root("old", 1), Ca::root("new", 2));
    let cross = old.authority("new", 2).certificate;
    let router = new.router("R1", 3);
    assert_eq!(Router::trusting(&[&old.certificate]).judges(&[&router, &cross]).unwrap().path.len(), 3);
    assert_eq!(Router::trusting(&[&new.certificate]).judges(&[&router, &cross]).unwrap().path.len(), 2);
}

#[test]
fn a_path_that_fails_gives_way_to_one_that_does_not() {
    let (one, two) = (Ca::root("one", 1), Ca::root("two", 2));
    let expired = one.authority_with("middle", 5, |params| params.not_after = date_time_ymd(2013, 8, 1));
    let valid = two.authority("middle", 5);
    let trusting = Router::trusting(&[&one.certificate, &two.certificate]);
    let chain = [&valid.router("R1", 6), &expired.certificate, &valid.certificate];
    assert_eq!(trusting.judges(&chain).unwrap().anchor, 1);
}

#[test]
fn the_most_promising_path_names_the_refusal() {
    // An anchor with the right name but another key, one below an expired CA, and one that leads nowhere.
    let (one, two) = (Ca::root("middle", 1), Ca::root("two", 2));
    let expired = two.authority_with("middle", 5, |params| params.not_after = date_time_ymd(2013, 8, 1));
    let nowhere = Ca::root("nowhere", 7).authority("middle", 5);
    let trusting = Router::trusting(&[&one.certificate, &two.certificate]);
    let chain = [&expired.router("R1", 6), &nowhere.certificate, &expired.certificate];
    assert_eq!(trusting.refuses(&chain), ("expired", "cn=middle".into()));
}

#[test]
fn a_path_longer_than_the_limit_is_too_deep() {
    let (root, middle, certificate) = below_changed(|_| {});
    let mut router = Router::trusting(&[&root.certificate]);
    router.limits.path = 2;
    assert!(router.accepts(&[&certificate, &middle.certificate]));
    router.limits.path = 1;
    let refusal = router.judges(&[&certificate, &middle.certificate]).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::TooDeep { limit: 1 });
}

#[test]
fn signatures_certificates_and_steps_are_counted() {
    let (root, middle, certificate) = below_changed(|_| {});
    let chain = [&certificate, &middle.certificate];
    let limited = |limits| Router { limits, ..Router::trusting(&[&root.certificate]) };
    let enough = Limits { certificates: 1, path: 2, steps: 2, signatures: 2 };
    assert!(limited(enough).accepts(&chain));
    for limits in [
        Limits { certificates: 0, ..enough },
        Limits { steps: 1, ..enough },
        Limits { signatures: 1, ..enough },
    ] {
        assert_eq!(limited(limits).judges(&chain).unwrap_err().reason, RefusalReason::TooMuchWork);
    }
}

#[test]
fn each_signature_is_verified_once() {
    // Two anchors that are one CA: two paths over the same certificates, both refused at the end.
    let ca = Ca::root("CA1", 1);
    let certificate = ca.router_with("R1", 3, |params| params.not_after = date_time_ymd(2013, 8, 1));
    let mut router = Router::trusting(&[&ca.certificate]);
    router.anchors.push(router.anchors[0].clone());
    let counting = Counting::default();
    router.judges_by(&[&certificate], &router.lists, &counting).unwrap_err();
    assert_eq!(counting.asked(), 1);
}

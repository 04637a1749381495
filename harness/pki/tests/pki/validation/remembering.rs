//! The judge that asks another one once: it says what the other says, and asks it no more than it has to.

use super::*;

/// A CA, a router's certificate of it, and a judge that remembers.
fn remembering() -> (Ca, Certificate, Remembering<Counting>) {
    let ca = Ca::root("CA1", 1);
    let certificate = ca.router("R1", 3);
    (ca, certificate, Remembering::new(Counting::default()))
}

/// The code of a refusal, and how often the judge behind has been asked by then.
fn judged(
    router: &Router,
    certificate: &Certificate,
    judge: &Remembering<Counting>,
) -> (Option<&'static str>, usize) {
    let result = router.judges_by(&[certificate], &router.lists, judge);
    (result.err().map(|refusal| refusal.reason.code()), judge.judge().asked())
}

#[test]
fn a_signature_that_is_right_is_judged_once_and_dates_and_lists_each_time() {
    let (ca, certificate, judge) = remembering();
    let list = ca.list(&[]);
    let mut router = Router::checking(&ca.certificate, &[RevocationMethod::Crl], vec![list]);
    assert_eq!(judged(&router, &certificate, &judge), (None, 2));
    assert_eq!(judged(&router, &certificate, &judge), (None, 2));
    router.lists.clear();
    assert_eq!(judged(&router, &certificate, &judge), (Some("crl-missing"), 2));
    router.now = day(2099, 1, 1);
    assert_eq!(judged(&router, &certificate, &judge), (Some("expired"), 2));
}

#[test]
fn a_signature_that_is_wrong_is_judged_each_time() {
    let (ca, _, judge) = remembering();
    let of_other_key = Ca::root("CA1", 2).router("R1", 3);
    let router = Router::trusting(&[&ca.certificate]);
    assert_eq!(judged(&router, &of_other_key, &judge), (Some("bad-signature"), 1));
    assert_eq!(judged(&router, &of_other_key, &judge), (Some("bad-signature"), 2));
}

#[test]
fn a_signature_that_is_known_is_good_for_nothing_else() {
    let (ca, certificate, judge) = remembering();
    let router = Router::trusting(&[&ca.certificate]);
    assert_eq!(judged(&router, &certificate, &judge), (None, 1));

    // Under another subject.
    let mut der = certificate.as_der().to_vec();
    let subject = der.windows(2).rposition(|two| two == b"R1").unwrap();
    der[subject + 1] = b'2';
    let forged = Certificate::from_der(&der).unwrap();
    assert_eq!(forged.signed().signature, certificate.signed().signature);
    assert_eq!(judged(&router, &forged, &judge), (Some("bad-signature"), 2));

    // For another key of a CA with the name.
    let namesake = Router::trusting(&[&Ca::root("CA1", 2).certificate]);
    assert_eq!(judged(&namesake, &certificate, &judge), (Some("bad-signature"), 3));
    assert_eq!(judged(&router, &certificate, &judge), (None, 3));
}

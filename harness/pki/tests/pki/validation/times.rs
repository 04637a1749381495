//! Validity.

use super::*;

#[test]
fn the_first_and_the_last_second_count() {
    let ca = Ca::root("CA1", 1);
    let certificate = ca.router("R1", 3);
    let mut router = Router::trusting(&[&ca.certificate]);
    let (first, last) = (day(2013, 6, 17).unix(), day(2014, 6, 17).unix());
    for (seconds, code) in
        [(first - 1, Some("not-yet-valid")), (first, None), (last, None), (last + 1, Some("expired"))]
    {
        router.now = CalendarTime::from_unix(seconds);
        assert_eq!(router.judges(&[&certificate]).err().map(|refusal| refusal.reason.code()), code);
    }
}

#[test]
fn a_refusal_names_the_certificate_and_the_dates() {
    let ca = Ca::root("CA1", 1);
    let short = ca.router_with("R1", 3, |params| params.not_after = date_time_ymd(2013, 8, 1));
    let refusal = Router::trusting(&[&ca.certificate]).judges(&[&short]).unwrap_err();
    let expected = RefusalReason::Expired { not_after: day(2013, 8, 1), now: day(2013, 9, 2) };
    assert_eq!((&refusal.certificate, &refusal.reason), (&short, &expected));
    assert_eq!(
        refusal.to_string(),
        "the certificate 03 of cn=R1 is refused: it expired at 2013-08-01 00:00:00 UTC, and it is 2013-09-02 00:00:00 UTC"
    );
}

#[test]
fn an_expired_intermediate_or_anchor_breaks_the_chain() {
    let (root, middle, router) = below_changed(|params| params.not_after = date_time_ymd(2013, 8, 1));
    let trusting = Router::trusting(&[&root.certificate]);
    assert_eq!(trusting.refuses(&[&router, &middle.certificate]), ("expired", "cn=middle".into()));
    let old = Ca::root_with("old", 1, |params| params.not_after = date_time_ymd(2013, 8, 1));
    let trusting = Router::trusting(&[&old.certificate]);
    assert_eq!(trusting.refuses(&[&old.router("R1", 3)]), ("expired", "cn=old".into()));
}

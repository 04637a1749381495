//! The judge that asks another one once: it says what the other says, and asks it no more than it has to.

use super::*;

/// The code of a refusal, and how often the judge behind has been asked by then.
fn judged(
    router: &Router,
    certificate: &Certificate,
    judge: &Remembering<&Counting>,
    asked: &Counting,
) -> (Option<&'static str>, usize) {
    let result = router.judges_by(&[certificate], &router.lists, judge);
    (result.err().map(|refusal| refusal.reason.code()), asked.asked())
}

#[test]
fn a_signature_that_is_right_is_judged_once_and_dates_and_lists_each_time() {
    let (ca, asked) = (Ca::root("CA1", 1), Counting::default());
    let (certificate, judge) = (ca.router("R1", 3), Remembering::new(&asked));
    let mut router = Router::checking(&ca.certificate, &[RevocationMethod::Crl], vec![ca.list(&[])]);
    assert_eq!(judged(&router, &certificate, &judge, &asked), (None, 2));
    assert_eq!(judged(&router, &certificate, &judge, &asked), (None, 2));

    // Another list is another signature; those of before are still known.
    router.lists = vec![ca.list(&[3])];
    assert_eq!(judged(&router, &certificate, &judge, &asked), (Some("revoked"), 3));
    assert_eq!(judged(&router, &certificate, &judge, &asked), (Some("revoked"), 3));
    router.lists = vec![ca.list(&[])];
    assert_eq!(judged(&router, &certificate, &judge, &asked), (None, 3));
    router.now = day(2014, 6, 1);
    assert_eq!(judged(&router, &certificate, &judge, &asked), (Some("crl-stale"), 3));
    router.lists.clear();
    assert_eq!(judged(&router, &certificate, &judge, &asked), (Some("crl-missing"), 3));
    router.now = day(2099, 1, 1);
    assert_eq!(judged(&router, &certificate, &judge, &asked), (Some("expired"), 3));
}

#[test]
fn a_signature_that_is_wrong_is_judged_each_time() {
    let (ca, asked) = (Ca::root("CA1", 1), Counting::default());
    let judge = Remembering::new(&asked);
    let of_other_key = Ca::root("CA1", 2).router("R1", 3);
    let router = Router::trusting(&[&ca.certificate]);
    assert_eq!(judged(&router, &of_other_key, &judge, &asked), (Some("bad-signature"), 1));
    assert_eq!(judged(&router, &of_other_key, &judge, &asked), (Some("bad-signature"), 2));
}

#[test]
fn a_signature_that_is_known_is_good_for_nothing_else() {
    let (ca, asked) = (Ca::root("CA1", 1), Counting::default());
    let (certificate, judge) = (ca.router("R1", 3), Remembering::new(&asked));
    let mut router = Router::checking(&ca.certificate, &[RevocationMethod::Crl], vec![ca.list(&[3])]);
    assert_eq!(judged(&router, &certificate, &judge, &asked), (Some("revoked"), 2));

    // Under another number, in a list: the one that it revokes.
    let mut der = router.lists[0].as_der().to_vec();
    let serial = der.windows(3).rposition(|three| three == [2, 1, 3]).unwrap();
    der[serial + 2] = 4;
    let forged = RevocationList::from_der(&der).unwrap();
    assert_eq!(forged.signed().signature, router.lists[0].signed().signature);
    router.lists = vec![forged];
    assert_eq!(judged(&router, &certificate, &judge, &asked), (Some("crl-bad-signature"), 3));

    // Under another subject.
    let mut der = certificate.as_der().to_vec();
    let subject = der.windows(2).rposition(|two| two == b"R1").unwrap();
    der[subject + 1] = b'2';
    let forged = Certificate::from_der(&der).unwrap();
    assert_eq!(forged.signed().signature, certificate.signed().signature);
    let router = Router::trusting(&[&ca.certificate]);
    assert_eq!(judged(&router, &forged, &judge, &asked), (Some("bad-signature"), 4));

    // For another key of a CA with the name.
    let namesake = Router::trusting(&[&Ca::root("CA1", 2).certificate]);
    assert_eq!(judged(&namesake, &certificate, &judge, &asked), (Some("bad-signature"), 5));
    assert_eq!(judged(&router, &certificate, &judge, &asked), (None, 5));
}

#[test]
fn what_is_larger_than_the_largest_is_judged_each_time() {
    let (ca, asked) = (Ca::root("CA1", 1), Counting::default());
    let (certificate, judge) = (ca.router("R1", 3), Remembering::new(&asked));
    let (signed, key) = (certificate.signed(), ca.certificate.public_key());
    let largest = Remembering::<Counting>::LARGEST - signed.signature.len() - key.as_der().len();
    for (length, after_each) in [(largest, [1, 1]), (largest + 1, [2, 3])] {
        let der = vec![0; length];
        let after_each_now = after_each.map(|_| {
            judge.check(&Signed { der: &der, ..signed }, key).unwrap();
            asked.asked()
        });
        assert_eq!(after_each_now, after_each, "{length}");
    }
}

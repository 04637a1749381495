//! What a chain may end at.

use super::*;

#[test]
fn the_routers_of_the_reference_accept_each_other_with_real_signatures() {
    let router = Router::checking(&ca1(), &[RevocationMethod::None], Vec::new());
    let accepted = router.judges_by(&[&r1()], &router.lists, &Real).unwrap();
    assert_eq!((accepted.anchor, accepted.path), (0, vec![r1(), ca1()]));
    assert_eq!(accepted.revocation, [RevocationMethod::None]);
}

#[test]
fn a_certificate_of_a_ca_that_is_not_in_the_list_ends_at_no_anchor() {
    // V1-VAL-2: R1 validates against IOSCA1 only, R2 has signed with IOSCA2.
    let (ca1, ca2) = (Ca::root("CA1", 1), Ca::root("CA2", 2));
    let refusal = Router::trusting(&[&ca1.certificate]).judges(&[&ca2.router("R2", 3)]).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::NoAnchor { issuer: name("cn=CA2") });
    assert_eq!((refusal.depth, refusal.anchor), (0, None));
}

#[test]
fn an_anchor_of_the_right_name_with_another_key_is_a_bad_signature() {
    let (ca1, impostor) = (Ca::root("CA1", 1), Ca::root("CA1", 2));
    let refusal = Router::trusting(&[&ca1.certificate]).judges(&[&impostor.router("R1", 3)]).unwrap_err();
    assert_eq!((refusal.reason.code(), refusal.anchor), ("bad-signature", Some(0)));
}

#[test]
fn the_root_that_a_peer_sends_along_is_no_anchor() {
    let (ca1, ca2) = (Ca::root("CA1", 1), Ca::root("CA2", 2));
    let router = Router::trusting(&[&ca1.certificate]);
    assert_eq!(router.refuses(&[&ca2.router("R2", 3), &ca2.certificate]), ("no-anchor", "cn=CA2".into()));
    assert!(router.accepts(&[&ca1.router("R1", 4), &ca1.certificate, &ca2.certificate]));
}

#[test]
fn a_name_without_certificate_can_be_asked_for_but_ends_no_chain() {
    // ORD-3: the built-in trustpoints.
    let built_in = Ca::root("Cisco Root CA 2048", 1);
    let mut router = Router::trusting(&[]);
    let authority = Authority::NameOnly(name("cn=Cisco Root CA 2048"));
    assert_eq!(authority.name(), built_in.certificate.subject());
    router.anchors.push(Anchor { authority, revocation: Vec::new() });
    let refusal = router.judges(&[&built_in.router("R1", 3)]).unwrap_err();
    assert_eq!((refusal.reason, refusal.anchor), (RefusalReason::AnchorWithoutCertificate, Some(0)));
}

#[test]
fn an_intermediate_ca_can_be_an_anchor() {
    let (_, middle, router) = below_changed(|_| {});
    assert!(Router::trusting(&[&middle.certificate]).accepts(&[&router]));
}

#[test]
fn of_several_trustpoints_of_one_ca_the_first_in_the_list_validates() {
    let ca = Ca::root("CA1", 1);
    let mut router = Router::trusting(&[&ca.certificate, &ca.certificate]);
    assert_eq!(router.judges(&[&ca.router("R1", 3)]).unwrap().anchor, 0);
    router.anchors[0].revocation = vec![RevocationMethod::Crl];
    assert_eq!(router.judges(&[&ca.router("R1", 3)]).unwrap().anchor, 1, "the first one refuses");
}

#[test]
fn an_anchor_of_version_1_is_trusted_as_it_is() {
    // RFC 5280 6.1.4 (k): nothing in it could say that it is a CA.
    let router = Router::trusting(&[&ca1_version_1()]);
    assert!(router.judges_by(&[&r1()], &router.lists, &Real).is_ok());
}

#[test]
fn a_laboratory_can_take_the_signature_of_an_invented_ca_on_trust() {
    struct TakenOnTrust(Certificate);
    impl IssuerSignatures for TakenOnTrust {
        fn check(&self, signed: &Signed<'_>, key: PublicKey<'_>) -> Result<(), SignatureProblem> {
            if signed.der == self.0.as_der() { Ok(()) } else { Real.check(signed, key) }
        }
    }
    let real = Ca::root("CA1", 1);
    let (given, other) = (real.router("R1", 3), real.router("R2", 4));
    let invented = Ca::root("CA1", 2);
    let router = Router::trusting(&[&invented.certificate]);
    let judges = |certificate| router.judges_by(&[certificate], &router.lists, &TakenOnTrust(given.clone()));
    assert!(judges(&given).is_ok());
    assert_eq!(judges(&other).unwrap_err().reason.code(), "bad-signature");
}

//! What a certificate may do in its place of a path.

use super::*;

fn refused_because_of(change: impl FnOnce(&mut CertificateParams)) -> (&'static str, String) {
    let (root, middle, router) = below_changed(change);
    Router::trusting(&[&root.certificate]).refuses(&[&router, &middle.certificate])
}

#[test]
fn an_intermediate_has_to_be_a_ca_that_may_sign_certificates() {
    let middle = || "cn=middle".to_owned();
    assert_eq!(refused_because_of(|params| params.is_ca = IsCa::NoCa), ("basic-constraints", middle()));
    assert_eq!(
        refused_because_of(|params| params.is_ca = IsCa::ExplicitNoCa),
        ("basic-constraints", middle())
    );
    let usage = refused_because_of(|params| params.key_usages = vec![KeyUsagePurpose::CrlSign]);
    assert_eq!(usage, ("key-usage", middle()));
}

#[test]
fn a_path_length_is_told_with_the_ca_that_set_it() {
    let length = |allowed| {
        move |params: &mut CertificateParams| {
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(allowed));
        }
    };
    let root = Ca::root_with("root", 1, length(5));
    let first = root.authority_with("first", 2, length(1));
    let second = first.authority("second", 4);
    let third = second.authority("third", 5);
    let chain = [&third.router("R1", 3), &third.certificate, &second.certificate, &first.certificate];
    let refusal = Router::trusting(&[&root.certificate]).judges(&chain).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::PathLength { authority: name("cn=first"), allowed: 1 });
    assert_eq!(refusal.depth, 1);
}

#[test]
fn a_ca_without_key_usage_may_do_everything() {
    let (root, middle, router) = below_changed(|params| params.key_usages = Vec::new());
    assert!(Router::trusting(&[&root.certificate]).accepts(&[&router, &middle.certificate]));
}

#[test]
fn a_critical_extension_that_nobody_knows_stops_the_chain() {
    let unknown = |params: &mut CertificateParams| {
        let mut extension = CustomExtension::from_oid_content(&[1, 2, 3], vec![5, 0]);
        extension.set_criticality(true);
        params.custom_extensions = vec![extension];
    };
    assert_eq!(refused_because_of(unknown), ("unknown-critical-extension", "cn=middle".into()));
    let ca = Ca::root("CA1", 1);
    let refusal =
        Router::trusting(&[&ca.certificate]).judges(&[&ca.router_with("R1", 3, unknown)]).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "the certificate 03 of cn=R1 is refused: it has the unknown critical extension 1.2.3"
    );
}

#[test]
fn no_more_intermediates_may_follow_than_a_ca_allows() {
    let limited = |root: u8| {
        let root = Ca::root_with("root", 1, |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(root));
        });
        let (first, anchor) = (root.authority("first", 2), root.certificate.clone());
        let second = first.authority("second", 3);
        let router = second.router("R1", 4);
        Router::trusting(&[&anchor]).judges(&[&router, &second.certificate, &first.certificate])
    };
    assert!(limited(2).is_ok());
    let refusal = limited(1).unwrap_err();
    assert_eq!(refusal.reason.code(), "path-length");
    assert_eq!(refusal.certificate.subject(), &name("cn=second"));
    assert_eq!(limited(0).unwrap_err().certificate.subject(), &name("cn=first"));
}

#[test]
fn a_certificate_for_a_new_key_of_a_ca_does_not_count_as_an_intermediate() {
    let root = Ca::root_with("root", 1, |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let renewed = root.authority("root", 2);
    assert!(
        Router::trusting(&[&root.certificate]).accepts(&[&renewed.router("R1", 3), &renewed.certificate])
    );
}

#[test]
fn a_peer_needs_a_key_that_may_sign() {
    let ca = Ca::root("CA1", 1);
    let router = Router::trusting(&[&ca.certificate]);
    let with =
        |usages: &[KeyUsagePurpose]| ca.router_with("R1", 3, |params| params.key_usages = usages.to_vec());
    // RFC 4945 5.1.3.2.
    assert!(router.accepts(&[&with(&[])]));
    assert!(router.accepts(&[&with(&[KeyUsagePurpose::ContentCommitment])]));
    assert!(router.accepts(&[&with(&[KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment])]));
    assert_eq!(router.refuses(&[&with(&[KeyUsagePurpose::KeyEncipherment])]).0, "key-usage");
}

#[test]
fn purposes_count_only_where_the_router_looks_at_them() {
    // RFC 4945 5.1.3.12.
    let ca = Ca::root("CA1", 1);
    let (ios, mut rfc4945) = (Router::trusting(&[&ca.certificate]), Router::trusting(&[&ca.certificate]));
    rfc4945.policy = Policy::rfc4945();
    let other = |number| ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 5, 5, 7, 3, number]);
    let with = |purposes: Vec<_>| ca.router_with("R1", 3, |params| params.extended_key_usages = purposes);
    let (tls, ike) = (
        with(vec![ExtendedKeyUsagePurpose::ServerAuth]),
        with(vec![ExtendedKeyUsagePurpose::ServerAuth, other(17)]),
    );
    for accepted in [with(vec![]), ike, with(vec![ExtendedKeyUsagePurpose::Any])] {
        assert!(ios.accepts(&[&accepted]) && rfc4945.accepts(&[&accepted]));
    }
    assert!(ios.accepts(&[&tls]));
    let refusal = rfc4945.judges(&[&tls]).unwrap_err();
    assert_eq!(
        refusal.reason,
        RefusalReason::ExtendedKeyUsage { allowed: vec![KeyPurpose::ServerAuthentication] }
    );
    // The three purposes that RFC 4945 calls obsolete are not ipsecIKE.
    assert!(!rfc4945.accepts(&[&with(vec![other(6)])]));
}

#[test]
fn what_rfc_5280_forbids_issuers_matters_to_the_strict_only() {
    let ca = Ca::root("CA1", 1);
    let mut router = Router::trusting(&[&ca.certificate]);
    let without_identifier =
        ca.router_with("R1", 3, |params| params.use_authority_key_identifier_extension = false);
    assert!(router.accepts(&[&without_identifier]));
    router.policy.strict_profile = true;
    assert!(router.accepts(&[&ca.router("R1", 3)]));
    assert_eq!(router.refuses(&[&without_identifier]), ("nonconforming", "cn=R1".into()));
}

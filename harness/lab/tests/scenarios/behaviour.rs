//! The fixed outcomes of the rules for IKEv1, beside the document's own pair.

use crypto::HashAlgorithm;
use lab::scenario::{CertificateChange, Inability};
use lab::side::Side;
use lab::verdict::Outcome::{Failed, NoChildSa, Up};

use crate::pair::{Routers, failure, signed};

#[test]
fn with_the_pinned_ca_enrolled_last_it_comes_up_from_both_sides() {
    let routers = Routers::of_the_document().enrolled_the_other_way(Side::First);
    assert_eq!(routers.outcomes(), [Up, Up]);
    assert_eq!(signed(&routers.verdict(Side::Second)), [Some("IOSCA1"), Some("IOSCA1")]);
}

#[test]
fn a_peer_that_knows_only_the_pinned_ca_comes_up_from_both_sides() {
    let routers = Routers::of_the_document().without_trustpoint(Side::Second, "IOSCA2");
    assert_eq!(routers.outcomes(), [Up, Up]);
    assert_eq!(signed(&routers.verdict(Side::Second)), [Some("IOSCA1"), Some("IOSCA1")]);
}

#[test]
fn without_pins_it_comes_up_and_each_router_signs_for_what_the_other_enrolled_last() {
    let routers = Routers::without_pins();
    assert_eq!(routers.outcomes(), [Up, Up]);
    for initiator in Side::BOTH {
        // R1 shows 2,1 and R2 shows 1,2.
        assert_eq!(signed(&routers.verdict(initiator)), [Some("IOSCA1"), Some("IOSCA2")]);
    }
}

#[test]
fn with_the_same_pin_on_both_sides_it_comes_up_from_both() {
    let routers = Routers::of_the_document().pinning(Side::Second, "IOSCA1");
    assert_eq!(routers.outcomes(), [Up, Up]);
    for initiator in Side::BOTH {
        assert_eq!(signed(&routers.verdict(initiator)), [Some("IOSCA1"), Some("IOSCA1")]);
    }
}

/// R1's certificate from CA2 is one that R2 cannot use.
fn with_an_unusable_certificate(mut routers: Routers, version_1: bool) -> Routers {
    let hash = HashAlgorithm::Sha1;
    let settings = &mut routers.scenario.settings;
    settings.certificates.push(CertificateChange {
        router: "R1".to_owned(),
        trustpoint: "IOSCA2".to_owned(),
        version_1,
        signature_hash: (!version_1).then_some(hash),
        key_bits: None,
    });
    let inability = if version_1 { Inability::Version1 } else { Inability::Hash(hash) };
    settings.unable.insert("R2".to_owned(), vec![inability]);
    routers
}

#[test]
fn an_unusable_certificate_fails_only_where_it_is_asked_for_first() {
    for version_1 in [true, false] {
        let routers = Routers::of_the_document()
            .enrolled_the_other_way(Side::First)
            .enrolled_the_other_way(Side::Second);
        let routers = with_an_unusable_certificate(routers, version_1);
        assert_eq!(routers.outcomes(), [Up, Failed]);
        let verdict = routers.verdict(Side::Second);
        assert_eq!(failure(&verdict), ("MM6".to_owned(), Side::Second, "certificate-unusable"));
        assert_eq!(signed(&verdict), [Some("IOSCA2"), Some("IOSCA1")]);
    }
}

#[test]
fn without_pins_an_unusable_certificate_makes_no_difference_between_the_sides() {
    let asked_last = with_an_unusable_certificate(Routers::without_pins(), true);
    assert_eq!(asked_last.outcomes(), [Up, Up]);
    let asked_first = Routers::without_pins().enrolled_the_other_way(Side::Second);
    let asked_first = with_an_unusable_certificate(asked_first, true);
    assert_eq!(asked_first.outcomes(), [Failed, Failed]);
    let failures = Side::BOTH.map(|initiator| failure(&asked_first.verdict(initiator)));
    let refused = |message: &str| (message.to_owned(), Side::Second, "certificate-unusable");
    assert_eq!(failures, [refused("MM5"), refused("MM6")]);
}

#[test]
fn of_equal_profiles_the_last_is_selected_and_quick_mode_refuses_another_tunnels() {
    let profile = "crypto isakmp profile prof1\n self-identity fqdn\n match identity host R1.cisco.com\n";
    let three = ["prof1", "prof2", "prof3"].map(|name| profile.replace("prof1", name)).concat();
    let routers = Routers::without_pins().replacing(Side::Second, profile, &three);
    assert_eq!(routers.outcomes(), [NoChildSa, Up]);
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict), ("QM1".to_owned(), Side::Second, "profile-not-the-tunnels"));
    assert_eq!(verdict.profiles.second.as_deref(), Some("prof3"));
    let rules: Vec<_> = verdict.because.iter().map(|reason| reason.rule.unwrap().id()).collect();
    assert_eq!(rules, ["V2-PRO-3", "V1-ID-2", "V1-ID-4"]);
    // The initiator keeps the profile of its tunnel.
    assert_eq!(routers.verdict(Side::Second).profiles.second.as_deref(), Some("prof1"));
}

//! Rules that neither the corpus nor the table of `RULES.md` shows, one case each.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::*;
use model::Role::{Initiator, Responder};
use model::Version::{Ikev1, Ikev2};
use model::*;

fn predict(version: Version, world: &World, initiator: &Router, responder: &Router) -> Prediction {
    ios::predict(&negotiation(version, world, initiator, responder))
}

fn failed(message: Message, router: Role, reason: Reason) -> Outcome {
    Outcome::Failed(Failure { message, router, reason })
}

fn asked(prediction: &Prediction, role: Role) -> Vec<u8> {
    let ca = |request: &Request| match request {
        Request::Ca(ca) => Some(ca.0),
        Request::BuiltIn(_) => None,
    };
    prediction.requests[role].unwrap().iter().filter_map(ca).collect()
}

fn signs(prediction: &Prediction, role: Role) -> Option<u8> {
    prediction.signed_with(role).map(|id| id.0)
}

#[test]
fn ord_4_one_request_for_several_trustpoints_of_a_ca_at_the_place_of_the_first() {
    // Trustpoints 0 and 2 are of CA 0, trustpoint 1 of CA 1; the newest enrolment is that of 2.
    let world = world(2);
    let r1 = router(1, &[0, 1, 0], &[2, 1, 0], &[]);
    let r2 = router(2, &[0, 1], &[0, 1], &[]);
    for version in [Ikev1, Ikev2] {
        let prediction = predict(version, &world, &r2, &r1);
        assert_eq!(asked(&prediction, Responder), [0, 1]);
    }
    assert_eq!(signs(&predict(Ikev1, &world, &r2, &r1), Responder), Some(2));
}

#[test]
fn v1_sel_3_the_responder_keeps_its_choice_although_its_profile_pins_another() {
    let world = world(2);
    let r1 = router(1, &[0, 1], &[0, 1], &[]);
    let r2 = router(2, &[0, 1], &[0, 1], &[1]);
    // R1 asks for CA1 first; R2 pins IOSCA2, and R1 passes IOSCA1 by: it signs with what R2 asks for first, IOSCA1.
    let prediction = predict(Ikev1, &world, &r1, &r2);
    assert_eq!(prediction.chosen.responder.unwrap().trustpoint, TrustpointId(0));
    assert_eq!(prediction.outcome, failed(Message::Mm5, Responder, Reason::NoSuitableTrustpoint));
}

#[test]
fn v1_sel_4_a_responder_that_is_not_asked_waits_until_it_has_to_sign() {
    // R1's only pin is not authenticated: MM3 asks for nothing, and R1 has nothing to sign MM5 with.
    let world = world(2);
    let r1 = with(router(1, &[0, 1], &[0], &[1]), |r1| r1.trustpoints[1] = trustpoint(None));
    let r2 = router(2, &[0, 1], &[1, 0], &[]);
    let prediction = predict(Ikev1, &world, &r1, &r2);
    assert_eq!(asked(&prediction, Initiator), []);
    assert_eq!(prediction.chosen.responder, None);
    assert_eq!(prediction.outcome, failed(Message::Mm5, Initiator, Reason::NoCertificateToSend));
}

#[test]
fn v1_sel_6_nothing_asked_for_is_answered_by_the_newest_enrolment() {
    // R1's only pin that may verify is not authenticated: the IKE_AUTH request asks for nothing (V2-SEL-5).
    let world = world(2);
    let r1 = with(router(1, &[0, 1], &[0], &[]), |r1| {
        r1.profiles[0].pins = vec![pin(0, PinUse::Sign), pin(1, PinUse::Verify)];
        r1.trustpoints[1] = trustpoint(None);
    });
    let r2 = router(2, &[0, 1], &[1, 0], &[]);
    let prediction = predict(Ikev2, &world, &r1, &r2);
    assert_eq!(asked(&prediction, Initiator), []);
    let newest = Choice { trustpoint: TrustpointId(1), decided_by: DecidedBy::NewestEnrolment };
    assert_eq!(prediction.chosen.responder, Some(newest));
    assert!(prediction.rules.contains(Rule::V1Sel6));
}

#[test]
fn v2_sel_3_a_pin_signs_or_verifies_as_its_word_says() {
    let world = world(2);
    // R1 signs with IOSCA1 and verifies with IOSCA2; R2 the other way round.
    let pins = |router: &mut Router, sign, verify| {
        router.profiles[0].pins = vec![pin(sign, PinUse::Sign), pin(verify, PinUse::Verify)];
    };
    let r1 = with(router(1, &[0, 1], &[1, 0], &[]), |r1| pins(r1, 0, 1));
    let r2 = with(router(2, &[0, 1], &[0, 1], &[]), |r2| pins(r2, 1, 0));
    for (initiator, responder, own, peers) in [(&r1, &r2, 0, 1), (&r2, &r1, 1, 0)] {
        let prediction = predict(Ikev2, &world, initiator, responder);
        assert_eq!(prediction.outcome, Outcome::Up);
        assert_eq!(asked(&prediction, Initiator), [peers]);
        assert_eq!((signs(&prediction, Initiator), signs(&prediction, Responder)), (Some(own), Some(peers)));
        assert_eq!(prediction.validation_list.initiator, Some(Set::of([TrustpointId(peers)])));
    }
}

#[test]
fn v2_sel_3_without_a_pin_to_verify_everything_validates_and_without_one_to_sign_the_initiator_stops() {
    let world = world(2);
    let only =
        |purpose| with(router(1, &[0, 1], &[1, 0], &[]), |r1| r1.profiles[0].pins = vec![pin(0, purpose)]);
    let r2 = router(2, &[0, 1], &[1, 0], &[0, 1]);

    let prediction = predict(Ikev2, &world, &only(PinUse::Sign), &r2);
    assert_eq!((prediction.outcome, signs(&prediction, Initiator)), (Outcome::Up, Some(0)));
    assert_eq!(prediction.validation_list.initiator, Some(Set::of([TrustpointId(0), TrustpointId(1)])));
    assert_eq!(asked(&prediction, Initiator), [1, 0]);

    let stopped = failed(Message::IkeAuthRequest, Initiator, Reason::NoCertificateToSend);
    let prediction = predict(Ikev2, &world, &only(PinUse::Verify), &r2);
    assert_eq!((prediction.outcome, prediction.decisive), (stopped, Some(Rule::V2Sel2)));

    // As responder it signs with any: R2 asks for CA2 first. R2 signs with what R1 asks for first, CA2, and R1 verifies
    // with CA1 only.
    let prediction = predict(Ikev2, &world, &r2, &only(PinUse::Verify));
    assert_eq!(prediction.chosen.responder.unwrap().trustpoint, TrustpointId(1));
    assert_eq!(prediction.outcome, failed(Message::IkeAuthRequest, Responder, Reason::NoSuitableTrustpoint));
}

#[test]
fn v2_sel_5_hashes_that_cannot_be_answered_end_it_where_the_certificate_is_missing() {
    let world = world(2);
    // R2 knows CA2 only and asks for nothing else.
    let (r1, r2) = (router(1, &[0, 1], &[0], &[0]), router(2, &[1], &[0], &[0]));
    let prediction = predict(Ikev2, &world, &r1, &r2);
    let stopped = failed(Message::IkeAuthRequest, Initiator, Reason::NoCertificateToSend);
    assert_eq!((prediction.outcome, prediction.decisive), (stopped, Some(Rule::V2Sel5)));
    assert_eq!(prediction.requests.initiator, None);

    // R1 asks for CA1 in IKE_AUTH, and R2 has none from it; that comes before R2 validates (V2-STEP-1).
    let (r1, r2) = (router(1, &[0, 1], &[1], &[0, 1]), router(2, &[1, 0], &[], &[1]));
    let prediction = predict(Ikev2, &world, &r1, &r2);
    let refused = failed(Message::IkeAuthResponse, Responder, Reason::NoCertificateToSend);
    assert_eq!((prediction.outcome, prediction.decisive), (refused, Some(Rule::V2Sel5)));
    assert_eq!(prediction.validation_list.responder, None);
}

#[test]
fn ikev2_asks_by_key_so_that_a_ca_rebuilt_under_its_name_is_not_answered() {
    let mut world = world(2);
    world.authorities[1].name = Name(0);
    let (r1, r2) = (router(1, &[0], &[0], &[0]), router(2, &[1], &[0], &[0]));
    let stopped = failed(Message::IkeAuthRequest, Initiator, Reason::NoCertificateToSend);
    assert_eq!(predict(Ikev2, &world, &r1, &r2).outcome, stopped);
    let refused = failed(Message::Mm5, Responder, Reason::CertificateBadSignature);
    assert_eq!(predict(Ikev1, &world, &r1, &r2).outcome, refused);
}

#[test]
fn v2_pro_1_the_ranking_of_matches() {
    let world = world(1);
    let name = Match::Fqdn(host(1));
    let map = Match::CertificateMap(CertificateMap(7));
    let wide: Match = Match::FqdnDomain([200].into_iter().collect());
    let by_name = [Match::Any, wide, Match::FqdnDomain(domain()), name];
    let by_address = [
        Match::Any,
        Match::Address(0, 0),
        Match::Address(0, 8),
        Match::Address(0, 30),
        Match::Address(1, 32),
    ];
    let address = |r1: &mut Router| r1.profiles[0].local_identity = None;
    let takes = |r1: &Router, lines: &[Match]| {
        let profiles = lines.iter().map(|&line| profile(2, &[], &[line])).collect();
        let r2 = with(router(2, &[0], &[0], &[]), |r2| r2.profiles = profiles);
        predict(Ikev2, &world, r1, &r2).profile.responder
    };
    let r1 =
        with(router(1, &[0], &[0], &[0]), |r1| certificate(r1, 0).satisfies = Set::of([CertificateMap(7)]));
    for (r1, ranked) in [(r1.clone(), &by_name[..]), (with(r1.clone(), address), &by_address[..])] {
        for (worse, better) in
            ranked.iter().enumerate().flat_map(|(i, &better)| ranked[..i].iter().map(move |&w| (w, better)))
        {
            assert_eq!(
                takes(&r1, &[better, worse]),
                Binding::To(ProfileId(0)),
                "{better:?} before {worse:?}"
            );
            assert_eq!(
                takes(&r1, &[worse, better]),
                Binding::To(ProfileId(1)),
                "{worse:?} before {better:?}"
            );
        }
    }
    // A certificate map is as exact as a whole name, and the last of equals wins.
    assert_eq!(takes(&r1, &[map, name]), Binding::To(ProfileId(1)));
    assert_eq!(takes(&r1, &[name, map]), Binding::To(ProfileId(1)));
}

#[test]
fn v2_pro_2_without_a_profile_ikev2_ends_and_a_dn_is_matched_by_a_map_only() {
    let world = world(1);
    let r1 = with(router(1, &[0], &[0], &[0]), |r1| {
        r1.profiles[0].local_identity = Some(LocalIdentity::Subject);
        certificate(r1, 0).satisfies = Set::of([CertificateMap(0)]);
    });
    let r2 = router(2, &[0], &[0], &[0]);
    let prediction = predict(Ikev2, &world, &r1, &r2);
    assert_eq!(prediction.outcome, failed(Message::IkeAuthRequest, Responder, Reason::NoProfileMatches));
    assert_eq!(prediction.decisive, Some(Rule::V2Pro2));
    let map = Match::CertificateMap(CertificateMap(0));
    let r2 = with(r2, |r2| r2.profiles[0].matches.push(map));
    assert_eq!(predict(Ikev2, &world, &r1, &r2).outcome, Outcome::Up);
}

#[test]
fn v2_pro_1_a_profile_of_another_local_address_does_not_count() {
    let world = world(1);
    let r1 = router(1, &[0], &[0], &[0]);
    let r2 = with(router(2, &[0], &[0], &[0]), |r2| {
        r2.profiles.push(Profile { excluded: true, ..r2.profiles[0].clone() });
    });
    assert_eq!(predict(Ikev2, &world, &r1, &r2).profile.responder, Binding::To(ProfileId(0)));
}

#[test]
fn v2_val_1_the_initiator_validates_the_response() {
    let world = world(1);
    let r1 = router(1, &[0], &[0], &[0]);
    let r1 = with(r1, |r1| r1.clock = Instant(10));
    let expired = |r2: &mut Router| certificate(r2, 0).condition.validity = validity(0, 9);
    let r2 = with(router(2, &[0], &[0], &[0]), expired);
    let refused = failed(Message::IkeAuthResponse, Initiator, Reason::CertificateExpired);
    assert_eq!(predict(Ikev2, &world, &r1, &r2).outcome, refused);
}

#[test]
fn v1_val_4_the_methods_are_tried_in_their_order_and_the_first_names_the_obstacle() {
    let mut world = world(1);
    world.authorities[0] = Authority { crl: Crl::Missing, ocsp: Ocsp::Unavailable, ..world.authorities[0] };
    let r1 = router(1, &[0], &[0], &[]);
    let with_methods =
        |methods: &[Method]| with(router(2, &[0], &[0], &[]), |r2| revocation_check(r2, methods));
    let mm5 = |reason| failed(Message::Mm5, Responder, reason);
    for (methods, outcome) in [
        (&[Method::Crl, Method::Ocsp][..], mm5(Reason::CrlMissing)),
        (&[Method::Ocsp, Method::Crl], mm5(Reason::OcspUnavailable)),
    ] {
        assert_eq!(predict(Ikev1, &world, &r1, &with_methods(methods)).outcome, outcome);
    }
    // An answer is final: the certificate is revoked, and OCSP says so.
    world.authorities[0].ocsp = Ocsp::Answers;
    let r1 = with(r1, |r1| certificate(r1, 0).condition.revoked = true);
    let all = with_methods(&[Method::Crl, Method::Ocsp, Method::None]);
    assert_eq!(predict(Ikev1, &world, &r1, &all).outcome, mm5(Reason::CertificateRevoked));
}

#[test]
fn a_cross_certificate_leads_to_the_other_root() {
    // CA 2 is below CA 0, and CA 1 certified it, too. R1 has the first certificate of CA 2 and sends
    // both.
    let mut world = world(3);
    world.ca_certificates[2] = ca_certificate(2, 0);
    world.ca_certificates.push(ca_certificate(2, 1));
    let both = [2, 3].map(CaCertificateId).into_iter().collect();
    let r1 = with(router(1, &[2, 1], &[0], &[]), |r1| r1.enrolments[0].sends = Some(both));
    let r2 = router(2, &[1, 3], &[0], &[0]);
    let prediction = predict(Ikev1, &world, &r1, &r2);
    // R1's certificate is from CA 2; R2 pins CA 1, which certified CA 2 in the other certificate.
    assert_eq!((prediction.outcome, prediction.anchor.responder), (Outcome::Up, Some(TrustpointId(0))));
}

#[test]
fn without_a_tunnel_there_is_nothing_to_begin_and_nothing_to_grant() {
    let world = world(1);
    let without = with(router(1, &[0], &[0], &[0]), |r1| r1.tunnel = None);
    let r2 = router(2, &[0], &[0], &[0]);
    for (version, first, child) in
        [(Ikev1, Message::Mm1, Message::Qm1), (Ikev2, Message::IkeSaInitRequest, Message::IkeAuthRequest)]
    {
        let outcome = predict(version, &world, &without, &r2).outcome;
        assert_eq!(outcome, failed(first, Initiator, Reason::NothingToBegin));
        let refused = Failure { message: child, router: Responder, reason: Reason::NoTunnelForTraffic };
        assert_eq!(predict(version, &world, &r2, &without).outcome, Outcome::NoChildSa(refused));
    }
}

#[test]
fn ikev2_tells_what_is_not_in_common() {
    let world = world(1);
    let (r1, r2) = (router(1, &[0], &[0], &[0]), router(2, &[0], &[0], &[0]));
    let outcome =
        |common| ios::predict(&Negotiation { common, ..negotiation(Ikev2, &world, &r1, &r2) }).outcome;
    let all = Common::default();
    let refused = failed(Message::IkeSaInitRequest, Responder, Reason::NoProposalChosen);
    assert_eq!(outcome(Common { ike_proposal: false, ..all }), refused);
    let child =
        |reason| Outcome::NoChildSa(Failure { message: Message::IkeAuthRequest, router: Responder, reason });
    assert_eq!(outcome(Common { traffic: Traffic::Apart, ..all }), child(Reason::NoTunnelForTraffic));
    assert_eq!(outcome(Common { child_proposal: false, ..all }), child(Reason::NoChildProposalChosen));
}

#[test]
fn v1_tra_1_traffic_beyond_the_responders_is_refused_and_ikev2_narrows_it() {
    let world = world(1);
    let (r1, r2) = (router(1, &[0], &[0], &[0]), router(2, &[0], &[0], &[0]));
    let predict = |version, traffic| {
        let common = Common { traffic, ..Common::default() };
        ios::predict(&Negotiation { common, ..negotiation(version, &world, &r1, &r2) })
    };
    let refused = Failure { message: Message::Qm1, router: Responder, reason: Reason::NoTunnelForTraffic };
    for traffic in [Traffic::Beyond, Traffic::Apart] {
        let prediction = predict(Ikev1, traffic);
        assert_eq!(prediction.outcome, Outcome::NoChildSa(refused));
        assert!(prediction.rules.contains(Rule::V1Tra1));
    }
    for (version, traffic) in [(Ikev1, Traffic::Within), (Ikev2, Traffic::Within), (Ikev2, Traffic::Beyond)] {
        assert_eq!(predict(version, traffic).outcome, Outcome::Up, "{version:?} {traffic:?}");
    }
    assert_eq!(Traffic::Within.from_the_other_side(), Traffic::Beyond);
}

#[test]
fn v2_pro_3_a_refused_tunnel_does_not_hide_that_the_initiator_refuses_the_peer() {
    let world = world(1);
    let r1 = with(router(1, &[0], &[0], &[0]), |r1| r1.clock = Instant(10));
    let r2 = with(router(2, &[0], &[0], &[0]), |r2| {
        r2.profiles.push(r2.profiles[0].clone());
        certificate(r2, 0).condition.validity = validity(0, 9);
    });
    let refused = failed(Message::IkeAuthResponse, Initiator, Reason::CertificateExpired);
    assert_eq!(predict(Ikev2, &world, &r1, &r2).outcome, refused);
}

#[test]
fn v1_val_5_what_a_router_minds_it_refuses_and_others_do_not() {
    let world = world(1);
    for (defect, unable, reason) in [
        (Defect::WeakKey, Unable { weak_keys: true, ..Unable::default() }, Reason::CertificateWeakKey),
        (
            Defect::ExtendedKeyUsage,
            Unable { other_purposes: true, ..Unable::default() },
            Reason::CertificateExtendedKeyUsage,
        ),
        (
            Defect::Nonconforming,
            Unable { nonconforming: true, ..Unable::default() },
            Reason::CertificateNonconforming,
        ),
    ] {
        let r1 = with(router(1, &[0], &[0], &[]), |r1| certificate(r1, 0).condition.defect = Some(defect));
        let r2 = router(2, &[0], &[0], &[]);
        assert_eq!(predict(Ikev1, &world, &r1, &r2).outcome, Outcome::Up);
        let r2 = with(r2, |r2| r2.unable = unable);
        assert_eq!(predict(Ikev1, &world, &r1, &r2).outcome, failed(Message::Mm5, Responder, reason));
    }
}

#[test]
fn a_chain_is_accepted_only_if_its_intermediate_is_sent() {
    // CA 2 certified CA 1, which issued R1's certificate.
    let mut world = world(3);
    world.ca_certificates.push(ca_certificate(1, 2));
    let r1 = router(1, &[3, 0], &[0], &[]);
    // R2 asks for CA 1, which it knows by the certificate of CA 2, and pins CA 2.
    let r2 = router(2, &[2, 3, 0], &[2], &[0]);
    assert_eq!(predict(Ikev1, &world, &r1, &r2).anchor.responder, Some(TrustpointId(0)));
    let alone = with(r1, |r1| r1.enrolments[0].sends = Some(Few::none()));
    let refused = failed(Message::Mm5, Responder, Reason::NoSuitableTrustpoint);
    assert_eq!(predict(Ikev1, &world, &alone, &r2).outcome, refused);
}

#[test]
fn a_certificate_of_the_cas_other_key_is_judged_by_its_signature() {
    // CA 1 is CA 0 with a new key, which issued R1's certificate; both routers know the old one.
    let mut world = world(2);
    world.authorities[1].name = Name(0);
    let r1 = with(router(1, &[0], &[0], &[]), |r1| certificate(r1, 0).issuer = Some(Ca(1)));
    let r2 = router(2, &[0], &[0], &[]);
    let refused = failed(Message::Mm5, Responder, Reason::CertificateBadSignature);
    assert_eq!(predict(Ikev1, &world, &r1, &r2).outcome, refused);
}

//! The scenarios of IKEv1 with fixed outcomes, each from both sides. Unless said otherwise both routers are enrolled in
//! CA1 and CA2.

use crypto::HashAlgorithm;
use ike::{FailureCode, RouterParts};
use lab::certificates::Form;

use crate::routers::{Authorities, profile, router};
use crate::support::{MM5, MM6, Outcome, QM1, both, negotiate, outcome, signed_with};

const UP: Outcome = Outcome::Up;
const UNUSABLE: FailureCode = FailureCode::CertificateUnusable;

/// What becomes of the negotiation that R1 begins, and of the one that R2 begins.
fn outcomes(parts: &[RouterParts; 2]) -> [Outcome; 2] {
    [1, 2].map(|from| outcome(&negotiate(parts.clone(), from)))
}

/// The CAs whose certificates R1 and R2 sent in the negotiation that `from` begins.
fn certificates(parts: &[RouterParts; 2], from: u8) -> [Option<usize>; 2] {
    let pair = negotiate(parts.clone(), from);
    [1, 2].map(|host| signed_with(&pair, host))
}

/// Both ways in which a router can show its certificates.
const ORDERS: [[usize; 2]; 2] = [[1, 2], [2, 1]];

#[test]
fn the_documents_pair_comes_up_from_r1_and_is_refused_by_r1_in_mm5_from_r2() {
    let parts = both(&mut Authorities::new(2), (&[2, 1], &[1]), (&[1, 2], &[]));
    let refused = Outcome::Failed(MM5, 1, FailureCode::NoSuitableTrustpoint);
    assert_eq!(outcomes(&parts), [UP, refused]);
    assert_eq!(certificates(&parts, 1), [Some(1), Some(1)]);
    assert_eq!(certificates(&parts, 2), [None, Some(2)], "R1 has nothing to send after its refusal");
}

#[test]
fn the_documents_pair_comes_up_from_both_sides_when_r1_shows_its_pin_first() {
    let parts = both(&mut Authorities::new(2), (&[1, 2], &[1]), (&[1, 2], &[]));
    assert_eq!(outcomes(&parts), [UP, UP]);
    assert_eq!(certificates(&parts, 2), [Some(1), Some(1)]);
}

#[test]
fn the_documents_pair_comes_up_from_both_sides_when_r2_knows_the_pinned_authority_only() {
    let mut authorities = Authorities::new(2);
    let parts =
        [router(&mut authorities, 1, &[1, 2], &[2, 1], &[1]), router(&mut authorities, 2, &[1], &[1], &[])];
    assert_eq!(outcomes(&parts), [UP, UP]);
}

#[test]
fn without_pins_each_router_signs_with_what_the_other_shows_first_whoever_begins() {
    let parts = both(&mut Authorities::new(2), (&[2, 1], &[]), (&[1, 2], &[]));
    assert_eq!(outcomes(&parts), [UP, UP]);
    for from in [1, 2] {
        assert_eq!(certificates(&parts, from), [Some(1), Some(2)], "from R{from}");
    }
}

#[test]
fn the_same_pin_on_both_sides_comes_up_from_both_sides_whatever_they_show() {
    // An initiator asks for CA1 only, so that the responder signs with it; and signs itself with nothing else.
    let mut authorities = Authorities::new(2);
    for of_r1 in ORDERS {
        for of_r2 in ORDERS {
            let parts = both(&mut authorities, (&of_r1, &[1]), (&of_r2, &[1]));
            assert_eq!(outcomes(&parts), [UP, UP], "R1 shows {of_r1:?}, R2 shows {of_r2:?}");
            assert_eq!(certificates(&parts, 1), [Some(1), Some(1)]);
            assert_eq!(certificates(&parts, 2), [Some(1), Some(1)]);
        }
    }
}

/// R1's certificate of CA2 is one that R2 cannot use: of version 1, or with a hash that R2 does not know.
fn with_unusable_certificate(
    authorities: &mut Authorities,
    version_1: bool,
    [mut r1, mut r2]: [RouterParts; 2],
) -> [RouterParts; 2] {
    r1.trustpoints[1].enrolment = Some(authorities.enrolment_with(2, "R1", |certificate| {
        if version_1 {
            certificate.form = Form::Version1;
        } else {
            certificate.signature_hash = HashAlgorithm::Sha512;
        }
    }));
    if version_1 {
        r2.capabilities.least_version = pki::Version::V3;
    } else {
        r2.capabilities.unsupported_hashes = vec![HashAlgorithm::Sha512];
    }
    [r1, r2]
}

#[test]
fn an_unusable_certificate_that_is_not_pinned_fails_from_the_side_that_pins_nothing() {
    // V1-VAL-5: R1 pins IOSCA1 and shows 1, 2; R2 pins nothing and shows 2, 1.
    let mut authorities = Authorities::new(2);
    for version_1 in [true, false] {
        let parts = both(&mut authorities, (&[1, 2], &[1]), (&[2, 1], &[]));
        let parts = with_unusable_certificate(&mut authorities, version_1, parts);
        assert_eq!(outcomes(&parts), [UP, Outcome::Failed(MM6, 2, UNUSABLE)], "version 1: {version_1}");
        assert_eq!(certificates(&parts, 1), [Some(1), Some(1)]);
        assert_eq!(certificates(&parts, 2), [Some(2), Some(1)], "the signer does not know");
    }
}

#[test]
fn without_pins_an_unusable_certificate_fails_from_both_sides_or_from_none() {
    // V1-VAL-5: R1 signs with what R2 shows first, whoever begins.
    let mut authorities = Authorities::new(2);
    for version_1 in [true, false] {
        for of_r1 in ORDERS {
            for of_r2 in ORDERS {
                let parts = both(&mut authorities, (&of_r1, &[]), (&of_r2, &[]));
                let parts = with_unusable_certificate(&mut authorities, version_1, parts);
                let expected = match of_r2 {
                    [1, _] => [UP, UP],
                    _ => [Outcome::Failed(MM5, 2, UNUSABLE), Outcome::Failed(MM6, 2, UNUSABLE)],
                };
                assert_eq!(outcomes(&parts), expected, "R1 shows {of_r1:?}, R2 shows {of_r2:?}");
            }
        }
    }
}

#[test]
fn profiles_that_match_equally_refuse_quick_mode_as_responder_and_come_up_as_initiator() {
    let refused = |host| Outcome::Failed(QM1, host, FailureCode::ProfileNotTheTunnels);
    for (owner, expected) in [(2, [refused(2), UP]), (1, [UP, refused(1)])] {
        let mut parts = both(&mut Authorities::new(1), (&[1], &[]), (&[1], &[]));
        let profiles = &mut parts[owner - 1].profiles;
        let pattern = profiles[0].matches[0].pattern.clone();
        profiles.push(profile("prof2", &[], pattern.clone()));
        profiles.push(profile("prof3", &[], pattern));
        assert_eq!(outcomes(&parts), expected, "R{owner} has three");
    }
}

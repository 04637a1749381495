//! Bytes made to harm: reading and judging them ends, in bounded time and without a panic.

use crypto::Simulated;
use pki::{
    Anchor, Authority, Certificate, IssuerSignatures, Limits, Name, Policy, Refusal, RefusalReason,
    RevocationList, RevocationMethod, Setting, validate,
};
use proptest::prelude::*;

use crate::data::{ca1, ca1_list, day, r1};
use crate::made::{Ca, Counting, proptest_config};

/// `whole` with some octets changed, and perhaps cut.
fn damaged(whole: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = whole.len();
    let changes = prop::collection::vec((0..length, any::<u8>()), 1..4);
    (changes, 0..=length).prop_map(move |(changes, cut)| {
        let mut bytes = whole.clone();
        for (offset, octet) in changes {
            bytes[offset] = octet;
        }
        bytes.truncate(if cut % 4 == 0 { cut } else { length });
        bytes
    })
}

proptest! {
    #![proptest_config(proptest_config(2_000))]

    #[test]
    fn any_certificate_is_read_and_judged_or_refused_within_its_bytes(bytes in damaged(r1().as_der().to_vec())) {
        match Certificate::from_der(&bytes) {
            Err(error) => prop_assert!(error.offset <= bytes.len()),
            Ok(read) => {
                prop_assert_eq!(read.as_der(), &bytes);
                let _ = (format!("{read:?}"), read.validity().not_after.to_string());
                let anchor = Anchor {
                    authority: Authority::Certificate(ca1()),
                    revocation: vec![RevocationMethod::Crl],
                };
                let lists = vec![ca1_list()];
                let setting = Setting {
                    now: day(2013, 9, 2),
                    policy: &Policy { strict_profile: true, ..Policy::rfc4945() },
                    limits: Limits::default(),
                    revocation: &lists,
                    signatures: &Simulated,
                };
                // No stand-in has signed it, so it cannot be accepted.
                let refusal = validate(&read, &[ca1()], &[anchor], &setting).unwrap_err();
                prop_assert!(!refusal.to_string().is_empty());
            }
        }
    }

    #[test]
    fn any_list_is_read_or_refused_within_its_bytes(bytes in damaged(ca1_list().as_der().to_vec())) {
        match RevocationList::from_der(&bytes) {
            Err(error) => prop_assert!(error.offset <= bytes.len()),
            Ok(read) => prop_assert_eq!(read.as_der(), &bytes),
        }
    }

    #[test]
    fn arbitrary_bytes_are_read_or_refused_within_them(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for error in [
            Certificate::from_der(&bytes).err(),
            RevocationList::from_der(&bytes).err(),
            Name::from_der(&bytes).err(),
        ].into_iter().flatten() {
            prop_assert!(error.offset <= bytes.len());
        }
    }

    #[test]
    fn any_text_is_a_name_or_an_error_within_it(text in "([cou]{0,2}[=+,\\\\# ]{0,2}[0-9a-f=]{0,3}){0,6}") {
        match Name::from_ios_text(&text) {
            Err(error) => prop_assert!(error.offset <= text.len()),
            Ok(name) => prop_assert_eq!(Name::from_der(name.as_der()).unwrap(), name),
        }
    }
}

#[test]
fn many_certificates_of_one_name_end_in_too_much_work() {
    // By their names each of them could have issued each other: the number of paths is the factorial of theirs.
    let others: Vec<Certificate> = (2..30).map(|key| Ca::root("CA", key).certificate).collect();
    let end_entity = Ca::root("CA", 99).router("R1", 98);
    let elsewhere = Anchor { authority: Authority::Certificate(ca1()), revocation: Vec::new() };
    assert_eq!(refusal(&end_entity, &others, &[elsewhere]).reason, RefusalReason::TooMuchWork);
    let impostor =
        Anchor { authority: Authority::Certificate(Ca::root("CA", 1).certificate), revocation: Vec::new() };
    assert_eq!(refusal(&end_entity, &others, &[impostor]).reason, RefusalReason::TooMuchWork);
}

#[test]
fn certificates_that_issue_each_other_end_as_a_path_to_nowhere() {
    let (first, second) = (Ca::root("A", 1), Ca::root("B", 2));
    let loops = [first.authority("B", 2).certificate, second.authority("A", 1).certificate];
    let end_entity = first.router("R1", 3);
    let issuer = first.certificate.subject().clone();
    assert_eq!(refusal(&end_entity, &loops, &[]).reason, RefusalReason::NoAnchor { issuer });
}

/// `size` CAs of which each has certified each other: so many certificates, and so many paths as there are permutations.
fn mesh(size: u8) -> Vec<Certificate> {
    let name = |number: u8| format!("CA {number}");
    let roots: Vec<Ca> = (0..size).map(|number| Ca::root(&name(number), number + 1)).collect();
    let others = |number: u8| (0..size).filter(move |other| *other != number);
    let certified = |(number, root): (u8, &Ca)| {
        others(number).map(|other| root.authority(&name(other), other + 1).certificate).collect::<Vec<_>>()
    };
    (0..).zip(&roots).flat_map(certified).collect()
}

#[test]
fn a_mesh_of_cross_certificates_costs_no_more_verifications_than_the_limit() {
    let trusted =
        |certificate| [Anchor { authority: Authority::Certificate(certificate), revocation: Vec::new() }];
    for size in 2..=6 {
        let mesh = mesh(size);
        assert!(mesh.len() <= Limits::default().certificates);
        let last = format!("CA {}", size - 1);
        let cost = |end_entity: &Certificate, anchors: &[Anchor]| {
            let counting = Counting::default();
            let refusal = refusal_by(&counting, end_entity, &mesh, anchors);
            (counting.asked(), refusal.reason.code())
        };
        let end_entity = Ca::root("CA 0", 1).router("R1", 99);
        // Nothing to end at is nothing to judge.
        assert_eq!(cost(&end_entity, &[]).0, 0);
        // An anchor with the last CA's name and another key: whatever that CA issued is asked about once.
        let (cost_of_impostor, _) = cost(&end_entity, &trusted(Ca::root(&last, 100).certificate));
        assert!(cost_of_impostor < size.into(), "{cost_of_impostor} of {size}");
        // An anchor in order, and a forgery at the other end: every path is verified down to it.
        let forged = Ca::root("CA 0", 100).router("R1", 99);
        let (cost_of_forgery, code) = cost(&forged, &trusted(Ca::root(&last, size).certificate));
        assert!((2..=Limits::default().signatures).contains(&cost_of_forgery), "{cost_of_forgery} of {size}");
        assert!(["bad-signature", "too-much-work"].contains(&code), "{code}");
    }
}

#[test]
fn no_signature_is_verified_beyond_the_limit() {
    // Seventy anchors of one name and with a key each: each costs one verification, until the limit.
    let anchors: Vec<Anchor> = (1..=70)
        .map(|key| Authority::Certificate(Ca::root("CA", key).certificate))
        .map(|authority| Anchor { authority, revocation: Vec::new() })
        .collect();
    let end_entity = Ca::root("CA", 90).router("R1", 99);
    let counting = Counting::default();
    let refusal = refusal_by(&counting, &end_entity, &[], &anchors);
    assert_eq!(
        (counting.asked(), refusal.reason),
        (Limits::default().signatures, RefusalReason::TooMuchWork)
    );
}

fn refusal(end_entity: &Certificate, others: &[Certificate], anchors: &[Anchor]) -> Refusal {
    refusal_by(&Simulated, end_entity, others, anchors)
}

fn refusal_by(
    signatures: &dyn IssuerSignatures,
    end_entity: &Certificate,
    others: &[Certificate],
    anchors: &[Anchor],
) -> Refusal {
    let setting = Setting {
        now: day(2013, 9, 2),
        policy: &Policy::ios(),
        limits: Limits::default(),
        revocation: &Vec::new(),
        signatures,
    };
    validate(end_entity, others, anchors, &setting).unwrap_err()
}

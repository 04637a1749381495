//! Bytes made to harm: reading and judging them ends, in bounded time and without a panic.

use crypto::Simulated;
use pki::{
    Anchor, Authority, Certificate, Limits, Name, Policy, Refusal, RefusalReason, RevocationList,
    RevocationMethod, Setting, validate,
};
use proptest::prelude::*;

use crate::data::{ca1, ca1_list, day, r1};
use crate::made::{Ca, proptest_config};

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

fn refusal(end_entity: &Certificate, others: &[Certificate], anchors: &[Anchor]) -> Refusal {
    let setting = Setting {
        now: day(2013, 9, 2),
        policy: &Policy::ios(),
        limits: Limits::default(),
        revocation: &Vec::new(),
        signatures: &Simulated,
    };
    validate(end_entity, others, anchors, &setting).unwrap_err()
}

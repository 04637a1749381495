//! Certificates that the texts hold are used as they are; what is missing beside them is made to fit.

use std::fmt::Write as _;

use ike::{Router, Trustpoint};
use lab::certificates::Mint;
use lab::complete::{Holdings, complete_alone};
use lab::side::Side;
use lab::verdict::Outcome;
use pki::{Authority, Certificate};

use crate::pair::{Routers, assumed};

/// Which certificates a configuration holds.
#[derive(Clone, Copy, PartialEq)]
enum Held {
    Both,
    OwnOnly,
    AuthorityOnly,
}

/// The document's pair with the certificates that the lab made for it in the configurations, and the show outputs.
fn holding(held: Held) -> (Routers, Vec<Certificate>) {
    let mut routers = Routers::of_the_document();
    let world = routers.world();
    let mut own = Vec::new();
    for side in Side::BOTH {
        let chains: String = configured(&world.routers[side]).map(|it| chain(it, held)).collect();
        own.extend(
            configured(&world.routers[side]).map(|it| it.enrolment.as_ref().unwrap().certificate.clone()),
        );
        routers = routers.replacing(side, "!\nend\n", &format!("!\n{chains}end\n"));
    }
    (routers, own)
}

fn configured(router: &Router) -> impl Iterator<Item = &Trustpoint> {
    router.trustpoints().iter().filter(|trustpoint| trustpoint.enrolment.is_some())
}

/// `crypto pki certificate chain` as a running configuration has it.
fn chain(trustpoint: &Trustpoint, held: Held) -> String {
    let mut text = format!("crypto pki certificate chain {}\n", trustpoint.name);
    if held != Held::AuthorityOnly {
        block(&mut text, "certificate", &trustpoint.enrolment.as_ref().unwrap().certificate);
    }
    if let (Held::Both | Held::AuthorityOnly, Some(Authority::Certificate(authority))) =
        (held, &trustpoint.authority)
    {
        block(&mut text, "certificate ca", authority);
    }
    text
}

fn block(text: &mut String, heading: &str, certificate: &Certificate) {
    writeln!(text, " {heading} {}", certificate.serial()).unwrap();
    for line in certificate.as_der().chunks(32) {
        let words: Vec<String> =
            line.chunks(4).map(|word| word.iter().map(|byte| format!("{byte:02X}")).collect()).collect();
        writeln!(text, "  {}", words.join(" ")).unwrap();
    }
    text.push_str("        quit\n");
}

fn own_certificates(routers: &Routers) -> Vec<Certificate> {
    let world = routers.world();
    let both = Side::BOTH.map(|side| {
        configured(&world.routers[side])
            .map(|it| it.enrolment.as_ref().unwrap().certificate.clone())
            .collect::<Vec<_>>()
    });
    both.concat()
}

#[test]
fn given_certificates_are_never_minted_again() {
    let (routers, own) = holding(Held::Both);
    assert_eq!(own_certificates(&routers), own);
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Failed]);
    let verdict = routers.verdict(Side::First);
    assert_eq!(assumed(&verdict, Side::First), ["private-key-missing", "crl-assumed-fresh"]);
}

#[test]
fn a_stand_in_signature_leaves_the_lengths_as_they_are() {
    let (routers, _) = holding(Held::Both);
    let negotiation = lab::negotiation::negotiate(&routers.world(), Side::First).unwrap();
    let lengths: Vec<_> = negotiation.messages.iter().map(|message| message.ip_length).collect();
    assert_eq!(lengths[..6], [192, 132, 355, 755, 736, 712]);
}

#[test]
fn for_routers_certificates_alone_a_ca_is_made_and_taken_to_have_issued_them() {
    let (routers, own) = holding(Held::OwnOnly);
    assert_eq!(own_certificates(&routers), own);
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Failed]);
    let world = routers.world();
    let authority = &world.authorities[0].certificate;
    assert_eq!(authority.extensions().subject_key_identifier, own[0].extensions().authority_key_identifier);
    assert!(assumed(&routers.verdict(Side::First), Side::First).contains(&"ca-certificate-made"));
}

#[test]
fn for_ca_certificates_alone_routers_certificates_are_made_with_a_stand_in_for_the_issuers_signature() {
    let (routers, _) = holding(Held::AuthorityOnly);
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Failed]);
    let codes = assumed(&routers.verdict(Side::First), Side::First);
    assert_eq!(codes, ["certificate-made", "crl-assumed-fresh"]);
}

#[test]
fn a_forged_certificate_is_refused() {
    let (routers, _) = holding(Held::Both);
    let text = routers.text(Side::First);
    // The last byte of the signature of R1's certificate from CA1.
    let start = text.find("crypto pki certificate chain IOSCA1\n").unwrap();
    let end = start + text[start..].find("\n        quit").unwrap();
    let last = if text.as_bytes()[end - 1] == b'0' { "1" } else { "0" };
    let routers = routers.with_text(Side::First, &format!("{}{last}{}", &text[..end - 1], &text[end..]));
    let verdict = routers.verdict(Side::First);
    assert_eq!(crate::pair::failure(&verdict), ("MM5".to_owned(), Side::Second, "certificate-bad-signature"));
}

#[test]
fn a_router_alone_needs_its_certificates_and_keys_and_invents_nothing() {
    let (routers, _) = holding(Held::Both);
    let texts = routers.scenario.read_texts().unwrap();
    let world = Routers::of_the_document().world();
    let mint = Mint::new();
    let keys = world.router_keys.first.values().map(|&id| mint.keys().key(id) as _).collect();
    let lists = configured(&world.routers.first).flat_map(|it| it.revocation_lists.clone()).collect();
    let holdings = Holdings { keys, revocation_lists: lists };

    let (router, _) = complete_alone(&texts.routers.first, &holdings).unwrap();
    assert_eq!(router.parts().enrolments, world.routers.first.parts().enrolments);
    assert!(configured(&router).all(|trustpoint| trustpoint.revocation_lists.len() == 1));

    let problems = complete_alone(&texts.routers.first, &Holdings::default()).unwrap_err();
    let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["trustpoint IOSCA1 has no private key", "trustpoint IOSCA2 has no private key"]);
}

#[test]
fn a_router_alone_without_certificates_names_each_that_is_missing() {
    let texts = Routers::of_the_document().scenario.read_texts().unwrap();
    let problems = complete_alone(&texts.routers.first, &Holdings::default()).unwrap_err();
    let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    let of = |trustpoint| {
        ["CA certificate", "certificate of its own"]
            .map(|what| format!("trustpoint {trustpoint} has no {what}"))
    };
    assert_eq!(messages, [of("IOSCA1"), of("IOSCA2")].concat());
}

//! Advice: given where its case is seen, and what it claims is what comes of it.

use crypto::HashAlgorithm;
use lab::advice::{self, Advice, Change, Edit, MOST_TRIALS, Outcomes, Remedy, Rule, Subject};
use lab::certificates::Mint;
use lab::scenario::{CertificateChange, CertificateForm, Inability, Texts};
use lab::side::{Pair, Side};
use lab::verdict::Outcome::{Failed, NoChildSa, Up};
use lab::verdict::{Outcome, try_direction};

use crate::pair::Routers;

pub const BOTH_UP: Outcomes = Pair { first: Some(Up), second: Some(Up) };

/// Another profile of R1 or R2, for a peer that is not here.
const FOR_ANOTHER: &str =
    "crypto isakmp profile prof9\n self-identity fqdn\n match identity host R9.cisco.com\n!\n";

/// A pair and its advice.
pub struct Advised {
    texts: Texts,
    pub advice: Vec<Advice>,
}

pub fn advised(routers: &Routers) -> Advised {
    let mint = Mint::new();
    let scenario = &routers.scenario;
    let texts = scenario.read_texts().unwrap();
    let world = scenario.world(&texts, None, &mint).unwrap();
    let directions = Pair::from_fn(|initiator| try_direction(&world, initiator));
    let directions = directions.as_ref();
    let subject = Subject { scenario, texts: &texts, world: &world, mint: &mint, directions };
    let advice = advice::advise(&subject);
    Advised { texts, advice }
}

impl Advised {
    /// Rule, lines of the change, outcomes.
    pub fn remedies(&self) -> Vec<(Rule, Vec<String>, Outcomes)> {
        let tried = |piece: &Advice| {
            let Remedy { changes, tried } = piece.remedy.clone()?;
            Some((piece.rule, changes.iter().flat_map(|change| self.diff(change)).collect(), tried))
        };
        self.advice.iter().filter_map(tried).collect()
    }

    /// `r1.txt:18 - ca trust-point IOSCA1`; what is inserted, with the line that it comes after.
    fn diff(&self, change: &Change) -> Vec<String> {
        let place = self.texts.sources.locate(change.at).unwrap();
        let at = format!("{}:{}", place.file, place.line);
        match &change.edit {
            Edit::Remove => vec![format!("{at} -{}", place.line_text)],
            Edit::Insert(lines) => lines.iter().map(|line| format!("{at} +{line}")).collect(),
        }
    }

    /// The pair with one piece of advice followed, edited here and not by the code that tried it.
    fn followed(&self, routers: Routers, remedy: &Remedy) -> Routers {
        Side::BOTH.into_iter().fold(routers, |routers, side| {
            let mut lines: Vec<String> = routers.text(side).lines().map(str::to_owned).collect();
            let mut changes: Vec<_> = remedy.changes.iter().filter(|change| change.router == side).collect();
            changes.sort_by_key(|change| self.line(change));
            for change in changes.into_iter().rev() {
                let line = self.line(change);
                match &change.edit {
                    Edit::Remove => drop(lines.remove(line - 1)),
                    Edit::Insert(more) => drop(lines.splice(line..line, more.iter().cloned())),
                }
            }
            routers.with_text(side, &(lines.join("\n") + "\n"))
        })
    }

    fn line(&self, change: &Change) -> usize {
        self.texts.sources.locate(change.at).unwrap().line as usize
    }
}

fn strings(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

#[test]
fn the_documents_pair_is_offered_the_same_pins_on_both_sides() {
    let found = advised(&Routers::of_the_document());
    let expected = [
        (Rule::DifferentPins, strings(&["r1.txt:18 - ca trust-point IOSCA1"]), BOTH_UP),
        (Rule::DifferentPins, strings(&["r2.txt:17 + ca trust-point IOSCA1"]), BOTH_UP),
    ];
    assert_eq!(found.remedies(), expected);
    assert!(found.advice.iter().all(|piece| piece.latent.is_none() && piece.also.is_empty()));
}

#[test]
fn where_nothing_is_wrong_there_is_no_advice() {
    let sound = [
        Routers::without_pins(),
        Routers::of_the_document().pinning(Side::Second, "IOSCA1"),
        // R1's pin leaves out nothing that R2 has.
        Routers::of_the_document().without_trustpoint(Side::Second, "IOSCA2"),
        // Another profile, for another peer.
        Routers::without_pins().replacing(
            Side::First,
            "crypto ipsec transform",
            &format!("{FOR_ANOTHER}crypto ipsec transform"),
        ),
    ];
    for routers in sound {
        assert_eq!(routers.outcomes(), [Up, Up]);
        assert_eq!(advised(&routers).advice, []);
    }
}

#[test]
fn a_pair_that_the_next_renewal_breaks_is_advised_though_it_is_up() {
    // The second row of the fixed outcomes; with R1's certificate of IOSCA2 the most recent it is the first.
    let routers = Routers::of_the_document().enrolled_the_other_way(Side::First);
    assert_eq!(routers.outcomes(), [Up, Up]);
    let found = advised(&routers);
    assert_eq!(found.remedies().len(), 2);
    for piece in &found.advice {
        assert_eq!(piece.rule, Rule::DifferentPins);
        let latent = "once R1 renews its certificate of IOSCA2, R2 -> R1 fails";
        assert_eq!(piece.latent.as_deref(), Some(latent));
    }
}

/// Nobody pins, R2 cannot use R1's certificate from CA2 and asks for it first: down from both sides.
fn with_an_unusable_certificate() -> Routers {
    let mut routers = Routers::without_pins().enrolled_the_other_way(Side::Second);
    let settings = &mut routers.scenario.settings;
    settings.certificates.push(CertificateChange {
        router: "R1".to_owned(),
        trustpoint: "IOSCA2".to_owned(),
        form: CertificateForm { signature_hash: Some(HashAlgorithm::Sha1), ..CertificateForm::default() },
        ..CertificateChange::default()
    });
    settings.unable.insert("R2".to_owned(), vec![Inability::Hash(HashAlgorithm::Sha1)]);
    routers
}

#[test]
fn an_initiator_with_several_profiles_is_advised_to_pin_the_unpinned_one() {
    // ADV-2. Pinned to IOSCA1, R1 signs with it when it begins; when R2 begins, R2 has to ask for that CA only as well.
    let routers = with_an_unusable_certificate();
    assert_eq!(routers.outcomes(), [Failed, Failed]);
    assert_eq!(advised(&routers).advice, [], "with one profile the rule is silent");

    let transforms = "crypto ipsec transform-set";
    let routers = routers.replacing(Side::First, transforms, &format!("{FOR_ANOTHER}{transforms}"));
    let found = advised(&routers);
    let lines = ["r1.txt:17 + ca trust-point IOSCA1", "r2.txt:17 + ca trust-point IOSCA1"];
    assert_eq!(found.remedies(), [(Rule::UnpinnedInitiator, strings(&lines), BOTH_UP)]);
    assert!(
        found.advice[0].text.contains("prof9 wants the trustpoint of its own peer"),
        "{:?}",
        found.advice
    );
}

#[test]
fn a_responder_with_several_profiles_is_advised_to_pin_nothing() {
    // ADV-3: as a responder R1 asks for CA2 first, and its pin accepts CA1 only.
    let transforms = "crypto ipsec transform-set";
    let routers =
        Routers::of_the_document().replacing(Side::First, transforms, &format!("{FOR_ANOTHER}{transforms}"));
    let found = advised(&routers);
    let first = &found.advice[0];
    assert_eq!((first.rule, first.also.as_slice()), (Rule::DifferentPins, &[Rule::PinnedResponder][..]));
    assert_eq!(found.remedies()[0].1, ["r1.txt:18 - ca trust-point IOSCA1"]);
    assert_eq!(found.remedies()[0].2, BOTH_UP);
}

#[test]
fn a_direction_that_never_begins_is_not_claimed_to_come_up() {
    let transforms = "crypto ipsec transform-set";
    let hub = Routers::of_the_document().without(Side::First, " tunnel destination 192.168.0.2\n").replacing(
        Side::First,
        transforms,
        &format!("{FOR_ANOTHER}{transforms}"),
    );
    let found = advised(&hub);
    let only_from_r2 = Pair { first: None, second: Some(Up) };
    assert_eq!(found.remedies().len(), 2);
    assert!(found.remedies().iter().all(|(_, _, tried)| *tried == only_from_r2), "{:?}", found.remedies());
    assert!(found.advice.iter().any(|piece| piece.also.contains(&Rule::PinnedResponder)));
}

/// The profile of R2 as the document has it.
const OF_R2: &str = "crypto isakmp profile prof1\n self-identity fqdn\n match identity host R1.cisco.com\n";

/// R2 with these profiles in place of its one.
fn with_profiles(profiles: &str) -> Routers {
    Routers::without_pins().replacing(Side::Second, OF_R2, profiles)
}

/// Something else that prof2 of R2 protects.
fn protecting_with_prof2(routers: Routers) -> Routers {
    let profile = "crypto ipsec profile prof2\n set transform-set TS\n set isakmp-profile prof2\n!\n";
    let tunnel = "interface Tunnel2\n ip address 10.0.9.2 255.255.255.0\n tunnel source Ethernet0/0\n tunnel destination 192.168.0.9\n tunnel protection ipsec profile prof2\n!\n";
    let before = "interface Loopback0\n";
    routers.replacing(Side::Second, before, &format!("{profile}{tunnel}{before}"))
}

#[test]
fn of_profiles_that_match_equally_only_the_tunnels_should_match() {
    // ADV-4: R2 selects prof3 and its tunnel names prof1.
    let three = ["prof1", "prof2", "prof3"].map(|name| OF_R2.replace("prof1", name)).concat();
    let routers = with_profiles(&three);
    assert_eq!(routers.outcomes(), [NoChildSa, Up]);
    let found = advised(&routers);
    let lines =
        ["r2.txt:21 - match identity host R1.cisco.com", "r2.txt:24 - match identity host R1.cisco.com"];
    assert_eq!(found.remedies(), [(Rule::OverlappingMatches, strings(&lines), BOTH_UP)]);
    assert!(found.advice[0].text.ends_with("prof2 and prof3 then match nobody, and nothing names them"));
}

#[test]
fn a_profile_that_matches_a_domain_may_match_its_peer_exactly() {
    // ADV-4: the most specific match is selected, wherever it stands.
    let domain =
        |name: &str| OF_R2.replace("prof1", name).replace("host R1.cisco.com", "host domain cisco.com");
    let routers = protecting_with_prof2(with_profiles(&[domain("prof1"), domain("prof2")].concat()));
    assert_eq!(routers.outcomes(), [NoChildSa, Up]);
    let found = advised(&routers);
    // Without its only match prof2 would be incomplete, and Tunnel2 down.
    let line = ["r2.txt:18 + match identity host R1.cisco.com"];
    assert_eq!(found.remedies(), [(Rule::OverlappingMatches, strings(&line), BOTH_UP)]);
}

#[test]
fn where_the_texts_do_not_tell_what_to_write_nothing_is_claimed() {
    let two = ["prof1", "prof2"].map(|name| OF_R2.replace("prof1", name)).concat();
    let found = advised(&protecting_with_prof2(with_profiles(&two)));
    let [piece] = found.advice.as_slice() else { panic!("{:?}", found.advice) };
    assert_eq!((piece.rule, &piece.remedy), (Rule::OverlappingMatches, &None));
    let lines = piece.lines.iter().map(|&line| found.texts.sources.locate(line).unwrap().line);
    assert_eq!(lines.collect::<Vec<_>>(), [18, 21]);
}

#[test]
fn a_profile_that_is_selected_for_being_the_last_is_a_latent_case() {
    let two = ["prof2", "prof1"].map(|name| OF_R2.replace("prof1", name)).concat();
    let routers = with_profiles(&two);
    assert_eq!(routers.outcomes(), [Up, Up]);
    let found = advised(&routers);
    let line = ["r2.txt:18 - match identity host R1.cisco.com"];
    assert_eq!(found.remedies(), [(Rule::OverlappingMatches, strings(&line), BOTH_UP)]);
    let latent = "prof1 is selected only because it is configured last";
    assert_eq!(found.advice[0].latent.as_deref(), Some(latent));
}

#[test]
fn a_change_that_does_not_help_is_not_offered() {
    // The pins differ, and the tunnel fails before anybody looks at them.
    let routers = Routers::of_the_document().replacing(Side::Second, " encr 3des\n", " encr aes\n");
    assert_eq!(routers.outcomes(), [Failed, Failed]);
    assert_eq!(advised(&routers).advice, []);
}

#[test]
fn what_is_claimed_is_what_comes_of_it() {
    let three = ["prof1", "prof2", "prof3"].map(|name| OF_R2.replace("prof1", name)).concat();
    let pairs: [fn() -> Routers; 3] = [
        Routers::of_the_document,
        || Routers::of_the_document().enrolled_the_other_way(Side::First),
        || Routers::of_the_document().configuration_only(Side::First),
    ];
    let mut claims = 0;
    let mut check = |pair: &dyn Fn() -> Routers| {
        let found = advised(&pair());
        for piece in &found.advice {
            let Some(remedy) = &piece.remedy else { continue };
            let followed = found.followed(pair(), remedy);
            let outcomes: [Option<Outcome>; 2] = followed.outcomes().map(Some);
            assert_eq!(outcomes, [remedy.tried.first, remedy.tried.second], "{}", piece.text);
            claims += 1;
        }
    };
    pairs.iter().for_each(|pair| check(pair));
    check(&|| with_profiles(&three));
    assert!(claims >= 6, "{claims}");
    const { assert!(MOST_TRIALS <= 12) };
}

#[test]
fn the_same_pair_gets_the_same_advice() {
    let routers = Routers::of_the_document();
    assert_eq!(advised(&routers).advice, advised(&routers).advice);
}

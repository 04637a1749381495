//! Whatever the text, reading it ends, and every place lies within it.

use std::collections::BTreeSet;

use ike::Origin;
use ios::{RouterDescription, Sources, Style};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::reference::{R1, R2};

/// Every origin in a description, by its debug form.
pub fn origins(router: &RouterDescription) -> Vec<Origin> {
    let told = format!("{router:?}");
    let numbers = told.split("Origin(").skip(1).filter_map(|rest| rest.split(')').next()?.parse().ok());
    let numbers: BTreeSet<u32> = numbers.collect();
    numbers.into_iter().map(Origin::new).collect()
}

/// Reads the bytes, checks every place, and gives everything that can be printed.
fn check(bytes: &[u8]) -> String {
    let mut sources = Sources::new();
    let file = match sources.add("r1.txt", bytes) {
        Ok(file) => file,
        Err(diagnostic) => return diagnostic.render(&sources, Style::Plain),
    };
    let (router, diagnostics) = ios::read(&mut sources, &[file]);
    let labels = diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels).map(|label| label.origin);
    let mut printed = format!("{router:#?}");
    for origin in origins(&router).into_iter().chain(labels) {
        let Some(place) = sources.locate(origin) else { continue };
        let before: String = place.line_text.chars().take(place.column as usize - 1).collect();
        assert!(place.line_text[before.len()..].starts_with(place.text), "{place:?}");
        assert!(!place.text.is_empty() && place.line as usize <= bytes.len(), "{place:?}");
        printed += place.line_text;
    }
    for diagnostic in &diagnostics {
        printed += &diagnostic.render(&sources, Style::Plain);
        assert!(!diagnostic.message.contains('\n'), "{diagnostic}");
    }
    printed
}

/// What mutations put in: words of every section, marks of terminals, and what is wrong in each of them.
fn scrap() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "!",
        " !",
        "exit",
        "end",
        "quit",
        "crypto pki certificate chain IOSCA1",
        " certificate 03",
        "  30820101 02",
        "banner motd ^C",
        "^C",
        "R1#",
        "R1#show clock",
        "R1(config)#no shutdown",
        "Certificate",
        "CA Certificate",
        "Trustpoint X:",
        "-----BEGIN CERTIFICATE-----",
        "-----END CERTIFICATE-----",
        "\x08\x08\x08",
        "\x1b[K",
        " --More-- ",
        "router bgp 1",
        " neighbor x",
        "unknown words",
        " unknown words",
        "crypto ikev2 keyring K",
        " peer x",
        "crypto map M 10 ipsec-isakmp",
        "no",
        "do show run",
        "ip access-list extended A",
        " 10 permit ip any",
        "\u{e9}\u{4e2d}\u{6587} \u{1f600}",
        "\t",
        "\r",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,30}"]
}

#[derive(Clone, Debug)]
enum Mutation {
    Delete(prop::sample::Index),
    Duplicate(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, String),
    Cut(prop::sample::Index, prop::sample::Index),
    Within(prop::sample::Index, prop::sample::Index, String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    use Mutation::{Cut, Delete, Duplicate, Insert, Within};
    let index = any::<prop::sample::Index>;
    prop_oneof![
        index().prop_map(Delete),
        (index(), index()).prop_map(|(from, to)| Duplicate(from, to)),
        (index(), scrap()).prop_map(|(at, line)| Insert(at, line)),
        (index(), index()).prop_map(|(line, at)| Cut(line, at)),
        (index(), index(), scrap()).prop_map(|(line, at, scrap)| Within(line, at, scrap)),
    ]
}

fn mutate(text: &str, mutations: &[Mutation]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for mutation in mutations {
        let split = |line: &str, at: &prop::sample::Index| {
            let at = line.char_indices().map(|(offset, _)| offset).nth(at.index(line.chars().count().max(1)));
            let (head, tail) = line.split_at(at.unwrap_or(0));
            (head.to_owned(), tail.to_owned())
        };
        let length = lines.len();
        match mutation {
            Mutation::Delete(at) => drop(lines.remove(at.index(length))),
            Mutation::Duplicate(from, to) => {
                lines.insert(to.index(length), lines[from.index(length)].clone())
            }
            Mutation::Insert(at, line) => lines.insert(at.index(length), line.clone()),
            Mutation::Cut(line, at) => {
                let line = &mut lines[line.index(length)];
                *line = split(line, at).0;
            }
            Mutation::Within(line, at, scrap) => {
                let line = &mut lines[line.index(length)];
                let (head, tail) = split(line, at);
                *line = head + scrap + &tail;
            }
        }
    }
    lines.join("\n")
}

/// Lines of a configuration that hold the secret.
fn secret_lines(secret: &str) -> Vec<String> {
    [
        "enable secret 5 S",
        "username admin privilege 15 password 7 S",
        "crypto isakmp key S address 10.0.0.1",
        "crypto isakmp key 6 S hostname R2",
        "crypto keyring K",
        "  pre-shared-key address 10.0.0.1 key S",
        "crypto ikev2 keyring V",
        " peer R2",
        "  pre-shared-key local S",
        "  pre-shared-key remote 6 S",
        "crypto ikev2 profile P",
        " authentication remote pre-share key S",
        "crypto pki trustpoint T",
        " password 7 S",
        "snmp-server community S RO",
        "key chain C",
        " key 1",
        "  key-string S",
        "frobnicate password S",
        "R1#unknown key S",
        "R1(config-line)#password S",
        "line vty 0 4",
        " password S",
    ]
    .map(|line| line.replace('S', secret))
    .to_vec()
}

/// The same cases each time.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(117_633),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes);
    }

    #[test]
    fn any_lines_are_read(lines in proptest::collection::vec(scrap(), 0..40)) {
        check(lines.join("\n").as_bytes());
    }

    #[test]
    fn a_mutated_configuration_is_read(
        second in any::<bool>(),
        mutations in proptest::collection::vec(mutation(), 1..12),
    ) {
        check(mutate(if second { R2 } else { R1 }, &mutations).as_bytes());
    }

    #[test]
    fn no_secret_is_ever_handed_out(
        secret in "[a-z]{2}#[0-9]{6}[a-z!$%&^]{0,6}",
        at in any::<prop::sample::Index>(),
        flat in any::<bool>(),
    ) {
        let mut lines: Vec<String> = R1.lines().map(str::to_owned).collect();
        let at = at.index(lines.len());
        lines.splice(at..at, secret_lines(&secret));
        if flat {
            lines.iter_mut().for_each(|line| *line = line.trim_start().to_owned());
        }
        let printed = check(lines.join("\n").as_bytes());
        prop_assert!(!printed.contains(&secret), "{}", printed);
    }
}

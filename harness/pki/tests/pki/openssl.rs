//! `openssl verify` judges the same generated chains, signed in earnest.
//!
//! Where the command is missing this is passed over and said so, unless `IKESPEC_PEERS=require`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

use base64ct::{Base64, Encoding};
use crypto::Real;
use pki::{Certificate, RefusalReason};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::data::day;
use crate::generated::{Chain, Made, chains, judge, make};
use crate::made::{Key, proptest_config};

/// So many chains are judged by one process.
const BATCH: usize = 150;

/// How many processes judge.
const BATCHES: usize = 3;

/// A chain, and what both say of it.
struct Judged {
    chain: Chain,
    ours: Result<(), RefusalReason>,
    /// What openssl names as the error.
    theirs: Result<(), String>,
}

/// A difference that is meant: its name, its reason, and whether this is it.
type Difference = (&'static str, &'static str, fn(&Judged) -> bool);

const DIFFERENCES: &[Difference] = &[
    (
        "purposes",
        "openssl knows no purpose for IKE, and looks at none without being told; RFC 4945 5.1.3.12 wants it looked at",
        |judged| matches!(judged.ours, Err(RefusalReason::ExtendedKeyUsage { .. })) && judged.theirs.is_ok(),
    ),
    (
        "cross-certificates",
        "openssl goes on with one issuer of several that were sent and does not come back to the others (RFC 4158 2.4.1)",
        |judged| judged.chain.crossed && judged.ours.is_ok() && judged.theirs.is_err(),
    ),
];

/// Writes certificates as PEM, one after the other.
fn write_pem<'c>(path: &Path, certificates: impl IntoIterator<Item = &'c Certificate>) -> io::Result<()> {
    let mut text = String::new();
    for certificate in certificates {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let encoded = Base64::encode_string(certificate.as_der());
        for line in encoded.as_bytes().chunks(64) {
            text.push_str(str::from_utf8(line).unwrap());
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    fs::write(path, text)
}

/// What openssl says of each chain, in their order. They have no names in common, so that one process judges all.
///
/// # Errors
/// The command cannot be run.
fn openssl_judges(folder: &Path, batch: &[Made]) -> io::Result<Vec<Result<(), String>>> {
    fs::create_dir_all(folder)?;
    let file = |number: usize| format!("leaf-{number}.pem");
    write_pem(&folder.join("trusted.pem"), batch.iter().flat_map(|made| &made.trusted))?;
    write_pem(&folder.join("sent.pem"), batch.iter().flat_map(|made| &made.others))?;
    for (number, made) in batch.iter().enumerate() {
        write_pem(&folder.join(file(number)), [&made.leaf])?;
    }
    let now = day(2013, 9, 2).unix().to_string();
    let output = Command::new("openssl")
        .args(["verify", "-no-CApath", "-no-CAstore", "-attime", &now])
        .args(["-CAfile", "trusted.pem", "-untrusted", "sent.pem"])
        .args((0..batch.len()).map(file))
        .current_dir(folder)
        .output()?;
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let mut verdicts: BTreeMap<String, Result<(), String>> = said
        .lines()
        .filter_map(|line| line.strip_suffix(": OK"))
        .map(|leaf| (leaf.to_owned(), Ok(())))
        .collect();
    let mut cause = String::new();
    for line in errors.lines().filter_map(|line| line.strip_prefix("error ")) {
        match line.strip_suffix(": verification failed") {
            Some(leaf) => drop(verdicts.insert(leaf.to_owned(), Err(std::mem::take(&mut cause)))),
            None => cause = line.to_owned(),
        }
    }
    let of =
        |number| verdicts.remove(&file(number)).unwrap_or_else(|| panic!("{number} of\n{said}\n{errors}"));
    Ok((0..batch.len()).map(of).collect())
}

#[test]
fn openssl_accepts_and_refuses_the_same_chains() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openssl");
    let mut runner = TestRunner::new(proptest_config(1));
    let mut differences: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..BATCHES {
        let batch: Vec<Chain> =
            (0..BATCH).map(|_| chains().new_tree(&mut runner).unwrap().current()).collect();
        let made: Vec<Made> =
            batch.iter().enumerate().map(|(mark, chain)| make(chain, Key::real, mark)).collect();
        let theirs = match openssl_judges(&folder, &made) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_required() => {
                return eprintln!("passed over: openssl is not installed; install the package openssl");
            }
            theirs => theirs.unwrap(),
        };
        for ((chain, made), theirs) in batch.into_iter().zip(&made).zip(theirs) {
            let judged = Judged { chain, ours: judge(made, &Real), theirs };
            *if judged.ours.is_ok() { &mut accepted } else { &mut refused } += 1;
            if judged.ours.is_ok() == judged.theirs.is_ok() {
                continue;
            }
            let known = DIFFERENCES.iter().find(|(.., is)| is(&judged));
            let Judged { chain, ours, theirs } = &judged;
            let (name, ..) =
                known.unwrap_or_else(|| panic!("ours: {ours:?}, openssl: {theirs:?}, {chain:#?}"));
            *differences.entry(name).or_default() += 1;
        }
    }
    println!("{accepted} accepted, {refused} refused, differences {differences:?}");
    assert!(accepted > 100 && refused > 100, "{accepted} accepted, {refused} refused");
    for (name, reason, _) in DIFFERENCES {
        assert!(differences.contains_key(name), "{name} ({reason}) is not seen: {differences:?}");
    }
}

fn is_required() -> bool {
    env::var_os("CI").is_some() || env::var_os("IKESPEC_PEERS").is_some_and(|value| value == "require")
}

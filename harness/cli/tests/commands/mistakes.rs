//! Inputs that cannot be used: each message says what is wrong, where, and what to do, and the exit status is 2.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{SCENARIO, argument, assert_snapshot, folder, ikespec, repository};

/// The text of a router of the reference scenario.
fn text(router: &str) -> String {
    fs::read_to_string(repository().join(SCENARIO).join(router)).unwrap()
}

/// The errors of `check` for each case, one after the other under its name.
fn errors(folder: &Path, cases: &[(&str, &[PathBuf])]) -> String {
    let mut errors = String::new();
    for (what, files) in cases {
        let files = files.iter().map(|file| argument(file));
        let run = ikespec(&["check"].into_iter().chain(files).collect::<Vec<_>>()).exits(2);
        assert_eq!(run.output, "", "{what}");
        writeln!(errors, "=== {what}\n{}", run.errors.trim_end()).unwrap();
    }
    errors.replace(argument(folder), "FOLDER")
}

#[test]
fn files_that_are_no_texts_of_routers() {
    let folder = folder("mistakes-files");
    let write = |name: &str, contents: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, contents).unwrap();
        path
    };
    let r1 = write("r1.txt", text("r1.txt").as_bytes());
    let r2 = write("r2.txt", text("r2.txt").as_bytes());
    let many = folder.join("many");
    fs::create_dir(&many).unwrap();
    for name in ["a.txt", "b.txt", "c.txt"] {
        fs::write(many.join(name), "hostname R\n").unwrap();
    }
    let cases: &[(&str, &[PathBuf])] = &[
        ("not there", &[r1.clone(), folder.join("r3.txt")]),
        ("empty", &[r1.clone(), write("empty.txt", b"\r\n \r\n")]),
        ("binary", &[r1.clone(), write("certificate.der", b"\x30\x82\x02\x0a\x00\x01\x02\x00\x00\x00")]),
        ("huge", &[r1.clone(), write("huge.txt", &vec![b'a'; 50 << 20])]),
        ("a folder among files", &[r1.clone(), many.clone()]),
        ("a folder with many files", &[many]),
        ("the same file twice", &[r1.clone(), r1.clone()]),
        ("one file", std::slice::from_ref(&r1)),
        (
            "without cryptography",
            &[
                r1.clone(),
                write("switch.txt", b"hostname SW\ninterface Vlan1\n ip address 10.0.0.1 255.0.0.0\n"),
            ],
        ),
        ("two routers in one file", &[write("both.txt", (text("r1.txt") + &text("r2.txt")).as_bytes()), r2]),
    ];
    assert_snapshot("mistakes_files", &errors(&folder, cases));
}

#[test]
fn texts_that_cannot_be_what_a_router_has() {
    let folder = folder("mistakes-texts");
    let r2 = folder.join("r2.txt");
    fs::write(&r2, text("r2.txt")).unwrap();
    let changed = |name: &str, from: &str, to: &str| {
        let (before, path) = (text("r1.txt"), folder.join(name));
        assert!(before.contains(from), "{from}");
        fs::write(&path, before.replacen(from, to, 1)).unwrap();
        path
    };
    let chain = |digits: &str| {
        format!(
            "crypto pki certificate chain IOSCA1\n certificate ca 01\n{digits}  quit\ncrypto isakmp policy 10\n"
        )
    };
    let policy = "crypto isakmp policy 10\n";
    let cases: &[(&str, &[PathBuf])] = &[
        (
            "a trustpoint that does not exist",
            &[changed("pin.txt", "ca trust-point IOSCA1", "ca trust-point ISOCA1"), r2.clone()],
        ),
        (
            "a profile that does not exist",
            &[changed("profile.txt", "set isakmp-profile prof1", "set isakmp-profile porf1"), r2.clone()],
        ),
        (
            "hexadecimal digits that were cut off",
            &[changed("cut.txt", policy, &chain("  3082020A 308201B1 A0030201\n")), r2.clone()],
        ),
        (
            "a certificate that is not DER",
            &[changed("der.txt", policy, &chain("  48656C6C 6F2C2077 6F726C64\n")), r2.clone()],
        ),
        (
            "digits that are none",
            &[changed("digits.txt", policy, &chain("  3082020A 308201B1 A003020G\n")), r2.clone()],
        ),
        (
            "a value out of its range",
            &[changed("range.txt", policy, "crypto isakmp policy 10\n lifetime 5\n"), r2.clone()],
        ),
        (
            "no path to each other",
            &[changed("path.txt", "tunnel destination 192.168.0.2", "tunnel destination 192.168.7.7"), {
                let path = folder.join("away.txt");
                fs::write(
                    &path,
                    text("r2.txt")
                        .replace("tunnel destination 192.168.0.1", "tunnel destination 192.168.8.8"),
                )
                .unwrap();
                path
            }],
        ),
    ];
    assert_snapshot("mistakes_texts", &errors(&folder, cases));
}

#[test]
fn scenarios_that_are_not_whole() {
    let folder = folder("mistakes-scenarios");
    let scenario = |name: &str, change: &dyn Fn(String) -> String, without: &str| {
        let path = folder.join(name);
        fs::create_dir(&path).unwrap();
        for file in ["scenario.toml", "r1.txt", "r2.txt"].into_iter().filter(|file| *file != without) {
            let contents = text(file);
            fs::write(path.join(file), if file == "scenario.toml" { change(contents) } else { contents })
                .unwrap();
        }
        path
    };
    let cases: &[(&str, &[PathBuf])] = &[
        ("without r2.txt", &[scenario("missing", &|toml| toml, "r2.txt")]),
        ("without scenario.toml", &[scenario("plain", &|toml| toml, "scenario.toml")]),
        ("broken", &[scenario("broken", &|toml| toml.replace("[lab]", "[lab"), "")]),
        ("a key that nobody knows", &[scenario("unknown", &|toml| toml.replace("seed = ", "sead = "), "")]),
        (
            "a code that nobody knows",
            &[scenario("code", &|toml| toml.replace("no-suitable-trustpoint", "no-trustpoint"), "")],
        ),
    ];
    assert_snapshot("mistakes_scenarios", &errors(&folder, cases));
}

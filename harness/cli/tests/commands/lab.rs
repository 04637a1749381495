//! `ikespec lab`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pki::{Certificate, RevocationList};

use crate::support::{SCENARIO, argument, folder, ikespec};

/// All files below a folder by their path in it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = argument(path.strip_prefix(folder).unwrap()).to_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

fn der(pem: &str) -> Vec<u8> {
    pem_rfc7468::decode_vec(pem.as_bytes()).unwrap().1
}

#[test]
fn every_party_gets_certificates_keys_and_crls_that_belong_together() {
    let folder = folder("lab");
    let run = ikespec(&["lab", SCENARIO, "--out", argument(&folder)]).exits(0);
    assert!(run.output.starts_with("23 files written to "), "{}", run.output);
    let files = files(&folder);
    assert_eq!(files.len(), 23);
    for router in ["R1", "R2"] {
        for (trustpoint, authority) in
            [("IOSCA1", "cn=CA1,o=cisco,o=com"), ("IOSCA2", "cn=CA2,o=cisco,o=com")]
        {
            let file = |kind: &str| &files[&format!("{router}/{kind}/{trustpoint}.pem")];
            let certificate = Certificate::from_der(&der(file("x509"))).unwrap();
            let issuer = Certificate::from_der(&der(file("x509ca"))).unwrap();
            let list = RevocationList::from_der(&der(file("x509crl"))).unwrap();
            let key = crypto::real::RsaSigner::from_pkcs8_der(&der(file("private"))).unwrap();
            assert_eq!(certificate.public_key().as_der(), crypto::Signer::public_key(&key));
            assert_eq!(certificate.issuer(), issuer.subject());
            assert_eq!(list.issuer(), issuer.subject());
            assert_eq!(issuer.subject().to_string(), authority);
        }
    }
}

#[test]
fn keys_and_the_readme_say_that_they_are_of_a_laboratory() {
    let folder = folder("lab-notice");
    ikespec(&["lab", SCENARIO, "--out", argument(&folder)]).exits(0);
    let files = files(&folder);
    assert!(files["README.txt"].contains("LAB KEYS"));
    for (name, text) in files.iter().filter(|(name, _)| name.contains("private") || name.ends_with("key.pem"))
    {
        assert!(text.starts_with('#') && text.to_lowercase().contains("lab key"), "{name}: {text}");
    }
}

#[test]
fn the_same_scenario_gives_the_same_files_and_may_be_written_again() {
    let folder = folder("lab-again");
    ikespec(&["lab", SCENARIO, "--out", argument(&folder)]).exits(0);
    let once = files(&folder);
    ikespec(&["lab", SCENARIO, "--out", argument(&folder)]).exits(0);
    assert_eq!(files(&folder), once);
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let folder = folder("lab-in-use");
    fs::write(folder.join("thesis.txt"), "all my work").unwrap();
    let run = ikespec(&["lab", SCENARIO, "--out", argument(&folder)]).exits(2);
    assert!(run.errors.contains("is not empty"), "{}", run.errors);
    assert_eq!(files(&folder).len(), 1);
}

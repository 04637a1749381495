//! `crypto pki trustpoint`.

use std::net::IpAddr;

use crate::description::{
    ChainValidation, Enrollment, RevocationMethod, RsaKeyPair, Trustpoint, TrustpointAddress, TrustpointName,
};
use crate::read::command::{Command, Statement, command};

pub(super) const COMMANDS: &[Command<Trustpoint>] = &[
    command("enrollment url <url> [<rest...>]", |trustpoint, statement| {
        let url = statement.text(0);
        trustpoint.enrollment = Some(statement.sourced(Enrollment::Url(url)));
    }),
    command("enrollment terminal [pem]", |trustpoint, statement| {
        trustpoint.enrollment = Some(statement.sourced(Enrollment::Terminal));
    }),
    command("enrollment selfsigned|self", |trustpoint, statement| {
        trustpoint.enrollment = Some(statement.sourced(Enrollment::SelfSigned));
    }),
    command("enrollment pkcs12", |trustpoint, statement| {
        trustpoint.enrollment = Some(statement.sourced(Enrollment::Pkcs12));
    }),
    command("enrollment profile <name>", |trustpoint, statement| {
        let name = statement.text(0);
        trustpoint.enrollment = Some(statement.sourced(Enrollment::Profile(name)));
    }),
    command("serial-number none", |trustpoint, statement| {
        trustpoint.serial_number = Some(statement.sourced(false));
    }),
    command("serial-number", |trustpoint, statement| {
        trustpoint.serial_number = Some(statement.sourced(true))
    }),
    command("fqdn none", |trustpoint, statement| {
        trustpoint.fqdn = Some(statement.sourced(TrustpointName::LeftOut));
    }),
    command("fqdn <name>", |trustpoint, statement| {
        let name = TrustpointName::Name(statement.text(0));
        trustpoint.fqdn = Some(statement.sourced(name));
    }),
    command("ip-address none", |trustpoint, statement| {
        trustpoint.ip_address = Some(statement.sourced(TrustpointAddress::LeftOut));
    }),
    command("ip-address <address>", |trustpoint, statement| {
        let text = statement.text(0);
        let address = match text.parse::<IpAddr>() {
            Ok(address) => TrustpointAddress::Address(address),
            Err(_) => TrustpointAddress::Interface(text),
        };
        trustpoint.ip_address = Some(statement.sourced(address));
    }),
    command("subject-name <name...>", |trustpoint, statement| {
        let name = statement.rest(0);
        trustpoint.subject_name = Some(statement.sourced(name));
    }),
    command("revocation-check <methods...>", revocation_check),
    // What releases before 12.3 wrote instead of `revocation-check`.
    command("crl optional", |trustpoint, statement| {
        trustpoint.revocation_check = statement.sourced(vec![RevocationMethod::None]);
    }),
    command("crl best-effort", |trustpoint, statement| {
        trustpoint.revocation_check = statement.sourced(vec![RevocationMethod::Crl, RevocationMethod::None]);
    }),
    command("rsakeypair <label> [<bits>]", rsa_key_pair),
    command("rsakeypair <label> <bits> <encryption-bits>", rsa_key_pair),
    command("eckeypair <label>", |trustpoint, statement| {
        trustpoint.ec_key_pair = Some(statement.value(0));
    }),
    command("hash <algorithm>", |trustpoint, statement| match statement.choice(0, super::HASHES) {
        Some(hash) => trustpoint.hash = Some(statement.sourced(hash)),
        None => statement.refuse(0, "a hash algorithm"),
    }),
    command("usage <uses...>", |trustpoint, statement| {
        trustpoint.usage = statement.values_from(0);
    }),
    command("chain-validation stop", |trustpoint, statement| {
        trustpoint.chain_validation = statement.sourced(ChainValidation::Stop);
    }),
    command("chain-validation continue [<parent>]", |trustpoint, statement| {
        let parent = statement.get(0).map(str::to_owned);
        trustpoint.chain_validation = statement.sourced(ChainValidation::Continue(parent));
    }),
    command("match certificate <map...>", |trustpoint, statement| {
        let map = statement.rest(0);
        let map = statement.sourced(map);
        trustpoint.match_certificate.push(map);
    }),
    command("vrf <vrf>", |trustpoint, statement| {
        trustpoint.vrf = Some(statement.value(0));
    }),
];

/// What decides how certificates are got and kept, not which of them is used.
pub(super) const WITHOUT_BEARING: &[&str] = &[
    "authorization",
    "auto-enroll",
    "auto-trigger",
    "crl cache",
    "crl configure",
    "crl query",
    "default",
    "enrollment http-proxy",
    "enrollment mode",
    "enrollment retry",
    "exit",
    "fingerprint",
    "keypair",
    "ocsp",
    "on",
    "password",
    "primary",
    "regenerate",
    "root",
    "show",
    "source interface",
    "storage",
    "subject-alt-name",
    "validation-usage",
];

const METHODS: &[(&str, RevocationMethod)] =
    &[("crl", RevocationMethod::Crl), ("ocsp", RevocationMethod::Ocsp), ("none", RevocationMethod::None)];

fn revocation_check(trustpoint: &mut Trustpoint, statement: &mut Statement<'_>) {
    let mut methods = Vec::new();
    for index in 0..statement.len() {
        match statement.choice(index, METHODS) {
            Some(method) => methods.push(method),
            None => statement.refuse(index, "a method of checking: crl, ocsp or none"),
        }
    }
    if !methods.is_empty() {
        trustpoint.revocation_check = statement.sourced(methods);
    }
}

fn rsa_key_pair(trustpoint: &mut Trustpoint, statement: &mut Statement<'_>) {
    let label = statement.text(0);
    let bits = statement.parse(1, "a length in bits");
    trustpoint.rsa_key_pair = Some(statement.sourced(RsaKeyPair { label, bits }));
}

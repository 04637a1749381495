//! `crypto isakmp` and `crypto keyring`.

use std::net::Ipv4Addr;

use crypto::{CipherAlgorithm, Group};

use super::global::find_or_add;
use super::{HASHES, Next, Section};
use crate::description::{
    Authentication, IdentityKind, IdentityMatch, IdentityPattern, InitiateMode, IsakmpPolicy, IsakmpProfile,
    Keepalive, KeepaliveMode, Keyring, PreSharedKey, RouterDescription,
};
use crate::read::command::{Command, Statement, command};

pub(super) const POLICY: &[Command<IsakmpPolicy>] = &[
    command("encr|encryption <cipher> [<bits>]", cipher),
    command("hash <algorithm>", |policy, statement| match statement.choice(0, HASHES) {
        Some(hash) => policy.hash = statement.sourced(hash),
        None => policy.not_understood.push(statement.not_understood(0, "a hash algorithm")),
    }),
    command("authentication <method>", |policy, statement| match statement.choice(0, AUTHENTICATIONS) {
        Some(method) => policy.authentication = statement.sourced(method),
        None => policy.not_understood.push(statement.not_understood(0, "an authentication method")),
    }),
    command("group <number>", |policy, statement| match group(statement, 0) {
        Some(group) => policy.group = statement.sourced(group),
        None => policy.not_understood.push(statement.not_understood(0, "a Diffie-Hellman group")),
    }),
    command("lifetime <seconds>", |policy, statement| {
        if let Some(seconds) = statement.number_within(0, 60..=86_400) {
            policy.lifetime = statement.sourced(seconds);
        }
    }),
];

pub(super) const PROFILE: &[Command<IsakmpProfile>] = &[
    command("self-identity address", |profile, statement| {
        profile.self_identity = Some(statement.sourced(IdentityKind::Address));
    }),
    command("self-identity fqdn [<name>]", |profile, statement| {
        let name = statement.get(0).map(str::to_owned);
        profile.self_identity = Some(statement.sourced(IdentityKind::Fqdn(name)));
    }),
    command("self-identity user-fqdn <name>", |profile, statement| {
        let name = statement.text(0);
        profile.self_identity = Some(statement.sourced(IdentityKind::UserFqdn(name)));
    }),
    command("ca trust-point|trustpoint <name>", |profile, statement| {
        let pin = statement.value(0);
        find_or_add(&mut profile.trustpoints, |other| other.value == pin.value, || pin.clone());
    }),
    command("match identity address <address> [<mask-or-vrf>]", match_address),
    command("match identity address <address> <mask> <vrf>", match_address),
    command("match identity host domain <domain>", |profile, statement| {
        add_match(profile, statement, IdentityPattern::HostDomain);
    }),
    command("match identity host <name>", |profile, statement| {
        add_match(profile, statement, IdentityPattern::Host);
    }),
    command("match identity user domain <domain>", |profile, statement| {
        add_match(profile, statement, IdentityPattern::UserDomain);
    }),
    command("match identity user <name>", |profile, statement| {
        add_match(profile, statement, IdentityPattern::User);
    }),
    command("match identity group <name>", |profile, statement| {
        add_match(profile, statement, IdentityPattern::Group);
    }),
    command("match certificate <map>", |profile, statement| {
        profile.match_certificate.push(statement.value(0));
    }),
    command("keyring <name>", |profile, statement| {
        profile.keyrings.push(statement.value(0));
    }),
    command("vrf <vrf>", |profile, statement| {
        profile.vrf = Some(statement.value(0));
    }),
    command("local-address <where> [<vrf>]", |profile, statement| {
        profile.local_address = Some(statement.value(0));
    }),
    command("initiate mode aggressive", |profile, statement| {
        profile.initiate_mode = Some(statement.sourced(InitiateMode::Aggressive));
    }),
    command("keepalive <seconds> retry <retry>", |profile, statement| {
        if let (Some(interval), Some(retry)) = (statement.number(0), statement.number(1)) {
            let keepalive = Keepalive { interval, retry, mode: KeepaliveMode::OnDemand };
            profile.keepalive = Some(statement.sourced(keepalive));
        }
    }),
];

pub(super) const PROFILE_WITHOUT_BEARING: &[&str] = &[
    "accounting",
    "client",
    "description",
    "isakmp authorization",
    "qos-group",
    "reverse-route",
    "virtual-template",
];

pub(super) const KEYRING: &[Command<Keyring>] = &[
    command("pre-shared-key address <address> key <key>", |keyring, statement| {
        let mask = statement.ipv4(0).map(default_mask);
        keyring_address(keyring, statement, mask);
    }),
    command("pre-shared-key address <address> <mask> key <key>", |keyring, statement| {
        let mask = statement.ipv4(1);
        keyring_address(keyring, statement, mask);
    }),
    command("pre-shared-key hostname <name> key <key>", |keyring, statement| {
        let key = PreSharedKey::Host(statement.text(0));
        let key = statement.sourced(key);
        keyring.keys.push(key);
    }),
    command("pre-shared-key <rest...>", |keyring, statement| {
        let key = PreSharedKey::Other(statement.rest(0));
        let key = statement.sourced(key);
        keyring.keys.push(key);
    }),
    command("local-address <where> [<vrf>]", |keyring, statement| {
        keyring.local_address = Some(statement.value(0));
    }),
    command("key-string", |_, statement| statement.next = Next::UntilQuit),
];

pub(super) const KEYRING_WITHOUT_BEARING: &[&str] =
    &["address", "description", "rsa-pubkey", "serial-number"];

const AUTHENTICATIONS: &[(&str, Authentication)] = &[
    ("rsa-sig", Authentication::RsaSignature),
    ("rsa-encr", Authentication::RsaEncryption),
    ("pre-share", Authentication::PreSharedKey),
    ("ecdsa-sig", Authentication::EcdsaSignature),
];

/// `crypto isakmp keepalive`: seconds between repetitions when none are written.
const DEFAULT_RETRY: u32 = 2;

pub(super) fn policy(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let origin = statement.origin();
    let Some(priority) = statement.number(0) else { return };
    // One that IOS would not take is reported; its lines are read nevertheless.
    statement.number_within(0, 1..=10_000);
    let is_it = |policy: &IsakmpPolicy| policy.priority == priority;
    let position = find_or_add(&mut router.isakmp.policies, is_it, || IsakmpPolicy::new(priority, origin));
    statement.next = Next::Section(Section::IsakmpPolicy(position));
}

pub(super) fn profile(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let new = || IsakmpProfile::new(name.clone(), origin);
    let position = find_or_add(&mut router.isakmp.profiles, |profile| profile.name == name, new);
    statement.next = Next::Section(Section::IsakmpProfile(position));
}

pub(super) fn identity(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let kind = match statement.get(0) {
        Some("address") => IdentityKind::Address,
        Some("hostname") => IdentityKind::Fqdn(None),
        Some("dn") => IdentityKind::DistinguishedName,
        _ => return statement.refuse(0, "an identity: address, hostname or dn"),
    };
    router.isakmp.identity = statement.sourced(kind);
}

pub(super) fn key_of_address(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let mask = statement.get(2).and_then(|mask| mask.parse().ok());
    match statement.get(1).and_then(|address| address.parse().ok()) {
        Some(address) => {
            let mask = mask.unwrap_or(default_mask(address));
            add_key(router, statement, PreSharedKey::Address { address, mask });
        }
        None => other_key(router, statement),
    }
}

pub(super) fn key_of_host(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let key = PreSharedKey::Host(statement.text(1));
    add_key(router, statement, key);
}

pub(super) fn other_key(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let key = PreSharedKey::Other(statement.rest(0));
    add_key(router, statement, key);
}

fn add_key(router: &mut RouterDescription, statement: &mut Statement<'_>, key: PreSharedKey) {
    let key = statement.sourced(key);
    router.isakmp.keys.push(key);
}

pub(super) fn keepalive(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let Some(interval) = statement.number_within(0, 10..=3_600) else { return };
    let mut keepalive = Keepalive { interval, retry: DEFAULT_RETRY, mode: KeepaliveMode::OnDemand };
    for index in 1..statement.len() {
        match statement.get(index) {
            Some("periodic") => keepalive.mode = KeepaliveMode::Periodic,
            Some("on-demand") => keepalive.mode = KeepaliveMode::OnDemand,
            _ => match statement.number_within(index, 2..=60) {
                Some(retry) => keepalive.retry = retry,
                None => return,
            },
        }
    }
    router.isakmp.keepalive = Some(statement.sourced(keepalive));
}

pub(super) fn keyring(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let vrf = statement.get(1).map(str::to_owned).map(|vrf| statement.sourced(vrf));
    let new = || Keyring { name: name.clone(), origin, vrf, local_address: None, keys: Vec::new() };
    let position = find_or_add(&mut router.isakmp.keyrings, |keyring| keyring.name == name, new);
    statement.next = Next::Section(Section::Keyring(position));
}

/// A group, by its number.
pub(super) fn group(statement: &Statement<'_>, index: usize) -> Option<Group> {
    let word = statement.get(index)?;
    Group::from_number(word.strip_prefix("group").unwrap_or(word).parse().ok()?)
}

fn cipher(policy: &mut IsakmpPolicy, statement: &mut Statement<'_>) {
    let cipher = match (statement.get(0), statement.get(1)) {
        (Some("des"), None) => CipherAlgorithm::DesCbc,
        (Some("3des"), None) => CipherAlgorithm::TripleDesCbc,
        (Some("aes"), None | Some("128")) => CipherAlgorithm::AesCbc128,
        (Some("aes"), Some("192")) => CipherAlgorithm::AesCbc192,
        (Some("aes"), Some("256")) => CipherAlgorithm::AesCbc256,
        _ => return policy.not_understood.push(statement.not_understood(0, "a cipher")),
    };
    policy.cipher = statement.sourced(cipher);
}

fn add_match(
    profile: &mut IsakmpProfile,
    statement: &mut Statement<'_>,
    pattern: impl FnOnce(String) -> IdentityPattern,
) {
    let pattern = pattern(statement.text(0));
    let identity = statement.sourced(IdentityMatch { pattern, vrf: None });
    profile.matches.push(identity);
}

/// `match identity address A [MASK] [VRF]`.
fn match_address(profile: &mut IsakmpProfile, statement: &mut Statement<'_>) {
    let Some(address) = statement.ipv4(0) else { return };
    let has_mask = statement.get(1).is_some_and(|word| word.parse::<Ipv4Addr>().is_ok());
    let (mask, vrf) = if has_mask { (1, 2) } else { (statement.len(), 1) };
    let Some(prefix) = statement.prefix(mask, address) else { return };
    let vrf = statement.get(vrf).map(str::to_owned);
    let pattern = IdentityPattern::Address { network: network(address, prefix), prefix };
    let identity = statement.sourced(IdentityMatch { pattern, vrf });
    profile.matches.push(identity);
}

/// The mask of an address that has none: that of one host, or of everybody for 0.0.0.0.
const fn default_mask(address: Ipv4Addr) -> Ipv4Addr {
    if address.is_unspecified() { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::BROADCAST }
}

/// The address with all bits behind the first `prefix` ones cleared.
pub(super) fn network(address: Ipv4Addr, prefix: u8) -> Ipv4Addr {
    let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
    Ipv4Addr::from_bits(address.to_bits() & mask)
}

fn keyring_address(keyring: &mut Keyring, statement: &mut Statement<'_>, mask: Option<Ipv4Addr>) {
    if let (Some(address), Some(mask)) = (statement.ipv4(0), mask) {
        let key = statement.sourced(PreSharedKey::Address { address, mask });
        keyring.keys.push(key);
    }
}

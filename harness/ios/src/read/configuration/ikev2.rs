//! `crypto ikev2`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crypto::CipherAlgorithm;

use super::global::find_or_add;
use super::isakmp::{group, network};
use super::{HASHES, Next, Section};
use crate::description::{
    Ikev2Authentication, Ikev2Cipher, Ikev2Identity, Ikev2Keyring, Ikev2KeyringPeer, Ikev2Match, Ikev2Policy,
    Ikev2Profile, Ikev2Proposal, Keepalive, KeepaliveMode, LocalAddress, PinUse, ProfilePin,
    RouterDescription,
};
use crate::read::command::{Command, Statement, command};

pub(super) const PROPOSAL: &[Command<Ikev2Proposal>] = &[
    command("encryption <ciphers...>", |proposal, statement| {
        list(
            statement,
            "a cipher",
            &mut proposal.ciphers,
            &mut proposal.not_understood,
            |statement, index| statement.choice(index, CIPHERS),
        );
    }),
    command("integrity <algorithms...>", |proposal, statement| {
        list(statement, "a hash algorithm", &mut proposal.integrity, &mut proposal.not_understood, hash);
    }),
    command("prf <algorithms...>", |proposal, statement| {
        list(statement, "a hash algorithm", &mut proposal.prf, &mut proposal.not_understood, hash);
    }),
    command("group <groups...>", |proposal, statement| {
        list(statement, "a Diffie-Hellman group", &mut proposal.groups, &mut proposal.not_understood, group);
    }),
];

pub(super) const POLICY: &[Command<Ikev2Policy>] = &[
    command("match fvrf <vrf>", |policy, statement| policy.match_fvrf = Some(statement.value(0))),
    command("match address local <address>", |policy, statement| {
        if let Some(address) = statement.parse(0, "an address") {
            let address = statement.sourced(LocalAddress::Address(address));
            policy.match_address_local.push(address);
        }
    }),
    command("proposal <name>", |policy, statement| policy.proposals.push(statement.value(0))),
];

pub(super) const KEYRING: &[Command<Ikev2Keyring>] = &[command("peer <name>", |keyring, statement| {
    let (name, origin) = (statement.text(0), statement.origin());
    keyring.peers.push(Ikev2KeyringPeer { name, origin, address: None, identity: None, has_key: None });
    statement.next = Next::KeyringPeer;
})];

pub(super) const KEYRING_PEER: &[Command<Ikev2KeyringPeer>] = &[
    command("address <address> [<mask>]", |peer, statement| {
        let mask = statement.get(1).and_then(|mask| mask.parse::<Ipv4Addr>().ok());
        peer.address =
            statement.parse::<IpAddr>(0, "an address").map(|address| statement.sourced((address, mask)));
    }),
    command("identity <identity...>", |peer, statement| {
        let identity = statement.rest(0);
        peer.identity = Some(statement.sourced(identity));
    }),
    command("hostname <name>", |peer, statement| peer.identity = Some(statement.value(0))),
    command("pre-shared-key <key...>", |peer, statement| peer.has_key = Some(statement.origin())),
];

pub(super) const PROFILE: &[Command<Ikev2Profile>] = &[
    command("match identity remote address <address> [<mask>]", match_address),
    command("match identity remote fqdn domain <domain>", |profile, statement| {
        add_match(profile, statement, Ikev2Match::FqdnDomain);
    }),
    command("match identity remote fqdn <name>", |profile, statement| {
        add_match(profile, statement, Ikev2Match::Fqdn);
    }),
    command("match identity remote email domain <domain>", |profile, statement| {
        add_match(profile, statement, Ikev2Match::EmailDomain);
    }),
    command("match identity remote email <name>", |profile, statement| {
        add_match(profile, statement, Ikev2Match::Email);
    }),
    command("match identity remote key-id <id>", |profile, statement| {
        add_match(profile, statement, Ikev2Match::KeyId);
    }),
    command("match identity remote any", |profile, statement| {
        add_match(profile, statement, |_| Ikev2Match::Any);
    }),
    command("match certificate <map>", |profile, statement| {
        add_match(profile, statement, Ikev2Match::Certificate);
    }),
    command("match fvrf <vrf>", |profile, statement| profile.match_fvrf = Some(statement.value(0))),
    command("match address local interface <interface>", |profile, statement| {
        let interface = LocalAddress::Interface(statement.text(0));
        let interface = statement.sourced(interface);
        profile.match_address_local.push(interface);
    }),
    command("match address local <address>", |profile, statement| {
        if let Some(address) = statement.parse(0, "an address") {
            let address = statement.sourced(LocalAddress::Address(address));
            profile.match_address_local.push(address);
        }
    }),
    command("identity local address <address>", |profile, statement| {
        if let Some(address) = statement.parse(0, "an address") {
            profile.identity_local = statement.sourced(Ikev2Identity::Address(Some(address)));
        }
    }),
    command("identity local dn", |profile, statement| {
        profile.identity_local = statement.sourced(Ikev2Identity::DistinguishedName);
    }),
    command("identity local email <name>", |profile, statement| {
        let name = Ikev2Identity::Email(statement.text(0));
        profile.identity_local = statement.sourced(name);
    }),
    command("identity local fqdn [<name>]", |profile, statement| {
        let name = statement.get(0).map(str::to_owned);
        profile.identity_local = statement.sourced(Ikev2Identity::Fqdn(name));
    }),
    command("identity local key-id <id>", |profile, statement| {
        let id = Ikev2Identity::KeyId(statement.text(0));
        profile.identity_local = statement.sourced(id);
    }),
    command("authentication remote <method> [<rest...>]", |profile, statement| {
        let method = authentication(statement);
        let method = statement.sourced(method);
        profile.authentication_remote.push(method);
    }),
    command("authentication local <method> [<rest...>]", |profile, statement| {
        let method = authentication(statement);
        profile.authentication_local = Some(statement.sourced(method));
    }),
    command("pki trustpoint <name> [<use>]", |profile, statement| {
        let uses = match statement.get(1) {
            None => PinUse::SignAndVerify,
            Some("sign") => PinUse::Sign,
            Some("verify") => PinUse::Verify,
            Some(_) => return statement.refuse(1, "a use: sign or verify"),
        };
        let pin = ProfilePin { trustpoint: statement.text(0), uses };
        let pin = statement.sourced(pin);
        profile.trustpoints.push(pin);
    }),
    command("keyring <where...>", |profile, statement| {
        let keyring = statement.rest(0);
        profile.keyring = Some(statement.sourced(keyring));
    }),
    command("lifetime <seconds>", |profile, statement| {
        if let Some(seconds) = statement.number(0) {
            profile.lifetime = statement.sourced(seconds);
        }
    }),
    command("dpd <seconds> <retry> <mode>", |profile, statement| {
        profile.dpd = dead_peer_detection(statement)
    }),
    command("ivrf <vrf>", |profile, statement| profile.ivrf = Some(statement.value(0))),
    command("shutdown", |profile, statement| profile.shutdown = Some(statement.origin())),
    command("no shutdown", |profile, _| profile.shutdown = None),
];

pub(super) const PROFILE_WITHOUT_BEARING: &[&str] = &[
    "aaa",
    "anyconnect",
    "config-exchange",
    "description",
    "lifetime certificate",
    "nat",
    "reconnect",
    "redirect",
    "initial-contact",
    "ppk",
    "virtual-template",
];

const CIPHERS: &[(&str, Ikev2Cipher)] = &[
    ("des", Ikev2Cipher::Cbc(CipherAlgorithm::DesCbc)),
    ("3des", Ikev2Cipher::Cbc(CipherAlgorithm::TripleDesCbc)),
    ("aes-cbc-128", Ikev2Cipher::Cbc(CipherAlgorithm::AesCbc128)),
    ("aes-cbc-192", Ikev2Cipher::Cbc(CipherAlgorithm::AesCbc192)),
    ("aes-cbc-256", Ikev2Cipher::Cbc(CipherAlgorithm::AesCbc256)),
    ("aes-gcm-128", Ikev2Cipher::AesGcm16(128)),
    ("aes-gcm-256", Ikev2Cipher::AesGcm16(256)),
];

/// `crypto ikev2 fragmentation` without `mtu`.
pub(super) const DEFAULT_FRAGMENTATION_MTU: u32 = 576;

pub(super) fn proposal(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let new = || Ikev2Proposal {
        name: name.clone(),
        origin,
        ciphers: Vec::new(),
        integrity: Vec::new(),
        prf: Vec::new(),
        groups: Vec::new(),
        not_understood: Vec::new(),
    };
    let position = find_or_add(&mut router.ikev2.proposals, |proposal| proposal.name == name, new);
    statement.next = Next::Section(Section::Ikev2Proposal(position));
}

pub(super) fn policy(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let new = || Ikev2Policy {
        name: name.clone(),
        origin,
        match_fvrf: None,
        match_address_local: Vec::new(),
        proposals: Vec::new(),
    };
    let position = find_or_add(&mut router.ikev2.policies, |policy| policy.name == name, new);
    statement.next = Next::Section(Section::Ikev2Policy(position));
}

pub(super) fn keyring(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let new = || Ikev2Keyring { name: name.clone(), origin, peers: Vec::new() };
    let position = find_or_add(&mut router.ikev2.keyrings, |keyring| keyring.name == name, new);
    statement.next = Next::Section(Section::Ikev2Keyring(position));
}

pub(super) fn profile(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let new = || Ikev2Profile::new(name.clone(), origin);
    let position = find_or_add(&mut router.ikev2.profiles, |profile| profile.name == name, new);
    statement.next = Next::Section(Section::Ikev2Profile(position));
}

/// `dpd SECONDS RETRY periodic|on-demand`.
pub(super) fn dead_peer_detection(statement: &mut Statement<'_>) -> Option<ike::Sourced<Keepalive>> {
    let (interval, retry) = (statement.number(0)?, statement.number(1)?);
    let mode = match statement.get(2) {
        Some("periodic") => KeepaliveMode::Periodic,
        Some("on-demand") => KeepaliveMode::OnDemand,
        _ => {
            statement.refuse(2, "one of periodic and on-demand");
            return None;
        }
    };
    Some(statement.sourced(Keepalive { interval, retry, mode }))
}

/// Reads all words of a line as values of a kind. A line that is written again replaces the first.
fn list<T>(
    statement: &mut Statement<'_>,
    kind: &str,
    values: &mut Vec<ike::Sourced<T>>,
    not_understood: &mut Vec<ike::Sourced<String>>,
    read: fn(&Statement<'_>, usize) -> Option<T>,
) {
    values.clear();
    for index in 0..statement.len() {
        match read(statement, index) {
            Some(value) => values.push(statement.sourced(value)),
            None => not_understood.push(statement.not_understood(index, kind)),
        }
    }
}

fn hash(statement: &Statement<'_>, index: usize) -> Option<crypto::HashAlgorithm> {
    statement.choice(index, HASHES)
}

fn add_match(profile: &mut Ikev2Profile, statement: &mut Statement<'_>, pattern: fn(String) -> Ikev2Match) {
    let pattern = pattern(statement.text(0));
    let pattern = statement.sourced(pattern);
    profile.matches.push(pattern);
}

/// `match identity remote address A [MASK]`, or `P/LENGTH` for IPv6.
fn match_address(profile: &mut Ikev2Profile, statement: &mut Statement<'_>) {
    let pattern = match ipv6_prefix(&statement.text(0)) {
        Some((network, prefix)) => Ikev2Match::Ipv6 { network, prefix },
        None => {
            let Some(address) = statement.ipv4(0) else { return };
            let Some(prefix) = statement.prefix(1, address) else { return };
            Ikev2Match::Address { network: network(address, prefix), prefix }
        }
    };
    let pattern = statement.sourced(pattern);
    profile.matches.push(pattern);
}

fn ipv6_prefix(text: &str) -> Option<(Ipv6Addr, u8)> {
    let (address, length) = text.split_once('/').unwrap_or((text, "128"));
    Some((address.parse().ok()?, length.parse().ok().filter(|length| *length <= 128)?))
}

fn authentication(statement: &Statement<'_>) -> Ikev2Authentication {
    match statement.get(0) {
        Some("rsa-sig") => Ikev2Authentication::RsaSignature,
        Some("ecdsa-sig") => Ikev2Authentication::EcdsaSignature,
        Some("pre-share") => Ikev2Authentication::PreSharedKey,
        _ => Ikev2Authentication::Eap(statement.rest(0)),
    }
}

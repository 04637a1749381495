//! `crypto ipsec`, `crypto map` and `crypto dynamic-map`.

use std::ops::RangeInclusive;

use super::global::find_or_add;
use super::isakmp::group;
use super::{Next, Section};
use crate::description::{
    AhIntegrity, CryptoMapEntry, CryptoMapKind, EspCipher, EspIntegrity, IpsecMode, IpsecProfile,
    IpsecSettings, PeerAddress, RouterDescription, TransformSet,
};
use crate::read::command::{Command, Statement, command};

pub(super) const TRANSFORM_SET: &[Command<TransformSet>] = &[
    command("mode tunnel", |set, statement| set.mode = statement.sourced(IpsecMode::Tunnel)),
    command("mode transport [require]", |set, statement| set.mode = statement.sourced(IpsecMode::Transport)),
];

/// What IPsec profiles and crypto maps have in common.
pub(super) const SETTINGS: &[Command<IpsecSettings>] = &[
    command("set transform-set <names...>", |settings, statement| {
        settings.transform_sets = statement.values_from(0);
    }),
    command("set isakmp-profile <name>", |settings, statement| {
        settings.isakmp_profile = Some(statement.value(0));
    }),
    command("set ikev2-profile <name>", |settings, statement| {
        settings.ikev2_profile = Some(statement.value(0));
    }),
    command("responder-only", |settings, statement| settings.responder_only = Some(statement.origin())),
    command("set pfs", |settings, statement| {
        settings.pfs = Some(statement.sourced(crypto::Group::Modp768));
    }),
    command("set pfs <group>", |settings, statement| match group(statement, 0) {
        Some(group) => settings.pfs = Some(statement.sourced(group)),
        None => settings.not_understood.push(statement.not_understood(0, "a Diffie-Hellman group")),
    }),
    command("set security-association lifetime seconds <seconds>", |settings, statement| {
        let seconds = statement.number_within(0, LIFETIME_SECONDS);
        settings.lifetime_seconds = seconds.map(|seconds| statement.sourced(seconds));
    }),
    command("set security-association lifetime kilobytes disable", |settings, statement| {
        settings.lifetime_kilobytes = Some(statement.sourced(None));
    }),
    command("set security-association lifetime kilobytes <kilobytes>", |settings, statement| {
        let kilobytes = statement.number_within(0, LIFETIME_KILOBYTES);
        settings.lifetime_kilobytes = kilobytes.map(|kilobytes| statement.sourced(Some(kilobytes)));
    }),
    command("set identity <name>", |settings, statement| {
        settings.identity = Some(statement.value(0));
    }),
];

pub(super) const CRYPTO_MAP: &[Command<CryptoMapEntry>] = &[
    command("set peer <peer> [<options...>]", |entry, statement| {
        let peer = match statement.address_or_name(0) {
            Some(Ok(address)) => PeerAddress::Address(address),
            Some(Err(name)) => PeerAddress::Host(name),
            None => return,
        };
        let peer = statement.sourced(peer);
        entry.peers.push(peer);
    }),
    command("match address <list>", |entry, statement| {
        entry.access_list = Some(statement.value(0));
    }),
];

pub(super) const WITHOUT_BEARING: &[&str] = &[
    "description",
    "dialer",
    "qos pre-classify",
    "redundancy",
    "reverse-route",
    "set ip access-group",
    "set mixed-mode",
    "set nat demux",
    "set reverse-route",
    "set security-association dfbit",
    "set security-association dummy",
    "set security-association ecn",
    "set security-association idle-time",
    "set security-association level",
    "set security-association replay",
];

/// What IOS takes for the lifetime of an IPsec SA (Cisco IOS Security Command Reference, `set security-association
/// lifetime`); releases differ in the most.
pub(super) const LIFETIME_SECONDS: RangeInclusive<u32> = 120..=2_592_000;
pub(super) const LIFETIME_KILOBYTES: RangeInclusive<u32> = 2_560..=u32::MAX;

/// Words of a transform set that stand for one thing.
#[derive(Clone, Copy)]
enum Transform {
    Cipher(EspCipher),
    /// A cipher whose key length may follow.
    CipherWithLength(fn(u16) -> EspCipher),
    Integrity(EspIntegrity),
    Ah(AhIntegrity),
    Compression,
}

const TRANSFORMS: &[(&str, Transform)] = &[
    ("esp-null", Transform::Cipher(EspCipher::Null)),
    ("esp-des", Transform::Cipher(EspCipher::Des)),
    ("esp-3des", Transform::Cipher(EspCipher::TripleDes)),
    ("esp-seal", Transform::Cipher(EspCipher::Seal)),
    ("esp-aes", Transform::CipherWithLength(EspCipher::Aes)),
    ("esp-gcm", Transform::CipherWithLength(EspCipher::AesGcm16)),
    ("esp-gmac", Transform::CipherWithLength(EspCipher::AesGmac)),
    ("esp-md5-hmac", Transform::Integrity(EspIntegrity::HmacMd5)),
    ("esp-sha-hmac", Transform::Integrity(EspIntegrity::HmacSha1)),
    ("esp-sha256-hmac", Transform::Integrity(EspIntegrity::HmacSha256)),
    ("esp-sha384-hmac", Transform::Integrity(EspIntegrity::HmacSha384)),
    ("esp-sha512-hmac", Transform::Integrity(EspIntegrity::HmacSha512)),
    ("ah-md5-hmac", Transform::Ah(AhIntegrity::HmacMd5)),
    ("ah-sha-hmac", Transform::Ah(AhIntegrity::HmacSha1)),
    ("ah-sha256-hmac", Transform::Ah(AhIntegrity::HmacSha256)),
    ("ah-sha384-hmac", Transform::Ah(AhIntegrity::HmacSha384)),
    ("ah-sha512-hmac", Transform::Ah(AhIntegrity::HmacSha512)),
    ("comp-lzs", Transform::Compression),
];

/// In bits (RFC 3602 2.1).
const AES_KEY_LENGTHS: [u16; 3] = [128, 192, 256];

/// The key length of a cipher that can have several, when none is written.
const DEFAULT_KEY_LENGTH: u16 = 128;

pub(super) fn transform_set(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let mut set = TransformSet {
        name: name.clone(),
        origin,
        cipher: None,
        integrity: None,
        ah: None,
        compression: None,
        mode: ike::Sourced::default_value(IpsecMode::Tunnel),
        not_understood: Vec::new(),
    };
    let mut index = 1;
    while index < statement.len() {
        match statement.choice(index, TRANSFORMS) {
            Some(Transform::Cipher(cipher)) => set.cipher = Some(statement.sourced(cipher)),
            Some(Transform::CipherWithLength(cipher)) => {
                let length = statement.get(index + 1).and_then(|word| word.parse::<u16>().ok());
                index += usize::from(length.is_some());
                if length.is_some_and(|length| !AES_KEY_LENGTHS.contains(&length)) {
                    statement.refuse(index, "a key length of AES: 128, 192 or 256");
                }
                set.cipher = Some(statement.sourced(cipher(length.unwrap_or(DEFAULT_KEY_LENGTH))));
            }
            Some(Transform::Integrity(integrity)) => set.integrity = Some(statement.sourced(integrity)),
            Some(Transform::Ah(integrity)) => set.ah = Some(statement.sourced(integrity)),
            Some(Transform::Compression) => set.compression = Some(statement.sourced(())),
            None => set.not_understood.push(statement.not_understood(index, "a transform")),
        }
        index += 1;
    }
    // A set that is written again replaces the first.
    let position = find_or_add(&mut router.transform_sets, |other| other.name == name, || set.clone());
    router.transform_sets[position] = set;
    statement.next = Next::Section(Section::TransformSet(position));
}

pub(super) fn profile(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let new = || IpsecProfile { name: name.clone(), origin, settings: IpsecSettings::default() };
    let position = find_or_add(&mut router.ipsec_profiles, |profile| profile.name == name, new);
    statement.next = Next::Section(Section::IpsecProfile(position));
}

pub(super) fn crypto_map(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let kind = match (statement.get(2), statement.get(3), statement.get(4)) {
        (Some("ipsec-isakmp"), Some("dynamic"), Some(name)) => CryptoMapKind::Dynamic(name.to_owned()),
        // Without a kind the line leads back into an entry that is there.
        (None | Some("ipsec-isakmp"), ..) => CryptoMapKind::IpsecIsakmp,
        (Some("ipsec-manual"), ..) => CryptoMapKind::IpsecManual,
        (Some("gdoi"), ..) => CryptoMapKind::Other(statement.rest(2)),
        _ => return statement.next = Next::NotUnderstood,
    };
    map_entry(router, statement, kind);
}

pub(super) fn dynamic_map(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    map_entry(router, statement, CryptoMapKind::Template);
}

fn map_entry(router: &mut RouterDescription, statement: &mut Statement<'_>, kind: CryptoMapKind) {
    let (map, origin) = (statement.text(0), statement.origin());
    let Some(sequence) = statement.get(1).and_then(|sequence| sequence.parse().ok()) else {
        return statement.next = Next::NotUnderstood;
    };
    // One that IOS would not take is reported; its lines are read nevertheless.
    statement.number_within(1, 1..=65_535);
    let is_template = kind == CryptoMapKind::Template;
    let is_it = |entry: &CryptoMapEntry| {
        entry.map == map
            && entry.sequence == sequence
            && is_template == (entry.kind == CryptoMapKind::Template)
    };
    let new = || CryptoMapEntry {
        map: map.clone(),
        sequence,
        origin,
        kind,
        peers: Vec::new(),
        access_list: None,
        settings: IpsecSettings::default(),
    };
    let position = find_or_add(&mut router.crypto_maps, is_it, new);
    statement.next = Next::Section(Section::CryptoMap(position));
}

//! `show crypto ikev2 profile`.

use std::fmt;
use std::net::Ipv4Addr;

use ike::Sourced;

use crate::RouterDescription;
use crate::description::{
    Ikev2, Ikev2Authentication, Ikev2Identity, Ikev2Match, Ikev2Profile, Keepalive, KeepaliveMode,
    LocalAddress, PinUse, ProfilePin,
};

/// The output of `show crypto ikev2 profile`: the profiles in configuration order, which decides among those that match a
/// peer alike (V2-PRO-1).
///
/// The form is that of IOS XE, in
/// <https://github.com/CiscoTestAutomation/genieparser/blob/6b703387986e5067503b889e49bdb6e977b476c2/src/genie/libs/parser/iosxe/tests/ShowCryptoIkev2Profile/cli/equal/golden_output_output.txt>.
/// Lines about what a description does not hold are left out: the number of references, EAP, AAA, virtual templates. No
/// public output shows several entries of a list, or a trustpoint at all: they stand below each other as identities do, a
/// trustpoint as it is configured.
#[must_use]
pub fn ikev2_profiles(router: &RouterDescription) -> String {
    let of = |profile| Shown { profile, ikev2: &router.ikev2 }.to_string();
    router.ikev2.profiles.iter().map(of).collect::<Vec<_>>().join("\n")
}

/// A profile, and what holds for all.
struct Shown<'a> {
    profile: &'a Ikev2Profile,
    ikev2: &'a Ikev2,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profile = self.profile;
        writeln!(out, "IKEv2 profile: {}", profile.name)?;
        writeln!(out, " Match criteria:")?;
        writeln!(out, "  Fvrf: {}", text_or(profile.match_fvrf.as_ref(), "global"))?;
        let addresses = profile.match_address_local.iter().map(|address| local_address(&address.value));
        write_list(out, "  Local address/interface:", addresses)?;
        write_list(out, "  Identities:", profile.matches.iter().filter_map(|line| identity(&line.value)))?;
        write_list(out, "  Certificate maps:", profile.matches.iter().filter_map(|line| map(&line.value)))?;
        writeln!(out, " Local identity: {}", local_identity(&profile.identity_local))?;
        writeln!(out, " Remote identity: none")?;
        let local = profile.authentication_local.as_ref();
        writeln!(out, " Local authentication method: {}", local.map_or("none", |one| method(&one.value)))?;
        let remote: Vec<_> = profile.authentication_remote.iter().map(|one| method(&one.value)).collect();
        let remote = if remote.is_empty() { "none".to_owned() } else { remote.join(" ") };
        writeln!(out, " Remote authentication method(s): {remote}")?;
        let keyring = profile.keyring.as_ref().map(|keyring| keyring_name(&keyring.value));
        writeln!(out, " Keyring: {}", keyring.unwrap_or("none"))?;
        write_list(out, " Trustpoint(s):", profile.trustpoints.iter().map(|pin| trustpoint(&pin.value)))?;
        writeln!(out, " Lifetime: {} seconds", profile.lifetime.value)?;
        let keepalive = profile.dpd.or(self.ikev2.dpd);
        writeln!(out, " DPD: {}", keepalive.map_or("disabled".to_owned(), |dpd| liveness(dpd.value)))?;
        writeln!(out, " Ivrf: {}", text_or(profile.ivrf.as_ref(), "none"))
    }
}

fn text_or<'a>(text: Option<&'a Sourced<String>>, default: &'a str) -> &'a str {
    text.map_or(default, |text| &text.value)
}

/// A heading and its entries, each on a line of its own two places further in, or `none` beside it.
fn write_list(
    out: &mut fmt::Formatter<'_>,
    heading: &str,
    entries: impl Iterator<Item = String>,
) -> fmt::Result {
    let mut entries = entries.peekable();
    if entries.peek().is_none() {
        return writeln!(out, "{heading} none");
    }
    writeln!(out, "{heading}")?;
    let indent = heading.len() - heading.trim_start().len() + 1;
    entries.try_for_each(|entry| writeln!(out, "{:indent$}{entry}", ""))
}

fn local_address(address: &LocalAddress) -> String {
    match address {
        LocalAddress::Address(address) => address.to_string(),
        LocalAddress::Interface(name) => name.clone(),
    }
}

/// A `match identity remote` line, without these words.
fn identity(line: &Ikev2Match) -> Option<String> {
    Some(match line {
        Ikev2Match::Address { network, prefix } => {
            let mask = u32::MAX.checked_shl(32 - u32::from(*prefix.min(&32))).unwrap_or(0);
            format!("address {network} {}", Ipv4Addr::from_bits(mask))
        }
        Ikev2Match::Ipv6 { network, prefix } => format!("address {network}/{prefix}"),
        Ikev2Match::Fqdn(name) => format!("fqdn {name}"),
        Ikev2Match::FqdnDomain(name) => format!("fqdn domain {name}"),
        Ikev2Match::Email(name) => format!("email {name}"),
        Ikev2Match::EmailDomain(name) => format!("email domain {name}"),
        Ikev2Match::KeyId(text) => format!("key-id {text}"),
        Ikev2Match::Any => "any".to_owned(),
        Ikev2Match::Certificate(_) => return None,
    })
}

/// The map of a `match certificate` line.
fn map(line: &Ikev2Match) -> Option<String> {
    match line {
        Ikev2Match::Certificate(label) => Some(label.clone()),
        _ => None,
    }
}

/// What is configured; a default is not shown.
fn local_identity(identity: &Sourced<Ikev2Identity>) -> String {
    match &identity.value {
        _ if identity.origin.is_default() => "none".to_owned(),
        Ikev2Identity::Address(Some(address)) => format!("address {address}"),
        Ikev2Identity::Address(None) => "address".to_owned(),
        Ikev2Identity::DistinguishedName => "DN".to_owned(),
        Ikev2Identity::Email(name) => format!("email {name}"),
        Ikev2Identity::Fqdn(Some(name)) => format!("fqdn {name}"),
        Ikev2Identity::Fqdn(None) => "fqdn".to_owned(),
        Ikev2Identity::KeyId(text) => format!("key-id {text}"),
    }
}

fn method(method: &Ikev2Authentication) -> &str {
    match method {
        Ikev2Authentication::RsaSignature => "rsa-sig",
        Ikev2Authentication::EcdsaSignature => "ecdsa-sig",
        Ikev2Authentication::PreSharedKey => "pre-share",
        Ikev2Authentication::Eap(words) => words,
    }
}

/// The name of a keyring in what follows `keyring`: `local KEYS`, or `KEYS` alone.
fn keyring_name(words: &str) -> &str {
    words.strip_prefix("local ").unwrap_or(words)
}

fn trustpoint(pin: &ProfilePin) -> String {
    match pin.uses {
        PinUse::SignAndVerify => pin.trustpoint.clone(),
        PinUse::Sign => format!("{} sign", pin.trustpoint),
        PinUse::Verify => format!("{} verify", pin.trustpoint),
    }
}

fn liveness(keepalive: Keepalive) -> String {
    let Keepalive { interval, retry, mode } = keepalive;
    let mode = match mode {
        KeepaliveMode::OnDemand => "on-demand",
        KeepaliveMode::Periodic => "periodic",
    };
    format!("interval {interval}, retry-interval {retry}, {mode}")
}

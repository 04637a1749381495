//! Commands of the configuration as a whole, and those that open its sections.

use ike::Sourced;

use super::{Next, Section, access_lists, ikev2, ipsec, isakmp};
use crate::description::{
    CertificateChain, CertificateMap, Interface, Route, RouterDescription, SummerTime, TimeZone, Trustpoint,
};
use crate::read::command::{Command, Statement, command};
use crate::read::references::two_routers;

pub(super) const COMMANDS: &[Command<RouterDescription>] = &[
    // The router itself.
    command("hostname <name>", hostname),
    command("ip domain name <name>", domain),
    command("ip domain-name <name>", domain),
    command("clock timezone <name> <hours> [<minutes>]", time_zone),
    command("clock summer-time <name> <rules...>", summer_time),
    // Certificates.
    command("crypto pki|ca trustpoint <name>", trustpoint),
    command("crypto pki|ca certificate chain <name>", chain),
    command("crypto pki|ca certificate map <label> <sequence>", certificate_map),
    // IKEv1.
    command("crypto isakmp policy <priority>", isakmp::policy),
    command("crypto isakmp profile <name>", isakmp::profile),
    command("crypto isakmp identity <kind>", isakmp::identity),
    command("crypto isakmp key <key> address <address> [<rest...>]", isakmp::key_of_address),
    command("crypto isakmp key <key> hostname <name> [<rest...>]", isakmp::key_of_host),
    command("crypto isakmp key <rest...>", isakmp::other_key),
    command("crypto isakmp keepalive <seconds> [<rest...>]", isakmp::keepalive),
    command("crypto isakmp nat keepalive <seconds>", |router, statement| {
        let seconds = statement.number(0);
        router.isakmp.nat_keepalive = seconds.map(|seconds| statement.sourced(seconds));
    }),
    command("crypto isakmp enable", |router, statement| router.isakmp.enabled = statement.sourced(true)),
    command("no crypto isakmp enable", |router, statement| router.isakmp.enabled = statement.sourced(false)),
    command("crypto ipsec nat-transparency udp-encapsulation|udp-encaps", |router, statement| {
        router.isakmp.nat_traversal = statement.sourced(true);
    }),
    command("no crypto ipsec nat-transparency udp-encapsulation|udp-encaps", |router, statement| {
        router.isakmp.nat_traversal = statement.sourced(false);
    }),
    command("crypto keyring <name> [vrf <vrf>]", isakmp::keyring),
    // IKEv2.
    command("crypto ikev2 proposal <name>", ikev2::proposal),
    command("crypto ikev2 policy <name>", ikev2::policy),
    command("crypto ikev2 keyring <name>", ikev2::keyring),
    command("crypto ikev2 profile <name>", ikev2::profile),
    command("crypto ikev2 http-url cert", |router, statement| {
        router.ikev2.http_url_certificates = statement.sourced(true);
    }),
    command("no crypto ikev2 proposal default", |router, statement| {
        router.ikev2.default_proposal = statement.sourced(false);
    }),
    command("no crypto ikev2 policy default", |router, statement| {
        router.ikev2.default_policy = statement.sourced(false);
    }),
    command("no crypto ikev2 http-url cert", |router, statement| {
        router.ikev2.http_url_certificates = statement.sourced(false);
    }),
    command("crypto ikev2 fragmentation", |router, statement| {
        router.ikev2.fragmentation = Some(statement.sourced(ikev2::DEFAULT_FRAGMENTATION_MTU));
    }),
    command("crypto ikev2 fragmentation mtu <bytes>", |router, statement| {
        router.ikev2.fragmentation = statement.number(0).map(|bytes| statement.sourced(bytes));
    }),
    command("crypto ikev2 cookie-challenge <sessions>", |router, statement| {
        router.ikev2.cookie_challenge = statement.number(0).map(|sessions| statement.sourced(sessions));
    }),
    command("crypto ikev2 dpd <seconds> <retry> <mode>", |router, statement| {
        router.ikev2.dpd = ikev2::dead_peer_detection(statement);
    }),
    // IPsec.
    command("crypto ipsec transform-set <name> <transforms...>", ipsec::transform_set),
    command("crypto ipsec profile <name>", ipsec::profile),
    command("crypto ipsec security-association lifetime seconds <seconds>", |router, statement| {
        if let Some(seconds) = statement.number_within(0, ipsec::LIFETIME_SECONDS) {
            router.sa_lifetime.seconds = statement.sourced(seconds);
        }
    }),
    command("crypto ipsec security-association lifetime kilobytes disable", |router, statement| {
        router.sa_lifetime.kilobytes = statement.sourced(None);
    }),
    command("crypto ipsec security-association lifetime kilobytes <kilobytes>", |router, statement| {
        if let Some(kilobytes) = statement.number_within(0, ipsec::LIFETIME_KILOBYTES) {
            router.sa_lifetime.kilobytes = statement.sourced(Some(kilobytes));
        }
    }),
    command("crypto map <name> local-address <interface>", |router, statement| {
        let source = (statement.text(0), statement.text(1));
        let source = statement.sourced(source);
        router.crypto_map_sources.push(source);
    }),
    command("crypto map <name> isakmp-profile <profile>", |router, statement| {
        let profile = (statement.text(0), statement.text(1));
        let profile = statement.sourced(profile);
        router.crypto_map_profiles.push(profile);
    }),
    command("crypto map <name> client|gdoi|isakmp|redundancy <rest...>", |_, _| {}),
    command("crypto map <name> <sequence> [<kind...>]", ipsec::crypto_map),
    command("crypto dynamic-map <name> <sequence>", ipsec::dynamic_map),
    // Who can reach whom.
    command("interface <name...>", interface),
    command("ip access-list extended <name>", access_lists::named),
    command("access-list <number> permit <entry...>", access_lists::numbered_permit),
    command("access-list <number> deny <entry...>", access_lists::numbered_deny),
    command("ip route vrf <vrf> <network> <mask> <via...>", |router, statement| {
        let vrf = statement.text(0);
        route(router, statement, Some(vrf));
    }),
    command("ip route <network> <mask> <via...>", |router, statement| route(router, statement, None)),
];

/// The position of the element that `is_it` finds, which is appended first if there is none.
///
/// Only the last [`MOST_COMPARED`] are looked at, so that the work stays in proportion to the text; no router has more
/// sections of a kind.
pub(super) fn find_or_add<T>(
    list: &mut Vec<T>,
    is_it: impl Fn(&T) -> bool,
    new: impl FnOnce() -> T,
) -> usize {
    let first = list.len().saturating_sub(MOST_COMPARED);
    let found = list[first..].iter().position(is_it).map(|position| first + position);
    found.unwrap_or_else(|| {
        list.push(new());
        list.len() - 1
    })
}

const MOST_COMPARED: usize = 1000;

fn hostname(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let name = statement.value(0);
    if let Some(known) = router.hostname.as_ref().filter(|known| known.value != name.value) {
        statement.report(two_routers(known, &name));
    }
    router.hostname = Some(name);
}

fn domain(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    router.domain = Some(statement.value(0));
}

fn time_zone(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let name = statement.text(0);
    let Some(hours) = statement.parse::<i8>(1, "a number of hours") else { return };
    let minutes =
        if statement.len() > 2 { statement.parse::<u8>(2, "a number of minutes").unwrap_or(0) } else { 0 };
    let minutes = i32::from(minutes) * if hours < 0 { -1 } else { 1 };
    router.time_zone = Some(statement.sourced(TimeZone { name, offset: i32::from(hours) * 60 + minutes }));
}

/// `recurring` or `date`, then week, day, month and hour, or date and hour, of the beginning and the end, then
/// minutes.
fn summer_time(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    const MINUTES: usize = 10;
    let name = statement.text(0);
    let shift =
        if statement.len() > MINUTES { statement.parse::<u16>(MINUTES, "a number of minutes") } else { None };
    let shift = shift.map_or(60, i32::from);
    router.summer_time = Some(statement.sourced(SummerTime { name, shift }));
}

fn trustpoint(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let new = || Trustpoint::new(name.clone(), origin);
    let position = find_or_add(&mut router.trustpoints, |trustpoint| trustpoint.name == name, new);
    statement.next = Next::Section(Section::Trustpoint(position));
}

fn chain(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.text(0), statement.origin());
    let new =
        || CertificateChain { trustpoint: Sourced::new(name.clone(), origin), certificates: Vec::new() };
    let position = find_or_add(&mut router.chains, |chain| chain.trustpoint.value == name, new);
    statement.next = Next::Section(Section::Chain(position));
}

fn certificate_map(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (label, origin) = (statement.text(0), statement.origin());
    let Some(sequence) = statement.number(1) else { return };
    let new = || CertificateMap { label: label.clone(), sequence, origin, criteria: Vec::new() };
    let is_it = |map: &CertificateMap| map.label == label && map.sequence == sequence;
    let position = find_or_add(&mut router.certificate_maps, is_it, new);
    statement.next = Next::Section(Section::CertificateMap(position));
}

fn interface(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let (name, origin) = (statement.rest(0), statement.origin());
    let is_it = |interface: &Interface| interface.name.eq_ignore_ascii_case(&name);
    let position = find_or_add(&mut router.interfaces, is_it, || Interface::new(name.clone(), origin));
    statement.next = Next::Section(Section::Interface(position));
}

fn route(router: &mut RouterDescription, statement: &mut Statement<'_>, vrf: Option<String>) {
    let first = usize::from(vrf.is_some());
    let (network, mask) = (statement.ipv4(first), statement.ipv4(first + 1));
    if let (Some(network), Some(mask)) = (network, mask) {
        let via = statement.rest(first + 2);
        let route = statement.sourced(Route { vrf, network, mask, via });
        router.routes.push(route);
    }
}

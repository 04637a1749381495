//! `interface`.

use std::net::IpAddr;

use crate::description::{
    Interface, InterfaceAddress, TunnelDestination, TunnelMode, TunnelProtection, TunnelSource,
};
use crate::read::command::{Command, Statement, command};

pub(super) const COMMANDS: &[Command<Interface>] = &[
    command("ip address dhcp|negotiated|pool [<rest...>]", |interface, statement| {
        interface.address = None;
        interface.dynamic_address = Some(statement.origin());
    }),
    command("ip address <address> <mask>", |interface, statement| {
        if let Some(address) = address(statement) {
            interface.address = Some(statement.sourced(address));
        }
    }),
    command("ip address <address> <mask> secondary", |interface, statement| {
        if let Some(address) = address(statement) {
            let address = statement.sourced(address);
            interface.secondary.push(address);
        }
    }),
    command("no ip address", |interface, _| interface.address = None),
    command("ip unnumbered <interface...>", |interface, statement| {
        let other = statement.rest(0);
        interface.unnumbered = Some(statement.sourced(other));
    }),
    command("shutdown", |interface, statement| interface.shutdown = Some(statement.origin())),
    command("no shutdown", |interface, _| interface.shutdown = None),
    command("vrf forwarding <vrf>", |interface, statement| interface.vrf = Some(statement.value(0))),
    command("ip vrf forwarding <vrf>", |interface, statement| interface.vrf = Some(statement.value(0))),
    command("tunnel source dynamic", |interface, statement| {
        interface.tunnel_source = Some(statement.sourced(TunnelSource::Dynamic));
    }),
    command("tunnel source <source...>", |interface, statement| {
        let source = statement.rest(0);
        let source = match source.parse::<IpAddr>() {
            Ok(address) => TunnelSource::Address(address),
            Err(_) => TunnelSource::Interface(source),
        };
        interface.tunnel_source = Some(statement.sourced(source));
    }),
    command("tunnel destination dynamic", |interface, statement| {
        interface.tunnel_destination = Some(statement.sourced(TunnelDestination::Dynamic));
    }),
    command("tunnel destination <destination>", |interface, statement| {
        let destination = match statement.address_or_name(0) {
            Some(Ok(address)) => TunnelDestination::Address(address),
            Some(Err(name)) => TunnelDestination::Host(name),
            None => return,
        };
        interface.tunnel_destination = Some(statement.sourced(destination));
    }),
    command("tunnel mode <mode...>", |interface, statement| {
        let mode = match statement.rest(0) {
            mode if mode == "gre ip" => TunnelMode::Gre,
            mode if mode == "gre multipoint" => TunnelMode::GreMultipoint,
            mode if mode == "ipsec ipv4" => TunnelMode::IpsecIpv4,
            mode => TunnelMode::Other(mode),
        };
        interface.tunnel_mode = statement.sourced(mode);
    }),
    command("tunnel vrf <vrf>", |interface, statement| interface.tunnel_vrf = Some(statement.value(0))),
    command("tunnel protection ipsec profile <name> [<options...>]", protection),
    command("crypto map <name>", |interface, statement| interface.crypto_map = Some(statement.value(0))),
    command("crypto map <name> redundancy <rest...>", |interface, statement| {
        interface.crypto_map = Some(statement.value(0));
    }),
];

/// What does not decide who negotiates with whom.
pub(super) const WITHOUT_BEARING: &[&str] = &[
    "arp",
    "bandwidth",
    "bfd",
    "carrier-delay",
    "cdp",
    "channel-group",
    "clock rate",
    "crypto ipsec",
    "delay",
    "description",
    "dialer",
    "dialer-group",
    "duplex",
    "encapsulation",
    "fair-queue",
    "fhrp",
    "hold-queue",
    "if-state",
    "ip access-group",
    "ip accounting",
    "ip authentication",
    "ip bandwidth-percent",
    "ip bfd",
    "ip cef",
    "ip directed-broadcast",
    "ip dhcp",
    "ip flow",
    "ip hello-interval",
    "ip helper-address",
    "ip hold-time",
    "ip igmp",
    "ip inspect",
    "ip ips",
    "ip load-sharing",
    "ip mask-reply",
    "ip mroute-cache",
    "ip mtu",
    "ip nat",
    "ip nbar",
    "ip next-hop-self",
    "ip nhrp",
    "ip ospf",
    "ip pim",
    "ip policy",
    "ip proxy-arp",
    "ip rarp-server",
    "ip redirects",
    "ip rip",
    "ip route-cache",
    "ip router",
    "ip rsvp",
    "ip split-horizon",
    "ip summary-address",
    "ip tcp",
    "ip unreachables",
    "ip verify",
    "ip virtual-reassembly",
    "ip wccp",
    "ipv6",
    "isdn",
    "keepalive",
    "lacp",
    "lldp",
    "load-interval",
    "logging event",
    "mac-address",
    "macro",
    "media-type",
    "mop",
    "mpls",
    "mtu",
    "negotiation",
    "no-fair-queue",
    "ntp",
    "peer default",
    "physical-layer",
    "power",
    "ppp",
    "pppoe",
    "pppoe-client",
    "qos",
    "random-detect",
    "rate-limit",
    "service-policy",
    "snmp trap",
    "spanning-tree",
    "speed",
    "standby",
    "storm-control",
    "switchport",
    "tcp",
    "traffic-shape",
    "tunnel bandwidth",
    "tunnel checksum",
    "tunnel key",
    "tunnel path-mtu-discovery",
    "tunnel route-via",
    "tunnel sequence-datagrams",
    "tunnel tos",
    "tunnel ttl",
    "tx-ring-limit",
    "vrrp",
    "zone-member",
];

fn address(statement: &mut Statement<'_>) -> Option<InterfaceAddress> {
    let (address, mask) = (statement.ipv4(0), statement.ipv4(1));
    Some(InterfaceAddress { address: address?, mask: mask? })
}

/// `tunnel protection ipsec profile NAME [isakmp-profile NAME] [ikev2-profile NAME] [shared]`.
fn protection(interface: &mut Interface, statement: &mut Statement<'_>) {
    let mut protection = TunnelProtection {
        profile: statement.text(0),
        shared: false,
        isakmp_profile: None,
        ikev2_profile: None,
    };
    let mut index = 1;
    while index < statement.len() {
        let name = statement.get(index + 1).map(str::to_owned);
        match statement.get(index) {
            Some("shared") => protection.shared = true,
            Some("isakmp-profile") => protection.isakmp_profile = name,
            Some("ikev2-profile") => protection.ikev2_profile = name,
            _ => {}
        }
        index += 1;
    }
    interface.tunnel_protection = Some(statement.sourced(protection));
}

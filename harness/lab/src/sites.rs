//! Which of several routers have tunnels to each other: by the peers of their tunnels and crypto maps, and by the addresses
//! of their interfaces.
//!
//! What becomes of a pair is tried as with two routers; here pairs are only found.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ike::{Origin, Sourced};
use ios::RouterDescription;
use ios::description::{
    CryptoMapEntry, CryptoMapKind, Interface, PeerAddress, TunnelDestination, TunnelMode, TunnelSource,
};

use crate::complete::addresses;

/// Which routers have tunnels to each other. Routers are told by their place in the list that was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Routers of which at least one has the other as peer, the one that was given first before the other.
    pub pairs: Vec<(usize, usize)>,
    /// Routers that are in no pair.
    pub unpaired: Vec<usize>,
    /// Peers that no router is reached at.
    pub strangers: Vec<Stranger>,
}

/// A peer that is none of the routers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// The router that has it as peer.
    pub router: usize,
    /// Its address or name, as the router has it.
    pub peer: String,
    /// The line.
    pub origin: Origin,
}

/// Finds the pairs among `routers`.
///
/// An address that several routers have, as the same private network behind each of them, is that of the routers whose
/// tunnels begin there, if there are such.
#[must_use]
pub fn links(routers: &[RouterDescription]) -> Links {
    let ends: Vec<Ends> = routers.iter().map(Ends::of).collect();
    let mut pairs = BTreeSet::new();
    let mut strangers: Vec<Stranger> = Vec::new();
    for (router, end) in ends.iter().enumerate() {
        for peer in &end.peers {
            let reached = reached(&ends, router, &peer.value);
            if reached.is_empty() {
                let stranger = Stranger { router, peer: words(&peer.value), origin: peer.origin };
                if !strangers.iter().any(|known| (known.router, &known.peer) == (router, &stranger.peer)) {
                    strangers.push(stranger);
                }
            }
            pairs.extend(reached.into_iter().map(|other| (router.min(other), router.max(other))));
        }
    }
    let is_alone = |router: &usize| !pairs.iter().any(|(one, other)| one == router || other == router);
    Links {
        unpaired: (0..routers.len()).filter(is_alone).collect(),
        pairs: pairs.into_iter().collect(),
        strangers,
    }
}

/// The peers of a router's tunnels and crypto maps that are in use, each with its line.
#[must_use]
pub fn peers(router: &RouterDescription) -> Vec<Sourced<PeerAddress>> {
    let in_use = router.interfaces.iter().filter(|interface| interface.shutdown.is_none());
    let of_interface = |interface: &Interface| {
        let destination = destination(interface).filter(|_| interface.tunnel_protection.is_some());
        let of_maps = entries(router, interface).into_iter().flat_map(|entry| entry.peers.iter().cloned());
        destination.into_iter().chain(of_maps).collect::<Vec<_>>()
    };
    in_use.flat_map(of_interface).collect()
}

/// The protected tunnels in use of which the text does not say with whom, each with the line that says so: those of
/// `tunnel mode gre multipoint` learn it from NHRP, those of `tunnel destination dynamic` as a FlexVPN client.
#[must_use]
pub fn tunnels_that_learn_their_peer(router: &RouterDescription) -> Vec<Sourced<&str>> {
    let protected = |it: &&Interface| it.shutdown.is_none() && it.tunnel_protection.is_some();
    let learning = router.interfaces.iter().filter(protected).filter_map(|interface| {
        let is_dynamic = |it: &&Sourced<TunnelDestination>| it.value == TunnelDestination::Dynamic;
        let line = match (&interface.tunnel_destination, &interface.tunnel_mode.value) {
            (Some(destination), _) => Some(destination).filter(is_dynamic)?.origin,
            (None, TunnelMode::GreMultipoint) => interface.tunnel_mode.origin,
            (None, _) => return None,
        };
        Some(Sourced::new(interface.name.as_str(), line))
    });
    learning.collect()
}

/// Where a router's tunnels begin and end.
struct Ends {
    /// Host name and fully qualified name.
    names: Vec<String>,
    addresses: Vec<IpAddr>,
    /// Those of the addresses that tunnels begin at.
    sources: Vec<IpAddr>,
    peers: Vec<Sourced<PeerAddress>>,
}

impl Ends {
    fn of(router: &RouterDescription) -> Self {
        let in_use = router.interfaces.iter().filter(|interface| interface.shutdown.is_none());
        let hostname = router.hostname.as_ref().map(|name| name.value.clone());
        Self {
            names: hostname.into_iter().chain(router.fully_qualified_name()).collect(),
            addresses: addresses(router),
            sources: in_use.flat_map(|interface| sources(router, interface)).collect(),
            peers: peers(router),
        }
    }
}

/// The routers other than `router` that are reached at `peer`.
fn reached(ends: &[Ends], router: usize, peer: &PeerAddress) -> Vec<usize> {
    let with = |has: &dyn Fn(&Ends) -> bool| -> Vec<usize> {
        let others = ends.iter().enumerate().filter(|(other, end)| *other != router && has(end));
        others.map(|(other, _)| other).collect()
    };
    match peer {
        PeerAddress::Address(address) => {
            let beginning_there = with(&|end| end.sources.contains(address));
            if beginning_there.is_empty() {
                with(&|end| end.addresses.contains(address))
            } else {
                beginning_there
            }
        }
        PeerAddress::Host(name) => {
            with(&|end| end.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
        }
    }
}

fn words(peer: &PeerAddress) -> String {
    match peer {
        PeerAddress::Address(address) => address.to_string(),
        PeerAddress::Host(name) => name.clone(),
    }
}

fn destination(interface: &Interface) -> Option<Sourced<PeerAddress>> {
    let destination = interface.tunnel_destination.as_ref()?;
    let peer = match &destination.value {
        TunnelDestination::Address(address) => PeerAddress::Address(*address),
        TunnelDestination::Host(name) => PeerAddress::Host(name.clone()),
        TunnelDestination::Dynamic => return None,
    };
    Some(Sourced::new(peer, destination.origin))
}

/// The entries of the crypto map on an interface, those of its dynamic maps included.
fn entries<'r>(router: &'r RouterDescription, interface: &Interface) -> Vec<&'r CryptoMapEntry> {
    let Some(map) = &interface.crypto_map else { return Vec::new() };
    let of =
        |name: &str| router.crypto_maps.iter().filter(move |entry| entry.map == *name).collect::<Vec<_>>();
    let mut entries = Vec::new();
    for entry in of(&map.value) {
        match &entry.kind {
            CryptoMapKind::Dynamic(templates) => entries.extend(of(templates)),
            _ => entries.push(entry),
        }
    }
    entries
}

/// The addresses that an interface's protected packets leave from.
fn sources(router: &RouterDescription, interface: &Interface) -> Vec<IpAddr> {
    let address_of =
        |interface: &Interface| interface.address.map(|address| IpAddr::V4(address.value.address));
    if interface.tunnel_protection.is_some() {
        return match interface.tunnel_source.as_ref().map(|source| &source.value) {
            Some(TunnelSource::Address(address)) => vec![*address],
            Some(TunnelSource::Interface(name)) => {
                router.interface(name).and_then(address_of).into_iter().collect()
            }
            Some(TunnelSource::Dynamic) | None => Vec::new(),
        };
    }
    let Some(map) = &interface.crypto_map else { return Vec::new() };
    let local = router.crypto_map_sources.iter().rev().find(|line| line.value.0 == map.value);
    match local {
        Some(line) => router.interface(&line.value.1).and_then(address_of).into_iter().collect(),
        None => address_of(interface).into_iter().collect(),
    }
}

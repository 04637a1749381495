//! What is to be protected: tunnel interfaces with `tunnel protection`, and entries of crypto maps on interfaces.

use std::net::{IpAddr, Ipv4Addr};

use ike::{
    Ikev2Profile, Ikev2ProfileId, Origin, Profile, ProfileId, Protection, ProtectionProfile, Sourced, Subnet,
    TransformSet,
};
use ios::description::{
    AccessEntry, AddressMatch, CryptoMapEntry, CryptoMapKind, Interface, IpsecMode, IpsecSettings,
    PeerAddress, SaLifetime, TunnelDestination, TunnelProtection, TunnelSource,
};
use ios::{Diagnostic, RouterDescription, description};

use super::assembly::address_of;
use super::other_methods;

/// The protections of a router in configuration order, the tunnels first; and what keeps others from being tried.
pub(super) fn all(
    router: &RouterDescription,
    profiles: &[Profile],
    ikev2_profiles: &[Ikev2Profile],
) -> (Vec<Protection>, Vec<Obstacle>) {
    let mut search = Search { router, profiles, ikev2_profiles, obstacles: Vec::new() };
    let tunnels: Vec<_> = router.interfaces.iter().filter_map(|it| search.tunnel(it)).collect();
    let maps: Vec<_> = router.interfaces.iter().flat_map(|it| search.crypto_map(it)).collect();
    (tunnels.into_iter().chain(maps).collect(), search.obstacles)
}

/// Why a tunnel or crypto map entry is not tried.
#[derive(Clone, Debug)]
pub(super) struct Obstacle {
    /// A warning, which is an error where nothing else can be tried.
    pub problem: Diagnostic,
    peers: Peers,
}

impl Obstacle {
    /// Whether a router at these addresses is the peer, or may be.
    pub fn concerns(&self, addresses: &[IpAddr]) -> bool {
        self.peers.unresolved || self.peers.known.iter().any(|peer| addresses.contains(&peer.value))
    }
}

/// Whom something is protected towards. Nobody in particular: anyone.
#[derive(Clone, Debug, Default)]
struct Peers {
    known: Vec<Sourced<IpAddr>>,
    /// There are others, known by name only.
    unresolved: bool,
}

struct Search<'a> {
    router: &'a RouterDescription,
    profiles: &'a [Profile],
    ikev2_profiles: &'a [Ikev2Profile],
    obstacles: Vec<Obstacle>,
}

/// From where to whom a protection goes, and for what traffic.
struct Ends {
    name: String,
    origin: Origin,
    local: IpAddr,
    peers: Peers,
    local_traffic: Subnet,
    remote_traffic: Subnet,
}

impl Search<'_> {
    fn tunnel(&mut self, interface: &Interface) -> Option<Protection> {
        let protection = interface.tunnel_protection.as_ref()?;
        let peers = self.destination(interface);
        let router = self.router;
        let name = &protection.value.profile;
        let Some(settings) = router.ipsec_profiles.iter().find(|it| it.name == *name) else {
            self.undefined("IPsec profile", name, protection.origin, &peers);
            return None;
        };
        self.in_use(interface, &peers)?;
        let local = self.tunnel_source(interface, &peers)?;
        let ends = Ends {
            name: interface.name.clone(),
            origin: protection.origin,
            local,
            peers,
            local_traffic: Subnet::ANY,
            remote_traffic: Subnet::ANY,
        };
        self.protection(ends, &settings.settings, Some(&protection.value), None)
    }

    fn destination(&mut self, interface: &Interface) -> Peers {
        let Some(destination) = &interface.tunnel_destination else { return Peers::default() };
        match &destination.value {
            TunnelDestination::Address(address) => {
                Peers { known: vec![Sourced::new(*address, destination.origin)], unresolved: false }
            }
            TunnelDestination::Host(name) => {
                self.unresolved(name, destination.origin);
                Peers { known: Vec::new(), unresolved: true }
            }
            TunnelDestination::Dynamic => Peers::default(),
        }
    }

    fn tunnel_source(&mut self, interface: &Interface, peers: &Peers) -> Option<IpAddr> {
        let source = interface.tunnel_source.as_ref()?;
        match &source.value {
            TunnelSource::Address(address) => Some(*address),
            TunnelSource::Interface(name) => self.address(name, source.origin, peers),
            TunnelSource::Dynamic => None,
        }
    }

    /// An interface that is shut down protects nothing.
    fn in_use(&mut self, interface: &Interface, peers: &Peers) -> Option<()> {
        let Some(shutdown) = interface.shutdown else { return Some(()) };
        let message = format!("{} is shut down: nothing leaves through it", interface.name);
        self.obstacle(Diagnostic::warning("interface-shut-down", message).at(shutdown, ""), peers);
        None
    }

    /// The address of the interface that is called `name` at `line`.
    fn address(&mut self, name: &str, line: Origin, peers: &Peers) -> Option<IpAddr> {
        let Some(interface) = self.router.interface(name) else {
            self.undefined("interface", name, line, peers);
            return None;
        };
        self.in_use(interface, peers)?;
        if let Some(address) = address_of(self.router, interface) {
            return Some(address);
        }
        let message = match interface.dynamic_address {
            Some(_) => format!("the text does not tell the address that {name} gets"),
            None => format!("{name} has no address, and IKE packets leave from it"),
        };
        let at = interface.dynamic_address.unwrap_or(line);
        let problem = Diagnostic::warning("no-source-address", message).at(at, "");
        self.obstacle(problem.help("`ip address ADDRESS MASK` tells it"), peers);
        None
    }

    /// One protection for each entry of the interface's crypto map and each line of the entry's access list, by sequence
    /// number.
    fn crypto_map(&mut self, interface: &Interface) -> Vec<Protection> {
        let Some(map) = &interface.crypto_map else { return Vec::new() };
        let router = self.router;
        let mut entries: Vec<_> = router.crypto_maps.iter().filter(|entry| entry.map == map.value).collect();
        entries.sort_by_key(|entry| entry.sequence);
        let applied = Applied { interface, map };
        entries.into_iter().flat_map(|entry| self.entry(entry, applied)).collect()
    }

    fn entry(&mut self, entry: &CryptoMapEntry, applied: Applied<'_>) -> Vec<Protection> {
        let router = self.router;
        match &entry.kind {
            CryptoMapKind::IpsecIsakmp => self.traffic(entry, applied),
            CryptoMapKind::Dynamic(name) => {
                let mut templates: Vec<_> = router.crypto_maps.iter().filter(|it| it.map == *name).collect();
                templates.sort_by_key(|template| template.sequence);
                templates.into_iter().flat_map(|template| self.traffic(template, applied)).collect()
            }
            CryptoMapKind::IpsecManual | CryptoMapKind::Template | CryptoMapKind::Other(_) => Vec::new(),
        }
    }

    fn traffic(&mut self, entry: &CryptoMapEntry, applied: Applied<'_>) -> Vec<Protection> {
        let peers = self.peers(entry);
        let Some(local) = self.local(applied, &peers) else { return Vec::new() };
        let pairs = self.permitted(entry, &peers);
        let of_map = map_setting(&self.router.crypto_map_profiles, &applied.map.value);
        let ends = pairs.into_iter().map(|(local_traffic, remote_traffic)| Ends {
            name: format!("{} {}", entry.map, entry.sequence),
            origin: entry.origin,
            local,
            peers: peers.clone(),
            local_traffic,
            remote_traffic,
        });
        ends.filter_map(|ends| self.protection(ends, &entry.settings, None, of_map.as_ref())).collect()
    }

    /// Where IKE packets of a crypto map leave from: its `local-address`, else the interface that it is applied to.
    fn local(&mut self, applied: Applied<'_>, peers: &Peers) -> Option<IpAddr> {
        let Applied { interface, map } = applied;
        self.in_use(interface, peers)?;
        match map_setting(&self.router.crypto_map_sources, &map.value) {
            Some(source) => self.address(&source.value, source.origin, peers),
            None => self.address(&interface.name, map.origin, peers),
        }
    }

    fn peers(&mut self, entry: &CryptoMapEntry) -> Peers {
        let mut peers = Peers::default();
        for peer in &entry.peers {
            match &peer.value {
                PeerAddress::Address(address) => peers.known.push(Sourced::new(*address, peer.origin)),
                PeerAddress::Host(name) => {
                    self.unresolved(name, peer.origin);
                    peers.unresolved = true;
                }
            }
        }
        peers
    }

    /// The traffic of the permitting lines of the entry's access list; everything where a dynamic map has none.
    fn permitted(&mut self, entry: &CryptoMapEntry, peers: &Peers) -> Vec<(Subnet, Subnet)> {
        let Some(name) = &entry.access_list else {
            let takes_what_is_proposed = entry.kind == CryptoMapKind::Template;
            return if takes_what_is_proposed { vec![(Subnet::ANY, Subnet::ANY)] } else { Vec::new() };
        };
        let Some(list) = self.router.access_list(&name.value) else {
            self.undefined("access list", &name.value, name.origin, peers);
            return Vec::new();
        };
        let permitting = list.entries.iter().map(|entry| &entry.value).filter(|entry| entry.permit);
        permitting
            .map(|AccessEntry { source, destination, .. }| (subnet(*source), subnet(*destination)))
            .collect()
    }

    fn protection(
        &mut self,
        ends: Ends,
        settings: &IpsecSettings,
        tunnel: Option<&TunnelProtection>,
        of_map: Option<&Sourced<String>>,
    ) -> Option<Protection> {
        let profile = self.named_profile(&ends, settings, tunnel, of_map)?;
        let transform_sets = self.transform_sets(settings, &ends.peers);
        if transform_sets.is_empty() {
            let message = format!("{} has no transform set that can be used: it protects nothing", ends.name);
            self.obstacle(Diagnostic::warning("no-transform-set", message).at(ends.origin, ""), &ends.peers);
            return None;
        }
        let SaLifetime { seconds, kilobytes } = self.router.sa_lifetime;
        Some(Protection {
            name: ends.name,
            origin: ends.origin,
            local: ends.local,
            peers: ends.peers.known,
            profile,
            transform_sets,
            local_traffic: ends.local_traffic,
            remote_traffic: ends.remote_traffic,
            lifetime_seconds: settings.lifetime_seconds.unwrap_or(seconds),
            // Without a limit: the longest that the attribute can say in four bytes.
            lifetime_kilobytes: settings
                .lifetime_kilobytes
                .unwrap_or(kilobytes)
                .map(|kilobytes| kilobytes.unwrap_or(u32::MAX)),
            pfs: settings.pfs,
            responder_only: settings.responder_only,
        })
    }

    /// The profile that the tunnel's own line names, else that of the IPsec profile or map entry, else that of the whole
    /// map. One of IKEv2 goes before one of IKEv1.
    fn named_profile(
        &mut self,
        ends: &Ends,
        settings: &IpsecSettings,
        tunnel: Option<&TunnelProtection>,
        of_map: Option<&Sourced<String>>,
    ) -> Option<ProtectionProfile> {
        let of_tunnel = |name: fn(&TunnelProtection) -> Option<&String>| {
            tunnel.and_then(name).map(|name| Sourced::new(name.clone(), ends.origin))
        };
        let ikev2 = of_tunnel(|tunnel| tunnel.ikev2_profile.as_ref());
        if let Some(name) = ikev2.or_else(|| settings.ikev2_profile.clone()) {
            return self.ikev2_profile(&name, &ends.peers).map(ProtectionProfile::Ikev2);
        }
        let isakmp = of_tunnel(|tunnel| tunnel.isakmp_profile.as_ref());
        match isakmp.or_else(|| settings.isakmp_profile.clone()).or_else(|| of_map.cloned()) {
            Some(name) => self.profile(&name, &ends.peers).map(ProtectionProfile::Isakmp),
            None => Some(ProtectionProfile::Unnamed),
        }
    }

    fn ikev2_profile(&mut self, name: &Sourced<String>, peers: &Peers) -> Option<Sourced<Ikev2ProfileId>> {
        let index = self.ikev2_profiles.iter().position(|profile| profile.name == name.value);
        if index.is_none() {
            self.undefined("IKEv2 profile", &name.value, name.origin, peers);
        }
        let written = self.router.ikev2.profile(&name.value);
        if let Some(problem) = written.and_then(other_methods::cannot_begin) {
            self.obstacle(problem.at(name.origin, "named here"), peers);
            return None;
        }
        Some(Sourced::new(Ikev2ProfileId::from_index(index?)?, name.origin))
    }

    fn profile(&mut self, name: &Sourced<String>, peers: &Peers) -> Option<Sourced<ProfileId>> {
        let index = self.profiles.iter().position(|profile| profile.name == name.value);
        if index.is_none() {
            self.undefined("ISAKMP profile", &name.value, name.origin, peers);
        }
        let written = self.router.isakmp.profile(&name.value);
        if let Some(mode) = written.and_then(|profile| profile.initiate_mode) {
            let message = format!("{} begins in Aggressive Mode, which is not covered", name.value);
            self.obstacle(Diagnostic::warning("aggressive-mode", message).at(mode.origin, ""), peers);
            return None;
        }
        Some(Sourced::new(ProfileId::from_index(index?)?, name.origin))
    }

    /// The transform sets, best first; the default ones where the profile names none.
    fn transform_sets(&mut self, settings: &IpsecSettings, peers: &Peers) -> Vec<TransformSet> {
        if settings.transform_sets.is_empty() {
            return default_transform_sets();
        }
        let mut sets = Vec::new();
        for name in &settings.transform_sets {
            match self.router.transform_sets.iter().find(|set| set.name == name.value) {
                Some(set) => sets.extend(transform_set(set)),
                None => self.undefined("transform set", &name.value, name.origin, peers),
            }
        }
        sets
    }

    fn undefined(&mut self, what: &str, name: &str, line: Origin, peers: &Peers) {
        let message =
            format!("{what} {name} is not defined: the tunnel or map entry that needs it is not tried");
        self.obstacle(Diagnostic::warning("undefined", message).at(line, ""), peers);
    }

    fn unresolved(&mut self, name: &str, line: Origin) {
        let message = format!("{name} is not looked up: nothing here asks a DNS server");
        let problem = Diagnostic::warning("unresolved-peer", message).at(line, "");
        let problem = problem.help("write the peer's address to try this side as initiator");
        self.obstacle(problem, &Peers { known: Vec::new(), unresolved: true });
    }

    fn obstacle(&mut self, problem: Diagnostic, peers: &Peers) {
        self.obstacles.push(Obstacle { problem, peers: peers.clone() });
    }
}

/// A crypto map on an interface.
#[derive(Clone, Copy)]
struct Applied<'a> {
    interface: &'a Interface,
    map: &'a Sourced<String>,
}

/// What a line `crypto map MAP ...` without a sequence number says.
fn map_setting(lines: &[Sourced<(String, String)>], map: &str) -> Option<Sourced<String>> {
    let line = lines.iter().rev().find(|line| line.value.0 == map)?;
    Some(line.clone().map(|(_, setting)| setting))
}

/// The addresses that an access list matches, as an ID payload says them; wildcard bits are the inverse of a mask.
fn subnet(matched: AddressMatch) -> Subnet {
    let mask = !matched.wildcard.to_bits();
    Subnet { network: Ipv4Addr::from_bits(matched.address.to_bits() & mask), mask: Ipv4Addr::from_bits(mask) }
}

/// A transform set as ESP alone needs it; others are told of as overlooked.
fn transform_set(set: &description::TransformSet) -> Option<TransformSet> {
    use description::EspCipher as Written;
    if set.ah.is_some() || set.compression.is_some() {
        return None;
    }
    let cipher = match set.cipher?.value {
        Written::Null => ike::EspCipher::Null,
        Written::Des => ike::EspCipher::Des,
        Written::TripleDes => ike::EspCipher::TripleDes,
        Written::Aes(bits) => ike::EspCipher::Aes(bits),
        Written::AesGcm16(bits) => ike::EspCipher::AesGcm16(bits),
        Written::Seal | Written::AesGmac(_) => return None,
    };
    set.not_understood.is_empty().then(|| TransformSet {
        name: set.name.clone(),
        origin: set.origin,
        cipher,
        integrity: set.integrity.map(|integrity| integrity.value),
        tunnel_mode: set.mode.value == IpsecMode::Tunnel,
    })
}

/// What IOS proposes where a profile names no transform set: ESP with AES or 3DES, and SHA-1.
fn default_transform_sets() -> Vec<TransformSet> {
    let default = |name: &str, cipher| TransformSet {
        name: name.to_owned(),
        origin: Origin::DEFAULT,
        cipher,
        integrity: Some(ike::EspIntegrity::HmacSha1),
        tunnel_mode: false,
    };
    vec![
        default("#$!default_transform_set_1", ike::EspCipher::Aes(128)),
        default("#$!default_transform_set_0", ike::EspCipher::TripleDes),
    ]
}

//! What is to be protected: tunnel interfaces with `tunnel protection`, and entries of crypto maps on interfaces.

use std::net::{IpAddr, Ipv4Addr};

use ike::{Origin, Profile, ProfileId, Protection, Sourced, Subnet, TransformSet};
use ios::description::{
    AccessEntry, AddressMatch, CryptoMapEntry, CryptoMapKind, Interface, IpsecMode, IpsecSettings,
    PeerAddress, SaLifetime, TunnelDestination, TunnelProtection, TunnelSource,
};
use ios::{Diagnostic, RouterDescription, description};

/// The protections of a router in configuration order, the tunnels first.
pub(super) fn all(
    router: &RouterDescription,
    profiles: &[Profile],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Protection> {
    let in_use = || router.interfaces.iter().filter(|interface| interface.shutdown.is_none());
    let mut reader = Reader { router, profiles, problems };
    let tunnels: Vec<_> = in_use().filter_map(|interface| reader.tunnel(interface)).collect();
    let maps = in_use().flat_map(|interface| reader.crypto_map(interface)).collect::<Vec<_>>();
    tunnels.into_iter().chain(maps).collect()
}

struct Reader<'a> {
    router: &'a RouterDescription,
    profiles: &'a [Profile],
    problems: &'a mut Vec<Diagnostic>,
}

/// From where to whom a protection goes, and for what traffic.
struct Ends {
    name: String,
    origin: Origin,
    local: IpAddr,
    peers: Vec<Sourced<IpAddr>>,
    local_traffic: Subnet,
    remote_traffic: Subnet,
}

impl Reader<'_> {
    fn tunnel(&mut self, interface: &Interface) -> Option<Protection> {
        let protection = interface.tunnel_protection.as_ref()?;
        let router = self.router;
        let Some(settings) = router.ipsec_profiles.iter().find(|it| it.name == protection.value.profile)
        else {
            self.missing("ipsec-profile", &protection.value.profile, protection.origin);
            return None;
        };
        let local = self.tunnel_source(interface)?;
        let destination = interface.tunnel_destination.as_ref();
        let peers = destination.and_then(|destination| match &destination.value {
            TunnelDestination::Address(address) => Some(Sourced::new(*address, destination.origin)),
            TunnelDestination::Host(name) => {
                self.unresolved(name, destination.origin);
                None
            }
            TunnelDestination::Dynamic => None,
        });
        let ends = Ends {
            name: interface.name.clone(),
            origin: protection.origin,
            local,
            peers: peers.into_iter().collect(),
            local_traffic: Subnet::ANY,
            remote_traffic: Subnet::ANY,
        };
        self.protection(ends, &settings.settings, Some(&protection.value))
    }

    fn tunnel_source(&mut self, interface: &Interface) -> Option<IpAddr> {
        let source = interface.tunnel_source.as_ref()?;
        match &source.value {
            TunnelSource::Address(address) => Some(*address),
            TunnelSource::Interface(name) => {
                let address = self.router.interface(name).and_then(|interface| interface.address);
                if address.is_none() {
                    let message = format!("the tunnel's source {name} has no address");
                    self.problems
                        .push(Diagnostic::warning("no-source-address", message).at(source.origin, ""));
                }
                address.map(|address| IpAddr::V4(address.value.address))
            }
            TunnelSource::Dynamic => None,
        }
    }

    /// One protection for each entry of the interface's crypto map and each line of the entry's access list, by sequence
    /// number.
    fn crypto_map(&mut self, interface: &Interface) -> Vec<Protection> {
        let (Some(map), Some(address)) = (&interface.crypto_map, interface.address) else {
            return Vec::new();
        };
        let local = IpAddr::V4(address.value.address);
        let router = self.router;
        let mut entries: Vec<_> = router.crypto_maps.iter().filter(|entry| entry.map == map.value).collect();
        entries.sort_by_key(|entry| entry.sequence);
        entries.into_iter().flat_map(|entry| self.entry(entry, local)).collect()
    }

    fn entry(&mut self, entry: &CryptoMapEntry, local: IpAddr) -> Vec<Protection> {
        let router = self.router;
        match &entry.kind {
            CryptoMapKind::IpsecIsakmp => self.traffic(entry, local),
            CryptoMapKind::Dynamic(name) => {
                let mut templates: Vec<_> = router.crypto_maps.iter().filter(|it| it.map == *name).collect();
                templates.sort_by_key(|template| template.sequence);
                templates.into_iter().flat_map(|template| self.traffic(template, local)).collect()
            }
            CryptoMapKind::IpsecManual | CryptoMapKind::Template | CryptoMapKind::Other(_) => Vec::new(),
        }
    }

    fn traffic(&mut self, entry: &CryptoMapEntry, local: IpAddr) -> Vec<Protection> {
        let peers: Vec<_> = entry.peers.iter().filter_map(|peer| self.peer(peer)).collect();
        let pairs = self.permitted(entry);
        let ends = pairs.into_iter().map(|(local_traffic, remote_traffic)| Ends {
            name: format!("{} {}", entry.map, entry.sequence),
            origin: entry.origin,
            local,
            peers: peers.clone(),
            local_traffic,
            remote_traffic,
        });
        ends.filter_map(|ends| self.protection(ends, &entry.settings, None)).collect()
    }

    fn peer(&mut self, peer: &Sourced<PeerAddress>) -> Option<Sourced<IpAddr>> {
        match &peer.value {
            PeerAddress::Address(address) => Some(Sourced::new(*address, peer.origin)),
            PeerAddress::Host(name) => {
                self.unresolved(name, peer.origin);
                None
            }
        }
    }

    /// The traffic of the permitting lines of the entry's access list; everything where a dynamic map has none.
    fn permitted(&mut self, entry: &CryptoMapEntry) -> Vec<(Subnet, Subnet)> {
        let Some(name) = &entry.access_list else {
            let takes_what_is_proposed = entry.kind == CryptoMapKind::Template;
            return if takes_what_is_proposed { vec![(Subnet::ANY, Subnet::ANY)] } else { Vec::new() };
        };
        let Some(list) = self.router.access_list(&name.value) else {
            self.missing("access-list", &name.value, name.origin);
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
    ) -> Option<Protection> {
        if let Some(profile) = &settings.ikev2_profile {
            let message = format!("{} uses IKEv2, which is not covered yet", ends.name);
            self.problems.push(Diagnostic::warning("ikev2-not-covered", message).at(profile.origin, ""));
            return None;
        }
        let named = tunnel.and_then(|tunnel| tunnel.isakmp_profile.clone());
        let named =
            named.map(|name| Sourced::new(name, ends.origin)).or_else(|| settings.isakmp_profile.clone());
        let profile = match named {
            Some(name) => Some(self.profile(&name)?),
            None => None,
        };
        let transform_sets = self.transform_sets(settings);
        if transform_sets.is_empty() {
            let message = format!("{} has no transform set that can be used: it protects nothing", ends.name);
            self.problems.push(Diagnostic::warning("no-transform-set", message).at(ends.origin, ""));
            return None;
        }
        let SaLifetime { seconds, kilobytes } = self.router.sa_lifetime;
        Some(Protection {
            name: ends.name,
            origin: ends.origin,
            local: ends.local,
            peers: ends.peers,
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
        })
    }

    fn profile(&mut self, name: &Sourced<String>) -> Option<Sourced<ProfileId>> {
        let index = self.profiles.iter().position(|profile| profile.name == name.value);
        if index.is_none() {
            self.missing("isakmp-profile", &name.value, name.origin);
        }
        Some(Sourced::new(ProfileId::from_index(index?)?, name.origin))
    }

    /// The transform sets, best first; the default ones where the profile names none.
    fn transform_sets(&mut self, settings: &IpsecSettings) -> Vec<TransformSet> {
        if settings.transform_sets.is_empty() {
            return default_transform_sets();
        }
        let mut sets = Vec::new();
        for name in &settings.transform_sets {
            match self.router.transform_sets.iter().find(|set| set.name == name.value) {
                Some(set) => sets.extend(transform_set(set)),
                None => self.missing("transform-set", &name.value, name.origin),
            }
        }
        sets
    }

    fn missing(&mut self, what: &'static str, name: &str, origin: Origin) {
        let problem =
            Diagnostic::warning("undefined", format!("{what} {name} is not defined: the line has no effect"));
        self.problems.push(problem.at(origin, ""));
    }

    fn unresolved(&mut self, name: &str, origin: Origin) {
        let problem = Diagnostic::warning(
            "unresolved-peer",
            format!("{name} is not looked up: nothing here asks a DNS server"),
        );
        self.problems
            .push(problem.at(origin, "").help("write the peer's address to try this side as initiator"));
    }
}

/// The addresses that an access list matches, as an ID payload says them; wildcard bits are the inverse of a mask.
fn subnet(matched: AddressMatch) -> Subnet {
    let mask = !matched.wildcard.to_bits();
    Subnet { network: Ipv4Addr::from_bits(matched.address.to_bits() & mask), mask: Ipv4Addr::from_bits(mask) }
}

/// A transform set as ESP needs it; the reader reports what it could not understand.
fn transform_set(set: &description::TransformSet) -> Option<TransformSet> {
    use description::EspCipher as Written;
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

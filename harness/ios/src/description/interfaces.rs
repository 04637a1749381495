//! Interfaces, access lists and routes, as far as they bear on who negotiates with whom about what.

use std::net::{IpAddr, Ipv4Addr};

use ike::{Origin, Sourced};

/// `interface NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The name as written.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// `ip address A MASK`.
    pub address: Option<Sourced<InterfaceAddress>>,
    /// `ip address dhcp` and the like: there is an address, and the text does not tell which.
    pub dynamic_address: Option<Origin>,
    /// `ip unnumbered`: the interface whose address is used.
    pub unnumbered: Option<Sourced<String>>,
    /// `ip address A MASK secondary`.
    pub secondary: Vec<Sourced<InterfaceAddress>>,
    /// `shutdown`.
    pub shutdown: Option<Origin>,
    /// `vrf forwarding` or `ip vrf forwarding`.
    pub vrf: Option<Sourced<String>>,
    /// `tunnel source`.
    pub tunnel_source: Option<Sourced<TunnelSource>>,
    /// `tunnel destination`.
    pub tunnel_destination: Option<Sourced<TunnelDestination>>,
    /// `tunnel mode`; GRE over IP when nothing is configured.
    pub tunnel_mode: Sourced<TunnelMode>,
    /// `tunnel vrf`: where the packets of the tunnel go.
    pub tunnel_vrf: Option<Sourced<String>>,
    /// `tunnel protection ipsec profile`.
    pub tunnel_protection: Option<Sourced<TunnelProtection>>,
    /// `crypto map NAME`.
    pub crypto_map: Option<Sourced<String>>,
}

impl Interface {
    /// An interface of which nothing but its name is written.
    #[must_use]
    pub fn new(name: String, origin: Origin) -> Self {
        Self {
            name,
            origin,
            address: None,
            dynamic_address: None,
            unnumbered: None,
            secondary: Vec::new(),
            shutdown: None,
            vrf: None,
            tunnel_source: None,
            tunnel_destination: None,
            tunnel_mode: Sourced::default_value(TunnelMode::Gre),
            tunnel_vrf: None,
            tunnel_protection: None,
            crypto_map: None,
        }
    }

    /// Whether `abbreviation` is this interface's name with its letters cut short: `Gi0/0` for `GigabitEthernet0/0`.
    #[must_use]
    pub fn is_abbreviated_by(&self, abbreviation: &str) -> bool {
        let (kind, number) = split_interface_name(&self.name);
        let (short, short_number) = split_interface_name(abbreviation);
        !short.is_empty()
            && number == short_number
            && kind.get(..short.len()).is_some_and(|head| head.eq_ignore_ascii_case(short))
    }
}

/// Letters and number of an interface's name.
fn split_interface_name(name: &str) -> (&str, &str) {
    let (kind, number) = name.split_at(name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len()));
    (kind.trim_end(), number)
}

/// `ip address A MASK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceAddress {
    /// The address.
    pub address: Ipv4Addr,
    /// The mask.
    pub mask: Ipv4Addr,
}

/// `tunnel source`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TunnelSource {
    /// An address.
    Address(IpAddr),
    /// An interface, by a name that may be abbreviated.
    Interface(String),
    /// `dynamic`.
    Dynamic,
}

/// `tunnel destination`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TunnelDestination {
    /// An address.
    Address(IpAddr),
    /// A host name, to be looked up.
    Host(String),
    /// `dynamic`.
    Dynamic,
}

/// `tunnel mode`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TunnelMode {
    /// `gre ip`: the default.
    Gre,
    /// `gre multipoint`.
    GreMultipoint,
    /// `ipsec ipv4`.
    IpsecIpv4,
    /// Another mode, as written.
    Other(String),
}

/// `tunnel protection ipsec profile NAME [shared]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TunnelProtection {
    /// The IPsec profile.
    pub profile: String,
    /// `shared`: one security association for several tunnels of one source.
    pub shared: bool,
    /// `isakmp-profile NAME`, which overrides that of the IPsec profile.
    pub isakmp_profile: Option<String>,
    /// `ikev2-profile NAME`, which overrides that of the IPsec profile.
    pub ikev2_profile: Option<String>,
}

/// An extended access list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessList {
    /// The name or number.
    pub name: String,
    /// The line that opens the list.
    pub origin: Origin,
    /// The entries in configuration order, without those that name object groups.
    pub entries: Vec<Sourced<AccessEntry>>,
    /// The lines that name object groups, which are not looked up.
    pub with_object_groups: Vec<Origin>,
}

/// An entry of an extended access list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEntry {
    /// `permit`, else `deny`.
    pub permit: bool,
    /// The protocol as written: `ip`, `gre`, `udp`, a number.
    pub protocol: String,
    /// Where packets come from.
    pub source: AddressMatch,
    /// Where packets go to.
    pub destination: AddressMatch,
    /// Everything behind the protocol as written, if it is more than the two addresses: ports and the like.
    pub conditions: String,
}

/// Addresses that an access list matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressMatch {
    /// The address.
    pub address: Ipv4Addr,
    /// The bits of the address that do not matter are set.
    pub wildcard: Ipv4Addr,
}

/// `ip route NETWORK MASK VIA...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `vrf NAME`.
    pub vrf: Option<String>,
    /// The network.
    pub network: Ipv4Addr,
    /// The mask.
    pub mask: Ipv4Addr,
    /// Next hop, interface and the rest, as written.
    pub via: String,
}

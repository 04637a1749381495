//! Payloads of IKEv2 as a tree. What is inside encrypted ones is printed by `message`.

mod notification;

use crypto::SignatureScheme;
use lab::decode::Authorities;
use wire::ReadError;
use wire::ikev1::vendor;
use wire::ikev2::transforms::AttributeType;
use wire::ikev2::{
    self, AddressRange, Configuration, ConfigurationAttribute, ConfigurationAttributeType, Delete, Eap,
    HashAndUrl, Identification, Identity, KeyExchange, Payload, Proof, RawPayload, SecurityAssociation,
    TrafficSelector, TrafficSelectors, Transform,
};

use super::certificate::{self, encoding_name};
use super::tree::{Hex, Tree, count, named};
use crate::console::{STRONG, escaped_bytes, styled};

/// Prints a payload; `verbose` shows all bytes.
///
/// # Errors
/// Its content is malformed; its type and length are printed then.
pub fn print(
    tree: &mut Tree,
    raw: &RawPayload<'_>,
    authorities: &Authorities,
    verbose: bool,
) -> Result<(), ReadError> {
    let name = raw.payload_type.name().map_or_else(|| format!("payload {}", raw.payload_type), str::to_owned);
    let length = raw.body.len() + RawPayload::HEADER_LENGTH;
    let critical = if raw.critical { ", critical" } else { "" };
    let heading = format!("{} {length} bytes{critical}", styled(STRONG, name));
    let result = Printer { tree, heading: &heading, authorities, verbose }.payload(raw);
    if result.is_err() {
        tree.line(heading);
    }
    if raw.reserved != 0 {
        tree.under(|tree| tree.line(format_args!("reserved bits {:02x}", raw.reserved)));
    }
    result
}

/// Prints one payload, whose first line begins with the heading.
struct Printer<'a> {
    tree: &'a mut Tree,
    heading: &'a str,
    authorities: &'a Authorities,
    verbose: bool,
}

impl Printer<'_> {
    /// Prints nothing where it fails.
    fn payload(&mut self, raw: &RawPayload<'_>) -> Result<(), ReadError> {
        let (heading, verbose) = (self.heading, self.verbose);
        let hex = |bytes| Hex::beginning(bytes, verbose);
        match raw.typed()? {
            Payload::SecurityAssociation(association) => self.security_association(&association),
            Payload::KeyExchange(KeyExchange { group, public_value, .. }) => {
                let group = named(group.name(), group.0);
                self.tree.line(format_args!("{heading}  {group}  {}", hex(public_value)));
            }
            Payload::InitiatorIdentification(Identification { identity, .. })
            | Payload::ResponderIdentification(Identification { identity, .. }) => {
                self.tree.line(format_args!("{heading}  {}", identity_line(&identity)));
            }
            Payload::Certificate(certificate) => self.certificate(&certificate),
            Payload::CertificateRequest(request) => self.certificate_request(&request),
            Payload::Authentication(authentication) => self.authentication(&authentication),
            Payload::Notify(notification) => {
                let line = notification::line(&notification, raw.body_offset(), verbose)?;
                self.tree.line(format_args!("{heading}  {line}"));
            }
            Payload::Delete(delete) => self.tree.line(format_args!("{heading}  {}", delete_line(&delete))),
            Payload::VendorId(id) => self.tree.line(format_args!("{heading}  {}", vendor_text(id))),
            Payload::InitiatorTrafficSelectors(selectors) | Payload::ResponderTrafficSelectors(selectors) => {
                self.traffic_selectors(&selectors);
            }
            Payload::Configuration(configuration) => self.configuration(&configuration),
            Payload::Eap(Eap { code, identifier, data }) => {
                let code = named(code.name(), code.0);
                let data = if data.is_empty() { String::new() } else { format!("  {}", hex(data)) };
                self.tree.line(format_args!("{heading}  {code}, identifier {identifier}{data}"));
            }
            Payload::EncryptedFragment(fragment) => {
                let (number, total) = (fragment.number, fragment.total);
                self.tree.line(format_args!("{heading}  fragment {number} of {total}"));
            }
            Payload::Encrypted(_) => self.tree.line(heading),
            Payload::Nonce(bytes) | Payload::Unknown(_, bytes) => {
                self.tree.line(format_args!("{heading}  {}", hex(bytes)));
            }
        }
        Ok(())
    }

    fn security_association(&mut self, association: &SecurityAssociation<'_>) {
        self.tree.line(self.heading);
        self.tree.under(|tree| {
            for proposal in association.proposals() {
                let protocol = named(proposal.protocol.name(), proposal.protocol.0);
                let spi = spi_text(proposal.spi);
                let transforms = count(usize::from(proposal.transform_count), "transform", "transforms");
                tree.line(format_args!("proposal {}  {protocol}{spi}, {transforms}", proposal.number));
                tree.under(|tree| {
                    proposal.transforms().for_each(|transform| tree.line(transform_line(&transform)));
                });
            }
        });
    }

    fn certificate(&mut self, certificate: &ikev2::Certificate<'_>) {
        let (heading, verbose) = (self.heading, self.verbose);
        self.tree.line(format_args!("{heading}  {}", encoding_name(certificate.encoding())));
        self.tree.under(|tree| match certificate {
            ikev2::Certificate::X509(der) => certificate::print(tree, der, verbose),
            ikev2::Certificate::HashAndUrlOfCertificate(HashAndUrl { hash, url })
            | ikev2::Certificate::HashAndUrlOfBundle(HashAndUrl { hash, url }) => {
                tree.line(format_args!("hash     {}", Hex::whole(*hash)));
                tree.line(format_args!("URL      {}", escaped_bytes(url)));
            }
            ikev2::Certificate::Other(_, data) => tree.line(Hex::beginning(data, verbose)),
        });
    }

    fn certificate_request(&mut self, request: &ikev2::CertificateRequest<'_>) {
        let (heading, encoding) = (self.heading, encoding_name(request.encoding));
        match request.authorities {
            ikev2::Authorities::KeyHashes([]) => {
                self.tree.line(format_args!("{heading}  {encoding}  any CA"));
            }
            ikev2::Authorities::KeyHashes(hashes) => {
                let hashes_of = count(hashes.len(), "key", "keys");
                self.tree.line(format_args!("{heading}  {encoding}, hashes of {hashes_of}"));
                let authorities = self.authorities;
                self.tree.under(|tree| {
                    for hash in hashes {
                        let subject =
                            authorities.get(hash).map(|name| format!("  {name}")).unwrap_or_default();
                        tree.line(format_args!("{}{subject}", Hex::whole(hash)));
                    }
                });
            }
            ikev2::Authorities::Opaque(data) => {
                self.tree.line(format_args!("{heading}  {encoding}  {}", Hex::beginning(data, self.verbose)));
            }
        }
    }

    /// The value is printed whole: it is what captures are compared by.
    fn authentication(&mut self, authentication: &ikev2::Authentication<'_>) {
        let method = authentication.method();
        let method = named(method.name(), method.0);
        let heading = self.heading;
        match authentication.proof {
            Proof::Other(_, value) => {
                self.tree.line(format_args!("{heading}  {method}  {}", Hex::whole(value)));
            }
            Proof::DigitalSignature { algorithm, signature } => {
                let scheme = match SignatureScheme::from_algorithm_identifier(algorithm) {
                    Some(scheme) => scheme.to_string(),
                    None => format!("unknown algorithm {}", Hex::whole(algorithm)),
                };
                self.tree.line(format_args!("{heading}  {method}, {scheme}  {}", Hex::whole(signature)));
            }
        }
    }

    fn traffic_selectors(&mut self, selectors: &TrafficSelectors<'_>) {
        let selectors: Vec<_> = selectors.iter().collect();
        self.tree.line(format_args!("{}  {}", self.heading, count(selectors.len(), "selector", "selectors")));
        self.tree.under(|tree| selectors.iter().for_each(|selector| tree.line(selector_line(selector))));
    }

    fn configuration(&mut self, configuration: &Configuration<'_>) {
        let does = configuration.configuration_type;
        self.tree.line(format_args!("{}  {}", self.heading, named(does.name(), does.0)));
        self.tree.under(|tree| {
            configuration.attributes().for_each(|attribute| tree.line(configuration_line(&attribute)));
        });
    }
}

/// An SPI behind what it belongs to; nothing where there is none.
fn spi_text(spi: &[u8]) -> String {
    if spi.is_empty() { String::new() } else { format!(", SPI {}", Hex::whole(spi)) }
}

fn transform_line(transform: &Transform<'_>) -> String {
    let Transform { transform_type, id, .. } = transform;
    let kind = transform_type.name().map_or_else(|| format!("type {transform_type}"), str::to_owned);
    let algorithm = transform.algorithm().to_string();
    // Without a name it is the number that is shown.
    let algorithm = named(Some(algorithm.as_str()).filter(|name| *name != id.to_string()), *id);
    let attributes = transform.attributes().map(|attribute| {
        let number = attribute.value.number();
        match (AttributeType(attribute.class), number) {
            (AttributeType::KEY_LENGTH, Some(bits)) => format!(", {bits} bits"),
            (class, Some(number)) => format!(", attribute {class}: {number}"),
            (class, None) => format!(", attribute {class} of more than 64 bits"),
        }
    });
    format!("{kind}  {algorithm}{}", attributes.collect::<String>())
}

fn identity_line(identity: &Identity<'_>) -> String {
    let kind = identity.identification_type();
    let kind = kind.name().map_or_else(|| format!("identity type {kind}"), str::to_owned);
    let text = match identity {
        Identity::Ipv4Address(address) => address.to_string(),
        Identity::Ipv6Address(address) => address.to_string(),
        Identity::Fqdn(text) | Identity::Rfc822Address(text) => escaped_bytes(text),
        Identity::DistinguishedName(der) => certificate::name(der),
        Identity::KeyId(bytes) if bytes.iter().all(|byte| byte.is_ascii_graphic()) => escaped_bytes(bytes),
        Identity::GeneralName(bytes) | Identity::KeyId(bytes) | Identity::Other(_, bytes) => {
            Hex::whole(bytes).to_string()
        }
    };
    format!("{kind}  {text}")
}

fn delete_line(delete: &Delete<'_>) -> String {
    let protocol = named(delete.protocol().name(), delete.protocol().0);
    let spis: Vec<_> = delete.spis().map(|spi| Hex::whole(spi).to_string()).collect();
    if spis.is_empty() {
        return protocol;
    }
    format!("{protocol}, {} {}", count(spis.len(), "SPI", "SPIs"), spis.join(" "))
}

/// The name of a vendor ID; where it has none, itself, as text if it is readable.
fn vendor_text(id: &[u8]) -> String {
    match vendor::name(id) {
        Some(name) => name.to_owned(),
        None if !id.is_empty() && id.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') => {
            format!("\"{}\"", escaped_bytes(id))
        }
        None => format!("unknown {}", Hex::whole(id)),
    }
}

fn selector_line(selector: &TrafficSelector<'_>) -> String {
    let kind = selector.selector_type();
    let kind = kind.name().map_or_else(|| format!("selector type {kind}"), str::to_owned);
    let range = match selector {
        TrafficSelector::Ipv4(range) => range_text(range),
        TrafficSelector::Ipv6(range) => range_text(range),
        TrafficSelector::Other { protocol, data, .. } => {
            format!("protocol {protocol}, {}", Hex::whole(data))
        }
    };
    format!("{kind}  {range}")
}

fn range_text<A: std::fmt::Display>(range: &AddressRange<A>) -> String {
    let AddressRange { protocol, first_port, last_port, first, last } = range;
    format!("{first} to {last}, protocol {protocol}, ports {first_port} to {last_port}")
}

fn configuration_line(attribute: &ConfigurationAttribute<'_>) -> String {
    use ConfigurationAttributeType as Type;
    let ConfigurationAttribute { attribute_type, value } = attribute;
    let name = named(attribute_type.name(), attribute_type.0);
    match (*attribute_type, <[u8; 4]>::try_from(*value)) {
        _ if value.is_empty() => name,
        (Type::APPLICATION_VERSION | Type::INTERNAL_DNS_DOMAIN, _) => {
            format!("{name}: {}", escaped_bytes(value))
        }
        (
            Type::INTERNAL_IP4_ADDRESS
            | Type::INTERNAL_IP4_NETMASK
            | Type::INTERNAL_IP4_DNS
            | Type::INTERNAL_IP4_NBNS
            | Type::INTERNAL_IP4_DHCP,
            Ok(address),
        ) => format!("{name}: {}", std::net::Ipv4Addr::from(address)),
        _ => format!("{name}: {}", Hex::whole(value)),
    }
}

//! Payloads of IKEv1 as a tree.

use pki::NameRef;
use wire::ikev1::{
    self, Delete, Identification, Identity, NatOriginalAddress, Notification, Payload, ProtocolId, RawPayload,
};
use wire::{CertificateEncoding, ReadError};

use super::certificate::{self, encoding_name};
use super::security_association;
use super::tree::{Hex, Tree, count};
use crate::console::{STRONG, escaped, escaped_bytes, styled};

/// Prints a payload; `verbose` shows all bytes.
///
/// # Errors
/// Its content is malformed; its type and length are printed then.
pub fn print(tree: &mut Tree, raw: &RawPayload<'_>, verbose: bool) -> Result<(), ReadError> {
    let length = raw.body.len() + RawPayload::HEADER_LENGTH;
    let name = raw.payload_type.name().map_or_else(|| format!("payload {}", raw.payload_type), str::to_owned);
    let heading = format!("{} {length} bytes", styled(STRONG, name));
    let hex = |bytes| Hex::beginning(bytes, verbose);
    let payload = match raw.typed() {
        Ok(payload) => payload,
        Err(error) => {
            tree.line(heading);
            return Err(error);
        }
    };
    match payload {
        Payload::SecurityAssociation(association) => {
            tree.line(heading);
            tree.under(|tree| security_association::print(tree, &association));
        }
        Payload::Identification(identification) => {
            tree.line(format_args!("{heading}  {}", identity_line(&identification)));
        }
        Payload::Certificate(ikev1::Certificate { encoding, data }) => {
            tree.line(format_args!("{heading}  {}", encoding_name(encoding)));
            let x509 = [CertificateEncoding::X509_SIGNATURE, CertificateEncoding::X509_KEY_EXCHANGE];
            tree.under(|tree| match x509.contains(&encoding) {
                true => certificate::print(tree, data, verbose),
                false => tree.line(hex(data)),
            });
        }
        Payload::CertificateRequest(request) => {
            let authority = match NameRef::from_der(request.authority) {
                _ if request.authority.is_empty() => "any CA".to_owned(),
                Ok(name) => name.to_string(),
                Err(error) => {
                    format!("not a name ({}): {}", escaped(&error.to_string()), hex(request.authority))
                }
            };
            tree.line(format_args!("{heading}  {}  {authority}", encoding_name(request.encoding)));
        }
        Payload::Notification(notification) => {
            tree.line(format_args!("{heading}  {}", notification_line(&notification, verbose)));
        }
        Payload::Delete(delete) => tree.line(format_args!("{heading}  {}", delete_line(&delete))),
        Payload::VendorId(id) => match ikev1::vendor::name(id) {
            Some(name) => tree.line(format_args!("{heading}  {name}")),
            None => tree.line(format_args!("{heading}  unknown {}", Hex::whole(id))),
        },
        Payload::NatDetection(detection) => tree.line(format_args!("{heading}  {}", hex(detection.hash))),
        Payload::NatOriginalAddress(NatOriginalAddress { identity, .. }) => {
            tree.line(format_args!("{heading}  {}", identity_text(&identity)));
        }
        Payload::KeyExchange(bytes)
        | Payload::Hash(bytes)
        | Payload::Signature(bytes)
        | Payload::Nonce(bytes)
        | Payload::Unknown(_, bytes) => tree.line(format_args!("{heading}  {}", hex(bytes))),
    }
    if raw.reserved != 0 {
        tree.under(|tree| tree.line(format_args!("reserved byte {:02x}", raw.reserved)));
    }
    Ok(())
}

fn identity_line(identification: &Identification<'_>) -> String {
    let Identification { protocol, port, identity } = identification;
    let kind = identity.identification_type();
    let kind = kind.name().map_or_else(|| format!("identity type {kind}"), str::to_owned);
    format!("{kind}  {}, protocol {protocol}, port {port}", identity_text(identity))
}

fn identity_text(identity: &Identity<'_>) -> String {
    match identity {
        Identity::Ipv4Address(address) => address.to_string(),
        Identity::Ipv6Address(address) => address.to_string(),
        Identity::Ipv4Subnet { address, mask } => format!("{address} {mask}"),
        Identity::Ipv6Subnet { address, mask } => format!("{address} {mask}"),
        Identity::Ipv4Range { first, last } => format!("{first} to {last}"),
        Identity::Ipv6Range { first, last } => format!("{first} to {last}"),
        Identity::Fqdn(text) | Identity::UserFqdn(text) => escaped_bytes(text),
        Identity::DistinguishedName(der) => certificate::name(der),
        Identity::GeneralName(bytes) | Identity::KeyId(bytes) | Identity::Other(_, bytes) => {
            Hex::whole(bytes).to_string()
        }
    }
}

fn protocol_name(protocol: ProtocolId) -> String {
    protocol.name().map_or_else(|| format!("protocol {protocol}"), str::to_owned)
}

fn notification_line(notification: &Notification<'_>, verbose: bool) -> String {
    let Notification { protocol, spi, notify_type, data, .. } = notification;
    let name =
        notify_type.name().unwrap_or(if notify_type.is_error() { "unknown error" } else { "unknown status" });
    let mut line = format!("{name} ({}), {}", notify_type.0, protocol_name(*protocol));
    if !spi.is_empty() {
        line.push_str(&format!(", SPI {}", Hex::whole(spi)));
    }
    if !data.is_empty() {
        line.push_str(&format!(", data {}", Hex::beginning(data, verbose)));
    }
    line
}

fn delete_line(delete: &Delete<'_>) -> String {
    let spis: Vec<_> = delete.spis().map(|spi| Hex::whole(spi).to_string()).collect();
    format!("{}, {} {}", protocol_name(delete.protocol()), count(spis.len(), "SPI", "SPIs"), spis.join(" "))
}

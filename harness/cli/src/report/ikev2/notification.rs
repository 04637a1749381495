//! Notifications of IKEv2 in a line.

use std::net::{Ipv4Addr, Ipv6Addr};

use wire::ReadError;
use wire::ikev2::{Notification, NotificationContent, ProtocolId, Redirect};

use super::spi_text;
use crate::console::escaped_bytes;
use crate::report::tree::{Hex, named};

/// What a notification says; the body of its payload starts at `body_offset`.
///
/// # Errors
/// Its data are not of the form that its type has.
pub fn line(notification: &Notification<'_>, body_offset: usize, verbose: bool) -> Result<String, ReadError> {
    let Notification { protocol, spi, notify_type, .. } = notification;
    let name =
        notify_type.name().unwrap_or(if notify_type.is_error() { "unknown error" } else { "unknown status" });
    let protocol = match *protocol {
        ProtocolId::NONE => String::new(),
        protocol => format!(", {}", named(protocol.name(), protocol.0)),
    };
    let content = match notification.content(body_offset)? {
        NotificationContent::Opaque(&[]) | NotificationContent::FragmentationSupported => String::new(),
        NotificationContent::Cookie(cookie) => Hex::beginning(cookie, verbose).to_string(),
        NotificationContent::InvalidKePayload(group) => format!("wanted: {}", named(group.name(), group.0)),
        NotificationContent::NatDetectionSourceIp(hash)
        | NotificationContent::NatDetectionDestinationIp(hash) => Hex::whole(hash).to_string(),
        NotificationContent::SignatureHashAlgorithms(algorithms) => {
            let names: Vec<_> = algorithms.iter().map(|hash| named(hash.name(), hash.0)).collect();
            names.join(", ")
        }
        NotificationContent::UnsupportedCriticalPayload(payload) => {
            format!("payload {}", named(payload.name(), payload.0))
        }
        NotificationContent::InvalidMajorVersion(version) => format!("highest: {version}"),
        NotificationContent::Redirect(redirect) => redirect_text(&redirect, verbose),
        NotificationContent::Opaque(data) => format!("data {}", Hex::beginning(data, verbose)),
    };
    let gap = if content.is_empty() { "" } else { "  " };
    Ok(format!("{name} ({}){protocol}{}{gap}{content}", notify_type.0, spi_text(spi)))
}

/// RFC 5685 7.2.
fn redirect_text(redirect: &Redirect<'_>, verbose: bool) -> String {
    let Redirect { gateway_type, gateway, nonce } = redirect;
    let gateway = match (gateway_type, <[u8; 4]>::try_from(*gateway), <[u8; 16]>::try_from(*gateway)) {
        (1, Ok(address), _) => Ipv4Addr::from(address).to_string(),
        (2, _, Ok(address)) => Ipv6Addr::from(address).to_string(),
        (3, ..) => escaped_bytes(gateway),
        _ => format!("type {gateway_type}: {}", Hex::whole(gateway)),
    };
    match nonce {
        [] => format!("to {gateway}"),
        nonce => format!("to {gateway}, nonce {}", Hex::beginning(nonce, verbose)),
    }
}

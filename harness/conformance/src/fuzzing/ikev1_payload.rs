//! One payload of IKEv1, without the message around it.

use wire::PayloadType;
use wire::ikev1::RawPayload;

use super::ikev1_message_roundtrip::check_payload;

/// The first byte is the type of a payload, the rest its body; for it holds what
/// [`ikev1_message_roundtrip`](super::ikev1_message_roundtrip()) says of payloads.
///
/// # Panics
/// If that does not hold.
pub fn ikev1_payload(bytes: &[u8]) {
    let Some((&number, body)) = bytes.split_first() else { return };
    let raw = RawPayload {
        payload_type: PayloadType(number),
        next: PayloadType::NONE,
        reserved: 0,
        offset: 0,
        body,
    };
    check_payload(&raw, RawPayload::HEADER_LENGTH + body.len());
}

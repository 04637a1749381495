//! One payload of IKEv2, without the message around it.

use wire::PayloadType;
use wire::ikev2::RawPayload;

use super::ikev2_message_roundtrip::check_payload;

/// The first byte is the type of a payload, the second the type of the one after it (or in it, if it is encrypted), the
/// rest its body; for it holds what [`ikev2_message_roundtrip`](super::ikev2_message_roundtrip()) says of payloads.
///
/// # Panics
/// If that does not hold.
pub fn ikev2_payload(bytes: &[u8]) {
    let Some((&[number, next], body)) = bytes.split_first_chunk() else { return };
    let raw = RawPayload {
        payload_type: PayloadType(number),
        next: PayloadType(next),
        critical: false,
        reserved: 0,
        offset: 0,
        body,
    };
    check_payload(&raw, RawPayload::HEADER_LENGTH + body.len());
}

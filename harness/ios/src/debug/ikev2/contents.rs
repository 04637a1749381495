//! What is in a packet, in the words of `debug crypto ikev2`.

use std::fmt;

use wire::PayloadType;
use wire::ikev2::transforms::{
    Algorithm, EncryptionAlgorithm, ExtendedSequenceNumbers, IntegrityAlgorithm, PseudorandomFunction,
};
use wire::ikev2::{NotifyType, Payload, Payloads, Proposal, RawPayload, Transform, payloads_in};

/// The payloads of a decrypted message, up to the first that cannot be read. RFC 7296 3.1: the header of 28 bytes names
/// the first at offset 16.
pub(super) fn payloads(message: &[u8]) -> impl Iterator<Item = RawPayload<'_>> {
    let chain = |message| -> Option<Payloads<'_>> {
        let message: &[u8] = message;
        Some(payloads_in(PayloadType(*message.get(16)?), message.get(28..)?, 28))
    };
    chain(message).into_iter().flatten().map_while(Result::ok)
}

/// The same as what their types say, those that can be read.
pub(super) fn typed(message: &[u8]) -> impl Iterator<Item = Payload<'_>> {
    payloads(message).filter_map(|raw| raw.typed().ok())
}

/// The group of a message's KE payload.
pub(super) fn group(message: &[u8]) -> Option<u16> {
    typed(message).find_map(|payload| match payload {
        Payload::KeyExchange(key_exchange) => Some(key_exchange.group.0),
        _ => None,
    })
}

/// The list below `Payload contents:`.
pub(super) struct Contents<'a>(pub(super) &'a [u8]);

impl fmt::Display for Contents<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        payloads(self.0).enumerate().try_for_each(|(index, raw)| {
            if index > 0 {
                out.write_str(" ")?;
            }
            write_name(&raw, out)
        })
    }
}

/// The name of a payload: that of RFC 7296 but for a few.
fn write_name(raw: &RawPayload<'_>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    match raw.payload_type {
        PayloadType::IKEV2_NONCE => out.write_str("N"),
        PayloadType::IKEV2_DELETE => out.write_str("DELETE"),
        PayloadType::CONFIGURATION => out.write_str("CFG"),
        PayloadType::ENCRYPTED | PayloadType::ENCRYPTED_FRAGMENT => out.write_str("ENCR"),
        PayloadType::IKEV2_NOTIFY => match raw.typed() {
            Ok(Payload::Notify(notification)) => {
                write!(out, "NOTIFY({})", notification_name(notification.notify_type))
            }
            _ => out.write_str("NOTIFY"),
        },
        other => write!(out, "{other}"),
    }
}

/// The name of a notification: that of its RFC but for two.
pub(super) fn notification_name(notify_type: NotifyType) -> String {
    match notify_type {
        NotifyType::ESP_TFC_PADDING_NOT_SUPPORTED => "ESP_TFC_NO_SUPPORT".to_owned(),
        NotifyType::NON_FIRST_FRAGMENTS_ALSO => "NON_FIRST_FRAGS".to_owned(),
        other => other.to_string(),
    }
}

/// The line of a proposal's transforms.
pub(super) struct TransformNames<'a>(pub(super) Proposal<'a>);

impl fmt::Display for TransformNames<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.transforms().enumerate().try_for_each(|(index, transform)| {
            if index > 0 {
                out.write_str("   ")?;
            }
            write_transform(transform, out)
        })
    }
}

/// The name of a transform; one that no public source shows has the name of its RFC.
fn write_transform(transform: Transform<'_>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = match transform.algorithm() {
        Algorithm::Encryption(cipher) => match cipher {
            EncryptionAlgorithm::AES_CBC => "AES-CBC",
            EncryptionAlgorithm::AES_GCM_16 => "AES-GCM",
            EncryptionAlgorithm::TRIPLE_DES => "3DES",
            EncryptionAlgorithm::DES => "DES",
            other => return write!(out, "{other}"),
        },
        Algorithm::PseudorandomFunction(function) => match function {
            PseudorandomFunction::HMAC_MD5 => "MD5",
            PseudorandomFunction::HMAC_SHA1 => "SHA1",
            PseudorandomFunction::HMAC_SHA2_256 => "SHA256",
            PseudorandomFunction::HMAC_SHA2_384 => "SHA384",
            PseudorandomFunction::HMAC_SHA2_512 => "SHA512",
            other => return write!(out, "{other}"),
        },
        Algorithm::Integrity(integrity) => match integrity {
            IntegrityAlgorithm::HMAC_MD5_96 => "MD596",
            IntegrityAlgorithm::HMAC_SHA1_96 => "SHA96",
            IntegrityAlgorithm::HMAC_SHA2_256_128 => "SHA256",
            IntegrityAlgorithm::HMAC_SHA2_384_192 => "SHA384",
            IntegrityAlgorithm::HMAC_SHA2_512_256 => "SHA512",
            other => return write!(out, "{other}"),
        },
        Algorithm::ExtendedSequenceNumbers(ExtendedSequenceNumbers::NO) => "Don't use ESN",
        Algorithm::ExtendedSequenceNumbers(_) => "Use ESN",
        Algorithm::KeyExchange(group) => return write_group(group, out),
        Algorithm::Other(transform_type, number) => return write!(out, "{transform_type} {number}"),
    };
    out.write_str(name)
}

/// `DH_GROUP_1536_MODP/Group 5`.
fn write_group(group: wire::Group, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = match group.0 {
        1 => "768_MODP",
        2 => "1024_MODP",
        5 => "1536_MODP",
        14 => "2048_MODP",
        15 => "3072_MODP",
        16 => "4096_MODP",
        19 => "256_ECP",
        20 => "384_ECP",
        21 => "521_ECP",
        24 => "2048_256_MODP",
        _ => return write!(out, "{group}/Group {}", group.0),
    };
    write!(out, "DH_GROUP_{name}/Group {}", group.0)
}

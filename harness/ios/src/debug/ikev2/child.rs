//! The first Child SA: what `debug crypto ipsec` prints at it.

use std::fmt;

use ike::{EspCipher, EspIntegrity, EventKind, TransformPlace};
use wire::ikev2::transforms::{Algorithm, EncryptionAlgorithm, IntegrityAlgorithm};
use wire::ikev2::{NotifyType, Payload, Proposal};

use super::contents;
use crate::debug::Scene;
use crate::debug::literals::Literal;
use crate::debug::phase_two::print_block;
use crate::debug::transforms::EspSuite;

impl Scene<'_> {
    pub(super) fn print_ikev2_child(&mut self, kind: &EventKind) -> fmt::Result {
        match kind {
            EventKind::ChildProposalChecked { protection, transform, accepted } => {
                let Some(suite) = find_suite(&self.memory.received, *transform) else { return Ok(()) };
                let protection = self.router.protection(*protection);
                print_block(&mut self.page, Literal::ProposalRequestBlock, protection, &suite, &[])?;
                if !accepted {
                    return self.print_unsupported(&suite);
                }
                self.memory.suite = Some(suite);
                Ok(())
            }
            EventKind::ProfileNotTheTunnels { .. } => self.page.lines(&[Literal::ProfileDidNotMatch]),
            EventKind::ChildEstablished { protection, inbound_spi, outbound_spi } => {
                self.print_security_associations(*protection, *inbound_spi, *outbound_spi)
            }
            _ => Ok(()),
        }
    }
}

/// The ESP suite of the proposal at `place` in the SA payload of a decrypted message. The mode is tunnel unless the message
/// asks for transport (RFC 7296 1.3.1).
fn find_suite(message: &[u8], place: TransformPlace) -> Option<EspSuite> {
    let proposal = contents::typed(message).find_map(|payload| match payload {
        Payload::SecurityAssociation(association) => association.proposals().nth(place.proposal),
        _ => None,
    })?;
    let transport = contents::typed(message).any(|payload| {
        matches!(payload, Payload::Notify(notify) if notify.notify_type == NotifyType::USE_TRANSPORT_MODE)
    });
    Some(suite(proposal, if transport { "Transport" } else { "Tunnel" }))
}

/// The first cipher and the first integrity algorithm of an ESP proposal.
fn suite(proposal: Proposal<'_>, encapsulation: &'static str) -> EspSuite {
    let cipher = proposal.transforms().find_map(|transform| match transform.algorithm() {
        Algorithm::Encryption(cipher) => Some((cipher, transform.key_length().unwrap_or(128))),
        _ => None,
    });
    let cipher = cipher.and_then(|(cipher, bits)| match cipher {
        EncryptionAlgorithm::NULL => Some(EspCipher::Null),
        EncryptionAlgorithm::DES => Some(EspCipher::Des),
        EncryptionAlgorithm::TRIPLE_DES => Some(EspCipher::TripleDes),
        EncryptionAlgorithm::AES_CBC => Some(EspCipher::Aes(bits)),
        EncryptionAlgorithm::AES_GCM_16 => Some(EspCipher::AesGcm16(bits)),
        _ => None,
    });
    let integrity = proposal.transforms().find_map(|transform| match transform.algorithm() {
        Algorithm::Integrity(IntegrityAlgorithm::HMAC_MD5_96) => Some(EspIntegrity::HmacMd5),
        Algorithm::Integrity(IntegrityAlgorithm::HMAC_SHA1_96) => Some(EspIntegrity::HmacSha1),
        Algorithm::Integrity(IntegrityAlgorithm::HMAC_SHA2_256_128) => Some(EspIntegrity::HmacSha256),
        Algorithm::Integrity(IntegrityAlgorithm::HMAC_SHA2_384_192) => Some(EspIntegrity::HmacSha384),
        Algorithm::Integrity(IntegrityAlgorithm::HMAC_SHA2_512_256) => Some(EspIntegrity::HmacSha512),
        _ => None,
    });
    EspSuite::new(cipher, integrity, encapsulation)
}

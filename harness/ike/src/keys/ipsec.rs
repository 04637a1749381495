//! KEYMAT: the key material of the IPsec SAs that Quick Mode makes (RFC 2409 5.5).

use crypto::Hashes;
use wire::ikev1::ProtocolId;

use super::{Nonces, PhaseOneKeys, stretch};

/// What tells the key material of one IPsec SA from that of another.
#[derive(Clone, Copy, Debug)]
pub struct IpsecSa<'a> {
    /// ESP or AH.
    pub protocol: ProtocolId,
    /// The SPI, chosen by the side that receives with this SA.
    pub spi: [u8; 4],
    /// The nonces of the Quick Mode, not those of phase 1.
    pub nonces: Nonces<'a>,
    /// g(qm)^xy, where Quick Mode exchanged public values of its own (PFS).
    pub shared_secret: Option<&'a [u8]>,
}

impl PhaseOneKeys {
    /// `length` bytes of KEYMAT for one IPsec SA: the key of the cipher, then that of the integrity check.
    ///
    /// ```text
    /// K1 = prf(SKEYID_d, [ g(qm)^xy | ] protocol | SPI | Ni_b | Nr_b)
    /// K2 = prf(SKEYID_d, K1 | [ g(qm)^xy | ] protocol | SPI | Ni_b | Nr_b)
    /// ```
    #[must_use]
    pub fn ipsec_keys(&self, hashes: &dyn Hashes, sa: &IpsecSa<'_>, length: usize) -> Vec<u8> {
        let IpsecSa { protocol, spi, nonces, shared_secret } = *sa;
        let shared_secret = shared_secret.unwrap_or_default();
        stretch(length, |previous| {
            let parts: [&[u8]; 6] =
                [previous, shared_secret, &[protocol.0], &spi, nonces.initiator, nonces.responder];
            hashes.hmac(self.algorithms.hash, &self.skeyid_d, &parts)
        })
    }
}

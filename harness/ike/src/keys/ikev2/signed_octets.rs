//! What the AUTH payload signs (RFC 7296 2.15).

use crypto::Hashes;

use super::IkeSaKeys;
use crate::state::Role;

/// What goes into InitiatorSignedOctets or ResponderSignedOctets.
#[derive(Clone, Copy, Debug)]
pub struct SignedOctets<'a> {
    /// Who signs.
    pub signer: Role,
    /// RealMessage1 or RealMessage2: the signer's IKE_SA_INIT message, the last one if it was sent several times, from
    /// its header to its end without a non-ESP marker.
    pub message: &'a [u8],
    /// NonceRData or NonceIData: the body of the other side's Nonce payload.
    pub peer_nonce: &'a [u8],
    /// RestOfInitIDPayload or RestOfRespIDPayload: the body of the signer's ID payload.
    pub identification: &'a [u8],
}

impl IkeSaKeys {
    /// The octets that the signer signs, as they are or by their hash, as its method has it.
    ///
    /// ```text
    /// InitiatorSignedOctets = RealMessage1 | NonceRData | prf(SK_pi, RestOfInitIDPayload)
    /// ResponderSignedOctets = RealMessage2 | NonceIData | prf(SK_pr, RestOfRespIDPayload)
    /// ```
    #[must_use]
    pub fn signed_octets(&self, hashes: &dyn Hashes, input: &SignedOctets<'_>) -> Vec<u8> {
        let SignedOctets { signer, message, peer_nonce, identification } = *input;
        let authenticated_id = hashes.hmac(self.algorithms.prf, self.sk_p(signer), &[identification]);
        [message, peer_nonce, &authenticated_id].concat()
    }
}

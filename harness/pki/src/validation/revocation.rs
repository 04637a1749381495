//! Whether a certificate is revoked, by the methods of an anchor in their order (V1-VAL-4).

use super::checks::Judge;
use super::{RefusalReason, RevocationMethod};
use crate::certificate::Certificate;
use crate::extensions::KeyUsage;
use crate::revocation_list::RevocationList;
use crate::time::CalendarTime;

/// Where revocation lists and OCSP answers come from.
pub trait RevocationSource {
    /// The list that whoever asks about `certificate` gets: what its distribution point delivers, or its issuer.
    fn list_for(&self, certificate: &Certificate) -> Option<RevocationList>;

    /// What the OCSP responder of the issuer of `certificate` says about it.
    fn ocsp_for(&self, _certificate: &Certificate) -> OcspAnswer {
        OcspAnswer::Unavailable
    }
}

/// What an OCSP responder says, once its answer has been verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspAnswer {
    /// Nothing that can be used.
    Unavailable,
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked {
        /// Since when.
        since: CalendarTime,
    },
}

/// A collection of lists is a source: the first one of the certificate's issuer is delivered.
impl RevocationSource for Vec<RevocationList> {
    fn list_for(&self, certificate: &Certificate) -> Option<RevocationList> {
        self.iter().find(|list| list.issuer().matches(certificate.issuer())).cloned()
    }
}

impl Judge<'_> {
    /// Tells which method settled that `certificate` is not revoked.
    ///
    /// A method that gives no usable answer gives way to the next; when none is left the first one's failure is the
    /// reason. An answer is final.
    pub(super) fn check_revocation(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
        methods: &[RevocationMethod],
    ) -> Result<RevocationMethod, RefusalReason> {
        let mut first_failure = None;
        for &method in methods {
            let answer = match method {
                RevocationMethod::None => return Ok(RevocationMethod::None),
                RevocationMethod::Crl => self.ask_list(certificate, issuer)?,
                RevocationMethod::Ocsp => match self.setting.revocation.ocsp_for(certificate) {
                    OcspAnswer::Good => Ok(Answer::Good),
                    OcspAnswer::Revoked { since } => Ok(Answer::Revoked { since }),
                    OcspAnswer::Unavailable => Err(RefusalReason::OcspUnavailable),
                },
            };
            match answer {
                Ok(Answer::Good) => return Ok(method),
                Ok(Answer::Revoked { since }) => return Err(RefusalReason::Revoked { since }),
                Err(failure) => first_failure = first_failure.or(Some(failure)),
            }
        }
        first_failure.map_or(Ok(RevocationMethod::None), Err)
    }

    /// Asks the CRL. The outer error ends the validation, the inner one is that the list cannot be used.
    fn ask_list(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<Result<Answer, RefusalReason>, RefusalReason> {
        let now = self.setting.now;
        let Some(list) = self.setting.revocation.list_for(certificate) else {
            return Ok(Err(RefusalReason::CrlMissing));
        };
        if !list.issuer().matches(certificate.issuer()) {
            return Ok(Err(RefusalReason::CrlOfAnotherIssuer { issuer: list.issuer().clone() }));
        }
        // RFC 5280 6.3.3 (f): the issuer's key usage.
        if issuer.extensions().key_usage.is_some_and(|usage| !usage.allows_any(KeyUsage::CRL_SIGN)) {
            return Ok(Err(RefusalReason::CrlIssuerKeyUsage));
        }
        if self.check_signature(&list.signed(), issuer.public_key())?.is_err() {
            return Ok(Err(RefusalReason::CrlBadSignature));
        }
        if let Some(extension) = list.unknown_critical().first() {
            return Ok(Err(RefusalReason::CrlUnknownCriticalExtension { extension: extension.clone() }));
        }
        if let Some(next_update) = list.next_update().filter(|&next_update| next_update < now) {
            return Ok(Err(RefusalReason::CrlStale { next_update, now }));
        }
        if list.this_update() > now {
            return Ok(Err(RefusalReason::CrlNotYetValid { this_update: list.this_update(), now }));
        }
        Ok(Ok(list
            .entry(certificate.serial())
            .map_or(Answer::Good, |entry| Answer::Revoked { since: entry.since })))
    }
}

/// A usable answer about one certificate.
enum Answer {
    Good,
    Revoked { since: CalendarTime },
}

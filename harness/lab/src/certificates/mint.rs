//! Making and keeping: the same specification is made once.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crypto::{PublicKeyRefused, SignError, Signer, StandInSigner};
use pki::CalendarTime;

use super::maker::Maker;
use super::revocation::RevocationListSpecification;
use super::specification::{CertificateSpecification, SigningKey};
use super::{revocation, with_rcgen, with_x509_cert};
use crate::keys::KeyPool;

/// Makes certificates and revocation lists, with the lab's keys at hand, and keeps what it has made.
///
/// It can be shared between threads.
#[derive(Debug, Default)]
pub struct Mint {
    keys: KeyPool,
    certificates: Mutex<BTreeMap<CertificateSpecification, Arc<[u8]>>>,
    revocation_lists: Mutex<BTreeMap<RevocationListSpecification, Arc<[u8]>>>,
}

impl Mint {
    /// A mint that has made nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The lab's keys.
    #[must_use]
    pub fn keys(&self) -> &KeyPool {
        &self.keys
    }

    /// The certificate of `specification` in DER, made by [`CertificateSpecification::maker`].
    ///
    /// # Errors
    /// The specification cannot be met: see [`MintError`].
    pub fn certificate(&self, specification: &CertificateSpecification) -> Result<Arc<[u8]>, MintError> {
        kept(&self.certificates, specification, || self.certificate_by(specification.maker(), specification))
    }

    /// The certificate of `specification` in DER, made by `maker` and not kept: for comparing the makers.
    ///
    /// # Errors
    /// As [`certificate`](Self::certificate); and [`MintError::Inexpressible`] for rcgen where
    /// [`CertificateSpecification::beyond_rcgen`] gives a reason.
    pub fn certificate_by(
        &self,
        maker: Maker,
        specification: &CertificateSpecification,
    ) -> Result<Vec<u8>, MintError> {
        let signer = self.signer(&specification.issuer_key)?;
        let subject_key = self.keys.key(specification.subject_key);
        match maker {
            Maker::Rcgen => with_rcgen::make(specification, &*subject_key, &*signer),
            Maker::X509Cert => with_x509_cert::make(specification, &*subject_key, &*signer),
        }
    }

    /// The revocation list of `specification` in DER.
    ///
    /// # Errors
    /// The specification cannot be met: see [`MintError`].
    pub fn revocation_list(
        &self,
        specification: &RevocationListSpecification,
    ) -> Result<Arc<[u8]>, MintError> {
        kept(&self.revocation_lists, specification, || {
            revocation::make(specification, &*self.signer(&specification.issuer_key)?)
        })
    }

    fn signer(&self, key: &SigningKey) -> Result<Arc<dyn Signer>, MintError> {
        Ok(match key {
            SigningKey::Lab(id) => self.keys.key(*id),
            SigningKey::StandIn { public_key_info } => Arc::new(StandInSigner::new(public_key_info.clone())?),
        })
    }
}

fn kept<S: Ord + Clone>(
    cache: &Mutex<BTreeMap<S, Arc<[u8]>>>,
    specification: &S,
    make: impl FnOnce() -> Result<Vec<u8>, MintError>,
) -> Result<Arc<[u8]>, MintError> {
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(made) = cache.get(specification) {
        return Ok(Arc::clone(made));
    }
    let made: Arc<[u8]> = make()?.into();
    cache.insert(specification.clone(), Arc::clone(&made));
    Ok(made)
}

/// Why a certificate or revocation list cannot be made. The fault is always the specification's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MintError {
    /// The issuer's key cannot sign so.
    Signature(SignError),
    /// The public key that a stand-in is to sign for is none.
    IssuerKey(PublicKeyRefused),
    /// A time is before 1970 or after 9999.
    Time(CalendarTime),
    /// A DNS name, mail address or URI has characters outside ASCII.
    NotAscii(String),
    /// A value has no DER encoding, or not one that the maker can write.
    Inexpressible {
        /// What the maker says.
        reason: String,
    },
}

impl fmt::Display for MintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(error) => write!(f, "the certificate or list cannot be signed: {error}"),
            Self::IssuerKey(error) => write!(f, "the issuer's key cannot be used: {error}"),
            Self::Time(time) => {
                write!(f, "{time} is outside the years that certificates can carry (1970 to 9999)")
            }
            Self::NotAscii(text) => {
                write!(f, "`{}` has to be in ASCII to stand in a certificate", text.escape_debug())
            }
            Self::Inexpressible { reason } => write!(f, "the specification cannot be met: {reason}"),
        }
    }
}

impl std::error::Error for MintError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Signature(error) => Some(error),
            Self::IssuerKey(error) => Some(error),
            Self::Time(_) | Self::NotAscii(_) | Self::Inexpressible { .. } => None,
        }
    }
}

impl From<SignError> for MintError {
    fn from(error: SignError) -> Self {
        Self::Signature(error)
    }
}

impl From<PublicKeyRefused> for MintError {
    fn from(error: PublicKeyRefused) -> Self {
        Self::IssuerKey(error)
    }
}

impl From<x509_cert::der::Error> for MintError {
    fn from(error: x509_cert::der::Error) -> Self {
        Self::Inexpressible { reason: error.to_string() }
    }
}

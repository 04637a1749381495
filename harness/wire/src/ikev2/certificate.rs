//! The Certificate and Certificate Request payloads (RFC 7296 3.6, 3.7).

use super::fixed::truncated;
use crate::error::ReadError;
use crate::numbers::{CertificateEncoding, PayloadType};

/// A SHA-1 hash: of a certificate, of a bundle, or of an authority's public key (its SubjectPublicKeyInfo).
pub type Sha1Hash = [u8; 20];

/// The body of a Certificate payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate<'a> {
    /// Encoding 4: a certificate in DER.
    X509(&'a [u8]),
    /// Encoding 12: where a certificate is to be fetched.
    HashAndUrlOfCertificate(HashAndUrl<'a>),
    /// Encoding 13: where a bundle of certificates is to be fetched.
    HashAndUrlOfBundle(HashAndUrl<'a>),
    /// Any other encoding, with the data.
    Other(CertificateEncoding, &'a [u8]),
}

/// What is behind a URL, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashAndUrl<'a> {
    /// The hash of what is found there.
    pub hash: &'a Sha1Hash,
    /// The URL as bytes: a peer may send any.
    pub url: &'a [u8],
}

impl<'a> Certificate<'a> {
    #[inline]
    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let (encoding, data) = split_encoding(PayloadType::IKEV2_CERTIFICATE, body, offset)?;
        let hash_and_url = || match data.split_first_chunk() {
            Some((hash, url)) => Ok(HashAndUrl { hash, url }),
            None => Err(missing_hash(PayloadType::IKEV2_CERTIFICATE, data, offset.saturating_add(1))),
        };
        Ok(match encoding {
            CertificateEncoding::X509_SIGNATURE => Self::X509(data),
            CertificateEncoding::HASH_AND_URL_OF_CERTIFICATE => {
                Self::HashAndUrlOfCertificate(hash_and_url()?)
            }
            CertificateEncoding::HASH_AND_URL_OF_BUNDLE => Self::HashAndUrlOfBundle(hash_and_url()?),
            other => Self::Other(other, data),
        })
    }

    /// The number of this encoding.
    pub const fn encoding(&self) -> CertificateEncoding {
        match self {
            Self::X509(_) => CertificateEncoding::X509_SIGNATURE,
            Self::HashAndUrlOfCertificate(_) => CertificateEncoding::HASH_AND_URL_OF_CERTIFICATE,
            Self::HashAndUrlOfBundle(_) => CertificateEncoding::HASH_AND_URL_OF_BUNDLE,
            Self::Other(encoding, _) => *encoding,
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.encoding().0);
        match self {
            Self::X509(data) | Self::Other(_, data) => out.extend_from_slice(data),
            Self::HashAndUrlOfCertificate(HashAndUrl { hash, url })
            | Self::HashAndUrlOfBundle(HashAndUrl { hash, url }) => {
                out.extend_from_slice(*hash);
                out.extend_from_slice(url);
            }
        }
    }
}

/// The body of a Certificate Request payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateRequest<'a> {
    /// What is asked for.
    pub encoding: CertificateEncoding,
    /// Whose certificates are accepted.
    pub authorities: Authorities<'a>,
}

/// The authorities of a Certificate Request payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorities<'a> {
    /// The hashes of their public keys, in their order; no hash at all for anyone's. RFC 7296 3.7 defines it for
    /// the encodings 4, 12 and 13.
    KeyHashes(&'a [Sha1Hash]),
    /// Of any other encoding, as it stands.
    Opaque(&'a [u8]),
}

impl<'a> CertificateRequest<'a> {
    /// A request for an X.509 certificate that one of these authorities issued.
    pub const fn x509(authorities: &'a [Sha1Hash]) -> Self {
        let encoding = CertificateEncoding::X509_SIGNATURE;
        Self { encoding, authorities: Authorities::KeyHashes(authorities) }
    }

    #[inline]
    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let payload_type = PayloadType::IKEV2_CERTIFICATE_REQUEST;
        let (encoding, data) = split_encoding(payload_type, body, offset)?;
        let authorities = match encoding {
            CertificateEncoding::X509_SIGNATURE
            | CertificateEncoding::HASH_AND_URL_OF_CERTIFICATE
            | CertificateEncoding::HASH_AND_URL_OF_BUNDLE => {
                let (hashes, rest) = data.as_chunks();
                if !rest.is_empty() {
                    let before = body.len().saturating_sub(rest.len());
                    return Err(missing_hash(payload_type, rest, offset.saturating_add(before)));
                }
                Authorities::KeyHashes(hashes)
            }
            _ => Authorities::Opaque(data),
        };
        Ok(Self { encoding, authorities })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.encoding.0);
        out.extend_from_slice(match self.authorities {
            Authorities::KeyHashes(hashes) => hashes.as_flattened(),
            Authorities::Opaque(data) => data,
        });
    }
}

#[inline]
fn split_encoding(
    payload_type: PayloadType,
    body: &[u8],
    offset: usize,
) -> Result<(CertificateEncoding, &[u8]), ReadError> {
    match body.split_first() {
        Some((&encoding, data)) => Ok((CertificateEncoding(encoding), data)),
        None => Err(truncated(payload_type, 1, body, offset)),
    }
}

fn missing_hash(payload_type: PayloadType, found: &[u8], offset: usize) -> ReadError {
    truncated(payload_type, size_of::<Sha1Hash>(), found, offset)
}

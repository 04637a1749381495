//! Certificate revocation lists of versions 1 and 2 (RFC 5280 5.1).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::certificate::{SerialNumber, read_name};
use crate::der::{Element, Malformed, tag};
use crate::extensions::{self, RawExtension};
use crate::name::Name;
use crate::oid::Oid;
use crate::signatures::{Envelope, Signed, SignedKind, expect_same_algorithm};
use crate::time::CalendarTime;

/// A CRL that was read; cloning it copies a pointer.
#[derive(Clone)]
pub struct RevocationList(Arc<Fields>);

struct Fields {
    envelope: Envelope,
    issuer: Name,
    this_update: CalendarTime,
    next_update: Option<CalendarTime>,
    revoked: BTreeMap<SerialNumber, RevokedEntry>,
    unknown_critical: Vec<Oid>,
}

/// What a CRL says about a certificate that it lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevokedEntry {
    /// Since when the certificate is revoked.
    pub since: CalendarTime,
}

impl RevocationList {
    /// Reads a CRL that fills `der`.
    ///
    /// # Errors
    /// `der` is not a CRL; the error tells the offset. Nothing is said about whether it is to be trusted.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        Fields::read(der).map(|fields| Self(Arc::new(fields)))
    }

    /// All of it, as it was encoded.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        self.0.envelope.as_der()
    }

    /// Who signed it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// When it was issued.
    #[must_use]
    pub fn this_update(&self) -> CalendarTime {
        self.0.this_update
    }

    /// When the next one is due at the latest.
    #[must_use]
    pub fn next_update(&self) -> Option<CalendarTime> {
        self.0.next_update
    }

    /// What it says about the certificate with the number `serial` of its issuer; `None` if it is not listed.
    #[must_use]
    pub fn entry(&self, serial: &SerialNumber) -> Option<RevokedEntry> {
        self.0.revoked.get(serial).copied()
    }

    /// The certificates that it lists, by number.
    pub fn entries(&self) -> impl Iterator<Item = (&SerialNumber, RevokedEntry)> {
        self.0.revoked.iter().map(|(serial, entry)| (serial, *entry))
    }

    /// Critical extensions that nobody here knows (an indirect or partial list has one): the list may not be used.
    #[must_use]
    pub fn unknown_critical(&self) -> &[Oid] {
        &self.0.unknown_critical
    }

    /// What its issuer signed, how and with which result.
    #[must_use]
    pub fn signed(&self) -> Signed<'_> {
        self.0.envelope.signed(SignedKind::RevocationList)
    }
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationList(of {}, {} entries)", self.issuer(), self.0.revoked.len())
    }
}

impl PartialEq for RevocationList {
    fn eq(&self, other: &Self) -> bool {
        self.as_der() == other.as_der()
    }
}

impl Eq for RevocationList {}

/// cRLNumber (2.5.29.20) and authorityKeyIdentifier (2.5.29.35): they limit nothing, so they may be critical. A delta or an
/// issuing distribution point does, and is not understood.
const HARMLESS: &[&[u8]] = &[&[0x55, 0x1d, 20], &[0x55, 0x1d, 35]];

/// reasonCode (2.5.29.21), invalidityDate (2.5.29.24): the same for an entry.
const HARMLESS_IN_ENTRY: &[&[u8]] = &[&[0x55, 0x1d, 21], &[0x55, 0x1d, 24]];

impl Fields {
    fn read(der: &[u8]) -> Result<Self, Malformed> {
        let (envelope, to_be_signed, algorithm) = Envelope::open(der, "a CertificateList (SEQUENCE)")?;
        let mut fields = to_be_signed.reader();
        fields.optional(tag::INTEGER)?;
        expect_same_algorithm(&mut fields, algorithm)?;
        let issuer = read_name(&mut fields, "issuer (SEQUENCE)")?;
        let this_update = CalendarTime::read(fields.next()?)?;
        let next_update = match fields.optional(tag::UTC_TIME)? {
            Some(time) => Some(time),
            None => fields.optional(tag::GENERALIZED_TIME)?,
        };
        let next_update = next_update.map(CalendarTime::read).transpose()?;
        let mut unknown_critical = Vec::new();
        let revoked = match fields.optional(tag::SEQUENCE)? {
            Some(list) => read_entries(list, &mut unknown_critical)?,
            None => BTreeMap::new(),
        };
        if let Some(wrapped) = fields.optional(tag::context_constructed(0))? {
            let extensions = extensions::read_wrapped(wrapped)?;
            unknown_critical.extend(unknown(&extensions, HARMLESS));
        }
        fields.finish()?;
        Ok(Self { envelope, issuer, this_update, next_update, revoked, unknown_critical })
    }
}

/// Reads revokedCertificates.
fn read_entries(
    list: Element<'_>,
    unknown_critical: &mut Vec<Oid>,
) -> Result<BTreeMap<SerialNumber, RevokedEntry>, Malformed> {
    let mut entries = list.reader();
    let mut revoked = BTreeMap::new();
    while !entries.is_empty() {
        let mut fields =
            entries.expect(tag::SEQUENCE, "an entry of revokedCertificates (SEQUENCE)")?.reader();
        let serial = fields.expect(tag::INTEGER, "userCertificate (INTEGER)")?;
        let since = CalendarTime::read(fields.next()?)?;
        if let Some(list) = fields.optional(tag::SEQUENCE)? {
            unknown_critical.extend(unknown(&extensions::read_list(list)?, HARMLESS_IN_ENTRY));
        }
        fields.finish()?;
        revoked.insert(SerialNumber::from_contents(serial.contents), RevokedEntry { since });
    }
    Ok(revoked)
}

/// The critical ones of `extensions` that are not in `harmless`.
fn unknown<'a>(extensions: &'a [RawExtension<'_>], harmless: &'a [&[u8]]) -> impl Iterator<Item = Oid> + 'a {
    let unknown = extensions.iter().filter(|one| one.critical && !harmless.contains(&one.oid));
    unknown.map(|one| Oid::from_contents(one.oid))
}

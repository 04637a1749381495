//! The keys of sessions, from the texts that Wireshark keeps them in: `ikev1_decryption_table`, one line a session of the
//! initiator's cookie and the key of the cipher, in hexadecimal digits with a comma between them; `ikev2_decryption_table`,
//! whose lines [`decryption_table`](crate::decryption_table) reads.
//!
//! Errors here never print a line: it holds keys.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use ike::keys::ikev2::Spis;

use crate::decryption_table::{Entry, EntryRefused, bytes, unquoted};

/// The keys of both versions.
#[derive(Clone, Default)]
pub struct Keys {
    /// By initiator cookie.
    ikev1: BTreeMap<[u8; 8], Vec<u8>>,
    /// Nothing where an entry's algorithms are none that are decrypted here.
    ikev2: BTreeMap<Spis, Option<Entry>>,
}

/// A line that is no entry; whoever wrote the file has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadEntry {
    /// Its number in the text, from 1.
    pub line: usize,
    /// Why it is none.
    pub reason: BadEntryReason,
}

/// Why a line is no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadEntryReason {
    /// It is not a cookie and a key.
    Ikev1,
    /// It is not the keys of an IKE SA.
    Ikev2(EntryRefused),
}

impl fmt::Display for BadEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            BadEntryReason::Ikev1 => {
                f.write_str("an entry is the initiator's cookie (16 hexadecimal digits), a comma and the key")
            }
            BadEntryReason::Ikev2(refused) => refused.fmt(f),
        }
    }
}

impl Error for BadEntry {}

impl Keys {
    /// Adds the entries of an `ikev1_decryption_table`.
    ///
    /// # Errors
    /// The first line that is no entry; those before it are added.
    pub fn add_ikev1(&mut self, text: &str) -> Result<(), BadEntry> {
        for (line, entry) in entries(text) {
            let (cookie, key) = ikev1_entry(entry).ok_or(BadEntry { line, reason: BadEntryReason::Ikev1 })?;
            self.ikev1.insert(cookie, key);
        }
        Ok(())
    }

    /// Adds the entries of an `ikev2_decryption_table`.
    ///
    /// # Errors
    /// The first line that is no entry; those before it are added.
    pub fn add_ikev2(&mut self, text: &str) -> Result<(), BadEntry> {
        for (line, entry) in entries(text) {
            let (spis, entry) = ikev2_entry(entry)
                .map_err(|refused| BadEntry { line, reason: BadEntryReason::Ikev2(refused) })?;
            self.ikev2.insert(spis, entry);
        }
        Ok(())
    }

    /// The key of the session of IKEv1 with this initiator cookie.
    pub(super) fn ikev1(&self, initiator_cookie: &[u8; 8]) -> Option<&[u8]> {
        self.ikev1.get(initiator_cookie).map(Vec::as_slice)
    }

    /// What is known of this IKE SA: its keys, or nothing inside where their algorithms are none that are decrypted here.
    pub(super) fn ikev2(&self, spis: &Spis) -> Option<Option<&Entry>> {
        self.ikev2.get(spis).map(Option::as_ref)
    }
}

/// The lines of a table that are no comments, with their numbers from 1.
fn entries(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_entry = |line: &str| !line.trim().is_empty() && !line.trim().starts_with('#');
    text.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(move |(_, line)| is_entry(line))
}

fn ikev1_entry(line: &str) -> Option<([u8; 8], Vec<u8>)> {
    let (cookie, key) = line.split_once(',')?;
    let key = bytes(unquoted(key))?;
    (!key.is_empty()).then_some((bytes(unquoted(cookie))?.try_into().ok()?, key))
}

fn ikev2_entry(line: &str) -> Result<(Spis, Option<Entry>), EntryRefused> {
    match Entry::from_line(line) {
        Ok(entry) => Ok((entry.spis, Some(entry))),
        Err(EntryRefused::Algorithms) => Ok((spis(line).ok_or(EntryRefused::Form)?, None)),
        Err(reason) => Err(reason),
    }
}

fn spis(line: &str) -> Option<Spis> {
    let mut fields = line.split(',').map(|field| bytes(unquoted(field))?.try_into().ok());
    Some(Spis { initiator: fields.next()??, responder: fields.next()?? })
}

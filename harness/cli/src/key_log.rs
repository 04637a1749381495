//! The keys of sessions, in the files that Wireshark keeps them in: `ikev1_decryption_table`, one line a session of the
//! initiator's cookie and the key of the cipher, in hexadecimal digits with a comma between them; `ikev2_decryption_table`,
//! whose lines `lab` reads and writes.
//!
//! Errors here never print a line: it holds keys.

use std::collections::BTreeMap;
use std::path::Path;

use ike::keys::ikev2::Spis;
use ios::Diagnostic;
use lab::decryption_table::{self, Entry, EntryRefused};

use crate::trouble::Trouble;

/// One of the files.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name in its folder.
    pub file: &'static str,
    /// How many fields of an entry, from its beginning, say which session it is for.
    session_fields: usize,
}

/// The keys of IKEv1.
pub const IKEV1: Table = Table { file: "ikev1_decryption_table", session_fields: 1 };
/// The keys of IKEv2.
pub const IKEV2: Table = Table { file: decryption_table::FILE, session_fields: 2 };

/// The keys of both versions.
#[derive(Clone, Default)]
pub struct KeyLog {
    /// By initiator cookie.
    ikev1: BTreeMap<[u8; 8], Vec<u8>>,
    /// Nothing where an entry's algorithms are none that are decrypted here.
    ikev2: BTreeMap<Spis, Option<Entry>>,
}

impl KeyLog {
    /// Reads the files in `folder`, of which one may be missing.
    pub fn from_folder(folder: &Path) -> Result<Self, Trouble> {
        let (ikev1, ikev2) = (read(folder, IKEV1)?, read(folder, IKEV2)?);
        if ikev1.is_none() && ikev2.is_none() {
            let message = format!("no key log is in {}", folder.display());
            let help = format!("a folder of Wireshark's has {} or {}", IKEV1.file, IKEV2.file);
            return Err(Trouble::input(&Diagnostic::error("no-key-log", message).help(help)));
        }
        let mut keys = Self::default();
        for (number, line) in entries(ikev1.as_deref().unwrap_or_default()) {
            let (cookie, key) = ikev1_entry(line).ok_or_else(|| {
                let help = "an entry is the initiator's cookie (16 hexadecimal digits), a comma and the key";
                malformed(folder, IKEV1, number, help)
            })?;
            keys.ikev1.insert(cookie, key);
        }
        for (number, line) in entries(ikev2.as_deref().unwrap_or_default()) {
            let (spis, entry) =
                ikev2_entry(line).map_err(|reason| malformed(folder, IKEV2, number, &reason.to_string()))?;
            keys.ikev2.insert(spis, entry);
        }
        Ok(keys)
    }

    /// The key of the session of IKEv1 with this initiator cookie.
    pub fn ikev1(&self, initiator_cookie: &[u8; 8]) -> Option<&[u8]> {
        self.ikev1.get(initiator_cookie).map(Vec::as_slice)
    }

    /// What the log has of this IKE SA: its keys, or nothing inside where their algorithms are none that are decrypted here.
    pub fn ikev2(&self, spis: &Spis) -> Option<Option<&Entry>> {
        self.ikev2.get(spis).map(Option::as_ref)
    }
}

/// Adds the `added` entries, one a line, to a table in `folder`, which is made if there are any. Of what is there, only entries of the same sessions go: the
/// same negotiation may have been traced before, with other keys if its routers have changed since.
/// Tells whether other keys of the same sessions went.
pub fn add(folder: &Path, table: Table, added: &str) -> Result<bool, Trouble> {
    if added.is_empty() {
        return Ok(false);
    }
    std::fs::create_dir_all(folder).map_err(|error| Trouble::unwritable(folder, &error))?;
    let there = read(folder, table)?.unwrap_or_default();
    let sessions: Vec<_> = added.lines().map(|line| session(table, line)).collect();
    let is_kept = |line: &&str| !sessions.contains(&session(table, line));
    let has_gone = |line: &str| !is_kept(&line) && !added.lines().any(|new| new == line);
    let replaced = there.lines().any(has_gone);
    let lines = there.lines().filter(is_kept).chain(added.lines());
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    let path = folder.join(table.file);
    std::fs::write(&path, text).map_err(|error| Trouble::unwritable(&path, &error))?;
    Ok(replaced)
}

/// The text of a table, if there is one.
fn read(folder: &Path, table: Table) -> Result<Option<String>, Trouble> {
    let path = folder.join(table.file);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Trouble::unreadable(&path, &error)),
    }
}

/// The lines that are no comments, with their numbers from 1.
fn entries(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_entry = |line: &str| !line.trim().is_empty() && !line.trim().starts_with('#');
    text.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(move |(_, line)| is_entry(line))
}

/// What says which session a line is for, in one form however it is written.
fn session(table: Table, line: &str) -> Vec<String> {
    line.split(',').take(table.session_fields).map(|field| unquoted(field).to_lowercase()).collect()
}

fn ikev1_entry(line: &str) -> Option<([u8; 8], Vec<u8>)> {
    let (cookie, key) = line.split_once(',')?;
    let key = bytes(key)?;
    (!key.is_empty()).then_some((bytes(cookie)?.try_into().ok()?, key))
}

fn ikev2_entry(line: &str) -> Result<(Spis, Option<Entry>), EntryRefused> {
    match Entry::from_line(line) {
        Ok(entry) => Ok((entry.spis, Some(entry))),
        Err(EntryRefused::Algorithms) => Ok((spis(line).ok_or(EntryRefused::Form)?, None)),
        Err(reason) => Err(reason),
    }
}

fn spis(line: &str) -> Option<Spis> {
    let mut fields = line.split(',').map(|field| bytes(field)?.try_into().ok());
    Some(Spis { initiator: fields.next()??, responder: fields.next()?? })
}

/// Bytes from hexadecimal digits, which may stand in quotation marks.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = unquoted(digits).as_bytes().as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

fn unquoted(field: &str) -> &str {
    field.trim().trim_matches('"')
}

fn malformed(folder: &Path, table: Table, line: usize, help: &str) -> Trouble {
    let message = format!("{}:{line}: not an entry of a key log", folder.join(table.file).display());
    Trouble::input(&Diagnostic::error("bad-key-log", message).help(help))
}

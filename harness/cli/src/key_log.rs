//! `ikev1_decryption_table`: the keys of IKEv1 sessions, in the form that Wireshark keeps them in. One line a session:
//! the initiator's cookie and the key of the cipher, in hexadecimal digits, with a comma between them.
//!
//! Errors here never print the line: it holds a key.

use std::collections::BTreeMap;
use std::path::Path;

use ios::Diagnostic;

use crate::trouble::Trouble;

/// The name of the file in its folder.
pub const FILE: &str = "ikev1_decryption_table";

/// Keys by initiator cookie.
#[derive(Clone, Default)]
pub struct KeyLog(BTreeMap<[u8; 8], Vec<u8>>);

impl KeyLog {
    /// Reads the file in `folder`.
    pub fn from_folder(folder: &Path) -> Result<Self, Trouble> {
        let path = folder.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|error| Trouble::unreadable(&path, &error))?;
        let mut keys = BTreeMap::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| is_entry(line)) {
            let (cookie, key) = entry(line).ok_or_else(|| malformed(&path, index + 1))?;
            keys.insert(cookie, key);
        }
        Ok(Self(keys))
    }

    /// The key of the session with this initiator cookie.
    pub fn key(&self, initiator_cookie: &[u8; 8]) -> Option<&[u8]> {
        self.0.get(initiator_cookie).map(Vec::as_slice)
    }
}

/// Adds the `entries`, one a line, to the file at `path`. Of what is there, only entries of the same sessions go: the same
/// negotiation may have been traced before, with other keys if its routers have changed since.
pub fn add(path: &Path, entries: &str) -> Result<(), Trouble> {
    let there = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Trouble::unreadable(path, &error)),
    };
    let cookies: Vec<_> = entries.lines().filter_map(entry).map(|(cookie, _)| cookie).collect();
    let is_kept = |line: &&str| !entry(line).is_some_and(|(cookie, _)| cookies.contains(&cookie));
    let lines = there.lines().filter(is_kept).chain(entries.lines());
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    std::fs::write(path, text).map_err(|error| Trouble::unwritable(path, &error))
}

fn is_entry(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

fn entry(line: &str) -> Option<([u8; 8], Vec<u8>)> {
    let (cookie, key) = line.trim().split_once(',')?;
    let key = bytes(key)?;
    (!key.is_empty()).then_some((bytes(cookie)?.try_into().ok()?, key))
}

/// Bytes from hexadecimal digits, which may stand in quotation marks.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.trim().trim_matches('"').as_bytes();
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

fn malformed(path: &Path, line: usize) -> Trouble {
    let message = format!("{}:{line}: not an entry of a key log", path.display());
    let help = "an entry is the initiator's cookie (16 hexadecimal digits), a comma and the key";
    Trouble::input(&Diagnostic::error("bad-key-log", message).help(help))
}

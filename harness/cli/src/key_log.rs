//! Folders with the keys of sessions, in the files that Wireshark keeps them in. `lab` reads their lines.
//!
//! Errors here never print a line: it holds keys.

use std::path::Path;

use ios::Diagnostic;
use lab::decode::{BadEntry, Keys};
use lab::decryption_table;

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

/// The keys in the files in `folder`, of which one may be missing.
pub fn from_folder(folder: &Path) -> Result<Keys, Trouble> {
    let (ikev1, ikev2) = (read(folder, IKEV1)?, read(folder, IKEV2)?);
    if ikev1.is_none() && ikev2.is_none() {
        let message = format!("no key log is in {}", folder.display());
        let help = format!("a folder of Wireshark's has {} or {}", IKEV1.file, IKEV2.file);
        return Err(Trouble::input(&Diagnostic::error("no-key-log", message).help(help)));
    }
    let mut keys = Keys::default();
    let malformed = |table| move |entry| malformed(folder, table, entry);
    keys.add_ikev1(ikev1.as_deref().unwrap_or_default()).map_err(malformed(IKEV1))?;
    keys.add_ikev2(ikev2.as_deref().unwrap_or_default()).map_err(malformed(IKEV2))?;
    Ok(keys)
}

/// Adds the `added` entries, one a line, to a table in `folder`, which is made if there are any. Of what is there, only
/// entries of the same sessions go: the same negotiation may have been traced before, with other keys if its routers have
/// changed since. Tells whether other keys of the same sessions went.
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

/// What says which session a line is for, in one form however it is written.
fn session(table: Table, line: &str) -> Vec<String> {
    let fields = line.split(',').take(table.session_fields);
    fields.map(|field| field.trim().trim_matches('"').to_lowercase()).collect()
}

fn malformed(folder: &Path, table: Table, entry: BadEntry) -> Trouble {
    let message = format!("{}:{}: not an entry of a key log", folder.join(table.file).display(), entry.line);
    Trouble::input(&Diagnostic::error("bad-key-log", message).help(entry.to_string()))
}

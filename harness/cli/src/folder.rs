//! The folder that `ikespec lab` writes and that `serve` and `dial` read: a folder for each party, laid out as swanctl
//! (strongSwan) has its own.

use std::path::{Path, PathBuf};

use crate::trouble::Trouble;

/// A party's own certificates, one for each trustpoint.
pub const CERTIFICATES: &str = "x509";
/// The CA certificates that it holds, one for each trustpoint.
pub const AUTHORITIES: &str = "x509ca";
/// The revocation lists that it can get, one for each trustpoint.
pub const REVOCATION_LISTS: &str = "x509crl";
/// Its private keys.
pub const KEYS: &str = "private";

/// A party's folder in `lab`; or `lab` itself, if that is the folder of one party.
pub fn of_party(lab: &Path, name: Option<&str>) -> PathBuf {
    let named = name.map(|name| lab.join(plain(name)));
    named.filter(|folder| folder.is_dir()).unwrap_or_else(|| lab.to_owned())
}

/// The file of a trustpoint.
pub fn file_name(trustpoint: &str) -> String {
    format!("{}.pem", plain(trustpoint))
}

/// `name` as the name of a file: without anything that a file system or a shell could read something into.
pub fn plain(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(
            |character| {
                if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '_' }
            },
        )
        .collect();
    // Neither hidden nor a way up.
    if plain.starts_with('.') || plain.is_empty() { format!("_{plain}") } else { plain }
}

/// The files of a folder by name; none if there is no such folder.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Trouble::unreadable(folder, &error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Trouble::unreadable(folder, &error))?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

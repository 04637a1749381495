//! PEM files: keys and revocation lists that the user gives.

use std::path::Path;

use ios::Diagnostic;
use pki::RevocationList;

use crate::trouble::Trouble;

/// The label and the contents of the first block of a file.
pub fn read(path: &Path) -> Result<(String, Vec<u8>), Trouble> {
    let text = std::fs::read(path).map_err(|error| Trouble::unreadable(path, &error))?;
    let (label, der) = pem_rfc7468::decode_vec(&text).map_err(|error| unusable(path, &error.to_string()))?;
    Ok((label.to_owned(), der))
}

/// A revocation list, in PEM or DER.
pub fn revocation_list(path: &Path) -> Result<RevocationList, Trouble> {
    let bytes = std::fs::read(path).map_err(|error| Trouble::unreadable(path, &error))?;
    // A DER SEQUENCE begins with its tag; text never does.
    let der = if bytes.first() == Some(&0x30) { bytes } else { read(path)?.1 };
    RevocationList::from_der(&der).map_err(|error| unusable(path, &format!("not a CRL: {error}")))
}

/// The block of a file's text without what stands before it.
pub fn block(text: &str) -> &str {
    text.find("-----BEGIN").and_then(|start| text.get(start..)).unwrap_or(text)
}

/// A file that is not what it should be.
pub fn unusable(path: &Path, problem: &str) -> Trouble {
    Trouble::input(&Diagnostic::error("unusable-file", format!("{}: {problem}", path.display())))
}

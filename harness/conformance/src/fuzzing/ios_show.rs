//! The outputs of `show` commands, each behind its prompt.

use pki::Name;

use super::text;

/// The commands whose outputs are read; the first byte of an input selects one.
pub(super) const COMMANDS: &[&str] = &[
    "show crypto pki certificates",
    "show crypto pki certificates verbose",
    "show crypto pki trustpoints",
    "show crypto pki certificates pem",
    "show version",
    "show clock",
    "show running-config",
];

/// The rest of the input is the output of the command that the first byte selects: it reads without a panic, at places
/// that exist, and the text as it is kept reads as the same.
///
/// # Panics
/// If any of that does not hold.
pub fn ios_show(bytes: &[u8]) {
    let Some((&first, output)) = bytes.split_first() else { return };
    let command = COMMANDS[usize::from(first) % COMMANDS.len()];
    let mut text = format!("R1#{command}\n").into_bytes();
    text.extend_from_slice(output);
    text.extend_from_slice(b"\nR1#\n");
    let Some(read) = text::read(&text) else { return };
    for certificate in read.router.shown.certificates.iter().flatten() {
        let lines = certificate.issuer.iter().map(|line| line.value.as_str());
        if let Err((line, error)) = Name::from_ios_lines(lines) {
            assert!(line < certificate.issuer.len() && !error.to_string().is_empty());
        }
    }
}

//! From bytes to characters: what people save from terminals is UTF-8, UTF-16 or Latin-1.

use crate::diagnostic::Diagnostic;

use super::MAXIMUM_LENGTH;

/// One control character in so many bytes is what a terminal leaves; more is not text.
const BYTES_PER_CONTROL_CHARACTER: usize = 50;

pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    if bytes.len() > MAXIMUM_LENGTH {
        return Err(too_large(name));
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => {
            refuse_binary(name, bytes)?;
            utf8_or_latin1(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
        }
    };
    if text.trim().is_empty() {
        return Err(empty(name));
    }
    Ok(text)
}

fn utf8_or_latin1(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // The first 256 characters of Unicode are those of Latin-1.
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().copied().map(unit))
        .map(|result| result.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn refuse_binary(name: &str, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
    let mut controls = bytes.iter().enumerate().filter(|(_, byte)| is_stray_control(**byte));
    match controls.next() {
        Some((offset, first)) if (1 + controls.count()) * BYTES_PER_CONTROL_CHARACTER > bytes.len() => {
            Err(binary(name, offset, *first))
        }
        _ => Ok(()),
    }
}

/// Control characters that no terminal log has reason to hold.
const fn is_stray_control(byte: u8) -> bool {
    // End of text is the delimiter of banners.
    byte.is_ascii_control()
        && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x03 | 0x07 | 0x08 | 0x0c | 0x1b | 0x7f)
}

fn empty(name: &str) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error("empty-input", format!("{name} is empty"));
    Box::new(diagnostic.help("save the output of `show running-config` into it"))
}

fn too_large(name: &str) -> Box<Diagnostic> {
    const MEGABYTE: usize = 1024 * 1024;
    let message = format!("{name} holds more than the {} megabytes that are read", MAXIMUM_LENGTH / MEGABYTE);
    let help = "give the outputs of `show running-config` and `show crypto pki certificates` only";
    Box::new(Diagnostic::error("input-too-large", message).help(help))
}

fn binary(name: &str, offset: usize, first: u8) -> Box<Diagnostic> {
    let message = format!("{name} is not text: byte 0x{first:02x} at offset {offset}");
    let help = "give the router's outputs as text; certificates are read from `show running-config`";
    Box::new(Diagnostic::error("binary-input", message).help(help))
}

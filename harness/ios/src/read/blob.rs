//! Certificates as text: hexadecimal digits, and the check that what they spell is one whole DER element.

use ike::Origin;

use super::diagnostics::Diagnostics;
use super::line::Line;
use crate::diagnostic::Diagnostic;
use crate::sources::Sources;

/// The digits of a certificate, line by line.
#[derive(Debug, Default)]
pub(super) struct HexBlob {
    bytes: Vec<u8>,
    /// The first digit of a pair whose second is still to come.
    half: Option<u8>,
    /// The first and the last line.
    pub first: Option<Origin>,
    pub last: Option<Origin>,
    /// Something was no digit; it is already reported.
    damaged: bool,
}

impl HexBlob {
    /// Whether a line looks like one of digits.
    pub fn takes(&self, line: Line<'_>) -> bool {
        let text = line.text.trim();
        !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit() || c.is_whitespace())
    }

    /// Adds a line, whatever it is.
    pub fn add(&mut self, line: Line<'_>, sources: &mut Sources, diagnostics: &mut Diagnostics) {
        let trimmed = line.trimmed();
        if trimmed.text.is_empty() {
            return;
        }
        let origin = sources.mark(line.file, line.number, trimmed.bytes);
        self.first.get_or_insert(origin);
        self.last = Some(origin);
        for word in line.words() {
            for c in word.text.chars() {
                let Some(digit) = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()) else {
                    self.refuse(&word, line, sources, diagnostics);
                    return;
                };
                match self.half.take() {
                    Some(high) => self.bytes.push(high << 4 | digit),
                    None => self.half = Some(digit),
                }
            }
        }
    }

    fn refuse(
        &mut self,
        word: &super::line::Word<'_>,
        line: Line<'_>,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) {
        if !self.damaged {
            let origin = sources.mark(line.file, line.number, word.bytes.clone());
            let message = format!(
                "`{}` is not a part of a certificate: it has other characters than digits",
                word.text
            );
            diagnostics
                .add(Diagnostic::error("damaged-certificate", message).at(origin, "0 to 9 and A to F only"));
        }
        self.damaged = true;
    }

    /// The certificate, or what is wrong with it; `None` if that is already reported.
    pub fn finish(self) -> Result<Vec<u8>, Option<String>> {
        if self.damaged {
            return Err(None);
        }
        if self.half.is_some() {
            return Err(Some("an odd number of digits: the last byte is cut".to_owned()));
        }
        whole_element(&self.bytes).map_err(Some)?;
        Ok(self.bytes)
    }
}

/// Says what is wrong if `bytes` are not exactly one DER SEQUENCE (X.690 8.1, 10.1), which is what a certificate is.
pub(super) fn whole_element(bytes: &[u8]) -> Result<(), String> {
    let (&tag, after_tag) = bytes.split_first().ok_or("there is nothing in it")?;
    if tag != 0x30 {
        return Err(format!("it begins with the byte {tag:02X}; DER certificates begin with 30"));
    }
    let (&first, after_first) = after_tag.split_first().ok_or("it ends after its first byte")?;
    let (length, header) = if first < 0x80 {
        (usize::from(first), 2)
    } else {
        let count = usize::from(first & 0x7f);
        if !(1..=3).contains(&count) {
            return Err(format!("the byte {first:02X} cannot begin its length"));
        }
        let octets = after_first.get(..count).ok_or("it ends within its length")?;
        (octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), 2 + count)
    };
    let (expected, found) = (header + length, bytes.len());
    match found.cmp(&expected) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => {
            Err(format!("it says that it has {expected} bytes, and {found} are here"))
        }
        std::cmp::Ordering::Greater => {
            Err(format!("it says that it has {expected} bytes, and {} more follow", found - expected))
        }
    }
}

//! Certificates as text: hexadecimal digits, and the check that what they spell is one whole DER element.

use std::cmp::Ordering;
use std::fmt;

use ike::Origin;

use super::draft::Draft;
use super::line::{Line, Word};
use crate::diagnostic::Diagnostic;

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
    pub fn add(&mut self, draft: &mut Draft<'_>, line: Line<'_>) {
        if line.text.trim().is_empty() {
            return;
        }
        let origin = draft.mark(line);
        self.first.get_or_insert(origin);
        self.last = Some(origin);
        for word in line.words() {
            for c in word.text.chars() {
                let Some(digit) = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()) else {
                    self.refuse(draft, line, &word);
                    return;
                };
                match self.half.take() {
                    Some(high) => self.bytes.push(high << 4 | digit),
                    None => self.half = Some(digit),
                }
            }
        }
    }

    fn refuse(&mut self, draft: &mut Draft<'_>, line: Line<'_>, word: &Word<'_>) {
        if !self.damaged {
            let place = draft.sourced_word(word, line);
            let message = format!(
                "`{}` is not a part of a certificate: it has other characters than digits",
                place.value
            );
            let diagnostic = Diagnostic::error("damaged-certificate", message);
            draft.diagnostics.add(diagnostic.at(place.origin, "0 to 9 and A to F only"));
        }
        self.damaged = true;
    }

    /// The certificate, or what is wrong with it; `None` if that is already reported.
    pub fn finish(self) -> Result<Vec<u8>, Option<Damage>> {
        if self.damaged {
            return Err(None);
        }
        if self.half.is_some() {
            return Err(Some(Damage::End("the number of its digits is odd".to_owned())));
        }
        whole_element(&self.bytes).map_err(Some)?;
        Ok(self.bytes)
    }
}

/// Why bytes are no certificate.
#[derive(Debug)]
pub(super) enum Damage {
    /// They do not begin as one.
    Beginning(String),
    /// They begin as one, and then there are too few or too many.
    End(String),
}

impl fmt::Display for Damage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Beginning(reason) | Self::End(reason)) = self;
        out.write_str(reason)
    }
}

/// Says what is wrong if `bytes` are not exactly one DER SEQUENCE (X.690 8.1, 10.1), which is what a certificate is.
pub(super) fn whole_element(bytes: &[u8]) -> Result<(), Damage> {
    const SEQUENCE: u8 = 0x30;
    match bytes {
        [] => Err(Damage::End("there is nothing in it".to_owned())),
        [SEQUENCE, after_tag @ ..] => whole_contents(after_tag, bytes.len()),
        [tag, ..] => {
            Err(Damage::Beginning(format!("it begins with the byte {tag:02X}; certificates begin with 30")))
        }
    }
}

/// The same for what follows the tag, of `found` bytes in all.
fn whole_contents(after_tag: &[u8], found: usize) -> Result<(), Damage> {
    let cut = || Damage::End("it ends within its length".to_owned());
    let (&first, after_first) = after_tag.split_first().ok_or_else(cut)?;
    let (length, header) = match first {
        0..=0x7f => (usize::from(first), 2),
        // Longer than 16 megabytes is no certificate, and zero bytes of length is no DER.
        0x81..=0x83 => {
            let count = usize::from(first & 0x7f);
            let octets = after_first.get(..count).ok_or_else(cut)?;
            (octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), 2 + count)
        }
        _ => return Err(Damage::Beginning(format!("its length cannot begin with the byte {first:02X}"))),
    };
    let expected = header + length;
    match found.cmp(&expected) {
        Ordering::Equal => Ok(()),
        Ordering::Less => Err(Damage::End(format!("{found} of its {expected} bytes are here"))),
        Ordering::Greater => Err(Damage::End(format!("{} bytes follow its {expected}", found - expected))),
    }
}

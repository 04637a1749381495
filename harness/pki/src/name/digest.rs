//! Digests of texts for comparison, eight characters at a time.
//!
//! What a character stands for, and how a text is prepared for comparison, is in [`super::matching`]. Nothing here is
//! keyed: a digest says where to look, and never that two things are the same.

/// The digest of no bytes at all: what the first step begins with.
pub(super) const BEGIN: u64 = 0x243f_6a88_85a3_08d3;

/// The digest of what came before and of `word`.
#[inline(always)]
pub(super) fn step(before: u64, word: u64) -> u64 {
    // Folding the two halves of a product carries every bit of both to every place.
    let (low, high) = (before ^ word).carrying_mul(0x9e37_79b9_7f4a_7c15, 0);
    low ^ high
}

/// The digest of a text that is plain: ASCII without control characters, with single spaces and none of them at an end,
/// so that nothing but case has to be prepared for comparison. Nearly all texts are; of others, and of no text at all, it
/// is `None`.
///
/// It is what [`of_prepared`] makes of the text in lower case.
#[inline(always)]
pub(super) fn of_plain(text: &[u8]) -> Option<u64> {
    // As if a space stood before it: one at the beginning is the second then.
    let mut scan = Scan { digest: BEGIN, wrong: 0, space_before: SPACE_AT_THE_END };
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        scan.word(u64::from_le_bytes(*word));
    }
    if !rest.is_empty() {
        scan.word(last_word(text, rest));
    }
    // A text without bytes ends, as it began, behind a space.
    let ends_with_space = text.last().is_none_or(|&last| last == b' ');
    if ends_with_space || scan.wrong != 0 { None } else { Some(scan.digest) }
}

/// The digest of a text that has been prepared: the same for equal texts. It is also the same for some that are not equal,
/// because characters are folded that are no letters.
pub(super) fn of_prepared(mut text: impl Iterator<Item = u8>) -> u64 {
    let mut digest = BEGIN;
    loop {
        let mut word = [FILLER; 8];
        let filled = word.iter_mut().zip(&mut text).map(|(place, byte)| *place = byte).count();
        if filled > 0 {
            digest = step(digest, fold(u64::from_le_bytes(word)));
        }
        if filled < word.len() {
            return digest;
        }
    }
}

/// The digest of bytes as they are.
#[inline(always)]
pub(super) fn of_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let whole = words.iter().fold(BEGIN, |digest, word| step(digest, u64::from_le_bytes(*word)));
    if rest.is_empty() { whole } else { step(whole, last_word(bytes, rest)) }
}

/// What a walk over a text knows.
struct Scan {
    digest: u64,
    /// Not zero if the text is not plain.
    wrong: u64,
    /// Whether the byte before is a space: the highest bit of the lowest byte.
    space_before: u64,
}

impl Scan {
    #[inline(always)]
    fn word(&mut self, word: u64) {
        // Seven bits each: no sum of a byte reaches the next one.
        let bits = word & !HIGH;
        let not_control = bits.wrapping_add(u64::from_le_bytes([0x60; 8]));
        let delete = bits.wrapping_add(u64::from_le_bytes([0x01; 8]));
        let no_space = (bits ^ SPACES).wrapping_add(u64::from_le_bytes([0x7f; 8]));
        let spaces = !no_space & HIGH;
        self.wrong |= (word | !not_control | delete) & HIGH;
        self.wrong |= spaces & (spaces << 8 | self.space_before);
        self.space_before = spaces >> 56;
        self.digest = step(self.digest, fold(word));
    }
}

/// The last bytes of `all`, one to seven, as a word that is filled up.
#[inline(always)]
fn last_word(all: &[u8], rest: &[u8]) -> u64 {
    let used = bits(rest.len());
    let bytes = match all.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last).wrapping_shr(u64::BITS.wrapping_sub(used)),
        None => short_word(rest),
    };
    u64::from_le_bytes([FILLER; 8]).wrapping_shl(used) | bytes
}

/// Fewer than eight bytes as a word, without a step for each.
#[inline(always)]
fn short_word(bytes: &[u8]) -> u64 {
    match *bytes {
        [] => 0,
        [only] => only.into(),
        [first, second] => u16::from_le_bytes([first, second]).into(),
        [first, second, third] => u32::from_le_bytes([first, second, third, 0]).into(),
        [first, second, third, fourth, ..] => {
            let low = u64::from(u32::from_le_bytes([first, second, third, fourth]));
            let high = bytes.last_chunk::<4>().map_or(0, |last| u64::from(u32::from_le_bytes(*last)));
            // Where both have a byte, it is the same.
            low | high.wrapping_shl(bits(bytes.len().saturating_sub(4)))
        }
    }
}

/// How many bits so many bytes have, seven at most.
#[inline(always)]
const fn bits(bytes: usize) -> u32 {
    (bytes as u32).wrapping_mul(8)
}

/// A printable character that is no space.
const FILLER: u8 = b'!';
/// The highest bit of each byte.
const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
/// The mark of a space in the highest byte, moved to the lowest one.
const SPACE_AT_THE_END: u64 = 0x80;
/// Eight spaces; also the bit in which the cases of a letter differ.
const SPACES: u64 = u64::from_le_bytes([b' '; 8]);

/// Letters become lower case, and some other characters others.
const fn fold(word: u64) -> u64 {
    word | SPACES
}

#[cfg(test)]
mod tests {
    use super::{of_plain, of_prepared};

    /// The definition, one character at a time.
    fn is_plain(text: &[u8]) -> bool {
        !text.is_empty()
            && text.iter().all(|byte| (0x20..=0x7e).contains(byte))
            && !text.starts_with(b" ")
            && !text.ends_with(b" ")
            && !text.windows(2).any(|pair| pair == b"  ")
    }

    #[test]
    fn a_text_is_plain_by_its_definition_wherever_a_byte_stands() {
        for length in 0..20 {
            let text = vec![b'x'; length];
            assert_eq!(of_plain(&text).is_some(), is_plain(&text), "{length}");
            for (place, byte) in (0..length).flat_map(|place| (0..=255).map(move |byte| (place, byte))) {
                for next in [b'y', b' '] {
                    let mut text = text.clone();
                    text[place] = byte;
                    if let Some(following) = text.get_mut(place + 1) {
                        *following = next;
                    }
                    assert_eq!(of_plain(&text).is_some(), is_plain(&text), "{text:x?}");
                }
            }
        }
    }

    #[test]
    fn a_plain_text_has_the_digest_of_its_lower_case() {
        let text = b"Cisco@[`{~!Systems Root CA";
        for beginning in (1..=text.len()).map(|length| &text[..length]).filter(|text| is_plain(text)) {
            let prepared = of_prepared(beginning.to_ascii_lowercase().into_iter());
            assert_eq!(of_plain(beginning), Some(prepared), "{beginning:x?}");
        }
    }
}

//! A line of a text and the words in it, each knowing where it stands.

use std::ops::Range;

use crate::sources::FileId;

/// A line without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub file: FileId,
    /// Counted from 0.
    pub number: usize,
    /// Where the text begins, counted in bytes from the beginning of the file.
    pub start: usize,
    pub text: &'a str,
    /// The lines that follow in the same file.
    pub after: &'a str,
}

/// A run of characters that are not blanks.
#[derive(Clone, Debug)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    /// Counted in bytes from the beginning of the file.
    pub bytes: Range<usize>,
}

impl<'a> Line<'a> {
    /// The line from `offset` bytes on.
    pub fn from(self, offset: usize) -> Self {
        Self { start: self.start + offset, text: &self.text[offset..], ..self }
    }

    /// How many blanks stand in front.
    pub fn indentation(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// What the line says, and where.
    pub fn trimmed(&self) -> Word<'a> {
        let text = self.text.trim();
        let start = self.start + self.indentation();
        Word { text, bytes: start..start + text.len() }
    }

    pub fn words(&self) -> Vec<Word<'a>> {
        let mut words = Vec::new();
        let mut rest = *self;
        loop {
            rest = rest.from(rest.indentation());
            let length = rest.text.find(char::is_whitespace).unwrap_or(rest.text.len());
            if length == 0 {
                return words;
            }
            words.push(Word { text: &rest.text[..length], bytes: rest.start..rest.start + length });
            rest = rest.from(length);
        }
    }
}

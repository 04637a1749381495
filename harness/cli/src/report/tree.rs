//! Text in which the place of a line tells what it belongs to.

use std::fmt::{self, Write as _};

/// Lines, each two columns further right than the one that it belongs to.
#[derive(Debug, Default)]
pub struct Tree {
    text: String,
    depth: usize,
}

impl Tree {
    /// Adds a line.
    pub fn line(&mut self, line: impl fmt::Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{:width$}{line}", "", width = 2 * self.depth);
    }

    /// Adds the lines that `add` adds, under the line before.
    pub fn under<R>(&mut self, add: impl FnOnce(&mut Self) -> R) -> R {
        self.depth += 1;
        let result = add(self);
        self.depth -= 1;
        result
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// All of it.
    pub fn finish(self) -> String {
        self.text
    }
}

/// Bytes as hexadecimal digits; of long ones only the beginning, unless all are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Hex<'a> {
    bytes: &'a [u8],
    most: usize,
}

/// So many bytes are shown of what is longer: all of a hash, a cookie or a vendor ID.
const MOST: usize = 20;

impl<'a> Hex<'a> {
    /// The whole of `bytes`.
    pub const fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, most: usize::MAX }
    }

    /// The beginning of `bytes`, or `whole` of them.
    pub const fn beginning(bytes: &'a [u8], whole: bool) -> Self {
        Self { bytes, most: if whole { usize::MAX } else { MOST } }
    }
}

impl fmt::Display for Hex<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.bytes.iter().take(self.most) {
            write!(out, "{byte:02x}")?;
        }
        if self.bytes.len() > self.most { out.write_str("...") } else { Ok(()) }
    }
}

/// A number of things: `1 message`, `2 messages`.
pub fn count(number: usize, singular: &str, plural: &str) -> String {
    format!("{number} {}", if number == 1 { singular } else { plural })
}

/// A name with its number, or the number alone.
pub fn named(name: Option<&str>, number: impl Into<u64>) -> String {
    let number = number.into();
    match name {
        Some(name) => format!("{name} ({number})"),
        None => format!("unknown ({number})"),
    }
}

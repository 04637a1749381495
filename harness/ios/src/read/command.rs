//! Tables of commands: a pattern, and what to do with a line that it matches.
//!
//! A pattern is written as the command references write commands. `word` stands for itself, `one|other` for either,
//! `<value>` for any word, `<values...>` for one word or more to the end of the line, and `[...]` around the last part
//! of a pattern says that it may be absent. Words are compared without regard to case.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::str::FromStr;

use ike::{Origin, Sourced};

use super::configuration::Next;
use super::diagnostics::Diagnostics;
use super::line::{Line, Word};
use crate::diagnostic::Diagnostic;
use crate::sources::Sources;

/// One line of a table: lines that match `pattern` are handed to `apply` together with the thing they are about.
pub(super) struct Command<T> {
    pub pattern: &'static str,
    pub apply: fn(&mut T, &mut Statement<'_>),
}

/// An entry of a table.
pub(super) const fn command<T>(pattern: &'static str, apply: fn(&mut T, &mut Statement<'_>)) -> Command<T> {
    Command { pattern, apply }
}

/// The first entry that matches, with the words that stand in place of `<values>`.
pub(super) fn find<'t, 'a, T>(
    table: &'t [Command<T>],
    words: &[Word<'a>],
) -> Option<(&'t Command<T>, Vec<Word<'a>>)> {
    table.iter().find_map(|command| Some((command, matches(command.pattern, words)?)))
}

/// The words in place of `<values>`, if the words match the pattern.
pub(super) fn matches<'a>(pattern: &str, words: &[Word<'a>]) -> Option<Vec<Word<'a>>> {
    let mut words = words.iter();
    let mut values = Vec::new();
    for element in pattern.split(' ') {
        let optional = element.starts_with('[');
        let element = element.trim_matches(['[', ']']);
        let Some(word) = words.next() else {
            return optional.then_some(values);
        };
        if element.ends_with("...>") {
            values.push(word.clone());
            values.extend(words.cloned());
            return Some(values);
        }
        if element.starts_with('<') {
            values.push(word.clone());
        } else if !element.split('|').any(|literal| literal.eq_ignore_ascii_case(word.text)) {
            return None;
        }
    }
    words.next().is_none().then_some(values)
}

/// A line that matched an entry of a table, for the handler of that entry.
pub(super) struct Statement<'a> {
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
    line: Line<'a>,
    /// From the first word to the last.
    command: Word<'a>,
    values: Vec<Word<'a>>,
    origin: Option<Origin>,
    /// What follows the line.
    pub next: Next,
}

impl<'a> Statement<'a> {
    /// `words` are those of the line, of which there is at least one; `values` those in place of `<values>`.
    pub fn new(
        sources: &'a mut Sources,
        diagnostics: &'a mut Diagnostics,
        line: Line<'a>,
        words: &[Word<'a>],
        values: Vec<Word<'a>>,
    ) -> Self {
        let command = match (words.first(), words.last()) {
            (Some(first), Some(last)) => {
                let bytes = first.bytes.start..last.bytes.end;
                Word { text: &line.text[bytes.start - line.start..bytes.end - line.start], bytes }
            }
            _ => line.trimmed(),
        };
        Self { sources, diagnostics, line, command, values, origin: None, next: Next::SameSection }
    }

    /// The place of the whole command.
    pub fn origin(&mut self) -> Origin {
        let (sources, line, command) = (&mut *self.sources, self.line, &self.command);
        *self.origin.get_or_insert_with(|| sources.mark(line.file, line.number, command.bytes.clone()))
    }

    /// A value that the whole command says.
    pub fn sourced<T>(&mut self, value: T) -> Sourced<T> {
        Sourced::new(value, self.origin())
    }

    /// The place of one value alone.
    pub fn origin_of(&mut self, index: usize) -> Origin {
        match self.values.get(index) {
            Some(word) => self.sources.mark(self.line.file, self.line.number, word.bytes.clone()),
            None => self.origin(),
        }
    }

    /// How many values there are: optional ones may be absent, the last may be several words.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// A value, if it is there.
    pub fn get(&self, index: usize) -> Option<&'a str> {
        self.values.get(index).map(|word| word.text)
    }

    /// A value that the pattern makes sure of.
    pub fn text(&self, index: usize) -> String {
        self.get(index).unwrap_or_default().to_owned()
    }

    /// A value that the pattern makes sure of, with the place of the command.
    pub fn value(&mut self, index: usize) -> Sourced<String> {
        let text = self.text(index);
        self.sourced(text)
    }

    /// All values from one on, with the place of the command.
    pub fn values_from(&mut self, index: usize) -> Vec<Sourced<String>> {
        (index..self.len()).map(|index| self.value(index)).collect()
    }

    /// All from a value to the end of the command, as written; empty if the value is not there.
    pub fn rest(&self, index: usize) -> String {
        let start = self.values.get(index).map(|word| word.bytes.start - self.command.bytes.start);
        start.map_or_else(String::new, |start| self.command.text[start..].to_owned())
    }

    /// All from a value to the end, with the place of the command.
    pub fn value_of_rest(&mut self, index: usize) -> Sourced<String> {
        let rest = self.rest(index);
        self.sourced(rest)
    }

    /// All from a value to the end without the blanks between words, with the place of the command.
    pub fn digits(&mut self, index: usize) -> Sourced<String> {
        let digits = self.rest(index).split_whitespace().collect();
        self.sourced(digits)
    }

    /// A value of some type; what is not one is reported as not being `what`.
    pub fn parse<T: FromStr>(&mut self, index: usize, what: &str) -> Option<T> {
        let parsed = self.get(index)?.parse().ok();
        if parsed.is_none() {
            self.refuse(index, what);
        }
        parsed
    }

    pub fn number(&mut self, index: usize) -> Option<u32> {
        self.parse(index, "a number")
    }

    /// A number that IOS takes only within `range`.
    pub fn number_within(&mut self, index: usize, range: RangeInclusive<u32>) -> Option<u32> {
        let number = self.number(index)?;
        if range.contains(&number) {
            return Some(number);
        }
        self.refuse(index, &format!("a number from {} to {}", range.start(), range.end()));
        None
    }

    /// An address, or the name of a host. Digits and dots alone are no name.
    pub fn address_or_name(&mut self, index: usize) -> Option<Result<IpAddr, String>> {
        let text = self.text(index);
        match text.parse() {
            Ok(address) => Some(Ok(address)),
            Err(_) if text.chars().all(|c| c.is_ascii_digit() || c == '.') => {
                self.refuse(index, "an address");
                None
            }
            Err(_) => Some(Err(text)),
        }
    }

    pub fn ipv4(&mut self, index: usize) -> Option<Ipv4Addr> {
        self.parse(index, "an IPv4 address")
    }

    /// A contiguous mask as its length. Where it is not there, `address` is that of one host, or 0.0.0.0, which IOS
    /// prints for everybody.
    pub fn prefix(&mut self, index: usize, address: Ipv4Addr) -> Option<u8> {
        if self.get(index).is_none() {
            return Some(if address.is_unspecified() { 0 } else { 32 });
        }
        let mask = self.ipv4(index)?.to_bits();
        let length = mask.leading_ones();
        if mask.count_ones() == length {
            return u8::try_from(length).ok();
        }
        self.refuse(index, "a mask of ones followed by zeros");
        None
    }

    /// The value that a word of `table` stands for, if it is one of them.
    pub fn choice<T: Copy>(&self, index: usize, table: &[(&str, T)]) -> Option<T> {
        let word = self.get(index)?;
        table.iter().find_map(|(name, value)| name.eq_ignore_ascii_case(word).then_some(*value))
    }

    /// Adds a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.add(diagnostic);
    }

    /// Says that a value is not what belongs there.
    pub fn refuse(&mut self, index: usize, what: &str) {
        let message = format!("`{}` is not {what}", self.get(index).unwrap_or_default());
        let origin = self.origin_of(index);
        self.diagnostics.add(Diagnostic::error("bad-value", message).at(origin, ""));
    }

    /// Says that all from a value on is not what belongs there.
    pub fn refuse_rest(&mut self, index: usize, what: &str) {
        let message = format!("`{}` is not {what}", self.rest(index));
        let start = self.values.get(index).map_or(self.command.bytes.start, |word| word.bytes.start);
        let origin = self.sources.mark(self.line.file, self.line.number, start..self.command.bytes.end);
        self.diagnostics.add(Diagnostic::error("bad-value", message).at(origin, ""));
    }

    /// Says that a value names an algorithm that this program does not have, and gives the value back to be kept.
    pub fn not_understood(&mut self, index: usize, kind: &str) -> Sourced<String> {
        let value = self.text(index);
        let origin = self.origin_of(index);
        let message = format!("`{value}` is not {kind} that is understood here");
        self.diagnostics.add(Diagnostic::warning("unsupported-algorithm", message).at(origin, ""));
        self.sourced(value)
    }
}

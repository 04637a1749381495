//! What the reading of one router has come to so far.

use ike::{Origin, Sourced};

use super::diagnostics::Diagnostics;
use super::line::{Line, Word};
use crate::description::{RouterDescription, UnknownLine};
use crate::sources::Sources;

/// The description, the places that its values came from, and what is wrong.
pub(super) struct Draft<'s> {
    pub router: RouterDescription,
    pub sources: &'s mut Sources,
    pub diagnostics: Diagnostics,
}

impl Draft<'_> {
    /// The place of a whole line.
    pub fn mark(&mut self, line: Line<'_>) -> Origin {
        self.sources.mark(line.file, line.number, line.trimmed().bytes)
    }

    /// What a whole line says.
    pub fn sourced<T>(&mut self, value: T, line: Line<'_>) -> Sourced<T> {
        Sourced::new(value, self.mark(line))
    }

    /// A word of a line as a value.
    pub fn sourced_word(&mut self, word: &Word<'_>, line: Line<'_>) -> Sourced<String> {
        let origin = self.sources.mark(line.file, line.number, word.bytes.clone());
        Sourced::new(word.text.to_owned(), origin)
    }

    /// Keeps a line that nobody understood.
    pub fn unknown(&mut self, line: Line<'_>, bears_on_tunnels: bool) {
        let text = line.trimmed().text.to_owned();
        let origin = self.mark(line);
        self.router.unknown.push(UnknownLine { text, origin, bears_on_tunnels });
    }

    /// Keeps a line that has no bearing.
    pub fn ignore(&mut self, line: Line<'_>) {
        let origin = self.mark(line);
        self.router.ignored.push(origin);
    }
}

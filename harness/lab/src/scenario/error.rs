//! What can be wrong with a scenario's files.

use std::fmt;
use std::ops::Range;
use std::path::Path;

/// A file of a scenario that cannot be used. The fault is the file's or the file system's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The path of the file.
    pub file: String,
    /// Where in the file, if it could be read.
    pub place: Option<Place>,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// How many characters of the line are meant, at least 1.
    pub length: usize,
    /// The text of the line.
    pub source: String,
}

impl ScenarioError {
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self { file: path.display().to_string(), place: None, message: format!("cannot be read: {error}") }
    }

    pub(super) fn at(file: &str, text: &str, span: Option<Range<usize>>, message: impl Into<String>) -> Self {
        let place = span.map(|span| Place::of(text, &span));
        Self { file: file.to_owned(), place, message: message.into() }
    }
}

impl Place {
    fn of(text: &str, span: &Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = text.get(line_start..).unwrap_or_default();
        let source = rest.lines().next().unwrap_or_default();
        // A span may begin or end inside of a line end of two characters; the line ends before it.
        let within = |offset: usize| offset.saturating_sub(line_start).min(source.len());
        let (start, end) = (within(span.start), within(span.end));
        Self {
            line: before.matches('\n').count() + 1,
            column: source.get(..start).unwrap_or(source).chars().count() + 1,
            length: source.get(start..end).unwrap_or_default().chars().count().max(1),
            source: source.to_owned(),
        }
    }
}

/// The whole contents of a file that has to be text.
pub(super) fn read(path: &Path) -> Result<String, ScenarioError> {
    std::fs::read_to_string(path).map_err(|error| ScenarioError::unreadable(path, &error))
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(place) = &self.place else { return write!(out, "{}: {}", self.file, self.message) };
        writeln!(out, "{}:{}:{}: {}", self.file, place.line, place.column, self.message)?;
        let margin = place.line.to_string();
        writeln!(out, "{:width$} |", "", width = margin.len())?;
        writeln!(out, "{margin} | {}", place.source)?;
        let indent = place.column - 1;
        let marks = "^".repeat(place.length);
        write!(out, "{:width$} | {:indent$}{marks}", "", "", width = margin.len())
    }
}

impl std::error::Error for ScenarioError {}

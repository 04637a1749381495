//! The texts that were read, and the table from [`Origin`] to file, line and column.
//!
//! A text is decoded, cleaned of what terminals leave in it, and freed of secrets at the moment it is added: what is
//! kept, and so whatever comes out of here, holds no password. Lines keep their numbers.

mod decode;
mod redact;
mod terminal;

use std::ops::Range;
use std::sync::Arc;

use ike::Origin;

use crate::diagnostic::Diagnostic;

pub use redact::REMOVED;

/// Texts by number, and the places in them that values came from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<File>,
    places: Vec<Place>,
}

/// A text of [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(u32);

/// Where a value was written, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The name that the text was added under.
    pub file: &'a str,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// What stands there: part of one line.
    pub text: &'a str,
    /// The whole line.
    pub line_text: &'a str,
}

impl Location<'_> {
    /// The length of the text in characters.
    #[must_use]
    pub fn length(&self) -> usize {
        self.text.chars().count()
    }
}

#[derive(Clone, Debug)]
struct File {
    name: String,
    text: Arc<str>,
    /// The bytes of each line, line end not included.
    lines: Vec<Range<usize>>,
}

/// Lines of one file in one piece, and what is marked in them.
pub(crate) struct Excerpt<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// Counted from 1.
    pub first_line: usize,
    pub text: &'a str,
    /// Which origin, and its bytes within the text.
    pub spans: Vec<(usize, Range<usize>)>,
}

/// Bytes of one line of one file.
#[derive(Clone, Debug)]
struct Place {
    file: FileId,
    /// Counted from 0.
    line: usize,
    bytes: Range<usize>,
}

/// The longest text that is read, in bytes: a hundred times a large configuration.
pub const MAXIMUM_LENGTH: usize = 16 * 1024 * 1024;

impl Sources {
    /// A table without texts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under `name`, which is how diagnostics call it. UTF-8, UTF-16 with a byte order mark and Latin-1
    /// are understood.
    ///
    /// # Errors
    /// When there is nothing in it, when it is longer than [`MAXIMUM_LENGTH`], or when it is not text.
    pub fn add(&mut self, name: impl Into<String>, bytes: &[u8]) -> Result<FileId, Box<Diagnostic>> {
        let name = name.into();
        let text = decode::decode(&name, bytes)?;
        let text = redact::redact(&terminal::clean(&text));
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files fit into memory"));
        self.files.push(File { name, lines: line_ranges(&text), text: text.into() });
        Ok(id)
    }

    /// The name that a text was added under.
    ///
    /// # Panics
    /// If `file` is of other `Sources`.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        &self.file(file).name
    }

    /// Where `origin` points to, or `None` where it stands for a default.
    ///
    /// # Panics
    /// If `origin` is of other `Sources`.
    #[must_use]
    pub fn locate(&self, origin: Origin) -> Option<Location<'_>> {
        let place = &self.places[origin.index()? as usize];
        let file = self.file(place.file);
        let line = &file.lines[place.line];
        let before = &file.text[line.start..place.bytes.start];
        Some(Location {
            file: &file.name,
            line: number(place.line),
            column: number(before.chars().count()),
            text: &file.text[place.bytes.clone()],
            line_text: &file.text[line.clone()],
        })
    }

    /// The whole text that `origin` points into, as it was read: clean, free of secrets, its lines where they were; `None`
    /// for a default.
    ///
    /// # Panics
    /// If `origin` is of other `Sources`.
    #[must_use]
    pub fn text_of(&self, origin: Origin) -> Option<&str> {
        let place = &self.places[origin.index()? as usize];
        Some(&self.file(place.file).text)
    }

    /// Where `origin` stands among all places, in text order; `None` for a default.
    pub(crate) fn position(&self, origin: Origin) -> Option<(FileId, usize, usize)> {
        let place = &self.places[origin.index()? as usize];
        Some((place.file, place.line, place.bytes.start))
    }

    /// The lines that `origins` lie in and those between them, for each file, the file of the first origin first.
    pub(crate) fn excerpts(&self, origins: &[Origin]) -> Vec<Excerpt<'_>> {
        let mut by_file: Vec<(FileId, Vec<(usize, &Place)>)> = Vec::new();
        for (index, origin) in origins.iter().enumerate() {
            let Some(place) = origin.index().map(|place| &self.places[place as usize]) else { continue };
            match by_file.iter_mut().find(|(file, _)| *file == place.file) {
                Some((_, places)) => places.push((index, place)),
                None => by_file.push((place.file, vec![(index, place)])),
            }
        }
        let excerpt = |(file, places): (FileId, Vec<(usize, &Place)>)| {
            let file = self.file(file);
            let lines = places.iter().map(|(_, place)| place.line);
            let (first, last) = (lines.clone().min().unwrap_or_default(), lines.max().unwrap_or_default());
            let start = file.lines[first].start;
            let relative = |bytes: &Range<usize>| bytes.start - start..bytes.end - start;
            Excerpt {
                name: &file.name,
                first_line: first + 1,
                text: &file.text[start..file.lines[last].end],
                spans: places.iter().map(|(index, place)| (*index, relative(&place.bytes))).collect(),
            }
        };
        by_file.into_iter().map(excerpt).collect()
    }

    /// The lines of a text as the reader walks over them; the text is shared, so that places can be added meanwhile.
    pub(crate) fn lines(&self, file: FileId) -> (Arc<str>, Vec<Range<usize>>) {
        let file = self.file(file);
        (Arc::clone(&file.text), file.lines.clone())
    }

    /// An origin for `bytes` of the text, which lie within the line `line` (counted from 0).
    pub(crate) fn mark(&mut self, file: FileId, line: usize, bytes: Range<usize>) -> Origin {
        let index =
            u32::try_from(self.places.len()).expect("texts of bounded length have fewer than 2^32 places");
        self.places.push(Place { file, line, bytes });
        Origin::new(index)
    }

    fn file(&self, file: FileId) -> &File {
        &self.files[file.0 as usize]
    }
}

/// Counted from 1 instead of 0.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

fn line_ranges(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split_terminator('\n')
        .map(|line| {
            let range = start..start + line.len();
            start = range.end + 1;
            range
        })
        .collect()
}

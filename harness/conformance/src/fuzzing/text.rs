//! What holds for every text that is read, whatever it is the output of.

use std::collections::BTreeSet;

use ike::Origin;
use ios::{Diagnostic, RouterDescription, Sources, Style};

/// A text that was read, and checked.
pub(super) struct Read {
    pub sources: Sources,
    pub router: RouterDescription,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text; nothing if it is none.
///
/// Every place lies in the text and holds something; every diagnostic can be drawn; the text as it is kept, clean and
/// free of secrets, reads as the same router again.
///
/// # Panics
/// If any of that does not hold.
pub(super) fn read(bytes: &[u8]) -> Option<Read> {
    let mut sources = Sources::new();
    let file = match sources.add(FILE, bytes) {
        Ok(file) => file,
        Err(diagnostic) => {
            assert!(!diagnostic.render(&sources, Style::Plain).is_empty());
            return None;
        }
    };
    let (router, diagnostics) = ios::read(&mut sources, &[file]);
    let read = Read { sources, router, diagnostics };
    let mut kept = None;
    for origin in origins(&read) {
        check_place(&read.sources, origin);
        kept = kept.or_else(|| read.sources.text_of(origin));
    }
    for diagnostic in &read.diagnostics {
        assert!(!diagnostic.message.contains('\n') && !diagnostic.message.is_empty(), "{diagnostic}");
        assert!(!diagnostic.render(&read.sources, Style::Plain).is_empty());
    }
    if let Some(kept) = kept {
        check_again(&read, kept);
    }
    Some(read)
}

const FILE: &str = "r1.txt";

fn check_place(sources: &Sources, origin: Origin) {
    let Some(place) = sources.locate(origin) else { return assert_eq!(origin, Origin::DEFAULT) };
    let column = usize::try_from(place.column).expect("a column fits");
    let before: String = place.line_text.chars().take(column - 1).collect();
    assert!(place.line_text[before.len()..].starts_with(place.text), "{place:?}");
    assert!(!place.text.is_empty() && place.file == FILE, "{place:?}");
    let whole = sources.text_of(origin).expect("it has a place");
    assert_eq!(whole.lines().nth(place.line as usize - 1), Some(place.line_text));
}

/// The text as it is kept says the same as the one that was read, at the same places.
fn check_again(read: &Read, kept: &str) {
    let mut sources = Sources::new();
    // A byte order mark that was text is one of the encoding now.
    if kept.starts_with('\u{feff}') {
        return;
    }
    let file = sources.add(FILE, kept.as_bytes()).expect("what was kept is a text");
    let (router, diagnostics) = ios::read(&mut sources, &[file]);
    assert_eq!(format!("{router:?}"), format!("{:?}", read.router), "{kept:?}");
    assert_eq!(diagnostics, read.diagnostics);
}

/// Every place that the router's values and the diagnostics came from.
fn origins(read: &Read) -> BTreeSet<Origin> {
    let of_values = origins_in(&format!("{:?}", read.router));
    let labels = read.diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels);
    of_values.into_iter().chain(labels.map(|label| label.origin)).collect()
}

/// The places in what `{:?}` tells of a value. Strings are passed over: a name may look like a place.
pub(super) fn origins_in(told: &str) -> Vec<Origin> {
    let (mut in_string, mut is_escaped) = (false, false);
    let outside_strings = |c: &char| {
        let is_outside = !in_string;
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
        is_outside
    };
    let outside: String = told.chars().filter(outside_strings).collect();
    let numbers = outside.split("Origin(").skip(1);
    numbers.filter_map(|rest| Some(Origin::new(rest.split(')').next()?.parse().ok()?))).collect()
}

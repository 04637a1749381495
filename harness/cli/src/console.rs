//! The user's terminal: colours where it has them, and nothing that it could be made to act on.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use clap::builder::styling::{AnsiColor, Style};

use crate::trouble::Trouble;
use ios::Diagnostic;

/// What a person looks at first: a verdict, a heading.
pub const STRONG: Style = Style::new().bold();
/// What is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What is not.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// What may matter.
pub const NOTABLE: Style = AnsiColor::Yellow.on_default().bold();
/// Where something stands.
pub const PLACE: Style = AnsiColor::Blue.on_default().bold();
/// What explains the rest.
pub const QUIET: Style = Style::new().dimmed();

/// `text` in `style`.
pub fn styled(style: Style, text: impl fmt::Display) -> impl fmt::Display {
    fmt::from_fn(move |out| write!(out, "{style}{text}{style:#}"))
}

/// Prints a report to standard output; colours are taken out where it is no terminal, or the user wants none.
///
/// A reader that has seen enough and closed the pipe is no trouble.
pub fn print(text: &str) -> Result<(), Trouble> {
    let mut output = anstream::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let message = format!("cannot write to standard output: {error}");
            Err(Trouble::environment(&Diagnostic::error("unwritable", message)))
        }
        _ => Ok(()),
    }
}

/// Prints to standard error, with a line end.
pub fn complain(text: &str) {
    // There is nobody left to tell when this fails.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// `text` with everything that a terminal could act on, or that would show as something else, written as an escape.
pub fn escaped(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        if character == ' ' || character.is_ascii_graphic() || character.is_alphanumeric() {
            clean.push(character);
        } else {
            let _ = write!(clean, "{}", character.escape_unicode());
        }
    }
    clean
}

/// `bytes` as text, what is no UTF-8 and what a terminal could act on written as escapes.
pub fn escaped_bytes(bytes: &[u8]) -> String {
    let mut clean = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        clean.push_str(&escaped(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(clean, "\\x{byte:02x}");
        }
    }
    clean
}

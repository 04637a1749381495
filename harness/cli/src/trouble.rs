//! Why a command cannot do its work: whose fault it is, what to do, and the exit status that says so.

use std::fmt;
use std::path::Path;

use ios::{Diagnostic, Sources, Style};

/// A command that could not do its work. Its text is ready to be printed, colours included.
#[derive(Debug)]
pub enum Trouble {
    /// The arguments or an input are not what they should be.
    Input(String),
    /// This machine does not do what it should.
    Environment(String),
}

impl Trouble {
    /// An input that cannot be used, described by diagnostics about `sources`.
    pub fn in_sources<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources) -> Self {
        let rendered: Vec<_> =
            diagnostics.into_iter().map(|diagnostic| diagnostic.render(sources, Style::Coloured)).collect();
        Self::Input(rendered.join("\n\n"))
    }

    /// An input or an argument that cannot be used, without a place in a text.
    pub fn input(diagnostic: &Diagnostic) -> Self {
        Self::in_sources([diagnostic], &Sources::new())
    }

    /// A file or folder of the user that cannot be read.
    pub fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::input(&Diagnostic::error("unreadable", format!("cannot read {}: {error}", path.display())))
    }

    /// A file or folder of the user that cannot be written.
    pub fn unwritable(path: &Path, error: &std::io::Error) -> Self {
        Self::environment(&Diagnostic::error(
            "unwritable",
            format!("cannot write {}: {error}", path.display()),
        ))
    }

    /// Something that this machine does not do.
    pub fn environment(diagnostic: &Diagnostic) -> Self {
        Self::Environment(diagnostic.render(&Sources::new(), Style::Coloured))
    }

    /// The exit status that says whose fault it is.
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Environment(_) => 3,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(text) | Self::Environment(text) => out.write_str(text),
        }
    }
}

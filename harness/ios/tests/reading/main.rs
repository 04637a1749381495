//! Reading what people save from routers.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod arbitrary;
mod certificates;
mod diagnostics;
mod reference;
mod sections;
mod sessions;
mod shown;

use ios::{Diagnostic, RouterDescription, Sources};

/// What the texts of one router are read as.
pub struct Reading {
    pub sources: Sources,
    pub router: RouterDescription,
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    pub fn of(text: &str) -> Self {
        Self::of_files(&[("r1.txt", text)])
    }

    pub fn of_files(files: &[(&str, &str)]) -> Self {
        let mut sources = Sources::new();
        let ids: Vec<_> =
            files.iter().map(|(name, text)| sources.add(*name, text.as_bytes()).unwrap()).collect();
        let (router, diagnostics) = ios::read(&mut sources, &ids);
        Self { sources, router, diagnostics }
    }

    /// What stands at the place of a value; empty for a default.
    pub fn text(&self, origin: ike::Origin) -> &str {
        self.sources.locate(origin).map_or("", |place| place.text)
    }

    pub fn codes(&self) -> Vec<&str> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }

    pub fn unknown(&self) -> Vec<&str> {
        self.router.unknown.iter().map(|line| line.text.as_str()).collect()
    }
}

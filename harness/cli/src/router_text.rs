//! The texts of one router: files into a description, or what is wrong with them. Pairs of routers are read in `input`.

use std::fs;
use std::path::Path;

use ios::{Diagnostic, FileId, RouterDescription, Severity, Sources};

use crate::trouble::Trouble;

/// Reads a file and adds it to the sources.
pub fn read(sources: &mut Sources, path: &Path) -> Result<FileId, Trouble> {
    let bytes = fs::read(path).map_err(|error| Trouble::unreadable(path, &error))?;
    add(sources, path, &bytes)
}

/// Adds the bytes of a file to the sources.
pub fn add(sources: &mut Sources, path: &Path, bytes: &[u8]) -> Result<FileId, Trouble> {
    let name = path.display().to_string();
    sources.add(name, bytes).map_err(|diagnostic| Trouble::in_sources([&*diagnostic], &Sources::new()))
}

/// What the router's texts say; any error in them is trouble.
pub fn describe(sources: &mut Sources, files: &[FileId]) -> Result<RouterDescription, Trouble> {
    let (router, diagnostics) = ios::read(sources, files);
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
    if errors.is_empty() { Ok(router) } else { Err(Trouble::in_sources(errors, sources)) }
}

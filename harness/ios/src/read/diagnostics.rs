//! The findings of one reading, of which there is a most.

use crate::diagnostic::Diagnostic;
use crate::sources::Sources;

/// So many findings are kept; a text with more is no configuration.
const MOST: usize = 200;

/// What is wrong, in the order found.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    list: Vec<Diagnostic>,
    left_out: usize,
}

impl Diagnostics {
    /// Whether what is added is counted only.
    pub fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    /// Whether something with this code was found.
    pub fn have(&self, code: &str) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.code == code)
    }

    pub fn add(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            self.left_out += 1;
        } else {
            self.list.push(diagnostic);
        }
    }

    pub fn add_all(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.add(diagnostic));
    }

    /// The findings in text order, those without a place first.
    pub fn finish(mut self, sources: &Sources) -> Vec<Diagnostic> {
        self.list.sort_by_key(|diagnostic| {
            diagnostic.labels.first().and_then(|label| sources.position(label.origin))
        });
        if self.left_out > 0 {
            let message = format!("{} more findings are not listed", self.left_out);
            self.list.push(Diagnostic::note("too-many-findings", message));
        }
        self.list
    }
}

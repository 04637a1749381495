//! What is wrong with an input, for the person who gave it: where, and what to do about it.

use std::fmt;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use ike::Origin;

use crate::sources::Sources;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Cannot be used as it is.
    Error,
}

/// One finding about an input. The message stands alone; labels and help follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What it is, as a word that does not change: `unknown-trustpoint`.
    pub code: &'static str,
    /// One line.
    pub message: String,
    /// The places that it is about, the main one first.
    pub labels: Vec<Label>,
    /// What to do, one line each.
    pub help: Vec<String>,
}

/// A place that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub origin: Origin,
    /// What is said about it; may be empty.
    pub text: String,
}

/// How [`Diagnostic::render`] draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// ASCII without colours.
    Plain,
    /// ANSI colours; take them out again where the output is no terminal.
    Coloured,
}

impl Diagnostic {
    /// Something that cannot be used as it is.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// Something that is probably not meant.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Something worth knowing.
    #[must_use]
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// A finding of any severity.
    #[must_use]
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { severity, code, message, labels: Vec::new(), help: Vec::new() }
    }

    /// Adds a place. One that stands for a default is left out when rendered.
    #[must_use]
    pub fn at(mut self, origin: Origin, text: impl Into<String>) -> Self {
        self.labels.push(Label { origin, text: text.into() });
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The diagnostic as several lines of text without a line end: message, places with the source underlined, help.
    ///
    /// # Panics
    /// If a label is of other `sources`.
    #[must_use]
    pub fn render(&self, sources: &Sources, style: Style) -> String {
        let level = match self.severity {
            Severity::Note => Level::NOTE,
            Severity::Warning => Level::WARNING,
            Severity::Error => Level::ERROR,
        };
        let renderer = match style {
            Style::Plain => Renderer::plain(),
            Style::Coloured => Renderer::styled(),
        };
        let title = level.primary_title(self.message.as_str()).id(self.code);
        let group = Group::with_title(title)
            .elements(self.snippets(sources))
            .elements(self.help.iter().map(|help| Level::HELP.message(help.as_str())));
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }

    /// The labelled lines of each file with their underlining, the file of the main place first.
    fn snippets<'a>(
        &'a self,
        sources: &'a Sources,
    ) -> impl Iterator<Item = Snippet<'a, annotate_snippets::Annotation<'a>>> {
        let origins: Vec<Origin> = self.labels.iter().map(|label| label.origin).collect();
        sources.excerpts(&origins).into_iter().map(|excerpt| {
            let annotations = excerpt.spans.into_iter().map(|(index, span)| {
                let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                let text = self.labels[index].text.as_str();
                kind.span(span).label((!text.is_empty()).then_some(text))
            });
            Snippet::source(excerpt.text)
                .path(excerpt.name)
                .line_start(excerpt.first_line)
                .annotations(annotations.collect::<Vec<_>>())
        })
    }
}

/// The message alone.
impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(out, "{severity}[{}]: {}", self.code, self.message)
    }
}

impl std::error::Error for Diagnostic {}

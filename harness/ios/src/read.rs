//! From texts to a description: which output a line belongs to.

mod blob;
mod command;
mod configuration;
mod contents;
mod diagnostics;
mod draft;
mod line;
mod prompt;
mod references;
mod show;

use ike::Sourced;

use self::configuration::ConfigurationReader;
use self::diagnostics::Diagnostics;
use self::draft::Draft;
use self::line::{Line, Word};
use self::prompt::{Output, Prompt};
use self::show::certificates::{self, CertificatesReader};
use self::show::pem::PemReader;
use self::show::trustpoints::{self, TrustpointsReader};
use self::show::{clock, version};
use crate::description::{ClockTime, RouterDescription, UnreadOutput};
use crate::diagnostic::Diagnostic;
use crate::sources::{FileId, Sources};

/// Reads one router from its texts, in the order in which they are given.
///
/// Reading never fails: what cannot be read is said in the diagnostics, in text order, and what is left of the
/// description can be used.
///
/// # Panics
/// If a file is of other `sources`.
#[must_use]
pub fn read(sources: &mut Sources, files: &[FileId]) -> (RouterDescription, Vec<Diagnostic>) {
    let draft = Draft { router: RouterDescription::default(), sources, diagnostics: Diagnostics::default() };
    let mut session =
        Session { draft, names: Vec::new(), pem: PemReader::default(), current: Current::Nothing };
    for file in files {
        session.file(*file);
    }
    session.finish(files)
}

/// The reading of one router.
struct Session<'s> {
    draft: Draft<'s>,
    /// What prompts and `show version` call the router, each name once.
    names: Vec<Sourced<String>>,
    pem: PemReader,
    current: Current,
}

/// The output that the next line belongs to.
enum Current {
    /// None yet, or none any more: the line itself has to tell.
    Nothing,
    Configuration(ConfigurationReader),
    Certificates(Box<CertificatesReader>),
    Trustpoints(Box<TrustpointsReader>),
    Clock,
    Version,
    Pem,
    /// One that is not read.
    Unread(UnreadOutput),
}

impl Session<'_> {
    fn file(&mut self, file: FileId) {
        let (text, lines) = self.draft.sources.lines(file);
        for (number, bytes) in lines.into_iter().enumerate() {
            let after = text.get(bytes.end + 1..).unwrap_or_default();
            self.line(Line { file, number, start: bytes.start, text: &text[bytes], after });
        }
        self.end_output();
        self.pem.finish(&mut self.draft.diagnostics);
    }

    fn line(&mut self, line: Line<'_>) {
        if let Current::Configuration(reader) = &mut self.current
            && reader.is_in_banner()
        {
            return reader.line(&mut self.draft, line);
        }
        if self.pem.line(&mut self.draft, line) {
            return;
        }
        if let Some(prompt) = Prompt::parse(line) {
            return self.prompt(&prompt);
        }
        if self.announces_output(line) {
            return;
        }
        match &mut self.current {
            Current::Configuration(reader) => reader.line(&mut self.draft, line),
            Current::Certificates(reader) => reader.line(&mut self.draft, line),
            Current::Trustpoints(reader) => reader.line(&mut self.draft, line),
            Current::Clock => clock::line(&mut self.draft, line),
            Current::Version => {
                if let Some(name) = version::line(&mut self.draft, line) {
                    self.add_name(name);
                }
            }
            Current::Unread(output) => output.lines += u32::from(!line.text.trim().is_empty()),
            Current::Nothing | Current::Pem => {}
        }
    }

    /// Begins the output of the command that is typed at a prompt.
    fn prompt(&mut self, prompt: &Prompt<'_>) {
        let line = prompt.command;
        let hostname = self.draft.sourced_word(&prompt.hostname, line);
        self.add_name(hostname);
        let mut words = line.words();
        let is_done = words.first().is_some_and(|word| word.text == "do");
        let is_export = prompt::output(&words) == Some(Output::CertificatesInPem);
        if prompt.configures && !is_done && !is_export {
            if !matches!(self.current, Current::Configuration(_)) {
                self.begin(Current::Configuration(ConfigurationReader::default()));
            }
            if let Current::Configuration(reader) = &mut self.current {
                reader.line(&mut self.draft, line);
            }
            return;
        }
        if is_done {
            words.remove(0);
        }
        if words.is_empty() {
            return self.begin(Current::Nothing);
        }
        self.typed(line, &words);
    }

    /// Begins the output of a command.
    fn typed(&mut self, line: Line<'_>, words: &[Word<'_>]) {
        let output = prompt::output(words);
        if output == Some(Output::CertificatesInPem)
            && let [crypto, _, _, trustpoint, ..] = words
            && crypto.text.starts_with("cr")
        {
            self.pem.trustpoint = Some(self.draft.sourced_word(trustpoint, line));
        }
        let current = match output {
            Some(output) => Current::new(output),
            None => {
                let command = self.draft.sourced_word(&line.trimmed(), line);
                Current::Unread(UnreadOutput { command: command.value, origin: command.origin, lines: 0 })
            }
        };
        self.begin(current);
    }

    /// Whether a line without a prompt begins another output and is used up by that; or it begins one and is the first
    /// line of it.
    fn announces_output(&mut self, line: Line<'_>) -> bool {
        if line.text.starts_with([' ', '\t']) || line.text.is_empty() {
            if matches!(self.current, Current::Nothing) && !line.text.trim().is_empty() {
                self.begin(Current::Configuration(ConfigurationReader::default()));
            }
            return false;
        }
        let words = line.words();
        if let [dashes, command @ .., more_dashes] = words.as_slice()
            && [dashes, more_dashes].iter().all(|word| word.text.starts_with("-----"))
            && command.first().is_some_and(|word| word.text == "show")
        {
            // `show tech-support` prints the outputs of many commands under such headings.
            self.typed(line, command);
            return true;
        }
        // No command of a configuration is called so.
        let is_show = words[0].text == "show" && words.len() > 1;
        if is_show || (words[0].text.starts_with("sh") && prompt::output(&words).is_some()) {
            self.typed(line, &words);
            return true;
        }
        let current = match &self.current {
            Current::Certificates(_) if certificates::heading(line).is_some() => return false,
            Current::Trustpoints(_) if trustpoints::heading(line).is_some() => return false,
            Current::Unread(_) => return false,
            _ if certificates::heading(line).is_some() => Current::Certificates(Box::default()),
            _ if trustpoints::heading(line).is_some() => Current::Trustpoints(Box::default()),
            Current::Configuration(_) => return false,
            Current::Version
            | Current::Clock
            | Current::Certificates(_)
            | Current::Trustpoints(_)
            | Current::Pem
                if !ConfigurationReader::knows(line) =>
            {
                return false;
            }
            Current::Nothing if version::is_heading(line) => Current::Version,
            Current::Nothing if ClockTime::parse(line.text).is_some() => Current::Clock,
            _ => Current::Configuration(ConfigurationReader::default()),
        };
        self.begin(current);
        false
    }

    fn begin(&mut self, current: Current) {
        self.end_output();
        self.current = current;
    }

    fn end_output(&mut self) {
        match std::mem::replace(&mut self.current, Current::Nothing) {
            Current::Configuration(reader) => reader.finish(&mut self.draft),
            Current::Certificates(reader) => reader.finish(&mut self.draft),
            Current::Trustpoints(reader) => reader.finish(&mut self.draft),
            Current::Unread(output) if output.lines > 0 => self.draft.router.unread.push(output),
            Current::Unread(_) | Current::Nothing | Current::Clock | Current::Version | Current::Pem => {}
        }
    }

    fn add_name(&mut self, name: Sourced<String>) {
        /// More than one is an error already.
        const MOST: usize = 10;
        if self.names.len() < MOST && self.names.iter().all(|known| known.value != name.value) {
            self.names.push(name);
        }
    }

    fn finish(self, files: &[FileId]) -> (RouterDescription, Vec<Diagnostic>) {
        let Draft { mut router, sources, mut diagnostics } = self.draft;
        let names: Vec<&str> = files.iter().map(|file| sources.name(*file)).collect();
        diagnostics.add_all(contents::check(&router, &names.join(", ")));
        references::check_names(&mut router, &self.names, &mut diagnostics);
        references::check(&router, &mut diagnostics);
        contents::report_unread(&router, &mut diagnostics);
        contents::report_unknown(&router, &mut diagnostics);
        (router, diagnostics.finish(sources))
    }
}

impl Current {
    fn new(output: Output) -> Self {
        match output {
            Output::Configuration => Self::Configuration(ConfigurationReader::default()),
            Output::Certificates => Self::Certificates(Box::default()),
            Output::CertificatesInPem => Self::Pem,
            Output::Trustpoints => Self::Trustpoints(Box::default()),
            Output::Clock => Self::Clock,
            Output::Version => Self::Version,
        }
    }
}

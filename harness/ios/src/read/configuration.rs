//! Running configurations: which section a line belongs to, by what each section knows.
//!
//! Indentation is not needed: a line belongs to the innermost open section that knows it, else to the configuration as
//! a whole. Where there is indentation, it tells how far a section goes whose lines nobody here knows.

mod access_lists;
mod chains;
mod global;
mod ignored;
mod ikev2;
mod interfaces;
mod ipsec;
mod isakmp;
mod maps;
mod trustpoints;

use crypto::HashAlgorithm;

use super::blob::HexBlob;
use super::command::{Command, Statement, find};
use super::diagnostics::Diagnostics;
use super::draft::Draft;
use super::line::{Line, Word};
use crate::description::RouterDescription;
use crate::diagnostic::Diagnostic;
use crate::sources::Sources;

/// Hash algorithms as IKEv1 and IKEv2 write them.
const HASHES: &[(&str, HashAlgorithm)] = &[
    ("md5", HashAlgorithm::Md5),
    ("sha", HashAlgorithm::Sha1),
    ("sha1", HashAlgorithm::Sha1),
    ("sha256", HashAlgorithm::Sha256),
    ("sha384", HashAlgorithm::Sha384),
    ("sha512", HashAlgorithm::Sha512),
];

/// What follows a command.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Next {
    /// More lines of the same section.
    #[default]
    SameSection,
    /// The lines of a section that the command opens.
    Section(Section),
    /// A certificate in hexadecimal digits up to `quit`: the last one of the chain.
    Certificate,
    /// The lines of the last peer of the keyring.
    KeyringPeer,
    /// Something up to `quit` that is of no interest.
    UntilQuit,
    /// The text of a banner up to this delimiter.
    Banner(String),
    /// Anything: the handler could make nothing of the line after all.
    NotUnderstood,
}

/// A part of the description that is open for more lines, by its position in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Trustpoint(usize),
    Chain(usize),
    CertificateMap(usize),
    IsakmpPolicy(usize),
    IsakmpProfile(usize),
    Keyring(usize),
    TransformSet(usize),
    IpsecProfile(usize),
    CryptoMap(usize),
    Interface(usize),
    AccessList(usize),
    Ikev2Proposal(usize),
    Ikev2Policy(usize),
    Ikev2Keyring(usize),
    /// The last peer of a keyring.
    Ikev2KeyringPeer(usize),
    Ikev2Profile(usize),
    /// Without bearing on negotiations.
    Ignored,
    /// Known to nobody here.
    Unknown {
        bears_on_tunnels: bool,
    },
}

impl Section {
    /// Whether the lines of the section decide about tunnels.
    const fn bears_on_tunnels(self) -> bool {
        match self {
            Self::Ignored | Self::Interface(_) | Self::AccessList(_) => false,
            Self::Unknown { bears_on_tunnels } => bears_on_tunnels,
            _ => true,
        }
    }
}

/// A section that is open, and how far its first line is indented.
#[derive(Clone, Copy, Debug)]
struct Open {
    section: Section,
    indentation: usize,
}

/// Lines that are no commands, and what they amount to.
#[derive(Debug)]
enum Collecting {
    Certificate { blob: HexBlob, chain: usize },
    UntilQuit,
    Banner(String),
}

/// Reads the lines of one running configuration.
#[derive(Debug, Default)]
pub(super) struct ConfigurationReader {
    /// Whether the lines of sections are indented, as far as can be seen.
    indented: bool,
    /// The innermost last.
    open: Vec<Open>,
    /// A line with nothing but `!` stands between here and the open sections: they go on only if the configuration as
    /// a whole does not know the next line.
    separated: bool,
    collecting: Option<Collecting>,
}

/// What was made of a line.
enum Outcome {
    Understood(Next),
    WithoutBearing,
}

impl ConfigurationReader {
    /// Whether the next lines are a banner, in which anything may stand.
    pub fn is_in_banner(&self) -> bool {
        matches!(self.collecting, Some(Collecting::Banner(_)))
    }

    /// Whether the configuration as a whole knows a line: it is then no line of another output.
    pub fn knows(line: Line<'_>) -> bool {
        let words = line.words();
        line.text.starts_with('!') || find(global::COMMANDS, &words).is_some()
    }

    /// Takes the next line.
    pub fn line(&mut self, draft: &mut Draft<'_>, line: Line<'_>) {
        if self.collect(draft, line) {
            return;
        }
        let text = line.text.trim();
        if text.is_empty() {
            return;
        }
        if text.starts_with('!') {
            // A comment separates nothing.
            self.separated |= text == "!";
            return;
        }
        let mut words = line.words();
        if let Some(comment) = words.iter().position(|word| word.text.starts_with('!')) {
            words.truncate(comment);
        }
        match words.as_slice() {
            [word] if word.text == "exit" => drop(self.open.pop()),
            [word] if word.text == "end" => self.open.clear(),
            words => self.command(&mut Attempt { draft, line, words }),
        }
        self.separated = false;
    }

    /// Says what is missing at the end of the output.
    pub fn finish(self, draft: &mut Draft<'_>) {
        if let Some(Collecting::Certificate { blob, chain }) = self.collecting {
            chains::finish(draft, chain, blob, false);
        }
    }

    /// Takes a line that is no command. `false` if it is one.
    fn collect(&mut self, draft: &mut Draft<'_>, line: Line<'_>) -> bool {
        let is_quit = line.text.trim() == "quit";
        let done = match &mut self.collecting {
            None => return false,
            Some(Collecting::Banner(delimiter)) => line.text.contains(delimiter.as_str()),
            Some(Collecting::UntilQuit) => is_quit,
            Some(Collecting::Certificate { blob, .. }) => {
                if !is_quit && (blob.takes(line) || !Self::ends_certificate(line)) {
                    blob.add(draft, line);
                    return true;
                }
                true
            }
        };
        if !done {
            return true;
        }
        match self.collecting.take() {
            Some(Collecting::Certificate { blob, chain }) => {
                chains::finish(draft, chain, blob, is_quit);
                is_quit
            }
            _ => true,
        }
    }

    /// Whether a line among the digits of a certificate shows that its end was forgotten.
    fn ends_certificate(line: Line<'_>) -> bool {
        Self::knows(line) || find(chains::COMMANDS, &line.words()).is_some()
    }

    fn command(&mut self, attempt: &mut Attempt<'_, '_, '_>) {
        if let Some(section) = self.claims_by_indentation(attempt.line) {
            self.indented = true;
            return match section {
                Section::Ignored => attempt.draft.ignore(attempt.line),
                _ => self.unknown(attempt),
            };
        }
        // The number of open sections that are left if the line is understood there; 0 is the whole configuration.
        let innermost_first = (1..=self.open.len()).rev();
        let understood = if self.separated {
            [0].into_iter().chain(innermost_first).find_map(|left| self.try_at(left, attempt))
        } else {
            innermost_first.chain([0]).find_map(|left| self.try_at(left, attempt))
        };
        let Some((left, outcome)) = understood else { return self.unknown(attempt) };
        self.open.truncate(left);
        if let Some(open) = self.open.last() {
            self.indented = attempt.line.indentation() > open.indentation;
        }
        match outcome {
            Outcome::Understood(next) => self.follow(next, attempt),
            Outcome::WithoutBearing => attempt.draft.ignore(attempt.line),
        }
    }

    /// The innermost section, if nobody knows what its lines are and this one is indented as one of them.
    fn claims_by_indentation(&self, line: Line<'_>) -> Option<Section> {
        let open = self.open.last()?;
        let is_dark = matches!(open.section, Section::Ignored | Section::Unknown { .. });
        (is_dark && line.indentation() > open.indentation).then_some(open.section)
    }

    /// Tries a line in the innermost of the first `left` open sections, or in the whole configuration.
    fn try_at(&self, left: usize, attempt: &mut Attempt<'_, '_, '_>) -> Option<(usize, Outcome)> {
        let outcome = match left.checked_sub(1).map(|innermost| self.open[innermost].section) {
            None => attempt.globally()?,
            Some(Section::Ignored) if self.swallows(attempt.words) => Outcome::WithoutBearing,
            Some(section) => attempt.within(section)?,
        };
        Some((left, outcome))
    }

    /// Whether a line belongs to a section without bearing because nothing else knows it, for want of indentation.
    fn swallows(&self, words: &[Word<'_>]) -> bool {
        !self.indented
            && (ignored::is_line_of_section(words)
                || (!self.separated && find(global::COMMANDS, words).is_none() && !ignored::is_known(words)))
    }

    /// Prepares for what a command announces.
    fn follow(&mut self, next: Next, attempt: &mut Attempt<'_, '_, '_>) {
        let line = attempt.line;
        match next {
            Next::SameSection | Next::NotUnderstood => {}
            Next::Section(section) => self.open.push(Open { section, indentation: line.indentation() }),
            Next::Certificate => {
                if let Some(Open { section: Section::Chain(chain), .. }) = self.open.last() {
                    self.collecting =
                        Some(Collecting::Certificate { blob: HexBlob::default(), chain: *chain });
                }
            }
            Next::KeyringPeer => {
                if let Some(Open { section: Section::Ikev2Keyring(at), .. }) = self.open.last() {
                    let section = Section::Ikev2KeyringPeer(*at);
                    self.open.push(Open { section, indentation: line.indentation() });
                }
            }
            Next::UntilQuit if ends_soon(line, "quit") => self.collecting = Some(Collecting::UntilQuit),
            Next::UntilQuit => {}
            Next::Banner(delimiter) if ends_soon(line, &delimiter) => {
                self.collecting = Some(Collecting::Banner(delimiter));
            }
            Next::Banner(delimiter) => {
                let message = format!("the banner has no end: there is no other `{delimiter}`");
                let diagnostic = Diagnostic::warning("endless-banner", message);
                let diagnostic = diagnostic.at(attempt.draft.mark(line), "");
                attempt.draft.diagnostics.add(diagnostic);
            }
        }
    }

    fn unknown(&mut self, attempt: &mut Attempt<'_, '_, '_>) {
        let line = attempt.line;
        let innermost = self.open.last().copied();
        let is_inner = match innermost {
            Some(open) if line.indentation() > open.indentation => true,
            Some(_) => !self.indented && !self.separated,
            None => false,
        };
        let is_about_tunnels = ignored::begins_with_any(attempt.words, &["crypto", "tunnel"]);
        let within = innermost.filter(|_| is_inner).is_some_and(|open| open.section.bears_on_tunnels());
        let bears_on_tunnels = is_about_tunnels || within;
        attempt.draft.unknown(line, bears_on_tunnels);
        // The sections around stay open: without indentation their lines may go on after this one.
        if !is_inner {
            self.open.pop_if(|open| matches!(open.section, Section::Unknown { .. }));
            let section = Section::Unknown { bears_on_tunnels };
            self.open.push(Open { section, indentation: line.indentation() });
        }
    }
}

/// Whether a banner that begins on a line has an end within the length of a banner.
fn ends_soon(line: Line<'_>, delimiter: &str) -> bool {
    const LONGEST_BANNER: usize = 64 * 1024;
    let length = line.after.floor_char_boundary(LONGEST_BANNER);
    line.after[..length].contains(delimiter)
}

/// A line that is tried in one section after the other.
struct Attempt<'a, 'l, 's> {
    draft: &'a mut Draft<'s>,
    line: Line<'l>,
    words: &'a [Word<'l>],
}

/// A line and what its handlers need.
struct Input<'a, 'l> {
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
    line: Line<'l>,
    words: &'a [Word<'l>],
}

impl<'l> Attempt<'_, 'l, '_> {
    /// The description apart from what else handlers need.
    const fn split(&mut self) -> (&mut RouterDescription, Input<'_, 'l>) {
        let Draft { router, sources, diagnostics } = self.draft;
        (router, Input { sources, diagnostics, line: self.line, words: self.words })
    }

    fn globally(&mut self) -> Option<Outcome> {
        let (router, mut input) = self.split();
        if let Some(outcome) = run(global::COMMANDS, &[], router, &mut input) {
            return Some(outcome);
        }
        match ignored::kind(self.words)? {
            ignored::Kind::Line => Some(Outcome::WithoutBearing),
            ignored::Kind::Section => {
                self.draft.ignore(self.line);
                Some(Outcome::Understood(Next::Section(Section::Ignored)))
            }
            ignored::Kind::Text(delimiter) => {
                self.draft.ignore(self.line);
                Some(Outcome::Understood(Next::Banner(delimiter)))
            }
        }
    }

    fn within(&mut self, section: Section) -> Option<Outcome> {
        let (router, ref mut input) = self.split();
        match section {
            Section::Trustpoint(at) => {
                run(trustpoints::COMMANDS, trustpoints::WITHOUT_BEARING, &mut router.trustpoints[at], input)
            }
            Section::Chain(at) => run(chains::COMMANDS, &[], &mut router.chains[at], input),
            Section::CertificateMap(at) => run(maps::COMMANDS, &[], &mut router.certificate_maps[at], input),
            Section::IsakmpPolicy(at) => run(isakmp::POLICY, &[], &mut router.isakmp.policies[at], input),
            Section::IsakmpProfile(at) => {
                let profile = &mut router.isakmp.profiles[at];
                run(isakmp::PROFILE, isakmp::PROFILE_WITHOUT_BEARING, profile, input)
            }
            Section::Keyring(at) => {
                run(isakmp::KEYRING, isakmp::KEYRING_WITHOUT_BEARING, &mut router.isakmp.keyrings[at], input)
            }
            Section::TransformSet(at) => {
                run(ipsec::TRANSFORM_SET, &[], &mut router.transform_sets[at], input)
            }
            Section::IpsecProfile(at) => {
                let settings = &mut router.ipsec_profiles[at].settings;
                run(ipsec::SETTINGS, ipsec::WITHOUT_BEARING, settings, input)
            }
            Section::CryptoMap(at) => {
                let entry = &mut router.crypto_maps[at];
                run(ipsec::CRYPTO_MAP, &[], entry, input)
                    .or_else(|| run(ipsec::SETTINGS, ipsec::WITHOUT_BEARING, &mut entry.settings, input))
            }
            Section::Interface(at) => {
                run(interfaces::COMMANDS, interfaces::WITHOUT_BEARING, &mut router.interfaces[at], input)
            }
            Section::AccessList(at) => {
                run(access_lists::COMMANDS, &["remark"], &mut router.access_lists[at], input)
            }
            Section::Ikev2Proposal(at) => run(ikev2::PROPOSAL, &[], &mut router.ikev2.proposals[at], input),
            Section::Ikev2Policy(at) => run(ikev2::POLICY, &[], &mut router.ikev2.policies[at], input),
            Section::Ikev2Keyring(at) => run(ikev2::KEYRING, &[], &mut router.ikev2.keyrings[at], input),
            Section::Ikev2KeyringPeer(at) => {
                let peer = router.ikev2.keyrings[at].peers.last_mut()?;
                run(ikev2::KEYRING_PEER, &["description"], peer, input)
            }
            Section::Ikev2Profile(at) => {
                run(ikev2::PROFILE, ikev2::PROFILE_WITHOUT_BEARING, &mut router.ikev2.profiles[at], input)
            }
            Section::Ignored | Section::Unknown { .. } => None,
        }
    }
}

/// Tries a line in one table, and in the list of beginnings that have no bearing there.
fn run<T>(
    table: &[Command<T>],
    without_bearing: &[&str],
    thing: &mut T,
    input: &mut Input<'_, '_>,
) -> Option<Outcome> {
    if let Some((command, values)) = find(table, input.words) {
        let mut statement = Statement::new(input.sources, input.diagnostics, input.line, input.words, values);
        (command.apply)(thing, &mut statement);
        return match statement.next {
            Next::NotUnderstood => None,
            next => Some(Outcome::Understood(next)),
        };
    }
    ignored::begins_with_any(input.words, without_bearing).then_some(Outcome::WithoutBearing)
}

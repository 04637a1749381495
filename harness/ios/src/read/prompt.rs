//! Prompts in a saved session, and the commands typed at them.

use super::line::{Line, Word};

/// A line that begins with a prompt.
#[derive(Debug)]
pub(super) struct Prompt<'a> {
    /// The host name, which prompts show shortened to twenty characters.
    pub hostname: Word<'a>,
    /// Whether configuration commands are typed at it: `R1(config-isakmp)#`.
    pub configures: bool,
    /// What is typed.
    pub command: Line<'a>,
}

/// The outputs that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    Configuration,
    Certificates,
    CertificatesInPem,
    Trustpoints,
    Clock,
    Version,
}

/// What is typed for each output. Capital letters are the least that IOS takes for a word.
const COMMANDS: &[(&str, Output)] = &[
    ("SHow RUnning-config", Output::Configuration),
    ("SHow STARTup-config", Output::Configuration),
    ("SHow CONFiguration", Output::Configuration),
    ("WRite Terminal", Output::Configuration),
    ("MORE NVRAM:STARTUP-CONFIG", Output::Configuration),
    ("MORE SYSTEM:RUNNING-CONFIG", Output::Configuration),
    ("SHow CRypto Pki CErtificates PEm", Output::CertificatesInPem),
    ("SHow CRypto Pki CErtificates", Output::Certificates),
    ("SHow CRypto CA CErtificates", Output::Certificates),
    ("SHow CRypto Pki TRUSTPOInts", Output::Trustpoints),
    ("SHow CRypto CA TRUSTPOInts", Output::Trustpoints),
    ("SHow CLock", Output::Clock),
    ("SHow VERsion", Output::Version),
    ("CRypto Pki EXport", Output::CertificatesInPem),
    ("CRypto CA EXport", Output::CertificatesInPem),
];

/// Host names have at most 63 characters (RFC 1035 2.3.4).
const LONGEST_HOSTNAME: usize = 63;

impl<'a> Prompt<'a> {
    /// Reads `R1#show clock`, `R1>`, `R1(config-if)# shutdown`.
    pub fn parse(line: Line<'a>) -> Option<Self> {
        let end = line.text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'))?;
        let name = &line.text[..end];
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || end > LONGEST_HOSTNAME {
            return None;
        }
        let hostname = Word { text: name, bytes: line.start..line.start + end };
        let after = line.from(end);
        if let Some(mode) = after.text.strip_prefix("(") {
            let close = mode.find(")#")?;
            if !mode[..close].chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return None;
            }
            let configures = mode.starts_with("config") || mode.starts_with("ca-") || mode.starts_with("cs-");
            let command = after.from(1 + close + 2);
            return Some(Self { hostname, configures, command: command.from(command.indentation()) });
        }
        let is_executive = |command: Line<'_>| {
            command.text.trim().is_empty() || output(&command.words()).is_some() || is_enable(command)
        };
        match after.text.chars().next()? {
            '#' => Some(Self { hostname, configures: false, command: after.from(1) }),
            // Other things than prompts have this character in them.
            '>' if is_executive(after.from(1)) => {
                Some(Self { hostname, configures: false, command: after.from(1) })
            }
            _ => None,
        }
    }
}

fn is_enable(command: Line<'_>) -> bool {
    matches!(command.text.trim(), "en" | "ena" | "enab" | "enabl" | "enable" | "exit" | "logout")
        || command.text.trim_start().starts_with("sh")
}

/// The output of a command, if it is one that is read. What stands behind a `|` is no part of the command.
pub(super) fn output(words: &[Word<'_>]) -> Option<Output> {
    let words = words.split(|word| word.text.starts_with('|')).next().unwrap_or_default();
    COMMANDS.iter().find(|(pattern, _)| types(pattern, words)).map(|(_, output)| *output)
}

/// Whether these words, shortened as IOS allows, are those of `pattern` and perhaps more.
fn types(pattern: &str, words: &[Word<'_>]) -> bool {
    let mut words = words.iter();
    pattern.split(' ').all(|full| {
        let least = full.chars().take_while(|c| !c.is_ascii_lowercase()).count();
        words.next().is_some_and(|word| {
            word.text.len() >= least
                && full.get(..word.text.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.text))
        })
    })
}

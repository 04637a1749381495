//! The rules of `RULES.md`, read into values: for `ikespec explain`, for reports that cite a rule, and for the tests that
//! hold the code to its citations.
//!
//! What a rule demands is decided elsewhere; here it has words only.

use std::fmt;
use std::sync::LazyLock;

/// Every rule, in the order of the document.
#[must_use]
pub fn all() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        parse(model::RULES).expect("RULES.md is part of the program and a test reads all of it")
    });
    &RULES
}

/// The rule with this id. Case does not matter, and `_` or a space may stand for `-`.
///
/// ```
/// let rule = conformance::rules::find("v1_sel_1")?;
/// assert_eq!(rule.id, "V1-SEL-1");
/// let nearest = conformance::rules::find("V1-SELL-1x").unwrap_err().nearest;
/// assert_eq!(nearest.unwrap().id, "V1-SEL-1");
/// # Ok::<(), conformance::rules::UnknownRule>(())
/// ```
///
/// # Errors
/// No rule has the id; the error knows the rule whose id is nearest, if any is near.
pub fn find(id: &str) -> Result<&'static Rule, UnknownRule> {
    let wanted = id.trim().to_ascii_uppercase().replace(['_', ' '], "-");
    all().iter().find(|rule| rule.id == wanted).ok_or_else(|| UnknownRule {
        id: id.to_owned(),
        nearest: all()
            .iter()
            .map(|rule| (strsim::damerau_levenshtein(&rule.id, &wanted), rule))
            .min_by_key(|&(distance, _)| distance)
            .filter(|&(distance, _)| distance <= 2)
            .map(|(_, rule)| rule),
    })
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The id by which everything cites it: `V1-SEL-1`.
    pub id: String,
    /// Its heading, one line without a full stop.
    pub title: String,
    /// What it says: Markdown paragraphs, lines broken as in the document.
    pub text: String,
    /// Whether a public source says so.
    pub status: Status,
    /// The public page, with its section, or the section of an RFC.
    pub source: String,
    /// The folder of `corpus/scenarios/` that shows it.
    pub scenario: Option<String>,
    /// How much of it exists here.
    pub built: Built,
}

/// Whether a rule is known or read into what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// A public source prints it, in a sentence, a log or a capture.
    Documented,
    /// No source prints it; the text is the reading that is implemented.
    Inferred,
    /// Documented, but for the part described here.
    Partly {
        /// What no source prints.
        inferred: String,
    },
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documented => formatter.write_str("documented"),
            Self::Inferred => formatter.write_str("inferred"),
            Self::Partly { inferred } => write!(formatter, "partly documented; inferred: {inferred}"),
        }
    }
}

/// How much of a rule exists here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Built {
    /// All of it.
    Yes,
    /// The part described here.
    Partly(String),
    /// None of it.
    No,
}

impl fmt::Display for Built {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Yes => "yes",
            Self::Partly(part) => part,
            Self::No => "no",
        })
    }
}

/// No rule has this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// The id as it was given.
    pub id: String,
    /// The rule that was probably meant.
    pub nearest: Option<&'static Rule>,
}

impl fmt::Display for UnknownRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there is no rule `{}`", self.id)?;
        match self.nearest {
            Some(rule) => write!(formatter, "; did you mean {} ({})?", rule.id, rule.title),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownRule {}

/// The ids of rules that `text` mentions, in its order and as often as they occur there; they need not exist.
///
/// An id is what looks like one of a known family: `ORD-1`, `V1-SEL-2`, `V2-STEP-1`, `ADV-3`, `DEF-1`, `WIRE-1`.
pub fn cited(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .map(|word| word.trim_matches('-'))
        .filter(|word| is_rule_id(word))
}

fn is_rule_id(word: &str) -> bool {
    let Some((family, number)) = word.rsplit_once('-') else { return false };
    let known = match family.split_once('-') {
        None => matches!(family, "ORD" | "ADV" | "DEF" | "WIRE"),
        Some((version, topic)) => {
            matches!(version, "V1" | "V2") && topic.bytes().all(|byte| byte.is_ascii_uppercase())
        }
    };
    known && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is wrong with a rules document, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for Malformed {}

/// Reads a rules document: every heading of the third level is a rule, and everything outside of rules is prose.
///
/// # Errors
/// A rule has no id, no text or a wrong field, lacks a field, or has the id of another rule.
pub fn parse(document: &str) -> Result<Vec<Rule>, Malformed> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut lines = document.lines().enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        let Some(heading) = line.strip_prefix("### ") else { continue };
        let mut body = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| !is_heading(line)) {
            body.push(line);
        }
        let rule = parse_rule(heading, &body).map_err(|reason| Malformed { line: index + 1, reason })?;
        if rules.iter().any(|other| other.id == rule.id) {
            return Err(Malformed { line: index + 1, reason: format!("{} is defined twice", rule.id) });
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn is_heading(line: &str) -> bool {
    line.starts_with('#') && line.trim_start_matches('#').starts_with(' ')
}

fn parse_rule(heading: &str, body: &[&str]) -> Result<Rule, String> {
    let (id, title) = heading.split_once(": ").ok_or("a rule's heading is `### ID: title`")?;
    if !is_rule_id(id) {
        return Err(format!("`{id}` is no rule id of a known family"));
    }
    let start = body.iter().position(|line| field(line).is_some()).unwrap_or(body.len());
    let (text, fields) = body.split_at(start);
    let text = text.join("\n").trim().to_owned();
    if text.is_empty() {
        return Err(format!("{id} says nothing"));
    }

    let mut fields = Fields::read(fields)?;
    let rule = Rule {
        status: parse_status(&fields.take("Status").ok_or_else(|| format!("{id} has no status"))?)?,
        source: fields.take("Source").ok_or_else(|| format!("{id} has no source"))?,
        built: parse_built(
            fields.take("Built").ok_or_else(|| format!("{id} does not say whether it is built"))?,
        ),
        scenario: fields.take("Scenario"),
        id: id.to_owned(),
        title: title.to_owned(),
        text,
    };
    match fields.0.first() {
        Some((name, _)) => Err(format!("{id} has the field {name} twice")),
        None => Ok(rule),
    }
}

fn parse_status(value: &str) -> Result<Status, String> {
    match value {
        "documented" => Ok(Status::Documented),
        "inferred" => Ok(Status::Inferred),
        _ => match value.strip_prefix("partly; inferred: ") {
            Some(inferred) => Ok(Status::Partly { inferred: inferred.to_owned() }),
            None => {
                Err(format!("the status `{value}` is none of documented, inferred, `partly; inferred: ...`"))
            }
        },
    }
}

fn parse_built(value: String) -> Built {
    match value.as_str() {
        "yes" => Built::Yes,
        "no" => Built::No,
        _ => Built::Partly(value),
    }
}

/// The fields of one rule that have not been taken yet, in the order of the document.
struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Reads `- Name: value` lines; an indented line continues the one above.
    fn read(lines: &[&str]) -> Result<Self, String> {
        let mut fields: Vec<(&'static str, String)> = Vec::new();
        for line in lines.iter().filter(|line| !line.is_empty()) {
            match (field(line), fields.last_mut()) {
                (Some((name, value)), _) => fields.push((name, value.to_owned())),
                (None, Some((_, value))) if line.starts_with(' ') => {
                    if !value.is_empty() {
                        value.push(' ');
                    }
                    value.push_str(line.trim());
                }
                _ => return Err(format!("`{line}` stands among the fields and is none")),
            }
        }
        Ok(Self(fields))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let index = self.0.iter().position(|(other, _)| *other == name)?;
        Some(self.0.remove(index).1)
    }
}

/// Reads the first line of a field.
fn field(line: &str) -> Option<(&'static str, &str)> {
    ["Status", "Source", "Built", "Scenario"].into_iter().find_map(|name| {
        let value = line.strip_prefix("- ")?.strip_prefix(name)?.strip_prefix(':')?;
        Some((name, value.trim_start()))
    })
}

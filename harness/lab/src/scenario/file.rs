//! `scenario.toml`, as it is written.
//!
//! Each value becomes what it means while it is read, so that what is wrong is reported at its place.

use std::collections::BTreeMap;
use std::time::Duration;

use crypto::HashAlgorithm;
use ike::{FailureCode, MessageName, Rule};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::value::{Datetime, Offset};
use x509_cert::der;

use super::{
    CertificateChange, Expectation, ExpectedFailure, ExpectedOutcome, Inability, RevocationListState,
    RouterText, Scenario, ScenarioError, Settings,
};
use crate::clock::Instant;
use crate::keys::ModulusBits;
use crate::link::LinkSettings;
use crate::link::faults::Percent;
use crate::side::Pair;

/// Reads the text of the file called `file`.
pub(super) fn read(file: &str, text: &str) -> Result<Description, ScenarioError> {
    toml::from_str(text).map_err(|error| ScenarioError::at(file, text, error.span(), error.message()))
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    title: String,
    source: Option<String>,
    #[serde(default)]
    completed: Vec<String>,
    at: Option<Moment>,
    #[serde(default)]
    lab: Lab,
    #[serde(default)]
    expect: Vec<Checked>,
}

/// What differs from the defaults of [`Settings`].
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Lab {
    seed: Option<u64>,
    ca_key_bits: Option<Bits>,
    router_key_bits: Option<Bits>,
    signature_hash: Option<Hash>,
    key_usage_critical: Option<bool>,
    #[serde(default)]
    link: LinkText,
    #[serde(default)]
    revocation_list: BTreeMap<String, RevocationListText>,
    #[serde(default)]
    certificate: Vec<CertificateText>,
    #[serde(default)]
    unable: BTreeMap<String, Vec<InabilityText>>,
}

/// What differs from the defaults of [`LinkSettings`].
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LinkText {
    latency_ms: Option<u32>,
    loss_percent: Option<PercentText>,
    #[serde(default)]
    lose: Vec<u64>,
    duplication_percent: Option<PercentText>,
    reordering_percent: Option<PercentText>,
    hold_ms: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "state")]
enum RevocationListText {
    Fresh {
        #[serde(default)]
        revoked: Vec<String>,
    },
    Stale,
    Missing,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CertificateText {
    router: String,
    trustpoint: String,
    version: Option<VersionText>,
    signature_hash: Option<Hash>,
    key_bits: Option<Bits>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectationText {
    from: String,
    outcome: OutcomeText,
    failure: Option<FailureText>,
    #[serde(default)]
    certificates: BTreeMap<String, String>,
    #[serde(default)]
    rules: Vec<RuleText>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OutcomeText {
    Up,
    NoChildSa,
    Failed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureText {
    message: MessageText,
    router: String,
    code: CodeText,
}

/// An [`Expectation`] whose outcome and failure agree.
#[derive(Debug, Deserialize)]
#[serde(try_from = "ExpectationText")]
struct Checked(Expectation);

impl TryFrom<ExpectationText> for Checked {
    type Error = &'static str;

    fn try_from(text: ExpectationText) -> Result<Self, Self::Error> {
        let failure = text.failure.map(|failure| ExpectedFailure {
            message: failure.message.0,
            router: failure.router,
            code: failure.code.0,
        });
        let outcome = match (text.outcome, failure) {
            (OutcomeText::Up, None) => ExpectedOutcome::Up,
            (OutcomeText::Up, Some(_)) => return Err("what is up has no `failure`"),
            (OutcomeText::NoChildSa, Some(failure)) => ExpectedOutcome::NoChildSa(failure),
            (OutcomeText::Failed, Some(failure)) => ExpectedOutcome::Failed(failure),
            (_, None) => {
                return Err(
                    "say why with `failure = { message = \"MM5\", router = \"R1\", code = \"...\" }`",
                );
            }
        };
        let rules = text.rules.into_iter().map(|rule| rule.0).collect();
        Ok(Self(Expectation { from: text.from, outcome, certificates: text.certificates, rules }))
    }
}

/// Declares a type that is written as another one and checked while it is read.
macro_rules! written_as {
    ($($written:ty => $name:ident($value:ty), $wanted:literal, $read:expr;)+) => {$(
        #[derive(Clone, Debug)]
        struct $name($value);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let written = <$written>::deserialize(deserializer)?;
                let read: fn(&$written) -> Option<$value> = $read;
                read(&written)
                    .map(Self)
                    .ok_or_else(|| D::Error::custom(format!("`{written}` is not {}", $wanted)))
            }
        }
    )+};
}

written_as! {
    u16 => Bits(ModulusBits), "the length of an RSA key of IOS: 360 to 4096 bits", |&bits| ModulusBits::new(bits);
    u8 => PercentText(Percent), "a percentage: 0 to 100", |&percent| Percent::new(percent);
    u8 => VersionText(u8), "a version of X.509 certificates: 1 or 3", |&version| [1, 3].contains(&version).then_some(version);
    String => Hash(HashAlgorithm), "a hash: md5, sha1, sha256, sha384 or sha512", |name| hash(name);
    String => InabilityText(Inability), "`version-1` or a hash: md5, sha1, sha256, sha384 or sha512",
        |name| if name == "version-1" { Some(Inability::Version1) } else { hash(name).map(Inability::Hash) };
    String => MessageText(MessageName), "a message: MM1 to MM6, QM1 to QM3", |name| super::message_name(name);
    String => CodeText(FailureCode), "a cause of failure that `ikespec check --format json` prints",
        |code| FailureCode::ALL.iter().copied().find(|known| known.as_str() == code);
    String => RuleText(Rule), "a rule that a verdict can rest on, such as V1-SEL-1",
        |id| Rule::ALL.iter().copied().find(|rule| rule.id() == id);
    Datetime => Moment(Instant), "a moment: it needs date, time and offset, as 2013-06-20T13:00:37+01:00", instant;
}

fn hash(name: &str) -> Option<HashAlgorithm> {
    match name {
        "md5" => Some(HashAlgorithm::Md5),
        "sha1" => Some(HashAlgorithm::Sha1),
        "sha256" => Some(HashAlgorithm::Sha256),
        "sha384" => Some(HashAlgorithm::Sha384),
        "sha512" => Some(HashAlgorithm::Sha512),
        _ => None,
    }
}

fn instant(written: &Datetime) -> Option<Instant> {
    let (date, time) = (written.date?, written.time?);
    let minutes_ahead = match written.offset? {
        Offset::Z => 0,
        Offset::Custom { minutes } => i64::from(minutes),
    };
    let second = time.second.unwrap_or(0);
    let local = der::DateTime::new(date.year, date.month, date.day, time.hour, time.minute, second).ok()?;
    let local = i64::try_from(local.unix_duration().as_secs()).ok()?;
    Some(Instant { seconds: local - minutes_ahead * 60, nanoseconds: time.nanosecond.unwrap_or(0) })
}

impl Description {
    /// The scenario of this description and these texts.
    pub(super) fn into_scenario(self, texts: Pair<RouterText>) -> Scenario {
        Scenario {
            title: self.title,
            source: self.source,
            completed: self.completed,
            at: self.at.map(|moment| moment.0),
            settings: self.lab.into_settings(),
            texts,
            expected: self.expect.into_iter().map(|checked| checked.0).collect(),
        }
    }
}

impl Lab {
    fn into_settings(self) -> Settings {
        let default = Settings::default();
        let lists = self.revocation_list.into_iter().map(|(ca, state)| (ca, state.into()));
        let unable =
            self.unable.into_iter().map(|(router, what)| (router, what.into_iter().map(|it| it.0).collect()));
        Settings {
            seed: self.seed.unwrap_or(default.seed),
            ca_key_bits: self.ca_key_bits.map_or(default.ca_key_bits, |bits| bits.0),
            router_key_bits: self.router_key_bits.map_or(default.router_key_bits, |bits| bits.0),
            signature_hash: self.signature_hash.map_or(default.signature_hash, |hash| hash.0),
            key_usage_critical: self.key_usage_critical.unwrap_or(default.key_usage_critical),
            link: self.link.into_settings(),
            revocation_lists: lists.collect(),
            given_revocation_lists: default.given_revocation_lists,
            certificates: self.certificate.into_iter().map(CertificateChange::from).collect(),
            unable: unable.collect(),
        }
    }
}

impl LinkText {
    fn into_settings(self) -> LinkSettings {
        let default = LinkSettings::default();
        let milliseconds =
            |written: Option<u32>, default| written.map_or(default, |ms| Duration::from_millis(ms.into()));
        LinkSettings {
            latency: milliseconds(self.latency_ms, default.latency),
            loss: self.loss_percent.map_or(default.loss, |percent| percent.0),
            lose: self.lose,
            duplication: self.duplication_percent.map_or(default.duplication, |percent| percent.0),
            reordering: self.reordering_percent.map_or(default.reordering, |percent| percent.0),
            hold: milliseconds(self.hold_ms, default.hold),
        }
    }
}

impl From<RevocationListText> for RevocationListState {
    fn from(text: RevocationListText) -> Self {
        match text {
            RevocationListText::Fresh { revoked } => Self::Fresh { revoked },
            RevocationListText::Stale => Self::Stale,
            RevocationListText::Missing => Self::Missing,
        }
    }
}

impl From<CertificateText> for CertificateChange {
    fn from(text: CertificateText) -> Self {
        Self {
            router: text.router,
            trustpoint: text.trustpoint,
            version_1: text.version.is_some_and(|version| version.0 == 1),
            signature_hash: text.signature_hash.map(|hash| hash.0),
            key_bits: text.key_bits.map(|bits| bits.0),
        }
    }
}

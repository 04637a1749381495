//! `selection.json` as README.md describes it: every field, and no other.

#![allow(dead_code, reason = "that a field can be read is what is tested of some")]

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    pub schema: String,
    pub notice: String,
    pub authorities: Vec<Authority>,
    pub routers: [Router; 2],
    pub ways: Vec<Way>,
    pub rules: Vec<Rule>,
    pub requirements: Vec<Requirement>,
    pub conflicts: Vec<Conflict>,
    pub cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    pub id: String,
    pub name: String,
    pub built_in: bool,
    pub ikev1_request: String,
    pub ikev2_request: Option<String>,
    pub certificate: Option<String>,
    pub private_key: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Router {
    pub id: String,
    pub identity: String,
    pub address: String,
    pub profile: String,
    pub trustpoints: Vec<Trustpoint>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trustpoint {
    pub id: String,
    pub authority: String,
    pub certificate: String,
    pub private_key: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    pub id: String,
    pub enrolled: Vec<String>,
    pub pins: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    pub title: String,
    pub text: String,
    pub status: String,
    pub source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    pub id: String,
    pub rfc: u16,
    pub section: String,
    pub level: String,
    pub text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    pub id: String,
    pub text: String,
    pub requirements: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub id: String,
    pub name: Option<String>,
    pub story: Option<String>,
    pub version: Version,
    pub initiator: Seat,
    pub responder: Seat,
    pub ios: Ios,
    pub rfc: Rfc,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    #[serde(rename = "IKEv1")]
    One,
    #[serde(rename = "IKEv2")]
    Two,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    pub router: String,
    pub way: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ios {
    pub requests: Vec<Requests>,
    pub initiator: Part,
    pub responder: Part,
    pub outcome: String,
    pub failure: Option<Failure>,
    pub rule: Option<String>,
    pub rules: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    pub message: String,
    pub from: String,
    pub authorities: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub chosen: Option<String>,
    pub decided_by: Option<String>,
    pub signed: bool,
    pub profile: Option<String>,
    pub validated_against: Option<Vec<String>>,
    pub accepted_by: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    pub message: String,
    pub router: String,
    pub code: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rfc {
    pub standing: String,
    pub leaves: Vec<String>,
    pub conflicts: Vec<String>,
    pub outcomes: Vec<Possible>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Possible {
    pub outcome: String,
    pub failure: Option<Failure>,
    pub standing: String,
}

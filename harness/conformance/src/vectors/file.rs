//! The form of `selection.json`. README.md describes each field, in the same order.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

#[derive(Serialize)]
pub(super) struct Selection {
    pub schema: &'static str,
    pub notice: &'static str,
    pub authorities: Vec<Authority>,
    pub routers: Vec<Router>,
    pub ways: Vec<Way>,
    pub rules: Vec<Rule>,
    pub requirements: Vec<Requirement>,
    pub conflicts: Vec<Conflict>,
    pub cases: Vec<Case>,
}

#[derive(Serialize)]
pub(super) struct Authority {
    pub id: String,
    pub name: String,
    pub built_in: bool,
    pub ikev1_request: String,
    pub ikev2_request: Option<String>,
    pub certificate: Option<String>,
    pub private_key: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Router {
    pub id: &'static str,
    pub identity: String,
    pub address: String,
    pub profile: String,
    pub trustpoints: Vec<Trustpoint>,
}

#[derive(Serialize)]
pub(super) struct Trustpoint {
    pub id: String,
    pub authority: String,
    pub certificate: String,
    pub private_key: String,
}

#[derive(Serialize)]
pub(super) struct Way {
    pub id: String,
    pub enrolled: Vec<String>,
    pub pins: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Rule {
    pub id: &'static str,
    pub title: &'static str,
    pub text: &'static str,
    pub status: String,
    pub source: &'static str,
}

#[derive(Serialize)]
pub(super) struct Requirement {
    pub id: &'static str,
    pub rfc: u16,
    pub section: &'static str,
    pub level: String,
    pub text: &'static str,
}

#[derive(Serialize)]
pub(super) struct Conflict {
    pub id: String,
    pub text: &'static str,
    pub requirements: Vec<&'static str>,
}

#[derive(Serialize)]
pub(super) struct Case {
    pub id: String,
    pub name: Option<&'static str>,
    pub story: Option<&'static str>,
    pub version: &'static str,
    pub initiator: Seat,
    pub responder: Seat,
    pub ios: Ios,
    pub rfc: Rfc,
}

/// A router in a way.
#[derive(Serialize)]
pub(super) struct Seat {
    pub router: &'static str,
    pub way: String,
}

#[derive(Serialize)]
pub(super) struct Ios {
    pub requests: Vec<Requests>,
    pub initiator: Part,
    pub responder: Part,
    pub outcome: &'static str,
    pub failure: Option<Failure>,
    pub rule: Option<&'static str>,
    pub rules: Vec<&'static str>,
}

/// The requests of one message.
#[derive(Serialize)]
pub(super) struct Requests {
    pub message: &'static str,
    pub from: &'static str,
    pub authorities: Vec<String>,
}

/// What a router did.
#[derive(Serialize)]
pub(super) struct Part {
    pub chosen: Option<String>,
    pub decided_by: Option<String>,
    pub signed: bool,
    pub profile: Option<String>,
    pub validated_against: Option<Vec<String>>,
    pub accepted_by: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Failure {
    pub message: &'static str,
    pub router: &'static str,
    pub code: &'static str,
}

#[derive(Serialize)]
pub(super) struct Rfc {
    pub standing: &'static str,
    pub leaves: Vec<&'static str>,
    pub conflicts: Vec<String>,
    pub outcomes: Vec<Possible>,
}

/// An outcome to which there is a way by the RFCs.
#[derive(Serialize)]
pub(super) struct Possible {
    pub outcome: &'static str,
    pub failure: Option<Failure>,
    pub standing: &'static str,
}

impl Selection {
    pub(super) fn to_json(&self) -> String {
        let mut text = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut text, Lines { depth: 0 });
        self.serialize(&mut serializer).expect("strings, numbers and lists are JSON");
        text.push(b'\n');
        String::from_utf8(text).expect("JSON is UTF-8")
    }
}

/// A line for each member of the file, and for each item of its lists.
struct Lines {
    /// In how many lists and objects the place lies.
    depth: usize,
}

impl Lines {
    fn begins<W: ?Sized + Write>(&self, to: &mut W, first: bool, at_depth: usize) -> io::Result<()> {
        to.write_all(if first { b"" } else { b"," })?;
        to.write_all(if self.depth == at_depth { b"\n" } else { b"" })
    }

    fn ends<W: ?Sized + Write>(&mut self, to: &mut W, lines_at: usize) -> io::Result<()> {
        let lines = self.depth == lines_at;
        self.depth -= 1;
        to.write_all(if lines { b"\n" } else { b"" })
    }
}

/// The depth of the members of the file, and that of the items of its lists.
const MEMBERS: usize = 1;
const ITEMS: usize = 2;

impl Formatter for Lines {
    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.depth += 1;
        CompactFormatter.begin_object(to)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.begins(to, first, MEMBERS)
    }

    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.ends(to, MEMBERS)?;
        CompactFormatter.end_object(to)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.depth += 1;
        CompactFormatter.begin_array(to)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.begins(to, first, ITEMS)
    }

    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.ends(to, ITEMS)?;
        CompactFormatter.end_array(to)
    }
}

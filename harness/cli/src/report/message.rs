//! Captured messages as a tree: headers, and what became of their bodies. Payloads are in `payload`.

use std::collections::BTreeSet;

use wire::ikev1::{Message, Payloads, payloads_in};
use wire::{Flags, Header, PayloadType, Version};

use super::payload;
use super::tree::{Hex, Tree, count};
use crate::console::{BAD, QUIET, STRONG, styled};
use crate::decode::{Body, CapturedMessage, Followed, PassedOver, Sealed};

/// A report that grows by a message at a time.
#[derive(Debug)]
pub struct Messages {
    tree: Tree,
    verbose: bool,
    count: usize,
    broken: usize,
    opened: usize,
    sealed: usize,
    sessions: BTreeSet<[u8; 8]>,
}

impl Messages {
    /// No message yet; `verbose` shows all bytes.
    pub fn new(verbose: bool) -> Self {
        let (count, broken, opened, sealed) = (0, 0, 0, 0);
        Self { tree: Tree::default(), verbose, count, broken, opened, sealed, sessions: BTreeSet::new() }
    }

    /// Adds a message.
    pub fn add(&mut self, captured: &CapturedMessage, followed: &Followed) {
        self.count += 1;
        self.tree.gap();
        let mut parts = Vec::new();
        if let Some(time) = captured.time {
            parts.push(format!("{} +{}.{:06}", captured.packet, time.as_secs(), time.subsec_micros()));
        }
        if let Some(endpoints) = captured.endpoints {
            parts.push(format!("{} > {}", endpoints.source, endpoints.destination));
        }
        parts.push(count(captured.bytes.len(), "byte", "bytes"));
        let title = title(&captured.bytes, followed);
        let repeated = if followed.repeated { ", a retransmission" } else { "" };
        self.tree.line(format_args!(
            "{}  {}{repeated}",
            styled(STRONG, title),
            styled(QUIET, parts.join("  "))
        ));
        let mut tree = std::mem::take(&mut self.tree);
        tree.under(|tree| self.contents(tree, &captured.bytes, followed));
        self.tree = tree;
    }

    /// The whole report: the summary, then the messages.
    pub fn finish(self, passed_over: PassedOver) -> String {
        let mut summary = match self.count {
            0 => "no IKE messages".to_owned(),
            messages => {
                let sessions = count(self.sessions.len(), "session", "sessions");
                format!("{} in {sessions}", count(messages, "IKE message", "IKE messages"))
            }
        };
        for (number, what) in
            [(self.opened, "decrypted"), (self.sealed, "not decrypted"), (self.broken, "broken")]
        {
            if number > 0 {
                summary.push_str(&format!(", {number} {what}"));
            }
        }
        let mut text = format!("{}\n", styled(STRONG, summary));
        let passed = [
            (passed_over.esp, "ESP packet", "ESP packets"),
            (passed_over.keepalives, "NAT keepalive", "NAT keepalives"),
            (passed_over.others, "other packet", "other packets"),
            (passed_over.unknown_links, "packet of an unknown link type", "packets of unknown link types"),
        ];
        let passed: Vec<_> =
            passed.into_iter().filter(|(number, ..)| *number > 0).map(|(n, s, p)| count(n, s, p)).collect();
        if !passed.is_empty() {
            text.push_str(&format!("passed over: {}\n", passed.join(", ")));
        }
        if passed_over.cut_off {
            text.push_str("the file ends in the middle of a packet\n");
        }
        text.push_str(&self.tree.finish());
        text
    }

    fn contents(&mut self, tree: &mut Tree, bytes: &[u8], followed: &Followed) {
        let header = match Header::read(bytes) {
            Ok(header) => header,
            Err(error) => return self.broken(tree, &error),
        };
        self.sessions.insert(header.initiator_cookie);
        print_header(tree, &header);
        if header.version.major() == Version::IKEV2.major() {
            tree.line(format_args!(
                "IKEv2 is not decoded yet; payloads of type {}",
                payload_types(&header, bytes)
            ));
            return;
        }
        let message = match Message::read(bytes) {
            Ok(message) => message,
            Err(error) => return self.broken(tree, &error),
        };
        match &followed.body {
            Body::AsItStands => self.payloads(tree, message.payloads()),
            Body::Opened(opened) => {
                self.opened += 1;
                self.payloads(tree, opened.payloads());
            }
            Body::Sealed(sealed) => {
                self.sealed += 1;
                tree.line(format_args!("encrypted, {} bytes: {}", message.body().len(), reason(*sealed)));
            }
        }
    }

    /// Prints payloads up to the first that cannot be read.
    fn payloads(&mut self, tree: &mut Tree, mut payloads: Payloads<'_>) {
        for raw in payloads.by_ref() {
            match raw {
                Ok(raw) => {
                    if let Err(error) = payload::print(tree, &raw, self.verbose) {
                        self.broken(tree, &error);
                    }
                }
                Err(error) => return self.broken(tree, &error),
            }
        }
        let rest = payloads.rest();
        if !rest.is_empty() {
            let length = count(rest.len(), "byte", "bytes");
            tree.line(format_args!("padding {length}  {}", Hex::beginning(rest, self.verbose)));
        }
    }

    fn broken(&mut self, tree: &mut Tree, error: &wire::ReadError) {
        self.broken += 1;
        tree.line(format_args!("{} {error}", styled(BAD, "error:")));
    }
}

/// What a message is, in a word or two.
fn title(bytes: &[u8], followed: &Followed) -> String {
    if let Some(name) = followed.name {
        return name.to_string();
    }
    match Header::read(bytes) {
        Ok(header) => match header.exchange_type.name() {
            Some(name) => name.to_owned(),
            None => format!("exchange type {}", header.exchange_type),
        },
        Err(_) => "no message".to_owned(),
    }
}

fn print_header(tree: &mut Tree, header: &Header) {
    let Header { version, exchange_type, flags, message_id, .. } = header;
    tree.line(format_args!(
        "{}  cookies {} {}, version {}.{}, {} ({}), flags {}, message ID {message_id:08x}",
        styled(STRONG, "header"),
        Hex::whole(&header.initiator_cookie),
        Hex::whole(&header.responder_cookie),
        version.major(),
        version.minor(),
        exchange_type.name().unwrap_or("unknown exchange"),
        exchange_type.0,
        flag_names(*flags, *version),
    ));
}

/// The types of the payloads of an IKEv2 message, up to those that are encrypted.
fn payload_types(header: &Header, bytes: &[u8]) -> String {
    const ENCRYPTED: PayloadType = PayloadType(46); // RFC 7296 3.14
    let body = bytes.get(Header::LENGTH..).unwrap_or_default();
    // The generic header is that of IKEv1 (RFC 7296 3.2).
    let payloads = payloads_in(header.next_payload, body, Header::LENGTH).map_while(Result::ok);
    let mut types: Vec<String> = Vec::new();
    for payload in payloads {
        types.push(payload.payload_type.0.to_string());
        if payload.payload_type == ENCRYPTED {
            break;
        }
    }
    types.join(", ")
}

fn flag_names(flags: Flags, version: Version) -> String {
    let known: &[(Flags, &str)] = if version.major() == Version::IKEV2.major() {
        &[(Flags::INITIATOR, "initiator"), (Flags::VERSION, "version"), (Flags::RESPONSE, "response")]
    } else {
        &[
            (Flags::ENCRYPTION, "encryption"),
            (Flags::COMMIT, "commit"),
            (Flags::AUTHENTICATION_ONLY, "authentication only"),
        ]
    };
    let mut names: Vec<_> =
        known.iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, name)| (*name).to_owned()).collect();
    let unknown = known.iter().fold(flags, |rest, (flag, _)| rest.without(*flag));
    if unknown != Flags::NONE {
        names.push(format!("unknown 0x{:02x}", unknown.0));
    }
    if names.is_empty() { "none".to_owned() } else { names.join(" and ") }
}

fn reason(sealed: Sealed) -> String {
    match sealed {
        Sealed::NoKey => "the key log has no key for it".to_owned(),
        Sealed::NoAlgorithms => "the capture lacks the SA payload that settled the algorithms".to_owned(),
        Sealed::UnknownAlgorithms => "its cipher or hash is not among those that ikespec has".to_owned(),
        Sealed::NoPublicValues => {
            "the capture lacks the KE payloads, which the first vector follows from".to_owned()
        }
        Sealed::KeyLength { cipher, found } => {
            format!("the key in the key log has {found} bytes, {cipher} takes {}", cipher.key_length())
        }
        Sealed::NotOfThisCipher(error) => error.to_string(),
    }
}

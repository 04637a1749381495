//! Captured messages as a tree: headers, and what became of their bodies. Payloads are in `payload` (IKEv1) and `ikev2`.

use std::collections::BTreeSet;

use lab::decode::{Authorities, Body, CapturedMessage, Followed, PassedOver, Sealed};
use wire::ikev1::{Message, Payloads};
use wire::ikev2 as wire_ikev2;
use wire::{Flags, Header, ReadError, Version};

use super::tree::{Hex, Tree, count};
use super::{ikev2, payload};
use crate::console::{BAD, QUIET, STRONG, styled};

/// A report that grows by a message at a time.
#[derive(Debug)]
pub struct Messages {
    tree: Tree,
    tally: Tally,
    authorities: Authorities,
    verbose: bool,
}

/// What the summary counts.
#[derive(Debug, Default)]
struct Tally {
    messages: usize,
    opened: usize,
    sealed: usize,
    /// Structures that cannot be read, of which a message may have several.
    broken: usize,
    sessions: BTreeSet<[u8; 8]>,
}

impl Messages {
    /// No message yet; the hashes of `authorities` are named, and `verbose` shows all bytes.
    pub fn new(authorities: Authorities, verbose: bool) -> Self {
        Self { tree: Tree::default(), tally: Tally::default(), authorities, verbose }
    }

    /// Adds a message.
    pub fn add(&mut self, captured: &CapturedMessage, followed: &Followed) {
        let Self { tree, tally, authorities, verbose } = self;
        tally.messages += 1;
        tree.gap();
        let repeated = if followed.repeated { ", a retransmission" } else { "" };
        let title = styled(STRONG, title(&captured.bytes, followed)).to_string();
        tree.line(format_args!("{title}  {}{repeated}", styled(QUIET, place(captured))));
        tree.under(|tree| {
            let mut printer = Printer { tree, tally, authorities, verbose: *verbose };
            if let Err(error) = printer.message(&captured.bytes, followed) {
                printer.broken(&error);
            }
        });
    }

    /// The whole report: the summary, then the messages.
    pub fn finish(self, passed_over: PassedOver) -> String {
        let mut text = format!("{}\n", styled(STRONG, self.tally.summary()));
        let passed = [
            (passed_over.esp, "ESP packet", "ESP packets"),
            (passed_over.keepalives, "NAT keepalive", "NAT keepalives"),
            (passed_over.others, "other packet", "other packets"),
            (passed_over.unknown_links, "packet of an unknown link type", "packets of unknown link types"),
        ];
        let passed = passed.into_iter().filter(|(number, ..)| *number > 0);
        let passed: Vec<_> = passed.map(|(number, one, many)| count(number, one, many)).collect();
        if !passed.is_empty() {
            text.push_str(&format!("passed over: {}\n", passed.join(", ")));
        }
        if passed_over.cut_off.is_some() {
            text.push_str("the file ends in the middle of a packet\n");
        }
        text.push_str(&self.tree.finish());
        text
    }
}

impl Tally {
    fn summary(&self) -> String {
        if self.messages == 0 {
            return "no IKE messages".to_owned();
        }
        let messages = count(self.messages, "IKE message", "IKE messages");
        let mut summary = format!("{messages} in {}", count(self.sessions.len(), "session", "sessions"));
        for (number, what) in
            [(self.opened, "decrypted"), (self.sealed, "not decrypted"), (self.broken, "broken")]
        {
            if number > 0 {
                summary.push_str(&format!(", {number} {what}"));
            }
        }
        summary
    }
}

/// Where and when a message was captured, and how long it is.
fn place(captured: &CapturedMessage) -> String {
    let mut parts = Vec::new();
    if let Some(time) = captured.time {
        parts.push(format!("{} +{}.{:06}", captured.packet, time.as_secs(), time.subsec_micros()));
    }
    if let Some(endpoints) = captured.endpoints {
        parts.push(format!("{} > {}", endpoints.source, endpoints.destination));
    }
    parts.push(count(captured.bytes.len(), "byte", "bytes"));
    parts.join("  ")
}

/// Prints one message under its title.
struct Printer<'a> {
    tree: &'a mut Tree,
    tally: &'a mut Tally,
    authorities: &'a Authorities,
    verbose: bool,
}

impl Printer<'_> {
    fn message(&mut self, bytes: &[u8], followed: &Followed) -> Result<(), ReadError> {
        let header = Header::read(bytes)?;
        self.tally.sessions.insert(header.initiator_cookie);
        print_header(self.tree, &header);
        if header.version.major() == Version::IKEV2.major() {
            self.ikev2(&wire_ikev2::Message::read(bytes)?, followed)
        } else {
            self.ikev1(&Message::read(bytes)?, followed)
        }
    }

    fn ikev1(&mut self, message: &Message<'_>, followed: &Followed) -> Result<(), ReadError> {
        match &followed.body {
            Body::Opened(opened) => {
                self.tally.opened += 1;
                self.payloads(opened.payloads()).inspect_err(|_| {
                    self.tree.line(
                        "decrypted, but not readable: another key, or the message before it is missing",
                    );
                })
            }
            Body::Sealed(sealed) => {
                self.tally.sealed += 1;
                let length = count(message.body().len(), "byte", "bytes");
                self.tree.line(format_args!("encrypted, {length}: {}", reason(*sealed)));
                Ok(())
            }
            _ => self.payloads(message.payloads()),
        }
    }

    /// Prints payloads up to the first whose bounds are wrong; one whose content is wrong does not stop it.
    fn payloads(&mut self, mut payloads: Payloads<'_>) -> Result<(), ReadError> {
        for raw in payloads.by_ref() {
            if let Err(error) = payload::print(self.tree, &raw?, self.verbose) {
                self.broken(&error);
            }
        }
        let rest = payloads.rest();
        if !rest.is_empty() {
            let length = count(rest.len(), "byte", "bytes");
            self.tree.line(format_args!("padding {length}  {}", Hex::beginning(rest, self.verbose)));
        }
        Ok(())
    }

    /// Prints the payloads of a message of IKEv2; one that is encrypted is the last.
    fn ikev2(&mut self, message: &wire_ikev2::Message<'_>, followed: &Followed) -> Result<(), ReadError> {
        for raw in message.payloads() {
            let raw = raw?;
            self.ikev2_payload(&raw);
            if raw.first_inside().is_none() {
                continue;
            }
            match &followed.body {
                Body::OpenedIkev2(plain) => {
                    self.tally.opened += 1;
                    self.inside("decrypted", plain.payloads())?;
                }
                Body::Fragment { fragment, whole } => {
                    self.tally.opened += 1;
                    match whole {
                        Some(whole) => {
                            let together = format!("decrypted, all {} fragments together", fragment.total);
                            self.inside(&together, whole.payloads())?;
                        }
                        None => self.tree.under(|tree| tree.line("decrypted, a part of its message")),
                    }
                }
                Body::Sealed(sealed) => {
                    self.tally.sealed += 1;
                    self.tree.under(|tree| tree.line(format_args!("not decrypted: {}", reason(*sealed))));
                }
                Body::AsItStands | Body::Opened(_) => {}
            }
        }
        Ok(())
    }

    /// Prints the payloads out of an encrypted one, under it.
    fn inside(&mut self, what: &str, mut payloads: wire_ikev2::Payloads<'_>) -> Result<(), ReadError> {
        let Self { tree, tally, authorities, verbose } = self;
        tree.under(|tree| {
            let is_empty = payloads.rest().is_empty();
            tree.line(if is_empty { format!("{what}, without payloads") } else { what.to_owned() });
            let mut printer = Printer { tree, tally, authorities, verbose: *verbose };
            payloads.try_for_each(|raw| raw.map(|raw| printer.ikev2_payload(&raw)))
        })
    }

    fn ikev2_payload(&mut self, raw: &wire_ikev2::RawPayload<'_>) {
        if let Err(error) = ikev2::print(self.tree, raw, self.authorities, self.verbose) {
            self.broken(&error);
        }
    }

    fn broken(&mut self, error: &ReadError) {
        self.tally.broken += 1;
        self.tree.line(format_args!("{} {error}", styled(BAD, "error:")));
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
    let pair = if version.major() == Version::IKEV2.major() { "SPIs" } else { "cookies" };
    tree.line(format_args!(
        "{}  {pair} {} {}, version {}.{}, {} ({}), flags {}, message ID {message_id:08x}",
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
        Sealed::UnknownAlgorithms => "its algorithms are not among those that ikespec has".to_owned(),
        Sealed::NoPublicValues => {
            "the capture lacks the KE payloads, which the first vector follows from".to_owned()
        }
        Sealed::KeyLength { cipher, found } => {
            format!("the key in the key log has {found} bytes, {cipher} takes {}", cipher.key_length())
        }
        Sealed::NotOfThisCipher(error) => error.to_string(),
        Sealed::NotOfTheseKeys(error) => error.to_string(),
    }
}

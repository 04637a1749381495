//! Puts literals on the page: fills in values, escapes what peers chose, and stamps each line with the time.

use std::fmt::{self, Display, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ike::{PacketState, Path, Role};

use super::clock::Stamp;
use super::literals::Literal;
use super::names;

/// A value for a word in braces.
pub(super) type Value<'a> = (&'static str, &'a dyn Display);

/// The values that every literal may name, for one event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common {
    /// The number that the router has given to the session.
    pub(super) connection: u32,
    /// The role of the router.
    pub(super) role: Role,
    /// The two ends of the session.
    pub(super) path: Path,
    /// The state that is printed with packets.
    pub(super) packet_state: PacketState,
    /// The message ID of the exchange.
    pub(super) message_id: u32,
    /// The number of the session in the router's PKI.
    pub(super) pki_session: u32,
}

/// Before any message names the ends of a session.
pub(super) const NO_PATH: Path = {
    let nowhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    Path { local: nowhere, remote: nowhere }
};

/// Where the lines of one event go.
pub(super) struct Page<'a> {
    pub(super) out: &'a mut dyn Write,
    pub(super) stamp: Stamp<'a>,
    pub(super) common: Common,
}

impl Page<'_> {
    /// Prints literals that need no values of their own.
    pub(super) fn lines(&mut self, literals: &[Literal]) -> fmt::Result {
        literals.iter().try_for_each(|literal| self.line(*literal, &[]))
    }

    /// Prints one literal with values of its own; they go before the common ones.
    pub(super) fn line(&mut self, literal: Literal, values: &[Value<'_>]) -> fmt::Result {
        for line in literal.text().split('\n') {
            // A line that continues another has no time of its own.
            match line.strip_prefix('\t') {
                Some(continuation) => self.fill(continuation, values)?,
                None => {
                    if !line.starts_with(' ') {
                        write!(self.out, "{}", self.stamp)?;
                    }
                    self.fill(line, values)?;
                }
            }
            self.out.write_char('\n')?;
        }
        Ok(())
    }

    fn fill(&mut self, line: &str, values: &[Value<'_>]) -> fmt::Result {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            self.out.write_str(before)?;
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            self.value(name, values)?;
            rest = after;
        }
        self.out.write_str(rest)
    }

    fn value(&mut self, name: &str, values: &[Value<'_>]) -> fmt::Result {
        let Common { connection, role, path, packet_state, message_id, pki_session } = self.common;
        let out = &mut Escaped(self.out);
        if let Some((_, value)) = values.iter().find(|(of, _)| *of == name) {
            return write!(out, "{value}");
        }
        match name {
            "connection" => write!(out, "{connection}"),
            "role" | "side" => out.write_str(role_letter(role)),
            "peer" => write!(out, "{}", path.remote.ip()),
            "local" => write!(out, "{}", path.local.ip()),
            "local_port" => write!(out, "{}", path.local.port()),
            "remote_port" => write!(out, "{}", path.remote.port()),
            "packet_state" => out.write_str(names::packet_state(packet_state)),
            "message_id" => write!(out, "{message_id}"),
            "pki_session" => write!(out, "{pki_session:X}"),
            // A word that nobody gave a value to stays visible; a test holds that there is none.
            _ => write!(out, "{{{name}}}"),
        }
    }
}

/// `(I)` or `(R)` in IOS output.
const fn role_letter(role: Role) -> &'static str {
    match role {
        Role::Initiator => "I",
        Role::Responder => "R",
    }
}

/// Escapes whatever could act on a terminal or break a line: names come from peers.
struct Escaped<'a>(&'a mut dyn Write);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| {
            if character == ' ' || character.is_ascii_graphic() || character.is_alphanumeric() {
                self.0.write_char(character)
            } else {
                write!(self.0, "{}", character.escape_unicode())
            }
        })
    }
}

/// Bytes as IOS prints attributes of variable length: `0x0 0x1 0x51 0x80`.
pub(super) struct HexWords<'a>(pub(super) &'a [u8]);

impl Display for HexWords<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            write!(out, "{}0x{byte:X}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// Bytes as SPIs are printed: `1D418169B24BF95A`.
pub(super) struct Hex<'a>(pub(super) &'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02X}"))
    }
}

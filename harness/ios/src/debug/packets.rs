//! Packets: sent, received, received again, sent again, put aside.

use std::fmt;

use ike::{Event, EventKind, MessageName, MessageProblem, MessageRecord, PacketState};

use super::Scene;
use super::literals::Literal;
use super::names;

impl Scene<'_> {
    pub(super) fn print_packet(&mut self, event: &Event) -> fmt::Result {
        match &event.kind {
            EventKind::Sent(record) => self.print_sent(event, record),
            EventKind::Received(record) => self.print_received(record),
            EventKind::DuplicateReceived { answered, .. } => self.print_duplicate(event, *answered),
            EventKind::Retransmitting { name, packet_state, attempt, of, .. } => {
                let state = names::packet_state(*packet_state);
                let [announced, counted] = match name {
                    MessageName::MainMode(_) => [Literal::Retransmitting, Literal::RetransmissionCounted],
                    _ => [Literal::RetransmittingNode, Literal::RetransmissionOfNodeCounted],
                };
                self.page.line(announced, &[("packet_state", &state)])?;
                self.page.line(counted, &[("attempt", attempt), ("of", of)])
            }
            EventKind::Ignored { problem: MessageProblem::Unexpected } => Ok(()),
            EventKind::Ignored { .. } => self.page.lines(&[Literal::MessageBad]),
            _ => Ok(()),
        }
    }

    fn print_sent(&mut self, event: &Event, record: &MessageRecord) -> fmt::Result {
        self.memory.sent = Some(event.at.monotonic);
        let first = record.retransmission == 0;
        match record.name {
            MessageName::MainMode(1) if first => self.page.lines(&[Literal::MainModeBegins])?,
            MessageName::QuickMode(1) if first => self.page.lines(&[Literal::QuickModeBegins])?,
            _ => {}
        }
        self.page.lines(&[Literal::PacketSent])?;
        if record.path.remote.is_ipv4() {
            self.page.lines(&[Literal::Ipv4PacketSent])?;
        }
        match record.name {
            MessageName::QuickMode(3) if first => self.page.lines(&[Literal::NodeDeletedByInitiator]),
            _ => Ok(()),
        }
    }

    fn print_received(&mut self, record: &MessageRecord) -> fmt::Result {
        // A responder that knows no session yet prints `N` in place of its role.
        match record.packet_state {
            PacketState::NewSa => self.page.line(Literal::PacketReceived, &[("side", &"N")])?,
            _ => self.page.lines(&[Literal::PacketReceived])?,
        }
        if self.memory.new_node {
            self.page.lines(&[Literal::NewNode])?;
        }
        match record.name {
            MessageName::QuickMode(1 | 2) => {
                self.page.lines(&[Literal::HashRead, Literal::SecurityAssociationRead])
            }
            MessageName::QuickMode(3) => self.page.lines(&[Literal::NodeDeletedByResponder]),
            MessageName::Informational if record.encrypted => self.page.lines(&[Literal::HashRead]),
            _ => Ok(()),
        }
    }

    fn print_duplicate(&mut self, event: &Event, answered: bool) -> fmt::Result {
        self.page.lines(&[Literal::PacketReceived, Literal::Duplicate])?;
        if answered {
            return self.page.lines(&[Literal::DuplicateAnswered]);
        }
        match self.memory.sent {
            Some(sent) => {
                let silence = event.at.monotonic.saturating_sub(sent).as_millis();
                self.page.line(Literal::DuplicateSkipped, &[("milliseconds", &silence)])
            }
            None => Ok(()),
        }
    }
}

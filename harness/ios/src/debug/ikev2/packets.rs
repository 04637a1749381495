//! Packets: made, sent, received, received again, sent again, put aside.

use std::fmt;

use ike::{EventKind, Ikev2Exchange, Ikev2Half, MessageName, MessageRecord, Role};
use wire::ikev2::{Delete, Payload, Proposal, ProtocolId};

use super::contents::{self, Contents, TransformNames};
use super::words;
use crate::debug::Scene;
use crate::debug::literals::Literal;
use crate::debug::page::{Hex, Value};

impl Scene<'_> {
    pub(super) fn print_ikev2_packet(&mut self, kind: &EventKind) -> fmt::Result {
        match kind {
            EventKind::Sent(record) => self.print_ikev2_sent(record),
            EventKind::Received(record) => self.print_ikev2_received(record),
            EventKind::DuplicateReceived { name, .. } => {
                self.page.line(Literal::Ikev2Duplicate, &[("message", name)])
            }
            EventKind::Retransmitting { .. } => self.page.lines(&[Literal::Ikev2Retransmitting]),
            EventKind::Ignored { problem } => {
                let problem = words::problem(problem);
                self.page.line(Literal::Ikev2MessageIgnored, &[("problem", &problem)])
            }
            _ => Ok(()),
        }
    }

    fn print_ikev2_sent(&mut self, record: &MessageRecord) -> fmt::Result {
        let of_fragment = record.fragment.is_none_or(|fragment| fragment.number == 1);
        let first = record.retransmission == 0 && of_fragment;
        if first {
            self.print_making(record)?;
        }
        // The fragments of a packet after the first have nothing to show but themselves.
        let encrypted = record.encrypted || record.fragment.is_some();
        self.print_header(Literal::Ikev2PacketSent, record, encrypted)?;
        if let Some(fragment) = record.fragment {
            let values: [Value<'_>; 2] = [("number", &fragment.number), ("total", &fragment.total)];
            self.page.line(Literal::Ikev2FragmentSent, &values)?;
        }
        match (record.name, contents::group(&record.plaintext)) {
            _ if !first => Ok(()),
            (MessageName::Ikev2(Ikev2Exchange::SaInit, Ikev2Half::Request), _) => {
                self.page.lines(&[Literal::Ikev2SaInserted])
            }
            // A refusal has no KE payload.
            (MessageName::Ikev2(Ikev2Exchange::SaInit, Ikev2Half::Response), Some(_)) => {
                self.page.lines(&[Literal::Ikev2InitCompleted])
            }
            _ => Ok(()),
        }
    }

    fn print_ikev2_received(&mut self, record: &MessageRecord) -> fmt::Result {
        self.print_header(Literal::Ikev2PacketReceived, record, false)?;
        let MessageName::Ikev2(exchange, half) = record.name else { return Ok(()) };
        match (exchange, half) {
            (Ikev2Exchange::SaInit, Ikev2Half::Request) => {
                self.page.lines(&[Literal::Ikev2InitVerified, Literal::Ikev2SaInserted])
            }
            (Ikev2Exchange::SaInit, Ikev2Half::Response) => self.page.lines(&[
                Literal::Ikev2InitProcessed,
                Literal::Ikev2InitVerified,
                Literal::Ikev2InitProcessed,
            ]),
            (Ikev2Exchange::Auth, Ikev2Half::Response) => self.page.lines(&[Literal::Ikev2AuthProcessed]),
            (Ikev2Exchange::Informational, Ikev2Half::Response) => {
                self.page.lines(&[Literal::Ikev2AnswerProcessed])
            }
            _ => Ok(()),
        }
    }

    /// A packet as it goes over the wire.
    fn print_header(&mut self, literal: Literal, record: &MessageRecord, encrypted: bool) -> fmt::Result {
        let (exchange, half) = match record.name {
            MessageName::Ikev2(exchange, Ikev2Half::Request) => (words::exchange(exchange), "REQUEST"),
            MessageName::Ikev2(exchange, Ikev2Half::Response) => (words::exchange(exchange), "RESPONSE"),
            _ => ("unknown", "REQUEST"),
        };
        let contents = Contents(&record.plaintext);
        let contents: &dyn fmt::Display = if encrypted { &"ENCR" } else { &contents };
        let [initiator_spi, responder_spi] = spis(record);
        let values: [Value<'_>; 5] = [
            ("initiator_spi", &initiator_spi),
            ("responder_spi", &responder_spi),
            ("exchange", &exchange),
            ("half", &half),
            ("contents", contents),
        ];
        self.page.line(literal, &values)
    }

    /// How a packet is made: what goes into it, and, before it is encrypted, the list of that.
    fn print_making(&mut self, record: &MessageRecord) -> fmt::Result {
        match record.name {
            MessageName::Ikev2(Ikev2Exchange::SaInit, _) => self.print_making_of_init(record)?,
            MessageName::Ikev2(Ikev2Exchange::Auth, _) => self.print_making_of_auth(record)?,
            _ => contents::typed(&record.plaintext).try_for_each(|payload| match payload {
                Payload::Delete(delete) => self.print_making_of_delete(record, delete),
                _ => Ok(()),
            })?,
        }
        if !record.encrypted {
            return Ok(());
        }
        self.page.line(Literal::Ikev2PacketBuilt, &[("contents", &Contents(&record.plaintext))])
    }

    fn print_making_of_init(&mut self, record: &MessageRecord) -> fmt::Result {
        let Some(group) = contents::group(&record.plaintext) else { return Ok(()) };
        if self.page.common.role == Role::Initiator {
            self.page.line(Literal::Ikev2PublicKeyComputed, &[("group", &group)])?;
            self.page.lines(&[Literal::Ikev2NoConfiguration])?;
        }
        self.page.line(Literal::Ikev2Generating, &[("exchange", &"IKE_SA_INIT")])?;
        self.print_proposals(record)
    }

    fn print_making_of_auth(&mut self, record: &MessageRecord) -> fmt::Result {
        let payloads = || contents::typed(&record.plaintext);
        let method = payloads().find_map(|payload| match payload {
            Payload::Authentication(authentication) => Some(words::method(authentication.method())),
            _ => None,
        });
        if let Some(method) = method {
            self.page.line(Literal::Ikev2OwnMethod, &[("method", &method)])?;
        }
        let payload = payloads().find_map(|payload| match payload {
            Payload::InitiatorIdentification(_) => Some("IDi"),
            Payload::ResponderIdentification(_) => Some("IDr"),
            _ => None,
        });
        if let (Some(payload), Some(identity)) = (payload, self.memory.ikev2.own_identity.clone()) {
            self.page.line(Literal::Ikev2Generating, &[("exchange", &"IKE_AUTH")])?;
            let id_type = words::identity_type(&identity);
            let identity = words::identity(&identity);
            let values: [Value<'_>; 3] =
                [("payload", &payload), ("identity", &identity), ("id_type", &id_type)];
            self.page.line(Literal::Ikev2IdentityBuilt, &values)?;
        }
        self.print_proposals(record)
    }

    /// The proposals of the SA payload, one after the other.
    fn print_proposals(&mut self, record: &MessageRecord) -> fmt::Result {
        contents::typed(&record.plaintext).try_for_each(|payload| match payload {
            Payload::SecurityAssociation(association) => {
                association.proposals().try_for_each(|proposal| self.print_one_proposal(proposal))
            }
            _ => Ok(()),
        })
    }

    fn print_one_proposal(&mut self, proposal: Proposal<'_>) -> fmt::Result {
        let negotiation = match proposal.protocol {
            ProtocolId::IKE => "initial",
            _ => "IPSec",
        };
        let (spi_size, names) = (proposal.spi.len(), TransformNames(proposal));
        let values: [Value<'_>; 6] = [
            ("protocol", &proposal.protocol),
            ("number", &proposal.number),
            ("spi_size", &spi_size),
            ("negotiation", &negotiation),
            ("count", &proposal.transform_count),
            ("transforms", &names),
        ];
        self.page.line(Literal::Ikev2Proposal, &values)
    }

    fn print_making_of_delete(&mut self, record: &MessageRecord, delete: Delete<'_>) -> fmt::Result {
        if delete.protocol() == ProtocolId::IKE {
            let [initiator_spi, responder_spi] = spis(record);
            let values: [Value<'_>; 2] =
                [("initiator_spi", &initiator_spi), ("responder_spi", &responder_spi)];
            return self.page.line(Literal::Ikev2SendingDelete, &values);
        }
        delete
            .spis()
            .try_for_each(|spi| self.page.line(Literal::Ikev2SendingDeleteOfIpsec, &[("spi", &Hex(spi))]))
    }
}

/// The SPIs in the header of a message: the initiator's, the responder's (RFC 7296 3.1).
fn spis(record: &MessageRecord) -> [Hex<'_>; 2] {
    [0..8, 8..16].map(|range| Hex(record.plaintext.get(range).unwrap_or_default()))
}

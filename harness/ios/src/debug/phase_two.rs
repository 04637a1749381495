//! Quick Mode and IPsec, and the payloads of Informational exchanges.

use std::fmt;
use std::net::IpAddr;

use ike::{EventKind, MessageName, Protection, ProtectionId, Role, Subnet, TransformPlace};
use wire::ikev1::NotifyType;

use super::Scene;
use super::literals::Literal;
use super::names;
use super::page::{Page, Value};
use super::transforms::{self, EspSuite};

impl Scene<'_> {
    pub(super) fn print_phase_two(&mut self, kind: &EventKind) -> fmt::Result {
        match kind {
            EventKind::QuickModeStateChanged { input, from, to, .. } => {
                self.page.line(Literal::NodeInput, &[("input", &names::quick_mode_input(*input))])?;
                let (from, to) = (names::quick_mode_state(*from), names::quick_mode_state(*to));
                self.page.line(Literal::States, &[("from", &from), ("to", &to)])
            }
            EventKind::ChildProposalChecked { protection, transform, accepted } => {
                self.print_proposal(*protection, *transform, *accepted)
            }
            EventKind::ProfileNotTheTunnels { .. } => self.page.lines(&[Literal::ProfileDidNotMatch]),
            EventKind::ChildEstablished { protection, inbound_spi, outbound_spi } => {
                self.print_child(*protection, *inbound_spi, *outbound_spi)
            }
            EventKind::NotificationRead { notify_type, protocol, .. } => {
                let notification = names::notification(NotifyType(*notify_type));
                let values: [Value<'_>; 2] = [("notification", &notification), ("protocol", protocol)];
                self.page.line(Literal::NotificationRead, &values)?;
                self.end_node()
            }
            EventKind::LivenessSeen { sequence, acknowledged } => {
                let notification = if *acknowledged { "DPD/R_U_THERE_ACK" } else { "DPD/R_U_THERE" };
                let sequence = format!("{sequence:X}");
                self.page
                    .line(Literal::LivenessSeen, &[("notification", &notification), ("sequence", &sequence)])
            }
            EventKind::DeleteRead { .. } => {
                self.page.lines(&[Literal::DeleteRead, Literal::NoParanoidKeepalives])?;
                self.end_node()
            }
            _ => Ok(()),
        }
    }

    fn print_proposal(&mut self, id: ProtectionId, place: TransformPlace, accepted: bool) -> fmt::Result {
        let received = self.memory.received.clone();
        let Some(found) = transforms::find(&received, place) else { return Ok(()) };
        self.page.line(Literal::ProposalChecked, &[("proposal", &found.proposal)])?;
        transforms::print_esp(&mut self.page, found.transform)?;
        self.page.lines(&[Literal::IpsecAttributesAccepted])?;
        let suite = EspSuite::of_transform(found.transform);
        let protection = self.router.protection(id);
        print_block(&mut self.page, Literal::ProposalRequestBlock, protection, &suite, &[])?;
        if !accepted {
            self.print_unsupported(&suite)?;
            return self.page.lines(&[Literal::ProposalInvalidated]);
        }
        self.memory.suite = Some(suite);
        self.page.lines(&[Literal::QuickModePayloads])?;
        match self.page.common.role {
            Role::Initiator => Ok(()),
            Role::Responder => self.page.lines(&[Literal::ResponderGetsSpi]),
        }
    }

    /// A proposal of which no transform set is.
    pub(super) fn print_unsupported(&mut self, suite: &EspSuite) -> fmt::Result {
        let transforms = format!("{{{} }}", suite.words);
        self.page.line(Literal::TransformNotSupported, &[("transforms", &transforms)])
    }

    /// The IPsec SAs of both directions.
    pub(super) fn print_security_associations(
        &mut self,
        id: ProtectionId,
        inbound: u32,
        outbound: u32,
    ) -> fmt::Result {
        let protection = self.router.protection(id);
        let path = self.page.common.path;
        self.page.lines(&[Literal::KeyEngine])?;
        for (destination, spi) in [(path.local.ip(), inbound), (path.remote.ip(), outbound)] {
            self.print_security_association(protection, destination, spi)?;
        }
        Ok(())
    }

    fn print_child(&mut self, id: ProtectionId, inbound: u32, outbound: u32) -> fmt::Result {
        self.print_security_associations(id, inbound, outbound)?;
        let protection = self.router.protection(id);
        // A crypto map entry does not say at which interface it stands.
        if protection.is_crypto_map_entry() {
            return Ok(());
        }
        let spi_hex = format!("{inbound:X}");
        self.page.line(Literal::SaInstalled, &[("spi_hex", &spi_hex), ("interface", &protection.name)])
    }

    fn print_security_association(
        &mut self,
        protection: &Protection,
        destination: IpAddr,
        spi: u32,
    ) -> fmt::Result {
        let Some(suite) = &self.memory.suite else { return Ok(()) };
        self.counters.security_associations += 1;
        let spi_hex = format!("{spi:X}");
        let (seconds, kilobytes) = (protection.lifetime_seconds.value, protection.lifetime_kilobytes.value);
        let values: [Value<'_>; 6] = [
            ("destination", &destination),
            ("spi_hex", &spi_hex),
            ("spi", &spi),
            ("sa", &self.counters.security_associations),
            ("kilobytes", &kilobytes),
            ("seconds", &seconds),
        ];
        print_block(&mut self.page, Literal::SaCreated, protection, suite, &values)
    }

    /// An Informational exchange is over when its payload is read.
    fn end_node(&mut self) -> fmt::Result {
        match self.memory.received_name {
            MessageName::Informational => self.page.lines(&[Literal::InformationalNodeDeleted]),
            _ => Ok(()),
        }
    }
}

/// Prints one of the blocks of `debug crypto ipsec` that tell what is protected and how.
pub(super) fn print_block(
    page: &mut Page<'_>,
    literal: Literal,
    protection: &Protection,
    suite: &EspSuite,
    values: &[Value<'_>],
) -> fmt::Result {
    let (local_proxy, remote_proxy) = (Proxy(protection.local_traffic), Proxy(protection.remote_traffic));
    let common: [Value<'_>; 5] = [
        ("local_proxy", &local_proxy),
        ("remote_proxy", &remote_proxy),
        ("transforms", &suite.words),
        ("encapsulation", &suite.encapsulation),
        ("key_size", &suite.key_size),
    ];
    page.line(literal, &[&common[..], values].concat())
}

/// A proxy identity as IOS prints it: network and mask.
struct Proxy(Subnet);

impl fmt::Display for Proxy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.0.network, self.0.mask)
    }
}

//! `show crypto pki certificates`: the router's own certificates, the newest enrolment first, and those of its CAs.

use lab::side::Side;
use model::{CaCertificateId, Enrolment, Router, TrustpointId, Validity};

use super::{Naming, moment};
use crate::case::Case;

/// What the router prints.
pub(super) fn text(case: &Case, side: Side, naming: &Naming) -> String {
    let router = &case.routers[side];
    let own = router.enrolments.iter().map(|enrolment| own(case, side, enrolment, naming));
    let ids = (0_u8..).map(CaCertificateId).take(case.world.ca_certificates.len());
    own.chain(ids.filter_map(|id| authority(case, router, id, naming))).collect()
}

/// The serial number of a router's certificate, in hexadecimal digits: no two of a case are equal.
pub(super) fn serial(side: Side, trustpoint: TrustpointId) -> String {
    let first = match side {
        Side::First => 0x40,
        Side::Second => 0x60,
    };
    format!("{:02X}", first + trustpoint.0)
}

/// The serial number of a CA's certificate.
pub(super) fn authority_serial(id: CaCertificateId) -> String {
    format!("{:02X}", u16::from(id.0) + 1)
}

fn own(case: &Case, side: Side, enrolment: &Enrolment, naming: &Naming) -> String {
    let router = &case.routers[side];
    let issuer = router.issuer(&case.world, enrolment).map(|ca| case.world.authority(ca).name);
    let subject =
        format!("    Name: {}\n{}", naming.host(side), lines(&naming.subject(&enrolment.certificate)));
    block(&Block {
        heading: "Certificate",
        serial: serial(side, enrolment.trustpoint),
        usage: "General Purpose",
        issuer: issuer.map(|name| naming.authority(name)).unwrap_or_default(),
        subject,
        validity: enrolment.certificate.condition.validity,
        trustpoints: naming.trustpoint(enrolment.trustpoint),
    })
}

/// One block for all trustpoints that are authenticated with the certificate.
fn authority(case: &Case, router: &Router, id: CaCertificateId, naming: &Naming) -> Option<String> {
    let trustpoints = (0..).map(TrustpointId).zip(&router.trustpoints);
    let of_it = trustpoints.filter(|(_, trustpoint)| trustpoint.authenticated == Some(id));
    let of_it: Vec<String> = of_it.map(|(place, _)| naming.trustpoint(place)).collect();
    if of_it.is_empty() {
        return None;
    }
    let certificate = case.world.ca_certificate(id);
    let name = |ca| naming.authority(case.world.authority(ca).name);
    Some(block(&Block {
        heading: "CA Certificate",
        serial: authority_serial(id),
        usage: "Signature",
        issuer: name(certificate.issuer),
        subject: lines(&name(certificate.subject)),
        validity: certificate.condition.validity,
        trustpoints: of_it.join(" "),
    }))
}

struct Block {
    heading: &'static str,
    serial: String,
    usage: &'static str,
    issuer: String,
    subject: String,
    validity: Validity,
    trustpoints: String,
}

fn block(block: &Block) -> String {
    let Block { heading, serial, usage, issuer, subject, validity, trustpoints } = block;
    let (from, until) = (moment(validity.from).shown, moment(validity.until).shown);
    format!(
        "{heading}\n  Status: Available\n  Certificate Serial Number (hex): {serial}\n  Certificate Usage: {usage}\n  \
         Issuer:\n{}  Subject:\n{subject}  Validity Date:\n    start date: {from}\n    end   date: {until}\n  \
         Associated Trustpoints: {trustpoints}\n\n",
        lines(issuer)
    )
}

/// A name, one RDN to a line.
fn lines(name: &str) -> String {
    name.split(',').map(|part| format!("    {part}\n")).collect()
}

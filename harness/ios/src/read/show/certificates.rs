//! `show crypto pki certificates`, with and without `verbose`.

use std::str::FromStr;

use ike::{Origin, Sourced};

use crate::description::{CertificateStatus, CertificateUsage, ClockTime, ShownCertificate, ShownKind};
use crate::diagnostic::Diagnostic;
use crate::read::command::{Command, Statement, command, find};
use crate::read::draft::Draft;
use crate::read::line::Line;

/// Reads one output.
#[derive(Debug, Default)]
pub(in crate::read) struct CertificatesReader {
    finished: Vec<ShownCertificate>,
    printed: Option<Printed>,
}

/// The certificate that is being printed.
#[derive(Debug)]
struct Printed {
    certificate: ShownCertificate,
    block: Block,
}

/// What lines without a label of their own belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    None,
    Issuer,
    Subject,
    CrlDistributionPoints,
    ExtendedKeyUsage,
    AlternativeName,
    /// Something of no interest.
    Other,
}

const HEADINGS: &[(&str, ShownKind)] = &[
    ("Certificate", ShownKind::Router),
    ("CA Certificate", ShownKind::Authority),
    ("Router Self-Signed Certificate", ShownKind::SelfSigned),
    ("RA Certificate", ShownKind::Registration),
    ("RA Signature Certificate", ShownKind::Registration),
    ("RA KeyEncipher Certificate", ShownKind::Registration),
    ("RA General Purpose Certificate", ShownKind::Registration),
    ("Certificate (subordinate CA certificate)", ShownKind::Other),
    ("CA Certificate (Rollover)", ShownKind::Other),
    ("Certificate (Rollover)", ShownKind::Other),
    ("Router Certificate (Rollover)", ShownKind::Other),
];

const FIELDS: &[Command<Printed>] = &[
    command("Status: <status...>", |printed, statement| {
        let status = match statement.rest(0) {
            status if status.eq_ignore_ascii_case("Available") => CertificateStatus::Available,
            status if status.eq_ignore_ascii_case("Pending") => CertificateStatus::Pending,
            status => CertificateStatus::Other(status),
        };
        printed.certificate.status = Some(statement.sourced(status));
    }),
    command("Version: <version>", |printed, statement| {
        printed.certificate.version = number(statement, 0);
    }),
    command("Certificate Serial Number (hex): <serial>", serial),
    command("Certificate Serial Number: <serial>", serial),
    command("Certificate Usage: <usage...>", usage),
    command("Key Usage: <usage...>", usage),
    command("Issuer:", |printed, _| printed.block = Block::Issuer),
    command("Subject:", |printed, _| printed.block = Block::Subject),
    command("Subject Name Contains:", |printed, _| printed.block = Block::Subject),
    command("Name: <name...>", |printed, statement| {
        printed.certificate.subject.name = Some(statement.value_of_rest(0));
    }),
    command("IP Address: <address>", |printed, statement| {
        let address = statement.parse(0, "an address");
        printed.certificate.subject.ip_address = address.map(|address| statement.sourced(address));
    }),
    command("Serial Number: <number...>", |printed, statement| {
        printed.certificate.subject.serial_number = Some(statement.value_of_rest(0));
    }),
    command("CRL Distribution Points:", |printed, _| printed.block = Block::CrlDistributionPoints),
    command("CRL Distribution Point:", |printed, _| printed.block = Block::CrlDistributionPoints),
    command("Validity Date:", |printed, _| printed.block = Block::None),
    command("start date: <time...>", |printed, statement| printed.certificate.not_before = time(statement)),
    command("end date: <time...>", |printed, statement| printed.certificate.not_after = time(statement)),
    command("renew date: <time...>", |printed, statement| printed.certificate.renewal = time(statement)),
    command("Subject Key Info:", |printed, _| printed.block = Block::None),
    command("Public Key Algorithm: <algorithm...>", |printed, statement| {
        printed.certificate.public_key_algorithm = Some(statement.value_of_rest(0));
    }),
    command("RSA Public Key: <bits> bit)", |printed, statement| {
        printed.certificate.public_key_bits = number(statement, 0);
    }),
    command("EC Public Key: <bits> bit)", |printed, statement| {
        printed.certificate.public_key_bits = number(statement, 0);
    }),
    command("Signature Algorithm: <algorithm...>", |printed, statement| {
        printed.block = Block::None;
        printed.certificate.signature_algorithm = Some(statement.value_of_rest(0));
    }),
    command("Fingerprint MD5: <digits...>", |printed, statement| {
        printed.certificate.fingerprints.md5 = Some(statement.digits(0));
    }),
    command("Fingerprint SHA1: <digits...>", |printed, statement| {
        printed.certificate.fingerprints.sha1 = Some(statement.digits(0));
    }),
    command("X509v3 extensions:", |printed, _| printed.block = Block::None),
    command("X509v3 Key Usage: <bits>", |printed, statement| {
        let bits = u32::from_str_radix(&statement.text(0), 16);
        match bits {
            Ok(bits) => printed.certificate.key_usage = Some(statement.sourced(bits)),
            Err(_) => statement.refuse(0, "a hexadecimal number"),
        }
        // The lines below spell the bits out.
        printed.block = Block::Other;
    }),
    command("X509v3 Extended Key Usage:", |printed, _| printed.block = Block::ExtendedKeyUsage),
    command("Extended Key Usage:", |printed, _| printed.block = Block::ExtendedKeyUsage),
    command("X509v3 Subject Alternative Name:", |printed, _| printed.block = Block::AlternativeName),
    command("X509v3 Subject Key ID: <digits...>", |printed, statement| {
        printed.certificate.subject_key_id = Some(statement.digits(0));
    }),
    command("X509v3 Authority Key ID: <digits...>", |printed, statement| {
        printed.certificate.authority_key_id = Some(statement.digits(0));
    }),
    command("X509v3 Basic Constraints:", |printed, _| printed.block = Block::Other),
    command("CA: TRUE", |printed, statement| {
        printed.certificate.is_authority = Some(statement.sourced(true))
    }),
    command("CA: FALSE", |printed, statement| {
        printed.certificate.is_authority = Some(statement.sourced(false))
    }),
    command("Authority Info Access:", |printed, _| printed.block = Block::Other),
    command("Authority Info Access: <text...>", |printed, _| printed.block = Block::Other),
    command("X509v3 <extension...>", |printed, _| printed.block = Block::Other),
    command("Cert install time: <time...>", |printed, statement| {
        printed.block = Block::None;
        printed.certificate.installed = time(statement);
    }),
    command("Cert install time in nsec: <time...>", |printed, _| printed.block = Block::None),
    command("Associated Trustpoints: <names...>", trustpoints),
    command("Associated Trustpoint: <names...>", trustpoints),
    command("Associated Identity: <names...>", trustpoints),
    command("Storage: <file>", |printed, statement| {
        printed.certificate.storage = Some(statement.value(0));
    }),
    command("Key Label: <label...>", |printed, statement| {
        printed.certificate.key_label = Some(statement.value_of_rest(0));
    }),
    command("Trustpool: <kind...>", |printed, statement| {
        printed.certificate.trustpool = Some(statement.value_of_rest(0))
    }),
];

/// The heading, if the line is one.
pub(in crate::read) fn heading(line: Line<'_>) -> Option<ShownKind> {
    let text = line.text.trim();
    HEADINGS.iter().find_map(|(heading, kind)| heading.eq_ignore_ascii_case(text).then_some(*kind))
}

impl CertificatesReader {
    pub fn line(&mut self, draft: &mut Draft<'_>, line: Line<'_>) {
        let text = line.text.trim();
        if text.is_empty() {
            return;
        }
        if let Some(kind) = heading(line) {
            self.finished.extend(self.printed.take().map(|printed| printed.certificate));
            let certificate = ShownCertificate::new(draft.sourced(kind, line));
            self.printed = Some(Printed { certificate, block: Block::None });
            return;
        }
        if is_left_out(text) {
            draft.router.shown.certificates_left_out = Some(draft.mark(line));
            return;
        }
        let words = line.words();
        let known = self.printed.as_mut().is_some_and(|printed| {
            let Some((field, values)) = find(FIELDS, &words) else { return printed.add(draft, line) };
            let mut statement = Statement::new(draft.sources, &mut draft.diagnostics, line, &words, values);
            (field.apply)(printed, &mut statement);
            true
        });
        if !known {
            draft.unknown(line, false);
        }
    }

    /// Keeps what was printed. A second output, with `verbose` perhaps, adds to what the first one told.
    pub fn finish(mut self, draft: &mut Draft<'_>) {
        if let Some(Printed { certificate, .. }) = self.printed.take() {
            if is_cut_off(&certificate) {
                draft.router.shown.certificates_left_out = Some(certificate.kind.origin);
                draft.diagnostics.add(cut_off(certificate.kind.origin));
            }
            self.finished.push(certificate);
        }
        let Some(known) = &mut draft.router.shown.certificates else {
            // An output without certificates is an output nevertheless.
            draft.router.shown.certificates = Some(self.finished);
            return;
        };
        let mut previous = None;
        for certificate in self.finished {
            let position = known.iter().take(MOST_COMPARED).position(|other| is_same(other, &certificate));
            let Some(position) = position else {
                known.push(certificate);
                continue;
            };
            if let Some((_, after)) = previous.filter(|(before, _)| position < *before) {
                draft.diagnostics.add(other_order(certificate.kind.origin, after));
            }
            previous = Some((position, certificate.kind.origin));
            if certificate.signature_algorithm.is_some() {
                known[position] = certificate;
            }
        }
    }
}

/// So many certificates are looked through for one that is printed again; no router has more.
const MOST_COMPARED: usize = 1000;

/// Whether two outputs print the same certificate.
fn is_same(one: &ShownCertificate, other: &ShownCertificate) -> bool {
    let serial =
        |certificate: &ShownCertificate| certificate.serial.as_ref().map(|serial| serial.value.clone());
    let issuer = |certificate: &ShownCertificate| -> Vec<String> {
        certificate.issuer.iter().map(|line| line.value.clone()).collect()
    };
    one.kind.value == other.kind.value
        && one.serial.is_some()
        && serial(one) == serial(other)
        && issuer(one) == issuer(other)
}

/// Whether the output ends before the line that says for which trustpoints the certificate is. Requests that wait for an
/// answer, and certificates that the release brings along, may do without one.
fn is_cut_off(certificate: &ShownCertificate) -> bool {
    matches!(certificate.kind.value, ShownKind::Router | ShownKind::Authority)
        && certificate.trustpoints.is_empty()
        && certificate.trustpool.is_none()
        && certificate.status.as_ref().is_none_or(|status| status.value != CertificateStatus::Pending)
}

fn cut_off(certificate: Origin) -> Diagnostic {
    let message = "the output ends in the middle of this certificate: it tells no trustpoint, and what follows is missing";
    Diagnostic::warning("cut-off-certificate", message)
        .at(certificate, "")
        .help("give the whole output: certificates that it does not tell are made as needed")
}

fn other_order(certificate: Origin, after: Origin) -> Diagnostic {
    Diagnostic::error("contradictory-order", "two outputs list the router's certificates in different orders")
        .at(certificate, "another output lists this one first")
        .at(after, "and then this one")
        .help("give the output of one `show crypto pki certificates` only: the order decides what is asked for first")
}

impl Printed {
    /// Adds a line without a label to the block that it stands in. A name with a comma in it is printed on two lines.
    fn add(&mut self, draft: &mut Draft<'_>, line: Line<'_>) -> bool {
        let list = match self.block {
            Block::Issuer => &mut self.certificate.issuer,
            Block::Subject => &mut self.certificate.subject.distinguished_name,
            Block::CrlDistributionPoints => &mut self.certificate.crl_distribution_points,
            Block::ExtendedKeyUsage => &mut self.certificate.extended_key_usage,
            Block::AlternativeName => &mut self.certificate.alternative_names,
            Block::Other => return true,
            Block::None => return false,
        };
        let text = line.text.trim();
        if matches!(self.block, Block::Issuer | Block::Subject) && !text.contains('=') {
            // The comma stood at the end of the line before.
            let Some(last) = list.last_mut() else { return false };
            last.value = format!("{}, {text}", last.value);
        } else {
            list.push(draft.sourced(text.to_owned(), line));
        }
        true
    }
}

/// Whether somebody who shortened the output says so: `...`, `<output omitted>`.
fn is_left_out(text: &str) -> bool {
    const FEWEST_DOTS: usize = 3;
    (text.len() >= FEWEST_DOTS && text.chars().all(|c| c == '.')) || text == "…" || text.contains("omitted")
}

/// Whoever shows an output to others may have made its serial numbers unreadable: nothing rests on one alone.
fn serial(printed: &mut Printed, statement: &mut Statement<'_>) {
    let serial = statement.value(0);
    if serial.value.chars().all(|c| c.is_ascii_hexdigit()) {
        printed.certificate.serial = Some(serial);
    } else {
        let message = format!(
            "`{}` is not a hexadecimal number: the serial number is taken as not printed",
            serial.value
        );
        let origin = statement.origin_of(0);
        statement.report(Diagnostic::warning("unreadable-serial", message).at(origin, ""));
    }
}

fn usage(printed: &mut Printed, statement: &mut Statement<'_>) {
    let usage = match statement.rest(0).as_str() {
        "General Purpose" => CertificateUsage::GeneralPurpose,
        "Signature" => CertificateUsage::Signature,
        "Encryption" => CertificateUsage::Encryption,
        other => CertificateUsage::Other(other.to_owned()),
    };
    printed.certificate.usage = Some(statement.sourced(usage));
}

fn trustpoints(printed: &mut Printed, statement: &mut Statement<'_>) {
    printed.block = Block::None;
    printed.certificate.trustpoints = statement.values_from(0);
}

/// A number that may stand in parentheses.
fn number<T: FromStr>(statement: &mut Statement<'_>, index: usize) -> Option<Sourced<T>> {
    match statement.text(index).trim_start_matches('(').parse() {
        Ok(number) => Some(statement.sourced(number)),
        Err(_) => {
            statement.refuse(index, "a number");
            None
        }
    }
}

fn time(statement: &mut Statement<'_>) -> Option<Sourced<ClockTime>> {
    match ClockTime::parse(&statement.rest(0)) {
        Some(time) => Some(statement.sourced(time)),
        None => {
            statement.refuse_rest(0, "a time such as `13:25:01 CET Jun 17 2013`");
            None
        }
    }
}

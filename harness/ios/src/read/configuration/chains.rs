//! `crypto pki certificate chain`.

use ike::{Origin, Sourced};

use super::Next;
use crate::description::{CertificateChain, ChainCertificate, ChainContent, ChainRole, RouterDescription};
use crate::diagnostic::Diagnostic;
use crate::read::blob::HexBlob;
use crate::read::command::{Command, Statement, command};
use crate::read::diagnostics::Diagnostics;
use crate::sources::Sources;

pub(super) const COMMANDS: &[Command<CertificateChain>] = &[
    command("certificate ca <serial> [<file>]", |chain, statement| {
        add(chain, statement, ChainRole::Authority)
    }),
    command("certificate self-signed <serial> [<file>]", |chain, statement| {
        add(chain, statement, ChainRole::SelfSigned);
    }),
    command("certificate ra-sign|ra-encrypt|ra-general|rollover <serial> [<file>]", |chain, statement| {
        add(chain, statement, ChainRole::Other);
    }),
    command("certificate rollover ca <serial> [<file>]", |chain, statement| {
        add(chain, statement, ChainRole::Other)
    }),
    command("certificate <serial> [<file>]", |chain, statement| add(chain, statement, ChainRole::Router)),
];

fn add(chain: &mut CertificateChain, statement: &mut Statement<'_>, role: ChainRole) {
    let serial = statement.text(0);
    let serial = statement.sourced(serial);
    let content = match statement.get(1).map(str::to_owned) {
        Some(file) => ChainContent::File(statement.sourced(file)),
        None => {
            statement.next = Next::Certificate;
            ChainContent::Absent
        }
    };
    chain.certificates.push(ChainCertificate { role, serial, content });
}

/// Puts the digits that were read into the last certificate of a chain, or says why they are none.
pub(super) fn finish(
    router: &mut RouterDescription,
    chain: usize,
    blob: HexBlob,
    has_end: bool,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    let Some(certificate) = router.chains[chain].certificates.last_mut() else { return };
    let header = certificate.serial.origin;
    let Some(last) = blob.last else {
        // Certificates that are not shown leave nothing between the heading and the end.
        return;
    };
    let command = sources.locate(header).map_or("certificate", |place| place.text).to_owned();
    if !has_end {
        diagnostics.add(endless(&command, header, last));
    }
    certificate.content = match blob.finish() {
        Ok(der) => ChainContent::Der(Sourced::new(der, header)),
        Err(reason) => {
            if let Some(reason) = reason {
                diagnostics.add(damaged(&command, &reason, header, last));
            }
            ChainContent::Damaged(header)
        }
    };
}

fn endless(command: &str, header: Origin, last: Origin) -> Diagnostic {
    Diagnostic::warning("endless-certificate", format!("`{command}` has no `quit` after its last line"))
        .at(last, "the last line of digits")
        .at(header, "the certificate")
}

fn damaged(command: &str, reason: &str, header: Origin, last: Origin) -> Diagnostic {
    Diagnostic::error("damaged-certificate", format!("`{command}` does not hold a whole certificate: {reason}"))
        .at(last, "the last line of digits")
        .at(header, "the certificate")
        .help("copy the whole of `show running-config` again, or leave the digits out to have a certificate invented")
}

//! `crypto pki certificate chain`.

use ike::{Origin, Sourced};

use super::Next;
use crate::description::{CertificateChain, ChainCertificate, ChainContent, ChainRole};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::blob::{Damage, HexBlob};
use crate::read::command::{Command, Statement, command};
use crate::read::draft::Draft;

pub(super) const COMMANDS: &[Command<CertificateChain>] = &[
    command("certificate ca <serial> [<file>]", |chain, statement| {
        add(chain, statement, ChainRole::Authority)
    }),
    command("certificate self-signed <serial> [<file>]", |chain, statement| {
        add(chain, statement, ChainRole::SelfSigned);
    }),
    command("certificate rollover ca <serial> [<file>]", |chain, statement| {
        add(chain, statement, ChainRole::Other)
    }),
    command("certificate ra-sign|ra-encrypt|ra-general|rollover <serial> [<file>]", |chain, statement| {
        add(chain, statement, ChainRole::Other);
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
pub(super) fn finish(draft: &mut Draft<'_>, chain: usize, blob: HexBlob, has_end: bool) {
    let Draft { router, sources, diagnostics } = draft;
    let Some(certificate) = router.chains[chain].certificates.last_mut() else { return };
    let header = certificate.serial.origin;
    let (Some(first), Some(last)) = (blob.first, blob.last) else {
        // Certificates that are not shown leave nothing between the command and the end.
        return;
    };
    let command = sources.locate(header).map_or("certificate", |place| place.text).to_owned();
    if !has_end {
        diagnostics.add(endless(&command, header, last));
    }
    certificate.content = match blob.finish() {
        Ok(der) => ChainContent::Der(Sourced::new(der, header)),
        Err(damage) => {
            if let Some(damage) = damage {
                let place = if matches!(damage, Damage::Beginning(_)) { first } else { last };
                let diagnostic = damaged(&command, &damage, header, place);
                // The others bear on no negotiation.
                let is_needed = matches!(certificate.role, ChainRole::Router | ChainRole::Authority);
                let severity = if is_needed { Severity::Error } else { Severity::Warning };
                diagnostics.add(Diagnostic { severity, ..diagnostic });
            }
            ChainContent::Damaged(header)
        }
    };
}

fn endless(command: &str, header: Origin, last: Origin) -> Diagnostic {
    Diagnostic::warning("endless-certificate", format!("`{command}` has no `quit` after its last line"))
        .at(last, "the last line of digits")
        .at(header, "")
}

fn damaged(command: &str, damage: &Damage, header: Origin, place: Origin) -> Diagnostic {
    Diagnostic::error("damaged-certificate", format!("`{command}` is not a whole certificate: {damage}"))
        .at(place, "")
        .at(header, "")
        .help("copy the whole output of `show running-config` again")
}

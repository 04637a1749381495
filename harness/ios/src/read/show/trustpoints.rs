//! `show crypto pki trustpoints`, with and without `status`.

use ike::Sourced;

use crate::description::{Fingerprints, ShownTrustpoint};
use crate::read::command::{Command, Statement, command, find};
use crate::read::draft::Draft;
use crate::read::line::Line;

/// Reads one output.
#[derive(Debug, Default)]
pub(in crate::read) struct TrustpointsReader {
    printed: Option<Printed>,
}

#[derive(Debug)]
struct Printed {
    trustpoint: ShownTrustpoint,
    /// Whether names that follow are those of the CA, not of the router.
    of_authority: bool,
}

const FIELDS: &[Command<Printed>] = &[
    command("Subject Name:", |_, _| {}),
    command("Serial Number (hex): <serial>", |printed, statement| {
        printed.trustpoint.serial = Some(statement.value(0));
    }),
    command("Certificate configured.", |printed, statement| {
        printed.trustpoint.authenticated = Some(statement.sourced(true));
    }),
    command("Persistent self-signed certificate trust point", |printed, statement| {
        printed.trustpoint.enrolled = Some(statement.sourced(true));
    }),
    command("Issuing CA certificate configured:", |printed, statement| {
        printed.of_authority = true;
        printed.trustpoint.authenticated = Some(statement.sourced(true));
    }),
    command("Router <usage> certificate configured:", own_certificate),
    command("Router General Purpose certificate configured:", own_certificate),
    command("Fingerprint MD5: <digits...>", |printed, statement| {
        printed.fingerprints().md5 = Some(statement.digits(0));
    }),
    command("Fingerprint SHA1: <digits...>", |printed, statement| {
        printed.fingerprints().sha1 = Some(statement.digits(0));
    }),
    command("Last enrollment status: <status...>", |printed, statement| {
        printed.trustpoint.last_enrollment = Some(statement.value_of_rest(0));
    }),
    command("State:", |_, _| {}),
    command("Keys generated <dots> <answer...>", |printed, statement| {
        printed.trustpoint.keys_generated = Some(answer(statement));
    }),
    command("Issuing CA authenticated <dots> <answer>", |printed, statement| {
        printed.trustpoint.authenticated = Some(answer(statement));
    }),
    command("Certificate request(s) <dots> <answer...>", |printed, statement| {
        printed.trustpoint.requested = Some(answer(statement));
    }),
    command("Using key label <label...>", |_, _| {}),
];

fn own_certificate(printed: &mut Printed, statement: &mut Statement<'_>) {
    printed.of_authority = false;
    printed.trustpoint.enrolled = Some(statement.sourced(true));
}

/// `Yes`, perhaps with something behind it; anything else is no.
fn answer(statement: &mut Statement<'_>) -> Sourced<bool> {
    let is_yes = statement.get(1) == Some("Yes");
    statement.sourced(is_yes)
}

impl Printed {
    /// Those of the certificate that is being printed.
    const fn fingerprints(&mut self) -> &mut Fingerprints {
        if self.of_authority {
            &mut self.trustpoint.authority_fingerprints
        } else {
            &mut self.trustpoint.own_fingerprints
        }
    }
}

/// The name in `Trustpoint NAME:`, if the line is one.
pub(in crate::read) fn heading(line: Line<'_>) -> Option<&str> {
    let name = line.text.trim().strip_prefix("Trustpoint ")?.strip_suffix(':')?;
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}

impl TrustpointsReader {
    pub fn line(&mut self, draft: &mut Draft<'_>, line: Line<'_>) {
        let text = line.text.trim();
        if text.is_empty() {
            return;
        }
        if let Some(name) = heading(line) {
            self.keep(draft);
            let trustpoint = ShownTrustpoint::new(draft.sourced(name.to_owned(), line));
            self.printed = Some(Printed { trustpoint, of_authority: true });
            return;
        }
        let words = line.words();
        match (&mut self.printed, find(FIELDS, &words)) {
            (Some(printed), Some((field, values))) => {
                let mut statement =
                    Statement::new(draft.sources, &mut draft.diagnostics, line, &words, values);
                (field.apply)(printed, &mut statement);
            }
            (Some(printed), None) if text.contains('=') => {
                let trustpoint = &mut printed.trustpoint;
                let name =
                    if printed.of_authority { &mut trustpoint.authority } else { &mut trustpoint.own_name };
                name.push(draft.sourced(text.to_owned(), line));
            }
            _ => draft.unknown(line, false),
        }
    }

    /// Keeps the last trustpoint.
    pub fn finish(mut self, draft: &mut Draft<'_>) {
        self.keep(draft);
    }

    fn keep(&mut self, draft: &mut Draft<'_>) {
        draft.router.shown.trustpoints.extend(self.printed.take().map(|printed| printed.trustpoint));
    }
}

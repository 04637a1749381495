//! Certificates in PEM form, as `crypto pki export` and `show crypto pki certificates pem` print them, or pasted.

use base64ct::{Base64, Encoding};
use ike::{Origin, Sourced};

use crate::description::{ChainRole, PemCertificate};
use crate::diagnostic::Diagnostic;
use crate::read::blob::whole_element;
use crate::read::diagnostics::Diagnostics;
use crate::read::draft::Draft;
use crate::read::line::Line;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Headings, and whose certificate stands under them.
const HEADINGS: &[(&str, ChainRole)] = &[
    ("% CA certificate:", ChainRole::Authority),
    ("% Self-signed CA certificate:", ChainRole::Authority),
    ("% General Purpose Certificate:", ChainRole::Router),
    ("% Signature Certificate:", ChainRole::Router),
    ("% Certificate:", ChainRole::Router),
    ("% Self-signed certificate:", ChainRole::SelfSigned),
    ("% Encryption Certificate:", ChainRole::Other),
    ("% RA certificate:", ChainRole::Other),
];

/// Looks for certificates in all outputs of a text.
#[derive(Debug, Default)]
pub(in crate::read) struct PemReader {
    /// The trustpoint that the output is about.
    pub trustpoint: Option<Sourced<String>>,
    role: Option<Sourced<ChainRole>>,
    /// The first line of the certificate, and its text so far.
    open: Option<(Origin, String)>,
}

/// The name in `------Trustpoint: NAME------`, if the line is one.
pub(in crate::read) fn heading(line: Line<'_>) -> Option<&str> {
    let name = line.text.trim().trim_matches('-').strip_prefix("Trustpoint: ")?;
    line.text.starts_with("---").then_some(name)
}

impl PemReader {
    /// Takes a line, if it belongs to a certificate or to the headings of one.
    pub fn line(&mut self, draft: &mut Draft<'_>, line: Line<'_>) -> bool {
        let text = line.text.trim();
        if let Some((origin, base64)) = &mut self.open {
            if text != END {
                base64.push_str(text);
                return true;
            }
            match decode(base64) {
                Ok(der) => draft.router.pem_certificates.push(PemCertificate {
                    trustpoint: self.trustpoint.clone(),
                    role: self.role.take(),
                    der: Sourced::new(der, *origin),
                }),
                Err(reason) => draft.diagnostics.add(damaged(reason, *origin)),
            }
            self.open = None;
            return true;
        }
        if text == BEGIN {
            self.open = Some((draft.mark(line), String::new()));
        } else if let Some(name) = heading(line) {
            self.trustpoint = Some(draft.sourced(name.to_owned(), line));
        } else if let Some((_, role)) = HEADINGS.iter().find(|(heading, _)| *heading == text) {
            self.role = Some(draft.sourced(*role, line));
        } else {
            return false;
        }
        true
    }

    /// Says what is missing at the end of the text.
    pub fn finish(&mut self, diagnostics: &mut Diagnostics) {
        if let Some((origin, _)) = self.open.take() {
            diagnostics.add(damaged(format!("there is no line `{END}`"), origin));
        }
        self.trustpoint = None;
        self.role = None;
    }
}

fn decode(text: &str) -> Result<Vec<u8>, String> {
    let der = Base64::decode_vec(text).map_err(|_| "it is not base64".to_owned())?;
    whole_element(&der).map_err(|damage| damage.to_string())?;
    Ok(der)
}

fn damaged(reason: String, origin: Origin) -> Diagnostic {
    Diagnostic::error("damaged-certificate", format!("this is not a whole certificate: {reason}"))
        .at(origin, "it begins here")
        .help("copy it again, from `-----BEGIN` to `-----END`")
}

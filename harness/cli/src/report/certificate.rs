//! Certificates, their encodings and names, as a tree.

use pki::{Certificate, KeyKind, NameRef};
use wire::CertificateEncoding;

use super::tree::{Hex, Tree};
use crate::console::escaped;

/// What an encoding is called, or its number.
pub fn encoding_name(encoding: CertificateEncoding) -> String {
    encoding.name().map_or_else(|| format!("encoding {encoding}"), str::to_owned)
}

/// A distinguished name in DER.
pub fn name(der: &[u8]) -> String {
    match NameRef::from_der(der) {
        Ok(name) => name.to_string(),
        Err(_) => format!("not a name: {}", Hex::whole(der)),
    }
}

/// Prints an X.509 certificate; `verbose` shows its bytes too.
pub fn print(tree: &mut Tree, data: &[u8], verbose: bool) {
    let certificate = match Certificate::from_der(data) {
        Ok(certificate) => certificate,
        Err(error) => {
            tree.line(format_args!("not a certificate: {}", escaped(&error.to_string())));
            tree.line(Hex::beginning(data, verbose));
            return;
        }
    };
    let validity = certificate.validity();
    tree.line(format_args!("subject  {}", certificate.subject()));
    tree.line(format_args!("issuer   {}", certificate.issuer()));
    tree.line(format_args!("serial   {}", certificate.serial()));
    tree.line(format_args!("valid    {} to {}", validity.not_before, validity.not_after));
    let key = match certificate.public_key().kind() {
        KeyKind::Rsa { bits } => format!("RSA, {bits} bits"),
        KeyKind::EllipticCurve { bits } => format!("elliptic curve, {bits} bits"),
        KeyKind::Other(algorithm) => algorithm.to_string(),
    };
    tree.line(format_args!("key      {key}"));
    if verbose {
        tree.line(format_args!("DER      {}", Hex::whole(data)));
    }
}

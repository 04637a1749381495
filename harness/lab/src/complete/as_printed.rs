//! What `show crypto pki certificates verbose` prints of a certificate, put into the specification of one that is made
//! like it.

use crypto::HashAlgorithm;
use ike::Sourced;
use ios::Diagnostic;
use ios::description::ShownCertificate;

use crate::certificates::{
    AlternativeName, CertificateSpecification, ExtendedKeyUsage, Form, KeyUsage, KeyUsagePurpose,
};

/// The bits of a key usage as `X509v3 Key Usage` prints them, the first in the highest place (RFC 5280 4.2.1.3).
const PURPOSES: [(u32, KeyUsagePurpose); 9] = [
    (1 << 31, KeyUsagePurpose::DigitalSignature),
    (1 << 30, KeyUsagePurpose::NonRepudiation),
    (1 << 29, KeyUsagePurpose::KeyEncipherment),
    (1 << 28, KeyUsagePurpose::DataEncipherment),
    (1 << 27, KeyUsagePurpose::KeyAgreement),
    (1 << 26, KeyUsagePurpose::KeyCertSign),
    (1 << 25, KeyUsagePurpose::CrlSign),
    (1 << 24, KeyUsagePurpose::EncipherOnly),
    (1 << 23, KeyUsagePurpose::DecipherOnly),
];

/// Extended key usages as IOS and other printers call them, in small letters and digits only.
const EXTENDED: &[(&str, ExtendedKeyUsage)] = &[
    ("any", ExtendedKeyUsage::Any),
    ("anyextendedkeyusage", ExtendedKeyUsage::Any),
    ("serverauth", ExtendedKeyUsage::ServerAuthentication),
    ("serverauthentication", ExtendedKeyUsage::ServerAuthentication),
    ("clientauth", ExtendedKeyUsage::ClientAuthentication),
    ("clientauthentication", ExtendedKeyUsage::ClientAuthentication),
    ("ipsecendsystem", ExtendedKeyUsage::IpsecEndSystem),
    ("ipsectunnel", ExtendedKeyUsage::IpsecTunnel),
    ("ipsecuser", ExtendedKeyUsage::IpsecUser),
    ("ocspsigning", ExtendedKeyUsage::OcspSigning),
    ("ipsecike", ExtendedKeyUsage::IpsecIke),
    ("1361557317", ExtendedKeyUsage::IpsecIke),
    ("136155822", ExtendedKeyUsage::IkeIntermediate),
    ("ikeintermediate", ExtendedKeyUsage::IkeIntermediate),
];

/// Makes `specification` one of a certificate with the printed key usage, extended key usage, subject alternative
/// names and hash. What is printed
/// and not known is reported.
pub(super) fn shape(
    specification: &mut CertificateSpecification,
    shown: &ShownCertificate,
    problems: &mut Vec<Diagnostic>,
) {
    if let Some(algorithm) = &shown.signature_algorithm {
        match hash_of(&algorithm.value) {
            Some(hash) => specification.signature_hash = hash,
            None => report(algorithm, "signature algorithm", problems),
        }
    }
    let Form::Version3(extensions) = &mut specification.form else { return };
    if let Some(bits) = shown.key_usage {
        let critical = extensions.key_usage.as_ref().is_none_or(KeyUsage::is_critical);
        let printed = PURPOSES.into_iter().filter(|(bit, _)| bits.value & bit != 0);
        extensions.key_usage = KeyUsage::new(printed.map(|(_, purpose)| purpose), critical);
    }
    for line in &shown.alternative_names {
        match alternative_name(&line.value) {
            Ok(Some(name)) if !extensions.alternative_names.contains(&name) => {
                extensions.alternative_names.push(name);
            }
            Ok(_) => {}
            Err(()) => report(line, "subject alternative name", problems),
        }
    }
    for usage in &shown.extended_key_usage {
        match extended(&usage.value) {
            Some(usage) if extensions.extended_key_usages.contains(&usage) => {}
            Some(usage) => extensions.extended_key_usages.push(usage),
            None => report(usage, "extended key usage", problems),
        }
    }
}

/// The name of a line of `X509v3 Subject Alternative Name`: a host or mailbox as it is, an address behind its label. `None`
/// for a label without a name.
fn alternative_name(line: &str) -> Result<Option<AlternativeName>, ()> {
    let (label, name) =
        line.split_once(':').map_or(("", line.trim()), |(label, name)| (label.trim(), name.trim()));
    Ok(match (label, name) {
        (_, "") => None,
        ("IP Address", address) => Some(AlternativeName::Address(address.parse().map_err(drop)?)),
        ("", mailbox) if mailbox.contains('@') => Some(AlternativeName::Email(mailbox.to_owned())),
        ("", host) if !host.contains(' ') => Some(AlternativeName::Dns(host.to_owned())),
        _ => return Err(()),
    })
}

/// The identifier of a certificate's key, as it is printed: hexadecimal digits.
pub(super) fn key_identifier(shown: &ShownCertificate) -> Option<String> {
    Some(shown.subject_key_id.as_ref()?.value.to_ascii_lowercase())
}

/// The hash of `SHA256 with RSA Encryption` and the like.
fn hash_of(algorithm: &str) -> Option<HashAlgorithm> {
    const NAMES: [(&str, HashAlgorithm); 5] = [
        ("md5", HashAlgorithm::Md5),
        ("sha1", HashAlgorithm::Sha1),
        ("sha256", HashAlgorithm::Sha256),
        ("sha384", HashAlgorithm::Sha384),
        ("sha512", HashAlgorithm::Sha512),
    ];
    let plain = plain(algorithm);
    NAMES.into_iter().find(|(name, _)| plain.contains(name)).map(|(_, hash)| hash)
}

fn extended(usage: &str) -> Option<ExtendedKeyUsage> {
    let plain = plain(usage);
    EXTENDED.iter().find(|(name, _)| *name == plain).map(|(_, usage)| *usage)
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn report(printed: &Sourced<String>, what: &str, problems: &mut Vec<Diagnostic>) {
    let message = format!("the {what} `{}` is not known: the certificate is made without it", printed.value);
    let problem = Diagnostic::warning("not-looked-at", message).at(printed.origin, "");
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternative_names_are_hosts_mailboxes_and_labelled_addresses() {
        let read = |line| alternative_name(line);
        assert_eq!(read("R2.example.com"), Ok(Some(AlternativeName::Dns("R2.example.com".to_owned()))));
        assert_eq!(read("r2@example.com"), Ok(Some(AlternativeName::Email("r2@example.com".to_owned()))));
        let address = AlternativeName::Address([198, 51, 100, 2].into());
        assert_eq!(read("IP Address : 198.51.100.2"), Ok(Some(address)));
        assert_eq!(read("OtherNames :"), Ok(None));
        assert_eq!(read("OtherNames : 1.2.3 something"), Err(()));
        assert_eq!(read("IP Address : nowhere"), Err(()));
    }

    #[test]
    fn signature_algorithms_and_usages_are_known_as_routers_print_them() {
        assert_eq!(hash_of("SHA256 with RSA Encryption"), Some(HashAlgorithm::Sha256));
        assert_eq!(hash_of("MD5 with RSA Encryption"), Some(HashAlgorithm::Md5));
        assert_eq!(hash_of("sha1WithRSAEncryption"), Some(HashAlgorithm::Sha1));
        assert_eq!(hash_of("Ed25519"), None);
        assert_eq!(extended("Server Auth"), Some(ExtendedKeyUsage::ServerAuthentication));
        assert_eq!(extended("1.3.6.1.5.5.7.3.17"), Some(ExtendedKeyUsage::IpsecIke));
        assert_eq!(extended("Code Signing"), None);
    }
}

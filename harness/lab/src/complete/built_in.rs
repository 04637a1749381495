//! The CAs that IOS carries itself (ORD-3). Their names matter; their certificates do not.

use ike::{Origin, Sourced, Trustpoint};
use pki::{Authority, Name};

/// Their names in the order of ORD-3, as IOS prints them.
const NAMES: [&str; 5] = [
    "ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US",
    "cn=Cisco SSCA2,o=Cisco Systems",
    "cn=Cisco Manufacturing CA,o=Cisco Systems",
    "cn=Cisco Root CA 2048,o=Cisco Systems",
    "cn=Cisco Root CA M1,o=Cisco",
];

/// The built-in trustpoints in the order of ORD-3.
pub fn trustpoints() -> impl Iterator<Item = Trustpoint> {
    NAMES.iter().map(|text| {
        let name = Name::from_ios_text(text).expect("a test reads every built-in name");
        Trustpoint {
            // They have no name in the configuration; a router prints the CA's.
            name: (*text).to_owned(),
            origin: Origin::DEFAULT,
            authority: Some(Authority::NameOnly(name)),
            enrolment: None,
            revocation: Sourced::default_value(Vec::new()),
            revocation_lists: Vec::new(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_have_the_lengths_of_the_captures() {
        // MM4 of the captures in Cisco document 117633 carries requests of 102, 53, 64, 60 and 50 bytes, five of which
        // are the payload's header and encoding.
        let lengths: Vec<_> =
            trustpoints().map(|trustpoint| trustpoint.authority_name().unwrap().as_der().len() + 5).collect();
        assert_eq!(lengths, [102, 53, 64, 60, 50]);
    }
}

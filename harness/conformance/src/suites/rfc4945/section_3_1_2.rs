//! RFC 4945 3.1.2 and 3.1.3: host names and mailboxes as identities.

use lab::certificates::AlternativeName;

use crate::check::Check;
use crate::laboratory::{Ca, Party, extensions};
use crate::tester::PeerIdentity;

const FQDN: &[&str] = &[
    "rfc4945-3.1.2-fqdn-vs-san-capable",
    "rfc4945-3.1.2-fqdn-vs-san-default-on",
    "rfc4945-3.1.2-fqdn-mismatch-abort",
];
const USER_FQDN: &[&str] = &[
    "rfc4945-3.1.3-user-fqdn-vs-san-capable",
    "rfc4945-3.1.3-user-fqdn-vs-san-default-on",
    "rfc4945-3.1.3-user-fqdn-mismatch-abort",
];
const EQUALS: &[&str] = &[
    "rfc4945-5.1.3.6.1-dnsname-equals-id",
    "rfc4945-5.1.3.6.2-ipaddress-equals-id",
    "rfc4945-5.1.3.6.3-rfc822-equals-id",
];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("a-host-name-is-accepted-as-identity", &["rfc4945-3.1.2-fqdn-supported"]).accepted(),
        Check::initiator("an-initiator-accepts-a-host-name-as-identity", &["rfc4945-3.1.2-fqdn-supported"])
            .accepted(),
        Check::responder("a-host-name-that-the-certificate-does-not-name-is-refused", FQDN)
            .tester_is(PeerIdentity::Fqdn("other.example.org"))
            .refused(),
        Check::responder("the-case-of-a-host-name-does-not-matter", &["rfc4945-3.1.2-fqdn-case-insensitive"])
            .tester_is(PeerIdentity::Fqdn("TESTER.Example.ORG"))
            .accepted(),
        Check::responder(
            "a-certificate-with-an-asterisk-matches-no-host-name",
            &["rfc4945-3.1.2-fqdn-no-patterns", "rfc4945-5.1.3.6.1-dnsname-wildcard-invalid"],
        )
        .certificate(Ca::One, |specification| {
            if let Some(extensions) = extensions(specification) {
                extensions.alternative_names = vec![AlternativeName::Dns("*.example.org".to_owned())];
            }
        })
        .refused(),
        Check::responder("a-mailbox-is-accepted-as-identity", &["rfc4945-3.1.3-user-fqdn-supported"])
            .tester_is(PeerIdentity::Mailbox)
            .accepted(),
        Check::responder("a-mailbox-that-the-certificate-does-not-name-is-refused", USER_FQDN)
            .tester_is(PeerIdentity::UserFqdn("other@example.org"))
            .refused(),
        Check::responder(
            "the-case-of-a-mailbox-does-not-matter",
            &["rfc4945-3.1.3-user-fqdn-case-insensitive"],
        )
        .tester_is(PeerIdentity::UserFqdn("Tester@EXAMPLE.org"))
        .accepted(),
        Check::responder(
            "a-certificate-of-a-whole-domain-matches-no-mailbox",
            &["rfc4945-3.1.3-user-fqdn-no-patterns"],
        )
        .certificate(Ca::One, |specification| {
            if let Some(extensions) = extensions(specification) {
                extensions.alternative_names = vec![AlternativeName::Email("@example.org".to_owned())];
            }
        })
        .tester_is(PeerIdentity::Mailbox)
        .refused(),
        Check::responder("an-identity-equals-what-the-certificate-has-of-its-type", EQUALS)
            .certificate(Ca::One, |specification| {
                if let Some(extensions) = extensions(specification) {
                    extensions.alternative_names =
                        vec![AlternativeName::Email(Party::Tester.mailbox().to_owned())];
                }
            })
            .tester_is(PeerIdentity::Fqdn("other.example.org"))
            .refused(),
        Check::responder(
            "a-host-name-that-nobody-resolves-is-accepted",
            &["rfc4945-5.1.3.6.1-dnsname-unresolvable-ok", "rfc4945-5.1.3.6.1-dnsname-resolution-failure-ok"],
        )
        .accepted(),
    ]
}

//! RFC 4945 3.1.5 to 3.1.9: distinguished names, and certificates with several identities.

use ike::IdentityKind;
use pki::Certificate;
use wire::PayloadType;

use super::super::{MM5, MM6, first, rewrite};
use crate::check::{Check, Finding};
use crate::laboratory::{Ca, extensions};
use crate::tester::PeerIdentity;

pub(super) fn checks() -> Vec<Check> {
    const SEVERAL: &[&str] = &["rfc4945-3.1.8-multi-identity-certs"];
    vec![
        Check::responder("a-distinguished-name-is-accepted-as-identity", &["rfc4945-3.1.5-dn-receive"])
            .tester_is(PeerIdentity::Subject)
            .accepted(),
        Check::initiator(
            "an-initiator-accepts-a-distinguished-name-as-identity",
            &["rfc4945-3.1.5-dn-receive"],
        )
        .tester_is(PeerIdentity::Subject)
        .accepted(),
        Check::responder(
            "the-subject-is-sent-whole-and-byte-for-byte",
            &["rfc4945-3.1-dn-sent-whole", "rfc4945-3.1.5-dn-is-subject", "rfc4945-3.1.5-dn-binary-equal"],
        )
        .target_is(IdentityKind::DistinguishedName)
        .shows(
            |conversation| {
                let subject = conversation
                    .signer
                    .as_ref()
                    .and_then(|der| Some(Certificate::from_der(der).ok()?.subject().as_der().to_vec()));
                let (Some(subject), Some(body)) = (subject, conversation.identification()) else {
                    return Finding::Unverifiable("the target did not authenticate".to_owned());
                };
                // What stands behind it is another requirement's business.
                let whole = body.get(4..).is_some_and(|data| data.starts_with(&subject));
                Finding::of(whole, || "the identity is not the subject of the certificate".to_owned())
            },
            |conversation| {
                rewrite(conversation, MM6, |payloads| {
                    if let Some(identification) = first(payloads, PayloadType::IDENTIFICATION) {
                        let last = identification.body.len() - 1;
                        identification.body[last] ^= 0x02;
                    }
                });
            },
        ),
        Check::responder(
            "a-distinguished-name-other-than-the-subject-is-refused",
            &["rfc4945-3.1.5-dn-mismatch-abort"],
        )
        .tester_is(PeerIdentity::Subject)
        .content(MM5, "a subject of which one letter is another", |draft| {
            let body = &mut draft.payload(PayloadType::IDENTIFICATION).body;
            let last = body.len() - 1;
            body[last] ^= 0x02;
        })
        .refused(),
        Check::responder("of-several-identities-the-host-name-is-accepted", SEVERAL)
            .tester_is(PeerIdentity::HostName)
            .accepted(),
        Check::responder("of-several-identities-the-mailbox-is-accepted", SEVERAL)
            .tester_is(PeerIdentity::Mailbox)
            .accepted(),
        Check::responder("of-several-identities-the-address-is-accepted", SEVERAL)
            .tester_is(PeerIdentity::Address)
            .accepted(),
        Check::responder("of-several-identities-the-subject-is-accepted", SEVERAL)
            .tester_is(PeerIdentity::Subject)
            .accepted(),
        Check::responder(
            "a-host-name-in-the-subject-alone-is-refused",
            &["rfc4945-3.1.9-subject-names-not-identities"],
        )
        .certificate(Ca::One, |specification| {
            if let Some(extensions) = extensions(specification) {
                extensions.alternative_names.clear();
            }
        })
        .refused(),
    ]
}

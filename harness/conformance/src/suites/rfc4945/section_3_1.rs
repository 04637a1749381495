//! RFC 4945 3.1: which identity is sent, and what ties it to the certificate.

use ike::IdentityKind;
use pki::{Certificate, GeneralName};
use wire::PayloadType;

use super::super::{MM5, MM6, first, rewrite};
use crate::check::{Check, Finding};
use crate::laboratory::Party;
use crate::tester::{Conversation, PeerIdentity};

const PROVEN: &[&str] = &["rfc4945-3.1-id-bound-to-proven-key", "rfc4945-3.1-id-equals-cert-field"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "the-identity-is-a-name-of-the-certificate",
            &["rfc4945-3.1-id-from-ee-cert", "rfc4945-3.1-send-san-string-verbatim"],
        )
        .shows(is_in_certificate, |conversation| rename(conversation, MM6)),
        Check::initiator(
            "an-initiators-identity-is-a-name-of-the-certificate",
            &["rfc4945-3.1-id-from-ee-cert", "rfc4945-3.1-send-san-string-verbatim"],
        )
        .shows(is_in_certificate, |conversation| rename(conversation, MM5)),
        Check::responder("an-address-can-be-sent", &["rfc4945-3.1-cfg-send-ip"])
            .target_is(IdentityKind::Address)
            .shows(|conversation| has_type(conversation, &[1, 5]), |conversation| set_type(conversation, 11)),
        Check::responder("a-host-name-can-be-sent", &["rfc4945-3.1-cfg-send-fqdn"])
            .target_is(IdentityKind::Fqdn(Some(Party::Target.host_name().to_owned())))
            .shows(|conversation| has_type(conversation, &[2]), |conversation| set_type(conversation, 11)),
        Check::responder("a-mailbox-can-be-sent", &["rfc4945-3.1-cfg-send-user-fqdn"])
            .target_is(IdentityKind::UserFqdn(Party::Target.mailbox().to_owned()))
            .shows(|conversation| has_type(conversation, &[3]), |conversation| set_type(conversation, 11)),
        Check::responder(
            "a-distinguished-name-can-be-sent",
            &["rfc4945-3.1-cfg-send-dn", "rfc4945-3.1.5-dn-generate"],
        )
        .target_is(IdentityKind::DistinguishedName)
        .shows(|conversation| has_type(conversation, &[9]), |conversation| set_type(conversation, 11)),
        Check::responder("no-range-is-sent-as-an-identity", &["rfc4945-3.1-never-send-ranges"]).shows(
            |conversation| has_not_type(conversation, &[4, 6, 7, 8]),
            |conversation| set_type(conversation, 4),
        ),
        Check::responder(
            "no-general-name-is-sent-as-an-identity",
            &["rfc4945-3.1-never-send-gn", "rfc4945-3.1.6-gn-not-generated"],
        )
        .shows(|conversation| has_not_type(conversation, &[10]), |conversation| set_type(conversation, 10)),
        Check::responder(
            "no-key-id-is-sent-with-a-certificate",
            &["rfc4945-3.1-never-send-keyid-with-certs"],
        )
        .shows(|conversation| has_not_type(conversation, &[11]), |conversation| set_type(conversation, 11)),
        Check::responder("an-identity-of-somebody-else-is-refused", PROVEN)
            .tester_is(PeerIdentity::Fqdn("somebody-else.example.org"))
            .refused(),
        Check::initiator("an-initiator-refuses-an-identity-of-somebody-else", PROVEN)
            .tester_is(PeerIdentity::Fqdn("somebody-else.example.org"))
            .refused(),
        Check::responder("a-name-in-another-field-is-refused", &["rfc4945-3.1-id-equals-cert-field"])
            .tester_is(PeerIdentity::UserFqdn(Party::Tester.host_name()))
            .refused(),
    ]
}

fn is_in_certificate(conversation: &Conversation) -> Finding {
    let (Some(body), Some(der)) = (conversation.identification(), &conversation.signer) else {
        return Finding::Unverifiable("the target did not authenticate".to_owned());
    };
    let Ok(certificate) = Certificate::from_der(der) else {
        return Finding::Unverifiable("the certificate cannot be read".to_owned());
    };
    let data = body.get(4..).unwrap_or_default();
    // A terminator is another requirement's business.
    let data = data.strip_suffix(&[0]).unwrap_or(data);
    let named = certificate.extensions().subject_alternative_names.iter().any(|name| match name {
        GeneralName::Dns(name) | GeneralName::Email(name) => name.as_bytes() == data,
        GeneralName::Address(std::net::IpAddr::V4(address)) => address.octets() == data,
        _ => false,
    });
    Finding::of(named || certificate.subject().as_der() == data, || {
        format!("{} is no name of the certificate", String::from_utf8_lossy(data).escape_debug())
    })
}

fn rename(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite(conversation, name, |payloads| {
        if let Some(identification) = first(payloads, PayloadType::IDENTIFICATION) {
            identification.body[4] ^= 0x20;
        }
    });
}

fn type_of(conversation: &Conversation, judge: impl FnOnce(u8) -> Finding) -> Finding {
    match conversation.identification().and_then(|body| body.first().copied()) {
        Some(found) => judge(found),
        None => Finding::Unverifiable("the target sent no ID payload".to_owned()),
    }
}

fn has_type(conversation: &Conversation, wanted: &[u8]) -> Finding {
    type_of(conversation, |found| {
        Finding::of(wanted.contains(&found), || format!("the identity has type {found}"))
    })
}

fn has_not_type(conversation: &Conversation, unwanted: &[u8]) -> Finding {
    type_of(conversation, |found| {
        Finding::of(!unwanted.contains(&found), || format!("the identity has type {found}"))
    })
}

fn set_type(conversation: &mut Conversation, identification_type: u8) {
    rewrite(conversation, MM6, |payloads| {
        if let Some(identification) = first(payloads, PayloadType::IDENTIFICATION) {
            identification.body[0] = identification_type;
        }
    });
}

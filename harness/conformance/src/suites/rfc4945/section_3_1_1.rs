//! RFC 4945 3.1.1: addresses as identities.

use std::net::{IpAddr, Ipv4Addr};

use ike::{IdentityKind, MessageName};
use lab::certificates::AlternativeName;
use wire::PayloadType;
use wire::ikev1::attributes::EspTransform;

use super::super::{MM4, MM5, MM6, first, rewrite};
use crate::check::{Check, Finding};
use crate::laboratory::{Ca, extensions};
use crate::tester::{Draft, PeerIdentity, Protect, Seen};

const SAN: &[&str] = &[
    "rfc4945-3.1.1-ip-vs-san-capable",
    "rfc4945-3.1.1-ip-vs-san-default-on",
    "rfc4945-3.1.1-ip-vs-san-mismatch-abort",
];
const HEADER: &[&str] = &[
    "rfc4945-3.1.1-ip-vs-header-capable",
    "rfc4945-3.1.1-ip-vs-header-default-on",
    "rfc4945-3.1.1-ip-vs-header-mismatch-abort",
];
const FOUR: &[&str] = &["rfc4945-3.1.1-ipv4-len-4"];
const SIXTEEN: &[&str] = &["rfc4945-3.1.1-ipv6-len-16"];

/// An address that is not the tester's.
const ELSEWHERE: [u8; 4] = [198, 51, 100, 7];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("an-address-is-accepted-as-identity", &["rfc4945-3.1.1-ip-type-supported"])
            .tester_is(PeerIdentity::Address)
            .accepted(),
        Check::initiator("an-initiator-accepts-an-address-as-identity", &["rfc4945-3.1.1-ip-type-supported"])
            .tester_is(PeerIdentity::Address)
            .accepted(),
        Check::responder(
            "an-address-is-sent-in-network-order",
            &["rfc4945-3.1.1-ip-network-order", "rfc4945-3.1.1-ipv4-len-4"],
        )
        .target_is(IdentityKind::Address)
        .shows(
            |conversation| {
                let Some(seen) = conversation.message(MM6) else {
                    return Finding::Unverifiable("the target did not come to MM6".to_owned());
                };
                let (IpAddr::V4(expected), Some(body)) =
                    (seen.path.remote.ip(), conversation.identification())
                else {
                    return Finding::Unverifiable("the target is not at an IPv4 address".to_owned());
                };
                Finding::of(body.get(4..) == Some(&expected.octets()[..]), || {
                    format!("the identity of {expected} is {:02x?}", body.get(4..))
                })
            },
            |conversation| {
                rewrite(conversation, MM6, |payloads| {
                    if let Some(identification) = first(payloads, PayloadType::IDENTIFICATION) {
                        identification.body[4..].reverse();
                    }
                });
            },
        ),
        Check::responder("an-ipv4-address-of-3-bytes-is-refused", FOUR)
            .content(MM5, "an ID_IPV4_ADDR of 3 bytes", |draft| identity(draft, 1, 3))
            .refused(),
        Check::responder("an-ipv4-address-of-5-bytes-is-refused", FOUR)
            .content(MM5, "an ID_IPV4_ADDR of 5 bytes", |draft| identity(draft, 1, 5))
            .refused(),
        Check::responder("an-ipv4-address-of-16-bytes-is-refused", FOUR)
            .content(MM5, "an ID_IPV4_ADDR of 16 bytes", |draft| identity(draft, 1, 16))
            .refused(),
        Check::responder("an-ipv6-address-of-4-bytes-is-refused", SIXTEEN)
            .content(MM5, "an ID_IPV6_ADDR of 4 bytes", |draft| identity(draft, 5, 4))
            .refused(),
        Check::responder("an-ipv6-address-of-17-bytes-is-refused", SIXTEEN)
            .content(MM5, "an ID_IPV6_ADDR of 17 bytes", |draft| identity(draft, 5, 17))
            .refused(),
        Check::responder("an-address-that-the-certificate-does-not-name-is-refused", SAN)
            .tester_is(PeerIdentity::Ipv4(ELSEWHERE))
            .refused(),
        Check::responder(
            "an-address-as-the-text-of-a-host-name-is-no-match",
            &["rfc4945-3.1.1-ip-vs-san-binary"],
        )
        .certificate(Ca::One, |specification| {
            if let Some(extensions) = extensions(specification) {
                extensions.alternative_names = vec![AlternativeName::Dns("192.0.2.2".to_owned())];
            }
        })
        .tester_is(PeerIdentity::Address)
        .refused(),
        Check::responder("an-address-that-packets-do-not-come-from-is-refused", HEADER)
            .certificate(Ca::One, |specification| {
                if let Some(extensions) = extensions(specification) {
                    let elsewhere = IpAddr::V4(Ipv4Addr::from(ELSEWHERE));
                    extensions.alternative_names = vec![AlternativeName::Address(elsewhere)];
                }
            })
            .tester_is(PeerIdentity::Ipv4(ELSEWHERE))
            .refused(),
        Check::responder(
            "nothing-is-granted-before-authentication",
            &["rfc4945-3.1.1-no-authz-before-validation"],
        )
        .script(|tester| {
            tester.go_to(4)?;
            tester.begin_quick_mode(EspTransform::AES_CBC, Protect::Fully)?;
            tester.pass(2)
        })
        .shows(
            |conversation| {
                if conversation.message(MM4).is_none() {
                    return Finding::Unverifiable("the target did not come to MM4".to_owned());
                }
                Finding::of(conversation.message(MessageName::QuickMode(2)).is_none(), || {
                    "QM1 after MM4 was answered with QM2".to_owned()
                })
            },
            |conversation| {
                if let Some(last) = conversation.seen.last().cloned() {
                    conversation.seen.push(Seen { name: MessageName::QuickMode(2), ..last });
                }
            },
        ),
        Check::responder(
            "a-known-address-does-not-stand-for-an-identity",
            &["rfc4945-3.1.1-src-ip-preselect-still-verify"],
        )
        .tester_is(PeerIdentity::Fqdn("somebody-else.example.org"))
        .refused(),
    ]
}

fn identity(draft: &mut Draft<'_>, identification_type: u8, length: usize) {
    let mut body = vec![identification_type, 0, 0, 0];
    body.extend([192, 0, 2, 2].iter().cycle().take(length));
    draft.payload(PayloadType::IDENTIFICATION).body = body;
}

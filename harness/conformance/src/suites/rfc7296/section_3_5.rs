//! RFC 7296 3.5 to 3.9: identities, certificates, requests for them, and AUTH.

use crypto::HashAlgorithm;
use ike::{MessageName, Role};
use wire::PayloadType;
use wire::ikev2::{Authorities, NotifyType, Payload as View};

use super::super::rfc2408::issued_by;
use super::super::{
    AUTH_REQUEST, AUTH_RESPONSE, INFORMATIONAL_RESPONSE, INIT_REQUEST, INIT_RESPONSE, first, in_message, raw,
    silence,
};
use super::section_1::authenticate_and_ask;
use super::{every_message, pretend, rewrite_last};
use crate::check::{Check, Finding};
use crate::conform;
use crate::laboratory::Ca;
use crate::tester::{Conversation, Draft, Payload, PeerIdentity};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = identities();
    checks.extend(certificates());
    checks.extend(requests());
    checks.extend(answers());
    checks.extend(authentication());
    checks
}

fn identities() -> Vec<Check> {
    const NO_END: &[&str] = &["rfc7296-3.5-id-fqdn-no-terminator"];
    vec![
        Check::ikev2_responder("a-host-name-of-a-responder-has-no-terminator", NO_END)
            .shows(not_terminated, |conversation| terminate(conversation, AUTH_RESPONSE)),
        Check::ikev2_initiator("an-initiators-host-name-has-no-terminator", NO_END)
            .shows(not_terminated, |conversation| terminate(conversation, AUTH_REQUEST)),
        Check::ikev2_responder("a-host-name-with-a-terminator-is-another", NO_END)
            .tester_is(PeerIdentity::Fqdn("tester.example.org\0"))
            .refused(),
    ]
}

fn certificates() -> Vec<Check> {
    const IF_ANY: &[&str] = &["rfc7296-3.6-cert-if-available"];
    const SCHEMES: &[&str] = &["rfc7296-3.6-other-schemes"];
    const USED: &[&str] = &["rfc7296-3-unspecified-encodings-unused"];
    const PLACE: &[&str] = &["rfc4945-4.3.2-v2-cert-msg3-4"];
    vec![
        Check::ikev2_responder("a-certificate-is-sent-unasked", IF_ANY)
            .content(AUTH_REQUEST, "no CERTREQ", |draft| draft.remove(REQUEST))
            .conflict("RFC 4945 3.3.6: without a request no certificate SHOULD be sent")
            .shows(
                |conversation| {
                    in_message(conversation, AUTH_RESPONSE, |_| {
                        Finding::of(!conversation.certificates().is_empty(), || {
                            "no certificate was sent".to_owned()
                        })
                    })
                },
                |conversation| {
                    rewrite_last(conversation, AUTH_RESPONSE, |payloads| {
                        payloads.retain(|one| one.payload_type != CERTIFICATE)
                    });
                },
            ),
        Check::ikev2_responder("certificates-are-named-by-http-or-not-at-all", SCHEMES)
            .shows(http_alone, |conversation| name_certificate(conversation, AUTH_RESPONSE)),
        Check::ikev2_initiator("an-initiators-certificates-are-named-by-http-or-not-at-all", SCHEMES)
            .shows(http_alone, |conversation| name_certificate(conversation, AUTH_REQUEST)),
        Check::ikev2_responder("certificates-are-of-encodings-that-are-specified", USED)
            .shows(specified, |conversation| add(conversation, AUTH_RESPONSE, CERTIFICATE, &[2, 1])),
        Check::ikev2_initiator("an-initiators-certificates-are-of-encodings-that-are-specified", USED)
            .shows(specified, |conversation| add(conversation, AUTH_REQUEST, CERTIFICATE, &[2, 1])),
        Check::ikev2_responder("certificates-come-with-ike-auth", PLACE).shows(
            |conversation| stands_only_in(conversation, CERTIFICATE, &[AUTH_RESPONSE]),
            |conversation| add(conversation, INIT_RESPONSE, CERTIFICATE, &[4, 0x30, 0]),
        ),
        Check::ikev2_initiator("an-initiators-certificates-come-with-ike-auth", PLACE).shows(
            |conversation| stands_only_in(conversation, CERTIFICATE, &[AUTH_REQUEST]),
            |conversation| add(conversation, INIT_REQUEST, CERTIFICATE, &[4, 0x30, 0]),
        ),
        Check::ikev2_responder(
            "certificates-behind-the-first-may-stand-in-any-order",
            &["rfc4945-4.3.3-v2-order-after-first"],
        )
        .certificate(Ca::Intermediate, |_| {})
        .content(AUTH_REQUEST, "the root before the intermediate CA", |draft| {
            let root = draft.laboratory.authority(Ca::One);
            let is_certificate = |one: &Payload| one.payload_type == CERTIFICATE;
            let place = draft.payloads.iter().position(is_certificate).unwrap_or_default();
            draft.payloads.insert(place + 1, raw(CERTIFICATE, &[&[4], root.as_der()].concat()));
        })
        .accepted(),
        Check::ikev2_responder(
            "an-intermediate-ca-behind-its-root-is-found",
            &["rfc4945-4.3.3-v2-order-after-first"],
        )
        .certificate(Ca::Intermediate, |_| {})
        .content(AUTH_REQUEST, "the root behind the intermediate CA", |draft| {
            let root = draft.laboratory.authority(Ca::One);
            draft.append(CERTIFICATE, &[&[4], root.as_der()].concat());
        })
        .accepted(),
    ]
}

fn requests() -> Vec<Check> {
    const OF_RESPONDER: &[&str] = &["rfc7296-3.7-certreq-placement", "rfc4945-4.2.1.2-v2-certreq-msg2"];
    const OF_INITIATOR: &[&str] = &["rfc7296-3.7-certreq-placement", "rfc4945-4.2.1.2-v2-certreq-msg3"];
    const HASHES: &[&str] = &["rfc7296-3.7-certreq-spki-sha1"];
    const JOINED: &[&str] = &["rfc7296-3.7-certreq-concatenated"];
    const ENCODINGS: &[&str] = &["rfc7296-3.7-certreq-encoding-limits"];
    const LOOKUP: &[&str] = &["rfc7296-3.7-http-lookup-notify-place"];
    vec![
        Check::ikev2_responder("a-responder-asks-in-ike-sa-init", OF_RESPONDER).shows(
            |conversation| asks_in(conversation, INIT_RESPONSE),
            |conversation| move_request(conversation, INIT_RESPONSE, AUTH_RESPONSE),
        ),
        Check::ikev2_initiator("an-initiator-asks-in-ike-auth", OF_INITIATOR).shows(
            |conversation| asks_in(conversation, AUTH_REQUEST),
            |conversation| move_request(conversation, AUTH_REQUEST, INIT_REQUEST),
        ),
        Check::ikev2_responder(
            "whether-a-responder-asks-for-certificates",
            &["rfc7296-3.7-certreq-optional"],
        )
        .recorded(),
        Check::ikev2_responder("requests-have-the-hashes-of-the-keys-of-cas", HASHES)
            .shows(hashes_of_authorities, |conversation| change_hash(conversation, INIT_RESPONSE)),
        Check::ikev2_initiator("an-initiators-requests-have-the-hashes-of-the-keys-of-cas", HASHES)
            .shows(hashes_of_authorities, |conversation| change_hash(conversation, AUTH_REQUEST)),
        Check::ikev2_responder("hashes-stand-one-behind-the-other", JOINED)
            .shows(hashes_fill, |conversation| cut_request(conversation, INIT_RESPONSE)),
        Check::ikev2_initiator("an-initiators-hashes-stand-one-behind-the-other", JOINED)
            .shows(hashes_fill, |conversation| cut_request(conversation, AUTH_REQUEST)),
        Check::ikev2_responder("authorities-are-named-for-x-509-alone", ENCODINGS)
            .shows(of_encodings, |conversation| add(conversation, INIT_RESPONSE, REQUEST, &[11, 1, 2, 3])),
        Check::ikev2_initiator("an-initiator-names-authorities-for-x-509-alone", ENCODINGS)
            .shows(of_encodings, |conversation| add(conversation, AUTH_REQUEST, REQUEST, &[11, 1, 2, 3])),
        Check::ikev2_responder("a-lookup-by-http-is-told-where-a-request-may-stand", LOOKUP).shows(
            |conversation| lookup_only_in(conversation, INIT_RESPONSE),
            |conversation| add(conversation, AUTH_RESPONSE, PayloadType::IKEV2_NOTIFY, &[0, 0, 0x40, 8]),
        ),
        Check::ikev2_initiator("an-initiator-tells-a-lookup-by-http-where-a-request-may-stand", LOOKUP)
            .shows(
                |conversation| lookup_only_in(conversation, AUTH_REQUEST),
                |conversation| add(conversation, INIT_REQUEST, PayloadType::IKEV2_NOTIFY, &[0, 0, 0x40, 8]),
            ),
    ]
}

fn answers() -> Vec<Check> {
    const ANSWERED: &[&str] = &["rfc7296-3.7-certreq-response"];
    const UNKNOWN: &[&str] =
        &["rfc7296-3.7-certreq-only-suggestion", "rfc7296-3.7-certreq-none-available-no-error"];
    vec![
        Check::ikev2_responder("in-ikev2-the-certificate-that-was-asked-for-is-sent", ANSWERED)
            .enrolled(&[Ca::One, Ca::Two])
            .content(AUTH_REQUEST, "a CERTREQ for the second CA", |draft| ask_for(draft, Ca::Two))
            .shows(of_second_ca, |conversation| conversation.signer = None),
        Check::ikev2_initiator("in-ikev2-an-initiator-sends-the-certificate-that-was-asked-for", ANSWERED)
            .enrolled(&[Ca::One, Ca::Two])
            .content(INIT_RESPONSE, "a CERTREQ for the second CA", |draft| ask_for(draft, Ca::Two))
            .shows(of_second_ca, |conversation| conversation.signer = None),
        Check::ikev2_responder("a-request-for-an-unknown-authority-is-no-error", UNKNOWN)
            .content(AUTH_REQUEST, "a CERTREQ for a CA that the target does not know", |draft| {
                ask_for(draft, Ca::Unknown);
            })
            .conflict("RFC 4945 3.2.7.1: a certificate of the authority that was asked for MUST be sent")
            .accepted()
            .complied(go_through),
        Check::ikev2_initiator("to-an-initiator-a-request-for-an-unknown-authority-is-no-error", UNKNOWN)
            .content(INIT_RESPONSE, "a CERTREQ for a CA that the target does not know", |draft| {
                ask_for(draft, Ca::Unknown);
            })
            .conflict("RFC 4945 3.2.7.1: a certificate of the authority that was asked for MUST be sent")
            .accepted()
            .complied(go_through),
        Check::ikev2_initiator(
            "an-idr-of-another-type-is-taken",
            &["rfc4945-4.1-idr-different-type-accepted"],
        )
        .tester_is(PeerIdentity::Address)
        .accepted(),
        Check::ikev2_initiator(
            "an-idr-that-is-a-mailbox-is-taken",
            &["rfc4945-4.1-idr-different-type-accepted"],
        )
        .tester_is(PeerIdentity::Mailbox)
        .accepted(),
    ]
}

fn authentication() -> Vec<Check> {
    const DEFAULT: &[&str] = &["rfc7296-3.8-auth-rsa-sha1-default"];
    vec![
        Check::ikev2_responder("a-signature-with-sha-1-is-taken", &["rfc7296-3.8-auth-rsa-sha1-support"])
            .accepted(),
        Check::ikev2_responder("a-signature-of-method-1-is-made-with-sha-1", DEFAULT)
            .script(authenticate_and_ask)
            .shows(with_sha_1, |conversation| conversation.signature_hash = Some(HashAlgorithm::Sha256)),
        Check::ikev2_initiator("an-initiators-signature-of-method-1-is-made-with-sha-1", DEFAULT)
            .script(authenticate_and_ask)
            .shows(with_sha_1, |conversation| conversation.signature_hash = Some(HashAlgorithm::Sha256)),
    ]
}

const CERTIFICATE: PayloadType = PayloadType::IKEV2_CERTIFICATE;
const REQUEST: PayloadType = PayloadType::IKEV2_CERTIFICATE_REQUEST;

fn not_terminated(conversation: &Conversation) -> Finding {
    match conversation.identification() {
        None => Finding::Unverifiable("the target did not authenticate".to_owned()),
        Some(body) if !matches!(body.first(), Some(2 | 3)) => {
            Finding::Unverifiable("the target's identity is no host name or mailbox".to_owned())
        }
        Some(body) => Finding::of(!body.ends_with(&[0]), || "the identity ends with NUL".to_owned()),
    }
}

/// For a control: a target that ends its identity with NUL.
fn terminate(conversation: &mut Conversation, name: MessageName) {
    rewrite_last(conversation, name, |payloads| {
        for payload_type in [PayloadType::INITIATOR_IDENTIFICATION, PayloadType::RESPONDER_IDENTIFICATION] {
            if let Some(identification) = first(payloads, payload_type) {
                identification.body.push(0);
            }
        }
    });
}

fn http_alone(conversation: &Conversation) -> Finding {
    every_message(conversation, |seen| {
        let named =
            seen.of_type(CERTIFICATE).into_iter().filter(|one| matches!(one.body.first(), Some(12 | 13)));
        let mut urls = named.map(|one| one.body.get(21..).unwrap_or_default().to_vec());
        let other = urls.find(|url| !url.starts_with(b"http://"))?;
        Some(format!("a certificate is named by {}", String::from_utf8_lossy(&other)))
    })
}

/// For a control: a target that names a certificate by LDAP.
fn name_certificate(conversation: &mut Conversation, name: MessageName) {
    add(conversation, name, CERTIFICATE, &[&[12], &[0; 20][..], b"ldap://example.org/"].concat());
}

/// The encodings of certificates that RFC 7296 3.6 and RFC 4806 specify.
const SPECIFIED: [u8; 6] = [4, 7, 11, 12, 13, 14];

fn specified(conversation: &Conversation) -> Finding {
    every_message(conversation, |seen| {
        let payloads = [seen.of_type(CERTIFICATE), seen.of_type(REQUEST)].concat();
        let mut encodings = payloads.iter().filter_map(|one| one.body.first());
        let other = encodings.find(|encoding| !SPECIFIED.contains(encoding))?;
        Some(format!("it has the encoding {other}"))
    })
}

/// For a control: a target that has one payload more at the end of its message of this name.
fn add(conversation: &mut Conversation, name: MessageName, payload_type: PayloadType, body: &[u8]) {
    rewrite_last(conversation, name, |payloads| {
        // Behind the last of its type, so that the order of payloads does not change.
        let of_type = |one: &Payload| one.payload_type == payload_type;
        let place = payloads.iter().rposition(of_type).map_or(payloads.len(), |place| place + 1);
        payloads.insert(place, raw(payload_type, body));
    });
}

fn stands_only_in(conversation: &Conversation, payload_type: PayloadType, places: &[MessageName]) -> Finding {
    if !conversation
        .seen
        .iter()
        .any(|seen| places.contains(&seen.name) && !seen.of_type(payload_type).is_empty())
    {
        return Finding::Unverifiable(format!("no {payload_type} came"));
    }
    every_message(conversation, |seen| {
        let elsewhere = !places.contains(&seen.name) && !seen.of_type(payload_type).is_empty();
        elsewhere.then(|| format!("it has a {payload_type}"))
    })
}

fn asks_in(conversation: &Conversation, place: MessageName) -> Finding {
    let requests = conversation.requests();
    let elsewhere = requests.iter().find(|(seen, ..)| seen.name != place);
    match elsewhere {
        Some((seen, ..)) => Finding::Violated(format!("CERTREQ stands in the {}", seen.name)),
        None => Finding::of(!requests.is_empty(), || "no certificate is asked for".to_owned()),
    }
}

/// For a control: a target that asks in another message.
fn move_request(conversation: &mut Conversation, from: MessageName, to: MessageName) {
    let mut moved = Vec::new();
    rewrite_last(conversation, from, |payloads| {
        moved = payloads.extract_if(.., |one| one.payload_type == REQUEST).collect();
    });
    rewrite_last(conversation, to, |payloads| payloads.append(&mut moved));
}

fn hashes(conversation: &Conversation) -> Vec<Vec<u8>> {
    let requests = conversation.requests().into_iter().filter(|(_, encoding, _)| encoding.0 == 4);
    requests.flat_map(|(_, _, all)| all.chunks(20).map(<[u8]>::to_vec).collect::<Vec<_>>()).collect()
}

fn hashes_of_authorities(conversation: &Conversation) -> Finding {
    let found = hashes(conversation);
    if found.is_empty() {
        return Finding::Unverifiable("the target asks for nothing".to_owned());
    }
    let (_, laboratory) = conform::built_in();
    let known = [Ca::One, Ca::Two].map(|ca| laboratory.authority_hash(ca).to_vec());
    Finding::of(known.iter().all(|hash| found.contains(hash)), || format!("the hashes are {found:02x?}"))
}

/// For a control: a target that hashes something else.
fn change_hash(conversation: &mut Conversation, name: MessageName) {
    rewrite_last(conversation, name, |payloads| {
        if let Some(request) = first(payloads, REQUEST) {
            request.body[1] ^= 1;
        }
    });
}

fn hashes_fill(conversation: &Conversation) -> Finding {
    let requests = conversation.requests();
    if requests.is_empty() {
        return Finding::Unverifiable("the target asks for nothing".to_owned());
    }
    let odd =
        requests.iter().find(|(_, encoding, all)| matches!(encoding.0, 4 | 12 | 13) && all.len() % 20 != 0);
    Finding::of(odd.is_none(), || "a request holds something else than whole hashes".to_owned())
}

/// For a control: a target whose last hash lacks an octet; what it is the hash of stays.
fn cut_request(conversation: &mut Conversation, name: MessageName) {
    rewrite_last(conversation, name, |payloads| {
        if let Some(request) = first(payloads, REQUEST) {
            request.body.push(0);
        }
    });
}

fn of_encodings(conversation: &Conversation) -> Finding {
    let requests = conversation.requests();
    if requests.is_empty() {
        return Finding::Unverifiable("the target asks for nothing".to_owned());
    }
    let other =
        requests.iter().find(|(_, encoding, all)| !matches!(encoding.0, 4 | 12 | 13 | 14) && !all.is_empty());
    Finding::of(other.is_none(), || "authorities are named for another encoding".to_owned())
}

fn lookup_only_in(conversation: &Conversation, place: MessageName) -> Finding {
    every_message(conversation, |seen| {
        let elsewhere = seen.name != place && seen.notified(NotifyType::HTTP_CERT_LOOKUP_SUPPORTED);
        elsewhere.then(|| "it has N(HTTP_CERT_LOOKUP_SUPPORTED)".to_owned())
    })
}

/// For a control: a target that goes through with IKE_AUTH.
fn go_through(conversation: &mut Conversation) {
    silence(conversation, AUTH_RESPONSE);
    let last = match conversation.role {
        Role::Responder => AUTH_RESPONSE,
        Role::Initiator => INFORMATIONAL_RESPONSE,
    };
    pretend(conversation, last);
    rewrite_last(conversation, last, |payloads| {
        payloads.push(raw(PayloadType::AUTHENTICATION, &[1, 0, 0, 0]))
    });
}

fn ask_for(draft: &mut Draft<'_>, ca: Ca) {
    let hashes = [draft.laboratory.authority_hash(ca)];
    let encoding = wire::CertificateEncoding::X509_SIGNATURE;
    let request = wire::ikev2::CertificateRequest { encoding, authorities: Authorities::KeyHashes(&hashes) };
    let request = Payload::from(View::CertificateRequest(request));
    draft.payload(REQUEST).body = request.body;
}

fn of_second_ca(conversation: &Conversation) -> Finding {
    issued_by(conversation, "cn=CA Two,o=Conformance")
}

fn with_sha_1(conversation: &Conversation) -> Finding {
    let proof = conversation.proof();
    match (proof.as_deref().and_then(<[u8]>::first), conversation.signature_hash) {
        (Some(1), Some(hash)) => {
            Finding::of(hash == HashAlgorithm::Sha1, || format!("it is made with {hash:?}"))
        }
        _ => Finding::Unverifiable("the target does not sign with method 1".to_owned()),
    }
}

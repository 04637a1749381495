//! RFC 7296 3.1, 3.2 and 3.14: the header, generic headers, and the Encrypted payload.

use ike::MessageName;
use wire::ikev2::lies::{Field, HeaderField, PayloadField};
use wire::{Flags, PayloadType};

use super::super::{
    AUTH_REQUEST, AUTH_RESPONSE, INFORMATIONAL_RESPONSE, INIT_REQUEST, INIT_RESPONSE, falsify, raw,
};
use super::section_1::{authenticate_and_ask, established_or_unverifiable};
use super::{every_message, pretend, rewrite_last, silent};
use crate::check::{Check, Finding};
use crate::tester::{Action, Conversation, Seen};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = flags();
    checks.extend(lengths());
    checks.extend(encrypted());
    checks
}

const FLAGS: Field = Field::Header(HeaderField::Flags);

const INITIATOR: u8 = Flags::INITIATOR.0;
const VERSION: u8 = Flags::VERSION.0;
const RESPONSE: u8 = Flags::RESPONSE.0;

fn flags() -> Vec<Check> {
    const UNDEFINED: &[&str] = &["rfc7296-3.1-flags-x-clear"];
    const HIGHER: &[&str] = &["rfc7296-3.1-v-flag-clear"];
    const DIRECTION: &[&str] = &["rfc7296-3.1-r-flag"];
    const ORIGIN: &[&str] = &["rfc7296-3.1-i-flag"];
    vec![
        Check::ikev2_responder("flags-that-are-not-defined-are-clear", UNDEFINED).shows(
            |all| without(all, !(INITIATOR | VERSION | RESPONSE)),
            |all| set_flags(all, INIT_RESPONSE, RESPONSE | 1),
        ),
        Check::ikev2_initiator("an-initiators-flags-that-are-not-defined-are-clear", UNDEFINED).shows(
            |all| without(all, !(INITIATOR | VERSION | RESPONSE)),
            |all| set_flags(all, INIT_REQUEST, INITIATOR | 1),
        ),
        Check::ikev2_responder("flags-that-are-not-defined-do-not-matter", UNDEFINED)
            .ikev2_lie(INIT_REQUEST, "all undefined flags", FLAGS, 0xcf)
            .ikev2_lie(AUTH_REQUEST, "all undefined flags", FLAGS, 0xcf)
            .accepted(),
        Check::ikev2_responder("the-flag-of-a-higher-version-is-clear", HIGHER)
            .shows(|all| without(all, VERSION), |all| set_flags(all, INIT_RESPONSE, RESPONSE | VERSION)),
        Check::ikev2_initiator("an-initiators-flag-of-a-higher-version-is-clear", HIGHER)
            .shows(|all| without(all, VERSION), |all| set_flags(all, INIT_REQUEST, INITIATOR | VERSION)),
        Check::ikev2_responder("the-flag-of-a-higher-version-does-not-matter", HIGHER)
            .ikev2_lie(INIT_REQUEST, "the flag of a higher version", FLAGS, 0x18)
            .ikev2_lie(AUTH_REQUEST, "the flag of a higher version", FLAGS, 0x18)
            .accepted(),
        Check::ikev2_responder("responses-are-marked-as-such", DIRECTION)
            .shows(|all| with_flag(all, RESPONSE, true), |all| set_flags(all, INIT_RESPONSE, 0)),
        Check::ikev2_initiator("requests-are-marked-as-such", DIRECTION)
            .script(|tester| {
                tester.go_to(3)?;
                Ok(())
            })
            .shows(
                |all| with_flag(all, RESPONSE, false),
                |all| set_flags(all, INIT_REQUEST, INITIATOR | RESPONSE),
            ),
        Check::ikev2_responder("a-responder-does-not-call-itself-initiator", ORIGIN).shows(
            |all| with_flag(all, INITIATOR, false),
            |all| set_flags(all, INIT_RESPONSE, INITIATOR | RESPONSE),
        ),
        Check::ikev2_initiator("an-initiator-calls-itself-so", ORIGIN)
            .shows(|all| with_flag(all, INITIATOR, true), |all| set_flags(all, INIT_REQUEST, 0)),
        Check::ikev2_responder("a-request-of-another-responder-is-refused", ORIGIN)
            .ikev2_lie(AUTH_REQUEST, "no flag of the initiator", FLAGS, 0)
            .refused(),
    ]
}

fn lengths() -> Vec<Check> {
    const BOUNDS: &[&str] = &["rfc7296-3.2-length-bounds"];
    let length = |check: Check, value| {
        let field = Field::Payload(PayloadField::Length, 2);
        check.ikev2_lie(INIT_REQUEST, "a wrong length of the nonce", field, value).refused()
    };
    vec![
        length(Check::ikev2_responder("a-payload-of-length-zero-is-refused", BOUNDS), 0),
        length(Check::ikev2_responder("a-payload-shorter-than-its-header-is-refused", BOUNDS), 3),
        length(Check::ikev2_responder("a-payload-longer-than-the-message-is-refused", BOUNDS), 0xffff),
        Check::ikev2_initiator("an-initiator-refuses-a-payload-longer-than-the-message", BOUNDS)
            .ikev2_lie(
                INIT_RESPONSE,
                "a wrong length of the nonce",
                Field::Payload(PayloadField::Length, 2),
                0xffff,
            )
            .refused(),
    ]
}

fn encrypted() -> Vec<Check> {
    const LAST: &[&str] = &["rfc7296-3.1-sk-last"];
    const NESTED: &[&str] = &["rfc7296-3.1-sk-not-nested"];
    const CHECKSUM: &[&str] = &["rfc7296-3.14-sk-integrity-over-ciphertext"];
    const VECTOR: &[&str] = &["rfc7296-3.14-sk-iv-fresh"];
    vec![
        Check::ikev2_responder("the-encrypted-payload-is-the-last", LAST)
            .shows(sk_is_last, |conversation| lengthen(conversation, AUTH_RESPONSE)),
        Check::ikev2_initiator("an-initiators-encrypted-payload-is-the-last", LAST)
            .shows(sk_is_last, |conversation| lengthen(conversation, AUTH_REQUEST)),
        Check::ikev2_responder("no-encrypted-payload-holds-another", NESTED)
            .shows(not_nested, |conversation| nest(conversation, AUTH_RESPONSE)),
        Check::ikev2_initiator("no-encrypted-payload-of-an-initiator-holds-another", NESTED)
            .shows(not_nested, |conversation| nest(conversation, AUTH_REQUEST)),
        Check::ikev2_responder("every-initialization-vector-is-new", VECTOR)
            .script(|tester| {
                authenticate_and_ask(tester)?;
                tester.ask_alive()?;
                tester.ask_alive()?;
                Ok(())
            })
            .shows(
                |conversation| {
                    established_or_unverifiable(conversation).unwrap_or_else(|| vectors_differ(conversation))
                },
                |conversation| {
                    let first = conversation.message(INFORMATIONAL_RESPONSE).cloned();
                    conversation.seen.extend(first);
                },
            ),
        Check::ikev2_responder("padding-may-be-long", &["rfc7296-3.14-sk-pad-any"])
            .change(AUTH_REQUEST, "240 bytes of padding more than are needed", Action::Padding(240))
            .accepted(),
        Check::ikev2_initiator("to-an-initiator-padding-may-be-long", &["rfc7296-3.14-sk-pad-any"])
            .change(AUTH_RESPONSE, "240 bytes of padding more than are needed", Action::Padding(240))
            .accepted(),
        Check::ikev2_responder("a-changed-ciphertext-is-dropped-in-silence", CHECKSUM)
            .datagram(AUTH_REQUEST, "one bit of the ciphertext changed", |bytes| flip(bytes, 100))
            .shows(
                |conversation| silent(conversation, INIT_RESPONSE, AUTH_RESPONSE),
                |conversation| pretend(conversation, AUTH_RESPONSE),
            ),
        Check::ikev2_responder("a-changed-initialization-vector-is-dropped-in-silence", CHECKSUM)
            .datagram(AUTH_REQUEST, "one bit of the initialization vector changed", |bytes| flip(bytes, 34))
            .shows(
                |conversation| silent(conversation, INIT_RESPONSE, AUTH_RESPONSE),
                |conversation| pretend(conversation, AUTH_RESPONSE),
            ),
        Check::ikev2_responder("a-changed-header-is-dropped-in-silence", CHECKSUM)
            .datagram(AUTH_REQUEST, "a flag set that is not defined", |bytes| flip(bytes, 19))
            .shows(
                |conversation| silent(conversation, INIT_RESPONSE, AUTH_RESPONSE),
                |conversation| pretend(conversation, AUTH_RESPONSE),
            ),
        Check::ikev2_initiator("an-initiator-drops-a-changed-ciphertext", CHECKSUM)
            .datagram(AUTH_RESPONSE, "one bit of the ciphertext changed", |bytes| flip(bytes, 100))
            .refused(),
    ]
}

fn flip(bytes: &mut [u8], offset: usize) {
    if let Some(byte) = bytes.get_mut(offset) {
        *byte ^= 1;
    }
}

fn flags_of(seen: &Seen) -> u8 {
    seen.header().flags.0
}

fn without(conversation: &Conversation, forbidden: u8) -> Finding {
    every_message(conversation, |seen| {
        let flags = flags_of(seen);
        (flags & forbidden != 0).then(|| format!("its flags are {flags:#04x}"))
    })
}

fn with_flag(conversation: &Conversation, flag: u8, set: bool) -> Finding {
    // Of an initiator the answer to the tester's question comes after its own requests.
    let requests = |seen: &&Seen| flag != RESPONSE || set || seen.name != INFORMATIONAL_RESPONSE;
    let wrong = conversation.seen.iter().filter(requests).find(|seen| (flags_of(seen) & flag != 0) != set);
    match (conversation.seen.is_empty(), wrong) {
        (true, _) => Finding::Unverifiable("the target said nothing".to_owned()),
        (false, None) => Finding::Holds,
        (false, Some(seen)) => {
            Finding::Violated(format!("{}: its flags are {:#04x}", seen.name, flags_of(seen)))
        }
    }
}

/// For a control: a target whose message of this name has these flags.
fn set_flags(conversation: &mut Conversation, name: MessageName, flags: u8) {
    falsify(conversation, name, |seen| seen.overwrite(19, flags));
}

fn sk_is_last(conversation: &Conversation) -> Finding {
    every_message(conversation, |seen| {
        if matches!(seen.name, INIT_REQUEST | INIT_RESPONSE) {
            return None;
        }
        let Some(encrypted) = seen.encrypted() else {
            return Some("it has no Encrypted payload, or something behind it".to_owned());
        };
        let end = encrypted.body_offset() + encrypted.body.len();
        (end != seen.wire.len()).then(|| "something stands behind its Encrypted payload".to_owned())
    })
}

/// For a control: a target that has something behind its Encrypted payload.
fn lengthen(conversation: &mut Conversation, name: MessageName) {
    falsify(conversation, name, |seen| seen.wire.extend([0, 0, 0, 4]));
}

fn not_nested(conversation: &Conversation) -> Finding {
    every_message(conversation, |seen| {
        let inside = seen.encrypted().is_some() && !seen.of_type(PayloadType::ENCRYPTED).is_empty();
        inside.then(|| "an Encrypted payload stands inside".to_owned())
    })
}

/// For a control: a target that encrypts twice.
fn nest(conversation: &mut Conversation, name: MessageName) {
    rewrite_last(conversation, name, |payloads| payloads.push(raw(PayloadType::ENCRYPTED, &[0; 48])));
}

fn vectors_differ(conversation: &Conversation) -> Finding {
    let messages = conversation.seen.iter().filter_map(|seen| seen.encrypted().map(|one| one.body.to_vec()));
    let bodies: Vec<Vec<u8>> = messages.collect();
    let vector = |body: &Vec<u8>| body.get(..16).map(<[u8]>::to_vec);
    // The checksum has 16 bytes; before it stands the last block of the ciphertext.
    let last_block = |body: &Vec<u8>| Some(body.get(body.len().checked_sub(32)?..body.len() - 16)?.to_vec());
    let reused = bodies.iter().enumerate().find(|(index, body)| {
        let before = &bodies[..*index];
        before.iter().any(|other| vector(other) == vector(body) || last_block(other) == vector(body))
    });
    Finding::of(reused.is_none() && bodies.len() > 2, || "an initialization vector is used again".to_owned())
}

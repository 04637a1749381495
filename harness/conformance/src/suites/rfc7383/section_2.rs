//! RFC 7383 2.3 to 2.5: who fragments messages, and how fragments look.

use wire::PayloadType;
use wire::ikev2::{EncryptedFragment, NotifyType, Payload as View, RawPayload};

use super::super::rfc7296::rewrite_last;
use super::super::{AUTH_REQUEST, AUTH_RESPONSE, INIT_REQUEST, INIT_RESPONSE, falsify, in_message};
use super::{ANNOUNCED, announce, fragments, send};
use crate::check::{Check, Finding};
use crate::tester::{Conversation, Payload, Seen};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = announced();
    checks.extend(form());
    checks
}

fn announced() -> Vec<Check> {
    const FORMAT: &[&str] = &["rfc7383-2.3-frag-notify-format"];
    const BOTH: &[&str] = &["rfc7383-2.4-frag-only-if-both"];
    vec![
        Check::ikev2_responder("that-fragments-are-taken-is-said-without-data", FORMAT)
            .with(|setup| setup.fragments = true)
            .content(INIT_REQUEST, ANNOUNCED, announce)
            .shows(
                |conversation| format_holds(conversation, INIT_RESPONSE),
                |conversation| lengthen(conversation, INIT_RESPONSE),
            ),
        Check::ikev2_initiator("that-an-initiator-takes-fragments-is-said-without-data", FORMAT)
            .with(|setup| setup.fragments = true)
            .shows(
                |conversation| format_holds(conversation, INIT_REQUEST),
                |conversation| lengthen(conversation, INIT_REQUEST),
            ),
        Check::ikev2_responder("who-does-not-take-fragments-gets-none", BOTH)
            .with(|setup| setup.fragments = true)
            .shows(
                |conversation| none_came(conversation, AUTH_RESPONSE),
                |conversation| split(conversation, AUTH_RESPONSE),
            ),
        Check::ikev2_initiator("a-responder-that-does-not-take-fragments-gets-none", BOTH)
            .with(|setup| setup.fragments = true)
            .shows(
                |conversation| none_came(conversation, AUTH_REQUEST),
                |conversation| split(conversation, AUTH_REQUEST),
            ),
    ]
}

fn form() -> Vec<Check> {
    const LAST: &[&str] = &["rfc7383-2.5-skf-last"];
    const TYPES: &[&str] = &["rfc7383-2.5-skf-next-payload"];
    const NUMBERS: &[&str] = &["rfc7383-2.5-skf-numbers"];
    const SIZE: &[&str] = &["rfc7383-2.5.1-frag-threshold-defaults"];
    let fragmented =
        |check: Check| check.with(|setup| setup.fragments = true).content(INIT_REQUEST, ANNOUNCED, announce);
    let by_initiator =
        |check: Check| check.with(|setup| setup.fragments = true).content(INIT_RESPONSE, ANNOUNCED, announce);
    vec![
        fragmented(Check::ikev2_responder(
            "a-request-in-fragments-is-answered-in-fragments",
            &["rfc7383-2.4-frag-response-form"],
        ))
        .script(|tester| {
            let parts = fragments(tester)?;
            send(tester, &parts)?;
            tester.wait_for(AUTH_RESPONSE)?;
            Ok(())
        })
        .shows(
            |conversation| {
                in_message(conversation, AUTH_RESPONSE, |seen| match parts_of(conversation).len() {
                    0 if seen.wire.len() < 500 => Finding::Unverifiable("the answer is short".to_owned()),
                    count => Finding::of(count > 1, || "the answer came whole".to_owned()),
                })
            },
            |conversation| {
                conversation.seen.retain(|seen| !seen.partial);
                falsify(conversation, AUTH_RESPONSE, |seen| seen.wire[16] = PayloadType::ENCRYPTED.0);
            },
        ),
        fragmented(Check::ikev2_responder("an-encrypted-fragment-is-the-last-payload", LAST))
            .shows(is_last, |conversation| {
                conversation.seen.iter_mut().for_each(|seen| seen.wire.extend([0; 4]))
            }),
        by_initiator(Check::ikev2_initiator("an-initiators-encrypted-fragment-is-the-last-payload", LAST))
            .shows(is_last, |conversation| {
                conversation.seen.iter_mut().for_each(|seen| seen.wire.extend([0; 4]))
            }),
        fragmented(Check::ikev2_responder("only-the-first-fragment-names-a-payload", TYPES))
            .shows(types_hold, |conversation| set_in_last(conversation, 28, 39)),
        by_initiator(Check::ikev2_initiator("only-an-initiators-first-fragment-names-a-payload", TYPES))
            .shows(types_hold, |conversation| set_in_last(conversation, 28, 39)),
        fragmented(Check::ikev2_responder("fragments-are-counted-from-one", NUMBERS))
            .shows(numbers_hold, |conversation| set_in_last(conversation, 33, 1)),
        by_initiator(Check::ikev2_initiator("an-initiators-fragments-are-counted-from-one", NUMBERS))
            .shows(numbers_hold, |conversation| set_in_last(conversation, 33, 1)),
        fragmented(Check::ikev2_responder("fragments-fit-into-the-least-packet", SIZE)).shows(
            fit,
            |conversation| {
                conversation.seen.iter_mut().for_each(|seen| seen.wire.extend([0; 600]));
            },
        ),
    ]
}

fn format_holds(conversation: &Conversation, name: ike::MessageName) -> Finding {
    in_message(conversation, name, |seen| {
        match seen.notification(NotifyType::IKEV2_FRAGMENTATION_SUPPORTED) {
            None => Finding::Unverifiable("the target does not say that it takes fragments".to_owned()),
            Some(body) => Finding::of(body == [0, 0, 0x40, 0x2e], || format!("its body is {body:02x?}")),
        }
    })
}

/// For a control: a target whose notification has data.
fn lengthen(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite_last(conversation, name, |payloads| {
        let is_it = |one: &&mut Payload| one.body == [0, 0, 0x40, 0x2e];
        if let Some(payload) = payloads.iter_mut().find(is_it) {
            payload.body.push(1);
        }
    });
}

fn none_came(conversation: &Conversation, name: ike::MessageName) -> Finding {
    in_message(conversation, name, |_| {
        let count = parts_of(conversation).len();
        Finding::of(count == 0, || format!("{count} fragments came"))
    })
}

/// For a control: a target that sends a fragment where it must not.
fn split(conversation: &mut Conversation, name: ike::MessageName) {
    falsify(conversation, name, |seen| {
        seen.wire[16] = PayloadType::ENCRYPTED_FRAGMENT.0;
        seen.wire[32..36].copy_from_slice(&[0, 1, 0, 1]);
    });
}

/// The fragments that came: the messages, and where the numbers of each stand.
fn parts_of(conversation: &Conversation) -> Vec<(&Seen, RawPayload<'_>)> {
    let of_seen = |seen| Some((seen, Seen::encrypted(seen)?));
    let all = conversation.seen.iter().filter(|seen| !seen.copy).filter_map(of_seen);
    all.filter(|(_, raw)| raw.payload_type == PayloadType::ENCRYPTED_FRAGMENT).collect()
}

/// What the numbers of the fragments that came are.
fn numbers(conversation: &Conversation) -> Vec<Option<(u16, u16)>> {
    let of_part = |(_, raw): (&Seen, RawPayload<'_>)| match raw.typed() {
        Ok(View::EncryptedFragment(EncryptedFragment { number, total, .. })) => Some((number, total)),
        _ => None,
    };
    parts_of(conversation).into_iter().map(of_part).collect()
}

/// Why nothing shows where no fragments came.
fn fragmented(conversation: &Conversation, judge: impl FnOnce() -> Finding) -> Finding {
    let of_auth = |seen: &&Seen| matches!(seen.name, AUTH_REQUEST | AUTH_RESPONSE);
    match conversation.seen.iter().find(of_auth) {
        Some(seen) if seen.wire.get(16) == Some(&PayloadType::ENCRYPTED_FRAGMENT.0) => judge(),
        _ => Finding::Unverifiable("the target sent no fragments".to_owned()),
    }
}

fn is_last(conversation: &Conversation) -> Finding {
    fragmented(conversation, || {
        let of_auth = |seen: &&Seen| matches!(seen.name, AUTH_REQUEST | AUTH_RESPONSE);
        let ends = |seen: &Seen| {
            let encrypted = seen.encrypted();
            encrypted.is_some_and(|raw| raw.body_offset() + raw.body.len() == seen.wire.len())
        };
        let all = conversation.seen.iter().filter(of_auth).all(ends);
        Finding::of(all, || "something stands behind an Encrypted Fragment payload".to_owned())
    })
}

fn types_hold(conversation: &Conversation) -> Finding {
    fragmented(conversation, || {
        let types: Vec<u8> = parts_of(conversation).iter().map(|(_, raw)| raw.next.0).collect();
        let hold =
            types.first().is_some_and(|first| *first != 0) && types.iter().skip(1).all(|one| *one == 0);
        Finding::of(hold, || format!("the types named are {types:?}"))
    })
}

fn numbers_hold(conversation: &Conversation) -> Finding {
    fragmented(conversation, || {
        let found = numbers(conversation);
        let total = u16::try_from(found.len()).unwrap_or(u16::MAX);
        let expected: Vec<_> = (1..=total).map(|number| Some((number, total))).collect();
        Finding::of(found == expected, || format!("the numbers are {found:?}"))
    })
}

fn fit(conversation: &Conversation) -> Finding {
    fragmented(conversation, || {
        let lengths: Vec<usize> = parts_of(conversation).iter().map(|(seen, _)| seen.wire.len()).collect();
        let longest = match conversation.seen.first() {
            Some(seen) if seen.path.remote.is_ipv6() => 1280 - 40 - 8,
            _ => 576 - 20 - 8,
        };
        let hold = lengths.iter().all(|length| *length <= longest);
        Finding::of(hold && !lengths.is_empty(), || format!("the fragments have {lengths:?} octets"))
    })
}

/// For a control: a target whose last fragment has this byte on the wire.
fn set_in_last(conversation: &mut Conversation, offset: usize, value: u8) {
    let is_part = |seen: &&mut Seen| seen.wire.get(16) == Some(&PayloadType::ENCRYPTED_FRAGMENT.0);
    if let Some(seen) = conversation.seen.iter_mut().rev().find(is_part) {
        seen.wire[offset] = value;
    }
}

//! RFC 7383 2.6: fragments taken in, put aside, and answered again.

use super::super::rfc7296::{established, pretend};
use super::super::{AUTH_RESPONSE, INIT_REQUEST, silence};
use super::{ANNOUNCED, announce, fragments, send};
use crate::check::{Check, Finding};
use crate::target::TargetError;
use crate::tester::{Conversation, Tester};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = discarded();
    checks.extend(anew());
    checks.extend(again());
    checks
}

/// A target that fragments messages, with a tester that says it does.
fn fragmented(id: &'static str, requirements: &'static [&'static str]) -> Check {
    Check::ikev2_responder(id, requirements).with(|setup| setup.fragments = true).content(
        INIT_REQUEST,
        ANNOUNCED,
        announce,
    )
}

fn discarded() -> Vec<Check> {
    const INVALID: &[&str] = &["rfc7383-2.6-frag-invalid-discard"];
    vec![
        fragmented("a-fragment-of-number-zero-is-dropped", INVALID)
            .script(|tester| behind_a_wrong_one(tester, |bytes| bytes[32..34].fill(0)))
            .shows(established, no_answer),
        fragmented("a-fragment-beyond-the-total-is-dropped", INVALID)
            .script(|tester| behind_a_wrong_one(tester, |bytes| bytes[32..34].copy_from_slice(&[0, 99])))
            .shows(established, no_answer),
        fragmented("a-fragment-of-a-smaller-total-is-dropped", INVALID)
            .script(|tester| {
                let parts = fragments(tester)?;
                let Some(([first, second], rest)) = parts.split_first_chunk() else { return Ok(()) };
                let mut wrong = second.clone();
                wrong[34..36].copy_from_slice(&[0, 2]);
                tester.renew_checksum(&mut wrong);
                send(tester, &[first.clone(), wrong, second.clone()])?;
                send(tester, rest)?;
                tester.wait_for(AUTH_RESPONSE)?;
                Ok(())
            })
            .shows(established, no_answer),
        fragmented("a-repeated-fragment-is-dropped", &["rfc7383-2.6-frag-replay-discard"])
            .script(|tester| {
                let parts = fragments(tester)?;
                let Some((first, rest)) = parts.split_first() else { return Ok(()) };
                send(tester, &[first.clone(), first.clone()])?;
                send(tester, rest)?;
                tester.wait_for(AUTH_RESPONSE)?;
                Ok(())
            })
            .shows(established, no_answer),
        fragmented("a-fragment-with-a-wrong-checksum-is-dropped", &["rfc7383-2.6-frag-icv"])
            .script(|tester| {
                let parts = fragments(tester)?;
                let mut wrong = parts.first().cloned().unwrap_or_default();
                if let Some(last) = wrong.last_mut() {
                    *last ^= 1;
                    tester.transmit(&wrong)?;
                }
                send(tester, &parts)?;
                tester.wait_for(AUTH_RESPONSE)?;
                Ok(())
            })
            .shows(established, no_answer),
        fragmented("fragments-may-come-in-any-order", &["rfc7383-2.6-frag-replay-discard"])
            .script(|tester| {
                let mut parts = fragments(tester)?;
                parts.reverse();
                send(tester, &parts)?;
                tester.wait_for(AUTH_RESPONSE)?;
                Ok(())
            })
            .shows(established, no_answer),
    ]
}

fn anew() -> Vec<Check> {
    vec![
        fragmented("a-larger-total-begins-anew", &["rfc7383-2.6-frag-larger-total-restart"])
            .script(|tester| {
                let parts = fragments(tester)?;
                let sent = parts.split_last().map(|(_, before)| before.to_vec()).unwrap_or_default();
                send(tester, &sent)?;
                tester.begin_authentication_again();
                let smaller = tester.authentication_in_fragments(super::LONGEST / 2);
                send(tester, &smaller)?;
                tester.wait_for(AUTH_RESPONSE)?;
                Ok(())
            })
            .shows(established, no_answer),
        fragmented("fragments-without-the-last-lead-to-nothing", &["rfc7383-2.6-frag-timeout-discard"])
            .script(|tester| {
                let parts = fragments(tester)?;
                send(tester, parts.split_last().map(|(_, before)| before).unwrap_or_default())?;
                tester.pass(20)?;
                send(tester, &parts)?;
                tester.wait_for(AUTH_RESPONSE)?;
                Ok(())
            })
            .shows(established, no_answer),
    ]
}

fn again() -> Vec<Check> {
    const FIRST: &[&str] = &["rfc7383-2.6.1-frag-rexmit-only-first"];
    vec![
        fragmented("the-second-fragment-asks-for-no-repetition", FIRST)
            .script(|tester| repeat_fragment(tester, 1))
            .shows(|conversation| answered_again(conversation, false), repeat_answer),
        fragmented("the-first-fragment-asks-for-a-repetition", FIRST)
            .script(|tester| repeat_fragment(tester, 0))
            .shows(
                |conversation| answered_again(conversation, true),
                |conversation| conversation.seen.retain(|seen| !seen.copy),
            ),
    ]
}

/// Sends a wrong form of the first fragment, and then the whole message.
fn behind_a_wrong_one(tester: &mut Tester<'_>, change: fn(&mut Vec<u8>)) -> Result<(), TargetError> {
    let parts = fragments(tester)?;
    if let Some(mut wrong) = parts.first().cloned() {
        change(&mut wrong);
        tester.renew_checksum(&mut wrong);
        tester.transmit(&wrong)?;
    }
    send(tester, &parts)?;
    tester.wait_for(AUTH_RESPONSE)?;
    Ok(())
}

/// Sends the message in fragments, and one of them once more when it was answered.
fn repeat_fragment(tester: &mut Tester<'_>, index: usize) -> Result<(), TargetError> {
    let parts = fragments(tester)?;
    send(tester, &parts)?;
    tester.wait_for(AUTH_RESPONSE)?;
    tester.pass(2)?;
    if let Some(part) = parts.get(index) {
        tester.transmit(part)?;
    }
    tester.pass(2)
}

fn no_answer(conversation: &mut Conversation) {
    silence(conversation, AUTH_RESPONSE);
}

fn answered_again(conversation: &Conversation, expected: bool) -> Finding {
    if !conversation.is_established() {
        return Finding::Unverifiable("IKE_AUTH did not succeed".to_owned());
    }
    let again = conversation.seen.iter().any(|seen| seen.name == AUTH_RESPONSE && seen.copy);
    Finding::of(again == expected, || format!("the response was sent again: {again}"))
}

/// For a control: a target that answers again.
fn repeat_answer(conversation: &mut Conversation) {
    pretend(conversation, AUTH_RESPONSE);
    if let Some(last) = conversation.seen.last_mut() {
        last.copy = true;
    }
}

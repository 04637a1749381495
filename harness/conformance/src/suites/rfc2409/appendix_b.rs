//! RFC 2409 appendix B and 3.2: encryption, padding, initialization vectors.

use wire::{Header, PayloadType};

use super::super::{MM5, MM6, falsify, in_message, rewrite};
use crate::check::{Check, Finding};
use crate::tester::{Conversation, Seen};

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("the-stated-length-includes-the-padding", &["rfc2409-B-pad-in-length"]).shows(
            |conversation| in_message(conversation, MM6, padded),
            |conversation| falsify(conversation, MM6, |seen| seen.overwrite(27, 1)),
        ),
        Check::initiator("an-initiators-stated-length-includes-the-padding", &["rfc2409-B-pad-in-length"])
            .shows(
                |conversation| in_message(conversation, MM5, padded),
                |conversation| falsify(conversation, MM5, |seen| seen.overwrite(27, 1)),
            ),
        Check::responder(
            "the-vector-of-mm6-is-the-last-block-of-mm5",
            &["rfc2409-B-iv-chaining", "rfc2409-5-skeyid-sig"],
        )
        .shows(
            |conversation| decrypts(conversation, MM6),
            |conversation| without_signature(conversation, MM6),
        ),
        Check::initiator("mm5-is-encrypted-with-the-keys-of-both", &["rfc2409-5-skeyid-sig"]).shows(
            |conversation| decrypts(conversation, MM5),
            |conversation| without_signature(conversation, MM5),
        ),
        Check::responder("everything-behind-the-header-is-encrypted", &["rfc2409-3.2-encrypted-from-header"])
            .shows(
                |conversation| {
                    in_message(conversation, MM6, |seen| {
                        let clear = seen.plain.get(Header::LENGTH..) == seen.wire.get(Header::LENGTH..);
                        Finding::of(!clear, || {
                            "the payloads of MM6 stand in clear behind the header".to_owned()
                        })
                    })
                },
                |conversation| falsify(conversation, MM6, |seen| seen.wire.clone_from(&seen.plain)),
            ),
    ]
}

fn padded(seen: &Seen) -> Finding {
    let stated = seen.header().length as usize;
    let body = seen.wire.len().saturating_sub(Header::LENGTH);
    // AES, in which the laboratory's usual suite encrypts, has blocks of 16 bytes.
    let holds = stated == seen.wire.len() && body > 0 && body.is_multiple_of(16);
    Finding::of(holds, || format!("{} bytes came, {stated} are stated", seen.wire.len()))
}

/// For controls: the message decrypts to something else.
fn without_signature(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite(conversation, name, |payloads| {
        payloads.retain(|payload| payload.payload_type != PayloadType::SIGNATURE);
    });
}

fn decrypts(conversation: &Conversation, name: ike::MessageName) -> Finding {
    in_message(conversation, name, |seen| match seen.payloads() {
        Ok(payloads) => {
            let has = |wanted| payloads.iter().any(|payload| payload.payload_type == wanted);
            Finding::of(has(PayloadType::IDENTIFICATION) && has(PayloadType::SIGNATURE), || {
                format!("{name} decrypts to something without ID and SIG")
            })
        }
        Err(error) => Finding::Violated(format!("{name} does not decrypt to payloads: {error}")),
    })
}

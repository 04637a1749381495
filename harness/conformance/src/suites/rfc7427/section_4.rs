//! RFC 7427 4: which hashes each side takes.

use crypto::HashAlgorithm;
use wire::PayloadType;
use wire::ikev2::NotifyType;

use super::super::rfc7296::rewrite_last;
use super::super::{INIT_REQUEST, INIT_RESPONSE, in_message};
use super::SHA2_512;
use crate::check::{Check, Finding};
use crate::tester::{Conversation, Draft, Payload};

pub(super) fn checks() -> Vec<Check> {
    const PICKED: &[&str] = &["rfc7427-4-pick-peer-hash"];
    const FORMAT: &[&str] = &["rfc7427-4-notify-format"];
    const REMARK: &str = "N(SIGNATURE_HASH_ALGORITHMS) with SHA-512 alone";
    vec![
        Check::ikev2_responder("the-hash-is-one-that-the-initiator-takes", PICKED)
            .with(|setup| setup.signature_hashes = true)
            .content(INIT_REQUEST, REMARK, announce)
            .signing_with(HashAlgorithm::Sha256)
            .shows(with_sha_512, |conversation| conversation.signature_hash = Some(HashAlgorithm::Sha256)),
        Check::ikev2_initiator("the-hash-is-one-that-the-responder-takes", PICKED)
            .with(|setup| setup.signature_hashes = true)
            .content(INIT_RESPONSE, REMARK, announce)
            .signing_with(HashAlgorithm::Sha256)
            .shows(with_sha_512, |conversation| conversation.signature_hash = Some(HashAlgorithm::Sha256)),
        Check::ikev2_responder("hashes-are-listed-by-16-bits-each", FORMAT)
            .with(|setup| setup.signature_hashes = true)
            .content(INIT_REQUEST, REMARK, announce)
            .shows(
                |conversation| listed(conversation, INIT_RESPONSE),
                |conversation| lengthen(conversation, INIT_RESPONSE),
            ),
        Check::ikev2_initiator("an-initiators-hashes-are-listed-by-16-bits-each", FORMAT)
            .with(|setup| setup.signature_hashes = true)
            .shows(
                |conversation| listed(conversation, INIT_REQUEST),
                |conversation| lengthen(conversation, INIT_REQUEST),
            ),
        Check::ikev2_responder(
            "each-direction-may-have-a-hash-of-its-own",
            &["rfc7427-4-hash-per-direction"],
        )
        .with(|setup| setup.signature_hashes = true)
        .content(INIT_REQUEST, REMARK, announce)
        .signing_with(HashAlgorithm::Sha256)
        .accepted(),
    ]
}

fn announce(draft: &mut Draft<'_>) {
    draft.notify(NotifyType::SIGNATURE_HASH_ALGORITHMS, &SHA2_512);
}

fn with_sha_512(conversation: &Conversation) -> Finding {
    match conversation.signature_hash {
        None => Finding::Unverifiable("the target did not sign".to_owned()),
        Some(hash) => Finding::of(hash == HashAlgorithm::Sha512, || format!("it is made with {hash:?}")),
    }
}

fn listed(conversation: &Conversation, name: ike::MessageName) -> Finding {
    in_message(conversation, name, |seen| match seen.notification(NotifyType::SIGNATURE_HASH_ALGORITHMS) {
        None => Finding::Unverifiable("the target names no hashes".to_owned()),
        Some(body) => {
            let hold = body.starts_with(&[0, 0]) && body.len() > 4 && body.len() % 2 == 0;
            Finding::of(hold, || format!("its body is {body:02x?}"))
        }
    })
}

/// For a control: a target whose list has an octet too many.
fn lengthen(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite_last(conversation, name, |payloads| {
        let wanted = NotifyType::SIGNATURE_HASH_ALGORITHMS.0.to_be_bytes();
        let is_it = |one: &&mut Payload| {
            one.payload_type == PayloadType::IKEV2_NOTIFY && one.body.get(2..4) == Some(&wanted[..])
        };
        if let Some(payload) = payloads.iter_mut().find(is_it) {
            payload.body.push(0);
        }
    });
}

//! RFC 7427 3: when method 14 is used, and what its AUTH payload holds.

use crypto::HashAlgorithm;
use wire::PayloadType;
use wire::ikev2::{AuthenticationMethod, NotifyType};

use super::super::rfc7296::rewrite_last;
use super::super::{AUTH_REQUEST, AUTH_RESPONSE, INIT_REQUEST, INIT_RESPONSE, first};
use super::{SHA2_256, SHA2_512};
use crate::check::{Check, Finding};
use crate::tester::{Conversation, Draft};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = method();
    checks.extend(algorithm());
    checks
}

const REMARK: &str = "N(SIGNATURE_HASH_ALGORITHMS) with SHA-256 and SHA-512";

/// A responder that signs by RFC 7427, with a tester that does, too.
fn negotiated(check: Check) -> Check {
    check.with(|setup| setup.signature_hashes = true).content(INIT_REQUEST, REMARK, announce)
}

/// The same of an initiator.
fn negotiated_by_initiator(check: Check) -> Check {
    check.with(|setup| setup.signature_hashes = true).content(INIT_RESPONSE, REMARK, announce)
}

fn announce(draft: &mut Draft<'_>) {
    draft.notify(NotifyType::SIGNATURE_HASH_ALGORITHMS, &[SHA2_256, SHA2_512].concat());
}

fn method() -> Vec<Check> {
    const AFTER: &[&str] = &["rfc7427-3-method14-only-after-notify"];
    const ALWAYS: &[&str] = &["rfc7427-3-method14-mandatory-if-negotiated"];
    vec![
        Check::ikev2_responder("who-has-named-no-hash-gets-no-digital-signature", AFTER)
            .with(|setup| setup.signature_hashes = true)
            .shows(
                |conversation| is_of_method(conversation, false),
                |conversation| set_method(conversation, 14),
            ),
        Check::ikev2_initiator("a-responder-that-has-named-no-hash-gets-no-digital-signature", AFTER)
            .with(|setup| setup.signature_hashes = true)
            .shows(
                |conversation| is_of_method(conversation, false),
                |conversation| set_method(conversation, 14),
            ),
        Check::ikev2_responder("a-digital-signature-that-was-not-negotiated-is-refused", AFTER)
            .signing_with(HashAlgorithm::Sha256)
            .refused(),
        negotiated(Check::ikev2_responder("where-both-have-named-hashes-the-signature-is-digital", ALWAYS))
            .signing_with(HashAlgorithm::Sha256)
            .shows(
                |conversation| is_of_method(conversation, true),
                |conversation| set_method(conversation, 1),
            ),
        negotiated_by_initiator(Check::ikev2_initiator(
            "where-both-have-named-hashes-an-initiators-signature-is-digital",
            ALWAYS,
        ))
        .signing_with(HashAlgorithm::Sha256)
        .shows(|conversation| is_of_method(conversation, true), |conversation| set_method(conversation, 1)),
        negotiated(Check::ikev2_responder("a-digital-signature-is-taken", ALWAYS))
            .signing_with(HashAlgorithm::Sha256)
            .accepted(),
        negotiated(Check::ikev2_responder(
            "the-two-sides-may-sign-by-different-methods",
            &["rfc7296-2.15-asymmetric-methods"],
        ))
        .recorded(),
    ]
}

fn algorithm() -> Vec<Check> {
    const LENGTH: &[&str] = &["rfc7427-3-asn1-length-octet"];
    const PREFERRED: &[&str] = &["rfc7427-3-asn1-preferred-form"];
    vec![
        negotiated(Check::ikev2_responder("an-rsa-algorithm-has-null-parameters", PREFERRED))
            .signing_with(HashAlgorithm::Sha256)
            .shows(preferred_form, |conversation| spoil_algorithm(conversation, AUTH_RESPONSE)),
        negotiated_by_initiator(Check::ikev2_initiator(
            "an-initiators-rsa-algorithm-has-null-parameters",
            PREFERRED,
        ))
        .signing_with(HashAlgorithm::Sha256)
        .shows(preferred_form, |conversation| spoil_algorithm(conversation, AUTH_REQUEST)),
        negotiated(Check::ikev2_responder("the-length-of-an-algorithm-is-one-octet", LENGTH))
            .signing_with(HashAlgorithm::Sha256)
            .shows(length_holds, |conversation| {
                rewrite_last(conversation, AUTH_RESPONSE, |payloads| {
                    if let Some(proof) = first(payloads, PayloadType::AUTHENTICATION) {
                        proof.body[4] += 1;
                    }
                });
            }),
        negotiated(Check::ikev2_responder("a-wrong-length-of-an-algorithm-is-refused", LENGTH))
            .signing_with(HashAlgorithm::Sha256)
            .authenticated(AUTH_REQUEST, "a length of the algorithm that is one too many", |draft| {
                draft.payload(PayloadType::AUTHENTICATION).body[4] += 1;
            })
            .refused(),
        negotiated(Check::ikev2_responder(
            "an-algorithm-without-parameters-is-taken",
            &["rfc7427-3-sig-alg-both-encodings-accepted"],
        ))
        .signing_with(HashAlgorithm::Sha256)
        .authenticated(AUTH_REQUEST, "an algorithm without NULL", without_parameters)
        .accepted(),
    ]
}

fn is_of_method(conversation: &Conversation, digital: bool) -> Finding {
    let method = conversation.proof().and_then(|body| body.first().copied());
    match method {
        None => Finding::Unverifiable("the target did not authenticate".to_owned()),
        Some(method) => {
            let is_digital = method == AuthenticationMethod::DIGITAL_SIGNATURE.0;
            Finding::of(is_digital == digital, || format!("the method is {method}"))
        }
    }
}

/// For a control: a target that signs by another method.
fn set_method(conversation: &mut Conversation, method: u8) {
    for name in [AUTH_REQUEST, AUTH_RESPONSE] {
        rewrite_last(conversation, name, |payloads| {
            if let Some(proof) = first(payloads, PayloadType::AUTHENTICATION) {
                proof.body[0] = method;
            }
        });
    }
}

/// The algorithm that the target's AUTH payload names.
fn named(conversation: &Conversation) -> Option<Vec<u8>> {
    let (method, algorithm) = conversation.authentication()?.method()?;
    (method == AuthenticationMethod::DIGITAL_SIGNATURE).then_some(algorithm)
}

fn preferred_form(conversation: &Conversation) -> Finding {
    match named(conversation) {
        None => Finding::Unverifiable("the target does not sign with method 14".to_owned()),
        // RFC 7427 appendix A.1: PKCS #1 with a hash of SHA-2.
        Some(algorithm) => Finding::of(algorithm.ends_with(&[5, 0]) && algorithm.len() == 15, || {
            format!("the algorithm is {algorithm:02x?}")
        }),
    }
}

fn length_holds(conversation: &Conversation) -> Finding {
    match named(conversation) {
        None => Finding::Unverifiable("the target does not sign with method 14".to_owned()),
        Some(algorithm) => {
            let inside = algorithm.get(1).map(|length| usize::from(*length) + 2);
            Finding::of(inside == Some(algorithm.len()), || {
                format!("the algorithm has {} octets: {algorithm:02x?}", algorithm.len())
            })
        }
    }
}

/// For a control: a target that names its algorithm with other parameters.
fn spoil_algorithm(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite_last(conversation, name, |payloads| {
        if let Some(proof) = first(payloads, PayloadType::AUTHENTICATION) {
            proof.body[18] = 4;
        }
    });
}

/// Takes the NULL away: of `30 0d 06 09 <oid> 05 00`, behind one octet of length, the last two octets.
fn without_parameters(draft: &mut Draft<'_>) {
    let body = &mut draft.payload(PayloadType::AUTHENTICATION).body;
    body.drain(18..20);
    body[4] -= 2;
    body[6] -= 2;
}

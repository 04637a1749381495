//! RFC 3706 6.2: sequence numbers.

use ike::MessageName;
use wire::PayloadType;

use super::section_5::questions;
use crate::check::{Check, Finding};

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("questions-are-numbered-by-one-more-each", &["rfc3706-6.2-dpd-sequence"])
            .with(|setup| setup.keepalive = true)
            .script(|tester| {
                tester.go_to(6)?;
                tester.pass(30)
            })
            .shows(
                |conversation| {
                    let numbers: Vec<u32> = questions(conversation)
                        .iter()
                        .filter_map(|body| Some(u32::from_be_bytes(*body.last_chunk::<4>()?)))
                        .collect();
                    if numbers.len() < 2 {
                        return Finding::Unverifiable("the target did not ask twice".to_owned());
                    }
                    let by_one = numbers.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1));
                    Finding::of(by_one && numbers[0] > 1, || format!("the numbers are {numbers:?}"))
                },
                |conversation| {
                    for seen in
                        conversation.seen.iter_mut().filter(|seen| seen.name == MessageName::Informational)
                    {
                        seen.rewrite(|payloads| {
                            for payload in payloads.iter_mut() {
                                if payload.payload_type == PayloadType::NOTIFICATION {
                                    let start = payload.body.len() - 4;
                                    payload.body[start..].copy_from_slice(&[1, 2, 3, 4]);
                                }
                            }
                        });
                    }
                },
            ),
    ]
}

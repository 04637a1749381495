//! RFC 2408 3.2: the chain of payloads.

use wire::Header;

use super::super::{MM1, MM3, MM4, every_message, falsify};
use crate::check::Check;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "the-chain-ends-with-zero-where-the-message-ends",
            &["rfc2408-3.2-chain-terminates"],
        )
        .shows(
            |conversation| {
                every_message(conversation, |seen| seen.payloads().err().map(|error| error.to_string()))
            },
            // The first payload of MM4 says that it is longer than the message.
            |conversation| falsify(conversation, MM4, |seen| seen.overwrite(Header::LENGTH + 2, 0x40)),
        )
        .reading_broken_chains(),
        Check::initiator(
            "an-initiators-chain-ends-where-the-message-ends",
            &["rfc2408-3.2-chain-terminates"],
        )
        .shows(
            |conversation| {
                every_message(conversation, |seen| seen.payloads().err().map(|error| error.to_string()))
            },
            |conversation| falsify(conversation, MM1, |seen| seen.overwrite(Header::LENGTH + 2, 0x40)),
        )
        .reading_broken_chains(),
        Check::responder("a-chain-longer-than-the-message-is-refused", &["rfc2408-3.2-chain-terminates"])
            .datagram(MM3, "a last payload that announces another", |bytes| {
                // NAT-D, KE and NONCE precede: the last generic header is 24 bytes before the end.
                let last = bytes.len() - 24;
                bytes[last] = 20;
            })
            .refused(),
    ]
}

//! RFC 2408 3.1: the header.

use ike::MessageName;
use wire::ikev1::lies::{Field, HeaderField};
use wire::{ExchangeType, Flags};

use super::super::{MM1, MM3, MM4, MM6, every_message, falsify};
use crate::check::Check;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("the-major-version-is-1", &["rfc2408-3.1-major-1"]).shows(
            |conversation| {
                every_message(conversation, |seen| {
                    let major = seen.header().version.major();
                    (major != 1).then(|| format!("the major version is {major}"))
                })
            },
            |conversation| falsify(conversation, MM4, |seen| seen.overwrite(17, 0x20)),
        ),
        Check::responder("the-minor-version-is-0", &["rfc2408-3.1-minor-0"]).shows(
            |conversation| {
                every_message(conversation, |seen| {
                    let minor = seen.header().version.minor();
                    (minor != 0).then(|| format!("the minor version is {minor}"))
                })
            },
            |conversation| falsify(conversation, MM4, |seen| seen.overwrite(17, 0x11)),
        ),
        Check::responder("a-higher-major-version-is-refused", &["rfc2408-3.1-never-accept-higher-major"])
            .lie(MM1, "version 3.0", Field::Header(HeaderField::Version), 0x30)
            .refused(),
        Check::responder("a-higher-minor-version-is-refused", &["rfc2408-3.1-never-accept-higher-minor"])
            .lie(MM1, "version 1.1", Field::Header(HeaderField::Version), 0x11)
            .refused(),
        Check::responder("flags-without-a-meaning-are-zero", &["rfc2408-3.1-flags-rest-zero"]).shows(
            |conversation| {
                every_message(conversation, |seen| {
                    let flags = seen.header().flags.0;
                    (flags & 0xf8 != 0).then(|| format!("the flags are {flags:#04x}"))
                })
            },
            |conversation| falsify(conversation, MM4, |seen| seen.overwrite(19, 0x08)),
        ),
        Check::responder("the-message-id-of-phase-1-is-zero", &["rfc2408-3.1-phase1-msgid-zero"]).shows(
            |conversation| {
                every_message(conversation, |seen| {
                    let header = seen.header();
                    let of_main_mode = header.exchange_type == ExchangeType::IDENTITY_PROTECTION;
                    (of_main_mode && header.message_id != 0)
                        .then(|| format!("the message ID is {}", header.message_id))
                })
            },
            |conversation| falsify(conversation, MM4, |seen| seen.overwrite(23, 1)),
        ),
        Check::responder("encryption-begins-behind-ke", &["rfc2408-3.1-encrypt-after-ke"]).shows(
            |conversation| {
                every_message(conversation, |seen| {
                    let encrypted = seen.header().flags.contains(Flags::ENCRYPTION);
                    let expected = match seen.name {
                        MessageName::MainMode(number) => number >= 5,
                        _ => return None,
                    };
                    (encrypted != expected)
                        .then(|| format!("it is {}", if encrypted { "encrypted" } else { "not encrypted" }))
                })
            },
            |conversation| falsify(conversation, MM6, |seen| seen.overwrite(19, 0)),
        ),
        Check::initiator("an-initiator-encrypts-from-mm5-on", &["rfc2408-3.1-encrypt-after-ke"]).shows(
            |conversation| {
                every_message(conversation, |seen| {
                    let encrypted = seen.header().flags.contains(Flags::ENCRYPTION);
                    let expected = match seen.name {
                        MessageName::MainMode(number) => number >= 5,
                        _ => return None,
                    };
                    (encrypted != expected).then(|| format!("its encryption flag is {encrypted}"))
                })
            },
            |conversation| falsify(conversation, MM3, |seen| seen.overwrite(19, 1)),
        ),
    ]
}

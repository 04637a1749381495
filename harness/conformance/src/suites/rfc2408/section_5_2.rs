//! RFC 2408 5.2: the fields of the header.

use wire::ikev1::lies::{Field, HeaderField};

use super::super::{MM1, MM2, MM3, MM4, MM5};
use crate::check::Check;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("another-responder-cookie-is-refused", &["rfc2408-5.2-cookies-verified"])
            .datagram(MM3, "another responder cookie", |bytes| bytes[8] ^= 1)
            .refused(),
        Check::responder("another-initiator-cookie-is-refused", &["rfc2408-5.2-cookies-verified"])
            .datagram(MM3, "another initiator cookie", |bytes| bytes[0] ^= 1)
            .refused(),
        Check::initiator("an-initiator-refuses-another-cookie-of-its-own", &["rfc2408-5.2-cookies-verified"])
            .datagram(MM2, "another initiator cookie", |bytes| bytes[0] ^= 1)
            .refused(),
        Check::initiator(
            "an-initiator-refuses-another-cookie-of-the-responder",
            &["rfc2408-5.2-cookies-verified"],
        )
        .datagram(MM4, "another responder cookie", |bytes| bytes[8] ^= 1)
        .refused(),
        Check::responder("an-unknown-first-payload-is-refused", &["rfc2408-5.2-hdr-next-payload-checked"])
            .lie(MM1, "first payload of type 99", Field::Header(HeaderField::NextPayload), 99)
            .refused(),
        Check::responder("no-first-payload-is-refused", &["rfc2408-5.2-hdr-next-payload-checked"])
            .lie(MM1, "no first payload", Field::Header(HeaderField::NextPayload), 0)
            .refused(),
        Check::responder("version-0-is-refused", &["rfc2408-5.2-hdr-version-checked"])
            .lie(MM1, "version 0.0", Field::Header(HeaderField::Version), 0)
            .refused(),
        Check::responder("version-2-is-not-taken-for-version-1", &["rfc2408-5.2-hdr-version-checked"])
            .lie(MM3, "version 2.0", Field::Header(HeaderField::Version), 0x20)
            .refused(),
        Check::responder("an-unknown-exchange-type-is-refused", &["rfc2408-5.2-hdr-exchange-checked"])
            .lie(MM1, "exchange type 99", Field::Header(HeaderField::ExchangeType), 99)
            .refused(),
        Check::responder("unknown-flags-are-refused", &["rfc2408-5.2-hdr-flags-checked"])
            .lie(MM1, "flags f8", Field::Header(HeaderField::Flags), 0xf8)
            .refused(),
        Check::responder(
            "an-encryption-flag-before-there-are-keys-is-refused",
            &["rfc2408-5.2-hdr-flags-checked"],
        )
        .lie(MM3, "the encryption flag", Field::Header(HeaderField::Flags), 1)
        .refused(),
        Check::responder(
            "a-message-id-in-mm1-is-refused",
            &["rfc2408-5.2-hdr-msgid-checked", "rfc2408-3.1-phase1-msgid-zero"],
        )
        .lie(MM1, "message ID 7", Field::Header(HeaderField::MessageId), 7)
        .refused(),
        Check::responder("a-message-id-in-mm3-is-refused", &["rfc2408-5.2-hdr-msgid-checked"])
            .lie(MM3, "message ID 7", Field::Header(HeaderField::MessageId), 7)
            .refused(),
        Check::responder("a-message-id-in-mm5-is-refused", &["rfc2408-5.2-hdr-msgid-checked"])
            .lie(MM5, "message ID 7", Field::Header(HeaderField::MessageId), 7)
            .refused(),
        Check::initiator("an-initiator-refuses-a-message-id", &["rfc2408-5.2-hdr-msgid-checked"])
            .lie(MM2, "message ID 7", Field::Header(HeaderField::MessageId), 7)
            .refused(),
    ]
}

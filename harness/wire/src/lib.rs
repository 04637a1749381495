//! IKE messages as bytes: zero-copy reading, exact writing.
//!
//! Reading has two levels. The exact one ([`Header`], [`ikev1::RawPayload`], [`ikev2::RawPayload`]) says what the
//! bytes say, lies included: any 28 bytes are a header. The typed one ([`Message`], [`ikev1::Payload`],
//! [`ikev2::Payload`]) holds only
//! what is well-formed: lengths, counts and chains that agree with each other. Unknown numbers and reserved
//! bits are kept on both, so that what was read can be written again byte for byte; what is malformed is
//! refused with a [`ReadError`] that names the offset and the reason.
//!
//! Nothing here allocates while it reads, and no input makes it panic. Meaning (which payloads an exchange
//! wants, how long a nonce may be) is not judged here, and nothing here encrypts, hashes or signs.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)
)]

mod table;

mod attribute;
mod elements;
mod error;
mod generic_header;
mod header;
pub mod ikev1;
pub mod ikev2;
mod lies;
mod message;
mod numbers;
mod spis;
pub mod udp;

pub use error::{ReadError, Reason, Within, WriteError};
pub use header::{Header, Version};
pub use message::Message;
pub use numbers::{CertificateEncoding, ExchangeType, Flags, Group, PayloadType};

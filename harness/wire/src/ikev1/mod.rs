//! IKEv1 (ISAKMP, RFC 2408, with the IPsec DOI of RFC 2407): its messages as bytes.
//!
//! ```
//! use wire::ikev1::{Message, MessageBuilder, Payload};
//! use wire::ExchangeType;
//!
//! let bytes = MessageBuilder::new([1; 8], [0; 8], ExchangeType::IDENTITY_PROTECTION)
//!     .plain(&[Payload::Nonce(b"a nonce of 16 by"), Payload::VendorId(&wire::ikev1::vendor::RFC_3947)])?;
//!
//! let message = Message::read(&bytes)?;
//! for raw in message.payloads() {
//!     match raw?.typed()? {
//!         Payload::Nonce(nonce) => assert_eq!(nonce.len(), 16),
//!         Payload::VendorId(id) => assert_eq!(wire::ikev1::vendor::name(id), Some("NAT-T RFC 3947")),
//!         other => panic!("unexpected {other:?}"),
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod attributes;
mod chain;
mod identification;
pub mod lies;
mod message;
mod notification;
mod numbers;
pub mod owned;
mod payload;
mod security_association;
mod situation;
pub mod vendor;
mod write;

pub use chain::{Payloads, RawPayload, payloads_in};
pub use identification::{Identification, Identity};
pub use message::Message;
pub use notification::{Delete, Notification};
pub use numbers::{Doi, IdentificationType, NotifyType, ProtocolId, Situation};
pub use payload::{Certificate, CertificateRequest, NatDetection, NatNumbering, NatOriginalAddress, Payload};
pub use security_association::{
    Proposal, Proposals, SecurityAssociation, SecurityAssociationBuf, Transform, Transforms,
};
pub use write::{MessageBuilder, WritePayload, write_payloads};

pub use crate::attribute::{Attribute, AttributeValue, Attributes};
pub use crate::spis::Spis;

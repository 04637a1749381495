//! IKEv2 (RFC 7296): its messages as bytes.
//!
//! ```
//! use wire::ikev2::{Message, MessageBuilder, Notification, NotificationContent, NotifyType, Payload};
//! use wire::{ExchangeType, Flags};
//!
//! let bytes = MessageBuilder::new([1; 8], [0; 8], ExchangeType::IKE_SA_INIT)
//!     .flags(Flags::RESPONSE)
//!     .payloads(&[Payload::Notify(Notification::new(NotifyType::COOKIE, b"a cookie"))])?;
//!
//! let message = Message::read(&bytes)?;
//! for raw in message.payloads() {
//!     let raw = raw?;
//!     let Payload::Notify(notification) = raw.typed()? else { panic!("unexpected {raw:?}") };
//!     assert_eq!(notification.content(raw.body_offset())?, NotificationContent::Cookie(b"a cookie"));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authentication;
mod certificate;
mod chain;
mod configuration;
mod encrypted;
mod fixed;
mod identification;
pub mod lies;
mod message;
mod notification;
mod notification_data;
mod notify_types;
mod numbers;
pub mod owned;
mod payload;
mod security_association;
mod traffic_selectors;
pub mod transforms;
mod write;

pub use authentication::{Authentication, Proof};
pub use certificate::{Authorities, Certificate, CertificateRequest, HashAndUrl, Sha1Hash};
pub use chain::{Payloads, RawPayload, payloads_in};
pub use configuration::{Configuration, ConfigurationAttribute, ConfigurationAttributes, Eap};
pub use encrypted::{Encrypted, EncryptedFragment, EncryptedParts, split_padding, write_padding};
pub use identification::{Identification, Identity};
pub use message::Message;
pub use notification::{Delete, Notification};
pub use notification_data::{HashAlgorithms, NotificationContent, Redirect};
pub use notify_types::NotifyType;
pub use numbers::{
    AuthenticationMethod, ConfigurationAttributeType, ConfigurationType, EapCode, HashAlgorithm,
    IdentificationType, ProtocolId, TrafficSelectorType,
};
pub use payload::{KeyExchange, Payload};
pub use security_association::{
    Proposal, Proposals, SecurityAssociation, SecurityAssociationBuf, Transform, Transforms,
};
pub use traffic_selectors::{
    AddressRange, TrafficSelector, TrafficSelectors, TrafficSelectorsBuf, TrafficSelectorsIter,
};
pub use write::{MessageBuilder, WritePayload, write_payloads};

pub use crate::attribute::{Attribute, AttributeValue, Attributes};
pub use crate::spis::Spis;

//! The assigned numbers of IKEv1 payloads. Attribute classes and values stand in `attributes`.

use crate::table::table;

table! {
    /// The domain of interpretation: who assigns the numbers of a payload.
    pub struct Doi(u32) {
        ISAKMP = 0, "ISAKMP", "RFC 2408 3.4";
        IPSEC = 1, "IPSEC", "RFC 2407 4.2";
        GDOI = 2, "GDOI", "RFC 6407";
    }
}

table! {
    /// The protocol that an SA, an SPI or a notification is for.
    pub struct ProtocolId(u8) {
        RESERVED = 0, "RESERVED", "RFC 2407 4.4.1";
        ISAKMP = 1, "PROTO_ISAKMP", "RFC 2407 4.4.1";
        IPSEC_AH = 2, "PROTO_IPSEC_AH", "RFC 2407 4.4.1";
        IPSEC_ESP = 3, "PROTO_IPSEC_ESP", "RFC 2407 4.4.1";
        IPCOMP = 4, "PROTO_IPCOMP", "RFC 2407 4.4.1";
    }
}

table! {
    /// What kind of name an Identification payload holds.
    pub struct IdentificationType(u8) {
        RESERVED = 0, "RESERVED", "RFC 2407 4.6.2.1";
        IPV4_ADDR = 1, "ID_IPV4_ADDR", "RFC 2407 4.6.2.1";
        FQDN = 2, "ID_FQDN", "RFC 2407 4.6.2.1";
        USER_FQDN = 3, "ID_USER_FQDN", "RFC 2407 4.6.2.1";
        IPV4_ADDR_SUBNET = 4, "ID_IPV4_ADDR_SUBNET", "RFC 2407 4.6.2.1";
        IPV6_ADDR = 5, "ID_IPV6_ADDR", "RFC 2407 4.6.2.1";
        IPV6_ADDR_SUBNET = 6, "ID_IPV6_ADDR_SUBNET", "RFC 2407 4.6.2.1";
        IPV4_ADDR_RANGE = 7, "ID_IPV4_ADDR_RANGE", "RFC 2407 4.6.2.1";
        IPV6_ADDR_RANGE = 8, "ID_IPV6_ADDR_RANGE", "RFC 2407 4.6.2.1";
        DER_ASN1_DN = 9, "ID_DER_ASN1_DN", "RFC 2407 4.6.2.1";
        DER_ASN1_GN = 10, "ID_DER_ASN1_GN", "RFC 2407 4.6.2.1";
        KEY_ID = 11, "ID_KEY_ID", "RFC 2407 4.6.2.1";
        LIST = 12, "ID_LIST", "RFC 3554";
    }
}

table! {
    /// What a Notification payload reports: 1 to 16383 errors, the others status.
    pub struct NotifyType(u16) {
        INVALID_PAYLOAD_TYPE = 1, "INVALID-PAYLOAD-TYPE", "RFC 2408 3.14.1";
        DOI_NOT_SUPPORTED = 2, "DOI-NOT-SUPPORTED", "RFC 2408 3.14.1";
        SITUATION_NOT_SUPPORTED = 3, "SITUATION-NOT-SUPPORTED", "RFC 2408 3.14.1";
        INVALID_COOKIE = 4, "INVALID-COOKIE", "RFC 2408 3.14.1";
        INVALID_MAJOR_VERSION = 5, "INVALID-MAJOR-VERSION", "RFC 2408 3.14.1";
        INVALID_MINOR_VERSION = 6, "INVALID-MINOR-VERSION", "RFC 2408 3.14.1";
        INVALID_EXCHANGE_TYPE = 7, "INVALID-EXCHANGE-TYPE", "RFC 2408 3.14.1";
        INVALID_FLAGS = 8, "INVALID-FLAGS", "RFC 2408 3.14.1";
        INVALID_MESSAGE_ID = 9, "INVALID-MESSAGE-ID", "RFC 2408 3.14.1";
        INVALID_PROTOCOL_ID = 10, "INVALID-PROTOCOL-ID", "RFC 2408 3.14.1";
        INVALID_SPI = 11, "INVALID-SPI", "RFC 2408 3.14.1";
        INVALID_TRANSFORM_ID = 12, "INVALID-TRANSFORM-ID", "RFC 2408 3.14.1";
        ATTRIBUTES_NOT_SUPPORTED = 13, "ATTRIBUTES-NOT-SUPPORTED", "RFC 2408 3.14.1";
        NO_PROPOSAL_CHOSEN = 14, "NO-PROPOSAL-CHOSEN", "RFC 2408 3.14.1";
        BAD_PROPOSAL_SYNTAX = 15, "BAD-PROPOSAL-SYNTAX", "RFC 2408 3.14.1";
        PAYLOAD_MALFORMED = 16, "PAYLOAD-MALFORMED", "RFC 2408 3.14.1";
        INVALID_KEY_INFORMATION = 17, "INVALID-KEY-INFORMATION", "RFC 2408 3.14.1";
        INVALID_ID_INFORMATION = 18, "INVALID-ID-INFORMATION", "RFC 2408 3.14.1";
        INVALID_CERT_ENCODING = 19, "INVALID-CERT-ENCODING", "RFC 2408 3.14.1";
        INVALID_CERTIFICATE = 20, "INVALID-CERTIFICATE", "RFC 2408 3.14.1";
        CERT_TYPE_UNSUPPORTED = 21, "CERT-TYPE-UNSUPPORTED", "RFC 2408 3.14.1";
        INVALID_CERT_AUTHORITY = 22, "INVALID-CERT-AUTHORITY", "RFC 2408 3.14.1";
        INVALID_HASH_INFORMATION = 23, "INVALID-HASH-INFORMATION", "RFC 2408 3.14.1";
        AUTHENTICATION_FAILED = 24, "AUTHENTICATION-FAILED", "RFC 2408 3.14.1";
        INVALID_SIGNATURE = 25, "INVALID-SIGNATURE", "RFC 2408 3.14.1";
        ADDRESS_NOTIFICATION = 26, "ADDRESS-NOTIFICATION", "RFC 2408 3.14.1";
        NOTIFY_SA_LIFETIME = 27, "NOTIFY-SA-LIFETIME", "RFC 2408 3.14.1";
        CERTIFICATE_UNAVAILABLE = 28, "CERTIFICATE-UNAVAILABLE", "RFC 2408 3.14.1";
        UNSUPPORTED_EXCHANGE_TYPE = 29, "UNSUPPORTED-EXCHANGE-TYPE", "RFC 2408 3.14.1";
        UNEQUAL_PAYLOAD_LENGTHS = 30, "UNEQUAL-PAYLOAD-LENGTHS", "RFC 2408 3.14.1";
        CONNECTED = 16384, "CONNECTED", "RFC 2408 3.14.1";
        RESPONDER_LIFETIME = 24576, "RESPONDER-LIFETIME", "RFC 2407 4.6.3.1";
        REPLAY_STATUS = 24577, "REPLAY-STATUS", "RFC 2407 4.6.3.2";
        INITIAL_CONTACT = 24578, "INITIAL-CONTACT", "RFC 2407 4.6.3.3";
        R_U_THERE = 36136, "R-U-THERE", "RFC 3706 5";
        R_U_THERE_ACK = 36137, "R-U-THERE-ACK", "RFC 3706 5";
    }
}

impl NotifyType {
    /// Whether it reports an error. RFC 2408 3.14.1: 1 to 8191, private use up to 16383.
    pub const fn is_error(self) -> bool {
        self.0 < Self::CONNECTED.0
    }
}

/// The situation of the IPsec DOI. RFC 2407 4.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Situation(pub u32);

impl Situation {
    /// `SIT_IDENTITY_ONLY`, RFC 2407 4.2.1.
    pub const IDENTITY_ONLY: Self = Self(0x01);
    /// `SIT_SECRECY`, RFC 2407 4.2.2: labels follow.
    pub const SECRECY: Self = Self(0x02);
    /// `SIT_INTEGRITY`, RFC 2407 4.2.3: labels follow.
    pub const INTEGRITY: Self = Self(0x04);

    /// Whether the bits of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether labels stand between the situation and the proposals. RFC 2407 4.6.1.
    pub const fn has_labels(self) -> bool {
        self.contains(Self::SECRECY) || self.contains(Self::INTEGRITY)
    }
}

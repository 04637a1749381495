//! The assigned numbers of IKEv2 payloads. Those of transforms stand in `transforms`, the notify types in
//! `notify_types`.

use crate::table::table;

table! {
    /// The protocol that an SA, an SPI or a notification is for.
    pub struct ProtocolId(u8) {
        NONE = 0, "NONE", "RFC 7296 3.10";
        IKE = 1, "IKE", "RFC 7296 3.3.1";
        AH = 2, "AH", "RFC 7296 3.3.1";
        ESP = 3, "ESP", "RFC 7296 3.3.1";
        FC_ESP_HEADER = 4, "FC_ESP_HEADER", "RFC 4595";
        FC_CT_AUTHENTICATION = 5, "FC_CT_AUTHENTICATION", "RFC 4595";
    }
}

table! {
    /// What kind of name an Identification payload holds.
    pub struct IdentificationType(u8) {
        IPV4_ADDR = 1, "ID_IPV4_ADDR", "RFC 7296 3.5";
        FQDN = 2, "ID_FQDN", "RFC 7296 3.5";
        RFC822_ADDR = 3, "ID_RFC822_ADDR", "RFC 7296 3.5";
        IPV6_ADDR = 5, "ID_IPV6_ADDR", "RFC 7296 3.5";
        DER_ASN1_DN = 9, "ID_DER_ASN1_DN", "RFC 7296 3.5";
        DER_ASN1_GN = 10, "ID_DER_ASN1_GN", "RFC 7296 3.5";
        KEY_ID = 11, "ID_KEY_ID", "RFC 7296 3.5";
        FC_NAME = 12, "ID_FC_NAME", "RFC 4595";
        NULL = 13, "ID_NULL", "RFC 7619 2.2";
    }
}

table! {
    /// How an Authentication payload proves who its sender is.
    pub struct AuthenticationMethod(u8) {
        RSA_SIGNATURE = 1, "RSA Digital Signature", "RFC 7296 3.8";
        SHARED_KEY = 2, "Shared Key Message Integrity Code", "RFC 7296 3.8";
        DSS_SIGNATURE = 3, "DSS Digital Signature", "RFC 7296 3.8";
        ECDSA_P256 = 9, "ECDSA with SHA-256 on the P-256 curve", "RFC 4754 3";
        ECDSA_P384 = 10, "ECDSA with SHA-384 on the P-384 curve", "RFC 4754 3";
        ECDSA_P521 = 11, "ECDSA with SHA-512 on the P-521 curve", "RFC 4754 3";
        SECURE_PASSWORD = 12, "Generic Secure Password Authentication Method", "RFC 6467";
        NULL = 13, "NULL Authentication", "RFC 7619 2.1";
        DIGITAL_SIGNATURE = 14, "Digital Signature", "RFC 7427 3";
    }
}

table! {
    /// A hash function that signatures of method 14 may use, as SIGNATURE_HASH_ALGORITHMS lists them.
    pub struct HashAlgorithm(u16) {
        SHA1 = 1, "SHA1", "RFC 7427 7";
        SHA2_256 = 2, "SHA2-256", "RFC 7427 7";
        SHA2_384 = 3, "SHA2-384", "RFC 7427 7";
        SHA2_512 = 4, "SHA2-512", "RFC 7427 7";
        IDENTITY = 5, "Identity", "RFC 8420 2";
        STREEBOG_256 = 6, "STREEBOG_256", "RFC 9385";
        STREEBOG_512 = 7, "STREEBOG_512", "RFC 9385";
    }
}

table! {
    /// What kind of traffic a traffic selector describes.
    pub struct TrafficSelectorType(u8) {
        IPV4_ADDR_RANGE = 7, "TS_IPV4_ADDR_RANGE", "RFC 7296 3.13.1";
        IPV6_ADDR_RANGE = 8, "TS_IPV6_ADDR_RANGE", "RFC 7296 3.13.1";
        FC_ADDR_RANGE = 9, "TS_FC_ADDR_RANGE", "RFC 4595";
        SECLABEL = 10, "TS_SECLABEL", "RFC 9478";
    }
}

table! {
    /// What a Configuration payload does.
    pub struct ConfigurationType(u8) {
        REQUEST = 1, "CFG_REQUEST", "RFC 7296 3.15";
        REPLY = 2, "CFG_REPLY", "RFC 7296 3.15";
        SET = 3, "CFG_SET", "RFC 7296 3.15";
        ACK = 4, "CFG_ACK", "RFC 7296 3.15";
    }
}

table! {
    /// What an attribute of a Configuration payload is.
    pub struct ConfigurationAttributeType(u16) {
        INTERNAL_IP4_ADDRESS = 1, "INTERNAL_IP4_ADDRESS", "RFC 7296 3.15.1";
        INTERNAL_IP4_NETMASK = 2, "INTERNAL_IP4_NETMASK", "RFC 7296 3.15.1";
        INTERNAL_IP4_DNS = 3, "INTERNAL_IP4_DNS", "RFC 7296 3.15.1";
        INTERNAL_IP4_NBNS = 4, "INTERNAL_IP4_NBNS", "RFC 7296 3.15.1";
        INTERNAL_IP4_DHCP = 6, "INTERNAL_IP4_DHCP", "RFC 7296 3.15.1";
        APPLICATION_VERSION = 7, "APPLICATION_VERSION", "RFC 7296 3.15.1";
        INTERNAL_IP6_ADDRESS = 8, "INTERNAL_IP6_ADDRESS", "RFC 7296 3.15.1";
        INTERNAL_IP6_DNS = 10, "INTERNAL_IP6_DNS", "RFC 7296 3.15.1";
        INTERNAL_IP6_DHCP = 12, "INTERNAL_IP6_DHCP", "RFC 7296 3.15.1";
        INTERNAL_IP4_SUBNET = 13, "INTERNAL_IP4_SUBNET", "RFC 7296 3.15.1";
        SUPPORTED_ATTRIBUTES = 14, "SUPPORTED_ATTRIBUTES", "RFC 7296 3.15.1";
        INTERNAL_IP6_SUBNET = 15, "INTERNAL_IP6_SUBNET", "RFC 7296 3.15.1";
        MIP6_HOME_PREFIX = 16, "MIP6_HOME_PREFIX", "RFC 5026";
        INTERNAL_IP6_LINK = 17, "INTERNAL_IP6_LINK", "RFC 5739";
        INTERNAL_IP6_PREFIX = 18, "INTERNAL_IP6_PREFIX", "RFC 5739";
        P_CSCF_IP4_ADDRESS = 20, "P_CSCF_IP4_ADDRESS", "RFC 7651";
        P_CSCF_IP6_ADDRESS = 21, "P_CSCF_IP6_ADDRESS", "RFC 7651";
        INTERNAL_DNS_DOMAIN = 25, "INTERNAL_DNS_DOMAIN", "RFC 8598";
        INTERNAL_DNSSEC_TA = 26, "INTERNAL_DNSSEC_TA", "RFC 8598";
        ENCDNS_IP4 = 27, "ENCDNS_IP4", "RFC 9464";
        ENCDNS_IP6 = 28, "ENCDNS_IP6", "RFC 9464";
        ENCDNS_DIGEST_INFO = 29, "ENCDNS_DIGEST_INFO", "RFC 9464";
    }
}

table! {
    /// What an EAP message is.
    pub struct EapCode(u8) {
        REQUEST = 1, "Request", "RFC 3748 4";
        RESPONSE = 2, "Response", "RFC 3748 4";
        SUCCESS = 3, "Success", "RFC 3748 4";
        FAILURE = 4, "Failure", "RFC 3748 4";
        INITIATE = 5, "Initiate", "RFC 6696 5.3";
        FINISH = 6, "Finish", "RFC 6696 5.3";
    }
}

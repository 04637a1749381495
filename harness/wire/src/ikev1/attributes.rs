//! The assigned numbers inside transforms: what a transform is, and the classes and values of its attributes.
//! The classes of phase 1 (RFC 2409, appendix A) and of the IPsec DOI (RFC 2407 4.5) overlap: which table a
//! number belongs to depends on the protocol of the proposal.

use crate::table::table;

table! {
    /// What a transform of protocol ISAKMP is.
    pub struct IsakmpTransform(u8) {
        KEY_IKE = 1, "KEY_IKE", "RFC 2407 4.4.2";
    }
}

table! {
    /// The class of an attribute of a phase 1 transform.
    pub struct Phase1Class(u16) {
        ENCRYPTION_ALGORITHM = 1, "Encryption Algorithm", "RFC 2409 appendix A";
        HASH_ALGORITHM = 2, "Hash Algorithm", "RFC 2409 appendix A";
        AUTHENTICATION_METHOD = 3, "Authentication Method", "RFC 2409 appendix A";
        GROUP_DESCRIPTION = 4, "Group Description", "RFC 2409 appendix A";
        GROUP_TYPE = 5, "Group Type", "RFC 2409 appendix A";
        GROUP_PRIME = 6, "Group Prime/Irreducible Polynomial", "RFC 2409 appendix A";
        GROUP_GENERATOR_ONE = 7, "Group Generator One", "RFC 2409 appendix A";
        GROUP_GENERATOR_TWO = 8, "Group Generator Two", "RFC 2409 appendix A";
        GROUP_CURVE_A = 9, "Group Curve A", "RFC 2409 appendix A";
        GROUP_CURVE_B = 10, "Group Curve B", "RFC 2409 appendix A";
        LIFE_TYPE = 11, "Life Type", "RFC 2409 appendix A";
        LIFE_DURATION = 12, "Life Duration", "RFC 2409 appendix A";
        PRF = 13, "PRF", "RFC 2409 appendix A";
        KEY_LENGTH = 14, "Key Length", "RFC 2409 appendix A";
        FIELD_SIZE = 15, "Field Size", "RFC 2409 appendix A";
        GROUP_ORDER = 16, "Group Order", "RFC 2409 appendix A";
    }
}

table! {
    /// Values of [`Phase1Class::ENCRYPTION_ALGORITHM`].
    pub struct EncryptionAlgorithm(u16) {
        DES_CBC = 1, "DES-CBC", "RFC 2409 appendix A";
        IDEA_CBC = 2, "IDEA-CBC", "RFC 2409 appendix A";
        BLOWFISH_CBC = 3, "Blowfish-CBC", "RFC 2409 appendix A";
        RC5_R16_B64_CBC = 4, "RC5-R16-B64-CBC", "RFC 2409 appendix A";
        TRIPLE_DES_CBC = 5, "3DES-CBC", "RFC 2409 appendix A";
        CAST_CBC = 6, "CAST-CBC", "RFC 2409 appendix A";
        AES_CBC = 7, "AES-CBC", "RFC 3602";
        CAMELLIA_CBC = 8, "CAMELLIA-CBC", "RFC 4312";
    }
}

table! {
    /// Values of [`Phase1Class::HASH_ALGORITHM`].
    pub struct HashAlgorithm(u16) {
        MD5 = 1, "MD5", "RFC 2409 appendix A";
        SHA = 2, "SHA", "RFC 2409 appendix A";
        TIGER = 3, "Tiger", "RFC 2409 appendix A";
        SHA2_256 = 4, "SHA2-256", "IANA ipsec-registry";
        SHA2_384 = 5, "SHA2-384", "IANA ipsec-registry";
        SHA2_512 = 6, "SHA2-512", "IANA ipsec-registry";
    }
}

table! {
    /// Values of [`Phase1Class::AUTHENTICATION_METHOD`].
    pub struct AuthenticationMethod(u16) {
        PRE_SHARED_KEY = 1, "pre-shared key", "RFC 2409 appendix A";
        DSS_SIGNATURES = 2, "DSS signatures", "RFC 2409 appendix A";
        RSA_SIGNATURES = 3, "RSA signatures", "RFC 2409 appendix A";
        RSA_ENCRYPTION = 4, "Encryption with RSA", "RFC 2409 appendix A";
        REVISED_RSA_ENCRYPTION = 5, "Revised encryption with RSA", "RFC 2409 appendix A";
        ECDSA_P256 = 9, "ECDSA with SHA-256 on the P-256 curve", "RFC 4754";
        ECDSA_P384 = 10, "ECDSA with SHA-384 on the P-384 curve", "RFC 4754";
        ECDSA_P521 = 11, "ECDSA with SHA-512 on the P-521 curve", "RFC 4754";
        XAUTH_INIT_PRE_SHARED = 65001, "XAUTHInitPreShared", "draft-ietf-ipsec-isakmp-xauth-06";
        XAUTH_RESP_PRE_SHARED = 65002, "XAUTHRespPreShared", "draft-ietf-ipsec-isakmp-xauth-06";
        XAUTH_INIT_DSS = 65003, "XAUTHInitDSS", "draft-ietf-ipsec-isakmp-xauth-06";
        XAUTH_RESP_DSS = 65004, "XAUTHRespDSS", "draft-ietf-ipsec-isakmp-xauth-06";
        XAUTH_INIT_RSA = 65005, "XAUTHInitRSA", "draft-ietf-ipsec-isakmp-xauth-06";
        XAUTH_RESP_RSA = 65006, "XAUTHRespRSA", "draft-ietf-ipsec-isakmp-xauth-06";
    }
}

/// Values of [`Phase1Class::GROUP_DESCRIPTION`] and [`Phase2Class::GROUP_DESCRIPTION`].
pub use crate::numbers::Group;

table! {
    /// Values of [`Phase1Class::GROUP_TYPE`].
    pub struct GroupType(u16) {
        MODP = 1, "MODP", "RFC 2409 appendix A";
        ECP = 2, "ECP", "RFC 2409 appendix A";
        EC2N = 3, "EC2N", "RFC 2409 appendix A";
    }
}

table! {
    /// Values of [`Phase1Class::LIFE_TYPE`] and [`Phase2Class::SA_LIFE_TYPE`].
    pub struct LifeType(u16) {
        SECONDS = 1, "seconds", "RFC 2407 4.5, RFC 2409 appendix A";
        KILOBYTES = 2, "kilobytes", "RFC 2407 4.5, RFC 2409 appendix A";
    }
}

table! {
    /// The class of an attribute of a transform of the IPsec DOI.
    pub struct Phase2Class(u16) {
        SA_LIFE_TYPE = 1, "SA Life Type", "RFC 2407 4.5";
        SA_LIFE_DURATION = 2, "SA Life Duration", "RFC 2407 4.5";
        GROUP_DESCRIPTION = 3, "Group Description", "RFC 2407 4.5";
        ENCAPSULATION_MODE = 4, "Encapsulation Mode", "RFC 2407 4.5";
        AUTHENTICATION_ALGORITHM = 5, "Authentication Algorithm", "RFC 2407 4.5";
        KEY_LENGTH = 6, "Key Length", "RFC 2407 4.5";
        KEY_ROUNDS = 7, "Key Rounds", "RFC 2407 4.5";
        COMPRESS_DICTIONARY_SIZE = 8, "Compress Dictionary Size", "RFC 2407 4.5";
        COMPRESS_PRIVATE_ALGORITHM = 9, "Compress Private Algorithm", "RFC 2407 4.5";
        ECN_TUNNEL = 10, "ECN Tunnel", "RFC 3168";
        EXTENDED_SEQUENCE_NUMBER = 11, "Extended (64-bit) Sequence Number", "RFC 4304";
        AUTHENTICATION_KEY_LENGTH = 12, "Authentication Key Length", "RFC 4359";
        SIGNATURE_ENCODING_ALGORITHM = 13, "Signature Encoding Algorithm", "RFC 4359";
    }
}

table! {
    /// Values of [`Phase2Class::ENCAPSULATION_MODE`].
    pub struct EncapsulationMode(u16) {
        TUNNEL = 1, "Tunnel", "RFC 2407 4.5";
        TRANSPORT = 2, "Transport", "RFC 2407 4.5";
        UDP_ENCAPSULATED_TUNNEL = 3, "UDP-Encapsulated-Tunnel", "RFC 3947 5.1";
        UDP_ENCAPSULATED_TRANSPORT = 4, "UDP-Encapsulated-Transport", "RFC 3947 5.1";
        UDP_TUNNEL_DRAFT = 61443, "UDP-Encapsulated-Tunnel", "draft-ietf-ipsec-nat-t-ike-03 5.1";
        UDP_TRANSPORT_DRAFT = 61444, "UDP-Encapsulated-Transport", "draft-ietf-ipsec-nat-t-ike-03 5.1";
    }
}

table! {
    /// Values of [`Phase2Class::AUTHENTICATION_ALGORITHM`].
    pub struct AuthenticationAlgorithm(u16) {
        HMAC_MD5 = 1, "HMAC-MD5", "RFC 2407 4.5";
        HMAC_SHA = 2, "HMAC-SHA", "RFC 2407 4.5";
        DES_MAC = 3, "DES-MAC", "RFC 2407 4.5";
        KPDK = 4, "KPDK", "RFC 2407 4.5";
        HMAC_SHA2_256 = 5, "HMAC-SHA2-256", "RFC 4868";
        HMAC_SHA2_384 = 6, "HMAC-SHA2-384", "RFC 4868";
        HMAC_SHA2_512 = 7, "HMAC-SHA2-512", "RFC 4868";
        HMAC_RIPEMD = 8, "HMAC-RIPEMD", "RFC 2857";
        AES_XCBC_MAC = 9, "AES-XCBC-MAC", "RFC 3566";
    }
}

table! {
    /// What a transform of protocol ESP is.
    pub struct EspTransform(u8) {
        DES_IV64 = 1, "ESP_DES_IV64", "RFC 2407 4.4.4";
        DES = 2, "ESP_DES", "RFC 2407 4.4.4";
        TRIPLE_DES = 3, "ESP_3DES", "RFC 2407 4.4.4";
        RC5 = 4, "ESP_RC5", "RFC 2407 4.4.4";
        IDEA = 5, "ESP_IDEA", "RFC 2407 4.4.4";
        CAST = 6, "ESP_CAST", "RFC 2407 4.4.4";
        BLOWFISH = 7, "ESP_BLOWFISH", "RFC 2407 4.4.4";
        TRIPLE_IDEA = 8, "ESP_3IDEA", "RFC 2407 4.4.4";
        DES_IV32 = 9, "ESP_DES_IV32", "RFC 2407 4.4.4";
        RC4 = 10, "ESP_RC4", "RFC 2407 4.4.4";
        NULL = 11, "ESP_NULL", "RFC 2407 4.4.4";
        AES_CBC = 12, "ESP_AES-CBC", "RFC 3602";
        AES_CTR = 13, "ESP_AES-CTR", "RFC 3686";
        AES_CCM_8 = 14, "ESP_AES-CCM_8", "RFC 4309";
        AES_CCM_12 = 15, "ESP_AES-CCM_12", "RFC 4309";
        AES_CCM_16 = 16, "ESP_AES-CCM_16", "RFC 4309";
        AES_GCM_8 = 18, "ESP_AES-GCM_8", "RFC 4106";
        AES_GCM_12 = 19, "ESP_AES-GCM_12", "RFC 4106";
        AES_GCM_16 = 20, "ESP_AES-GCM_16", "RFC 4106";
        SEED_CBC = 21, "ESP_SEED_CBC", "RFC 4196";
        CAMELLIA = 22, "ESP_CAMELLIA", "RFC 4312";
        NULL_AUTH_AES_GMAC = 23, "ESP_NULL_AUTH_AES-GMAC", "RFC 4543";
    }
}

table! {
    /// What a transform of protocol AH is.
    pub struct AhTransform(u8) {
        MD5 = 2, "AH_MD5", "RFC 2407 4.4.3";
        SHA = 3, "AH_SHA", "RFC 2407 4.4.3";
        DES = 4, "AH_DES", "RFC 2407 4.4.3";
        SHA2_256 = 5, "AH_SHA2-256", "RFC 4868";
        SHA2_384 = 6, "AH_SHA2-384", "RFC 4868";
        SHA2_512 = 7, "AH_SHA2-512", "RFC 4868";
        RIPEMD = 8, "AH_RIPEMD", "RFC 2857";
        AES_XCBC_MAC = 9, "AH_AES-XCBC-MAC", "RFC 3566";
    }
}

table! {
    /// What a transform of protocol IPCOMP is.
    pub struct IpcompTransform(u8) {
        OUI = 1, "IPCOMP_OUI", "RFC 2407 4.4.5";
        DEFLATE = 2, "IPCOMP_DEFLATE", "RFC 2407 4.4.5";
        LZS = 3, "IPCOMP_LZS", "RFC 2407 4.4.5";
    }
}

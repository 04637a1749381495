//! The assigned numbers that both versions of IKE share. They never overlap, so one table serves both.
//! What only IKEv1 uses stands in `ikev1`.

use crate::table::table;

table! {
    /// The type of a payload, as the "next payload" field before it announces it.
    pub struct PayloadType(u8) {
        NONE = 0, "NONE", "RFC 2408 3.1";
        SECURITY_ASSOCIATION = 1, "SA", "RFC 2408 3.4";
        PROPOSAL = 2, "P", "RFC 2408 3.5";
        TRANSFORM = 3, "T", "RFC 2408 3.6";
        KEY_EXCHANGE = 4, "KE", "RFC 2408 3.7";
        IDENTIFICATION = 5, "ID", "RFC 2408 3.8";
        CERTIFICATE = 6, "CERT", "RFC 2408 3.9";
        CERTIFICATE_REQUEST = 7, "CERTREQ", "RFC 2408 3.10";
        HASH = 8, "HASH", "RFC 2408 3.11";
        SIGNATURE = 9, "SIG", "RFC 2408 3.12";
        NONCE = 10, "NONCE", "RFC 2408 3.13";
        NOTIFICATION = 11, "N", "RFC 2408 3.14";
        DELETE = 12, "D", "RFC 2408 3.15";
        VENDOR_ID = 13, "VID", "RFC 2408 3.16";
        ATTRIBUTES = 14, "ATTR", "draft-ietf-ipsec-isakmp-mode-cfg-05";
        NAT_DETECTION = 20, "NAT-D", "RFC 3947 3.2";
        NAT_ORIGINAL_ADDRESS = 21, "NAT-OA", "RFC 3947 5.2";
        IKEV2_SECURITY_ASSOCIATION = 33, "SA", "RFC 7296 3.3";
        IKEV2_KEY_EXCHANGE = 34, "KE", "RFC 7296 3.4";
        INITIATOR_IDENTIFICATION = 35, "IDi", "RFC 7296 3.5";
        RESPONDER_IDENTIFICATION = 36, "IDr", "RFC 7296 3.5";
        IKEV2_CERTIFICATE = 37, "CERT", "RFC 7296 3.6";
        IKEV2_CERTIFICATE_REQUEST = 38, "CERTREQ", "RFC 7296 3.7";
        AUTHENTICATION = 39, "AUTH", "RFC 7296 3.8";
        IKEV2_NONCE = 40, "NONCE", "RFC 7296 3.9";
        IKEV2_NOTIFY = 41, "N", "RFC 7296 3.10";
        IKEV2_DELETE = 42, "D", "RFC 7296 3.11";
        IKEV2_VENDOR_ID = 43, "VID", "RFC 7296 3.12";
        INITIATOR_TRAFFIC_SELECTORS = 44, "TSi", "RFC 7296 3.13";
        RESPONDER_TRAFFIC_SELECTORS = 45, "TSr", "RFC 7296 3.13";
        ENCRYPTED = 46, "SK", "RFC 7296 3.14";
        CONFIGURATION = 47, "CP", "RFC 7296 3.15";
        EXTENSIBLE_AUTHENTICATION = 48, "EAP", "RFC 7296 3.16";
        SECURE_PASSWORD = 49, "GSPM", "RFC 6467";
        ENCRYPTED_FRAGMENT = 53, "SKF", "RFC 7383 2.5";
        PUZZLE_SOLUTION = 54, "PS", "RFC 8019 8.2";
        NAT_DETECTION_DRAFT = 130, "NAT-D", "draft-ietf-ipsec-nat-t-ike-03 3.2";
        NAT_ORIGINAL_ADDRESS_DRAFT = 131, "NAT-OA", "draft-ietf-ipsec-nat-t-ike-03 5.2";
        FRAGMENT = 132, "FRAGMENT", "[MS-IKEE]";
    }
}

table! {
    /// What kind of exchange a message belongs to.
    pub struct ExchangeType(u8) {
        NONE = 0, "NONE", "RFC 2408 3.1";
        BASE = 1, "Base", "RFC 2408 4.4";
        IDENTITY_PROTECTION = 2, "Identity Protection (Main Mode)", "RFC 2408 4.5";
        AUTHENTICATION_ONLY = 3, "Authentication Only", "RFC 2408 4.6";
        AGGRESSIVE = 4, "Aggressive", "RFC 2408 4.7";
        INFORMATIONAL = 5, "Informational", "RFC 2408 4.8";
        TRANSACTION = 6, "Transaction (Config Mode)", "draft-ietf-ipsec-isakmp-mode-cfg-05";
        QUICK_MODE = 32, "Quick Mode", "RFC 2409 5.5";
        NEW_GROUP_MODE = 33, "New Group Mode", "RFC 2409 5.6";
        IKE_SA_INIT = 34, "IKE_SA_INIT", "RFC 7296 3.1";
        IKE_AUTH = 35, "IKE_AUTH", "RFC 7296 3.1";
        CREATE_CHILD_SA = 36, "CREATE_CHILD_SA", "RFC 7296 3.1";
        IKEV2_INFORMATIONAL = 37, "INFORMATIONAL", "RFC 7296 3.1";
        IKE_SESSION_RESUME = 38, "IKE_SESSION_RESUME", "RFC 5723";
        IKE_INTERMEDIATE = 43, "IKE_INTERMEDIATE", "RFC 9242";
        IKE_FOLLOWUP_KE = 44, "IKE_FOLLOWUP_KE", "RFC 9370";
    }
}

table! {
    /// How the content of a certificate or certificate request payload is encoded.
    pub struct CertificateEncoding(u8) {
        NONE = 0, "NONE", "RFC 2408 3.9";
        PKCS7_WRAPPED_X509 = 1, "PKCS #7 wrapped X.509 certificate", "RFC 2408 3.9";
        PGP = 2, "PGP Certificate", "RFC 2408 3.9";
        DNS_SIGNED_KEY = 3, "DNS Signed Key", "RFC 2408 3.9";
        X509_SIGNATURE = 4, "X.509 Certificate - Signature", "RFC 2408 3.9";
        X509_KEY_EXCHANGE = 5, "X.509 Certificate - Key Exchange", "RFC 2408 3.9";
        KERBEROS_TOKENS = 6, "Kerberos Tokens", "RFC 2408 3.9";
        CERTIFICATE_REVOCATION_LIST = 7, "Certificate Revocation List (CRL)", "RFC 2408 3.9";
        AUTHORITY_REVOCATION_LIST = 8, "Authority Revocation List (ARL)", "RFC 2408 3.9";
        SPKI = 9, "SPKI Certificate", "RFC 2408 3.9";
        X509_ATTRIBUTE = 10, "X.509 Certificate - Attribute", "RFC 2408 3.9";
        RAW_RSA_KEY = 11, "Raw RSA Key", "RFC 5996 3.6";
        HASH_AND_URL_OF_CERTIFICATE = 12, "Hash and URL of X.509 certificate", "RFC 7296 3.6";
        HASH_AND_URL_OF_BUNDLE = 13, "Hash and URL of X.509 bundle", "RFC 7296 3.6";
        OCSP_CONTENT = 14, "OCSP Content", "RFC 4806";
        RAW_PUBLIC_KEY = 15, "Raw Public Key", "RFC 7670";
    }
}

table! {
    /// A group of Diffie-Hellman: what an attribute of IKEv1, or a transform or Key Exchange payload of IKEv2,
    /// names. What IKEv2 adds by RFC 9370, key encapsulation, is numbered among them.
    pub struct Group(u16) {
        MODP_768 = 1, "768-bit MODP", "RFC 2409 6.1";
        MODP_1024 = 2, "1024-bit MODP", "RFC 2409 6.2";
        EC2N_155 = 3, "EC2N over GF[2^155]", "RFC 2409 6.3";
        EC2N_185 = 4, "EC2N over GF[2^185]", "RFC 2409 6.4";
        MODP_1536 = 5, "1536-bit MODP", "RFC 3526 2";
        MODP_2048 = 14, "2048-bit MODP", "RFC 3526 3";
        MODP_3072 = 15, "3072-bit MODP", "RFC 3526 4";
        MODP_4096 = 16, "4096-bit MODP", "RFC 3526 5";
        MODP_6144 = 17, "6144-bit MODP", "RFC 3526 6";
        MODP_8192 = 18, "8192-bit MODP", "RFC 3526 7";
        ECP_256 = 19, "256-bit random ECP", "RFC 5903 3.1";
        ECP_384 = 20, "384-bit random ECP", "RFC 5903 3.2";
        ECP_521 = 21, "521-bit random ECP", "RFC 5903 3.3";
        MODP_1024_160 = 22, "1024-bit MODP with 160-bit prime order subgroup", "RFC 5114";
        MODP_2048_224 = 23, "2048-bit MODP with 224-bit prime order subgroup", "RFC 5114";
        MODP_2048_256 = 24, "2048-bit MODP with 256-bit prime order subgroup", "RFC 5114";
        ECP_192 = 25, "192-bit random ECP", "RFC 5114";
        ECP_224 = 26, "224-bit random ECP", "RFC 5114";
        BRAINPOOL_224 = 27, "brainpoolP224r1", "RFC 6954";
        BRAINPOOL_256 = 28, "brainpoolP256r1", "RFC 6954";
        BRAINPOOL_384 = 29, "brainpoolP384r1", "RFC 6954";
        BRAINPOOL_512 = 30, "brainpoolP512r1", "RFC 6954";
        CURVE25519 = 31, "Curve25519", "RFC 8031";
        CURVE448 = 32, "Curve448", "RFC 8031";
        GOST3410_2012_256 = 33, "GOST3410_2012_256", "RFC 9385";
        GOST3410_2012_512 = 34, "GOST3410_2012_512", "RFC 9385";
        ML_KEM_512 = 35, "ml-kem-512", "draft-ietf-ipsecme-ikev2-mlkem";
        ML_KEM_768 = 36, "ml-kem-768", "draft-ietf-ipsecme-ikev2-mlkem";
        ML_KEM_1024 = 37, "ml-kem-1024", "draft-ietf-ipsecme-ikev2-mlkem";
    }
}

/// The flags of the header. Bits without a name are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(pub u8);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// IKEv1: everything behind the header is encrypted. RFC 2408 3.1.
    pub const ENCRYPTION: Self = Self(0x01);
    /// IKEv1: wait for the CONNECTED notification. RFC 2408 3.1.
    pub const COMMIT: Self = Self(0x02);
    /// IKEv1: an informational exchange, authenticated and not encrypted. RFC 2408 3.1.
    pub const AUTHENTICATION_ONLY: Self = Self(0x04);
    /// IKEv2: sent by the original initiator of the IKE SA. RFC 7296 3.1.
    pub const INITIATOR: Self = Self(0x08);
    /// IKEv2: the sender speaks a higher major version. RFC 7296 3.1.
    pub const VERSION: Self = Self(0x10);
    /// IKEv2: the message is a response. RFC 7296 3.1.
    pub const RESPONSE: Self = Self(0x20);

    /// Whether all flags of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flags of both.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These flags without those of `other`.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

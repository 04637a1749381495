//! Vendor IDs that are in common use.

/// RFC 3947 3.1: MD5 of `RFC 3947`.
pub const RFC_3947: [u8; 16] =
    [0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03, 0x58, 0x45, 0x5c, 0x57, 0x28, 0xf2, 0x0e, 0x95, 0x45, 0x2f];
/// MD5 of `draft-ietf-ipsec-nat-t-ike-07`.
pub const NAT_T_DRAFT_07: [u8; 16] =
    [0x43, 0x9b, 0x59, 0xf8, 0xba, 0x67, 0x6c, 0x4c, 0x77, 0x37, 0xae, 0x22, 0xea, 0xb8, 0xf5, 0x82];
/// MD5 of `draft-ietf-ipsec-nat-t-ike-03`.
pub const NAT_T_DRAFT_03: [u8; 16] =
    [0x7d, 0x94, 0x19, 0xa6, 0x53, 0x10, 0xca, 0x6f, 0x2c, 0x17, 0x9d, 0x92, 0x15, 0x52, 0x9d, 0x56];
/// MD5 of `draft-ietf-ipsec-nat-t-ike-02`.
pub const NAT_T_DRAFT_02: [u8; 16] =
    [0xcd, 0x60, 0x46, 0x43, 0x35, 0xdf, 0x21, 0xf8, 0x7c, 0xfd, 0xb2, 0xfc, 0x68, 0xb6, 0xa4, 0x48];
/// MD5 of `draft-ietf-ipsec-nat-t-ike-02` and a line feed, which is what most implementations send.
pub const NAT_T_DRAFT_02_LINE_FEED: [u8; 16] =
    [0x90, 0xcb, 0x80, 0x91, 0x3e, 0xbb, 0x69, 0x6e, 0x08, 0x63, 0x81, 0xb5, 0xec, 0x42, 0x7b, 0x1f];
/// RFC 3706 5.1: dead peer detection, version 1.0.
pub const DPD: [u8; 16] =
    [0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9, 0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57, 0x01, 0x00];
/// Cisco Unity, version 1.0: the first 14 bytes of MD5 of `CISCO-UNITY`, then the version.
pub const CISCO_UNITY: [u8; 16] =
    [0x12, 0xf5, 0xf2, 0x8c, 0x45, 0x71, 0x68, 0xa9, 0x70, 0x2d, 0x9f, 0xe2, 0x74, 0xcc, 0x01, 0x00];
/// Extended authentication: the first 8 bytes of MD5 of `draft-ietf-ipsra-isakmp-xauth-06.txt`.
pub const XAUTH: [u8; 8] = [0x09, 0x00, 0x26, 0x89, 0xdf, 0xd6, 0xb7, 0x12];
/// Fragmentation of IKE messages, \[MS-IKEE\]: MD5 of `FRAGMENTATION`. Four bytes of capabilities may follow.
pub const FRAGMENTATION: [u8; 16] =
    [0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85, 0x25, 0xe7, 0xde, 0x7f, 0x00, 0xd6, 0xc2, 0xd3];

/// A vendor ID that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownVendorId {
    /// What it announces.
    pub name: &'static str,
    /// The bytes that it starts with; a version or capabilities may follow.
    pub prefix: &'static [u8],
    /// Where it is defined.
    pub source: &'static str,
}

/// The vendor IDs that have a name here. All values but DPD's, which RFC 3706 gives as bytes, were compared
/// with `md5sum` of the string they are made from.
pub const KNOWN: &[KnownVendorId] = &[
    KnownVendorId { name: "NAT-T RFC 3947", prefix: &RFC_3947, source: "RFC 3947 3.1" },
    known_draft("NAT-T draft-ietf-ipsec-nat-t-ike-07", &NAT_T_DRAFT_07),
    known_draft("NAT-T draft-ietf-ipsec-nat-t-ike-03", &NAT_T_DRAFT_03),
    known_draft("NAT-T draft-ietf-ipsec-nat-t-ike-02", &NAT_T_DRAFT_02),
    known_draft("NAT-T draft-ietf-ipsec-nat-t-ike-02\\n", &NAT_T_DRAFT_02_LINE_FEED),
    KnownVendorId { name: "DPD", prefix: DPD.split_at(14).0, source: "RFC 3706 5.1" },
    KnownVendorId { name: "Cisco Unity", prefix: CISCO_UNITY.split_at(14).0, source: "MD5 of CISCO-UNITY" },
    KnownVendorId { name: "XAUTH", prefix: &XAUTH, source: "draft-ietf-ipsra-isakmp-xauth-06" },
    KnownVendorId { name: "FRAGMENTATION", prefix: &FRAGMENTATION, source: "[MS-IKEE]" },
];

const fn known_draft(name: &'static str, prefix: &'static [u8]) -> KnownVendorId {
    KnownVendorId { name, prefix, source: "the draft of that name, 3.1" }
}

/// The name of a vendor ID, if it is a known one.
pub fn name(vendor_id: &[u8]) -> Option<&'static str> {
    KNOWN.iter().find(|known| vendor_id.starts_with(known.prefix)).map(|known| known.name)
}

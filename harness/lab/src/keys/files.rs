//! The committed key files, embedded so that an installed program needs no folder.

use crypto::EllipticCurve;

use super::{KeyId, KeyKind, ModulusBits};

/// The key files of one kind, in the order of their indices.
macro_rules! files {
    ($kind:literal: $($index:literal)*) => {
        &[$(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"), "/../../corpus/keys/", $kind, "-", $index, ".pem"
        ))),*]
    };
}

#[rustfmt::skip]
const FILES: [(KeyKind, &[&str]); 10] = [
    (rsa(512), files!("rsa-512":
        "00" "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11" "12" "13" "14" "15")),
    (rsa(768), files!("rsa-768": "00" "01" "02" "03")),
    (rsa(1024), files!("rsa-1024":
        "00" "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11" "12" "13" "14" "15"
        "16" "17" "18" "19" "20" "21" "22" "23")),
    (rsa(2048), files!("rsa-2048":
        "00" "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11" "12" "13" "14" "15")),
    (rsa(3072), files!("rsa-3072": "00" "01")),
    (rsa(4096), files!("rsa-4096": "00" "01")),
    (KeyKind::Ec(EllipticCurve::P256), files!("ec-256": "00" "01" "02" "03" "04" "05" "06" "07")),
    (KeyKind::Ec(EllipticCurve::P384), files!("ec-384": "00" "01" "02" "03" "04" "05" "06" "07")),
    (KeyKind::Ec(EllipticCurve::P521), files!("ec-521": "00" "01" "02" "03")),
    (KeyKind::Ed25519, files!("ed25519": "00" "01" "02" "03")),
];

const fn rsa(bits: u16) -> KeyKind {
    KeyKind::Rsa(ModulusBits(bits))
}

/// Every committed key with the text of its file.
pub fn committed_keys() -> impl Iterator<Item = (KeyId, &'static str)> {
    FILES
        .iter()
        .flat_map(|&(kind, files)| (0..).zip(files).map(move |(index, &text)| (KeyId { kind, index }, text)))
}

//! The committed key files, embedded so that an installed program needs no folder.

use super::{KeyId, KeyKind};

/// The key files of one modulus length, in the order of their indices.
macro_rules! rsa_files {
    ($bits:literal: $($index:literal)*) => {
        ($bits, &[$(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"), "/../../corpus/keys/rsa-", $bits, "-", $index, ".pem"
        ))),*])
    };
}

const RSA_FILES: [(u16, &[&str]); 6] = [
    rsa_files!(512: "00" "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11" "12" "13" "14" "15"),
    rsa_files!(768: "00" "01" "02" "03"),
    rsa_files!(1024: "00" "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11" "12" "13" "14" "15"
                     "16" "17" "18" "19" "20" "21" "22" "23"),
    rsa_files!(2048: "00" "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11" "12" "13" "14" "15"),
    rsa_files!(3072: "00" "01"),
    rsa_files!(4096: "00" "01"),
];

/// Every committed key with the text of its file.
pub fn committed_keys() -> impl Iterator<Item = (KeyId, &'static str)> {
    RSA_FILES.iter().flat_map(|&(bits, files)| {
        let kind = KeyKind::rsa(bits).expect("the table holds lengths that IOS allows");
        (0..).zip(files).map(move |(index, &text)| (KeyId { kind, index }, text))
    })
}

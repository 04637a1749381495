//! What several of these tests need.

use crypto::Random;
use crypto::real::PrivateKey;

/// The bytes that hexadecimal digits stand for; white space is left out.
pub fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .map(|digit| u8::try_from(digit).unwrap())
        .collect();
    digits.chunks(2).map(|pair| 16 * pair[0] + pair[1]).collect()
}

/// Gives out the bytes that it was made of, and panics when they are used up.
#[derive(Debug)]
pub struct Prescribed(pub Vec<u8>);

impl Random for Prescribed {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0.drain(..bytes.len()).collect::<Vec<u8>>());
    }
}

/// The key `name` of the repository's pool, `rsa-512-00` for example.
pub fn pool_key(name: &str) -> PrivateKey {
    key(&format!("../../corpus/keys/{name}.pem"))
}

/// The key that the signatures written down in these tests were made with.
pub fn vector_key(name: &str) -> PrivateKey {
    key(&format!("tests/seam/keys/{name}.pem"))
}

fn key(path: &str) -> PrivateKey {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let pem = &text[text.find("-----BEGIN").unwrap()..];
    let (label, der) = rsa::pkcs8::der::Document::from_pem(pem).unwrap();
    assert_eq!(label, "PRIVATE KEY");
    PrivateKey::from_pkcs8_der(der.as_bytes()).unwrap()
}

//! AES-GCM and AES-CCM, with tags of every length.

use aes::{Aes128, Aes192, Aes256};
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{U8, U11, U12, U16};
use aes_gcm::aead::{AeadInOut, KeyInit, Nonce, Tag};
use ccm::Ccm;

use crate::{AeadAlgorithm, AeadMode, AesKeyLength, TagLength};

/// One algorithm with its key. The nonce must have the algorithm's length.
pub(super) trait Aead {
    /// Encrypts `data` and appends the tag.
    fn seal(&self, nonce: &[u8], associated: &[u8], data: &mut Vec<u8>);

    /// Decrypts `data`, and says whether `tag` is the right one.
    fn open(&self, nonce: &[u8], associated: &[u8], data: &mut [u8], tag: &[u8]) -> bool;
}

/// The algorithm with its key, which must have the algorithm's length.
pub(super) fn with_key(algorithm: AeadAlgorithm, key: &[u8]) -> Box<dyn Aead> {
    let AeadAlgorithm { mode, key_length, tag_length } = algorithm;
    // Mode, tag and key are parameters of types, so that every combination has to be written down.
    macro_rules! combinations {
        ($($mode:ident $tag:ident: $cipher:ident, $nonce:ty, $tag_size:ty;)*) => {
            match (mode, tag_length, key_length) {
                $((AeadMode::$mode, TagLength::$tag, AesKeyLength::Bits128) => {
                    keyed::<$cipher!(Aes128, $nonce, $tag_size)>(key)
                }
                (AeadMode::$mode, TagLength::$tag, AesKeyLength::Bits192) => {
                    keyed::<$cipher!(Aes192, $nonce, $tag_size)>(key)
                }
                (AeadMode::$mode, TagLength::$tag, AesKeyLength::Bits256) => {
                    keyed::<$cipher!(Aes256, $nonce, $tag_size)>(key)
                })*
            }
        };
    }
    macro_rules! gcm { ($aes:ty, $nonce:ty, $tag:ty) => { AesGcm<$aes, $nonce, $tag> }; }
    macro_rules! ccm { ($aes:ty, $nonce:ty, $tag:ty) => { Ccm<$aes, $tag, $nonce> }; }
    combinations! {
        Gcm Bytes8: gcm, U12, U8;
        Gcm Bytes12: gcm, U12, U12;
        Gcm Bytes16: gcm, U12, U16;
        Ccm Bytes8: ccm, U11, U8;
        Ccm Bytes12: ccm, U11, U12;
        Ccm Bytes16: ccm, U11, U16;
    }
}

fn keyed<A: AeadInOut + KeyInit + 'static>(key: &[u8]) -> Box<dyn Aead> {
    Box::new(Keyed(A::new_from_slice(key).expect("the length was checked")))
}

struct Keyed<A>(A);

impl<A: AeadInOut> Aead for Keyed<A> {
    fn seal(&self, nonce: &[u8], associated: &[u8], data: &mut Vec<u8>) {
        let nonce = <&Nonce<A>>::try_from(nonce).expect("the length was checked");
        let tag = self
            .0
            .encrypt_inout_detached(nonce, associated, data.as_mut_slice().into())
            .expect("a datagram is shorter than CCM's limit of 2^32 bytes, and GCM's is higher");
        data.extend_from_slice(&tag);
    }

    fn open(&self, nonce: &[u8], associated: &[u8], data: &mut [u8], tag: &[u8]) -> bool {
        let nonce = <&Nonce<A>>::try_from(nonce).expect("the length was checked");
        <&Tag<A>>::try_from(tag)
            .is_ok_and(|tag| self.0.decrypt_inout_detached(nonce, associated, data.into(), tag).is_ok())
    }
}

//! The signature schemes of IKEv2 beside those of `signatures`: PSS, ECDSA and Ed25519, and the keys and names of all.

use crypto::real::{EcdsaSigner, Ed25519Signer, PrivateKey, RsaSigner};
use crypto::{
    EllipticCurve, HashAlgorithm, PrivateKeyRefused, PublicKeyKind, PublicKeyRefused, Real, SignError,
    SignatureRefused, SignatureScheme, Signer, Simulated, StandInSigner, Verifier,
};

use crate::support::{hex, pool_key, vector_key};

/// One key of each kind.
fn every_key() -> [PrivateKey; 5] {
    ["rsa-2048-00", "ec-256-00", "ec-384-00", "ec-521-00", "ed25519-00"].map(pool_key)
}

fn every_scheme() -> Vec<SignatureScheme> {
    let hashes = HashAlgorithm::ALL.into_iter();
    hashes
        .flat_map(|hash| {
            [SignatureScheme::RsaPkcs1(hash), SignatureScheme::RsaPss(hash), SignatureScheme::Ecdsa(hash)]
        })
        .chain(EllipticCurve::ALL.map(SignatureScheme::EcdsaConcatenated))
        .chain([SignatureScheme::RsaPkcs1Unprefixed, SignatureScheme::Ed25519])
        .collect()
}

/// The secret numbers of RFC 6979 A.2.5, A.2.6 and A.2.7.
fn rfc_6979_key(curve: EllipticCurve) -> EcdsaSigner {
    let secret = match curve {
        EllipticCurve::P256 => "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        EllipticCurve::P384 => {
            "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8
             96D5724E4C70A825F872C9EA60D2EDF5"
        }
        EllipticCurve::P521 => {
            "00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA8
             96EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538"
        }
    };
    EcdsaSigner::from_secret(curve, &hex(secret)).unwrap()
}

#[test]
fn ecdsa_agrees_with_rfc_6979_a_2_5_to_a_2_7_in_the_encoding_of_rfc_4754() {
    // Message "sample", each curve with its own hash.
    let signatures = [
        (
            EllipticCurve::P256,
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
             F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            EllipticCurve::P384,
            "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46
             99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
        ),
        (
            EllipticCurve::P521,
            "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F
             174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA
             00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF
             282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A",
        ),
    ];
    for (curve, signature) in signatures {
        let (key, scheme) = (rfc_6979_key(curve), SignatureScheme::EcdsaConcatenated(curve));
        assert_eq!(key.sign(scheme, b"sample").unwrap(), hex(signature), "{curve}");
        assert_eq!(Real.verify(scheme, key.public_key(), b"sample", &hex(signature)), Ok(()), "{curve}");
    }
}

#[test]
fn ecdsa_with_a_hash_shorter_than_the_curve_agrees_with_rfc_6979_in_der() {
    // RFC 6979 A.2.5 and A.2.7, "sample" with SHA-256, as Python encodes r and s.
    let signatures = [
        (
            EllipticCurve::P256,
            "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716
             022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            EllipticCurve::P521,
            "308187024201511bb4d675114fe266fc4372b87682baecc01d3cc62cf2303c92b3526012659d16876e25c7c1e57648f2
             3b73564d67f61c6f14d527d54972810421e7d87589e1a702414a171143a83163d6df460aaf61522695f207a58b95c064
             4d87e52aa1a347916e4f7a72930b1bc06dbe22ce3f58264afd23704cbb63b29b931f7de6c9d949a7ecfc",
        ),
    ];
    for (curve, signature) in signatures {
        let (key, scheme) = (rfc_6979_key(curve), SignatureScheme::Ecdsa(HashAlgorithm::Sha256));
        assert_eq!(key.sign(scheme, b"sample").unwrap(), hex(signature), "{curve}");
        assert_eq!(Real.verify(scheme, key.public_key(), b"sample", &hex(signature)), Ok(()), "{curve}");
    }
}

#[test]
fn the_signature_of_rfc_4754_8_1_is_accepted() {
    let secret = hex("DC51D3866A15BACDE33D96F992FCA99DA7E6EF0934E7097559C27F1614C88A7F");
    let key = EcdsaSigner::from_secret(EllipticCurve::P256, &secret).unwrap();
    let signature = hex("CB28E0999B9C7715FD0A80D8E47A77079716CBBF917DD72E97566EA1C066957C
                         86FA3BB4E26CAD5BF90B7F81899256CE7594BB1EA0C89212748BFF3B3D5B0315");
    let scheme = SignatureScheme::EcdsaConcatenated(EllipticCurve::P256);
    assert_eq!(Real.verify(scheme, key.public_key(), b"abc", &signature), Ok(()));
}

#[test]
fn ed25519_agrees_with_rfc_8032_7_1() {
    let secret = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let key = Ed25519Signer::from_secret(&secret.try_into().unwrap());
    let signature = hex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8
                         821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    assert_eq!(key.sign(SignatureScheme::Ed25519, b"").unwrap(), signature);
    assert_eq!(Real.verify(SignatureScheme::Ed25519, key.public_key(), b"", &signature), Ok(()));
}

#[test]
fn pss_signatures_of_another_implementation_are_accepted() {
    // Python's `cryptography` 48 over "certificate", MGF1 with the same hash, a random salt of its length.
    let made = [
        (
            HashAlgorithm::Sha1,
            "37192cb9c081121082fe982b62c0ca8d3bc423bac5ad0133405e18e1a0c711e8af90bb6df200ffbd85e691fc284f1ae3
             ee3ed19b7499c9c395c91932b838e07155b2818dab816c0c5123cc478ef35742a0f25758c010b662318cbbc4b8d0cc68
             74f8fb810cb31ddfdd11fed57c6c783d143e61cadb53bd18d0f214890e33f2c2",
        ),
        (
            HashAlgorithm::Sha256,
            "aa1eafa9352e0ff062fd46bb080efcb133041b3a470112f5f8bc216fa67c738d07a9738c95ac9f8bad9e3d50ef5b3833
             c0993b2bfb45345a4d5c414d2520cee820522c3d7d6a722f95ad524fa389cfd93578d9b38024c4cca078fec2c8d841bd
             97721a7b41631cfd8035d8e461c16292bbeb0ec6dd7ad659f2f1582cd1e8ebca",
        ),
    ];
    for (hash, signature) in made {
        let key = vector_key("vectors-1024");
        let verified =
            Real.verify(SignatureScheme::RsaPss(hash), key.public_key(), b"certificate", &hex(signature));
        assert_eq!(verified, Ok(()), "{hash}");
    }
}

#[test]
fn every_key_signs_in_the_schemes_of_its_kind_and_in_no_other() {
    for key in every_key() {
        let kind = PublicKeyKind::of(key.public_key()).unwrap();
        let stand_in = StandInSigner::new(key.public_key().to_vec()).unwrap();
        for scheme in every_scheme() {
            let pairs: [(&dyn Signer, &dyn Verifier); 2] = [(&key, &Real), (&stand_in, &Simulated)];
            for (signer, verifier) in pairs {
                let signed = signer.sign(scheme, b"message");
                if !kind.signs(scheme) {
                    assert_eq!(signed, Err(SignError::OtherKind { scheme, key: kind }));
                    let refused = Err(SignatureRefused::OtherKind { scheme, key: kind });
                    assert_eq!(verifier.verify(scheme, key.public_key(), b"message", &[0; 64]), refused);
                    continue;
                }
                let signature = signed.unwrap();
                assert_eq!(signer.sign(scheme, b"message").unwrap(), signature, "the same each time");
                assert_eq!(
                    verifier.verify(scheme, key.public_key(), b"message", &signature),
                    Ok(()),
                    "{kind}, {scheme}"
                );
                assert_refuses_changes(verifier, scheme, key.public_key(), &signature);
            }
        }
    }
}

/// Another message is refused, and so is a signature with a bit changed or a byte too few.
fn assert_refuses_changes(verifier: &dyn Verifier, scheme: SignatureScheme, key: &[u8], signature: &[u8]) {
    assert_eq!(verifier.verify(scheme, key, b"massage", signature), Err(SignatureRefused::Mismatch));
    for bit in (0..8 * signature.len()).step_by(37) {
        let mut changed = signature.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(verifier.verify(scheme, key, b"message", &changed).is_err(), "{scheme}, bit {bit}");
    }
    assert!(verifier.verify(scheme, key, b"message", &signature[1..]).is_err(), "{scheme}");
}

#[test]
fn stand_in_signatures_have_the_form_of_real_ones() {
    for name in ["ec-256-00", "ec-384-00", "ec-521-00"] {
        let key = pool_key(name);
        let stand_in = StandInSigner::new(key.public_key().to_vec()).unwrap();
        let der = stand_in.sign(SignatureScheme::Ecdsa(HashAlgorithm::Sha256), b"message").unwrap();
        // A real verifier gets as far as the numbers.
        let verified =
            Real.verify(SignatureScheme::Ecdsa(HashAlgorithm::Sha256), key.public_key(), b"message", &der);
        assert_eq!(verified, Err(SignatureRefused::Mismatch), "{name}");
    }
}

#[test]
fn a_signature_in_the_other_encoding_of_ecdsa_is_refused() {
    let key = pool_key("ec-256-00");
    let (der, raw) = (
        SignatureScheme::Ecdsa(HashAlgorithm::Sha256),
        SignatureScheme::EcdsaConcatenated(EllipticCurve::P256),
    );
    let [in_der, in_raw] = [der, raw].map(|scheme| key.sign(scheme, b"message").unwrap());
    let verify = |scheme, signature| Real.verify(scheme, key.public_key(), b"message", signature);
    assert_eq!(verify(der, in_raw.as_slice()), Err(SignatureRefused::Unreadable));
    let found = in_der.len();
    assert_eq!(verify(raw, in_der.as_slice()), Err(SignatureRefused::Length { expected: 64, found }));
}

#[test]
fn a_point_that_is_none_and_a_key_of_small_order_verify_nothing() {
    let unusable = Err(SignatureRefused::PublicKey(PublicKeyRefused::Unusable));
    let mut key = pool_key("ec-256-00").public_key().to_vec();
    *key.last_mut().unwrap() ^= 1;
    let scheme = SignatureScheme::EcdsaConcatenated(EllipticCurve::P256);
    assert_eq!(Real.verify(scheme, &key, b"message", &[1; 64]), unusable);
    // The neutral point: R = S = 0 would be a signature of every message.
    let mut key = pool_key("ed25519-00").public_key().to_vec();
    let start = key.len() - 32;
    key[start..].fill(0);
    key[start] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    assert_eq!(Real.verify(SignatureScheme::Ed25519, &key, b"message", &signature), unusable);
}

#[test]
fn algorithm_identifiers_are_those_of_rfc_7427_appendix_a_and_rfc_8420() {
    let (rsa, pss, ecdsa) = (SignatureScheme::RsaPkcs1, SignatureScheme::RsaPss, SignatureScheme::Ecdsa);
    let listed = [
        (rsa(HashAlgorithm::Sha1), "300d 0609 2a864886f70d010105 0500"),
        (rsa(HashAlgorithm::Sha256), "300d 0609 2a864886f70d01010b 0500"),
        (rsa(HashAlgorithm::Sha384), "300d 0609 2a864886f70d01010c 0500"),
        (rsa(HashAlgorithm::Sha512), "300d 0609 2a864886f70d01010d 0500"),
        (ecdsa(HashAlgorithm::Sha1), "3009 0607 2a8648ce3d0401"),
        (ecdsa(HashAlgorithm::Sha256), "300a 0608 2a8648ce3d040302"),
        (ecdsa(HashAlgorithm::Sha384), "300a 0608 2a8648ce3d040303"),
        (ecdsa(HashAlgorithm::Sha512), "300a 0608 2a8648ce3d040304"),
        (pss(HashAlgorithm::Sha1), "300d 0609 2a864886f70d01010a 3000"),
        (
            pss(HashAlgorithm::Sha256),
            "3041 0609 2a864886f70d01010a 3034 a00f300d0609 608648016503040201 0500
             a11c301a0609 2a864886f70d010108 300d0609 608648016503040201 0500 a203020120",
        ),
        (SignatureScheme::Ed25519, "3005 0603 2b6570"),
    ];
    for (scheme, identifier) in listed {
        assert_eq!(scheme.algorithm_identifier(), Some(hex(identifier)), "{scheme}");
    }
}

#[test]
fn an_algorithm_identifier_names_the_scheme_that_wrote_it() {
    let mut named = 0;
    for scheme in every_scheme() {
        if let Some(identifier) = scheme.algorithm_identifier() {
            assert_eq!(SignatureScheme::from_algorithm_identifier(&identifier), Some(scheme));
            named += 1;
        }
    }
    // PKCS#1 with five hashes, PSS and ECDSA with all but MD5, and Ed25519.
    assert_eq!(named, 5 + 4 + 4 + 1);
}

#[test]
fn an_algorithm_identifier_with_other_parameters_names_nothing() {
    let pss = "3041 0609 2a864886f70d01010a 3034 a00f300d0609 608648016503040201 0500
               a11c301a0609 2a864886f70d010108 300d0609 608648016503040202 0500 a203020120";
    let short_salt = "303c 0609 2a864886f70d01010a 302f a00f300d0609 608648016503040201 0500
                      a11c301a0609 2a864886f70d010108 300d0609 608648016503040201 0500";
    let refused = [
        ("PSS whose mask has another hash", pss),
        ("PSS with SHA-256 and a salt of 20 bytes", short_salt),
        ("PSS without parameters", "300b 0609 2a864886f70d01010a"),
        ("ECDSA with NULL", "300c 0608 2a8648ce3d040302 0500"),
        ("DSA", "3009 0607 2a8648ce380403"),
        ("nothing", ""),
    ];
    for (what, identifier) in refused {
        assert_eq!(SignatureScheme::from_algorithm_identifier(&hex(identifier)), None, "{what}");
    }
    // RFC 4055 2.1: NULL left away is to be taken all the same.
    assert_eq!(
        SignatureScheme::from_algorithm_identifier(&hex("300b 0609 2a864886f70d01010b")),
        Some(SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256))
    );
}

/// The key of RFC 6979 A.2.5 as OpenSSL writes it: SubjectPublicKeyInfo, PKCS#8, and SEC 1.
const P256_PUBLIC: &str = "3059301306072a8648ce3d020106082a8648ce3d03010703420004
    60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6
    7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const P256_PKCS8: &str = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420
    c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721a14403420004
    60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6
    7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const P256_SEC1: &str = "30770201010420
    c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721a00a06082a8648ce3d030107a14403420004
    60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6
    7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

#[test]
fn a_key_of_ecdsa_is_read_and_written_as_openssl_does() {
    let key = rfc_6979_key(EllipticCurve::P256);
    assert_eq!(key.public_key(), hex(P256_PUBLIC));
    assert_eq!(key.to_pkcs8_der(), hex(P256_PKCS8));
    for read in [PrivateKey::from_pkcs8_der(&hex(P256_PKCS8)), PrivateKey::from_sec1_der(&hex(P256_SEC1))] {
        assert_eq!(read.unwrap().public_key(), hex(P256_PUBLIC));
    }
    assert_eq!(PublicKeyKind::of(&hex(P256_PUBLIC)), Ok(PublicKeyKind::Ecdsa(EllipticCurve::P256)));
}

#[test]
fn a_key_of_ed25519_is_read_and_written_as_rfc_8410_10_has_it() {
    let private = hex("302e020100300506032b657004220420
                       d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
    let public = hex("302a300506032b6570032100
                      19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    let key = Ed25519Signer::from_pkcs8_der(&private).unwrap();
    assert_eq!(key.public_key(), public);
    assert_eq!(key.to_pkcs8_der(), private);
}

#[test]
fn a_private_key_of_another_kind_or_of_no_kind_is_refused_with_the_reason() {
    let [rsa, ecdsa] =
        [RsaSigner::from_pkcs8_der(&hex(P256_PKCS8)).err(), EcdsaSigner::from_pkcs8_der(&[]).err()];
    assert_eq!(rsa, Some(PrivateKeyRefused::OtherAlgorithm));
    assert_eq!(ecdsa, Some(PrivateKeyRefused::Unreadable { structure: "PKCS#8" }));
    assert_eq!(
        PrivateKey::from_sec1_der(b"key").err(),
        Some(PrivateKeyRefused::Unreadable { structure: "SEC 1" })
    );
    // X25519 in PKCS#8 (RFC 8410 3): a key that signs nothing.
    let x25519 = hex("302e020100300506032b656e04220420
                      d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
    assert_eq!(PrivateKey::from_pkcs8_der(&x25519).err(), Some(PrivateKeyRefused::OtherAlgorithm));
    for secret in [[0; 32], [0xff; 32]] {
        let refused = EcdsaSigner::from_secret(EllipticCurve::P256, &secret).err();
        assert_eq!(refused, Some(PrivateKeyRefused::Inconsistent), "zero, and beyond the order");
    }
}

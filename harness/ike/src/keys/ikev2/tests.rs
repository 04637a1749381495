//! NIST's vectors (CAVS 12.0, "IKE v2", the first case of three of its sections), and how keys are cut.

#![allow(clippy::unwrap_used)]

use crypto::{
    AeadAlgorithm, AeadMode, AesKeyLength, CipherAlgorithm, IntegrityAlgorithm, Real, SymmetricCipher,
    TagLength,
};

use super::*;
use crate::keys::tests::{counting, hex};

struct NistCase {
    prf: HashAlgorithm,
    /// Ni and Nr.
    nonces: [&'static str; 2],
    /// g^ir and g^ir (new).
    secret: &'static str,
    new_secret: &'static str,
    spis: [&'static str; 2],
    skeyseed: &'static str,
    /// DKM, DKM(Child SA) and DKM(Child SA D-H).
    keys: &'static str,
    child: &'static str,
    child_with_new_secret: &'static str,
    rekeyed_skeyseed: &'static str,
}

const NIST: [NistCase; 3] = [
    NistCase {
        prf: HashAlgorithm::Sha1,
        nonces: ["3651fef5c9c35e93", "c09a8b90a3f04d59"],
        secret:
            "d084a30166a50fb7325c3960874a839449ef9741c2f4f947d0201dd8c1269273d79509f37e3ca3eb4fa2fe2a28254e28
             9cd3f34dad4eb4df1a07685a4b8a94fa61e2491f7598b3ce65547ff133b3f63d1ac4175eaa695033f3cedb026a6873a3
             6455172a8540b8a5d23a0143bed0390ee49b168269d75fffee9fb62be965993c",
        new_secret:
            "52f00ab174c25d5b7139ae5ff4e8e9eddee5992d2e36adf8a559ffd90dab1442e4fbe429d320c0f33552a17d1557fa41
             ea70e8fb916c4fa27ed52b5f8ebd8461afa78f1159159a64055ac5f6319e29c28eae58cbc6847770f32c3fed1d047504
             84f854790f95e9ec01bc5bc461f24966462e359511329305038e94deb6dd42c2",
        spis: ["8e5c3ae507221684", "b1f201bb155c3acd"],
        skeyseed: "cd2e8050137832245f1dbacc6e4f0a92f94d45d6",
        keys:
            "6f1b12cad3cbe097b35430356d869d54cddb0198ec859174d53ceb92dddedbe2436db69f60977c58fa63bbb667f8d369
             20b109baae8f6c61a9ac49feda01843225d080ec5539d5881a25521ffb2a0a91874a9c0a27fcc2d717eb8963a9e3a89c
             7ab264757284c28cf8c3ca40576f4220b052b1fb8e9ad60ba3c80557323331a8cbb89f20",
        child:
            "4727dc0ef94eb326ce131cf282fb652faa638ad0ddae3786a11bcc0309876009f8c485de011ad962c5b1ca8a41ff8145
             445749079c5686e26ffebbc342f06981f3da745e11ca0976424d1f8caec623d59dc7186deb20a27b411d1dcb70a36544
             0bf7de905088b0692e8addc094e18d1939bdb67e89798ca6b239e2ccb81c2409dac0106c",
        child_with_new_secret:
            "b109c21ad4c0797768c1cec9e63554681e48f224bca7f23c20c4ea7041983451e9aa1d5408656c8a975ff1b9d9a12c75
             ffeb64bdecb30174664cccb4e14f1c377b7f6d1525af77c7092aac3e47f917ebae8297fb5539d2008ce830823a09cc19
             7361d4a289c72745f6ce9fefe812be5bf55b3200fbb82e41a4a40877d3fe106db909707b",
        rekeyed_skeyseed: "3b03bce748c96d5e8306918d2ff89b68f0648da3",
    },
    NistCase {
        prf: HashAlgorithm::Sha256,
        nonces: ["3436def54b63cf59", "7d780f1cb163f786"],
        secret: "0097c211229dd1724f153abc85a6156dc9cda148e005bbda",
        new_secret: "016deb1a4f107074a227c221858caff5201c2d9c4832f583",
        spis: ["eadfb5f67ef1c53e", "65a7ffb95df81c50"],
        skeyseed: "701d307aa28374c129e113a4984657337f0fed89f7643f3d92468ea34bac7f16",
        keys:
            "d67f925f011537bcf22eb14772f8136b2aec47d2515b5ce6b197d472b0a73ea6cf586ce6d1de65083ce8e0be26edeb01
             91c06affa6fe8d4d4f37ab08d756248f5fb95c948fd0380efa499b84e0d6fee51c8a37e54ae54c31339a941e2d9470b7
             224d95499658899b2e3555de1f934636224c5861a92ba63f262ff90bcbae43022d579945",
        child:
            "5b1e1b9900dcefe7c383f1f972323a4782788c33ffab29914c73179e77885cf2f8e1fd68dfd38b1e476cd14a8c23e9d7
             267754d1035b26280e44d21a2b3abe864c5a34abd903fbe147031d3b393434e4a7e2ef7f0321750136ac9f2dfc6cbbfc
             4f13e905af709441e504c8ccf917ed7858b75149fb21601082dda62841737c212f8c3e9a",
        child_with_new_secret:
            "0d22aa501b4939b6492c38039578e6258d3c84c57b73e37c3108bad9f424f584b717c18b3cd77312e8d6e1effb8fafe0
             294ae12a43e78dce33e7a6a1ac5a636c8978dc3164ab10fbb0570d9b16911b159fd15deaa89e50afa90d401ff36e7cd1
             1b169566ff0fb69458db063de61325a69ad4b884c100fd2eb1b212b6f43b660f52def3ef",
        rekeyed_skeyseed: "3021defeb07e47ec026be0e757f7067a5675562396474468d7efcd6b1f66977b",
    },
    NistCase {
        prf: HashAlgorithm::Sha512,
        nonces: ["73d363541bc0b7a7", "29577b862bf4b7dc"],
        secret: "0124f65dad65ba4585ff316acdbe55fd99f38cc31e0a1edc",
        new_secret: "00400e10b62b709509380adc2faea65efcfe19e06663c85a",
        spis: ["41416a3bf0620e06", "caa61d2e61aec5ce"],
        skeyseed:
            "5b2fd0e8543062a2ebca432dcd75f711f3c540839bf8eb9dc17c595b7809cd0c92c5a59179c9bd0a88af502445d674a5
             71e2d3ecd9af3b7daf83622571c4f359",
        keys:
            "e5c1be5c03b35bbfe36437f51bb099927a59b73b22abb9c2d28c26f7be232f9e242fd630bc9fb7860dac4d23959366d5
             fd8ab2687992266ea137c77cc99eca1014e8c7afb6a90f208922d5b58e315384faba743670ef5830b07139b539a5651d
             740d314713861fe338d03df8a67aeb6841e2bfe44caa68d37e467b5ebab4ba64144e0104",
        child:
            "f1b1a197bbfaf2a901ae1bc72799558d06a593f1efb392f4a5b87f8a63c9787354b3e36e48de8a9d4d2294beeca94b7a
             0191c080e2693c2b303a326207257817aa4a68aeb23eaa1780f48c81fea9175cfbc98295db3fb1c6425d95e61e5ef01d
             678ca9db60fa973320091b11a415097b4a78a18e7dd438c5de4e947fef655137754ebe26",
        child_with_new_secret:
            "450154acfcbb3dac1f769799f05d9cc7f0a2cee1d8b60d0f677bae892baa7cee7f556adc1a746459b6972c416fb8f800
             e7def6acf4eddf6f966b530a963115c98d2e9023fb0d1592cb70356bb8760a0867525a93f5e9bbb1d5ccda6c0055c5bc
             11e1f305d0de2e5270554dbc34bfdf241759de51654bf2299e7532ce4837e8088d14d2e5",
        rekeyed_skeyseed:
            "9fd6ca369465e8e0f5bd9b33804fc356e28604d56b1cb6e67c743c0c90fc5ddc822e3b31523b35c23766718a79493a3d
             20b88d982d9ca0ee0e4bfdc94b869786",
    },
];

const AES_AND_SHA1: MessageProtection =
    MessageProtection::Cbc { cipher: CipherAlgorithm::AesCbc128, integrity: IntegrityAlgorithm::HmacSha1_96 };

const AES_GCM: MessageProtection = MessageProtection::Aead(AeadAlgorithm {
    mode: AeadMode::Gcm,
    key_length: AesKeyLength::Bits256,
    tag_length: TagLength::Bytes16,
});

#[test]
fn every_value_of_nist_s_cases_comes_out() {
    for case in NIST {
        let NistCase { prf, .. } = case;
        let [initiator, responder] = case.nonces.map(hex);
        let nonces = Nonces { initiator: &initiator, responder: &responder };
        let (secret, new_secret) = (hex(case.secret), hex(case.new_secret));
        let spis = case.spis.map(hex).concat();
        let seed = skeyseed(&Real, prf, nonces, &secret);
        assert_eq!(seed.to_vec(), hex(case.skeyseed), "{prf}");

        let keys = hex(case.keys);
        assert_eq!(prf_plus(&Real, prf, &seed, &[&initiator, &responder, &spis], keys.len()), keys, "{prf}");
        let (sk_d, _) = keys.split_at(prf.output_length());
        let child = hex(case.child);
        assert_eq!(prf_plus(&Real, prf, sk_d, &[&initiator, &responder], child.len()), child, "{prf}");
        let child = hex(case.child_with_new_secret);
        let seed: [&[u8]; 3] = [&new_secret, &initiator, &responder];
        assert_eq!(prf_plus(&Real, prf, sk_d, &seed, child.len()), child, "{prf}");
        let rekeyed = rekeyed_skeyseed(&Real, prf, sk_d, nonces, &new_secret);
        assert_eq!(rekeyed.to_vec(), hex(case.rekeyed_skeyseed), "{prf}");
    }
}

/// The keys of NIST's first case, whose 132 bytes are what AES-CBC-128 and HMAC-SHA-1 take.
fn nist_keys(case: &NistCase) -> IkeSaKeys {
    let [initiator, responder] = case.nonces.map(hex);
    let [initiator_spi, responder_spi] = case.spis.map(|spi| hex(spi).try_into().unwrap());
    let algorithms = IkeSaAlgorithms { prf: case.prf, protection: AES_AND_SHA1 };
    let nonces = Nonces { initiator: &initiator, responder: &responder };
    let spis = Spis { initiator: initiator_spi, responder: responder_spi };
    IkeSaKeys::derive(&Real, algorithms, nonces, &spis, &hex(case.secret))
}

#[test]
fn the_seven_keys_are_cut_in_the_order_of_rfc_7296_2_14() {
    let [case, ..] = NIST;
    let keys = nist_keys(&case);
    let [initiator, responder] = [Role::Initiator, Role::Responder].map(|role| keys.protection(role).clone());
    let in_order = [
        keys.sk_d(),
        initiator.sk_a(),
        responder.sk_a(),
        initiator.sk_e(),
        responder.sk_e(),
        keys.sk_p(Role::Initiator),
        keys.sk_p(Role::Responder),
    ];
    assert_eq!(in_order.map(<[u8]>::len), [20, 20, 20, 16, 16, 20, 20]);
    assert_eq!(in_order.concat(), hex(case.keys));
}

#[test]
fn an_authenticated_cipher_takes_a_salt_and_no_integrity_key() {
    let nonces = Nonces { initiator: &counting(0x10, 32), responder: &counting(0x40, 32) };
    let spis = Spis { initiator: [1; 8], responder: [2; 8] };
    let algorithms = IkeSaAlgorithms { prf: HashAlgorithm::Sha256, protection: AES_GCM };
    let keys = IkeSaKeys::derive(&Real, algorithms, nonces, &spis, &counting(0x33, 32));
    let initiator = keys.protection(Role::Initiator);
    let (key, salt) = initiator.key_and_salt();
    assert_eq!((key.len(), salt.len(), initiator.sk_a().len()), (32, 4, 0));
    assert_eq!([key, salt].concat(), initiator.sk_e());

    let seed = skeyseed(&Real, HashAlgorithm::Sha256, nonces, &counting(0x33, 32));
    let all = prf_plus(
        &Real,
        HashAlgorithm::Sha256,
        &seed,
        &[nonces.initiator, nonces.responder, &spis.concatenated()],
        32 + 2 * 36 + 2 * 32,
    );
    assert_eq!(all[32..68], *initiator.sk_e());
    assert_eq!(all[104..136], *keys.sk_p(Role::Initiator));
}

#[test]
fn the_keys_of_a_child_sa_are_the_initiator_s_first_and_in_each_the_cipher_s_first() {
    let [case, ..] = NIST;
    let keys = nist_keys(&case);
    let [initiator, responder] = case.nonces.map(hex);
    let nonces = Nonces { initiator: &initiator, responder: &responder };
    let lengths = ChildSaKeyLengths { encryption: 32, integrity: 20 };
    for (secret, expected) in [(None, case.child), (Some(hex(case.new_secret)), case.child_with_new_secret)] {
        let child = keys.child_sa(&Real, lengths, nonces, secret.as_deref());
        let in_order = [child.from_initiator, child.from_responder]
            .map(|direction| [direction.encryption, direction.integrity].concat());
        assert_eq!(in_order.concat(), hex(expected)[..104]);
    }
}

#[test]
fn a_rekeyed_sa_takes_its_seed_by_the_old_prf_and_its_keys_by_the_new_one() {
    let [case, ..] = NIST;
    let old = nist_keys(&case);
    let [initiator, responder] = case.nonces.map(hex);
    let nonces = Nonces { initiator: &initiator, responder: &responder };
    let spis = Spis { initiator: [1; 8], responder: [2; 8] };
    let algorithms = IkeSaAlgorithms { prf: HashAlgorithm::Sha512, protection: AES_GCM };
    let new = old.rekey(&Real, algorithms, nonces, &spis, &hex(case.new_secret));
    let seed = [nonces.initiator, nonces.responder, &spis.concatenated()];
    let expected = prf_plus(&Real, HashAlgorithm::Sha512, &hex(case.rekeyed_skeyseed), &seed, 64);
    assert_eq!(new.sk_d(), expected);
}

#[test]
fn each_side_signs_its_own_message_the_other_s_nonce_and_its_own_identity() {
    let [case, ..] = NIST;
    let keys = nist_keys(&case);
    for signer in [Role::Initiator, Role::Responder] {
        let input =
            SignedOctets { signer, message: b"message", peer_nonce: b"nonce", identification: b"identity" };
        let octets = keys.signed_octets(&Real, &input);
        let authenticated_id = Real.hmac(HashAlgorithm::Sha1, keys.sk_p(signer), &[b"identity"]);
        assert_eq!(octets, [b"messagenonce".as_slice(), &authenticated_id].concat());
    }
}

#[test]
fn prf_plus_ends_where_its_counter_does() {
    let most = prf_plus(&Real, HashAlgorithm::Md5, b"key", &[b"seed"], usize::MAX);
    assert_eq!(most.len(), 255 * 16);
}

#[test]
fn only_transforms_that_go_together_protect_messages() {
    let integrity = Some(IntegrityAlgorithm::HmacSha256_128);
    let ciphers = [
        SymmetricCipher::Cbc(CipherAlgorithm::AesCbc256),
        SymmetricCipher::AesCtr(AesKeyLength::Bits128),
        AES_GCM.cipher(),
    ];
    let together = |integrity| ciphers.map(|cipher| MessageProtection::new(cipher, integrity).is_some());
    assert_eq!(together(integrity), [true, true, false]);
    assert_eq!(together(None), [false, false, true]);
}

#[test]
fn keys_of_other_lengths_are_refused_by_name() {
    let refused = |sk_e: usize, sk_a: usize| {
        ProtectionKeys::new(AES_AND_SHA1, &vec![1; sk_e], &vec![1; sk_a]).map(|_| ())
    };
    assert_eq!(refused(16, 20), Ok(()));
    assert_eq!(refused(32, 20), Err(KeyLengthError { name: "SK_e", expected: 16, found: 32 }));
    assert_eq!(refused(16, 0), Err(KeyLengthError { name: "SK_a", expected: 20, found: 0 }));
}

//! Key agreement: published vectors, both sides of every group, and peers' values that are none.

use crypto::{AgreementError, Group, KeyAgreement, PrivateValue, Real, SeededRandom, Simulated};

use crate::support::{Prescribed, hex};

const IMPLEMENTATIONS: [&dyn KeyAgreement; 2] = [&Real, &Simulated];

fn with_private_value(group: Group, private: &str) -> Box<dyn PrivateValue> {
    Real.begin(group, &mut Prescribed(hex(private)))
}

fn assert_agreement(group: Group, private: [&str; 2], public: [&str; 2], shared: &str) {
    let [ours, theirs] = private.map(|private| with_private_value(group, private));
    let [our_public, their_public] = public.map(hex);
    assert_eq!(ours.public(), our_public, "{group}");
    assert_eq!(theirs.public(), their_public, "{group}");
    assert_eq!(ours.agree(&their_public).unwrap(), hex(shared), "{group}");
    assert_eq!(theirs.agree(&our_public).unwrap(), hex(shared), "{group}");
}

#[test]
fn ecp_256_agrees_with_rfc_5903_8_1() {
    assert_agreement(
        Group::Ecp256,
        [
            "C88F01F5 10D9AC3F 70A292DA A2316DE5 44E9AAB8 AFE84049 C62A9C57 862D1433",
            "C6EF9C5D 78AE012A 011164AC B397CE20 88685D8F 06BF9BE0 B283AB46 476BEE53",
        ],
        [
            "DAD0B653 94221CF9 B051E1FE CA5787D0 98DFE637 FC90B9EF 945D0C37 72581180
             5271A046 1CDB8252 D61F1C45 6FA3E59A B1F45B33 ACCF5F58 389E0577 B8990BB3",
            "D12DFB52 89C8D4F8 1208B702 70398C34 2296970A 0BCCB74C 736FC755 4494BF63
             56FBF3CA 366CC23E 8157854C 13C58D6A AC23F046 ADA30F83 53E74F33 039872AB",
        ],
        "D6840F6B 42F6EDAF D13116E0 E1256520 2FEF8E9E CE7DCE03 812464D0 4B9442DE",
    );
}

#[test]
fn ecp_384_agrees_with_rfc_5903_8_2() {
    assert_agreement(
        Group::Ecp384,
        [
            "099F3C70 34D4A2C6 99884D73 A375A67F 7624EF7C 6B3C0F16 0647B674 14DCE655
             E35B5380 41E649EE 3FAEF896 783AB194",
            "41CB0779 B4BDB85D 47846725 FBEC3C94 30FAB46C C8DC5060 855CC9BD A0AA2942
             E0308312 916B8ED2 960E4BD5 5A7448FC",
        ],
        [
            "667842D7 D180AC2C DE6F74F3 7551F557 55C7645C 20EF73E3 1634FE72
             B4C55EE6 DE3AC808 ACB4BDB4 C88732AE E95F41AA
             9482ED1F C0EEB9CA FC498462 5CCFC23F 65032149 E0E144AD A0241815
             35A0F38E EB9FCFF3 C2C947DA E69B4C63 4573A81C",
            "E558DBEF 53EECDE3 D3FCCFC1 AEA08A89 A987475D 12FD950D 83CFA417
             32BC509D 0D1AC43A 0336DEF9 6FDA41D0 774A3571
             DCFBEC7A ACF31964 72169E83 8430367F 66EEBE3C 6E70C416 DD5F0C68
             759DD1FF F83FA401 42209DFF 5EAAD96D B9E6386C",
        ],
        "11187331 C279962D 93D60424 3FD592CB 9D0A926F 422E4718 7521287E 7156C5C4
         D6031355 69B9E9D0 9CF5D4A2 70F59746",
    );
}

#[test]
fn ecp_521_agrees_with_rfc_5903_8_3() {
    assert_agreement(
        Group::Ecp521,
        [
            "0037ADE9 319A89F4 DABDB3EF 411AACCC A5123C61 ACAB57B5 393DCE47 608172A0
             95AA85A3 0FE1C295 2C6771D9 37BA9777 F5957B26 39BAB072 462F68C2 7A57382D 4A52",
            "0145BA99 A847AF43 793FDD0E 872E7CDF A16BE30F DC780F97 BCCC3F07 8380201E
             9C677D60 0B343757 A3BDBF2A 3163E4C2 F869CCA7 458AA4A4 EFFC311F 5CB15168 5EB9",
        ],
        [
            "0015417E 84DBF28C 0AD3C278 713349DC 7DF153C8 97A1891B D98BAB43 57C9ECBE
             E1E3BF42 E00B8E38 0AEAE57C 2D107564 94188594 2AF5A7F4 601723C4 195D176C ED3E
             017CAE20 B6641D2E EB695786 D8C94614 6239D099 E18E1D5A 514C739D 7CB4A10A
             D8A78801 5AC405D7 799DC75E 7B7D5B6C F2261A6A 7F150743 8BF01BEB 6CA3926F 9582",
            "00D0B397 5AC4B799 F5BEA16D 5E13E9AF 971D5E9B 984C9F39 728B5E57 39735A21
             9B97C356 436ADC6E 95BB0352 F6BE64A6 C2912D4E F2D0433C ED2B6171 640012D9 460F
             015C6822 6383956E 3BD066E7 97B623C2 7CE0EAC2 F551A10C 2C724D98 52077B87
             220B6536 C5C408A1 D2AEBB8E 86D678AE 49CB5709 1F473229 6579AB44 FCD17F0F C56A",
        ],
        "01144C7D 79AE6956 BC8EDB8E 7C787C45 21CB086F A64407F9 7894E5E6 B2D79B04
         D1427E73 CA4BAA24 0A347868 59810C06 B3C715A3 A8CC3151 F2BEE417 996D19F3 DDEA",
    );
}

#[test]
fn x25519_agrees_with_rfc_7748_6_1() {
    assert_agreement(
        Group::X25519,
        [
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
            "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
        ],
        [
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
        ],
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    );
}

#[test]
fn a_point_of_small_order_of_curve25519_is_refused() {
    let group = Group::X25519;
    for implementation in IMPLEMENTATIONS {
        let ours = implementation.begin(group, &mut SeededRandom::from_seed(1));
        assert_eq!(ours.agree(&[0; 32]), Err(AgreementError::OutOfRange { group }));
    }
    let ours = Real.begin(group, &mut SeededRandom::from_seed(1));
    let mut one = [0; 32];
    one[0] = 1;
    // Of order 8; in Curve25519's list of values to reject (https://cr.yp.to/ecdh.html).
    let order_8 = hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800");
    for small in [one.to_vec(), order_8] {
        assert_eq!(ours.agree(&small), Err(AgreementError::OutOfRange { group }));
    }
}

#[test]
fn modp_1024_agrees_with_python_s_pow() {
    // Our own: `pow(2, a, p)`, `pow(2, b, p)` and `pow(2, a * b, p)`; no RFC has vectors for this group.
    let public = [
        "fefc9e231f4350f77912cd2a28fd097860ffc748a3a9f6c69e1f146322cd0f7a
         59ac7a7bafa352183a053eddeffc028afb1f1f73a22346046290756c634c332d
         2b9386b246f9c04e044afda22f33143a17ced690a1f964b87efb44d55a96701e
         750fb96273fcada87bc961e0ccc411dd27304eff37c116716f53a041db77f758",
        "54fc8b65b6bcdf32c7ced35503479755bb0a7b3d8824b23228d4f5db2813e7b2
         6e325ccc0b79fbceddcbac74bc252abb1e0cd124c706fe6c3e3c78aa2d7871f0
         b7886a074ed9cc0165d0b6260af6bce3e56847aede6ceda297a3078d44f40492
         b25ea3a020341159a1ba042d15111210ed737e423bedb07afa650ffe3be42260",
    ];
    assert_agreement(
        Group::Modp1024,
        [
            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
            "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf",
        ],
        public,
        "6a8c7e1dfb1819f722fdbeebccaf6f72076009bde32df5cbfa1c707649943d50
         3e25de0c4e6cdac3908341681c02b3dd20c5914b5a2eedca2d291ea267dda684
         06accfa8a7bb6404b726d220cd6cb2629278977fb8e7f2b75b8145dc7cb6845c
         cbb15836c361b40a77da584bb4463cd03c008acd0ae23fc7c6c1288290df973a",
    );
}

#[test]
fn both_sides_agree_in_every_group_and_lengths_are_the_groups() {
    for implementation in IMPLEMENTATIONS {
        for group in Group::ALL {
            let mut random = SeededRandom::from_seed(u64::from(group.number()));
            let [ours, theirs, third] = [0; 3].map(|_| implementation.begin(group, &mut random));
            let shared = ours.agree(theirs.public()).unwrap();
            assert_eq!(ours.public().len(), group.public_length(), "{group}");
            assert_eq!(shared.len(), group.shared_length(), "{group}");
            assert_eq!(shared, theirs.agree(ours.public()).unwrap(), "{group}");
            assert_ne!(shared, ours.agree(third.public()).unwrap(), "{group}");
            assert_ne!(shared, third.agree(theirs.public()).unwrap(), "{group}");
        }
    }
}

#[test]
fn a_shared_secret_keeps_its_leading_zeros() {
    // One secret in 256 begins with a zero, which counts as a byte of the secret all the same (RFC 7296 2.14).
    let begins_with_zero = (0..2000).any(|seed| {
        let mut random = SeededRandom::from_seed(seed);
        let [ours, theirs] = [0; 2].map(|_| Real.begin(Group::Modp768, &mut random));
        let shared = ours.agree(theirs.public()).unwrap();
        assert_eq!(shared.len(), 96);
        shared[0] == 0
    });
    assert!(begins_with_zero);
}

#[test]
fn a_value_of_another_length_is_refused() {
    for implementation in IMPLEMENTATIONS {
        for group in Group::ALL {
            let ours = implementation.begin(group, &mut SeededRandom::from_seed(1));
            for found in [0, group.public_length() - 1, group.public_length() + 1] {
                assert_eq!(ours.agree(&vec![0x11; found]), Err(AgreementError::Length { group, found }));
            }
        }
    }
}

#[test]
fn a_modp_value_that_makes_the_secret_known_to_all_is_refused() {
    for implementation in IMPLEMENTATIONS {
        for group in Group::ALL.into_iter().filter(|group| !group.is_elliptic_curve()) {
            let ours = implementation.begin(group, &mut SeededRandom::from_seed(1));
            let length = group.public_length();
            let small = |value: u8| {
                let mut bytes = vec![0; length];
                bytes[length - 1] = value;
                bytes
            };
            let refused = Err(AgreementError::OutOfRange { group });
            assert_eq!(ours.agree(&small(0)), refused, "{group}: 0");
            assert_eq!(ours.agree(&small(1)), refused, "{group}: 1");
            assert_eq!(ours.agree(&vec![0xff; length]), refused, "{group}: more than p");
            if group != Group::Modp2048Order256 {
                assert!(ours.agree(&small(2)).is_ok(), "{group}: 2");
            }
        }
    }
}

#[test]
fn a_value_outside_of_the_subgroup_is_refused() {
    // 2 generates more than the subgroup: pow(2, q, p) != 1.
    let group = Group::Modp2048Order256;
    let ours = Real.begin(group, &mut SeededRandom::from_seed(1));
    let mut two = vec![0; group.public_length()];
    *two.last_mut().unwrap() = 2;
    assert_eq!(ours.agree(&two), Err(AgreementError::OutOfRange { group }));
    let peer = Real.begin(group, &mut SeededRandom::from_seed(2));
    assert_eq!(ours.agree(peer.public()).unwrap(), peer.agree(ours.public()).unwrap());
}

#[test]
fn p_and_p_minus_1_are_refused_and_p_minus_2_is_not() {
    let prime = hex(MODP_768_PRIME);
    let minus = |amount: u8| {
        let mut value = prime.clone();
        *value.last_mut().unwrap() -= amount;
        value
    };
    let group = Group::Modp768;
    let ours = Real.begin(group, &mut SeededRandom::from_seed(1));
    assert_eq!(ours.agree(&minus(0)), Err(AgreementError::OutOfRange { group }));
    assert_eq!(ours.agree(&minus(1)), Err(AgreementError::OutOfRange { group }));
    assert!(ours.agree(&minus(2)).is_ok());
}

/// RFC 2409 6.1.
const MODP_768_PRIME: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74
     020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437
     4FE1356D6D51C245E485B576625E7EC6F44C42E9A63A3620FFFFFFFFFFFFFFFF";

#[test]
fn a_point_off_the_curve_is_refused() {
    for group in [Group::Ecp256, Group::Ecp384, Group::Ecp521] {
        let mut random = SeededRandom::from_seed(1);
        let ours = Real.begin(group, &mut random);
        let mut peer = Real.begin(group, &mut random).public().to_vec();
        let last = peer.len() - 1;
        peer[last] ^= 1;
        let refused = Err(AgreementError::NotOnCurve { group });
        assert_eq!(ours.agree(&peer), refused, "{group}: another y");
        assert_eq!(ours.agree(&vec![0; peer.len()]), refused, "{group}: zero");
        assert_eq!(ours.agree(&vec![0xff; peer.len()]), refused, "{group}: beyond the field");
        assert_eq!(
            Simulated.begin(group, &mut random).agree(&vec![0; peer.len()]),
            refused,
            "{group}: simulated, zero"
        );
    }
}

#[test]
fn numbers_name_the_groups_of_the_registry() {
    let numbers: Vec<u16> = Group::ALL.iter().map(|group| group.number()).collect();
    assert_eq!(numbers, [1, 2, 5, 14, 15, 16, 19, 20, 21, 24, 31]);
    for group in Group::ALL {
        assert_eq!(Group::from_number(group.number()), Some(group));
    }
    assert_eq!(Group::from_number(3), None);
}

#[test]
fn groups_below_2048_bits_are_weak() {
    let weak: Vec<_> = Group::ALL.into_iter().filter(|group| group.is_weak()).collect();
    assert_eq!(weak, [Group::Modp768, Group::Modp1024, Group::Modp1536]);
}

//! `ikespec decode` of IKEv2.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

use crypto::{HashAlgorithm, Real, SignatureScheme};
use pki::Certificate as X509;
use wire::ikev2::owned::{Proposal, SecurityAssociation, Transform};
use wire::ikev2::transforms::{EncryptionAlgorithm, ExtendedSequenceNumbers, PseudorandomFunction};
use wire::ikev2::{
    AddressRange, Authentication, AuthenticationMethod, Certificate, CertificateRequest, Delete,
    HashAlgorithms, HashAndUrl, Identification, Identity, KeyExchange, Notification, NotifyType, Payload,
    Proof, ProtocolId, SecurityAssociationBuf, Sha1Hash, TrafficSelector, TrafficSelectorsBuf,
};
use wire::{Flags, Group, PayloadType};

use crate::captures::traced_in;
use crate::ikev2_captures::{AES_GCM, Made, every_protection};
use crate::support::{
    IKEV2_SCENARIO, SCENARIO, argument, assert_snapshot, assert_snapshot_but, folder, ikespec,
};

const REQUEST: Flags = Flags::INITIATOR;
const RESPONSE: Flags = Flags::RESPONSE;

/// What follows from chance: SPIs, keys, nonces, hashes, signatures.
const CHANCE: &[(&str, &str)] =
    &[("SPI [0-9a-f]+", "SPI HEX"), (r"\b0{16}\b", "zero"), (r"\b[0-9a-f]{16,}(\.\.\.)?", "HEX")];

/// The value of an AUTH payload, and how it has to be printed.
const VALUE: [u8; 32] = [0xa7; 32];
const PRINTED: &str = "a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7";

fn shared_key(value: &[u8]) -> Payload<'_> {
    let proof = Proof::Other(AuthenticationMethod::SHARED_KEY, value);
    Payload::Authentication(Authentication::new(proof))
}

#[test]
fn every_cipher_is_decrypted_in_both_directions() {
    for (index, protection) in every_protection().into_iter().enumerate() {
        let mut made = Made::new(protection);
        made.sealed(REQUEST, &[shared_key(&VALUE)]).sealed(RESPONSE, &[shared_key(&VALUE)]);
        let decoded = made.decoded(&format!("ikev2-cipher-{index}"));
        assert!(
            decoded.starts_with("2 IKE messages in 1 session, 2 decrypted\n"),
            "{protection:?}: {decoded}"
        );
        let expected = format!("AUTH 40 bytes  Shared Key Message Integrity Code (2)  {PRINTED}\n");
        assert_eq!(decoded.matches(&expected).count(), 2, "{protection:?}: {decoded}");
    }
}

#[test]
fn every_kind_of_payload_is_a_tree() {
    let [ike_sa, child_sa] = [ike_sa(), child_sa()];
    let selectors = selectors();
    let hashes =
        HashAlgorithms::data(&[wire::ikev2::HashAlgorithm::SHA2_256, wire::ikev2::HashAlgorithm::IDENTITY]);
    let notify = |notify_type, data| Payload::Notify(Notification::new(notify_type, data));
    let algorithm = SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256).algorithm_identifier().unwrap();
    let signature = Proof::DigitalSignature { algorithm: &algorithm, signature: &VALUE };
    let certificate = authority("ikev2-payloads-lab", "CA1");
    let asked = [[0x55; 20]];
    let url = HashAndUrl { hash: &[0x66; 20], url: b"http://example.org/\x1b" };
    // CFG_REQUEST for an address and of a version: RFC 7296 3.15.
    let configuration = [&[1, 0, 0, 0], &[0, 1, 0, 0][..], &[0, 7, 0, 2], b"v1"].concat();
    let eap = [1, 9, 0, 5, 1];
    let mut made = Made::new(AES_GCM);
    made.plain(
        REQUEST,
        &[
            notify(NotifyType::COOKIE, b"cookie"),
            Payload::SecurityAssociation(ike_sa.view()),
            Payload::KeyExchange(KeyExchange::new(Group::CURVE25519, &[9; 32])),
            Payload::Nonce(&[8; 16]),
            notify(NotifyType::NAT_DETECTION_SOURCE_IP, &[7; 20]),
            notify(NotifyType::SIGNATURE_HASH_ALGORITHMS, &hashes),
            notify(NotifyType::IKEV2_FRAGMENTATION_SUPPORTED, &[]),
            notify(NotifyType(40_961), &[1, 2]),
            Payload::VendorId(b"FLEXVPN-SUPPORTED"),
            Payload::VendorId(&[0xfe, 1]),
        ],
    );
    made.plain(
        RESPONSE,
        &[
            notify(NotifyType::INVALID_KE_PAYLOAD, &[0, 19]),
            notify(NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD, &[37]),
            notify(NotifyType::INVALID_MAJOR_VERSION, &[2]),
            notify(NotifyType::REDIRECT, &[1, 4, 192, 0, 2, 1]),
        ],
    );
    made.sealed(
        REQUEST,
        &[
            Payload::InitiatorIdentification(Identification::new(Identity::Fqdn(b"r1.example.org"))),
            Payload::ResponderIdentification(Identification::new(Identity::Ipv6Address(Ipv6Addr::LOCALHOST))),
            Payload::Certificate(Certificate::X509(&certificate)),
            Payload::Certificate(Certificate::HashAndUrlOfCertificate(url)),
            Payload::CertificateRequest(CertificateRequest::x509(&asked)),
            Payload::CertificateRequest(CertificateRequest::x509(&[])),
            Payload::Authentication(Authentication::new(signature)),
            Payload::Unknown(PayloadType::CONFIGURATION, &configuration),
            Payload::Unknown(PayloadType::EXTENSIBLE_AUTHENTICATION, &eap),
            Payload::SecurityAssociation(child_sa.view()),
            Payload::InitiatorTrafficSelectors(selectors.view()),
            Payload::ResponderTrafficSelectors(selectors.view()),
        ],
    );
    made.sealed(
        RESPONSE,
        &[
            Payload::Delete(Delete::IKE_SA),
            Payload::Delete(Delete::several(ProtocolId::ESP, &[1, 2, 3, 4, 5, 6, 7, 8], 4).unwrap()),
            Payload::Unknown(PayloadType(200), &[1, 2, 3]),
        ],
    );
    made.sealed(RESPONSE, &[]);
    assert_snapshot("decode_ikev2", &made.decoded("ikev2-payloads"));
}

#[test]
fn a_capture_of_ours_is_decrypted_to_the_end() {
    let traced = traced_in(IKEV2_SCENARIO, "decode-ikev2-r1", "R1");
    assert_snapshot_but(CHANCE, "decode_ikev2_traced", &traced.decoded(&traced.pcap));
}

#[test]
fn a_fragmented_negotiation_of_ours_is_decrypted_to_the_end() {
    let scenario = "corpus/scenarios/ikev2-a-fragmented-ike-auth";
    let traced = traced_in(scenario, "decode-ikev2-fragments", "R1");
    let decoded = traced.decoded(&traced.pcap);
    assert!(decoded.starts_with("6 IKE messages in 1 session, 4 decrypted\n"), "{decoded}");
    // The request and the response.
    assert_eq!(decoded.matches("decrypted, all 2 fragments together").count(), 2, "{decoded}");
    assert_eq!(decoded.matches("AUTH 136 bytes  RSA Digital Signature (1)").count(), 2, "{decoded}");
}

#[test]
fn a_requested_key_is_named_by_a_later_certificate_of_it() {
    let lab = "ikev2-named-lab";
    let [first, second] = ["CA1", "CA2"].map(|name| authority(lab, name));
    let asked = [&first, &second].map(|der| request_hash(der));
    let mut made = Made::new(AES_GCM);
    made.plain(RESPONSE, &[Payload::CertificateRequest(CertificateRequest::x509(&asked))]);
    made.sealed(REQUEST, &[Payload::Certificate(Certificate::X509(&second))]);
    let lines = |decoded: &str| -> Vec<String> {
        let lines = decoded.lines().skip_while(|line| !line.trim_start().starts_with("CERTREQ"));
        lines.skip(1).take(2).map(|line| line.trim().to_owned()).collect()
    };
    let [first, second] = asked.map(|hash| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let named = format!("{second}  cn=CA2,o=cisco,o=com");
    assert_eq!(lines(&made.decoded("ikev2-named")), [first.clone(), named]);
    assert_eq!(lines(&made.decoded_without_keys("ikev2-unnamed")), [first, second]);
}

#[test]
fn fragments_are_put_together_whatever_their_order() {
    let mut made = Made::new(AES_GCM);
    let fragments = made.fragments(REQUEST, &[shared_key(&[0xa7; 400]), Payload::Nonce(&VALUE)], 200);
    assert_eq!(fragments.len(), 4);
    // The first comes last; the third is captured twice.
    made.messages = [3, 2, 2, 1, 0].map(|index| fragments[index].clone()).to_vec();
    let decoded = made.decoded("ikev2-fragments");
    assert!(decoded.starts_with("5 IKE messages in 1 session, 5 decrypted\n"), "{decoded}");
    let (parts, whole) = decoded.split_once("decrypted, all 4 fragments together\n").unwrap();
    assert_eq!(parts.matches("decrypted, a part of its message").count(), 4, "{decoded}");
    assert_eq!(parts.matches("a retransmission").count(), 1, "{decoded}");
    assert!(parts.contains("fragment 3 of 4") && !parts.contains(" AUTH 408"), "{decoded}");
    assert!(whole.contains("AUTH 408 bytes") && whole.contains("NONCE 36 bytes"), "{decoded}");

    made.messages = fragments[..3].to_vec();
    let decoded = made.decoded("ikev2-fragments-missing");
    assert!(!decoded.contains("together") && !decoded.contains(" AUTH 408"), "{decoded}");
}

#[test]
fn without_keys_the_outside_is_told_all_the_same() {
    let mut made = Made::new(AES_GCM);
    made.plain(REQUEST, &[Payload::Nonce(&VALUE)]).sealed(REQUEST, &[shared_key(&VALUE)]);
    let decoded = made.decoded_without_keys("ikev2-sealed");
    assert!(decoded.starts_with("2 IKE messages in 1 session, 1 not decrypted\n"), "{decoded}");
    assert!(decoded.contains("not decrypted: the key log has no key for it"), "{decoded}");
}

#[test]
fn a_key_log_for_algorithms_that_are_not_decrypted_says_so() {
    let mut made = Made::new(AES_GCM);
    let traced = made.sealed(REQUEST, &[shared_key(&VALUE)]).captured("ikev2-null");
    let null = "1111111111111111,2222222222222222,,,\"NULL [RFC2410]\",,,\"NONE [RFC4306]\"\n";
    traced.write("keys/ikev2_decryption_table", null.as_bytes());
    let decoded = traced.decoded(&traced.pcap);
    assert!(decoded.contains("not decrypted: its algorithms are not among those"), "{decoded}");
}

#[test]
fn other_keys_than_its_own_are_told_from_a_broken_message() {
    let mut made = Made::new(AES_GCM);
    let traced = made.sealed(REQUEST, &[shared_key(&VALUE)]).captured("ikev2-other-keys");
    let table = traced.keys.join("ikev2_decryption_table");
    let line = fs::read_to_string(&table).unwrap();
    // The initiator's key begins with 01.
    fs::write(&table, line.replace(",01", ",02")).unwrap();
    let decoded = traced.decoded(&traced.pcap);
    // Header, generic header, vector, AUTH payload and the length of no padding.
    let checksum = 28 + 4 + 8 + 40 + 1;
    let expected = format!("not decrypted: the checksum at offset {checksum} is not that of the message");
    assert!(decoded.contains(&expected), "{decoded}");
}

#[test]
fn what_is_malformed_inside_is_shown_with_its_offset_and_the_rest_goes_on() {
    let mut made = Made::new(AES_GCM);
    let delete = Payload::Unknown(PayloadType::IKEV2_DELETE, &[3, 4, 0, 9]);
    made.sealed(REQUEST, &[delete, shared_key(&VALUE)]);
    let decoded = made.decoded("ikev2-malformed");
    assert!(decoded.starts_with("1 IKE message in 1 session, 1 decrypted, 1 broken\n"), "{decoded}");
    // The size of the SPIs is the second byte behind header, two generic headers and the vector.
    assert!(decoded.contains("error: D payload at offset 45"), "{decoded}");
    assert!(decoded.contains(PRINTED), "{decoded}");
}

#[test]
fn no_cut_of_a_message_makes_it_fail() {
    let mut made = Made::new(AES_GCM);
    made.plain(REQUEST, &[Payload::SecurityAssociation(ike_sa().view()), Payload::Nonce(&VALUE)]);
    made.sealed(REQUEST, &[shared_key(&VALUE)]);
    let whole = made.messages.clone();
    made.messages = whole
        .iter()
        .flat_map(|message| (0..message.len()).map(|length| message[..length].to_vec()))
        .collect();
    let decoded = made.decoded("ikev2-cut");
    assert_eq!(decoded.matches("error: ").count(), made.messages.len(), "{decoded}");
}

#[test]
fn a_folder_without_a_key_log_is_a_mistake_in_the_input() {
    let mut made = Made::new(AES_GCM);
    let traced = made.sealed(REQUEST, &[shared_key(&VALUE)]).captured("ikev2-no-key-log");
    fs::remove_file(traced.keys.join("ikev2_decryption_table")).unwrap();
    let run = ikespec(&["decode", argument(&traced.pcap), "--keylog", argument(&traced.keys)]).exits(2);
    assert!(run.errors.contains("no key log is in"), "{}", run.errors);
    assert!(run.errors.contains("ikev1_decryption_table or ikev2_decryption_table"), "{}", run.errors);
}

fn ike_sa() -> SecurityAssociationBuf {
    let transforms = vec![
        Transform::with_key_length(EncryptionAlgorithm::AES_GCM_16, 256),
        Transform::new(PseudorandomFunction::HMAC_SHA2_256),
        Transform::new(Group::CURVE25519),
        Transform::new(EncryptionAlgorithm(1_024)),
    ];
    let proposal = Proposal { number: 1, protocol: ProtocolId::IKE, spi: Vec::new(), transforms };
    SecurityAssociation { proposals: vec![proposal] }.encode().unwrap()
}

fn child_sa() -> SecurityAssociationBuf {
    let transforms = vec![
        Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 128),
        Transform::new(wire::ikev2::transforms::IntegrityAlgorithm::HMAC_SHA2_256_128),
        Transform::new(ExtendedSequenceNumbers::NO),
    ];
    let proposal = Proposal { number: 1, protocol: ProtocolId::ESP, spi: vec![1, 2, 3, 4], transforms };
    SecurityAssociation { proposals: vec![proposal] }.encode().unwrap()
}

fn selectors() -> TrafficSelectorsBuf {
    let ipv4 = AddressRange::any(Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST);
    let ipv6 = AddressRange {
        protocol: 17,
        first_port: 500,
        last_port: 4_500,
        first: Ipv6Addr::LOCALHOST,
        last: Ipv6Addr::LOCALHOST,
    };
    TrafficSelectorsBuf::new(&[TrafficSelector::Ipv4(ipv4), TrafficSelector::Ipv6(ipv6)]).unwrap()
}

/// The certificate of a CA of the reference scenario, by way of a folder for this test.
fn authority(folder_name: &str, name: &str) -> Vec<u8> {
    let folder = folder(folder_name).join("lab");
    ikespec(&["lab", SCENARIO, "--out", argument(&folder)]).exits(0);
    certificate(&folder.join(format!("authorities/{name}/certificate.pem")))
}

fn certificate(path: &Path) -> Vec<u8> {
    pem_rfc7468::decode_vec(&fs::read(path).unwrap()).unwrap().1
}

/// RFC 7296 3.7.
fn request_hash(der: &[u8]) -> Sha1Hash {
    let certificate = X509::from_der(der).unwrap();
    (*certificate.public_key().request_hash(&Real)).try_into().unwrap()
}

//! What comes up, and what both sides have then.

use std::sync::Arc;

use crypto::{
    AeadAlgorithm, AeadMode, AesKeyLength, CipherAlgorithm, Group, HashAlgorithm, Provider, SeededRandom,
    SignatureScheme, Signer, SymmetricCipher, TagLength,
};
use ike::{Endpoint, EventKind, Ikev2Event, Limits, MessageName, Router, Sourced};

use crate::insider::{Insider, revealing};
use crate::routers::{Authorities, Pair, ikev2_router, stand_in};
use crate::{both_up, payload_names, sent, settled, usual};

#[test]
fn two_routers_with_the_same_authority_come_up_with_four_messages() {
    let pair = settled(usual());
    assert!(both_up(&pair), "{:#?}", pair.events);
    assert_eq!(pair.sent.len(), 4);
    for host in [1, 2] {
        assert!(pair.told(host, |kind| matches!(kind, EventKind::Authenticated { profile: Some(_) })));
        assert!(!pair.told(host, |kind| matches!(kind, EventKind::Failed(_) | EventKind::Ignored { .. })));
    }
    let spis = |host: u8| {
        pair.events[usize::from(host) - 1].iter().find_map(|event| match event.kind {
            EventKind::ChildEstablished { inbound_spi, outbound_spi, .. } => {
                Some((inbound_spi, outbound_spi))
            }
            _ => None,
        })
    };
    let (inbound, outbound) = spis(1).unwrap();
    assert_eq!(spis(2), Some((outbound, inbound)));
}

#[test]
fn the_payloads_stand_in_the_order_of_the_documents_four_messages() {
    // V2-REQ-4
    let pair = settled(usual());
    let messages = [sent(&pair, 1)[0], sent(&pair, 2)[0], sent(&pair, 1)[1], sent(&pair, 2)[1]];
    let names: Vec<String> = messages.iter().map(|record| record.name.to_string()).collect();
    assert_eq!(
        names,
        ["IKE_SA_INIT request", "IKE_SA_INIT response", "IKE_AUTH request", "IKE_AUTH response"]
    );
    let nat = "NOTIFY(NAT_DETECTION_SOURCE_IP) NOTIFY(NAT_DETECTION_DESTINATION_IP)";
    let end =
        "NOTIFY(SET_WINDOW_SIZE) NOTIFY(ESP_TFC_PADDING_NOT_SUPPORTED) NOTIFY(NON_FIRST_FRAGMENTS_ALSO)";
    assert_eq!(payload_names(messages[0]), format!("SA KE N VID VID {nat}"));
    assert_eq!(
        payload_names(messages[1]),
        format!("SA KE N VID VID {nat} CERTREQ NOTIFY(HTTP_CERT_LOOKUP_SUPPORTED)")
    );
    assert_eq!(
        payload_names(messages[2]),
        format!(
            "VID IDi CERT CERTREQ NOTIFY(HTTP_CERT_LOOKUP_SUPPORTED) AUTH CFG SA TSi TSr \
             NOTIFY(INITIAL_CONTACT) {end}"
        )
    );
    assert_eq!(payload_names(messages[3]), format!("VID IDr CERT AUTH SA TSi TSr {end}"));
}

#[test]
fn they_come_up_with_simulated_cryptography_too() {
    let parts = usual().map(stand_in);
    let mut pair = Pair::with_provider(parts, Limits::default(), Provider::SIMULATED);
    pair.initiate(1);
    pair.settle();
    assert!(both_up(&pair), "{:#?}", pair.events);
}

#[test]
fn they_come_up_with_every_kind_of_cipher_and_group() {
    let aead = |mode, tag_length| {
        SymmetricCipher::Aead(AeadAlgorithm { mode, key_length: AesKeyLength::Bits256, tag_length })
    };
    let suites = [
        (CipherAlgorithm::AesCbc256.into(), HashAlgorithm::Sha256, Group::Modp2048),
        (SymmetricCipher::AesCtr(AesKeyLength::Bits128), HashAlgorithm::Sha1, Group::Ecp256),
        (aead(AeadMode::Gcm, TagLength::Bytes16), HashAlgorithm::Sha256, Group::X25519),
        (aead(AeadMode::Ccm, TagLength::Bytes8), HashAlgorithm::Sha512, Group::Ecp384),
    ];
    for (cipher, hash, group) in suites {
        let mut parts = usual();
        for router in &mut parts {
            let proposal = &mut router.ikev2.proposals[0];
            proposal.ciphers = vec![Sourced::default_value(cipher)];
            proposal.integrity = vec![Sourced::default_value(hash)];
            proposal.prfs = vec![Sourced::default_value(hash)];
            proposal.groups = vec![Sourced::default_value(group)];
        }
        let pair = settled(parts);
        assert!(both_up(&pair), "{cipher}: {:#?}", pair.events);
    }
}

#[test]
fn where_both_sides_know_rfc_7427_they_sign_with_method_14_and_their_best_hash() {
    let mut parts = usual();
    for router in &mut parts {
        router.ikev2.signature_hashes = vec![HashAlgorithm::Sha256, HashAlgorithm::Sha1];
    }
    let pair = settled(parts);
    assert!(both_up(&pair), "{:#?}", pair.events);
    for host in [1, 2] {
        let method = |wanted: u8| move |event: &Ikev2Event| matches!(event, Ikev2Event::AuthenticationMethodRead { method } if *method == wanted);
        assert!(crate::ikev2_event(&pair, host, method(14)));
    }
    // Where one side does not say so, neither uses it.
    let mut parts = usual();
    parts[0].ikev2.signature_hashes = vec![HashAlgorithm::Sha256];
    let pair = settled(parts);
    assert!(both_up(&pair));
    let rsa = |event: &Ikev2Event| matches!(event, Ikev2Event::AuthenticationMethodRead { method: 1 });
    assert!(crate::ikev2_event(&pair, 1, rsa) && crate::ikev2_event(&pair, 2, rsa));
}

#[test]
fn certificates_of_ed25519_sign_with_method_14_and_no_hash() {
    // RFC 8420
    let mut authorities = Authorities::new(1);
    let mut parts = [1, 2].map(|host| {
        let mut router = ikev2_router(&mut authorities, host, &[1], &[1], &[1]);
        let name = format!("R{host}-25519");
        let enrolment = authorities.enrolment_of(lab::keys::KeyKind::Ed25519, 1, &name, |_| {});
        router.trustpoints[0].enrolment = Some(enrolment);
        let method = Sourced::default_value(ike::Ikev2Authentication::EcdsaSignature);
        router.ikev2.profiles[0].authentication_local = Some(method);
        router.ikev2.profiles[0].authentication_remote = vec![method];
        router.ikev2.signature_hashes = vec![HashAlgorithm::Sha256];
        router
    });
    for initiator in [1, 2] {
        let mut pair = Pair::new(parts.clone());
        pair.initiate(initiator);
        pair.settle();
        assert!(both_up(&pair), "from host {initiator}: {:#?}", pair.events);
        for host in [1, 2] {
            let proof = authentication(sent(&pair, host)[1]);
            // RFC 7427 3, RFC 8410 3: the length of the AlgorithmIdentifier, and it; 64 bytes (RFC 8032 5.1.6).
            assert_eq!(proof[..12], [14, 0, 0, 0, 7, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70]);
            assert_eq!(proof.len(), 12 + 64);
        }
    }
    // A peer that does not say that it takes signatures without a hash gets none of them.
    parts[1].ikev2.signature_hashes.clear();
    let pair = settled(parts);
    assert_eq!(crate::failure(&pair, 1).unwrap().code, ike::FailureCode::CannotSign);
}

/// The body of the AUTH payload.
fn authentication(record: &ike::MessageRecord) -> Vec<u8> {
    let first = wire::Header::read(&record.plaintext).unwrap().next_payload;
    let inside = &record.plaintext[wire::Header::LENGTH..];
    let mut payloads = wire::ikev2::payloads_in(first, inside, wire::Header::LENGTH).map(Result::unwrap);
    payloads.find(|raw| raw.payload_type == wire::PayloadType::AUTHENTICATION).unwrap().body.to_vec()
}

#[test]
fn a_peer_may_sign_with_rsassa_pss() {
    // RFC 7427 3, A.4
    #[derive(Debug)]
    struct SignsWithPss(Arc<dyn Signer + Send + Sync>);
    impl Signer for SignsWithPss {
        fn public_key(&self) -> &[u8] {
            self.0.public_key()
        }
        fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, crypto::SignError> {
            assert_eq!(scheme, SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256));
            self.0.sign(PSS, message)
        }
    }
    const PSS: SignatureScheme = SignatureScheme::RsaPss(HashAlgorithm::Sha256);
    /// Says so.
    struct SaysPss;
    impl ike::Tamper for SaysPss {
        fn before_protection(&mut self, _: MessageName, payloads: &mut Vec<ike::OutgoingPayload>) {
            let is_proof =
                |one: &&mut ike::OutgoingPayload| one.payload_type == wire::PayloadType::AUTHENTICATION;
            for payload in payloads.iter_mut().filter(is_proof) {
                let signature = payload.body[payload.body.len() - 128..].to_vec();
                let algorithm = PSS.algorithm_identifier().unwrap();
                let length = u8::try_from(algorithm.len()).unwrap();
                payload.body = [&[14, 0, 0, 0, length], &algorithm[..], &signature].concat();
            }
        }
    }
    for says_so in [true, false] {
        let mut parts = usual();
        for router in &mut parts {
            router.ikev2.signature_hashes = vec![HashAlgorithm::Sha256];
        }
        let enrolment = parts[0].trustpoints[0].enrolment.as_mut().unwrap();
        enrolment.signer = Arc::new(SignsWithPss(Arc::clone(&enrolment.signer)));
        let mut pair = Pair::new(parts);
        if says_so {
            let [first, second] = pair.endpoints;
            pair.endpoints = [first.with_tamper(Box::new(SaysPss)), second];
        }
        pair.initiate(1);
        pair.settle();
        assert_eq!(both_up(&pair), says_so, "{:#?}", pair.events);
    }
}

#[test]
fn long_messages_are_fragmented_where_both_sides_say_that_they_can() {
    let mut parts = usual();
    for router in &mut parts {
        router.ikev2.fragmentation = Some(Sourced::default_value(576));
    }
    let pair = settled(parts);
    assert!(both_up(&pair), "{:#?}", pair.events);
    assert!(pair.sent.iter().all(|(_, _, bytes)| bytes.len() <= 576 - 28));
    let fragments = sent(&pair, 1).into_iter().filter_map(|record| record.fragment).collect::<Vec<_>>();
    assert!(fragments.len() >= 2 && fragments.iter().all(|it| usize::from(it.total) == fragments.len()));
    let mut parts = usual();
    parts[0].ikev2.fragmentation = Some(Sourced::default_value(576));
    let pair = settled(parts);
    assert!(both_up(&pair));
    assert_eq!(pair.sent.len(), 4, "R2 has not said that it reassembles");
}

#[test]
fn each_side_may_have_its_own_trust_anchor() {
    // V2-VAL-1: what a side signs with and what it validates against need not be the same.
    use ike::PinUse::{Sign, Verify};
    let mut authorities = Authorities::new(2);
    let mut r1 = ikev2_router(&mut authorities, 1, &[1, 2], &[1], &[]);
    let mut r2 = ikev2_router(&mut authorities, 2, &[1, 2], &[2], &[]);
    r1.ikev2.profiles[0].pins =
        vec![crate::routers::ikev2_pin(1, Sign), crate::routers::ikev2_pin(2, Verify)];
    r2.ikev2.profiles[0].pins =
        vec![crate::routers::ikev2_pin(2, Sign), crate::routers::ikev2_pin(1, Verify)];
    for host in [1, 2] {
        let mut pair = Pair::new([r1.clone(), r2.clone()]);
        pair.initiate(host);
        pair.settle();
        assert!(both_up(&pair), "from R{host}: {:#?}", pair.events);
        assert_eq!((pair.chosen(1), pair.chosen(2)), (Some(1), Some(2)));
    }
}

#[test]
fn a_changed_address_moves_the_session_to_the_nat_traversal_port() {
    let mut parts = usual();
    // Behind a NAT the peer is known by another address: R2 takes whoever comes.
    parts[1].protections[0].peers.clear();
    let mut pair = Pair::new(parts);
    pair.initiate(1);
    let translated: std::net::SocketAddr = "203.0.113.9:1024".parse().unwrap();
    while let Some((from, path, bytes)) = pair.under_way.pop_front() {
        let (local, remote) = if from == 1 {
            (path.remote, std::net::SocketAddr::new(translated.ip(), path.local.port() + 1000))
        } else {
            let port = path.remote.port() - 1000;
            (std::net::SocketAddr::new(crate::routers::address(1), port), path.local)
        };
        let to = if from == 1 { 2 } else { 1 };
        pair.endpoints[to - 1].handle_datagram(pair.now, ike::Path { local, remote }, &bytes);
        pair.collect();
    }
    assert!(pair.told(1, |kind| *kind == EventKind::NatDetected { local: true, remote: false }));
    assert!(pair.told(2, |kind| *kind == EventKind::NatDetected { local: false, remote: true }));
    assert!(both_up(&pair), "{:#?}", pair.events);
    let request = sent(&pair, 1)[1];
    assert_eq!((request.path.local.port(), request.path.remote.port()), (4500, 4500));
    // RFC 7296 3.1: the non-ESP marker on this port, and on no other.
    for (_, path, bytes) in &pair.sent {
        assert_eq!(bytes.starts_with(&[0; 4]), path.local.port() == 4500);
    }
}

#[test]
fn a_request_is_answered_to_where_it_came_from() {
    // RFC 7296 2.11; without a NAT the session does not move (RFC 7296 2.23).
    let mut pair = revealing();
    pair.initiate(1);
    pair.settle();
    let (_, path, question) = Insider::of(&pair).request(wire::ExchangeType::IKEV2_INFORMATIONAL, 2, &[]);
    for port in [1024, 2048] {
        let remote = std::net::SocketAddr::new(path.local.ip(), port);
        pair.endpoints[1].handle_datagram(pair.now, ike::Path { local: path.remote, remote }, &question);
        pair.collect();
        let (from, answered, _) = pair.sent.last().unwrap();
        assert_eq!((*from, answered.remote), (2, remote), "a copy too");
        pair.now = pair.now.plus(std::time::Duration::from_secs(2));
    }
    let (now, id) = (pair.now, pair.events[1][0].session);
    pair.endpoints[1].close(now, id);
    pair.collect();
    let (_, deletion, _) = pair.sent.last().unwrap();
    assert_eq!(deletion.remote, path.local);
}

#[test]
fn a_second_session_supersedes_the_first_where_the_certificate_names_the_peer() {
    let mut parts = usual();
    for router in &mut parts {
        let name = ike::IdentityKind::Fqdn(None);
        router.ikev2.profiles[0].identity_local = Sourced::default_value(name);
        router.ikev2.profiles[0].matches[0].pattern =
            ike::Ikev2Pattern::Identity(ike::IdentityPattern::HostDomain("cisco.com".to_owned()));
    }
    let mut pair = Pair::new(parts.clone());
    pair.initiate(1);
    pair.settle();
    assert!(both_up(&pair));
    // R1 has lost its state.
    let [r1, _] = parts;
    let (router, random) = (Arc::new(Router::new(r1).unwrap()), Box::new(SeededRandom::from_seed(99)));
    pair.endpoints[0] = Endpoint::new(router, Provider::REAL, random, Limits::default());
    pair.events = [Vec::new(), Vec::new()];
    pair.initiate(1);
    pair.settle();
    assert!(both_up(&pair));
    let superseded = EventKind::Deleted { reason: ike::DeleteReason::Superseded };
    assert!(pair.told(2, |kind| *kind == superseded));
    assert_eq!(pair.endpoints[1].session_count(), 1);
}

#[test]
fn names_of_messages_read_as_the_rfc_has_them() {
    use ike::{Ikev2Exchange, Ikev2Half};
    let name = MessageName::Ikev2(Ikev2Exchange::CreateChildSa, Ikev2Half::Response);
    assert_eq!(name.to_string(), "CREATE_CHILD_SA response");
}

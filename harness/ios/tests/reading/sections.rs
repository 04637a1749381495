//! Sections of a configuration beyond those of the reference.

use std::net::{IpAddr, Ipv4Addr};

use crypto::{CipherAlgorithm, Group, HashAlgorithm};
use ios::description::{
    AhIntegrity, Authentication, ChainValidation, CryptoMapKind, Enrollment, EspCipher, IdentityKind,
    IdentityPattern, Ikev2Authentication, Ikev2Cipher, Ikev2Identity, Ikev2Match, InitiateMode, Keepalive,
    KeepaliveMode, MapField, MapOperator, PeerAddress, PinUse, PreSharedKey, RevocationMethod,
    TrustpointAddress, TrustpointName, TunnelMode, TunnelSource,
};

use super::Reading;

/// Reads a text in which everything has to be understood.
fn read(text: &str) -> Reading {
    let reading = Reading::of(text);
    assert_eq!(reading.unknown(), Vec::<&str>::new());
    reading
}

#[test]
fn isakmp_policies_are_read_in_each_spelling() {
    let reading = read(
        "crypto isakmp policy 1\n encr aes 256\n hash sha512\n authentication pre-share\n group 21\n lifetime 3600\n\
         crypto isakmp policy 2\n encryption aes\n hash sha\n authentication rsa-encr\n\
         crypto isakmp policy 3\n encr aes 192\n hash sha256\n group 14\n\
         crypto isakmp policy 4\n",
    );
    let read: Vec<_> = reading
        .router
        .isakmp
        .policies
        .iter()
        .map(|policy| {
            let methods = (policy.cipher.value, policy.hash.value, policy.authentication.value);
            (methods, policy.group.value, policy.lifetime.value)
        })
        .collect();
    use Authentication::{PreSharedKey, RsaEncryption, RsaSignature};
    assert_eq!(
        read,
        [
            ((CipherAlgorithm::AesCbc256, HashAlgorithm::Sha512, PreSharedKey), Group::Ecp521, 3600),
            ((CipherAlgorithm::AesCbc128, HashAlgorithm::Sha1, RsaEncryption), Group::Modp768, 86_400),
            ((CipherAlgorithm::AesCbc192, HashAlgorithm::Sha256, RsaSignature), Group::Modp2048, 86_400),
            ((CipherAlgorithm::DesCbc, HashAlgorithm::Sha1, RsaSignature), Group::Modp768, 86_400),
        ]
    );
}

#[test]
fn an_algorithm_that_is_not_here_leaves_its_mark_on_the_policy() {
    let reading = Reading::of("crypto isakmp policy 1\n group 22\n");
    let [value] = reading.router.isakmp.policies[0].not_understood.as_slice() else { panic!("one value") };
    assert_eq!((value.value.as_str(), reading.text(value.origin)), ("22", "group 22"));
    assert_eq!(reading.codes(), ["unsupported-algorithm"]);
}

#[test]
fn isakmp_profiles_hold_every_kind_of_match() {
    let reading = read(
        "crypto isakmp profile p\n self-identity user-fqdn r1@cisco.com\n ca trust-point B\n ca trust-point A\n \
         ca trust-point B\n match identity address 10.1.2.3 255.255.0.0\n match identity address 10.9.9.9 outside\n \
         match identity address 10.1.1.1 255.255.255.255 outside\n match identity address 0.0.0.0\n \
         match identity host R2.cisco.com\n \
         match identity host domain cisco.com\n match identity user r2@cisco.com\n \
         match identity user domain cisco.com\n match identity group VPN\n match certificate MAP\n keyring default\n \
         vrf inside\n local-address Loopback0\n initiate mode aggressive\n keepalive 10 retry 3\n",
    );
    let profile = reading.router.isakmp.profile("p").unwrap();
    let address = |a, b, c, d| Ipv4Addr::new(a, b, c, d);
    let matches: Vec<_> =
        profile.matches.iter().map(|each| (each.value.pattern.clone(), each.value.vrf.as_deref())).collect();
    assert_eq!(
        matches,
        [
            (IdentityPattern::Address { network: address(10, 1, 0, 0), prefix: 16 }, None),
            (IdentityPattern::Address { network: address(10, 9, 9, 9), prefix: 32 }, Some("outside")),
            (IdentityPattern::Address { network: address(10, 1, 1, 1), prefix: 32 }, Some("outside")),
            (IdentityPattern::Address { network: Ipv4Addr::UNSPECIFIED, prefix: 0 }, None),
            (IdentityPattern::Host("R2.cisco.com".into()), None),
            (IdentityPattern::HostDomain("cisco.com".into()), None),
            (IdentityPattern::User("r2@cisco.com".into()), None),
            (IdentityPattern::UserDomain("cisco.com".into()), None),
            (IdentityPattern::Group("VPN".into()), None),
        ]
    );
    let identity = &profile.self_identity.as_ref().unwrap().value;
    assert_eq!(*identity, IdentityKind::UserFqdn("r1@cisco.com".into()));
    let pins: Vec<&str> = profile.trustpoints.iter().map(|pin| pin.value.as_str()).collect();
    assert_eq!(pins, ["B", "A"], "in configuration order, a repetition changes nothing");
    assert_eq!(profile.initiate_mode.unwrap().value, InitiateMode::Aggressive);
    let keepalive = Keepalive { interval: 10, retry: 3, mode: KeepaliveMode::OnDemand };
    assert_eq!(profile.keepalive.unwrap().value, keepalive);
    assert_eq!(reading.codes(), ["unknown-trustpoint", "unknown-trustpoint", "unknown-certificate-map"]);
}

#[test]
fn whom_pre_shared_keys_are_for_is_read_and_the_keys_are_not() {
    let reading = read(
        "crypto isakmp key PLANTED address 10.0.0.1\ncrypto isakmp key 6 PLANTED address 10.0.0.0 255.255.255.0\n\
         crypto isakmp key PLANTED hostname R2\ncrypto keyring K vrf outside\n  local-address 10.0.0.9\n  \
         pre-shared-key address 10.0.0.2 key PLANTED\n  pre-shared-key hostname R3 key 6 PLANTED\n",
    );
    let one = Ipv4Addr::BROADCAST;
    let keys: Vec<_> = reading.router.isakmp.keys.iter().map(|key| key.value.clone()).collect();
    assert_eq!(
        keys,
        [
            PreSharedKey::Address { address: Ipv4Addr::new(10, 0, 0, 1), mask: one },
            PreSharedKey::Address {
                address: Ipv4Addr::new(10, 0, 0, 0),
                mask: Ipv4Addr::new(255, 255, 255, 0)
            },
            PreSharedKey::Host("R2".into()),
        ]
    );
    let keyring = &reading.router.isakmp.keyrings[0];
    assert_eq!(keyring.vrf.as_ref().unwrap().value, "outside");
    let keys: Vec<_> = keyring.keys.iter().map(|key| key.value.clone()).collect();
    let address = Ipv4Addr::new(10, 0, 0, 2);
    assert_eq!(keys, [PreSharedKey::Address { address, mask: one }, PreSharedKey::Host("R3".into())]);
}

#[test]
fn global_isakmp_settings_are_read() {
    let reading = read(
        "no crypto isakmp enable\ncrypto isakmp identity dn\ncrypto isakmp keepalive 20 5 periodic\n\
         crypto isakmp nat keepalive 30\nno crypto ipsec nat-transparency udp-encapsulation\n\
         crypto isakmp policy 1\n",
    );
    let isakmp = &reading.router.isakmp;
    assert!(!isakmp.enabled.value && !isakmp.nat_traversal.value);
    assert_eq!(isakmp.identity.value, IdentityKind::DistinguishedName);
    let keepalive = Keepalive { interval: 20, retry: 5, mode: KeepaliveMode::Periodic };
    assert_eq!(isakmp.keepalive.unwrap().value, keepalive);
    assert_eq!(isakmp.nat_keepalive.unwrap().value, 30);
}

#[test]
fn trustpoints_hold_what_requests_and_validation_need() {
    let reading = Reading::of(
        "crypto pki trustpoint A\n enrollment selfsigned\n serial-number none\n fqdn none\n ip-address Loopback0\n \
         revocation-check ocsp crl none\n rsakeypair KEY 2048\n usage ike\n chain-validation continue ROOT\n \
         hash sha256\n auto-enroll 70 regenerate\n\
         crypto ca trustpoint B\n enrollment terminal\n chain-validation stop\n crl optional\n ip-address none\n\
         crypto pki trustpoint C\n",
    );
    assert_eq!(reading.unknown(), Vec::<&str>::new());
    let [a, b, c] = reading.router.trustpoints.as_slice() else { panic!("three trustpoints") };
    assert_eq!(a.enrollment.as_ref().unwrap().value, Enrollment::SelfSigned);
    assert!(!a.serial_number.unwrap().value);
    assert_eq!(a.fqdn.as_ref().unwrap().value, TrustpointName::LeftOut);
    assert_eq!(a.ip_address.as_ref().unwrap().value, TrustpointAddress::Interface("Loopback0".into()));
    use RevocationMethod::{Crl, None, Ocsp};
    assert_eq!(a.revocation_check.value, [Ocsp, Crl, None]);
    assert_eq!(a.rsa_key_pair.as_ref().unwrap().value.bits, Some(2048));
    assert_eq!(a.chain_validation.value, ChainValidation::Continue(Some("ROOT".into())));
    assert_eq!(a.hash.unwrap().value, HashAlgorithm::Sha256);
    assert_eq!(
        (b.chain_validation.value.clone(), &b.revocation_check.value),
        (ChainValidation::Stop, &vec![None])
    );
    assert_eq!(b.ip_address.as_ref().unwrap().value, TrustpointAddress::LeftOut);
    assert_eq!(c.revocation_check, ike::Sourced::default_value(vec![Crl]));
}

#[test]
fn transform_sets_hold_every_word() {
    let reading = read(
        "crypto ipsec transform-set A esp-aes 256 esp-sha512-hmac comp-lzs\n mode transport\n\
         crypto ipsec transform-set B ah-sha-hmac esp-3des\ncrypto ipsec transform-set C esp-gcm 192\n\
         crypto ipsec transform-set D esp-null esp-md5-hmac\n",
    );
    let sets = &reading.router.transform_sets;
    let ciphers: Vec<_> = sets.iter().map(|set| set.cipher.unwrap().value).collect();
    assert_eq!(
        ciphers,
        [EspCipher::Aes(256), EspCipher::TripleDes, EspCipher::AesGcm16(192), EspCipher::Null]
    );
    assert!(sets[0].compression.is_some());
    assert_eq!(sets[1].ah.unwrap().value, AhIntegrity::HmacSha1);
    assert_eq!(sets[1].integrity, None);
}

#[test]
fn crypto_maps_hold_their_entries_by_sequence_number() {
    let reading = read(
        "crypto ipsec transform-set TS esp-aes\ncrypto isakmp profile p\n match identity address 10.0.0.2\n\
         crypto dynamic-map DYN 5\n set transform-set TS\n\
         crypto map M local-address Loopback0\n\
         crypto map M 10 ipsec-isakmp\n description to R2\n set peer 10.0.0.2 default\n set peer r3.cisco.com\n \
         set security-association lifetime seconds 900\n set transform-set TS\n set pfs group14\n \
         set isakmp-profile p\n match address 101\n\
         crypto map M 20 ipsec-isakmp dynamic DYN\n\
         interface Ethernet0/0\n ip address 10.0.0.1 255.255.255.0\n crypto map M\n\
         access-list 101 permit ip 192.168.1.0 0.0.0.255 192.168.2.0 0.0.0.255\n",
    );
    assert_eq!(reading.codes(), Vec::<&str>::new());
    let kinds: Vec<_> = reading
        .router
        .crypto_maps
        .iter()
        .map(|entry| (entry.map.as_str(), entry.sequence, entry.kind.clone()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("DYN", 5, CryptoMapKind::Template),
            ("M", 10, CryptoMapKind::IpsecIsakmp),
            ("M", 20, CryptoMapKind::Dynamic("DYN".into())),
        ]
    );
    let entry = &reading.router.crypto_maps[1];
    let peers: Vec<_> = entry.peers.iter().map(|peer| peer.value.clone()).collect();
    let address = IpAddr::from([10, 0, 0, 2]);
    assert_eq!(peers, [PeerAddress::Address(address), PeerAddress::Host("r3.cisco.com".into())]);
    assert_eq!(entry.settings.lifetime_seconds.unwrap().value, 900);
    assert_eq!(entry.settings.pfs.unwrap().value, Group::Modp2048);
    assert_eq!(entry.access_list.as_ref().unwrap().value, "101");
    assert_eq!(reading.router.crypto_map_sources[0].value, ("M".to_owned(), "Loopback0".to_owned()));
    assert_eq!(reading.router.interfaces[0].crypto_map.as_ref().unwrap().value, "M");
}

#[test]
fn access_lists_hold_addresses_and_keep_the_rest_as_written() {
    let reading = read(
        "ip access-list extended VPN\n remark to R2\n permit ip 10.1.0.0 0.0.255.255 host 10.2.0.1\n \
         10 deny tcp any eq 22 any log\nip access-list standard OTHER\n permit 10.0.0.0 0.0.0.255\n\
         access-list 1 permit 10.0.0.0 0.0.0.255\ncrypto isakmp policy 1\n",
    );
    let [list] = reading.router.access_lists.as_slice() else { panic!("one list") };
    let entries: Vec<_> = list.entries.iter().map(|entry| &entry.value).collect();
    assert!(entries[0].permit && entries[0].conditions.is_empty());
    assert_eq!(entries[0].source.wildcard, Ipv4Addr::new(0, 0, 255, 255));
    assert_eq!(entries[0].destination.wildcard, Ipv4Addr::UNSPECIFIED);
    assert!(!entries[1].permit);
    assert_eq!((entries[1].protocol.as_str(), entries[1].conditions.as_str()), ("tcp", "any eq 22 any log"));
    assert_eq!(entries[1].destination.wildcard, Ipv4Addr::BROADCAST);
}

#[test]
fn interfaces_are_found_by_abbreviation_too() {
    let reading = read(
        "interface GigabitEthernet0/1\n ip address 10.0.0.1 255.255.255.0\n \
         ip address 10.0.1.1 255.255.255.0 secondary\n\
         interface Tunnel7\n ip unnumbered GigabitEthernet0/1\n tunnel source Gi0/1\n tunnel mode ipsec ipv4\n \
         tunnel protection ipsec profile default shared\n shutdown\ncrypto ipsec profile P\n",
    );
    let tunnel = reading.router.interface("tu7").unwrap();
    assert_eq!(tunnel.tunnel_mode.value, TunnelMode::IpsecIpv4);
    assert!(tunnel.shutdown.is_some() && tunnel.tunnel_protection.as_ref().unwrap().value.shared);
    let TunnelSource::Interface(source) = &tunnel.tunnel_source.as_ref().unwrap().value else { panic!() };
    let interface = reading.router.interface(source).unwrap();
    assert_eq!((interface.name.as_str(), interface.secondary.len()), ("GigabitEthernet0/1", 1));
    assert_eq!(reading.router.interface("Gi0/2"), None);
}

#[test]
fn ikev2_sections_are_read() {
    let reading = read(
        "crypto ikev2 proposal prop-1\n encryption aes-cbc-256 3des\n integrity sha512 md5\n group 14 2\n\
         crypto ikev2 policy pol-1\n match fvrf any\n proposal prop-1\n\
         crypto ikev2 keyring K\n peer one\n  address 10.0.0.2\n  pre-shared-key local PLANTED\n !\n peer two\n  \
         identity fqdn R3.cisco.com\n !\n!\n\
         crypto ikev2 profile profile1\n match identity remote address 192.168.0.1 255.255.255.255\n \
         match identity remote fqdn domain cisco.com\n match identity remote any\n match certificate MAP\n \
         identity local dn\n authentication remote rsa-sig\n authentication remote pre-share key PLANTED\n \
         authentication local rsa-sig\n pki trustpoint TP1 sign\n pki trustpoint TP2\n keyring local K\n\
         crypto pki trustpoint TP1\ncrypto pki trustpoint TP2\n\
         crypto pki certificate map MAP 10\n subject-name co ou = it\n valid-start ge 01 01 2013 00:00:00\n",
    );
    assert_eq!(reading.codes(), Vec::<&str>::new());
    let ikev2 = &reading.router.ikev2;
    let ciphers: Vec<_> = ikev2.proposals[0].ciphers.iter().map(|cipher| cipher.value).collect();
    use CipherAlgorithm::{AesCbc256, TripleDesCbc};
    assert_eq!(ciphers, [Ikev2Cipher::Cbc(AesCbc256), Ikev2Cipher::Cbc(TripleDesCbc)]);
    assert_eq!(ikev2.policies[0].proposals[0].value, "prop-1");
    let peers: Vec<_> =
        ikev2.keyrings[0].peers.iter().map(|peer| (peer.name.as_str(), peer.has_key.is_some())).collect();
    assert_eq!(peers, [("one", true), ("two", false)]);

    let profile = ikev2.profile("profile1").unwrap();
    let matches: Vec<_> = profile.matches.iter().map(|each| each.value.clone()).collect();
    assert_eq!(
        matches,
        [
            Ikev2Match::Address { network: Ipv4Addr::new(192, 168, 0, 1), prefix: 32 },
            Ikev2Match::FqdnDomain("cisco.com".into()),
            Ikev2Match::Any,
            Ikev2Match::Certificate("MAP".into()),
        ]
    );
    assert_eq!(profile.identity_local.value, Ikev2Identity::DistinguishedName);
    let remote: Vec<_> = profile.authentication_remote.iter().map(|method| method.value.clone()).collect();
    assert_eq!(remote, [Ikev2Authentication::RsaSignature, Ikev2Authentication::PreSharedKey]);
    let pins: Vec<_> =
        profile.trustpoints.iter().map(|pin| (pin.value.trustpoint.as_str(), pin.value.uses)).collect();
    assert_eq!(pins, [("TP1", PinUse::Sign), ("TP2", PinUse::SignAndVerify)]);

    let criteria: Vec<_> = reading.router.certificate_maps[0]
        .criteria
        .iter()
        .map(|each| (each.value.field, each.value.operator, each.value.value.as_str()))
        .collect();
    assert_eq!(
        criteria,
        [
            (MapField::Subject, MapOperator::Contains, "ou = it"),
            (MapField::ValidStart, MapOperator::NotBefore, "01 01 2013 00:00:00"),
        ]
    );
}

#[test]
fn summer_time_is_ahead_of_the_time_zone() {
    let reading = read(
        "clock timezone CET 1 0\nclock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00\n\
         crypto isakmp policy 1\n",
    );
    assert_eq!(reading.router.utc_offset("CEST"), Some(120));
    let reading = read("clock timezone NST -3 30\ncrypto isakmp policy 1\n");
    assert_eq!(reading.router.utc_offset("NST"), Some(-210));
}

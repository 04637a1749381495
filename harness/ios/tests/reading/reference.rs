//! The two routers of Cisco document 117633, as the scenario holds them.

use crypto::{CipherAlgorithm, Group, HashAlgorithm};
use ike::Sourced;
use ios::description::{
    Authentication, EspCipher, EspIntegrity, IdentityKind, IdentityPattern, IpsecMode, RevocationMethod,
    TunnelDestination, TunnelMode, TunnelSource,
};
use proptest::prelude::*;

use super::Reading;

pub const R1: &str = include_str!("../../../../corpus/scenarios/ikev1-asymmetric-trustpoints/r1.txt");
pub const R2: &str = include_str!("../../../../corpus/scenarios/ikev1-asymmetric-trustpoints/r2.txt");

#[test]
fn everything_in_the_reference_is_understood() {
    for text in [R1, R2] {
        let reading = Reading::of(text);
        assert_eq!(reading.unknown(), Vec::<&str>::new());
        assert_eq!(reading.diagnostics, Vec::new());
    }
}

#[test]
fn each_value_of_the_isakmp_policy_knows_its_line_or_that_it_is_a_default() {
    let reading = Reading::of(R1);
    let [policy] = reading.router.isakmp.policies.as_slice() else { panic!("one policy") };

    assert_eq!(policy.priority, 10);
    assert_eq!(reading.text(policy.origin), "crypto isakmp policy 10");
    assert_eq!((policy.cipher.value, policy.hash.value), (CipherAlgorithm::TripleDesCbc, HashAlgorithm::Md5));
    assert_eq!(reading.text(policy.cipher.origin), "encr 3des");
    assert_eq!(reading.text(policy.hash.origin), "hash md5");
    assert_eq!((policy.group.value, reading.text(policy.group.origin)), (Group::Modp1024, "group 2"));
    assert_eq!(policy.authentication, Sourced::default_value(Authentication::RsaSignature));
    assert_eq!(policy.lifetime, Sourced::default_value(86_400));
}

#[test]
fn a_place_is_that_of_the_whole_command() {
    let reading = Reading::of(R1);
    let pin = &reading.router.isakmp.profiles[0].trustpoints[0];
    let place = reading.sources.locate(pin.origin).unwrap();

    let line = 1 + R1.lines().position(|line| line == " ca trust-point IOSCA1").unwrap();
    assert_eq!((place.file, place.line as usize, place.column), ("r1.txt", line, 2));
    assert_eq!((place.text, place.length()), ("ca trust-point IOSCA1", 21));
    assert_eq!(place.line_text, " ca trust-point IOSCA1");
}

#[test]
fn the_profile_of_r1_is_pinned_and_that_of_r2_is_not() {
    let (r1, r2) = (Reading::of(R1), Reading::of(R2));
    let (first, second) = (&r1.router.isakmp.profiles[0], &r2.router.isakmp.profiles[0]);

    let pins: Vec<&str> = first.trustpoints.iter().map(|pin| pin.value.as_str()).collect();
    assert_eq!((first.name.as_str(), pins), ("prof1", vec!["IOSCA1"]));
    assert_eq!((second.name.as_str(), second.trustpoints.as_slice()), ("prof1", [].as_slice()));
    for (profile, peer) in [(first, "R2.cisco.com"), (second, "R1.cisco.com")] {
        assert_eq!(profile.matches[0].value.pattern, IdentityPattern::Host(peer.to_owned()));
        assert_eq!(profile.self_identity.as_ref().unwrap().value, IdentityKind::Fqdn(None));
    }
}

#[test]
fn trustpoints_are_in_configuration_order_with_all_their_lines() {
    let reading = Reading::of(R1);
    let names: Vec<&str> =
        reading.router.trustpoints.iter().map(|trustpoint| trustpoint.name.as_str()).collect();
    assert_eq!(names, ["IOSCA1", "IOSCA2"]);

    let trustpoint = reading.router.trustpoint("IOSCA2").unwrap();
    let lines = [
        trustpoint.enrollment.as_ref().map(|value| value.origin),
        trustpoint.serial_number.map(|value| value.origin),
        trustpoint.fqdn.as_ref().map(|value| value.origin),
        trustpoint.ip_address.as_ref().map(|value| value.origin),
        trustpoint.subject_name.as_ref().map(|value| value.origin),
        Some(trustpoint.revocation_check.origin),
    ];
    assert_eq!(
        lines.map(|origin| reading.text(origin.unwrap())),
        [
            "enrollment url http://192.168.0.4:80",
            "serial-number",
            "fqdn R1.cisco.com",
            "ip-address 192.168.0.1",
            "subject-name CN=R1,OU=IT,O=cisco,O=com",
            "revocation-check crl",
        ]
    );
    assert_eq!(trustpoint.subject_name.as_ref().unwrap().value, "CN=R1,OU=IT,O=cisco,O=com");
    assert_eq!(trustpoint.revocation_check.value, [RevocationMethod::Crl]);
}

#[test]
fn the_tunnel_leads_from_its_interface_to_the_isakmp_profile() {
    let reading = Reading::of(R1);
    let tunnel = reading.router.interface("Tunnel1").unwrap();
    assert_eq!(tunnel.tunnel_mode, Sourced::default_value(TunnelMode::Gre));
    let destination = TunnelDestination::Address("192.168.0.2".parse().unwrap());
    assert_eq!(tunnel.tunnel_destination.as_ref().unwrap().value, destination);

    let TunnelSource::Interface(source) = &tunnel.tunnel_source.as_ref().unwrap().value else { panic!() };
    let address = reading.router.interface(source).unwrap().address.unwrap();
    assert_eq!(address.value.address, std::net::Ipv4Addr::new(192, 168, 0, 1));

    let protection = tunnel.tunnel_protection.as_ref().unwrap();
    assert_eq!((protection.value.profile.as_str(), protection.value.shared), ("prof1", false));
    let [profile] = reading.router.ipsec_profiles.as_slice() else { panic!("one IPsec profile") };
    assert_eq!(profile.name, protection.value.profile);
    assert_eq!(profile.settings.isakmp_profile.as_ref().unwrap().value, "prof1");
    assert_eq!(profile.settings.transform_sets[0].value, "TS");

    let [set] = reading.router.transform_sets.as_slice() else { panic!("one transform set") };
    assert_eq!(set.cipher.unwrap().value, EspCipher::Aes(128));
    assert_eq!(set.integrity.unwrap().value, EspIntegrity::HmacSha256);
    assert_eq!((set.mode.value, reading.text(set.mode.origin)), (IpsecMode::Tunnel, "mode tunnel"));
}

#[test]
fn the_names_of_the_router_are_known() {
    for (text, name) in [(R1, "R1.cisco.com"), (R2, "R2.cisco.com")] {
        assert_eq!(Reading::of(text).router.fully_qualified_name().as_deref(), Some(name));
    }
}

#[test]
fn times_are_understood_by_the_configured_zone() {
    let router = Reading::of(R1).router;
    let shown = &router.shown.certificates.as_ref().unwrap()[0];
    let time = &shown.not_before.as_ref().unwrap().value;
    assert_eq!((time.zone(), router.utc_offset("CET")), ("CET", Some(60)));
    // 2013-06-17 12:25:01 UTC, by `date`.
    assert_eq!(time.unix_seconds(60), 1_371_471_901);
    assert_eq!((router.utc_offset("UTC"), router.utc_offset("PST")), (Some(0), None));
}

#[test]
fn both_spellings_of_pki_mean_the_same() {
    for text in [R1, R2] {
        let old = text.replace("crypto pki", "crypto ca");
        assert_eq!(Reading::of(&old).router, Reading::of(text).router);
    }
}

/// The description with each origin told by the text that stands there, since columns differ.
fn told(text: &str) -> String {
    let reading = Reading::of(text);
    assert_eq!(reading.diagnostics, Vec::new(), "{text}");
    let mut told = format!("{:#?}", reading.router);
    for (index, origin) in super::arbitrary::origins(&reading.router).into_iter().enumerate() {
        let Some(place) = reading.sources.locate(origin) else { continue };
        told += &format!("{index}: {}\n", place.text);
    }
    told
}

proptest! {
    #![proptest_config(super::arbitrary::cases(64))]

    #[test]
    fn indentation_makes_no_difference(kept in proptest::collection::vec(any::<bool>(), 256)) {
        for text in [R1, R2] {
            let keep = |number: usize| kept[number % kept.len()];
            let lines = text.lines().enumerate();
            let lines: Vec<&str> =
                lines.map(|(number, line)| if keep(number) { line } else { line.trim_start() }).collect();
            prop_assert_eq!(told(&lines.join("\n")), told(text));
        }
    }
}

#[test]
fn pasted_without_any_indentation_it_is_the_same() {
    for text in [R1, R2] {
        let flat: Vec<&str> = text.lines().map(str::trim_start).collect();
        assert_eq!(told(&flat.join("\n")), told(text));
    }
}

#[test]
fn line_ends_and_encodings_make_no_difference() {
    let windows = R1.replace('\n', "\r\n");
    let telnet = R1.replace('\n', "\r\r\n");
    let macintosh = R1.replace('\n', "\r");
    let marked = format!("\u{feff}{R1}");
    for text in [windows, telnet, macintosh, marked] {
        assert_eq!(told(&text), told(R1));
    }
    let mut sources = ios::Sources::new();
    let wide: Vec<u8> = format!("\u{feff}{R1}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let file = sources.add("r1.txt", &wide).unwrap();
    assert_eq!(ios::read(&mut sources, &[file]).0, Reading::of(R1).router);
}

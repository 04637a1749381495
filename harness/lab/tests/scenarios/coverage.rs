//! What the laboratory does not cover: never in silence, and never as a verdict that is not one.

use lab::negotiation::NotBegun;
use lab::scenario::{CertificateChange, RevocationListState};
use lab::side::Side;
use lab::verdict::{Outcome, try_direction};

use crate::pair::{Routers, assumed, failure, render};

/// The errors of a pair, as text with their lines.
fn errors(routers: &Routers) -> String {
    match routers.try_world() {
        Ok(_) => panic!("no error"),
        Err((problems, sources)) => render(&problems, &sources),
    }
}

/// That this line in this router's text in place of another is an error, told with its line.
fn is_an_error(side: Side, old: &str, new: &str, code: &str, line: &str) {
    let shown = errors(&Routers::of_the_document().replacing(side, old, new));
    assert!(shown.contains(&format!("error[{code}]")), "{shown}");
    assert!(shown.contains(line), "{shown}");
}

const PROTECTION: &str = " tunnel protection ipsec profile prof1\n";

#[test]
fn a_tunnel_that_cannot_be_tried_is_an_error_at_its_line() {
    let r1 = Side::First;
    let (old, new) = ("tunnel destination 192.168.0.2", "tunnel destination r2.cisco.com");
    is_an_error(r1, old, new, "unresolved-peer", new);
    let (old, new) = ("ip address 192.168.0.1 255.255.255.0\n", "ip address dhcp\n");
    is_an_error(r1, old, new, "no-source-address", "ip address dhcp");
    let undefined = PROTECTION.replace("prof1", "prof9");
    is_an_error(r1, PROTECTION, &undefined, "undefined", undefined.trim());
    let (old, new) = (" set isakmp-profile prof1\n", " set isakmp-profile prof9\n");
    is_an_error(r1, old, new, "undefined", "set isakmp-profile prof9");
    let old = " ip address 192.168.0.1 255.255.255.0\n";
    is_an_error(r1, old, &format!("{old} shutdown\n"), "interface-shut-down", "shutdown");
    let (old, new) = (" self-identity fqdn\n", " self-identity fqdn\n initiate mode aggressive\n");
    is_an_error(r1, old, new, "aggressive-mode", "initiate mode aggressive");
}

#[test]
fn a_tunnel_to_somebody_else_keeps_nothing_from_being_tried() {
    let elsewhere = "crypto ipsec profile NEW\n set transform-set TS\n set ikev2-profile NEW\n!\n\
                     interface Tunnel9\n tunnel source Ethernet0/0\n tunnel destination 192.168.0.9\n \
                     tunnel protection ipsec profile NEW\n!\ninterface Loopback0\n";
    let routers = Routers::of_the_document().replacing(Side::First, "interface Loopback0\n", elsewhere);
    let alone = routers.without(Side::First, " tunnel destination 192.168.0.2\n");
    let result = try_direction(&alone.world(), Side::First).map(|_| ());
    assert_eq!(result, Err(NotBegun::NothingToProtect));
}

#[test]
fn tunnels_of_different_modes_are_an_error() {
    let mode = format!(" tunnel mode ipsec ipv4\n{PROTECTION}");
    is_an_error(Side::First, PROTECTION, &mode, "tunnel-modes-differ", "tunnel mode ipsec ipv4");
    let routers = Routers::of_the_document().replacing(Side::First, PROTECTION, &mode).replacing(
        Side::Second,
        PROTECTION,
        &mode,
    );
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Failed]);
}

#[test]
fn a_policy_that_is_not_covered_says_why() {
    let policy = " group 2\n";
    is_an_error(Side::First, policy, " group 22\n", "unsupported-algorithm", "group 22");
    let ecdsa = " group 2\n authentication ecdsa-sig\n";
    is_an_error(Side::First, policy, ecdsa, "ecdsa-not-covered", "authentication ecdsa-sig");
}

#[test]
fn what_is_configured_and_not_looked_at_is_warned_of_and_assumed() {
    let identity = " match identity host R2.cisco.com\n";
    let check = " revocation-check crl\n!\ncrypto pki trustpoint IOSCA2\n";
    for (old, new, code) in [
        (identity, " match identity host R2.cisco.com\n match certificate MAP\n", "certificate-map-ignored"),
        (identity, " match identity host R2.cisco.com\n local-address Loopback9\n", "not-looked-at"),
        (
            identity,
            " match identity address 10.9.9.9 255.255.255.255 FRONT\n match identity host R2.cisco.com\n",
            "not-looked-at",
        ),
        (
            check,
            " revocation-check crl\n match certificate MAP\n!\ncrypto pki trustpoint IOSCA2\n",
            "not-looked-at",
        ),
        (
            check,
            " revocation-check crl\n usage ssl-client\n!\ncrypto pki trustpoint IOSCA2\n",
            "not-looked-at",
        ),
        (PROTECTION, " tunnel vrf FRONT\n tunnel protection ipsec profile prof1\n", "not-looked-at"),
        (
            " set transform-set TS\n",
            " set transform-set WITHAH TS\n!\ncrypto ipsec transform-set WITHAH ah-sha-hmac esp-aes esp-sha256-hmac\n!\n\
             crypto ipsec profile prof1\n",
            "not-looked-at",
        ),
    ] {
        let routers = Routers::of_the_document().replacing(Side::First, old, new);
        let world = routers.world();
        assert!(world.warnings.iter().any(|warning| warning.code == code), "{new}: {:?}", world.warnings);
        for initiator in Side::BOTH {
            assert!(assumed(&routers.verdict(initiator), Side::First).contains(&code), "{new}");
        }
    }
}

#[test]
fn pre_shared_keys_that_both_prefer_are_assumed_away_and_that_is_said() {
    let policy = "crypto isakmp policy 10\n";
    let keys = format!(
        "crypto isakmp policy 5\n encr 3des\n authentication pre-share\n group 2\n\
         crypto isakmp key secret address 0.0.0.0\n{policy}"
    );
    let one = Routers::of_the_document().replacing(Side::First, policy, &keys);
    assert!(!assumed(&one.verdict(Side::First), Side::First).contains(&"pre-shared-keys-left-out"));
    let both = one.replacing(Side::Second, policy, &keys);
    for side in Side::BOTH {
        assert!(assumed(&both.verdict(Side::First), side).contains(&"pre-shared-keys-left-out"));
    }
}

/// The document's pair with crypto maps in place of its tunnels; `lines` are more of each router's.
fn with_maps(entry: &str, lines: &str) -> Routers {
    let mut routers = Routers::of_the_document();
    for (side, peer, from, to) in [
        (Side::First, "192.168.0.2", "192.168.100.0", "192.168.200.0"),
        (Side::Second, "192.168.0.1", "192.168.200.0", "192.168.100.0"),
    ] {
        let map = format!(
            "crypto map MAP 10 ipsec-isakmp\n set peer {peer}\n set transform-set TS\n{entry} match address VPN\n!\n\
             {lines}ip access-list extended VPN\n permit ip {from} 0.0.0.255 {to} 0.0.0.255\n!\n\
             interface Ethernet0/0\n crypto map MAP\n"
        );
        let text = routers.text(side).replace(PROTECTION, "").replace("interface Ethernet0/0\n", &map);
        routers = routers.with_text(side, &text);
    }
    routers
}

#[test]
fn a_crypto_map_has_the_profile_and_the_source_of_the_whole_map() {
    let whole = with_maps("", "crypto map MAP isakmp-profile prof1\n");
    // V1-REQ-1: the pins of R1's profile, as with `set isakmp-profile` in the entry.
    assert_eq!(whole.outcomes(), [Outcome::Up, Outcome::Failed]);
    assert_eq!(failure(&whole.verdict(Side::Second)).2, "no-suitable-trustpoint");

    let mut from_loopbacks = with_maps("", "crypto map MAP local-address Loopback0\n");
    for (side, old, new) in [
        (Side::First, "set peer 192.168.0.2", "set peer 192.168.200.1"),
        (Side::Second, "set peer 192.168.0.1", "set peer 192.168.100.1"),
    ] {
        from_loopbacks = from_loopbacks.replacing(side, old, new);
    }
    let world = from_loopbacks.world();
    let (_, path) = world.trigger(Side::First).unwrap();
    assert_eq!(path.local.ip().to_string(), "192.168.100.1");
    assert_eq!(path.remote.ip().to_string(), "192.168.200.1");
}

#[test]
fn a_protocol_in_a_crypto_access_list_is_not_passed_over_in_silence() {
    let routers = with_maps("", "").replacing(Side::First, " permit ip 192", " permit gre 192");
    assert!(assumed(&routers.verdict(Side::First), Side::First).contains(&"not-looked-at"));
}

#[test]
fn an_ocsp_responder_answers_whatever_the_revocation_list_says() {
    for (methods, outcome) in [("ocsp", Outcome::Up), ("crl ocsp", Outcome::Up), ("crl", Outcome::Failed)] {
        let mut routers = Routers::of_the_document();
        for side in Side::BOTH {
            let text =
                routers.text(side).replace("revocation-check crl", &format!("revocation-check {methods}"));
            routers = routers.with_text(side, &text);
        }
        routers.scenario.settings.revocation_lists.insert("CA1".to_owned(), RevocationListState::Missing);
        let verdict = routers.verdict(Side::First);
        assert_eq!(verdict.outcome, outcome, "{methods}");
        let codes = assumed(&verdict, Side::Second);
        assert_eq!(codes.contains(&"ocsp-assumed-good"), methods.contains("ocsp"), "{codes:?}");
    }
}

#[test]
fn settings_about_nothing_are_mistakes() {
    let state = |revoked: &str| RevocationListState::Fresh { revoked: vec![revoked.to_owned()] };
    for (authority, revoked, code) in [
        ("CA9", "03", "unknown-authority"),
        ("CA1", "0x03", "bad-serial-number"),
        ("CA1", "", "bad-serial-number"),
    ] {
        let mut routers = Routers::of_the_document();
        routers.scenario.settings.revocation_lists.insert(authority.to_owned(), state(revoked));
        assert!(errors(&routers).contains(&format!("error[{code}]")), "{authority} {revoked}");
    }
    let mut routers = Routers::of_the_document();
    routers.scenario.settings.certificates.push(CertificateChange {
        router: "R1".to_owned(),
        trustpoint: "NOPE".to_owned(),
        ..CertificateChange::default()
    });
    assert!(errors(&routers).contains("error[unknown-trustpoint]"));
}

#[test]
fn of_two_tunnels_to_one_peer_with_different_profiles_the_other_is_told_of() {
    let second = "crypto isakmp profile OTHER\n match identity host R2.cisco.com\n!\n\
                  crypto ipsec profile OTHER\n set transform-set TS\n set isakmp-profile OTHER\n!\n\
                  interface Tunnel2\n tunnel source Ethernet0/0\n tunnel destination 192.168.0.2\n \
                  tunnel protection ipsec profile OTHER\n!\ncrypto pki trustpoint IOSCA1\n";
    let routers = Routers::of_the_document().replacing(Side::First, "crypto pki trustpoint IOSCA1\n", second);
    let verdict = routers.verdict(Side::First);
    let told = verdict.assumptions.iter().find(|it| it.code == "other-tunnels-not-tried").unwrap();
    assert_eq!(told.text, "it begins with Tunnel1; Tunnel2 to the same peer has another profile");
}

#[test]
fn a_dynamic_crypto_map_takes_the_traffic_that_a_peer_proposes() {
    let r2 = "crypto map MAP 10 ipsec-isakmp dynamic ANYONE\n!\n\
              crypto dynamic-map ANYONE 10\n set transform-set TS\n set isakmp-profile prof1\n!\n\
              interface Ethernet0/0\n crypto map MAP\n";
    let plain = Routers::of_the_document();
    let text = plain.text(Side::Second).replace(PROTECTION, "").replace("interface Ethernet0/0\n", r2);
    let routers = with_maps(" set isakmp-profile prof1\n", "").with_text(Side::Second, &text);
    let world = routers.world();
    assert_eq!(routers.verdict(Side::First).outcome, Outcome::Up);
    // It knows nobody to begin with, and that is all.
    assert_eq!(try_direction(&world, Side::Second).map(|_| ()), Err(NotBegun::NothingToProtect));
}

//! What `show` commands print, from configurations.
#![allow(clippy::unwrap_used)]

fn ikev2_profiles(configuration: &str) -> String {
    let mut sources = ios::Sources::new();
    let file = sources.add("router.txt", configuration.as_bytes()).unwrap();
    let (router, _) = ios::read(&mut sources, &[file]);
    ios::show::ikev2_profiles(&router)
}

/// The profile of a public output of IOS XE, and the output but for the lines that are left out.
#[test]
fn a_profile_is_shown_as_a_router_shows_it() {
    let configuration = "\
crypto ikev2 keyring ikev2_key
crypto ikev2 profile ikev2_prof
 match identity remote address 110.0.1.2 255.255.255.255
 authentication remote pre-share
 authentication local pre-share
 keyring local ikev2_key
 dpd 10 2 periodic
";
    let expected = "\
IKEv2 profile: ikev2_prof
 Match criteria:
  Fvrf: global
  Local address/interface: none
  Identities:
   address 110.0.1.2 255.255.255.255
  Certificate maps: none
 Local identity: none
 Remote identity: none
 Local authentication method: pre-share
 Remote authentication method(s): pre-share
 Keyring: ikev2_key
 Trustpoint(s): none
 Lifetime: 86400 seconds
 DPD: interval 10, retry-interval 2, periodic
 Ivrf: none
";
    assert_eq!(ikev2_profiles(configuration), expected);
}

#[test]
fn everything_that_selects_a_profile_and_its_trustpoints_is_shown() {
    let configuration = "\
crypto pki certificate map CMAP 10
 subject-name co o = cisco
crypto ikev2 dpd 30 5 on-demand
crypto ikev2 profile p
 match fvrf any
 match address local 192.168.0.2
 match identity remote fqdn domain cisco.com
 match identity remote address 10.0.0.0 255.255.255.0
 match certificate CMAP
 identity local fqdn R2.cisco.com
 authentication remote rsa-sig
 authentication remote ecdsa-sig
 authentication local rsa-sig
 pki trustpoint TP1 sign
 pki trustpoint TP2 verify
 lifetime 3600
 ivrf INSIDE
";
    let expected = "\
IKEv2 profile: p
 Match criteria:
  Fvrf: any
  Local address/interface:
   192.168.0.2
  Identities:
   fqdn domain cisco.com
   address 10.0.0.0 255.255.255.0
  Certificate maps:
   CMAP
 Local identity: fqdn R2.cisco.com
 Remote identity: none
 Local authentication method: rsa-sig
 Remote authentication method(s): rsa-sig ecdsa-sig
 Keyring: none
 Trustpoint(s):
  TP1 sign
  TP2 verify
 Lifetime: 3600 seconds
 DPD: interval 30, retry-interval 5, on-demand
 Ivrf: INSIDE
";
    assert_eq!(ikev2_profiles(configuration), expected);
}

/// V2-PRO-1: among profiles that match alike the last of this order wins.
#[test]
fn profiles_are_shown_in_the_order_of_the_configuration() {
    let profile = |name: &str| {
        format!("crypto ikev2 profile {name}\n match identity remote address 192.168.0.1 255.255.255.255\n")
    };
    let shown = ikev2_profiles(&["profile2", "profile1", "profile3"].map(profile).concat());
    let names: Vec<_> = shown.lines().filter_map(|line| line.strip_prefix("IKEv2 profile: ")).collect();
    assert_eq!(names, ["profile2", "profile1", "profile3"]);
    assert_eq!(shown.matches("\n\n").count(), 2, "a blank line stands between two:\n{shown}");
    assert_eq!(ikev2_profiles("hostname R1\n"), "");
}

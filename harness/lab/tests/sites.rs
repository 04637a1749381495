//! Which of several routers have tunnels to each other.
#![allow(clippy::unwrap_used)]

use ios::{RouterDescription, Sources};
use lab::sites::links;

fn routers<const N: usize>(texts: [&str; N]) -> Vec<RouterDescription> {
    let read = |text: &str| {
        let mut sources = Sources::new();
        let file = sources.add("router.txt", text.as_bytes()).unwrap();
        ios::read(&mut sources, &[file]).0
    };
    texts.into_iter().map(read).collect()
}

fn pairs<const N: usize>(texts: [&str; N]) -> Vec<(usize, usize)> {
    links(&routers(texts)).pairs
}

/// A router with a tunnel from 10.0.0.`own` to 10.0.0.`peer`.
fn tunnel(own: u8, peer: u8) -> String {
    format!(
        "interface Tunnel0\n tunnel source Gi0/0\n tunnel destination 10.0.0.{peer}\n tunnel protection ipsec profile P\n\
         interface GigabitEthernet0/0\n ip address 10.0.0.{own} 255.255.255.0\n"
    )
}

/// A router at 10.0.0.`own` with a crypto map on its interface and these entries.
fn map(own: u8, entries: &str) -> String {
    format!("{entries}interface GigabitEthernet0/0\n ip address 10.0.0.{own} 255.255.255.0\n crypto map M\n")
}

#[test]
fn one_side_is_enough_to_make_a_pair_and_both_make_the_same() {
    assert_eq!(pairs([&tunnel(1, 2), &tunnel(2, 1), &tunnel(3, 1)]), [(0, 1), (0, 2)]);
}

#[test]
fn peers_of_crypto_maps_make_pairs_those_of_dynamic_maps_too() {
    let first = map(1, "crypto map M 10 ipsec-isakmp\n set peer 10.0.0.2\n");
    let second =
        map(2, "crypto dynamic-map D 5\n set peer 10.0.0.3\ncrypto map M 10 ipsec-isakmp dynamic D\n");
    let anyone = map(3, "crypto dynamic-map D 5\ncrypto map M 10 ipsec-isakmp dynamic D\n");
    assert_eq!(pairs([&first, &second, &anyone]), [(0, 1), (1, 2)]);
}

#[test]
fn a_crypto_map_that_no_interface_has_leads_nowhere() {
    let unused = "crypto map M 10 ipsec-isakmp\n set peer 10.0.0.2\n";
    assert_eq!(pairs([unused, &tunnel(2, 9)]), []);
}

#[test]
fn what_is_shut_down_leads_nowhere() {
    let shut = tunnel(1, 2).replace("interface Tunnel0\n", "interface Tunnel0\n shutdown\n");
    assert_eq!(pairs([&shut, &tunnel(2, 9)]), []);
}

#[test]
fn an_address_that_several_have_is_that_of_the_tunnel_that_begins_there() {
    let with = |address: &str| format!("interface Loopback0\n ip address {address} 255.255.255.255\n");
    let behind = tunnel(3, 9) + &with("10.0.0.2");
    assert_eq!(pairs([&tunnel(1, 2), &tunnel(2, 9), &behind]), [(0, 1)]);
    // Where no tunnel begins at it, whoever has it may be meant.
    let [one, other] = [tunnel(3, 9), tunnel(4, 9)].map(|text| text + &with("10.0.0.2"));
    assert_eq!(pairs([&tunnel(1, 2), &one, &other]), [(0, 1), (0, 2)]);
}

#[test]
fn a_peer_by_name_is_the_router_of_that_name() {
    let by_name = map(1, "crypto map M 10 ipsec-isakmp\n set peer r2.example.com dynamic\n");
    let named = "hostname R2\nip domain name example.com\n".to_owned() + &tunnel(2, 9);
    assert_eq!(pairs([&by_name, &named]), [(0, 1)]);
}

#[test]
fn who_is_alone_and_which_peers_are_nobody_is_told() {
    let links = links(&routers([&tunnel(1, 2), &tunnel(2, 1), &tunnel(5, 6)]));
    assert_eq!(links.unpaired, [2]);
    let strangers: Vec<_> = links.strangers.iter().map(|it| (it.router, it.peer.as_str())).collect();
    assert_eq!(strangers, [(2, "10.0.0.6")]);
}

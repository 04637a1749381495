//! What the link does to datagrams: latency, loss, duplicates and reordering.

use super::*;

fn datagram(number: u8) -> Datagram {
    let address = |last| SocketAddr::from(([192, 168, 0, last], 500));
    Datagram::new(address(1), address(2), vec![number]).unwrap()
}

fn settings() -> LinkSettings {
    LinkSettings { latency: Duration::from_millis(5), ..LinkSettings::default() }
}

/// Sends datagrams 0 to `count` - 1, one each millisecond; what arrives, in order.
fn arrivals(settings: &LinkSettings, seed: u64, count: u8) -> Vec<u8> {
    let mut link = settings.build(&mut SeededRandom::from_seed(seed));
    for number in 0..count {
        link.send(Duration::from_millis(number.into()), datagram(number));
    }
    let mut arrived = Vec::new();
    while let Some(at) = link.next_arrival() {
        while let Some(datagram) = link.receive(at) {
            arrived.extend(datagram.payload().iter().copied());
        }
    }
    arrived
}

#[test]
fn a_datagram_arrives_after_the_latency_and_not_before() {
    let mut link = PerfectLink::new(Duration::from_millis(5));
    link.send(Duration::from_millis(10), datagram(1));
    assert_eq!(link.next_arrival(), Some(Duration::from_millis(15)));
    assert_eq!(link.receive(Duration::from_millis(14)), None);
    assert_eq!(link.receive(Duration::from_millis(15)), Some(datagram(1)));
    assert_eq!(link.next_arrival(), None);
}

#[test]
fn without_faults_everything_arrives_once_and_in_order() {
    assert_eq!(arrivals(&settings(), 1, 50), (0..50).collect::<Vec<_>>());
}

#[test]
fn named_datagrams_are_lost() {
    let settings = LinkSettings { lose: vec![2, 3], ..settings() };
    assert_eq!(arrivals(&settings, 1, 5), [0, 3, 4]);
}

#[test]
fn a_full_loss_loses_everything_and_says_so() {
    let settings = LinkSettings { loss: Percent::ALL, ..settings() };
    let mut link = settings.build(&mut SeededRandom::from_seed(1));
    assert_eq!(link.send(Duration::ZERO, datagram(1)), 0);
    assert_eq!(link.next_arrival(), None);
}

#[test]
fn a_duplicated_datagram_arrives_twice() {
    let settings = LinkSettings { duplication: Percent::ALL, ..settings() };
    assert_eq!(arrivals(&settings, 1, 3), [0, 0, 1, 1, 2, 2]);
}

#[test]
fn a_held_datagram_is_overtaken_and_not_lost() {
    let settings = LinkSettings { reordering: Percent::new(30).unwrap(), ..settings() };
    let mut arrived = arrivals(&settings, 1, 100);
    assert!(!arrived.is_sorted());
    arrived.sort_unstable();
    assert_eq!(arrived, (0..100).collect::<Vec<_>>());
}

#[test]
fn chance_follows_from_the_seed() {
    let settings = LinkSettings { loss: Percent::new(50).unwrap(), ..settings() };
    assert_eq!(arrivals(&settings, 7, 100), arrivals(&settings, 7, 100));
    assert_ne!(arrivals(&settings, 7, 100), arrivals(&settings, 8, 100));
}

#[test]
fn a_payload_that_udp_cannot_carry_makes_no_datagram() {
    let address = SocketAddr::from(([192, 168, 0, 1], 500));
    assert!(Datagram::new(address, address, vec![0; Datagram::LONGEST_PAYLOAD]).is_some());
    assert!(Datagram::new(address, address, vec![0; Datagram::LONGEST_PAYLOAD + 1]).is_none());
}

#[test]
fn the_length_of_the_packet_counts_its_headers() {
    assert_eq!(datagram(1).ip_length(), 29);
}

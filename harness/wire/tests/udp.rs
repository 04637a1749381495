//! What stands in a datagram on port 4500, RFC 3948 2.

#![allow(clippy::unwrap_used, missing_docs)]

use wire::udp::{Datagram, NAT_KEEPALIVE, strip_non_esp_marker, with_non_esp_marker};

#[test]
fn an_ike_message_stands_behind_four_zero_bytes() {
    let datagram = with_non_esp_marker(b"message");
    assert_eq!(datagram, b"\0\0\0\0message");
    assert_eq!(strip_non_esp_marker(&datagram), Some(&b"message"[..]));
    assert_eq!(Datagram::read(&datagram), Ok(Datagram::Ike(b"message")));
}

#[test]
fn an_empty_message_behind_the_marker_is_left_to_the_message_reader() {
    assert_eq!(Datagram::read(&[0; 4]), Ok(Datagram::Ike(&[])));
}

#[test]
fn anything_that_begins_with_an_spi_is_esp() {
    let packet = [0, 0, 1, 0, 0, 0, 0, 1];
    assert_eq!(strip_non_esp_marker(&packet), None);
    assert_eq!(Datagram::read(&packet), Ok(Datagram::Esp(&packet)));
}

#[test]
fn a_single_byte_of_ones_is_a_keepalive() {
    assert_eq!(Datagram::read(&NAT_KEEPALIVE), Ok(Datagram::NatKeepalive));
}

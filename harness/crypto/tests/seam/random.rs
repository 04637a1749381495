//! Generators.

use crypto::{OsRandom, Random, SeededRandom};

use crate::support::hex;

fn drawn(mut random: SeededRandom, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random.fill(&mut bytes);
    bytes
}

#[test]
fn a_seed_means_the_same_bytes_on_every_machine() {
    // Python: sha256(seed + block) for blocks 0 and 1, with seed = 7 as eight bytes followed by 24 zeros.
    let expected = "72f3eb9aeaf8283011ce6e437fdecd65eace8f52cc4b1a06a4bc9b8f112c570d
         031051210cdd330210fd5c07226a4e6161515087e7195bcd0b4352687ed30d0c";
    assert_eq!(drawn(SeededRandom::from_seed(7), 64), hex(expected));
}

#[test]
fn how_bytes_are_asked_for_does_not_change_them() {
    let mut random = SeededRandom::from_seed(3);
    let (mut front, mut back) = ([0; 5], [0; 70]);
    random.fill(&mut front);
    random.fill(&mut back);
    assert_eq!([&front[..], &back[..]].concat(), drawn(SeededRandom::from_seed(3), 75));
}

#[test]
fn another_seed_means_other_bytes() {
    assert_ne!(drawn(SeededRandom::from_seed(1), 8), drawn(SeededRandom::from_seed(2), 8));
}

#[test]
fn the_operating_system_does_not_repeat_itself() {
    let mut random = OsRandom::open().unwrap();
    let (mut first, mut second) = ([0; 32], [0; 32]);
    random.fill(&mut first);
    random.fill(&mut second);
    assert_ne!(first, second);
}

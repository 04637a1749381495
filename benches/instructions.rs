//! Instruction counts of the hot paths, taken by callgrind: they do not depend on what else runs on the machine.
//!
//! `examples/counts.rs` holds them against those that are committed.

#![allow(missing_docs, unused_qualifications, reason = "gungraun makes items so")]

use std::hint::black_box;

use gungraun::{library_benchmark, library_benchmark_group, main};
use ike::TrustpointId;
use ikespec_benches::authority_name;
use ikespec_benches::matching::{Match, Subjects, as_utf8};
use ikespec_benches::messages::{Ikev1Parts, Ikev2Parts, write_inside, write_main_mode, write_sa_init};
use ikespec_benches::negotiations::{ikev1_world, ikev2_world, negotiate, simulated};
use ikespec_benches::reading::ours;
use lab::complete::World;
use model::{Outcome, Space, Version, ios};
use pki::Name;
use wire::{PayloadType, ReadError};

/// What is measured must not be freed where it is measured.
fn kept<T>(made: T) -> &'static T {
    Box::leak(Box::new(made))
}

type Requests<K> = &'static (Subjects, K);

fn names(trustpoints: usize, count: usize, place: Match) -> Requests<Vec<Box<[u8]>>> {
    let subjects = Subjects::new(trustpoints);
    let names = subjects.name_requests(count, place);
    kept((subjects, names))
}

fn other_encoding(trustpoints: usize) -> Requests<Vec<Box<[u8]>>> {
    let name = as_utf8(&authority_name(trustpoints / 2));
    kept((Subjects::new(trustpoints), vec![name.as_der().into()]))
}

#[library_benchmark]
#[bench::hit(names(100, 1, Match::First))]
#[bench::miss(names(100, 1, Match::None))]
#[bench::other_encoding(other_encoding(100))]
#[bench::hundred_misses(names(100, 100, Match::None))]
fn answer_by_name((subjects, names): Requests<Vec<Box<[u8]>>>) -> Option<TrustpointId> {
    subjects.by_name(black_box(names))
}

fn hashes(trustpoints: usize, count: usize, place: Match) -> Requests<Vec<u8>> {
    let subjects = Subjects::new(trustpoints);
    let hashes = subjects.hash_requests(count, place);
    kept((subjects, hashes))
}

#[library_benchmark]
#[bench::hit(hashes(100, 1, Match::First))]
#[bench::hundred_misses(hashes(100, 100, Match::None))]
fn answer_by_hash((subjects, hashes): Requests<Vec<u8>>) -> Option<TrustpointId> {
    subjects.by_hash(black_box(hashes))
}

fn sa_init() -> &'static [u8] {
    kept(write_sa_init(&Ikev2Parts::new(0).sa_init()).expect("nothing is too long"))
}

#[library_benchmark]
#[bench::sa_init(sa_init())]
fn read_ikev2(message: &'static [u8]) -> Result<u64, ReadError> {
    ours::ikev2(black_box(message))
}

fn auth() -> &'static (PayloadType, Vec<u8>) {
    kept(write_inside(&Ikev2Parts::new(7).auth()).expect("nothing is too long"))
}

#[library_benchmark]
#[bench::auth(auth())]
fn read_inside((first, body): &'static (PayloadType, Vec<u8>)) -> Result<u64, ReadError> {
    ours::inside(*first, black_box(body))
}

fn mm1() -> &'static [u8] {
    kept(write_main_mode(&Ikev1Parts::new(0).mm1()).expect("nothing is too long"))
}

fn mm4(requests: usize) -> &'static [u8] {
    kept(write_main_mode(&Ikev1Parts::new(requests).mm4()).expect("nothing is too long"))
}

#[library_benchmark]
#[bench::mm1(mm1())]
#[bench::mm4_with_7_requests(mm4(7))]
#[bench::mm4_with_100_requests(mm4(100))]
fn read_ikev1(message: &'static [u8]) -> Result<u64, ReadError> {
    ours::ikev1(black_box(message))
}

fn two_encodings() -> &'static (Name, Name) {
    let name = authority_name(1);
    kept((as_utf8(&name), name))
}

#[library_benchmark]
#[bench::two_encodings(two_encodings())]
fn compare_names((one, other): &'static (Name, Name)) -> bool {
    black_box(one).matches(black_box(other))
}

#[library_benchmark]
#[bench::ikev1(kept(simulated(&ikev1_world())))]
#[bench::ikev2(kept(simulated(&ikev2_world())))]
fn negotiate_in_simulation(world: &'static World) -> usize {
    negotiate(black_box(world)).events.len()
}

#[library_benchmark]
#[bench::ikev2(kept(ikev2_world()))]
fn negotiate_for_real(world: &'static World) -> usize {
    negotiate(black_box(world)).events.len()
}

#[library_benchmark]
#[bench::ikev1(kept(Space::new(Version::Ikev1, 3)))]
#[bench::ikev2(kept(Space::new(Version::Ikev2, 3)))]
fn predict_a_hundred(space: &'static Space) -> usize {
    let predictions = space.negotiations().step_by(space.len() / 100).map(|it| ios::predict(&it));
    predictions.filter(|prediction| prediction.outcome == Outcome::Up).count()
}

library_benchmark_group!(
    name = hot;
    benchmarks =
        answer_by_name,
        answer_by_hash,
        read_ikev2,
        read_inside,
        read_ikev1,
        compare_names,
        negotiate_in_simulation,
        negotiate_for_real,
        predict_a_hundred
);

main!(library_benchmark_groups = hot);

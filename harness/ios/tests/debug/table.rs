//! The table of literals as a whole, the times before the lines, and what a peer's names cannot do.

use std::collections::BTreeSet;
use std::time::Duration;

use ike::{EventKind, Identity, Now};
use ios::debug::literals::{Literal, Source};
use ios::debug::{ClockStyle, ClockTrust, Transcript};
use wire::PayloadType;

use super::exchanges;
use super::families;
use super::ikev2;
use super::reference;
use super::refusals;
use super::world::*;

fn everything() -> String {
    let mut recorders = vec![
        families::beginning(),
        families::proposals(),
        families::key_exchange(),
        families::address_identity(),
        exchanges::quick_mode_of_initiator(),
        exchanges::quick_mode_of_responder(),
        exchanges::refused_quick_mode(),
        exchanges::retransmissions(),
        exchanges::informational(),
    ];
    recorders.extend(refusals::refusals());
    recorders.extend(reference::negotiations());
    recorders.extend(ikev2::everything());
    recorders.iter().map(Recorder::text).collect()
}

/// Whether `text` holds the words of `literal`, with anything in place of the values.
fn is_printed(literal: Literal, text: &str) -> bool {
    let first_line = literal.text().split('\n').next().unwrap();
    let mut words = Vec::new();
    for (index, part) in first_line.split('{').enumerate() {
        words.push(if index == 0 { part } else { part.split_once('}').unwrap().1 });
    }
    text.lines().map(without_time).any(|line| {
        let Some(mut rest) = line.strip_prefix(words[0]) else { return false };
        words[1..].iter().all(|word| match rest.find(word) {
            Some(at) => {
                rest = &rest[at + word.len()..];
                true
            }
            None => false,
        }) && (words[words.len() - 1].is_empty() || rest.is_empty())
    })
}

#[test]
fn every_literal_is_printed_by_some_event() {
    let text = everything();
    let unused: Vec<_> = Literal::ALL.iter().filter(|literal| !is_printed(**literal, &text)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_literal_of_ios_has_a_public_source_and_each_words_of_its_own() {
    let mut seen = BTreeSet::new();
    for literal in Literal::ALL {
        assert!(seen.insert(literal.text()), "{literal:?} repeats another");
        let source = literal.source();
        if source == Source::Ours {
            continue;
        }
        let citation = source.citation();
        assert!(
            citation == "Cisco document 117633" || citation.starts_with("https://"),
            "{literal:?}: {citation}"
        );
    }
}

#[test]
fn what_is_ours_says_so_in_the_transcript() {
    for literal in Literal::ALL {
        let is_ours = literal.source() == Source::Ours;
        assert_eq!(literal.text().contains(" ikespec: "), is_ours, "{literal:?}");
    }
    assert!(!Source::Ours.is_confirmed());
}

#[test]
fn at_most_a_tenth_of_the_literals_of_ios_was_not_read_at_its_source() {
    let of_ios = || Literal::ALL.iter().map(|literal| literal.source()).filter(|it| *it != Source::Ours);
    let unconfirmed = of_ios().filter(|source| !source.is_confirmed()).count();
    assert!(unconfirmed * 10 <= of_ios().count(), "{unconfirmed} of {}", of_ios().count());
}

#[test]
fn every_word_in_braces_gets_a_value() {
    let text = everything().replace("{esp-3des esp-md5-hmac }", "");
    let open: Vec<_> = text.lines().filter(|line| line.contains('{')).collect();
    assert!(open.is_empty(), "{open:#?}");
}

#[test]
fn the_time_is_that_of_the_router_with_milliseconds() {
    // Mon Jun 17 2013 18:08:44.321 in a zone two hours ahead of UTC.
    let now = Now { monotonic: Duration::from_millis(5_321), calendar: 1_371_485_324 };
    let style =
        |trust, zone: Option<&str>| ClockStyle { trust, offset: 7_200, zone: zone.map(str::to_owned) };
    let stamp = |style: ClockStyle| style.stamp(now).to_string();
    assert_eq!(stamp(style(ClockTrust::NotAuthoritative, None)), "*Jun 17 18:08:44.321: ");
    assert_eq!(stamp(style(ClockTrust::NotSynchronized, None)), ".Jun 17 18:08:44.321: ");
    assert_eq!(stamp(style(ClockTrust::Authoritative, Some("CEST"))), "Jun 17 18:08:44.321 CEST: ");
    let new_year = Now { monotonic: Duration::ZERO, calendar: 0 };
    assert_eq!(ClockStyle::default().stamp(new_year).to_string(), "*Jan  1 00:00:00.000: ");
}

#[test]
fn a_name_from_a_peer_can_neither_break_a_line_nor_reach_the_terminal() {
    let mut at = responder();
    let identity = Identity::Fqdn("a\u{1b}[31m\r\n%FAKE: \u{202e}b\u{e9}".to_owned());
    let body = [2, 17, 1, 0xf4].into();
    at.push(EventKind::IdentityBuilt { identity, body, next: PayloadType::CERTIFICATE });
    let lines = at.lines();
    assert_eq!(lines[4], "        FQDN name    : a\\u{1b}[31m\\u{d}\\u{a}%FAKE: \\u{202e}b\u{e9}");
    assert_eq!(lines.len(), 9);
}

#[test]
fn an_event_that_points_outside_its_message_prints_what_it_can() {
    let mut at = responder();
    let (start, end) = (5, 2);
    at.push(EventKind::RequestRead { encoding: 4, authority: 900..1_000 });
    at.push(EventKind::VendorIdRead { range: 900..1_000 });
    at.push(EventKind::IdentityRead {
        identity: Identity::Other(99),
        body: start..end,
        next: PayloadType::CERTIFICATE,
    });
    at.push(EventKind::TransformChecked { policy: policy(), transform: FIRST, mismatch: None });
    assert_eq!(
        at.lines(),
        [
            "ISAKMP:(0): processing CERT_REQ payload. message ID = 0",
            "ISAKMP:(0): peer wants a CT_X509_SIGNATURE cert",
            "ISAKMP:(0): processing vendor id payload",
            "ISAKMP:(0): processing ID payload. message ID = 0",
        ]
    );
}

#[test]
fn a_transcript_can_be_written_event_by_event() {
    let recorder = exchanges::quick_mode_of_initiator();
    let mut transcript = Transcript::new(&recorder.router, ClockStyle::default());
    let mut text = String::new();
    for event in &recorder.events {
        transcript.push(event, &mut text).unwrap();
    }
    assert_eq!(text, recorder.text());
}

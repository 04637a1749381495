//! What these tests look at: messages as they went out, and what became of a negotiation. And messages changed on their
//! way, where no router of ours would send what a test needs.

use std::collections::BTreeSet;

use crypto::{CipherAlgorithm, HashAlgorithm, Real};
use ike::keys::{CipherKey, PhaseOneAlgorithms, PublicValues};
use ike::protection::{self, InitializationVector, Plain};
use ike::{EventKind, FailureCode, Limits, MessageName, RouterParts};
use pki::{Certificate, Name};
use wire::ikev1::{CertificateRequest, Message, MessageBuilder, Payload, payloads_in, write_payloads};
use wire::{CertificateEncoding, Header, PayloadType};

use crate::routers::{Authorities, Pair, router};

pub const MM4: MessageName = MessageName::MainMode(4);
pub const MM5: MessageName = MessageName::MainMode(5);
pub const MM6: MessageName = MessageName::MainMode(6);
pub const QM1: MessageName = MessageName::QuickMode(1);

/// What became of a negotiation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both routers protect traffic.
    Up,
    /// A router refused a message, or could not build it.
    Failed(MessageName, u8, FailureCode),
}

/// R1 and R2, which both know all CAs and have the names of their trustpoints in common. For each: the order of its own
/// certificates, and the pins of its profile.
pub fn both(
    authorities: &mut Authorities,
    of_r1: (&[usize], &[usize]),
    of_r2: (&[usize], &[usize]),
) -> [RouterParts; 2] {
    let known: BTreeSet<usize> = of_r1.0.iter().chain(of_r2.0).copied().collect();
    let known: Vec<usize> = known.into_iter().collect();
    [(1, of_r1), (2, of_r2)].map(|(host, (shows, pins))| router(authorities, host, &known, shows, pins))
}

/// The negotiation that `from` begins, as far as it goes before a timer is due.
pub fn negotiate(parts: [RouterParts; 2], from: u8) -> Pair {
    let mut pair = Pair::new(parts);
    pair.initiate(from);
    pair.settle();
    pair
}

/// The same, with the certificate requests that `asking` sends in MM3 or MM4 replaced on the way.
pub fn negotiate_with_requests(
    parts: [RouterParts; 2],
    from: u8,
    asking: u8,
    requests: &[CertificateRequest<'_>],
) -> Pair {
    let mut pair = Pair::new(parts);
    pair.initiate(from);
    while let Some((sender, path, bytes)) = pair.under_way.pop_front() {
        let asks = sender == asking && bytes[16] == PayloadType::KEY_EXCHANGE.0;
        let bytes = if asks { with_requests(&bytes, requests) } else { bytes };
        pair.deliver((sender, path, bytes));
    }
    pair
}

/// A request for a certificate of the CA with this name.
pub fn request(authority: &[u8]) -> CertificateRequest<'_> {
    CertificateRequest { encoding: CertificateEncoding::X509_SIGNATURE, authority }
}

fn with_requests(bytes: &[u8], requests: &[CertificateRequest<'_>]) -> Vec<u8> {
    let message = Message::read(bytes).unwrap();
    let payloads = message.payloads().map(|payload| payload.unwrap().typed().unwrap());
    let mut kept: Vec<Payload<'_>> =
        payloads.filter(|payload| !matches!(payload, Payload::CertificateRequest(_))).collect();
    // KE and NONCE stand before them.
    kept.splice(2..2, requests.iter().copied().map(Payload::CertificateRequest));
    MessageBuilder::like(message.header()).plain(&kept).unwrap()
}

/// The negotiation of R1 with R2, where R1 asks for certificates in MM3 and, on top of its MM5, for more.
///
/// R1 cannot read the answer to an MM5 that it did not send: what R2 has chosen is all that can be seen.
pub fn negotiate_with_late_requests(
    parts: [RouterParts; 2],
    early: &[CertificateRequest<'_>],
    late: &[CertificateRequest<'_>],
) -> Pair {
    let limits = Limits { reveal_keys: true, ..Limits::default() };
    let mut pair = Pair::with_limits(parts, limits);
    pair.initiate(1);
    while let Some((sender, path, bytes)) = pair.under_way.pop_front() {
        let exchanges_keys = bytes[16] == PayloadType::KEY_EXCHANGE.0;
        let bytes = match (sender, exchanges_keys) {
            (1, true) => with_requests(&bytes, early),
            (1, false) if bytes[16] == PayloadType::IDENTIFICATION.0 => {
                with_late_requests(&pair, &bytes, late)
            }
            _ => bytes,
        };
        pair.deliver((sender, path, bytes));
    }
    pair
}

fn with_late_requests(pair: &Pair, mm5: &[u8], requests: &[CertificateRequest<'_>]) -> Vec<u8> {
    let (key, vector) = protection_of_mm5(pair);
    let (plain, _) = protection::open(&Real, &key, &vector, &Message::read(mm5).unwrap()).unwrap();
    let mut payloads: Vec<Payload<'_>> = plain.payloads().map(|one| one.unwrap().typed().unwrap()).collect();
    payloads.extend(requests.iter().copied().map(Payload::CertificateRequest));
    let mut body = Vec::new();
    let next_payload = write_payloads(&payloads, &mut body).unwrap();
    let plain = Plain { header: Header { next_payload, ..plain.header }, body };
    protection::seal(&Real, &key, &vector, &plain).0
}

/// The key and the vector of MM5, from what went over the wire and what the endpoint reveals.
fn protection_of_mm5(pair: &Pair) -> (CipherKey, InitializationVector) {
    // As the policy of these routers says.
    let (cipher, hash) = (CipherAlgorithm::TripleDesCbc, HashAlgorithm::Md5);
    let revealed = pair.events[0].iter().find_map(|event| match &event.kind {
        EventKind::KeysDerived { cipher_key, .. } => cipher_key.clone(),
        _ => None,
    });
    let publics: Vec<Vec<u8>> = [1, 2].map(|host| public_value(&key_exchange(pair, host))).into();
    let publics = PublicValues { initiator: &publics[0], responder: &publics[1] };
    let algorithms = PhaseOneAlgorithms { hash, cipher };
    let vector = InitializationVector::of_phase_one(&Real, algorithms, publics);
    (CipherKey::new(cipher, &revealed.unwrap()).unwrap(), vector)
}

fn public_value(message: &[u8]) -> Vec<u8> {
    Message::read(message).unwrap().payloads().next().unwrap().unwrap().body.to_vec()
}

/// MM3 or MM4 of a host as it left: the message that begins with KE.
fn key_exchange(pair: &Pair, host: u8) -> Vec<u8> {
    let found =
        pair.sent.iter().find(|(from, _, bytes)| *from == host && bytes[16] == PayloadType::KEY_EXCHANGE.0);
    found.unwrap().2.clone()
}

/// The names of the CAs that a host asks for in its MM3 or MM4, as IOS prints them, in the order of the payloads.
pub fn names_asked(pair: &Pair, host: u8) -> Vec<String> {
    let bytes = key_exchange(pair, host);
    let payloads = Message::read(&bytes).unwrap().payloads();
    payloads
        .filter_map(|payload| match payload.unwrap().typed().unwrap() {
            Payload::CertificateRequest(request) => Some(request),
            _ => None,
        })
        .map(|request| {
            assert_eq!(request.encoding, CertificateEncoding::X509_SIGNATURE);
            Name::from_der(request.authority).unwrap().to_string()
        })
        .collect()
}

/// The numbers of the CAs that a host asks for in its MM3 or MM4, in the order of the payloads.
pub fn asked(pair: &Pair, host: u8) -> Vec<usize> {
    names_asked(pair, host).iter().map(|name| ca_number(name)).collect()
}

/// The number of the CA whose certificate a host sent in its MM5 or MM6, if it sent one.
pub fn signed_with(pair: &Pair, host: u8) -> Option<usize> {
    let mut issuers = payloads_sent(pair, host, |payload| match payload {
        Payload::Certificate(certificate) => {
            let certificate = Certificate::from_der(certificate.data).unwrap();
            Some(ca_number(&certificate.issuer().to_string()))
        }
        _ => None,
    });
    assert!(issuers.len() <= 1, "one certificate is sent, once");
    issuers.pop()
}

/// The body of the ID payload that a host sent in its MM5 or MM6: type, protocol, port, data.
pub fn identification(pair: &Pair, host: u8) -> Vec<u8> {
    let bodies = payloads_sent(pair, host, |payload| match payload {
        Payload::Identification(_) => Some(payload.body().unwrap()),
        _ => None,
    });
    bodies.into_iter().next().unwrap()
}

/// What `read` finds in the payloads of MM5 or MM6 of a host.
fn payloads_sent<T>(pair: &Pair, host: u8, read: impl Fn(&Payload<'_>) -> Option<T>) -> Vec<T> {
    let records = pair.events[usize::from(host) - 1].iter().filter_map(|event| match &event.kind {
        EventKind::Sent(record) if [MM5, MM6].contains(&record.name) && record.retransmission == 0 => {
            Some(record)
        }
        _ => None,
    });
    let mut found = Vec::new();
    for record in records {
        let (header, body) = record.plaintext.split_at(Header::LENGTH);
        let first = Header::read(header).unwrap().next_payload;
        let payloads = payloads_in(first, body, Header::LENGTH);
        found.extend(payloads.filter_map(|payload| read(&payload.unwrap().typed().unwrap())));
    }
    found
}

fn ca_number(name: &str) -> usize {
    let number = name.strip_prefix("cn=CA").and_then(|rest| rest.strip_suffix(",o=cisco,o=com"));
    number.unwrap_or_else(|| panic!("{name} is none of the CAs of a test")).parse().unwrap()
}

/// What became of the negotiation.
pub fn outcome(pair: &Pair) -> Outcome {
    // Who is told of a refusal, or hears nothing any more, has not refused.
    let refusals =
        [1, 2].into_iter().flat_map(|host| failures(pair, host).map(move |failure| (host, failure)));
    let first =
        refusals.filter(|(_, (_, code))| ![FailureCode::RefusedByPeer, FailureCode::NoAnswer].contains(code));
    match first.collect::<Vec<_>>().as_slice() {
        [] => {
            let established = |kind: &EventKind| matches!(kind, EventKind::ChildEstablished { .. });
            assert!([1, 2].iter().all(|&host| pair.told(host, established)), "{:#?}", pair.events);
            Outcome::Up
        }
        [(host, (message, code))] => Outcome::Failed(*message, *host, *code),
        several => panic!("both routers refused: {several:?}"),
    }
}

fn failures(pair: &Pair, host: u8) -> impl Iterator<Item = (MessageName, FailureCode)> + '_ {
    pair.events[usize::from(host) - 1].iter().filter_map(|event| match &event.kind {
        EventKind::Failed(failure) => Some((failure.message, failure.code)),
        _ => None,
    })
}

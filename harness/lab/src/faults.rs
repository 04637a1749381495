//! What a peer does wrong, or differently from IOS: a router that sends other messages than it should.
//!
//! Which router does what is the scenario's business (`[lab.faults]`); the endpoint lets a [`FaultyPeer`] have its way.

use std::collections::BTreeMap;

use crypto::{HashAlgorithm, Provider};
use ike::{MessageName, OutgoingPayload, Tamper};
use wire::PayloadType;

/// What a router does wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// What it does with its certificate in MM5 and MM6, or in IKE_AUTH.
    pub certificate: Option<CertificateFault>,
    /// What it does with its certificate requests.
    pub requests: Option<RequestFault>,
    /// The trustpoints whose key it has made anew after it enrolled: it signs with the new one.
    pub regenerated_keys: Vec<String>,
    /// The port that it writes into ID payloads.
    pub identity_port: Option<u16>,
    /// The payloads that it leaves out, by message.
    pub leave_out: BTreeMap<MessageName, Vec<PayloadType>>,
    /// The messages of IKEv2 to which it adds a critical payload that nobody knows.
    pub unknown_critical_payload: Vec<MessageName>,
    /// The message in place of which it refuses the session, with a notification and for reasons of its own.
    pub refuses: Option<MessageName>,
}

/// What a router does with its certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// It sends none.
    Missing,
    /// What it sends is not DER.
    Malformed,
    /// It sends the hash and a URL of it: of IKEv2 only (RFC 7296 3.6).
    ByUrl,
}

/// What a router does with its certificate requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestFault {
    /// It sends none.
    Missing,
    /// It sends a single one that names no CA (RFC 4945 3.2.7.2).
    Empty,
    /// As initiator it asks in MM5 and not in MM3.
    Late,
}

const MM3: MessageName = MessageName::MainMode(3);
const MM4: MessageName = MessageName::MainMode(4);
const MM5: MessageName = MessageName::MainMode(5);

/// AUTHENTICATION-FAILED (RFC 2408 3.14.1).
const AUTHENTICATION_FAILED: u16 = 24;

/// X.509 Certificate - Signature (RFC 2408 3.9).
const X509_SIGNATURE: u8 = 4;

/// Hash and URL of X.509 certificate (RFC 7296 3.6).
const HASH_AND_URL: u8 = 12;

const URL: &[u8] = b"http://certificates.example.com/router.cer";

/// Of the numbers for private use (RFC 7296 3.2): nobody has agreed on it.
const UNKNOWN: PayloadType = PayloadType(200);

/// The critical bit (RFC 7296 3.2).
const CRITICAL: u8 = 0x80;

/// A router with faults, as its endpoint calls it.
#[derive(Clone, Debug)]
pub struct FaultyPeer {
    faults: Faults,
    /// The requests that it has not sent yet.
    held_back: Vec<OutgoingPayload>,
}

impl FaultyPeer {
    /// A router with these faults; `None` where there are none in what it sends.
    #[must_use]
    pub fn new(faults: &Faults) -> Option<Self> {
        // With another key it signs as it should.
        let in_messages = Faults { regenerated_keys: Vec::new(), ..faults.clone() };
        (in_messages != Faults::default()).then(|| Self { faults: in_messages, held_back: Vec::new() })
    }

    fn change_requests(&mut self, message: MessageName, payloads: &mut Vec<OutgoingPayload>) {
        let Some(fault) = self.faults.requests else { return };
        let request = |payload: &OutgoingPayload| payload.payload_type == PayloadType::CERTIFICATE_REQUEST;
        match (fault, message) {
            (RequestFault::Missing, MM3 | MM4) => payloads.retain(|payload| !request(payload)),
            (RequestFault::Empty, MM3 | MM4) => {
                let first = payloads.iter().position(request).unwrap_or(payloads.len());
                payloads.retain(|payload| !request(payload));
                let empty = OutgoingPayload::new(PayloadType::CERTIFICATE_REQUEST, vec![X509_SIGNATURE]);
                payloads.insert(first.min(payloads.len()), empty);
            }
            (RequestFault::Late, MM3) => self.held_back = payloads.extract_if(.., |it| request(it)).collect(),
            (RequestFault::Late, MM5) => payloads.append(&mut self.held_back),
            _ => {}
        }
    }
}

impl Tamper for FaultyPeer {
    fn before_authentication(&mut self, message: MessageName, payloads: &mut Vec<OutgoingPayload>) {
        self.change_requests(message, payloads);
        let is = |payload: &OutgoingPayload, sought| payload.payload_type == sought;
        if let Some(port) = self.faults.identity_port {
            for payload in payloads.iter_mut().filter(|it| is(it, PayloadType::IDENTIFICATION)) {
                // RFC 2407 4.6.2: type and protocol, then the port.
                if let Some(bytes) = payload.body.get_mut(2..4) {
                    bytes.copy_from_slice(&port.to_be_bytes());
                }
            }
        }
        match self.faults.certificate {
            None => {}
            Some(CertificateFault::Missing) => payloads.retain(|it| !is_certificate(it)),
            Some(CertificateFault::Malformed) => {
                for payload in payloads.iter_mut().filter(|it| is_certificate(it)) {
                    payload.body.truncate(payload.body.len() / 2);
                }
            }
            Some(CertificateFault::ByUrl) => {
                for payload in payloads.iter_mut().filter(|it| is(it, PayloadType::IKEV2_CERTIFICATE)) {
                    payload.body = hash_and_url(payload.body.get(1..).unwrap_or_default());
                }
            }
        }
    }

    fn before_protection(&mut self, message: MessageName, payloads: &mut Vec<OutgoingPayload>) {
        if self.faults.unknown_critical_payload.contains(&message) {
            payloads.push(OutgoingPayload { payload_type: UNKNOWN, flags: CRITICAL, body: Vec::new() });
        }
        if let Some(left_out) = self.faults.leave_out.get(&message) {
            payloads.retain(|payload| !left_out.contains(&payload.payload_type));
        }
    }

    fn refuses(&mut self, message: MessageName) -> Option<u16> {
        (self.faults.refuses == Some(message)).then_some(AUTHENTICATION_FAILED)
    }
}

fn is_certificate(payload: &OutgoingPayload) -> bool {
    [PayloadType::CERTIFICATE, PayloadType::IKEV2_CERTIFICATE].contains(&payload.payload_type)
}

/// The body of a CERT payload that names a certificate in place of carrying it.
fn hash_and_url(certificate: &[u8]) -> Vec<u8> {
    let hash = Provider::REAL.hashes.hash(HashAlgorithm::Sha1, &[certificate]);
    [&[HASH_AND_URL], &*hash, URL].concat()
}

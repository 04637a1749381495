//! `wire` against two other readers of messages: `ryke` 0.3 (both versions of IKE) and `ipsec-parser` 0.7 (IKEv2). They
//! were written by others from the same documents.
//!
//! Where they say the same of the same bytes, all is well. Where they part, one of these has to be why; anything else
//! fails. The conditions are those of the code, at each [`Disagreement`].
//!
//! | disagreement | who is right |
//! |---|---|
//! | [`BytesBehindTheChain`](Disagreement::BytesBehindTheChain) | `wire`: RFC 7296 3.1, the length is that of header and payloads; 3.2, type 0 ends them |
//! | [`PayloadsBehindEncrypted`](Disagreement::PayloadsBehindEncrypted) | `wire`: RFC 7296 3.14, the Encrypted payload is the last, and its next payload field is about its inside |
//! | [`SubstructuresThatDoNotAddUp`](Disagreement::SubstructuresThatDoNotAddUp) | `wire`: RFC 7296 3.3.1, 3.3.2 and RFC 2408 3.5, 3.6, count, lengths and Last Substruc say the same |
//! | [`NoProposal`](Disagreement::NoProposal) | `wire`: RFC 7296 3.3, RFC 2408 3.4, the payload holds proposals, and each of them transforms |
//! | [`AddressLength`](Disagreement::AddressLength) | `wire`: RFC 7296 3.5, RFC 2407 4.6.2.1, an address has its length |
//! | [`OtherSelector`](Disagreement::OtherSelector) | `wire`: RFC 7296 3.13.1, ports and addresses are those of types 7 and 8; RFC 9478 2.2 has a type without |
//! | [`SelectorsThatDoNotAddUp`](Disagreement::SelectorsThatDoNotAddUp) | `wire`: RFC 7296 3.13, there is a selector, and number and lengths fill the payload |
//! | [`SpiSize`](Disagreement::SpiSize) | `ryke`: RFC 7296 3.11 has SPIs of 0 and 4 bytes only; `wire` reads any and leaves the judgement to `ike` |
//! | [`SpisThatDoNotAddUp`](Disagreement::SpisThatDoNotAddUp) | `wire`: RFC 7296 3.11, number and size fill the payload |
//! | [`HashAndUrl`](Disagreement::HashAndUrl) | `wire`: RFC 7296 3.6, a hash of 20 bytes stands before the URL |
//! | [`OpaqueAuthorities`](Disagreement::OpaqueAuthorities) | `wire`: RFC 7296 3.7, hashes are what encodings 4, 12 and 13 have; of others nothing is said |
//! | [`OpaqueAlgorithm`](Disagreement::OpaqueAlgorithm) | `wire`: RFC 7427 3, the algorithm stands in method 14 behind its length |
//! | [`OtherDomain`](Disagreement::OtherDomain) | `wire`: RFC 2408 3.4, what stands behind another DOI is that DOI's |
//! | [`LabelledSituation`](Disagreement::LabelledSituation) | `wire`: RFC 2407 4.6.1, labels stand between the situation and the proposals |
//! | [`FixedPartTwice`](Disagreement::FixedPartTwice) | `wire`: RFC 7296 3.8, 3.10, 3.11 and 3.12; `ipsec-parser` takes the length of what it has read already off a length that does not count it |

mod ipsec_parser;
mod ryke_ikev1;
mod ryke_ikev2;

use std::collections::BTreeSet;
use std::fmt::Debug;

use wire::{Header, ReadError, Version};

/// A known way in which two readers part, and the condition for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disagreement {
    /// Bytes follow the last payload of IKEv2: `wire` refuses them, and the payloads before are the same.
    BytesBehindTheChain,
    /// `wire` ends at an encrypted payload of IKEv2; the others read on by its next payload field.
    PayloadsBehindEncrypted,
    /// `wire` refuses proposals or transforms whose number, lengths or Last Substruc contradict each other. The others
    /// look at some of these only; what they would write for what they have read is not what they have read.
    SubstructuresThatDoNotAddUp,
    /// `wire` refuses an SA payload without a proposal, or a proposal without a transform.
    NoProposal,
    /// `wire` refuses an address, subnet or range of another length than its type has.
    AddressLength,
    /// A traffic selector of another type than 7 and 8: `wire` keeps it as it stands.
    OtherSelector,
    /// `wire` refuses traffic selectors whose number or lengths contradict what there is.
    SelectorsThatDoNotAddUp,
    /// `ryke` refuses SPIs of other sizes than 0 and 4 in a Delete payload.
    SpiSize,
    /// `wire` refuses SPIs in a Delete payload whose number and size contradict what there is.
    SpisThatDoNotAddUp,
    /// `wire` refuses a certificate by hash and URL that is shorter than the hash.
    HashAndUrl,
    /// A certificate request whose authorities are no whole hashes: `ryke` refuses it whatever the encoding is, `wire` where
    /// the encoding has hashes, `ipsec-parser` never.
    OpaqueAuthorities,
    /// `wire` refuses method 14 without a whole algorithm; `ipsec-parser` keeps it as it stands.
    OpaqueAlgorithm,
    /// An SA payload of another DOI than IPsec's: `wire` keeps what stands behind, `ryke` reads it as IPsec's.
    OtherDomain,
    /// The situation has labels: `ryke` reads them as proposals.
    LabelledSituation,
    /// What `ipsec-parser` keeps of a payload is shorter by the fixed part, or it refuses one that is no longer than that.
    FixedPartTwice,
}

impl Disagreement {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::BytesBehindTheChain,
        Self::PayloadsBehindEncrypted,
        Self::SubstructuresThatDoNotAddUp,
        Self::NoProposal,
        Self::AddressLength,
        Self::OtherSelector,
        Self::SelectorsThatDoNotAddUp,
        Self::SpiSize,
        Self::SpisThatDoNotAddUp,
        Self::HashAndUrl,
        Self::OpaqueAuthorities,
        Self::OpaqueAlgorithm,
        Self::OtherDomain,
        Self::LabelledSituation,
        Self::FixedPartTwice,
    ];
}

/// The disagreements that an input shows.
pub type Disagreements = BTreeSet<Disagreement>;

/// A message, whole or broken: its header, its chain of payloads and each payload say the same to all who read them, but
/// for what is known. A message of a version that `wire` does not know is read as one of IKEv2.
///
/// # Panics
/// If readers part in a way that is not known.
pub fn differential_wire(bytes: &[u8]) {
    let _ = disagreements_of(bytes);
}

/// As [`differential_wire`], with what the readers do not agree about.
///
/// # Panics
/// If readers part in a way that is not known.
#[must_use]
pub fn disagreements_of(bytes: &[u8]) -> Disagreements {
    let mut found = Disagreements::new();
    ryke_ikev1::compare_headers(bytes);
    ryke_ikev2::compare_headers(bytes);
    ipsec_parser::compare_headers(bytes);
    let Ok(header) = Header::read(bytes) else { return found };
    let body = &bytes[Header::LENGTH..];
    if header.version.major() == Version::IKEV1.major() {
        ryke_ikev1::compare(header.next_payload, body, &mut found);
    } else {
        ryke_ikev2::compare(header.next_payload, body, &mut found);
        ipsec_parser::compare(header.next_payload, body, &mut found);
    }
    found
}

/// What one structure is to `wire` and to another reader.
#[derive(Debug)]
struct Readings<T> {
    ours: Result<T, ReadError>,
    theirs: Option<T>,
}

impl<T: Debug + PartialEq> Readings<T> {
    /// Both say the same or refuse it, or `known` knows why not.
    fn settle(self, found: &mut Disagreements, known: impl FnOnce(&Self) -> Option<Disagreement>) {
        let agree = match (&self.ours, &self.theirs) {
            (Ok(ours), Some(theirs)) => ours == theirs,
            (Err(_), None) => true,
            _ => false,
        };
        if !agree {
            let disagreement = known(&self);
            assert!(disagreement.is_some(), "nobody knows why they part: {self:#x?}");
            found.extend(disagreement);
        }
    }

    /// Why `wire` refuses what the other one takes.
    fn refusal(&self) -> Option<&ReadError> {
        self.ours.as_ref().err().filter(|_| self.theirs.is_some())
    }

    /// The other one refuses what `wire` takes.
    const fn only_ours(&self) -> bool {
        self.ours.is_ok() && self.theirs.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of one payload.
    fn message(version: u8, payload_type: u8, body: &[u8]) -> Vec<u8> {
        let mut message = vec![0; 16];
        message.extend([payload_type, version, 34, 8, 0, 0, 0, 0]);
        message.extend(u32::try_from(32 + body.len()).expect("it is short").to_be_bytes());
        message.extend([0, 0]);
        message.extend(u16::try_from(4 + body.len()).expect("it is short").to_be_bytes());
        message.extend(body);
        message
    }

    fn of_ikev2(payload_type: u8, body: &[u8]) -> Disagreements {
        disagreements_of(&message(0x20, payload_type, body))
    }

    fn of_ikev1(payload_type: u8, body: &[u8]) -> Disagreements {
        disagreements_of(&message(0x10, payload_type, body))
    }

    #[test]
    fn each_disagreement_has_its_example() {
        use Disagreement::*;
        let proposal = [0, 0, 0, 16, 1, 1, 0, 1, 0, 0, 0, 8, 1, 0, 0, 12];
        let announcing = |transforms: u8| {
            let mut announcing = proposal;
            announcing[7] = transforms;
            announcing
        };
        let mut not_the_last = proposal;
        not_the_last[0] = 2;
        let of_isakmp = [0, 0, 0, 20, 1, 1, 0, 1, 0, 0, 0, 12, 1, 1, 0, 0, 0x80, 1, 0, 1];
        let sa = |domain: u32, situation: u32| {
            [&domain.to_be_bytes()[..], &situation.to_be_bytes(), &of_isakmp].concat()
        };
        let shown = [
            (BytesBehindTheChain, disagreements_of(&[&message(0x20, 40, &[1; 16])[..], &[0]].concat())),
            (PayloadsBehindEncrypted, {
                let mut encrypted = message(0x20, 46, &[1; 16]);
                encrypted[28] = 40;
                disagreements_of(&[&encrypted[..], &[0, 0, 0, 8, 1, 2, 3, 4]].concat())
            }),
            (SubstructuresThatDoNotAddUp, of_ikev2(33, &not_the_last)),
            (NoProposal, of_ikev2(33, &[])),
            (AddressLength, of_ikev2(35, &[1, 0, 0, 0, 192, 0, 2])),
            (OtherSelector, of_ikev2(44, &[1, 0, 0, 0, 10, 0, 0, 7, 1, 2, 3])),
            (SelectorsThatDoNotAddUp, of_ikev2(44, &[0, 0, 0, 0])),
            (SpiSize, of_ikev2(42, &[3, 8, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8])),
            (SpisThatDoNotAddUp, of_ikev2(42, &[3, 4, 0, 1, 1, 2, 3, 4, 5])),
            (HashAndUrl, of_ikev2(37, &[12, 1, 2, 3])),
            (OpaqueAuthorities, of_ikev2(38, &[1, 1, 2, 3])),
            (OpaqueAlgorithm, of_ikev2(39, &[14, 0, 0, 0, 9, 1])),
            (OtherDomain, of_ikev1(1, &sa(2, 1))),
            (LabelledSituation, of_ikev1(1, &sa(1, 2))),
            (FixedPartTwice, of_ikev2(43, &[1; 16])),
        ];
        assert_eq!(shown.each_ref().map(|(disagreement, _)| *disagreement), Disagreement::ALL);
        for (disagreement, found) in shown {
            assert!(found.contains(&disagreement), "{disagreement:?}: {found:?}");
        }
        assert_eq!(of_ikev2(33, &announcing(0)), [SubstructuresThatDoNotAddUp].into());
        // All refuse it.
        assert_eq!(of_ikev2(33, &announcing(2)), Disagreements::new());
        assert_eq!(of_ikev2(33, &proposal), Disagreements::new());
        assert_eq!(of_ikev1(1, &sa(1, 1)), Disagreements::new());
    }

    #[test]
    #[should_panic(expected = "nobody knows why they part")]
    fn what_nobody_knows_fails() {
        let readings = Readings { ours: Ok(1), theirs: Some(2) };
        readings.settle(&mut Disagreements::new(), |_| None);
    }
}

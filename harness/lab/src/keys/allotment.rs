//! Which party of a scenario gets which key.

use std::collections::{BTreeMap, BTreeSet};

use crypto::{HashAlgorithm, Hashes, Real};

use super::{KeyId, KeyKind, KeyPool};

/// The keys given out within one scenario; no two holders share one.
///
/// A holder's key follows from the holder's name and purpose, so that it stays the same when the scenario changes
/// elsewhere and certificates can be cached across scenarios. Where two holders fall on the same key, the later
/// one gets the next free key: ask in an order that is itself stable.
///
/// ```
/// use lab::keys::{KeyAllotment, KeyKind};
///
/// let kind = KeyKind::rsa(1024).expect("IOS allows 1024 bits");
/// let mut allotment = KeyAllotment::new();
/// let first = allotment.allot("CA1", "signing", kind);
/// let second = allotment.allot("CA2", "signing", kind);
/// assert_ne!(first, second);
/// assert_eq!(allotment.allot("CA1", "signing", kind), first);
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeyAllotment {
    given: BTreeMap<(String, String, KeyKind), KeyId>,
    taken: BTreeSet<KeyId>,
}

impl KeyAllotment {
    /// An allotment of a scenario that has given out nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key of `kind` that `party` (a router, a CA) uses for `purpose` (a key label, "signing").
    pub fn allot(&mut self, party: &str, purpose: &str, kind: KeyKind) -> KeyId {
        let holder = (party.to_owned(), purpose.to_owned(), kind);
        if let Some(&id) = self.given.get(&holder) {
            return id;
        }
        let id = self.first_free(party, purpose, kind);
        self.taken.insert(id);
        self.given.insert(holder, id);
        id
    }

    /// The committed keys once around from the holder's own place, then those that are generated.
    fn first_free(&self, party: &str, purpose: &str, kind: KeyKind) -> KeyId {
        let committed = KeyPool::committed(kind);
        let start = place(party, purpose).checked_rem(u64::from(committed)).unwrap_or(0);
        let start = u16::try_from(start).expect("a remainder is below its divisor");
        (start..committed)
            .chain(0..start)
            .chain(committed..u16::MAX)
            .map(|index| KeyId { kind, index })
            .find(|id| !self.taken.contains(id))
            .expect("no scenario has 65,535 holders of keys")
    }
}

fn place(party: &str, purpose: &str) -> u64 {
    // The separator keeps ("R1", "0") and ("R", "10") apart.
    let digest = Real.hash(HashAlgorithm::Sha256, &[party.as_bytes(), &[0], purpose.as_bytes()]);
    u64::from_be_bytes(std::array::from_fn(|position| digest[position]))
}

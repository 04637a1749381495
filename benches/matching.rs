//! Certificate requests, and who finds the trustpoint that answers them: ours, a walk over all trustpoints, and a bare
//! look-up in a hash table, below which nobody can get.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use ike::selection::ikev2::{self, REQUEST_HASH_LENGTH, RequestHash};
use ike::selection::{self, Scope, X509_SIGNATURE};
use ike::{Router, TrustpointId};
use pki::Name;

use crate::routers::{authority_name, enrolled_router};

/// Where among the requests the one stands that can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// Before all others.
    First,
    /// Half of the others before it.
    Middle,
    /// Behind all others.
    Last,
    /// Nowhere: no CA is known.
    None,
}

/// A router, and the same trustpoints as its peers keep them.
pub struct Subjects {
    router: Router,
    names: Keys<Box<[u8]>>,
    hashes: Keys<RequestHash>,
}

/// The keys of the trustpoints, in the order in which they answer.
struct Keys<K> {
    list: Vec<K>,
    table: HashMap<K, TrustpointId, FixedState>,
}

impl<K: Clone + Eq + std::hash::Hash> Keys<K> {
    fn new(list: Vec<K>) -> Self {
        let ids = (0..).map_while(TrustpointId::from_index);
        let table = list.iter().cloned().zip(ids).collect();
        Self { list, table }
    }
}

impl Subjects {
    /// A router with this many trustpoints.
    #[must_use]
    pub fn new(trustpoints: usize) -> Self {
        let router = enrolled_router(trustpoints);
        let ids = || (0..trustpoints).filter_map(TrustpointId::from_index);
        let name = |index| Box::from(authority_name(index).as_der());
        let hashes = ids().filter_map(|id| router.request_hashes().hash_of(id).copied());
        Self {
            names: Keys::new((0..trustpoints).map(name).collect()),
            hashes: Keys::new(hashes.collect()),
            router,
        }
    }

    /// The trustpoint that the requests of IKEv1 choose, by ours.
    #[must_use]
    pub fn by_name(&self, requests: &[Box<[u8]>]) -> Option<TrustpointId> {
        let answer =
            |name: &[u8]| selection::answer(&self.router, Scope::Global, X509_SIGNATURE, name, |_, _| {});
        requests.iter().find_map(|name| answer(name))
    }

    /// The same by a walk that compares lengths, then bytes.
    #[must_use]
    pub fn by_name_walking(&self, requests: &[Box<[u8]>]) -> Option<TrustpointId> {
        requests.iter().find_map(|request| position(&self.names.list, request))
    }

    /// The same by a bare look-up.
    #[must_use]
    pub fn by_name_looking_up(&self, requests: &[Box<[u8]>]) -> Option<TrustpointId> {
        requests.iter().find_map(|request| self.names.table.get(request).copied())
    }

    /// The trustpoint that the hashes of a CERTREQ of IKEv2 choose, by ours.
    #[must_use]
    pub fn by_hash(&self, hashes: &[u8]) -> Option<TrustpointId> {
        let answer = ikev2::answer(&self.router, ikev2::Scope::Global, hashes, |_, _| {});
        answer.map(|(trustpoint, _)| trustpoint)
    }

    /// The same by a walk.
    #[must_use]
    pub fn by_hash_walking(&self, hashes: &[u8]) -> Option<TrustpointId> {
        let (hashes, _) = hashes.as_chunks::<REQUEST_HASH_LENGTH>();
        hashes.iter().find_map(|hash| position(&self.hashes.list, hash))
    }

    /// The same by a bare look-up.
    #[must_use]
    pub fn by_hash_looking_up(&self, hashes: &[u8]) -> Option<TrustpointId> {
        let (hashes, _) = hashes.as_chunks::<REQUEST_HASH_LENGTH>();
        hashes.iter().find_map(|hash| self.hashes.table.get(hash).copied())
    }

    /// So many names, of which at most the one at `place` is that of a CA of the router: the one in the middle of its
    /// configuration.
    #[must_use]
    pub fn name_requests(&self, count: usize, place: Match) -> Vec<Box<[u8]>> {
        let known = authority_name(self.names.list.len() / 2);
        requests(count, place, known.as_der().into(), |other| unknown_name(other).as_der().into())
    }

    /// The same as hashes, one behind the other.
    #[must_use]
    pub fn hash_requests(&self, count: usize, place: Match) -> Vec<u8> {
        let known = self.hashes.list[self.hashes.list.len() / 2];
        let unknown = |other: usize| -> RequestHash {
            let digest =
                crypto::Hashes::hash(&crypto::Real, crypto::HashAlgorithm::Sha1, &[&other.to_be_bytes()]);
            RequestHash::try_from(&*digest).expect("a SHA-1 hash has 20 bytes")
        };
        requests(count, place, known, unknown).concat()
    }
}

fn position<K: AsRef<[u8]>>(list: &[K], wanted: &K) -> Option<TrustpointId> {
    list.iter().position(|key| key.as_ref() == wanted.as_ref()).and_then(TrustpointId::from_index)
}

fn requests<K>(count: usize, place: Match, known: K, unknown: impl Fn(usize) -> K) -> Vec<K> {
    let mut requests: Vec<K> = (0..count).map(unknown).collect();
    let answered = match place {
        Match::First => Some(0),
        Match::Middle => Some(count / 2),
        Match::Last => count.checked_sub(1),
        Match::None => None,
    };
    if let Some(place) = answered.and_then(|place| requests.get_mut(place)) {
        *place = known;
    }
    requests
}

/// The name of a CA that no router here knows, as long as the names that it knows.
#[must_use]
pub fn unknown_name(index: usize) -> Name {
    authority_name(90_000 + index)
}

/// The same name with each PrintableString as UTF8String, which has the same length.
///
/// # Panics
/// The name has no PrintableString.
#[must_use]
pub fn as_utf8(name: &Name) -> Name {
    const PRINTABLE_STRING: u8 = 0x13;
    const UTF8_STRING: u8 = 0x0c;
    let swap = |&byte: &u8| if byte == PRINTABLE_STRING { UTF8_STRING } else { byte };
    let der: Vec<u8> = name.as_der().iter().map(swap).collect();
    let swapped = Name::from_der(&der).expect("only string types have changed");
    assert!(swapped.matches(name) && swapped != *name);
    swapped
}

//! The sessions of an endpoint, and the ways to find one: by cookie, by first message, by the time that its timer is due.
//!
//! Every look-up is logarithmic in the number of sessions. What sessions do is in `ikev1` and `ikev2`; cookies are the SPIs
//! of IKEv2.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use wire::Header;

use crate::endpoint::Limits;
use crate::identity::Identity;
use crate::ids::SessionId;
use crate::session::{FirstMessage, Session};
use crate::state::{IkeVersion, Role};

/// The sessions and their indexes. A session is taken out for the time of a step and put back after it; the indexes
/// follow what it has become.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    entries: BTreeMap<SessionId, Entry>,
    /// By the cookie that this endpoint chose.
    by_cookie: BTreeMap<[u8; 8], SessionId>,
    /// A responder's.
    by_first_message: BTreeMap<FirstMessage, SessionId>,
    timers: BTreeSet<(Duration, SessionId)>,
    /// The authenticated sessions with each peer, by what it has proved to be.
    by_identity: BTreeMap<Identity, BTreeSet<SessionId>>,
    /// The authenticated sessions with each address.
    by_address: BTreeMap<IpAddr, BTreeSet<SessionId>>,
    /// A responder's sessions that are not authenticated.
    half_open: BTreeSet<SessionId>,
    /// Those of them of which the peer has shown nothing but an MM1.
    unproven: BTreeSet<SessionId>,
    /// Sessions that have ended, and are kept for copies of their last request.
    ended: BTreeSet<SessionId>,
}

#[derive(Debug)]
struct Entry {
    session: Session,
    marks: Marks,
}

/// Under what a session stands in the indexes.
#[derive(Clone, Debug)]
struct Marks {
    own_cookie: [u8; 8],
    first_message: Option<FirstMessage>,
    timeout: Option<Duration>,
    peer: Option<(Identity, IpAddr)>,
}

impl Sessions {
    /// How many there are that have not ended.
    pub(crate) fn count(&self) -> usize {
        self.entries.len() - self.ended.len()
    }

    /// How many of them, as responder, are not authenticated yet.
    pub(crate) fn half_open(&self) -> usize {
        self.half_open.len()
    }

    /// The oldest of those whose peer has shown nothing but an MM1: numbers grow with age.
    pub(crate) fn oldest_unproven(&self) -> Option<SessionId> {
        self.unproven.first().copied()
    }

    /// The authenticated sessions with the peer that has proved to be this.
    pub(crate) fn with_peer(&self, identity: &Identity) -> Vec<SessionId> {
        self.by_identity.get(identity).into_iter().flatten().copied().collect()
    }

    /// Whether there is an authenticated session with this address.
    pub(crate) fn knows(&self, peer: IpAddr) -> bool {
        self.by_address.contains_key(&peer)
    }

    /// Whether a session has this cookie of ours.
    pub(crate) fn has_cookie(&self, cookie: &[u8; 8]) -> bool {
        self.by_cookie.contains_key(cookie)
    }

    /// When the first timer is due.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timers.first().map(|(due, _)| *due)
    }

    /// The sessions whose timers are due, in the order of their times.
    pub(crate) fn due(&self, now: Duration) -> Vec<SessionId> {
        self.timers.iter().take_while(|(due, _)| *due <= now).map(|(_, id)| *id).collect()
    }

    /// The session of this version that a message belongs to: by the cookie that this endpoint chose, the peer's compared;
    /// or, without one, as a copy of its first message.
    pub(crate) fn find(
        &self,
        version: IkeVersion,
        header: &Header,
        first: &FirstMessage,
    ) -> Option<SessionId> {
        let of = |own: &[u8; 8], belongs: &dyn Fn(&Session) -> bool| {
            let id = *self.by_cookie.get(own)?;
            self.entries.get(&id).is_some_and(|entry| belongs(&entry.session)).then_some(id)
        };
        let initiated =
            of(&header.initiator_cookie, &|session| session.may_have_peer(&header.responder_cookie));
        let responded = of(&header.responder_cookie, &|session| {
            session.role() == Role::Responder && session.cookies().initiator == header.initiator_cookie
        });
        let repeated = || self.by_first_message.get(first).copied();
        let found =
            initiated.or(responded).or_else(|| repeated().filter(|_| header.responder_cookie == [0; 8]));
        found.filter(|id| self.entries.get(id).is_some_and(|entry| entry.session.version() == version))
    }

    /// Takes a session out for a step.
    pub(crate) fn take(&mut self, id: SessionId) -> Option<Session> {
        let Entry { session, marks } = self.entries.remove(&id)?;
        self.by_cookie.remove(&marks.own_cookie);
        if let Some(first) = &marks.first_message {
            self.by_first_message.remove(first);
        }
        if let Some(due) = marks.timeout {
            self.timers.remove(&(due, id));
        }
        if let Some((identity, address)) = &marks.peer {
            remove(&mut self.by_identity, identity, id);
            remove(&mut self.by_address, address, id);
        }
        self.half_open.remove(&id);
        self.unproven.remove(&id);
        self.ended.remove(&id);
        Some(session)
    }

    /// Puts a session in, or back.
    pub(crate) fn put(&mut self, id: SessionId, session: Session, limits: &Limits) {
        let cookies = session.cookies();
        let (own_cookie, first_message) = match session.role() {
            Role::Initiator => (cookies.initiator, None),
            Role::Responder => (cookies.responder, Some(session.first_message())),
        };
        let peer = session.peer_identity().map(|identity| (identity.clone(), session.path().remote.ip()));
        let marks = Marks { own_cookie, first_message, timeout: session.timeout(limits), peer };
        self.by_cookie.insert(own_cookie, id);
        if let Some(first) = first_message {
            self.by_first_message.insert(first, id);
        }
        if let Some(due) = marks.timeout {
            self.timers.insert((due, id));
        }
        if let Some((identity, address)) = &marks.peer {
            self.by_identity.entry(identity.clone()).or_default().insert(id);
            self.by_address.entry(*address).or_default().insert(id);
        }
        if session.is_half_open() {
            self.half_open.insert(id);
            if session.is_unproven() {
                self.unproven.insert(id);
            }
        }
        if session.is_ended() {
            self.ended.insert(id);
        }
        let replaced = self.entries.insert(id, Entry { session, marks });
        debug_assert!(replaced.is_none(), "session numbers are unique");
        // What has ended takes nobody's place.
        if self.entries.len() > limits.sessions
            && let Some(oldest) = self.ended.first().copied()
        {
            self.take(oldest);
        }
    }
}

fn remove<K: Ord>(index: &mut BTreeMap<K, BTreeSet<SessionId>>, key: &K, id: SessionId) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

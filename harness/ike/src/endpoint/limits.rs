//! What an endpoint may use up, and how long it waits.

use std::time::Duration;

use crate::state::IkeVersion;

/// What an endpoint may use up, and how long it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// At most so many sessions.
    pub sessions: usize,
    /// At most so many sessions that are not authenticated yet.
    pub half_open: usize,
    /// IKEv1: the time between two transmissions of an unanswered message (V1-VAL-3).
    pub retransmit_after: Duration,
    /// IKEv2: the time to the first retransmission of a request; it doubles with each (RFC 7296 2.4).
    pub ikev2_retransmit_after: Duration,
    /// At most so many retransmissions of a message (V1-VAL-3).
    pub retransmissions: u32,
    /// At most so many requests of each side in a session of IKEv2, whose message IDs must not begin again: the session ends
    /// with the last (RFC 7296 2.2).
    pub requests: u32,
    /// At most so many errors a second are sent to those without a session of IKEv2.
    pub stranger_answers: u32,
    /// A duplicate that comes sooner than this after the answer is not answered again.
    pub duplicate_silence: Duration,
    /// The port to which peers behind a NAT move (RFC 3947 4).
    pub nat_traversal_port: u16,
    /// Whether events carry the keys that messages are encrypted with, for a key log.
    pub reveal_keys: bool,
    /// IKEv2: whether a key of chance stands for a pre-shared one, which is held nowhere here. Who takes such a key finds
    /// the proof wrong, so this is for negotiations with peers that refuse the method. Without it such a profile
    /// authenticates nobody.
    pub stand_in_shared_keys: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 10_000,
            half_open: 1_000,
            retransmit_after: Duration::from_secs(10),
            ikev2_retransmit_after: Duration::from_secs(1),
            retransmissions: 5,
            requests: u32::MAX,
            stranger_answers: 100,
            duplicate_silence: Duration::from_secs(1),
            nat_traversal_port: 4500,
            reveal_keys: false,
            stand_in_shared_keys: false,
        }
    }
}

impl Limits {
    /// The time from one transmission of a request of IKEv2 to the next, after so many retransmissions.
    #[must_use]
    pub fn ikev2_retransmit_after(&self, retransmissions: u32) -> Duration {
        self.ikev2_retransmit_after.saturating_mul(1 << retransmissions.min(16))
    }

    /// The longest time for which a session waits for its peer before it does something by itself: what waits longer, waits
    /// for the end of a lifetime.
    #[must_use]
    pub fn patience(&self, version: IkeVersion) -> Duration {
        match version {
            IkeVersion::V1 => self.retransmit_after,
            IkeVersion::V2 => self.ikev2_retransmit_after(self.retransmissions),
        }
    }
}

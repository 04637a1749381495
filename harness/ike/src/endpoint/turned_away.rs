//! The first messages of IKEv2 that began no session, so that a copy of one, or the request with what was asked for, goes
//! by the same numbers: an initiator that is refused repeats itself (RFC 7296 2.21.1).

use std::collections::VecDeque;

use crate::endpoint::Path;
use crate::ids::SessionId;

/// At most so many are remembered; those that came first are forgotten first.
const MOST: usize = 256;

/// A first message by the initiator's SPI and the addresses.
pub(super) type FirstMessage = ([u8; 8], Path);

/// What a first message goes by in events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) session: SessionId,
    /// None where it came no further than to a cookie.
    pub(super) connection: Option<u32>,
}

/// The numbers of the first messages that were turned away.
#[derive(Debug, Default)]
pub(super) struct TurnedAway(VecDeque<(FirstMessage, Numbers)>);

impl TurnedAway {
    /// Takes out the numbers of this message, if it was turned away before.
    pub(super) fn take(&mut self, message: &FirstMessage) -> Option<Numbers> {
        let position = self.0.iter().position(|(known, _)| known == message)?;
        self.0.remove(position).map(|(_, numbers)| numbers)
    }

    /// Remembers the numbers of a message that is not remembered yet.
    pub(super) fn put(&mut self, message: FirstMessage, numbers: Numbers) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back((message, numbers));
    }
}

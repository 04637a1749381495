//! What can happen to two endpoints and to what is between them, each in a few bytes.

use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use lab::side::Side;

use super::meddling::Meddling;

/// One step of a session's course. Numbers select from what there is, modulo how much there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// A datagram under way arrives.
    Deliver(u8),
    /// Everything under way arrives, and the answers to it, until nothing is under way.
    DeliverAll,
    /// A datagram under way is lost.
    Drop(u8),
    /// A datagram under way arrives, and stays under way.
    Duplicate(u8),
    /// A datagram of long ago arrives once more.
    Replay(u8),
    /// What is under way changes its order.
    Reorder(u8),
    /// The next message of a router says something else than the router meant, and is protected for it.
    Meddle(Side, Meddling),
    /// A byte of a datagram under way changes.
    Corrupt {
        /// Which.
        datagram: u8,
        /// Which byte.
        at: u16,
        /// What it is xored with.
        with: u8,
    },
    /// Time passes; timers that are due meanwhile run out in their order.
    Advance(Duration),
    /// The next timer runs out.
    Timeout,
    /// A router is asked for a tunnel.
    Initiate(Side),
    /// A router closes its latest session.
    Close(Side),
    /// A stranger sends something.
    Foreign(Side, Foreign),
    /// A datagram under way goes back to its sender.
    Reflect(u8),
    /// A datagram under way arrives from another port, as through a NAT.
    Translate(u8, u8),
}

/// What a stranger sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Foreign {
    /// Bytes.
    Bytes(Vec<u8>),
    /// A copy of a datagram of long ago whose first cookie is another one: a flood of first messages.
    OtherCookie(u8, u8),
    /// A copy of a datagram of long ago.
    Copy(u8),
}

impl<'a> Arbitrary<'a> for Operation {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let first: u8 = bytes.arbitrary()?;
        // The upper half of the byte is an argument of its own, so that short inputs say much.
        let (number, high) = (first & 15, first >> 4);
        let side = if high & 1 == 0 { Side::First } else { Side::Second };
        Ok(match number {
            0 => Self::DeliverAll,
            1 => Self::Deliver(high),
            2 => Self::Drop(high),
            3 => Self::Duplicate(high),
            4 => Self::Replay(bytes.arbitrary()?),
            5 => Self::Reorder(high),
            6 | 7 => Self::Meddle(side, bytes.arbitrary()?),
            8 => Self::Corrupt { datagram: high, at: bytes.arbitrary()?, with: bytes.arbitrary()? },
            9 => Self::Advance(Duration::from_secs(SECONDS[usize::from(high)])),
            10 => Self::Timeout,
            11 => Self::Initiate(side),
            12 => Self::Close(side),
            13 => Self::Foreign(side, foreign(high >> 1, bytes)?),
            14 => Self::Reflect(high),
            _ => Self::Translate(high, bytes.arbitrary()?),
        })
    }
}

/// How long time passes: less and more than every timer.
const SECONDS: [u64; 16] = [0, 1, 2, 3, 5, 8, 10, 11, 15, 30, 31, 60, 120, 600, 1800, 3601];

fn foreign(kind: u8, bytes: &mut Unstructured<'_>) -> arbitrary::Result<Foreign> {
    Ok(match kind % 4 {
        0 => Foreign::Copy(bytes.arbitrary()?),
        1 | 2 => Foreign::OtherCookie(bytes.arbitrary()?, bytes.arbitrary()?),
        _ => {
            let length = usize::from(bytes.arbitrary::<u8>()?).min(bytes.len());
            Foreign::Bytes(bytes.bytes(length)?.to_vec())
        }
    })
}

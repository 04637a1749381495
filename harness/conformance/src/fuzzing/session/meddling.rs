//! A router that says something else than it meant: with its own keys, so that only what is said is wrong.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use arbitrary::{Arbitrary, Unstructured};
use ike::{MessageName, OutgoingPayload, Tamper};
use wire::PayloadType;

/// A change to one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meddling {
    point: Point,
    /// Which payload, modulo how many there are.
    payload: u8,
    change: Change,
}

/// Where on its way out the message is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    /// The signature and the hashes cover the change.
    BeforeAuthentication,
    /// They do not.
    BeforeProtection,
    /// The endpoint refuses in place of the message.
    Refusal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    /// A byte of the body is xored.
    Flip(u16, u8),
    /// Two bytes of the body become these.
    Number(u16, u16),
    /// The body ends sooner.
    Truncate(u8),
    /// The body goes on.
    Extend(u8),
    /// The payload is left out.
    Remove,
    /// The payload stands there twice.
    Repeat,
    /// The payload changes places with the first one.
    Swap,
    /// The payload says that it is of another type.
    Retype(u8),
    /// The payload's flags.
    Flags(u8),
    /// The body is that of a payload of the same type that was sent before.
    Former,
    /// A payload is added.
    Add(u8, Vec<u8>),
}

impl<'a> Arbitrary<'a> for Meddling {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let [first, payload] = bytes.arbitrary::<[u8; 2]>()?;
        let point = match first >> 4 {
            0..=6 => Point::BeforeAuthentication,
            7..=14 => Point::BeforeProtection,
            _ => Point::Refusal,
        };
        let change = match first & 15 {
            0..=3 => Change::Flip(bytes.arbitrary()?, bytes.arbitrary::<u8>()?.max(1)),
            4..=6 => Change::Number(bytes.arbitrary()?, bytes.arbitrary()?),
            7 => Change::Truncate(bytes.arbitrary()?),
            8 => Change::Extend(bytes.arbitrary()?),
            9 => Change::Remove,
            10 => Change::Repeat,
            11 => Change::Swap,
            12 => Change::Retype(bytes.arbitrary()?),
            13 => Change::Flags(bytes.arbitrary()?),
            14 => Change::Former,
            _ => {
                let payload_type = bytes.arbitrary()?;
                let length = usize::from(bytes.arbitrary::<u8>()? % 32).min(bytes.len());
                Change::Add(payload_type, bytes.bytes(length)?.to_vec())
            }
        };
        Ok(Self { point, payload, change })
    }
}

/// What a [`Meddler`] is still to do, in the hands of whoever plays.
pub(super) type Orders = Rc<RefCell<VecDeque<Meddling>>>;

/// Changes messages as it is told to.
#[derive(Debug, Default)]
pub(super) struct Meddler {
    orders: Orders,
    /// Payloads that were sent before.
    former: Vec<OutgoingPayload>,
}

/// So many payloads are remembered.
const MEMORY: usize = 64;

impl Meddler {
    pub fn new(orders: Orders) -> Self {
        Self { orders, former: Vec::new() }
    }

    fn order_for(&self, point: Point) -> Option<Meddling> {
        let mut orders = self.orders.borrow_mut();
        orders.pop_front_if(|order| order.point == point)
    }

    fn apply(&mut self, order: Meddling, payloads: &mut Vec<OutgoingPayload>) {
        let Some(index) = usize::from(order.payload).checked_rem(payloads.len()) else { return };
        let payload = &mut payloads[index];
        let body = &mut payload.body;
        match order.change {
            Change::Flip(at, with) => {
                if let Some(at) = usize::from(at).checked_rem(body.len()) {
                    body[at] ^= with;
                }
            }
            Change::Number(at, number) => {
                if let Some(at) = usize::from(at).checked_rem(body.len().saturating_sub(1)) {
                    body[at..at + 2].copy_from_slice(&number.to_be_bytes());
                }
            }
            Change::Truncate(by) => body.truncate(body.len().saturating_sub(usize::from(by))),
            Change::Extend(by) => body.resize(body.len() + usize::from(by), by),
            Change::Remove => drop(payloads.remove(index)),
            Change::Repeat => {
                let copy = payload.clone();
                payloads.insert(index, copy);
            }
            Change::Swap => payloads.swap(0, index),
            Change::Retype(payload_type) => payload.payload_type = PayloadType(payload_type),
            Change::Flags(flags) => payload.flags = flags,
            Change::Former => {
                let same = |former: &&OutgoingPayload| {
                    former.payload_type == payload.payload_type && former.body != payload.body
                };
                if let Some(former) = self.former.iter().rev().find(same) {
                    payload.body.clone_from(&former.body);
                }
            }
            Change::Add(payload_type, body) => {
                payloads.insert(index, OutgoingPayload::new(PayloadType(payload_type), body));
            }
        }
    }
}

impl Tamper for Meddler {
    fn before_authentication(&mut self, _message: MessageName, payloads: &mut Vec<OutgoingPayload>) {
        if let Some(order) = self.order_for(Point::BeforeAuthentication) {
            self.apply(order, payloads);
        }
    }

    fn before_protection(&mut self, _message: MessageName, payloads: &mut Vec<OutgoingPayload>) {
        if self.former.len() < MEMORY {
            self.former.extend(payloads.iter().cloned());
        }
        if let Some(order) = self.order_for(Point::BeforeProtection) {
            self.apply(order, payloads);
        }
    }

    fn refuses(&mut self, _message: MessageName) -> Option<u16> {
        self.order_for(Point::Refusal).map(|order| u16::from(order.payload))
    }
}

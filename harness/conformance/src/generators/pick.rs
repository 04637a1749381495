//! Choosing among things whose number is not known yet.

use proptest::prelude::*;

/// A choice among things: the first most often, and the first when it has shrunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pick(u8);

impl Pick {
    /// The first one.
    pub(super) const FIRST: Self = Self(0);

    /// The place of the thing among `count`; 0 where there is none.
    pub(super) fn among(self, count: usize) -> u8 {
        let place = usize::from(self.0).checked_rem(count).unwrap_or(0);
        u8::try_from(place).expect("a place below 256 was taken")
    }
}

pub(super) fn pick() -> impl Strategy<Value = Pick> + Clone {
    prop_oneof![2 => Just(0_u8), 3 => 0_u8..3, 1 => 0_u8..12].prop_map(Pick)
}

/// `Some` in so many of a hundred cases.
pub(super) fn seldom<S: Strategy>(percent: u8, of: S) -> impl Strategy<Value = Option<S::Value>>
where
    S::Value: Clone,
{
    prop::option::weighted(f64::from(percent) / 100.0, of)
}

/// `true` in so many of a hundred cases.
pub(super) fn rarely(percent: u8) -> impl Strategy<Value = bool> {
    prop::bool::weighted(f64::from(percent) / 100.0)
}

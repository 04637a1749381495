//! The two routers of a scenario, told apart by the order in which they were given.

use std::ops::{Index, IndexMut};

/// One of the two routers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The one that was given first: `r1.txt`.
    First,
    /// The one that was given second: `r2.txt`.
    Second,
}

impl Side {
    /// Both, in order.
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// Something that each of the two routers has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair<T> {
    /// What the first router has.
    pub first: T,
    /// What the second router has.
    pub second: T,
}

impl<T> Pair<T> {
    /// A pair made for each side in order.
    pub fn from_fn(mut make: impl FnMut(Side) -> T) -> Self {
        Self { first: make(Side::First), second: make(Side::Second) }
    }

    /// As [`from_fn`](Self::from_fn), for what may fail.
    ///
    /// # Errors
    /// The first error of `make`.
    pub fn try_from_fn<E>(mut make: impl FnMut(Side) -> Result<T, E>) -> Result<Self, E> {
        Ok(Self { first: make(Side::First)?, second: make(Side::Second)? })
    }

    /// A reference to each half.
    pub fn as_ref(&self) -> Pair<&T> {
        Pair { first: &self.first, second: &self.second }
    }

    /// The side whose half `holds`, the first before the second.
    pub fn find(&self, mut holds: impl FnMut(&T) -> bool) -> Option<Side> {
        Side::BOTH.into_iter().find(|&side| holds(&self[side]))
    }
}

impl<T> Index<Side> for Pair<T> {
    type Output = T;

    fn index(&self, side: Side) -> &T {
        match side {
            Side::First => &self.first,
            Side::Second => &self.second,
        }
    }
}

impl<T> IndexMut<Side> for Pair<T> {
    fn index_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::First => &mut self.first,
            Side::Second => &mut self.second,
        }
    }
}

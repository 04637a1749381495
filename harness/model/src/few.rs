//! The two collections of the model: a short list and a set of small numbers, both without allocation.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// A list of at most `N` items that lives where it is declared. It reads as a slice.
#[derive(Clone, Copy)]
pub struct Few<T, const N: usize> {
    items: [T; N],
    length: usize,
}

impl<T: Copy + Default, const N: usize> Few<T, N> {
    /// The list without items.
    #[must_use]
    pub fn none() -> Self {
        Self { items: [T::default(); N], length: 0 }
    }

    /// Puts an item at the end.
    ///
    /// # Panics
    /// The list is full: `N` is the bound that the caller's world promised to keep.
    pub fn push(&mut self, item: T) {
        let place = self.items.get_mut(self.length).expect("a world of the model keeps to its bounds");
        *place = item;
        self.length += 1;
    }

    /// Takes the last item off.
    pub fn pop(&mut self) -> Option<T> {
        let last = self.last().copied();
        self.length = self.length.saturating_sub(1);
        last
    }
}

impl<T: Copy + Default, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Self::none()
    }
}

impl<T, const N: usize> Deref for Few<T, N> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.items[..self.length]
    }
}

impl<T: Copy + Default, const N: usize> FromIterator<T> for Few<T, N> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Self::none();
        items.into_iter().for_each(|item| list.push(item));
        list
    }
}

impl<T: PartialEq, const N: usize> PartialEq for Few<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl<T: Eq, const N: usize> Eq for Few<T, N> {}

impl<T: fmt::Debug, const N: usize> fmt::Debug for Few<T, N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(formatter)
    }
}

/// A set of items that are numbered from 0 to 63. It lists them by their numbers.
pub struct Set<T> {
    bits: u64,
    items: PhantomData<T>,
}

impl<T: Into<u8>> Set<T> {
    /// The set without items.
    pub const EMPTY: Self = Self { bits: 0, items: PhantomData };

    /// The set of these items.
    #[must_use]
    pub fn of(items: impl IntoIterator<Item = T>) -> Self {
        let mut set = Self::EMPTY;
        items.into_iter().for_each(|item| set.insert(item));
        set
    }

    /// Puts an item in.
    pub fn insert(&mut self, item: T) {
        self.bits |= Self::bit(item);
    }

    /// Whether the item is in.
    #[must_use]
    pub fn contains(self, item: T) -> bool {
        self.bits & Self::bit(item) != 0
    }

    /// Whether nothing is in.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// How many items are in.
    #[must_use]
    pub fn len(self) -> u32 {
        self.bits.count_ones()
    }

    /// What is in this set or in the other.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { bits: self.bits | other.bits, items: PhantomData }
    }

    /// Whether everything that is in this set is in the other, too.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.bits & !other.bits == 0
    }

    /// The items, by their numbers.
    pub fn iter(self) -> impl Iterator<Item = T>
    where
        T: TryFrom<u8>,
    {
        let numbers = (0..64).filter(move |number| self.bits & (1 << number) != 0);
        numbers.filter_map(|number| T::try_from(number).ok())
    }

    fn bit(item: T) -> u64 {
        let number: u8 = item.into();
        assert!(number < 64, "a set holds the numbers below 64, not {number}");
        1 << number
    }
}

impl<T> Clone for Set<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Set<T> {}

impl<T: Into<u8>> Default for Set<T> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<T> PartialEq for Set<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<T> Eq for Set<T> {}

impl<T: Into<u8> + TryFrom<u8> + fmt::Debug> fmt::Debug for Set<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

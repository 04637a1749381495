//! Where a configured value comes from, as an opaque number that only the reader of the text can resolve.

/// The place that a value was written at, or the fact that it is a default.
///
/// The table from `Origin` to file, line and column belongs to whoever read the text (`ios::Sources`); this crate only
/// carries the number along, so that a decision can point at the lines it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(u32);

impl Origin {
    /// The value was not written anywhere: it is the router's default.
    pub const DEFAULT: Self = Self(u32::MAX);

    /// The origin with the index `index` in its owner's table.
    #[must_use]
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    /// The index in the owner's table, or `None` for a default.
    #[must_use]
    pub const fn index(self) -> Option<u32> {
        if self.0 == Self::DEFAULT.0 { None } else { Some(self.0) }
    }

    /// Whether the value was not written anywhere.
    #[must_use]
    pub const fn is_default(self) -> bool {
        self.0 == Self::DEFAULT.0
    }
}

/// A configured value together with the place it was written at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value itself.
    pub value: T,
    /// Where it was written.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value written at `origin`.
    pub const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A value that nobody wrote.
    pub const fn default_value(value: T) -> Self {
        Self { value, origin: Origin::DEFAULT }
    }

    /// The same origin with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: change(self.value), origin: self.origin }
    }
}

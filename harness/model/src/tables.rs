//! Two kinds of small types that the model has many of: an enum with words, and a number with a name of its own. Both can
//! be in a [`crate::Set`].

/// An enum and the words for each of its values.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $words:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$item])* #[doc = concat!("`", $words, "`")] $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As it is written.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }
        }

        impl From<$name> for u8 {
            fn from(value: $name) -> u8 {
                value as u8
            }
        }

        impl TryFrom<u8> for $name {
            type Error = u8;
            fn try_from(number: u8) -> Result<Self, u8> {
                Self::ALL.get(usize::from(number)).copied().ok_or(number)
            }
        }
    };
}

/// A number that stands for something.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u8);

        impl From<$name> for u8 {
            fn from(value: $name) -> u8 {
                value.0
            }
        }

        impl From<u8> for $name {
            fn from(number: u8) -> Self {
                Self(number)
            }
        }
    };
}

pub(crate) use {number, words};

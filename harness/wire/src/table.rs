//! The macro that turns a table of assigned numbers into a type: one constant, name and source per row.
//! The tables themselves stand where their numbers are used.

/// Makes a newtype over an assigned number. Every number is a value of it, known or not.
macro_rules! table {
    (
        $(#[$documentation:meta])*
        pub struct $type:ident($number:ty) {
            $($constant:ident = $value:literal, $name:literal, $source:literal;)*
        }
    ) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(pub $number);

        impl $type {
            $(
                #[doc = concat!("`", $name, "`, ", $source, ".")]
                pub const $constant: Self = Self($value);
            )*

            /// The numbers that have a name here, in the order of the table.
            pub const KNOWN: &'static [Self] = &[$(Self::$constant),*];

            /// The name that the specification gives to this number, if it is a known one.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($name),)*
                    _ => None,
                }
            }

            /// Where this number is assigned, if it is a known one.
            pub const fn source(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($source),)*
                    _ => None,
                }
            }
        }

        impl core::fmt::Display for $type {
            /// The name, or the number where there is none.
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => formatter.pad(name),
                    None => core::fmt::Display::fmt(&self.0, formatter),
                }
            }
        }

        impl core::fmt::Debug for $type {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(formatter, "{}({}", stringify!($type), self.0)?;
                match self.name() {
                    Some(name) => write!(formatter, " {name})"),
                    None => formatter.write_str(")"),
                }
            }
        }

        impl From<$number> for $type {
            fn from(number: $number) -> Self {
                Self(number)
            }
        }

        impl From<$type> for $number {
            fn from(known: $type) -> Self {
                known.0
            }
        }
    };
}

pub(crate) use table;

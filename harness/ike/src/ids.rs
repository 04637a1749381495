//! Small numbers that stand for parts of a router and for sessions; events and decisions refer to things by them.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) $inner);

        impl $name {
            /// The position in the list that this number indexes.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The number of the thing at `index`, or `None` where a router cannot have so many.
            #[must_use]
            pub fn from_index(index: usize) -> Option<Self> {
                <$inner>::try_from(index).ok().map(Self)
            }
        }
    };
}

id! {
    /// A trustpoint: its position in [`Router::trustpoints`](crate::Router::trustpoints), the configuration order.
    TrustpointId(u32)
}
id! {
    /// A profile: its position in [`Router::profiles`](crate::Router::profiles), the configuration order.
    ProfileId(u32)
}
id! {
    /// A protected interface or crypto map entry: its position in [`Router::protections`](crate::Router::protections).
    ProtectionId(u32)
}
id! {
    /// An ISAKMP policy: its position in [`Router::policies`](crate::Router::policies), best priority first.
    PolicyId(u32)
}
id! {
    /// A session of an endpoint: unique for the life of the endpoint, counted from 0.
    SessionId(u64)
}

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
    /// An IKEv2 proposal: its position in [`Ikev2Parts::proposals`](crate::Ikev2Parts::proposals).
    Ikev2ProposalId(u32)
}
id! {
    /// An IKEv2 policy: its position in [`Ikev2Parts::policies`](crate::Ikev2Parts::policies), the configuration order.
    Ikev2PolicyId(u32)
}
id! {
    /// An IKEv2 profile: its position in [`Ikev2Parts::profiles`](crate::Ikev2Parts::profiles), the configuration order.
    Ikev2ProfileId(u32)
}
id! {
    /// A certificate map: its position in [`RouterParts::certificate_maps`](crate::RouterParts::certificate_maps).
    CertificateMapId(u32)
}
id! {
    /// A session of an endpoint: unique for the life of the endpoint, counted from 0.
    SessionId(u64)
}

/// A profile of either version of IKE: what a session is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnyProfileId {
    /// `crypto isakmp profile`.
    Isakmp(ProfileId),
    /// `crypto ikev2 profile`.
    Ikev2(Ikev2ProfileId),
}

impl AnyProfileId {
    /// The profile, if it is one of IKEv1.
    #[must_use]
    pub const fn isakmp(self) -> Option<ProfileId> {
        match self {
            Self::Isakmp(id) => Some(id),
            Self::Ikev2(_) => None,
        }
    }

    /// The profile, if it is one of IKEv2.
    #[must_use]
    pub const fn ikev2(self) -> Option<Ikev2ProfileId> {
        match self {
            Self::Isakmp(_) => None,
            Self::Ikev2(id) => Some(id),
        }
    }
}

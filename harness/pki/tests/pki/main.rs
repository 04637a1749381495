//! The claims of this crate, by subject. Certificates come from [`made`] (rcgen, signed in the simulated way) and from
//! [`data`] (openssl, really signed).
#![allow(clippy::unwrap_used, clippy::panic)]

mod certificates;
mod data;
mod generated;
mod hostile;
mod made;
mod names;
mod openssl;
mod revocation_lists;
mod validation;
mod webpki;

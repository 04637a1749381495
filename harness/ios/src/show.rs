//! What `show` commands print, from a router's description. What they print is read in [`read()`](crate::read()).

mod ikev2_profile;

pub use ikev2_profile::ikev2_profiles;

//! The configuration of a router, `show running-config`.

use super::text;

/// A text reads as a configuration without a panic, at places that exist, and the text as it is kept reads as the same; its
/// IKEv2 profiles can be printed, and each trustpoint is found by its name.
///
/// # Panics
/// If any of that does not hold.
pub fn ios_config(bytes: &[u8]) {
    let Some(read) = text::read(bytes) else { return };
    let printed = ios::show::ikev2_profiles(&read.router);
    assert!(read.router.ikev2.profiles.is_empty() || !printed.is_empty());
    if let Some(name) = read.router.fully_qualified_name() {
        assert!(!name.is_empty());
    }
    for trustpoint in &read.router.trustpoints {
        assert!(read.router.trustpoint(&trustpoint.name).is_some());
    }
}

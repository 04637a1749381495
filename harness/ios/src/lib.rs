//! Cisco IOS text in and out.

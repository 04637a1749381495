//! Cisco IOS text in and out.
//!
//! In: what people save from routers (`show running-config`, `show crypto pki certificates` and others, in one text or
//! several, prompts and pager remnants included) becomes a [`RouterDescription`] in which each value knows its line.
//! Nothing is invented here, and nothing here opens a file.
//!
//! ```
//! let mut sources = ios::Sources::new();
//! let file = sources.add("r1.txt", b"hostname R1\ncrypto isakmp policy 10\n encr 3des\n").expect("it is text");
//! let (router, diagnostics) = ios::read(&mut sources, &[file]);
//!
//! let policy = &router.isakmp.policies[0];
//! assert_eq!(policy.cipher.value, crypto::CipherAlgorithm::TripleDesCbc);
//! assert_eq!(sources.locate(policy.cipher.origin).map(|place| (place.line, place.column)), Some((3, 2)));
//! assert!(policy.group.origin.is_default());
//! assert!(diagnostics.is_empty());
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod debug;
pub mod description;
mod diagnostic;
mod read;
pub mod show;
mod sources;

pub use description::RouterDescription;
pub use diagnostic::{Diagnostic, Label, Severity, Style};
pub use read::read;
pub use sources::{FileId, Location, MAXIMUM_LENGTH, REMOVED, Sources};

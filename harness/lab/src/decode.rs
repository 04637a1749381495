//! What is in a capture: the IKE messages of a file, which each of them is in its exchange, and what is inside it where
//! the keys are known. How that is printed stands in the command.
//!
//! A file may come from anywhere. Whatever it holds, the work and the memory are in proportion to its length.
//!
//! ```
//! use lab::decode::{CaptureFile, Conversations, Keys};
//!
//! let error = CaptureFile::read(b"GET / HTTP/1.1\r\nHost: r1\r\n\r\n").unwrap_err();
//! assert_eq!(error.offset, 17);
//!
//! let capture = CaptureFile::read(&lab::capture::Capture::default().to_pcap())?;
//! let mut conversations = Conversations::new(Keys::default());
//! assert_eq!(capture.messages.iter().map(|message| conversations.follow(message)).count(), 0);
//! # Ok::<(), lab::decode::NotACapture>(())
//! ```

mod conversation;
mod file;
mod fragments;
mod ikev1;
mod ikev2;
mod keys;
mod packet;

pub use conversation::{Authorities, Body, Conversations, Followed, Sealed};
pub use file::{CaptureFile, CapturedMessage, NotACapture, NotACaptureReason, PassedOver};
pub use keys::{BadEntry, BadEntryReason, Keys};
pub use packet::Endpoints;

//! What the commands print, as text and as JSON.

mod advice;
mod certificate;
mod ikev2;
pub mod json;
pub mod message;
mod payload;
pub mod rule;
mod security_association;
pub mod several;
mod tree;
pub mod verdict;
mod wrap;

pub use tree::count;

//! The reference model: what must happen, from the rules alone.
//!
//! The rules stand in words in [`RULES`], each with its source. The model that draws verdicts from them is not written
//! yet; when it is, it stands here and imports nothing of the workspace, so that it shares no code with what it judges.

/// Every rule with its id, text, status and source, as Markdown; `conformance::rules` reads it.
pub const RULES: &str = include_str!("../RULES.md");

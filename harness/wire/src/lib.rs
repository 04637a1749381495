//! IKE messages as bytes: zero-copy reading, exact writing.

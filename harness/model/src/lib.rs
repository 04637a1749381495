//! The reference model: what must happen, from the rules alone.

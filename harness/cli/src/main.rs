//! The `ikespec` command.

fn main() {}

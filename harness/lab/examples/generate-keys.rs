//! Writes the committed key pool anew: `cargo run -p ikespec-lab --example generate-keys`.
//!
//! The keys follow from their names, so this changes nothing unless the table in `src/keys/files.rs` or the
//! generator has changed. A new row of the table needs its (empty) files before it compiles.

use std::io;
use std::path::Path;

use lab::keys::{LabKey, committed_keys};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/keys");
    for (id, _) in committed_keys() {
        std::fs::write(folder.join(format!("{id}.pem")), LabKey::generate(id).to_pem())?;
    }
    Ok(())
}

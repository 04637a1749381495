//! The committed inputs of one target, handed to libFuzzer in turn in place of mutated ones.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The target whose inputs these are, `SPEED_OF` in the environment.
pub fn target() -> String {
    std::env::var("SPEED_OF").expect("SPEED_OF names a target")
}

/// The files of the folder `corpus/fuzz/TARGET`.
pub static INPUTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = PathBuf::from("corpus/fuzz").join(target());
    let read = |entry: std::io::Result<std::fs::DirEntry>| std::fs::read(entry?.path());
    let inputs: Result<Vec<_>, _> = std::fs::read_dir(&folder).and_then(|files| files.map(read).collect());
    inputs.unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
});

/// Writes the next input to the beginning of `data` and returns its length.
///
/// # Panics
/// If there is no room for it.
pub fn next(data: &mut [u8], room: usize) -> usize {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    let input = &INPUTS[TURN.fetch_add(1, Relaxed) % INPUTS.len()];
    assert!(input.len() <= room, "an input of {} bytes: no room, see -max_len", input.len());
    data[..input.len()].copy_from_slice(input);
    input.len()
}

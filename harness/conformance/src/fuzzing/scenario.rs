//! `scenario.toml`, and a whole scenario.

use lab::scenario::{RouterText, Scenario};

/// The description of a scenario reads, or is refused with the place and a reason.
///
/// # Panics
/// If it is refused without.
pub fn scenario(bytes: &[u8]) {
    let Ok(description) = str::from_utf8(bytes) else { return };
    let text = |name: &str| RouterText { file: name.to_owned(), bytes: b"hostname R\n".to_vec() };
    let texts = lab::side::Pair { first: text("r1.txt"), second: text("r2.txt") };
    match Scenario::from_description(Scenario::FILE, description, texts) {
        Ok(scenario) => {
            assert!(!scenario.title.trim().is_empty());
            assert!(scenario.read_texts().is_ok());
        }
        Err(error) => {
            let told = error.to_string();
            assert!(told.contains(Scenario::FILE), "{told}");
        }
    }
}

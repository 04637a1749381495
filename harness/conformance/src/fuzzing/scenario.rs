//! The description of a scenario, `scenario.toml`. The scenario is not played.

use lab::scenario::{RouterText, Scenario, ScenarioError};

/// The description of a scenario reads and has a title, or is refused with a reason and the place, whatever the refusal:
/// only a file that cannot be read has none. The line that is quoted is that line of the description, and what is marked
/// lies in it or is its end.
///
/// # Panics
/// If any of that does not hold.
pub fn scenario(bytes: &[u8]) {
    let Ok(description) = str::from_utf8(bytes) else { return };
    let text = |name: &str| RouterText { file: name.to_owned(), bytes: b"hostname R\n".to_vec() };
    let texts = lab::side::Pair { first: text("r1.txt"), second: text("r2.txt") };
    match Scenario::from_description(Scenario::FILE, description, texts) {
        Ok(scenario) => {
            assert!(!scenario.title.is_empty() && scenario.title.trim() == scenario.title);
            assert!(scenario.read_texts().is_ok());
        }
        Err(error) => check_refusal(&error, description),
    }
}

fn check_refusal(error: &ScenarioError, description: &str) {
    let ScenarioError { file, place, message } = error;
    assert!(file == Scenario::FILE && !message.is_empty(), "{error:?}");
    let place = place.as_ref().expect("a description that was read is refused at a place");
    let (line, column, marked) = (place.line, place.column, place.length);
    assert!((1..=1 + description.matches('\n').count()).contains(&line), "{error:?}");
    // Behind the last line end there is a line without text.
    assert_eq!(description.lines().nth(line - 1).unwrap_or_default(), place.source, "{error:?}");
    let length = place.source.chars().count();
    assert!((1..=length + 1).contains(&column), "{error:?}");
    assert!(marked >= 1 && column - 1 + marked <= length.max(column), "{error:?}");
    let told = error.to_string();
    assert!(told.starts_with(&format!("{file}:{line}:{column}: {message}\n")), "{told}");
    assert!(told.contains(&format!("\n{line} | {}\n", place.source)), "{told}");
    assert!(told.ends_with(&format!(" | {}{}", " ".repeat(column - 1), "^".repeat(marked))), "{told}");
}

//! Text in lines of a width that can be read.

/// The width that reports are made for.
const WIDTH: usize = 100;

/// The words of `text` in lines that fit beside an indentation of `indent` columns; a word that does not fit stands
/// alone. Escape sequences for styles take no room.
pub fn lines(text: &str, indent: usize) -> Vec<String> {
    let room = WIDTH.saturating_sub(indent);
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in text.split(' ') {
        let width = width(word);
        match lines.last_mut() {
            Some(line) if used + 1 + width <= room => {
                line.push(' ');
                line.push_str(word);
                used += 1 + width;
            }
            _ => {
                lines.push(word.to_owned());
                used = width;
            }
        }
    }
    lines
}

/// The columns that `text` takes; escape sequences for styles take none.
pub fn width(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().chars().count()
}

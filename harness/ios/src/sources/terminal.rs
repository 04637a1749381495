//! Undoes what terminals and pagers leave in a saved session: line ends, backspaces, escape sequences, `--More--`.

/// The text with clean lines, as many as before.
pub(super) fn clean(text: &str) -> String {
    // Old Macintosh line ends: carriage returns only.
    let line_end = if text.contains('\n') { '\n' } else { '\r' };
    let mut clean = String::with_capacity(text.len());
    for line in text.split_terminator(line_end) {
        clean.push_str(&clean_line(line));
        clean.push('\n');
    }
    clean
}

fn clean_line(line: &str) -> String {
    let line = line.trim_end_matches(['\r', '\0']);
    let line =
        if line.contains(|c: char| c.is_control() && c != '\t') { retype(line) } else { line.to_owned() };
    without_pager(&line).trim_end().to_owned()
}

/// What a terminal shows in the end, if these characters are sent to it.
fn retype(line: &str) -> String {
    let mut shown: Vec<char> = Vec::new();
    let mut cursor = 0;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\x08' | '\x7f' => cursor = usize::saturating_sub(cursor, 1),
            '\r' => cursor = 0,
            '\x1b' => match escape_sequence(&mut characters) {
                Some(('D', count)) => cursor = cursor.saturating_sub(count.max(1)),
                Some(('K', 0)) => shown.truncate(cursor),
                Some(('K', _)) => shown.clear(),
                _ => {}
            },
            // A running configuration prints the end-of-text character that delimits banners so.
            '\x03' => {
                for c in ['^', 'C'] {
                    put(&mut shown, &mut cursor, c);
                }
            }
            c if c.is_control() && c != '\t' => {}
            c => put(&mut shown, &mut cursor, c),
        }
    }
    shown.into_iter().collect()
}

fn put(shown: &mut Vec<char>, cursor: &mut usize, c: char) {
    shown.resize(shown.len().max(*cursor), ' ');
    match shown.get_mut(*cursor) {
        Some(place) => *place = c,
        None => shown.push(c),
    }
    *cursor += 1;
}

/// The letter and the number of a control sequence; the escape character is already taken.
fn escape_sequence(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<(char, usize)> {
    characters.next_if_eq(&'[')?;
    let mut number = 0_usize;
    while let Some(c) = characters.next_if(|c| !('@'..='~').contains(c)) {
        number = c.to_digit(10).map_or(0, |digit| number.saturating_mul(10).saturating_add(digit as usize));
    }
    Some((characters.next()?, number))
}

/// The line without the prompts of a pager in front, whose backspaces were lost in copying. The blanks that were to
/// overwrite a prompt go too, and so the indentation.
fn without_pager(mut line: &str) -> &str {
    while let Some(rest) = behind_prompt(line) {
        line = rest;
    }
    line
}

fn behind_prompt(line: &str) -> Option<&str> {
    let rest = line.trim_start().trim_start_matches('<').strip_prefix("--")?;
    let rest = rest.trim_start_matches('-').trim_start().strip_prefix("More")?;
    let rest = rest.trim_start().strip_prefix("--")?;
    Some(rest.trim_start_matches('-').trim_start_matches('>').trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_leaves_nothing_behind() {
        let overwritten = " --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08 hash md5";
        for (raw, shown) in [
            (overwritten, " hash md5"),
            (" --More--          hash md5", "hash md5"),
            ("<--- More --->\r              \r hash md5", " hash md5"),
            ("\x1b[7m--More--\x1b[m\r\x1b[K hash md5", " hash md5"),
            (" --More--          --More--          hash md5", "hash md5"),
            ("--More--", ""),
        ] {
            assert_eq!(clean_line(raw), shown, "{raw:?}");
        }
    }

    #[test]
    fn every_kind_of_line_end_gives_the_same_lines() {
        for text in ["a\nb\n", "a\r\nb\r\n", "a\r\r\nb\r\r\n", "a\rb\r", "a\r\0\nb\n"] {
            assert_eq!(clean(text), "a\nb\n", "{text:?}");
        }
    }

    #[test]
    fn a_mistyped_command_reads_as_corrected() {
        assert_eq!(clean_line("R1#shwo\x08 \x08\x08 \x08ow clock"), "R1#show clock");
    }
}

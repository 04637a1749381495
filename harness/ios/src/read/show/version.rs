//! `show version`: the release, and the name of the router.

use ike::Sourced;

use crate::read::draft::Draft;
use crate::read::line::Line;

/// Whether the output begins with this line.
pub(in crate::read) fn is_heading(line: Line<'_>) -> bool {
    line.text.starts_with("Cisco IOS") || line.text.starts_with("Cisco Internetwork Operating System")
}

/// Takes a line; most of them are of no interest. Gives back the host name, where the line tells it.
pub(in crate::read) fn line(draft: &mut Draft<'_>, line: Line<'_>) -> Option<Sourced<String>> {
    let text = line.text.trim();
    if draft.router.shown.version.is_none() && text.contains("Version ") {
        draft.router.shown.version = Some(draft.sourced(text.to_owned(), line));
    }
    let (name, _) = text.split_once(" uptime is ")?;
    Some(draft.sourced(name.to_owned(), line))
}

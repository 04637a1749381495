//! `show version`: the release, and the name of the router.

use ike::Sourced;

use crate::description::RouterDescription;
use crate::read::line::Line;
use crate::sources::Sources;

/// Whether the output begins with this line.
pub(in crate::read) fn is_heading(line: Line<'_>) -> bool {
    line.text.starts_with("Cisco IOS") || line.text.starts_with("Cisco Internetwork Operating System")
}

/// Takes a line; most of them are of no interest. Gives back the host name, where the line tells it.
pub(in crate::read) fn line(
    router: &mut RouterDescription,
    sources: &mut Sources,
    line: Line<'_>,
) -> Option<Sourced<String>> {
    let trimmed = line.trimmed();
    if router.shown.version.is_none() && trimmed.text.contains("Version ") {
        let origin = sources.mark(line.file, line.number, trimmed.bytes.clone());
        router.shown.version = Some(Sourced::new(trimmed.text.to_owned(), origin));
    }
    let (name, _) = trimmed.text.split_once(" uptime is ")?;
    let origin = sources.mark(line.file, line.number, trimmed.bytes.start..trimmed.bytes.start + name.len());
    Some(Sourced::new(name.to_owned(), origin))
}

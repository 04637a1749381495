//! `show clock`.

use ike::Sourced;

use crate::description::{ClockTime, RouterDescription};
use crate::read::line::Line;
use crate::sources::Sources;

/// Takes a line; whatever is no clock reading tells where the time is from.
pub(in crate::read) fn line(router: &mut RouterDescription, sources: &mut Sources, line: Line<'_>) {
    let trimmed = line.trimmed();
    if let Some(time) = ClockTime::parse(trimmed.text) {
        let origin = sources.mark(line.file, line.number, trimmed.bytes);
        router.shown.clock = Some(Sourced::new(time, origin));
    }
}

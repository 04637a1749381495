//! `show clock`.

use crate::description::ClockTime;
use crate::read::draft::Draft;
use crate::read::line::Line;

/// Takes a line; whatever is no clock reading tells where the time is from.
pub(in crate::read) fn line(draft: &mut Draft<'_>, line: Line<'_>) {
    if let Some(time) = ClockTime::parse(line.text.trim()) {
        draft.router.shown.clock = Some(draft.sourced(time, line));
    }
}

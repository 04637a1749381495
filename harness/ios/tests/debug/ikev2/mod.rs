//! The debug output of IKEv2, from events made by hand.

mod causes;
mod families;
mod kinds;
mod live;
mod reference;
mod world;

use super::world::Recorder;

/// What the tests here print, for those of the table of literals.
pub fn everything() -> Vec<Recorder> {
    let mut recorders = vec![
        families::initiator_that_succeeds(),
        families::responder_that_succeeds(),
        families::beginnings(),
        families::packets(),
        families::endings(),
        families::child_refused(),
    ];
    recorders.extend(causes::of_profiles());
    recorders.extend(causes::of_failures());
    recorders.extend(reference::recorders());
    recorders
}

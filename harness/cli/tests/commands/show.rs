//! `ikespec show`.

use crate::support::{assert_snapshot, ikespec};

const ROUTER: &str = "corpus/scenarios/ikev2-overlapping-profiles/r2.txt";

#[test]
fn the_ikev2_profiles_of_a_router_are_shown_in_configuration_order_as_ios_shows_them() {
    let run = ikespec(&["show", ROUTER]).exits(0);
    assert_snapshot("show_ikev2_profiles", &run.output);
    assert_eq!(ikespec(&["show", ROUTER, "crypto", "ikev2", "profile"]).exits(0).output, run.output);
}

#[test]
fn a_show_command_that_is_not_known_is_told_with_what_is() {
    let run = ikespec(&["show", ROUTER, "version"]).exits(2);
    assert_eq!(
        run.errors,
        "error[unknown-show]: nothing is known of `show version`\n |\n = help: `show crypto ikev2 profile` can be printed\n"
    );
}

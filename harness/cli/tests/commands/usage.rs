//! Arguments that are wrong, inputs that cannot be read, and help.

use crate::support::{Run, SCENARIO, argument, assert_snapshot, command, folder, ikespec};

const COMMANDS: [&str; 11] =
    ["check", "trace", "decode", "lab", "show", "explain", "conform", "explore", "corpus", "serve", "dial"];

#[test]
fn help_lists_the_commands_and_the_exit_statuses() {
    assert_snapshot("help", &ikespec(&["--help"]).exits(0).output);
}

#[test]
fn the_help_of_each_command_has_an_example() {
    for name in COMMANDS {
        let run = ikespec(&[name, "--help"]).exits(0);
        assert!(run.output.contains(&format!("ikespec {name} ")), "{}", run.output);
        assert!(run.output.contains("Example"), "{}", run.output);
    }
}

#[test]
fn wrong_arguments_are_exit_status_2() {
    for arguments in [
        &["chekc"][..],
        &["check"],
        &["check", SCENARIO, "b", "c"],
        &["check", SCENARIO, "--format", "yaml"],
        &["check", SCENARIO, "--at", "yesterday"],
        &["trace", SCENARIO],
        &["dial", "r1.txt", "--peer", "nobody"],
        &["lab", SCENARIO],
        &["corpus"],
        &["corpus", "--vectors", "x", "--scenarios", "y"],
    ] {
        let run = ikespec(arguments).exits(2);
        assert_eq!(run.output, "", "{arguments:?}");
        assert!(run.errors.starts_with("error"), "{arguments:?}: {}", run.errors);
    }
}

#[test]
fn inputs_that_are_not_there_are_exit_status_2() {
    let not_there = "no/such/file";
    for arguments in [
        &["check", not_there][..],
        &["check", not_there, not_there],
        &["trace", not_there, "--from", "R1"],
        &["decode", not_there],
        &["lab", not_there, "--out", not_there],
        &["serve", not_there],
        &["dial", not_there],
    ] {
        let run = ikespec(arguments).exits(2);
        assert!(run.errors.contains(not_there), "{arguments:?}: {}", run.errors);
    }
}

#[test]
fn a_folder_without_a_scenario_says_what_a_scenario_is() {
    let folder = folder("no-scenario");
    assert_snapshot("not_a_scenario", &ikespec(&["check", argument(&folder)]).exits(2).errors);
}

#[test]
fn one_text_is_told_that_a_tunnel_has_two_ends() {
    let text = format!("{SCENARIO}/r1.txt");
    assert_snapshot("one_text", &ikespec(&["check", &text]).exits(2).errors);
}

#[test]
fn a_mistake_in_a_scenario_is_shown_at_its_place() {
    let folder = folder("scenario-with-a-mistake");
    std::fs::write(folder.join("scenario.toml"), "title = 'x'\n[lab]\nca-key-bit = 1024\n").unwrap();
    assert_snapshot("mistake_in_scenario", &ikespec(&["check", argument(&folder)]).exits(2).errors);
}

#[test]
fn nothing_but_terminals_gets_colours_unless_they_are_asked_for() {
    let escape = "\u{1b}[";
    for arguments in [&["check", SCENARIO][..], &["explain"], &["explain", "v1-sel-0"]] {
        let plain = ikespec(arguments);
        assert!(!(plain.output + &plain.errors).contains(escape), "{arguments:?}");
        let coloured = Run::of(command(arguments).env("CLICOLOR_FORCE", "1").output().unwrap());
        assert!((coloured.output + &coloured.errors).contains(escape), "{arguments:?}");
        let refused = command(arguments).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
        assert!(!Run::of(refused).output.contains(escape), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_nobody_takes_is_trouble_with_the_environment() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run =
        Run::of(command(&["explain"]).stdout(full).stderr(std::process::Stdio::piped()).output().unwrap());
    assert!(run.exits(3).errors.contains("cannot write to standard output"));
}

//! Running the command as a user in the repository's folder would.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The scenario of Cisco document 117633, IKEv1.
pub const SCENARIO: &str = "corpus/scenarios/ikev1-asymmetric-trustpoints";

/// The scenario of Cisco document 117633, IKEv2.
pub const IKEV2_SCENARIO: &str = "corpus/scenarios/ikev2-asymmetric-trustpoints";

/// What a run of the command left behind.
#[derive(Debug)]
pub struct Run {
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub errors: String,
}

/// The command, to be run in the repository's folder without a terminal.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ikespec"));
    command.args(arguments).current_dir(repository());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

/// Runs the command to its end.
pub fn ikespec(arguments: &[&str]) -> Run {
    Run::of(command(arguments).output().unwrap())
}

impl Run {
    /// What `output` says.
    pub fn of(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            output: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit status, and shows everything if it is another.
    #[track_caller]
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, status, "\n{}\n{}", self.output, self.errors);
        self
    }
}

/// The repository's folder.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A new empty folder for one test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A path as an argument.
pub fn argument(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The fields that the tables of README.md list under a heading.
pub fn fields_of_the_readme(heading: &str) -> Vec<String> {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let section = readme.split(heading).nth(1).unwrap().split("\n#").next().unwrap();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|names| {
            let mut parent = String::new();
            let names: Vec<_> = names.split(", ").map(|name| name.trim_matches('`').to_owned()).collect();
            names
                .into_iter()
                .map(move |name| match name.strip_prefix('.') {
                    Some(rest) => format!("{parent}.{rest}"),
                    None => {
                        parent =
                            name.rsplit_once('.').map(|(parent, _)| parent.to_owned()).unwrap_or_default();
                        name
                    }
                })
                .collect::<Vec<_>>()
        })
        .filter(|name| name != "field")
        .collect()
}

/// The names of all fields as README.md writes them: `failure.code`, `because[].rule`, `certificates.*.subject`.
pub fn fields(prefix: &str, object: &Value, found: &mut BTreeSet<String>) {
    for (name, value) in object.as_object().unwrap() {
        let path = format!("{prefix}{name}");
        found.insert(path.clone());
        let by_name = ["profiles", "certificates", "validated_against"].contains(&path.as_str());
        match value {
            Value::Object(routers) if by_name => {
                for value in routers.values().filter(|value| value.is_object()) {
                    fields(&format!("{path}.*."), value, found);
                }
            }
            Value::Object(_) => fields(&format!("{path}."), value, found),
            Value::Array(items) => {
                for item in items.iter().filter(|item| item.is_object()) {
                    fields(&format!("{path}[]."), item, found);
                }
            }
            _ => {}
        }
    }
}

/// Compares with the file `cli__NAME` of the repository's snapshots; paths of this machine are taken out before.
pub fn assert_snapshot(name: &str, text: &str) {
    assert_snapshot_but(&[], name, text);
}

/// As [`assert_snapshot`], after replacing what matches each pattern.
pub fn assert_snapshot_but(filters: &[(&str, &str)], name: &str, text: &str) {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands");
    let text = text.replace(argument(&temporary), "TEMPORARY");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, replacement) in filters {
        settings.add_filter(pattern, *replacement);
    }
    settings.bind(|| insta::assert_snapshot!(format!("cli__{name}"), text));
}

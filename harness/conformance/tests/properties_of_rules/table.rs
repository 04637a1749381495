//! `properties.toml`, read: for each rule of `RULES.md` the tests that fail when the engine breaks it, and a change that
//! breaks it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What shows that a rule is obeyed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// The rule.
    pub rule: String,
    /// The tests, as `FILE::NAME`, with the file's path from the repository's folder. Each fails after the change.
    pub tests: Vec<String>,
    /// The file that is changed, from the repository's folder.
    pub file: String,
    /// What stands there once.
    pub from: String,
    /// What breaks the rule in its place.
    pub to: String,
    /// Whether the tests were seen to fail after the change. Else that was read from them.
    #[serde(default = "yes")]
    pub seen: bool,
}

const fn yes() -> bool {
    true
}

/// Every property, in the order of the table.
pub fn properties() -> Vec<Property> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        property: Vec<Property>,
    }
    let path = repository().join("harness/conformance/properties.toml");
    let text = std::fs::read_to_string(path).expect("properties.toml is in the repository");
    toml::from_str::<File>(&text).expect("properties.toml has the form of its entries").property
}

/// The repository's folder.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Property {
    /// The tests, each as its file and its name.
    pub fn test_functions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tests.iter().map(|test| test.split_once("::").unwrap_or((test, "")))
    }

    /// The text of the file with the rule broken; none where `from` does not stand there once.
    pub fn broken(&self, text: &str) -> Option<String> {
        let (before, after) = text.split_once(&*self.from)?;
        (!after.contains(&*self.from)).then(|| format!("{before}{}{after}", self.to))
    }
}

//! Makes a scenario of `corpus/regressions/` of a case in the model's words (`model.toml`), which it reads from standard
//! input:
//!
//! ```text
//! cargo run -p ikespec-conformance --example keep-regression -- NAME "what came of it, in a line" < model.toml
//! ```

use std::error::Error;
use std::io::Read as _;
use std::path::Path;

use conformance::case::stored;
use conformance::regressions::keep;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(story)) = (arguments.next(), arguments.next()) else {
        return Err("two arguments: the name of the folder, and what came of it in a line".into());
    };
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/regressions").join(name);
    keep(&stored::read(&text)?, &story, &folder)?;
    Ok(())
}

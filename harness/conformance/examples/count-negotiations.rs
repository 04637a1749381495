//! Prints for each session target how many negotiations its committed inputs come to the end of: the speed of these
//! targets is measured in them (`fuzz/measure-speed`).

use std::error::Error;
use std::path::Path;

use conformance::fuzzing::session::course_of;
use ike::IkeVersion;

fn main() -> Result<(), Box<dyn Error>> {
    for (target, version) in [("ikev1_session", IkeVersion::V1), ("ikev2_session", IkeVersion::V2)] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/fuzz").join(target);
        let mut negotiations = 0;
        for file in std::fs::read_dir(folder)? {
            negotiations += course_of(version, &std::fs::read(file?.path())?).negotiations;
        }
        println!("{target} {negotiations}");
    }
    Ok(())
}

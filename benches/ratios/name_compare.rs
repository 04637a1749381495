//! Comparing names as RFC 5280 7.1 wants it: against a comparison of the bytes, which is all that is needed where the
//! encodings are equal, and against reading both names with `x509-parser` and comparing what they print.

use ikespec_benches::matching::as_utf8;
use ikespec_benches::{Measuring, OURS, authority_name};
use pki::Name;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("name_compare");
    let name = authority_name(1);
    let others = [
        ("equal", Name::from_der(name.as_der()).expect("it is one"), true),
        ("other encoding", as_utf8(&name), true),
        ("other name", authority_name(2), false),
    ];
    for (case, other, expected) in others {
        assert_eq!(name.matches(&other), expected);
        assert_eq!(same_text(&name, &other), expected);
        bench.time(case, OURS, || name.matches(&other));
        bench.time(case, "bytes", || name.as_der() == other.as_der());
        bench.time(case, "x509-parser, as text", || same_text(&name, &other));
        bench.compare(case, "bytes", None);
        bench.compare(case, "x509-parser, as text", None);
    }
}

fn same_text(one: &Name, other: &Name) -> bool {
    let text = |name: &Name| {
        let (_, name) = X509Name::from_der(name.as_der()).ok()?;
        Some(name.to_string().to_lowercase())
    };
    text(one) == text(other)
}

//! Object identifiers, kept as the bytes they are encoded in.

use std::fmt;

/// An object identifier: the contents octets of its encoding (X.690 8.19).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(Box<[u8]>);

impl Oid {
    /// The object identifier with these contents octets, which need not make sense.
    #[must_use]
    pub fn from_contents(octets: &[u8]) -> Self {
        Self(octets.into())
    }

    /// The contents octets of its encoding.
    #[must_use]
    pub fn contents(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_dotted(f, &self.0)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

/// Whether contents octets are an object identifier (X.690 8.19): arcs in their shortest form, the last one with its end.
/// Arcs are held to 128 bits, which is the longest that anybody registers (X.667, an arc that is a UUID).
#[inline]
pub(crate) fn is_identifier(contents: &[u8]) -> bool {
    // Those of X.520, 2.5.4, are nearly all that there are.
    matches!(contents, [0x55, 4, 0..0x80]) || has_whole_arcs(contents)
}

fn has_whole_arcs(contents: &[u8]) -> bool {
    let mut arc: Option<u128> = Some(0);
    let mut begins = true;
    for &octet in contents {
        if begins && octet == 0x80 {
            return false;
        }
        arc = arc.filter(|arc| arc.leading_zeros() >= 7).map(|arc| arc << 7 | u128::from(octet & 0x7f));
        begins = octet & 0x80 == 0;
        if begins {
            if arc.is_none() {
                return false;
            }
            arc = Some(0);
        }
    }
    begins && !contents.is_empty()
}

/// Writes contents octets as dotted numbers; an arc that does not fit 128 bits, or does not end, is written as `?`.
pub(crate) fn write_dotted(f: &mut impl fmt::Write, contents: &[u8]) -> fmt::Result {
    let mut arc: Option<u128> = Some(0);
    let mut first = true;
    let mut complete = true;
    for &octet in contents {
        complete = octet & 0x80 == 0;
        arc = arc
            .and_then(|arc| arc.checked_mul(0x80))
            .and_then(|arc| arc.checked_add(u128::from(octet & 0x7f)));
        if !complete {
            continue;
        }
        match (arc, first) {
            // X.690 8.19.4: the first two arcs share a number.
            (Some(both), true) => {
                let root = (both / 40).min(2);
                write!(f, "{root}.{}", both.saturating_sub(root.saturating_mul(40)))?;
            }
            (Some(arc), false) => write!(f, ".{arc}")?,
            (None, true) => f.write_str("?")?,
            (None, false) => f.write_str(".?")?,
        }
        first = false;
        arc = Some(0);
    }
    if complete && !first { Ok(()) } else { f.write_str(if first { "?" } else { ".?" }) }
}

/// Reads dotted numbers; `None` if they name no object identifier.
pub(crate) fn parse_dotted(text: &str) -> Option<Oid> {
    let mut arcs = text.split('.').map(|arc| {
        let plain = !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit());
        let shortest = arc == "0" || !arc.starts_with('0');
        if plain && shortest { arc.parse::<u128>().ok() } else { None }
    });
    let (root, second) = (arcs.next()??, arcs.next()??);
    if root > 2 || (root < 2 && second > 39) {
        return None;
    }
    let mut contents = Vec::new();
    push_arc(&mut contents, root.checked_mul(40)?.checked_add(second)?);
    for arc in arcs {
        push_arc(&mut contents, arc?);
    }
    Some(Oid(contents.into()))
}

/// Appends one number in base 128, most significant group first.
fn push_arc(out: &mut Vec<u8>, arc: u128) {
    let mut groups = Vec::new();
    let mut rest = arc;
    loop {
        let more = if groups.is_empty() { 0 } else { 0x80 };
        groups.push(u8::try_from(rest & 0x7f).unwrap_or_default() | more);
        rest >>= 7;
        if rest == 0 {
            break;
        }
    }
    out.extend(groups.into_iter().rev());
}

#[cfg(test)]
mod tests {
    use super::{Oid, is_identifier, parse_dotted};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    #[test]
    fn the_encoding_of_known_identifiers_is_that_of_the_standards() {
        // PKCS #9 unstructuredName, and the example of X.690 8.19.5.
        for (text, contents) in [
            ("1.2.840.113549.1.9.2", &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 2][..]),
            ("2.100.3", &[0x81, 0x34, 3][..]),
        ] {
            let oid = parse_dotted(text).unwrap();
            assert_eq!(oid.contents(), contents);
            assert_eq!(oid.to_string(), text);
        }
    }

    #[test]
    fn what_names_no_identifier_is_refused() {
        for text in ["", "1", "1.", ".1", "3.1", "1.40", "1.+2", "1.02", "cn", "2.5.4.3."] {
            assert_eq!(parse_dotted(text), None, "{text}");
        }
    }

    #[test]
    fn only_whole_arcs_in_their_shortest_form_identify() {
        let uuid = [&[0x69, 0x83][..], &[0xff; 17], &[0x7f]].concat();
        assert!(is_identifier(&uuid), "2.25 and 2^128 - 1 (X.667)");
        let longer = [&[0x69, 0x84][..], &[0x80; 17], &[0]].concat();
        for broken in [&[][..], &[0x80, 0x2a], &[0x2a, 0x80, 1], &[0x2a, 0x86], &longer] {
            assert!(!is_identifier(broken), "{broken:02x?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_bytes_are_printed(contents in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert!(!Oid::from_contents(&contents).to_string().is_empty());
        }

        #[test]
        fn what_is_an_identifier_reads_back_from_its_text(contents in prop::collection::vec(any::<u8>(), 0..40)) {
            let text = Oid::from_contents(&contents).to_string();
            let read = parse_dotted(&text).is_some_and(|oid| oid.contents() == contents);
            prop_assert_eq!(is_identifier(&contents), read, "{}", text);
        }

        #[test]
        fn printed_identifiers_read_back(second in 0_u128..40, arcs in prop::collection::vec(any::<u64>(), 0..6)) {
            let tail: String = arcs.iter().map(|arc| format!(".{arc}")).collect();
            let text = format!("1.{second}{tail}");
            prop_assert_eq!(parse_dotted(&text).unwrap().to_string(), text);
        }
    }
}

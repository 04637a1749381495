//! Names: their encoding, how they print and read, when they match.

use pki::{Name, NameRef, NameTextProblem};
use proptest::prelude::*;

use crate::made::{der, proptest_config};

fn name(text: &str) -> Name {
    Name::from_ios_text(text).unwrap()
}

/// An attribute of the type 2.5.4.`number`.
fn attribute(number: u8, tag: u8, value: &[u8]) -> Vec<u8> {
    der(0x30, &[&[6, 3, 0x55, 4, number], &der(tag, &[value])])
}

/// A name of one attribute, cn.
fn common_name(tag: u8, value: &[u8]) -> Name {
    Name::from_der(&der(0x30, &[&der(0x31, &[&attribute(3, tag, value)])])).unwrap()
}

const UTF8: u8 = 0x0c;
const PRINTABLE: u8 = 0x13;
const BMP: u8 = 0x1e;

#[test]
fn the_requests_of_the_reference_have_the_lengths_of_its_captures() {
    // The generic header of a payload (4 bytes) and the encoding (1) come before the name.
    for (text, payload) in [
        ("cn=CA1,o=cisco,o=com", 51),
        ("cn=CA2,o=cisco,o=com", 51),
        ("ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US", 102),
        ("cn=Cisco SSCA2,o=Cisco Systems", 53),
        ("cn=Cisco Manufacturing CA,o=Cisco Systems", 64),
        ("cn=Cisco Root CA 2048,o=Cisco Systems", 60),
        ("cn=Cisco Root CA M1,o=Cisco", 50),
    ] {
        assert_eq!(4 + 1 + name(text).as_der().len(), payload, "{text}");
        assert_eq!(name(text).to_string(), text);
    }
}

#[test]
fn the_most_general_attribute_is_encoded_first_and_printed_last() {
    let organization = |value: &[u8]| der(0x31, &[&attribute(10, PRINTABLE, value)]);
    let expected = der(
        0x30,
        &[&organization(b"com"), &organization(b"cisco"), &der(0x31, &[&attribute(3, PRINTABLE, b"CA1")])],
    );
    assert_eq!(name("cn=CA1,o=cisco,o=com").as_der(), expected);
}

#[test]
fn a_router_is_named_as_ios_encodes_it() {
    // The subject of a certificate that an IOS router enrolled: host name as IA5String, address as PrintableString.
    let expected = b"\x30\x2b\x31\x29\
        \x30\x10\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02\x16\x03R18\
        \x30\x15\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x08\x13\x0810.0.0.2";
    assert_eq!(name("hostname=R18+ipaddress=10.0.0.2").as_der(), expected);
    assert_eq!(name("unstructuredAddress = 10.0.0.2 + unstructuredName = R18").as_der(), expected);
}

#[test]
fn the_attributes_of_a_set_stand_in_the_order_of_der_as_routers_print_them() {
    for printed in [
        "serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com",
        "hostname=R15+ipaddress=20.10.20.2,cn=R15,ou=VPN,o=trubin,c=RU",
        "serialNumber=98S8FAWRFAQ+hostname=CLIENT+ipaddress=200.1.1.1",
        "serialNumber=67109152+ipaddress=172.16.5.2+hostname=R18.otus.ru",
    ] {
        assert_eq!(name(printed).to_string(), printed);
    }
    let other_order = name("hostname=R1.cisco.com+serialNumber=100+ipaddress=192.168.0.1");
    assert_eq!(other_order.to_string(), "serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com");
}

#[test]
fn the_lines_of_show_crypto_pki_certificates_are_the_same_name() {
    let lines = [
        "serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com",
        "cn=R1",
        "ou=IT",
        "o=cisco",
        "o=com",
    ];
    let read = Name::from_ios_lines(lines).unwrap();
    assert_eq!(read, name(&lines.join(",")));
    assert_eq!(read.as_ref().ios_lines(), lines);

    let (line, error) = Name::from_ios_lines(["cn=R1", "VeriSign, Inc."]).unwrap_err();
    assert_eq!((line, error.reason), (1, NameTextProblem::NoEqualsSign));
}

#[test]
fn a_comma_that_no_attribute_follows_belongs_to_the_value() {
    let read = name("o=VeriSign, Inc., c = US");
    assert_eq!(read.as_ref().text_of("o").as_deref(), Some("VeriSign, Inc."));
    assert_eq!(read, name("O=VeriSign, Inc.,C=US"));
    assert_eq!(name("o=A+B,c=US").as_ref().text_of("organizationName").as_deref(), Some("A+B"));
}

#[test]
fn a_comma_that_would_read_as_the_start_of_an_attribute_is_escaped() {
    let sly = common_name(UTF8, b"R1,o=cisco");
    assert_eq!(sly.to_string(), "cn=R1\\2co=cisco");
    assert!(name(&sly.to_string()).matches(&sly));
}

#[test]
fn values_take_the_string_type_that_holds_them() {
    let tag_of = |text: &str| name(text).as_der()[4 + 2 + 5];
    assert_eq!(tag_of("cn=R1"), PRINTABLE);
    assert_eq!(tag_of("cn=R1@cisco"), UTF8);
    assert_eq!(tag_of("cn=Büro"), UTF8);
    let email = name("e=admin@cisco.com");
    assert_eq!(email.as_der()[4 + 2 + 11], 0x16, "IA5String");
}

#[test]
fn unknown_attributes_have_numbers_and_values_that_are_no_text_hexadecimal_digits() {
    let odd = Name::from_der(&der(0x30, &[&der(0x31, &[&der(0x30, &[&[6, 2, 0x2a, 3], &[3, 2, 0, 0xff]])])]))
        .unwrap();
    assert_eq!(odd.to_string(), "1.2.3=#030200ff");
    assert_eq!(name("1.2.3=#030200ff"), odd);
    let broken = common_name(UTF8, &[0xff]);
    assert_eq!(broken.to_string(), "cn=#0c01ff");
}

#[test]
fn nothing_a_peer_names_itself_reaches_the_terminal_as_a_control_character() {
    let hostile = common_name(UTF8, "R1\u{1b}[2J\u{202e}\r\n\u{9b}2J".as_bytes());
    assert_eq!(hostile.to_string(), "cn=R1\\1b[2J\\e2\\80\\ae\\0d\\0a\\c2\\9b2J");
}

#[test]
fn text_that_is_no_name_is_refused_at_its_offset() {
    for (text, offset, reason) in [
        ("R1", 0, NameTextProblem::NoEqualsSign),
        ("x=1", 0, NameTextProblem::UnknownAttribute("x".into())),
        ("cn=R1,o=a\\zz", 8, NameTextProblem::BadEscape),
        ("cn=R1+o=\\ff", 8, NameTextProblem::BadEscape),
        ("cn=#0c05", 3, NameTextProblem::BadHexValue),
        ("cn=#0c0", 3, NameTextProblem::BadHexValue),
    ] {
        let error = Name::from_ios_text(text).unwrap_err();
        assert_eq!((error.offset, error.reason), (offset, reason), "{text}");
    }
}

#[test]
fn no_text_is_the_empty_name() {
    assert_eq!(name("").as_der(), [0x30, 0]);
    assert_eq!(name(" ").to_string(), "");
    assert!(name("").is_empty() && !name("cn=R1").is_empty());
}

#[test]
fn bytes_that_are_no_name_are_refused_at_their_offset() {
    for (bytes, offset) in [
        (&b""[..], 0),
        (b"\x30\x01", 0),
        (b"\x30\x00\x00", 2),
        (b"\x30\x02\x30\x00", 2),
        (b"\x30\x02\x31\x00", 2),
        (b"\x30\x04\x31\x02\x30\x00", 6),
        (b"\x30\x80\x00\x00", 0),
        (b"\x30\x81\x02\x31\x00", 0),
    ] {
        assert_eq!(Name::from_der(bytes).unwrap_err().offset, offset, "{bytes:x?}");
    }
}

#[test]
fn the_same_text_in_other_string_types_is_the_same_name() {
    let printable = common_name(PRINTABLE, b"Cisco Systems");
    let utf8 = common_name(UTF8, b"Cisco Systems");
    let bmp: Vec<u8> = "Cisco Systems".bytes().flat_map(|byte| [0, byte]).collect();
    assert!(printable.matches(&utf8) && utf8.matches(&common_name(BMP, &bmp)));
    assert_ne!(printable, utf8);
}

#[test]
fn case_and_repeated_white_space_do_not_count() {
    let plain = common_name(UTF8, "Straße 1".as_bytes());
    for other in ["STRAßE 1", "  straße  \t 1 ", "Straße\u{a0}1"] {
        assert!(plain.matches(&common_name(UTF8, other.as_bytes())), "{other}");
    }
    for other in ["Straße1", "Strasse 1", "Straße 1 2", ""] {
        assert!(!plain.matches(&common_name(UTF8, other.as_bytes())), "{other}");
    }
    assert!(name("e=Admin@Cisco.com,dc=Lab").matches(&name("e=admin@cisco.COM,dc=lab")));
}

#[test]
fn sets_match_in_any_order_and_sequences_in_one() {
    let (one, two) = (attribute(3, UTF8, b"R1"), attribute(11, PRINTABLE, b"IT"));
    let of = |set: &[&[u8]]| Name::from_der(&der(0x30, &[&der(0x31, set)])).unwrap();
    assert!(of(&[&one, &two]).matches(&of(&[&two, &attribute(3, PRINTABLE, b"r1")])));
    assert!(!of(&[&one, &two]).matches(&of(&[&one])));
    assert!(!of(&[&one, &one]).matches(&of(&[&one, &two])));
    assert!(!name("cn=R1,ou=IT").matches(&name("ou=IT,cn=R1")));
    assert!(!name("cn=R1,ou=IT").matches(&name("cn=R1+ou=IT")));
}

#[test]
fn values_that_are_no_text_match_byte_for_byte() {
    let bits = |value: &[u8]| common_name(0x03, value);
    assert!(bits(&[0, 1]).matches(&bits(&[0, 1])));
    assert!(!bits(&[0, 1]).matches(&bits(&[0, 2])));
    assert!(!common_name(UTF8, &[0xff]).matches(&common_name(PRINTABLE, &[0xff])));
}

#[test]
fn large_sets_match_in_any_order_too() {
    let set = |value: &[u8]| (0..40).map(|number| attribute(number, UTF8, value)).collect::<Vec<_>>();
    let of = |set: Vec<Vec<u8>>| {
        let set: Vec<&[u8]> = set.iter().map(Vec::as_slice).collect();
        Name::from_der(&der(0x30, &[&der(0x31, &set)])).unwrap()
    };
    let backwards: Vec<_> = set(b"X ").into_iter().rev().collect();
    assert!(of(set(b"x")).matches(&of(backwards)));
    assert!(!of(set(b"x")).matches(&of(set(b"y"))));
    let mut one_other = set(b"x");
    one_other[7] = attribute(7, UTF8, b"y");
    assert!(!of(set(b"x")).matches(&of(one_other)));
}

#[test]
fn an_attribute_without_an_object_identifier_for_its_type_makes_no_name() {
    // X.690 8.19.2: an arc in its shortest form, and with its end.
    for oid in [&[][..], &[0x55, 0x80, 4], &[0x55, 0x84]] {
        let attribute = der(0x30, &[&der(6, &[oid]), &der(UTF8, &[b"x"])]);
        let error = Name::from_der(&der(0x30, &[&der(0x31, &[&attribute])])).unwrap_err();
        assert_eq!(error.offset, 2);
    }
}

#[test]
fn an_attribute_behind_a_very_long_identifier_is_one_of_its_own() {
    let long = format!("1.3{}", ".4294967295".repeat(20));
    let text = format!("cn=R1,{long}=x,o=cisco");
    assert_eq!(name(&text).as_ref().ios_lines(), ["cn=R1", &format!("{long}=x"), "o=cisco"]);
}

#[test]
fn a_name_is_within_those_that_it_begins_with() {
    let subject = name("cn=R1,ou=IT,o=cisco,c=US");
    let within = |base: &str| subject.as_ref().is_within(name(base).as_ref());
    assert!(within("") && within("c=us") && within("o=Cisco,c=US") && within("cn=R1,ou=IT,o=cisco,c=US"));
    assert!(!within("o=cisco") && !within("cn=x,cn=R1,ou=IT,o=cisco,c=US"));
}

/// Labels and values that a configuration may hold.
fn attributes() -> impl Strategy<Value = String> {
    let label = prop::sample::select(vec![
        "cn",
        "o",
        "ou",
        "c",
        "serialNumber",
        "hostname",
        "ipaddress",
        "e",
        "dc",
        "1.3.9",
    ]);
    (label, "[A-Za-z0-9äß@*.:/_'()?-]([A-Za-z0-9 äß@*.:/_'()?,+-]{0,20}[A-Za-z0-9.])?")
        .prop_map(|(label, value)| format!("{label}={value}"))
}

proptest! {
    #![proptest_config(proptest_config(500))]

    #[test]
    fn printed_text_reads_and_prints_the_same(parts in prop::collection::vec(attributes(), 1..6)) {
        let text = parts.join(",");
        prop_assert_eq!(name(&text).to_string(), text);
    }

    #[test]
    fn every_text_of_a_value_prints_harmlessly_and_reads_back(value in any::<String>(), set in any::<bool>()) {
        let one = attribute(3, UTF8, value.as_bytes());
        let two = attribute(10, UTF8, value.as_bytes());
        let rdn = |parts: &[&[u8]]| der(0x31, parts);
        let encoded = if set { rdn(&[&one, &two]) } else { [rdn(&[&one]), rdn(&[&two])].concat() };
        let encoded = der(0x30, &[&encoded]);
        let read = Name::from_der(&encoded).unwrap();
        let printed = read.to_string();
        prop_assert!(!printed.chars().any(char::is_control));
        prop_assert_eq!(name(&printed).as_ref().text_of("cn"), Some(value.clone()));
        prop_assert_eq!(name(&printed).as_ref().text_of("o"), Some(value));
        prop_assert!(name(&printed).matches(&read));
    }

    #[test]
    fn matching_is_symmetric_and_ignores_case(one in "[a-cA-C ]{0,5}", two in "[a-cA-C ]{0,5}") {
        let (a, b) = (common_name(PRINTABLE, one.as_bytes()), common_name(UTF8, two.as_bytes()));
        let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<Vec<_>>();
        prop_assert_eq!(a.matches(&b), words(&one) == words(&two));
        prop_assert_eq!(b.matches(&a), a.matches(&b));
    }

    #[test]
    fn names_that_match_have_the_same_hash(
        text in "[a-cA-C \t\u{a0}\u{7}ßÉéİ]{0,20}",
        times in 1_usize..12,
        set in any::<bool>(),
    ) {
        let text = text.repeat(times);
        let ucs2: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let spaced = format!(" {}\t", text.replace(' ', "  "));
        let spellings = [(UTF8, text.as_bytes()), (BMP, &*ucs2), (UTF8, spaced.as_bytes())];
        let hashes = spellings.map(|(tag, value)| {
            let (one, two) = (attribute(3, tag, value), attribute(10, PRINTABLE, b"cisco"));
            let [forth, back] = if set {
                [der(0x31, &[&one, &two]), der(0x31, &[&two, &one, &one])]
            } else {
                [der(0x31, &[&one]), der(0x31, &[&one])]
            };
            let names = [forth, back].map(|rdn| Name::from_der(&der(0x30, &[&rdn])).unwrap());
            let [forth, back] = names.map(|name| name.as_ref().matching_hash());
            prop_assert_eq!(forth, back);
            Ok(forth)
        });
        let [utf8, bmp, spaced] = hashes;
        let utf8 = utf8?;
        prop_assert_eq!(utf8, bmp?);
        prop_assert_eq!(utf8, spaced?);
    }

    #[test]
    fn names_match_as_their_hashes_do(one in "[a-bA-B ]{0,3}", two in "[a-bA-B ]{0,3}", before in 0_usize..200) {
        // Behind as many bytes as make lengths of two octets.
        let [one, two] = [one, two].map(|end| format!("{}{end}", "x".repeat(before)));
        let (a, b) = (common_name(PRINTABLE, one.as_bytes()), common_name(UTF8, two.as_bytes()));
        prop_assert_eq!(a.matches(&b), a.as_ref().matching_hash() == b.as_ref().matching_hash());
    }

    #[test]
    fn any_bytes_are_a_name_or_an_error_within_them(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        match NameRef::from_der(&bytes) {
            Ok(name) => {
                prop_assert_eq!(name.as_der(), &bytes);
                let _ = name.to_string();
            }
            Err(error) => prop_assert!(error.offset <= bytes.len()),
        }
    }
}

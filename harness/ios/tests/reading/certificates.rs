//! Certificates that a text holds as hexadecimal digits or PEM.

use ios::description::{ChainContent, ChainRole};

use super::Reading;

/// A DER SEQUENCE of `length` bytes of contents, which is all that reading a text looks at.
pub fn element(length: u8) -> Vec<u8> {
    let header: &[u8] = if length < 0x80 { &[0x30, length] } else { &[0x30, 0x81, length] };
    header.iter().copied().chain((0..length).map(|index| index ^ 0x5a)).collect()
}

/// Digits as IOS prints them: words of four bytes, eight words a line.
pub fn digits(bytes: &[u8]) -> String {
    let hex = |word: &[u8]| word.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let line = |line: &[u8]| format!("  {} \n", line.chunks(4).map(hex).collect::<Vec<_>>().join(" "));
    bytes.chunks(32).map(line).collect()
}

fn chain(certificates: &str) -> Reading {
    Reading::of(&format!(
        "crypto isakmp policy 1\ncrypto pki trustpoint CA\ncrypto pki certificate chain CA\n{certificates}"
    ))
}

#[test]
fn a_chain_holds_the_bytes_of_each_certificate() {
    let (own, authority) = (element(200), element(90));
    let text = format!(
        " certificate 03\n{}  \tquit\n certificate ca 01\n{}  quit\n!\n",
        digits(&own),
        digits(&authority)
    );
    let reading = chain(&text);
    assert_eq!((reading.codes(), reading.unknown()), (vec![], vec![]));
    let read: Vec<_> = reading
        .router
        .chain("CA")
        .unwrap()
        .certificates
        .iter()
        .map(|each| (each.role, each.serial.value.as_str(), each.der().unwrap().value.clone()))
        .collect();
    assert_eq!(read, [(ChainRole::Router, "03", own), (ChainRole::Authority, "01", authority)]);
    let der = reading.router.chains[0].certificates[1].der().unwrap();
    assert_eq!(reading.text(der.origin), "certificate ca 01");
}

#[test]
fn the_certificate_of_a_ca_in_waiting_is_read_with_its_digits() {
    let next = element(90);
    let reading = chain(&format!(" certificate rollover ca 02\n{}  quit\n", digits(&next)));
    let certificate = &reading.router.chains[0].certificates[0];
    assert_eq!((certificate.role, certificate.serial.value.as_str()), (ChainRole::Other, "02"));
    assert_eq!(certificate.der().unwrap().value, next);
    assert_eq!((reading.codes(), reading.unknown()), (vec![], vec![]));
}

#[test]
fn a_certificate_in_a_file_is_only_named() {
    let reading =
        chain(" certificate 03 nvram:CA1#3.cer\n certificate self-signed 01 nvram:IOS-Self-Sig#2.cer\n");
    let certificates = &reading.router.chains[0].certificates;
    assert_eq!(certificates[1].role, ChainRole::SelfSigned);
    let ChainContent::File(file) = &certificates[0].content else { panic!("a file") };
    assert_eq!(file.value, "nvram:CA1#3.cer");
    assert_eq!(reading.codes(), Vec::<&str>::new());
}

#[test]
fn digits_that_are_no_whole_certificate_are_damaged_and_said_to_be() {
    let whole = element(90);
    let cut = &whole[..60];
    let longer = [whole.as_slice(), &[0]].concat();
    let odd =
        digits(&whole).trim_end().trim_end_matches(|c: char| c.is_ascii_hexdigit()).to_owned() + "123\n";
    for digits in [digits(cut), digits(&longer), odd, "  56789ABC\n".into(), "  3003ZZ\n".into()] {
        let reading = chain(&format!(" certificate 03\n{digits}  quit\n"));
        let content = &reading.router.chains[0].certificates[0].content;
        assert!(matches!(content, ChainContent::Damaged(_)), "{digits}");
        assert_eq!(reading.codes(), ["damaged-certificate"], "{digits}");
    }
}

#[test]
fn a_forgotten_quit_costs_no_line_of_the_configuration() {
    let whole = element(90);
    for next in
        ["!\ninterface Ethernet0/0\n", "interface Ethernet0/0\n", " certificate ca 01\n  quit\ninterface X\n"]
    {
        let reading = chain(&format!(" certificate 03\n{}{next}", digits(&whole)));
        assert_eq!(reading.codes(), ["endless-certificate"], "{next}");
        assert_eq!(reading.router.chains[0].certificates[0].der().unwrap().value, whole, "{next}");
        assert_eq!(reading.router.interfaces.len(), 1, "{next}");
    }
}

#[test]
fn certificates_in_pem_are_read_with_what_the_headings_say() {
    // The base64 of 30 03 02 01 05: an element of five bytes.
    let block = "-----BEGIN CERTIFICATE-----\nMAMC\nAQU=\n-----END CERTIFICATE-----\n";
    let key = "-----BEGIN RSA PRIVATE KEY-----\nPLANTED\n-----END RSA PRIVATE KEY-----\n";
    let exported = format!(
        "R1(config)#crypto pki export CA1 pem terminal 3des PLANTED\n% CA certificate:\n{block}\n{key}\
         % General Purpose Certificate:\n{block}\nR1(config)#crypto isakmp policy 1\n"
    );
    let shown = format!(
        "------Trustpoint: CA1------\n% Self-signed CA certificate:\n{block}\n% General Purpose Certificate:\n{block}\
         !\ncrypto isakmp policy 1\n"
    );
    for text in [exported, shown] {
        let reading = Reading::of(&text);
        assert_eq!((reading.codes(), reading.unknown()), (vec![], vec![]), "{text}");
        let read: Vec<_> = reading
            .router
            .pem_certificates
            .iter()
            .map(|each| {
                let role = each.role.as_ref().unwrap().value;
                (each.trustpoint.as_ref().unwrap().value.as_str(), role, each.der.value.as_slice())
            })
            .collect();
        let der = [0x30, 3, 2, 1, 5].as_slice();
        assert_eq!(read, [("CA1", ChainRole::Authority, der), ("CA1", ChainRole::Router, der)]);
    }
}

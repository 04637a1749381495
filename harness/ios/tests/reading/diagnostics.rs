//! What a person sees of each finding.

use ios::{MAXIMUM_LENGTH, Sources, Style};

use super::Reading;
use super::certificates::{digits, element};
use super::reference::R1;

/// Compares what is printed with `snapshots/ios__NAME.snap`.
fn assert_printed(name: &str, printed: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("ios__{name}"), printed));
}

/// All findings about a text, one after the other.
fn printed(reading: &Reading, style: Style) -> String {
    let printed: Vec<String> =
        reading.diagnostics.iter().map(|diagnostic| diagnostic.render(&reading.sources, style)).collect();
    printed.join("\n\n")
}

fn assert_findings(name: &str, text: &str) {
    assert_printed(name, &printed(&Reading::of(text), Style::Plain));
}

fn assert_refused(name: &str, bytes: &[u8]) {
    let mut sources = Sources::new();
    let diagnostic = sources.add("r1.txt", bytes).unwrap_err();
    assert_printed(name, &diagnostic.render(&sources, Style::Plain));
}

#[test]
fn an_input_that_cannot_be_read_says_why() {
    assert_refused("empty", b" \r\n\r\n");
    assert_refused("binary", b"\x30\x82\x02\x0a\x30\x82\x01\xb1\xa0\x03\x02\x01\x02");
    assert_refused("too_large", &vec![b'!'; 50 * 1024 * 1024]);
}

#[test]
fn the_longest_input_that_is_read_is_read() {
    let mut sources = Sources::new();
    assert!(sources.add("r1.txt", &vec![b'!'; MAXIMUM_LENGTH]).is_ok());
}

#[test]
fn an_input_without_what_is_needed_says_what_to_give() {
    assert_findings("no_tunnels", "hostname R1\ninterface Ethernet0/0\n ip address 10.0.0.1 255.255.255.0\n");
    assert_findings("certificates_only", "R1#sh crypto pki certificates\nCertificate\n  Status: Available\n");
    assert_findings("nothing_of_a_router", "Dear colleague,\nthe tunnel is down again.\n");
}

#[test]
fn a_name_that_is_not_there_is_underlined_and_the_nearest_one_offered() {
    let text = R1
        .replace("ca trust-point IOSCA1", "ca trust-point IOSCA9")
        .replace("set isakmp-profile prof1", "set isakmp-profile other")
        .replace("set transform-set TS", "set transform-set ts");
    assert_findings("unknown_names", &text);
    let reading = Reading::of("crypto isakmp profile p\n ca trust-point IOSCA1\n");
    assert_printed("no_trustpoints", &printed(&reading, Style::Plain));
}

#[test]
fn colours_are_put_around_the_same_text() {
    let reading = Reading::of(&R1.replace("ca trust-point IOSCA1", "ca trust-point IOSCA9"));
    assert_printed("coloured", &printed(&reading, Style::Coloured).replace('\x1b', "ESC"));
}

#[test]
fn a_damaged_certificate_is_shown_where_it_is_damaged() {
    let chain = |digits: &str| {
        format!(
            "crypto isakmp policy 1\ncrypto pki trustpoint CA\ncrypto pki certificate chain CA\n \
             certificate 03\n{digits}"
        )
    };
    let whole = element(90);
    assert_findings("truncated_certificate", &chain(&format!("{}  quit\n", digits(&whole[..60]))));
    assert_findings("not_der", &chain(&format!("{}  quit\n", digits(&whole[1..]))));
    assert_findings("not_hexadecimal", &chain("  30820200 A9Z00100\n  quit\n"));
    assert_findings("endless_certificate", &chain(&digits(&whole)));
    assert_findings(
        "not_base64",
        "crypto isakmp policy 1\n-----BEGIN CERTIFICATE-----\nMIIC$$\n-----END CERTIFICATE-----\n",
    );
    assert_findings("endless_pem", "crypto isakmp policy 1\n-----BEGIN CERTIFICATE-----\nMIIC\n");
}

#[test]
fn values_that_make_no_sense_are_underlined() {
    assert_findings(
        "bad_values",
        "crypto isakmp policy 10\n encr idea\n group 22\n lifetime long\n\
         crypto isakmp profile p\n match identity address 10.0.0.300\n \
         match identity address 10.0.0.1 255.0.255.0\n\
         crypto pki trustpoint CA\n revocation-check crl sometimes\n\
         crypto ipsec transform-set TS esp-blowfish\n",
    );
    assert_findings(
        "bad_values_shown",
        "crypto isakmp policy 10\nCertificate\n  Certificate Serial Number (hex): 0G\n  \
         Validity Date:\n    start date: 13:25:01 CET Jun 31 2013\n",
    );
}

#[test]
fn lines_that_nobody_knows_are_listed_together() {
    let unknown: String = (1..=8).map(|number| format!(" frobnicate {number}\n")).collect();
    assert_findings("unknown_lines", &format!("crypto isakmp policy 10\n{unknown}!\nfrobnicate all\n"));
}

#[test]
fn a_banner_without_an_end_takes_nothing_with_it() {
    assert_findings("endless_banner", "banner motd ^C\nhostname R1\ncrypto isakmp policy 10\n group 2\n");
}

#[test]
fn two_routers_in_one_reading_are_named() {
    let (r1, r2) = ("R1#show run\nhostname R1\ncrypto isakmp policy 10\n", "R2#show clock\n");
    let reading = Reading::of_files(&[("r1.txt", r1), ("r1-clock.txt", r2)]);
    assert_printed("two_routers", &printed(&reading, Style::Plain));
}

#[test]
fn a_contradiction_between_outputs_shows_both_places() {
    let one = |serial: u8| {
        format!("Certificate\n  Certificate Serial Number (hex): 0{serial}\n  Issuer:\n    cn=CA{serial}\n")
    };
    let heading = "R1#sh crypto pki certificates\n";
    let text = format!("crypto isakmp policy 1\n{heading}{}{}{heading}{}{}", one(1), one(2), one(2), one(1));
    assert_findings("contradictory_order", &text);
}

#[test]
fn an_unused_profile_that_names_nothing_real_is_no_error() {
    let text = "crypto ipsec profile P\n set isakmp-profile none\ncrypto isakmp profile p\n keyring k\n \
                match certificate MAP\n";
    let reading = Reading::of(text);
    let errors = reading.diagnostics.iter().filter(|diagnostic| diagnostic.severity == ios::Severity::Error);
    assert_eq!((errors.count(), reading.diagnostics.len()), (0, 3));
}

#[test]
fn findings_beyond_a_number_are_only_counted() {
    let text: String =
        (0..300).map(|index| format!("crypto isakmp profile p\n ca trust-point TP{index}\n")).collect();
    let reading = Reading::of(&text);
    assert_eq!(reading.diagnostics.len(), 201);
    assert_eq!(reading.diagnostics[200].message, "100 more findings are not listed");
}

#[test]
fn values_that_ios_would_not_take_are_refused_at_their_place() {
    let text = "crypto isakmp policy 10001\n lifetime 59\ncrypto isakmp policy 10\n lifetime 86401\n\
                crypto isakmp keepalive 9 61\n\
                crypto ipsec security-association lifetime seconds 119\n\
                crypto ipsec security-association lifetime kilobytes 2559\n\
                crypto ipsec transform-set TS esp-aes 999 esp-sha-hmac\n\
                crypto map M 65536 ipsec-isakmp\n set peer 10.0.0.256\n set security-association lifetime seconds 1\n\
                interface Tunnel0\n tunnel destination 10.0.0.300\n";
    assert_findings("out_of_range", text);
    // The ends of the ranges are in them.
    let text = "crypto isakmp policy 1\n lifetime 60\ncrypto isakmp policy 10000\n lifetime 86400\n\
                crypto isakmp keepalive 10 2\n\
                crypto ipsec security-association lifetime seconds 120\n\
                crypto ipsec security-association lifetime kilobytes 2560\n\
                crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac\n\
                crypto map M 65535 ipsec-isakmp\n set peer 10.0.0.255\n";
    assert_eq!(printed(&Reading::of(text), Style::Plain), "");
}

#[test]
fn an_object_group_in_the_list_of_a_crypto_map_is_told_of_and_elsewhere_not() {
    let text = "crypto map M 10 ipsec-isakmp\n set peer 10.0.0.2\n match address VPN\n\
                ip access-list extended VPN\n permit ip object-group HERE object-group THERE\n\
                \u{20}permit ip 10.1.0.0 0.0.0.255 10.2.0.0 0.0.0.255\n\
                ip access-list extended FIREWALL\n permit tcp object-group ANYWHERE any\n";
    assert_findings("object_group", text);
}

#[test]
fn outputs_that_hold_nothing_that_is_needed_are_named() {
    let text = "R1#show ip route\nS* 0.0.0.0/0 via 10.0.0.1\nC 10.0.0.0/24\n\
                R1#show running-config\nhostname R1\ncrypto isakmp policy 10\n\
                show ip interface brief\nInterface IP-Address\nR1#\n";
    assert_findings("output_not_needed", text);
}

#[test]
fn a_serial_number_that_was_made_unreadable_is_taken_as_not_printed() {
    let text = "R1#show crypto pki certificates\nCertificate\n  Status: Available\n  \
                Certificate Serial Number (hex): 12XXXXXX\nR1#show running-config\nhostname R1\n\
                crypto isakmp policy 10\n";
    assert_findings("unreadable_serial", text);
}

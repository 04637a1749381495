//! Reading a configuration of ten thousand lines: against taking its lines apart into words.

use ikespec_benches::{Measuring, OURS};
use ios::Sources;

/// The lines of a site: a trustpoint, a profile that pins it, and a tunnel.
const LINES_OF_A_SITE: usize = 20;
const SITES: usize = 500;

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("config_parse");
    let text = configuration();
    let case = "10,000 lines";
    assert_eq!(read(&text), SITES, "every trustpoint is read");
    bench.time(case, OURS, || read(&text));
    bench.time(case, "words", || {
        text.lines().map(|line| line.split_ascii_whitespace().count()).sum::<usize>()
    });
    bench.compare(case, "words", None);
    bench.rate(case, text.len() as f64 / 1e6, "MB", None);
}

/// How many trustpoints there are.
fn read(text: &str) -> usize {
    let mut sources = Sources::new();
    let file = sources.add("r1.txt", text.as_bytes()).expect("it is a text");
    let (router, diagnostics) = ios::read(&mut sources, &[file]);
    assert_eq!(diagnostics.first(), None);
    router.trustpoints.len()
}

fn configuration() -> String {
    let mut text = HEAD.to_owned();
    (0..SITES).for_each(|site| text += &of_site(site));
    assert_eq!(text.lines().count(), HEAD.lines().count() + SITES * LINES_OF_A_SITE);
    text
}

const HEAD: &str = "\
hostname R1
!
crypto ipsec transform-set TS esp-aes esp-sha256-hmac
 mode tunnel
!
crypto ipsec profile profile1
 set transform-set TS
!
";

fn of_site(site: usize) -> String {
    let (high, low) = (site / 250, site % 250);
    format!(
        "crypto pki trustpoint IOSCA{site}
 enrollment url http://203.0.113.1:80
 serial-number
 fqdn R1.example.com
 ip-address 198.51.100.1
 subject-name CN=R1,OU=IT,O=example
 revocation-check crl none
!
crypto isakmp profile prof{site}
 ca trust-point IOSCA{site}
 match identity host R{site}.example.com
 self-identity fqdn
!
interface Tunnel{site}
 ip address 10.{high}.{low}.1 255.255.255.0
 tunnel source GigabitEthernet0/0
 tunnel destination 192.0.{high}.{low}
 tunnel mode ipsec ipv4
 tunnel protection ipsec profile profile1
!
"
    )
}

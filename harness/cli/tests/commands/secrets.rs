//! Secrets of the routers: in nothing that any command prints or writes.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Run, argument, folder, ikespec, repository};

const SCENARIO: &str = "corpus/scenarios/ikev1-asymmetric-trustpoints";

/// What every secret is called here. No line has two kinds of them, so that each line proves its own.
const SECRET: &str = "pL4nTeD";

/// One secret of each kind that a configuration holds, on the lines that hold it.
const KINDS: &[(&str, &str)] = &[
    ("enable password in clear", "enable password SECRET"),
    ("enable password of type 7", "enable password 7 SECRET"),
    ("enable secret of type 5", "enable secret 5 $1$SECRET"),
    ("enable secret of type 8", "enable secret 8 $8$SECRET"),
    ("enable secret of type 9", "enable secret 9 $9$SECRET"),
    ("user's password", "username joe privilege 15 password 0 SECRET"),
    ("user's secret", "username joe secret 9 $9$SECRET"),
    ("SNMP community", "snmp-server community SECRET RO 10"),
    ("SNMP trap receiver", "snmp-server host 192.0.2.9 version 2c SECRET"),
    ("SNMP user", "snmp-server user joe group v3 auth sha SECRET priv aes 128 SECRET"),
    ("pre-shared key", "crypto isakmp key SECRET address 192.0.2.7"),
    ("encrypted pre-shared key", "crypto isakmp key 6 SECRET address 192.0.2.8 255.255.255.0"),
    ("pre-shared key of a peer without an address", "crypto isakmp key SECRET address 192.0.2.999"),
    ("keyring", "crypto keyring K\n  pre-shared-key address 192.0.2.7 key SECRET"),
    ("keyring by name", "crypto keyring K2\n  pre-shared-key hostname peer.example.com key 6 SECRET"),
    (
        "keyring of IKEv2",
        "crypto ikev2 keyring V2\n peer P\n  address 192.0.2.7\n  pre-shared-key local SECRET\n  pre-shared-key remote 6 SECRET",
    ),
    ("key of an IKEv2 profile", "crypto ikev2 profile V2P\n authentication remote pre-share key SECRET"),
    ("group of VPN clients", "crypto isakmp client configuration group G\n key SECRET\n dns 192.0.2.1"),
    ("EZVPN", "crypto ipsec client ezvpn E\n group G key SECRET\n username u password SECRET"),
    (
        "keys of a manual map",
        "crypto map MANUAL 5 ipsec-manual\n set session-key inbound esp 256 cipher SECRET",
    ),
    (
        "challenge password of a trustpoint",
        "crypto pki trustpoint EXTRA\n enrollment url http://u:SECRET@192.0.2.1\n password 7 SECRET",
    ),
    ("TACACS server of old", "tacacs-server host 192.0.2.1 key 7 SECRET"),
    ("TACACS server", "tacacs server T\n address ipv4 192.0.2.1\n key 6 SECRET"),
    ("RADIUS server of old", "radius-server host 192.0.2.1 auth-port 1812 key SECRET"),
    ("RADIUS server", "radius server R\n key 7 SECRET"),
    ("RADIUS client", "aaa server radius dynamic-author\n client 192.0.2.1 server-key 7 SECRET"),
    (
        "BGP neighbour",
        "router bgp 65000\n neighbor 192.0.2.1 remote-as 65001\n neighbor 192.0.2.1 password 7 SECRET",
    ),
    (
        "OSPF key",
        "interface Loopback7\n ip ospf authentication-key 7 SECRET\n ip ospf message-digest-key 1 md5 7 SECRET",
    ),
    ("OSPF virtual link", "router ospf 1\n area 0 virtual-link 1.1.1.1 message-digest-key 1 md5 SECRET"),
    ("key chain of EIGRP and RIP", "key chain K\n key 1\n  key-string 7 SECRET"),
    (
        "EIGRP in named mode",
        "router eigrp N\n address-family ipv4 autonomous-system 1\n  af-interface default\n   authentication mode hmac-sha-256 SECRET",
    ),
    ("IS-IS", "router isis\n area-password SECRET\n domain-password SECRET"),
    (
        "HSRP",
        "interface Loopback8\n standby 1 authentication SECRET\n standby 2 authentication md5 key-string 7 SECRET",
    ),
    ("VRRP", "interface Loopback9\n vrrp 1 authentication text SECRET"),
    ("NHRP", "interface Loopback10\n ip nhrp authentication SECRET"),
    (
        "CHAP and PAP",
        "interface Loopback11\n ppp chap password 7 SECRET\n ppp pap sent-username u password 0 SECRET",
    ),
    ("wireless", "dot11 ssid S\n authentication key-management wpa\n wpa-psk ascii 7 SECRET"),
    ("WEP", "interface Loopback12\n encryption key 1 size 128bit 7 SECRET transmit-key"),
    ("line", "line vty 0 4\n password 7 SECRET\n login"),
    ("NTP", "ntp authentication-key 1 md5 SECRET 7"),
    ("FTP", "ip ftp password 7 SECRET"),
    ("archive", "archive\n path ftp://joe:SECRET@192.0.2.1/$h"),
    ("L2TP", "vpdn-group 1\n l2tp tunnel password 7 SECRET"),
    ("master key", "key config-key password-encrypt SECRET"),
    ("LDP", "mpls ldp neighbor 192.0.2.1 password 7 SECRET"),
    ("line that nobody knows", "frobnicate the password SECRET"),
];

/// A private key that was pasted at the prompt, with its passphrase.
const IMPORTED: &str = "R1(config)#crypto key import rsa R1.KEY pem terminal SECRET\n\
    % Enter PEM-formatted encrypted private General Purpose key.\n\
    -----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIBSECRET\nSECRET==\n-----END RSA PRIVATE KEY-----\nquit\n";

/// The scenario with all kinds of secrets in R1's configuration.
fn planted(name: &str, keep: impl Fn(&str) -> bool) -> PathBuf {
    let folder = folder(name);
    for file in ["r1.txt", "r2.txt", "scenario.toml"] {
        fs::copy(repository().join(SCENARIO).join(file), folder.join(file)).unwrap();
    }
    let text = fs::read_to_string(folder.join("r1.txt")).unwrap();
    let kinds: Vec<_> = KINDS.iter().map(|(_, lines)| *lines).filter(|lines| keep(lines)).collect();
    let marker = "crypto isakmp policy 10\n";
    assert!(text.contains(marker));
    let planted = text.replace(marker, &format!("{}\n!\n{marker}", kinds.join("\n!\n"))) + IMPORTED;
    fs::write(folder.join("r1.txt"), planted.replace("SECRET", SECRET)).unwrap();
    folder
}

#[track_caller]
fn assert_silent(what: &str, text: &str) {
    let lines: Vec<_> = text.lines().filter(|line| line.contains(SECRET)).collect();
    assert!(lines.is_empty(), "{what} tells secrets:\n{}", lines.join("\n"));
}

/// Everything in a folder and below it.
fn assert_silent_files(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_silent_files(&path);
        } else {
            assert_silent(argument(&path), &String::from_utf8_lossy(&fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn no_secret_is_in_anything_that_a_command_prints_or_writes() {
    // What would be an error in the configuration keeps commands from their work; the next test has it.
    let scenario = planted("secrets", |lines| !lines.contains("192.0.2.999"));
    let [r1, r2] = ["r1.txt", "r2.txt"].map(|file| scenario.join(file));
    let (scenario, r1, r2) = (argument(&scenario), argument(&r1), argument(&r2));
    let written = folder("secrets-written");
    let [pcap, keys, lab] = ["r1.pcap", "keys", "lab"].map(|name| written.join(name));
    let other = repository().join("corpus/sites/hub-and-spokes/hub.txt");
    let runs: [(&[&str], i32); 9] = [
        (&["check", scenario], 0),
        (&["check", scenario, "-v"], 0),
        (&["check", scenario, "--format", "json"], 0),
        (&["check", r1, r2, argument(&other), "-v"], 1),
        (&["check", r1, r2, argument(&other), "--format", "json"], 1),
        (&["trace", scenario, "--from", "R1", "--pcap", argument(&pcap), "--keylog", argument(&keys)], 0),
        (&["decode", argument(&pcap), "--keylog", argument(&keys), "-v"], 0),
        (&["lab", scenario, "--out", argument(&lab)], 0),
        (&["serve", r1], 2),
    ];
    for (arguments, status) in runs {
        let Run { output, errors, .. } = ikespec(arguments).exits(status);
        assert_silent(&arguments.join(" "), &format!("{output}{errors}"));
    }
    assert_silent_files(&written);
}

#[test]
fn no_secret_is_in_an_error_that_shows_its_line() {
    let mut shown = 0;
    for (kind, lines) in KINDS {
        // An error right at the secret: an address behind it that is none, or a word too many.
        let broken = lines.replace("192.0.2.7", "192.0.2.777") + " 192.0.2.999";
        let scenario = planted("secrets-in-errors", |_| false);
        let r1 = scenario.join("r1.txt");
        let text =
            fs::read_to_string(&r1).unwrap() + "R1#show running-config\n" + &broken.replace("SECRET", SECRET);
        fs::write(&r1, text + "\ncrypto isakmp policy 99999999999\n").unwrap();
        let run = ikespec(&["check", argument(&scenario), "-v"]).exits(2);
        assert_silent(kind, &run.errors);
        shown += run.errors.matches("<removed>").count();
    }
    assert!(shown > 0, "no error shows a line with a secret: the test proves nothing");
}

#[test]
fn every_kind_of_secret_is_removed_from_the_line_that_is_printed() {
    // `-v` prints the lines that nobody knows: in an unknown section that is every line.
    for (kind, lines) in KINDS {
        let scenario = planted("secrets-unknown", |_| false);
        let r1 = scenario.join("r1.txt");
        let indented: String = lines.lines().map(|line| format!("   {line}\n")).collect();
        let text = fs::read_to_string(&r1).unwrap();
        let marker = "crypto isakmp policy 10\n";
        let text =
            text.replace(marker, &format!("frobnicate\n{}!\n{marker}", indented.replace("SECRET", SECRET)));
        fs::write(&r1, text).unwrap();
        let run = ikespec(&["check", argument(&scenario), "-v"]).exits(0);
        assert_silent(kind, &format!("{}{}", run.output, run.errors));
        assert!(run.output.contains("<removed>"), "{kind} is not printed:\n{}", run.output);
    }
}

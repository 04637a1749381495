//! The outputs of `show` commands, each behind its prompt.

use std::collections::BTreeSet;
use std::fmt::Debug;

use ike::Origin;
use pki::Name;

use super::Seed;
use super::text::{self, Read, origins_in};

/// The commands whose outputs are read; the first byte of an input selects one.
pub const COMMANDS: &[&str] = &[
    "show crypto pki certificates",
    "show crypto pki certificates verbose",
    "show crypto pki trustpoints",
    "show crypto pki certificates pem",
    "show version",
    "show clock",
    "show running-config",
];

/// The rest of the input is the output of the command that the first byte selects: it reads without a panic, at places
/// that exist, and the text as it is kept reads as the same; what is told of a certificate or a trustpoint stands under its
/// heading.
///
/// # Panics
/// If any of that does not hold.
pub fn ios_show(bytes: &[u8]) {
    let Some((_, text)) = session_of(bytes) else { return };
    let Some(read) = text::read(&text) else { return };
    let certificates = read.router.shown.certificates.as_deref().unwrap_or_default();
    for certificate in certificates {
        let lines = certificate.issuer.iter().map(|line| line.value.as_str());
        if let Err((line, error)) = Name::from_ios_lines(lines) {
            assert!(line < certificate.issuer.len() && !error.to_string().is_empty());
        }
    }
    check_headings(&read, certificates, |certificate| certificate.kind.origin);
    check_headings(&read, &read.router.shown.trustpoints, |trustpoint| trustpoint.name.origin);
}

/// The command that an input selects, and the session in which it is typed; nothing if the input is empty.
#[must_use]
pub fn session_of(bytes: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let (&first, output) = bytes.split_first()?;
    let command = COMMANDS[usize::from(first) % COMMANDS.len()];
    let prompt = format!("R1#{command}\n");
    Some((command, [prompt.as_bytes(), output, b"\nR1#\n"].concat()))
}

/// What is told of each thing stands in the line of its heading or below, and above the next heading.
fn check_headings<T: Debug>(read: &Read, things: &[T], heading: impl Fn(&T) -> Origin) {
    let line = |origin| read.sources.locate(origin).map(|place| place.line);
    let headings: BTreeSet<u32> = things.iter().filter_map(|thing| line(heading(thing))).collect();
    for thing in things {
        let own = line(heading(thing)).expect("a heading has a place");
        let next = headings.range(own + 1..).next();
        for place in origins_in(&format!("{thing:?}")).into_iter().filter_map(line) {
            assert!(own <= place && next.is_none_or(|next| place < *next), "line {place}: {thing:?}");
        }
    }
}

/// Outputs that scenarios do not hold, as IOS prints them.
pub(super) fn seeds() -> Vec<Seed> {
    let outputs = [
        ("version-of-ios", "show version", VERSION_OF_IOS),
        ("version-of-ios-xe", "show version", VERSION_OF_IOS_XE),
        ("trustpoints", "show crypto pki trustpoints", TRUSTPOINTS),
        ("trustpoints-with-their-status", "show crypto pki trustpoints", TRUSTPOINTS_WITH_STATUS),
        ("certificates-in-pem", "show crypto pki certificates pem", CERTIFICATES_IN_PEM),
    ];
    outputs.map(|(name, command, output)| seed(name, command, output)).into()
}

fn seed(name: &str, command: &str, output: &str) -> Seed {
    let number = COMMANDS.iter().position(|known| *known == command).expect("it is one of the commands");
    let mut bytes = vec![u8::try_from(number).expect("there are few commands")];
    bytes.extend_from_slice(output.as_bytes());
    Seed { name: name.to_owned(), bytes }
}

const VERSION_OF_IOS: &str = "\
Cisco IOS Software, 7200 Software (C7200-ADVENTERPRISEK9-M), Version 15.2(4)S7, RELEASE SOFTWARE (fc4)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2015 by Cisco Systems, Inc.
Compiled Wed 01-Apr-15 20:18 by prod_rel_team

ROM: System Bootstrap, Version 12.4(12.2r)T, RELEASE SOFTWARE (fc1)
BOOTLDR: 7200 Software (C7200-KBOOT-M), Version 12.4(24)T8, RELEASE SOFTWARE (fc1)

R1 uptime is 2 weeks, 3 days, 4 hours, 5 minutes
System returned to ROM by reload at 09:12:44 UTC Mon Apr 22 2024
System restarted at 09:14:07 UTC Mon Apr 22 2024
System image file is \"disk0:c7200-adventerprisek9-mz.152-4.S7.bin\"
Last reload type: Normal Reload
Last reload reason: Reload Command

This product contains cryptographic features and is subject to United
States and local country laws governing import, export, transfer and
use. Delivery of Cisco cryptographic products does not imply
third-party authority to import, export, distribute or use encryption.

A summary of U.S. laws governing Cisco cryptographic products may be found at:
http://www.cisco.com/wwl/export/crypto/tool/stqrg.html

If you require further assistance please contact us by sending email to
export@cisco.com.

Cisco 7206VXR (NPE400) processor (revision A) with 491520K/32768K bytes of memory.
Processor board ID 4279256517
R7000 CPU at 150MHz, Implementation 39, Rev 2.1, 256KB L2 Cache
6 slot VXR midplane, Version 2.1

Last reset from power-on

PCI bus mb0_mb1 (Slots 0, 1, 3 and 5) has a capacity of 600 bandwidth points.
Current configuration on bus mb0_mb1 has a total of 200 bandwidth points.
This configuration is within the PCI bus capacity and is supported.

1 FastEthernet interface
2 Gigabit Ethernet interfaces
509K bytes of NVRAM.

65536K bytes of ATA PCMCIA card at slot 0 (Sector size 512 bytes).
8192K bytes of Flash internal SIMM (Sector size 256K).
Configuration register is 0x2102
";

const VERSION_OF_IOS_XE: &str = "\
Cisco IOS XE Software, Version 17.03.04a
Cisco IOS Software [Amsterdam], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.3.4a, RELEASE SOFTWARE (fc3)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2021 by Cisco Systems, Inc.
Compiled Tue 20-Jul-21 04:59 by mcpre


Cisco IOS-XE software, Copyright (c) 2005-2021 by cisco Systems, Inc.
All rights reserved.  Certain components of Cisco IOS-XE software are
licensed under the GNU General Public License (\"GPL\") Version 2.0.


ROM: IOS-XE ROMMON

R1 uptime is 41 minutes
Uptime for this control processor is 43 minutes
System returned to ROM by reload
System image file is \"bootflash:packages.conf\"
Last reload reason: reload

License Level: ax
License Type: N/A(Smart License Enabled)
Next reload license Level: ax

Addon License Level:
Addon License Type: Subscription

The current throughput level is 1000 kbps


Smart Licensing Status: UNREGISTERED/No Licenses in Use

cisco CSR1000V (VXE) processor (revision VXE) with 2071822K/3075K bytes of memory.
Processor board ID 9OVFUOGPKZ5
Router operating mode: Autonomous
3 Gigabit Ethernet interfaces
32768K bytes of non-volatile configuration memory.
3978420K bytes of physical memory.
6188032K bytes of virtual hard disk at bootflash:.

Configuration register is 0x2102
";

const TRUSTPOINTS: &str = "\
Trustpoint TP-self-signed-4279256517:
    Subject Name:
    cn=IOS-Self-Signed-Certificate-4279256517
          Serial Number (hex): 01
    Persistent self-signed certificate trust point
    Using key label TP-self-signed-4279256517


Trustpoint IOSCA1:
    Subject Name:
    cn=CA1
    o=example
          Serial Number (hex): 0A1B2C3D4E5F
    Certificate configured.
    SCEP URL: http://192.168.0.3:80/cgi-bin


Trustpoint IOSCA2:
";

const TRUSTPOINTS_WITH_STATUS: &str = "\
Trustpoint IOSCA1:
  Issuing CA certificate configured:
    Subject Name:
     cn=CA1,o=example
    Fingerprint MD5: 4C1A7E60 93D2B8F5 0E6A4471 C89D2F3B
    Fingerprint SHA1: 7D5E1F02 A9B34C68 11E0D7F6 5A82C93B 40F61D2E
  Router General Purpose certificate configured:
    Subject Name:
     hostname=R1.example.com,cn=R1,ou=IT,o=example
    Fingerprint MD5: 90B7F3A4 2C65D81E 6F0942BD E71A835C
    Fingerprint SHA1: 16A8E40D 3F7B92C5 D0516E8A B4C7293F 8E02D5A1
  Last enrollment status: Granted
  State:
    Keys generated ............. Yes (General Purpose, non-exportable)
    Issuing CA authenticated ....... Yes
    Certificate request(s) ..... Yes

Trustpoint IOSCA2:
  State:
    Keys generated ............. No
    Issuing CA authenticated ....... No
    Certificate request(s) ..... None

";

const CERTIFICATES_IN_PEM: &str = "\
------Trustpoint: TP-self-signed-4279256517------
% The specified trustpoint is not enrolled (TP-self-signed-4279256517).
% Only export the CA certificate in PEM format.
% Error: failed to get CA cert.
------Trustpoint: IOSCA1------
% CA certificate:
-----BEGIN CERTIFICATE-----
MIIBkzCCATigAwIBAgIBATAKBggqhkjOPQQDAjAgMRAwDgYDVQQKEwdleGFtcGxl
MQwwCgYDVQQDEwNDQTEwHhcNMjQwMTA4MDkxNDUxWhcNMzQwMTA1MDkxNDUxWjAg
MRAwDgYDVQQKEwdleGFtcGxlMQwwCgYDVQQDEwNDQTEwWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAASro+mQQLdQxGUuFkmmozzlz0ff5VOJjRcXJyl7X+2wxLNp/53+
ErqkSVZ3Q4PcUCH9Ama3jOF0eglMLt78SHGGo2MwYTAfBgNVHSMEGDAWgBRHk0AV
mFi/1PQ/smd0dxpSvwhtxjAOBgNVHQ8BAf8EBAMCAYYwHQYDVR0OBBYEFEeTQBWY
WL/U9D+yZ3R3GlK/CG3GMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAw
RgIhALHGpWlgYJnihX9XjHVn7QGgVfpbl8+T3L2WEep2uvf8AiEAlF3G0/eou/+q
4+DSpWslZRcl4+8HI0lH8qY8B+nE2k4=
-----END CERTIFICATE-----

% General Purpose Certificate:
-----BEGIN CERTIFICATE-----
MIIB7DCCAVWgAwIBAgIBAjANBgkqhkiG9w0BAQsFADAgMRAwDgYDVQQKEwdleGFt
cGxlMQwwCgYDVQQDEwNDQTEwHhcNMjQwMzA2MTAyMjI3WhcNMjUwMzA2MTAyMjI3
WjBLMRAwDgYDVQQKEwdleGFtcGxlMQswCQYDVQQLEwJJVDELMAkGA1UEAxMCUjEx
HTAbBgkqhkiG9w0BCQIWDlIxLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
zj0DAQcDQgAEodJyi/olOIwMsxsObg5WSs9fACa9f0hHmk63x7AdPc82JdYc3rJ4
pLCCQzzSGsljYF17wyFjzuaim4ht7aZgZKNSMFAwHwYDVR0jBBgwG4AUB/Lr7pS+
wkjVLrJaN1u3K3GQboYwDgYDVR0PAQH/BAQDAgeAMB0GA1UdDgQWBBSHubYWtHA8
7qzIylSRYjaNWRdj7TANBgkqhkiG9w0BAQsFAAOBgQBqKFyhX9+0qhh36vCK9mq8
ip471Kc3fog5tp8it4lygSTnJQJyX4nD5o2he9nukvG85IYyfcwaWInTQ5f5u7M7
cq5P5me8NlFejGVukmiySjQIC/3EVPTPAXrQo7oayrSM8wq8zpCJ0guqcjV4Gtd7
2aZMU8iGLwJyqv/L0wkqVw==
-----END CERTIFICATE-----

------Trustpoint: IOSCA2------
% The specified trustpoint is not enrolled (IOSCA2).
% Only export the CA certificate in PEM format.
% Error: failed to get CA cert.
";

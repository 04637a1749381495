//! Prompts, pagers, banners, several outputs and several files.

use super::Reading;
use super::reference::R1;

fn policies(reading: &Reading) -> Vec<u32> {
    reading.router.isakmp.policies.iter().map(|policy| policy.priority).collect()
}

#[test]
fn a_command_may_be_abbreviated_as_at_a_prompt() {
    for command in
        ["show running-config", "sh run", "show run | section crypto", "sh conf", "wr t", "show startup"]
    {
        let reading = Reading::of(&format!("R1#{command}\ncrypto isakmp policy 7\n group 2\nR1#"));
        assert_eq!((policies(&reading), reading.codes()), (vec![7], vec![]), "{command}");
    }
    for command in ["sh crypto pki certificates", "sh cry p ce verbose", "show crypto ca cert"] {
        let reading = Reading::of(&format!("R1#{command}\nCertificate\n  Status: Available\nR1#"));
        assert_eq!(reading.router.shown.certificates.unwrap().len(), 1, "{command}");
    }
}

#[test]
fn the_name_in_the_prompt_serves_where_none_is_configured() {
    let reading = Reading::of("edge-1#sh run\ncrypto isakmp policy 1\nedge-1#");
    let name = reading.router.hostname.as_ref().unwrap();
    assert_eq!((name.value.as_str(), reading.text(name.origin)), ("edge-1", "edge-1"));

    let configured = Reading::of("a-very-long-name-inde#sh run\nhostname a-very-long-name-indeed\n");
    assert_eq!(configured.router.hostname.unwrap().value, "a-very-long-name-indeed");
}

#[test]
fn the_name_in_show_version_serves_too() {
    let text = "Cisco IOS Software, 7200 Software, Version 15.3(3)T\n\nR9 uptime is 2 weeks\n";
    let reading = Reading::of(text);
    assert_eq!(reading.router.hostname.as_ref().unwrap().value, "R9");
    assert!(reading.router.shown.version.as_ref().unwrap().value.ends_with("15.3(3)T"));
}

#[test]
fn commands_typed_in_configuration_mode_are_the_configuration() {
    let reading = Reading::of(
        "R1#configure terminal\n\
         Enter configuration commands, one per line.  End with CNTL/Z.\n\
         R1(config)#crypto isakmp policy 20\n\
         R1(config-isakmp)# encryption aes 256\n\
         R1(config-isakmp)#exit\n\
         R1(config)#crypto pki trustpoint CA\n\
         R1(ca-trustpoint)#revocation-check none\n\
         R1(ca-trustpoint)#do show clock\n\
         *13:25:01.000 UTC Mon Jun 17 2013\n\
         R1(ca-trustpoint)#end\n\
         R1#",
    );
    assert_eq!(policies(&reading), [20]);
    assert_eq!(reading.text(reading.router.isakmp.policies[0].cipher.origin), "encryption aes 256");
    assert_eq!(reading.router.trustpoints[0].revocation_check.value.len(), 1);
    assert!(reading.router.shown.clock.is_some());
}

#[test]
fn an_output_that_is_not_read_is_listed_and_not_taken_for_configuration() {
    let reading = Reading::of(
        "R1#show ip interface brief\nInterface  IP-Address\nhostname X\nR1#ter len 0\nR1#show run\nhostname R1\n",
    );
    let [unread] = reading.router.unread.as_slice() else { panic!("one output") };
    assert_eq!((unread.command.as_str(), unread.lines), ("show ip interface brief", 2));
    assert_eq!(reading.router.hostname.unwrap().value, "R1");
}

#[test]
fn outputs_may_follow_each_other_without_prompts() {
    let certificates = "Certificate\n  Status: Available\n\nCA Certificate\n  Status: Available\n";
    let text =
        format!("13:25:01.000 UTC Mon Jun 17 2013\n{certificates}!\nhostname R1\ncrypto isakmp policy 3\n");
    let reading = Reading::of(&text);
    assert_eq!(reading.router.shown.certificates.as_ref().unwrap().len(), 2);
    assert!(reading.router.shown.clock.is_some());
    assert_eq!((policies(&reading), reading.unknown()), (vec![3], vec![]));
}

#[test]
fn show_tech_support_is_several_outputs() {
    let reading = Reading::of(
        "------------------ show clock ------------------\n\n*13:25:01.000 UTC Mon Jun 17 2013\n\n\
         ------------------ show running-config ------------------\n\n\
         Building configuration...\n\nCurrent configuration : 1234 bytes\ncrypto isakmp policy 4\n group 5\n\
         ------------------ show stacks ------------------\n\nMinimum process stacks:\n",
    );
    assert_eq!((policies(&reading), reading.unknown()), (vec![4], vec![]));
    assert!(reading.router.shown.clock.is_some());
    assert_eq!(reading.router.unread.len(), 1);
}

#[test]
fn several_files_are_one_router() {
    let (configuration, certificates) = R1.split_at(R1.find("R1#sh crypto pki").unwrap());
    let apart = Reading::of_files(&[("run.txt", configuration), ("certificates.txt", certificates)]);
    let together = Reading::of(R1);
    assert_eq!(apart.router, together.router);
    let shown = &apart.router.shown.certificates.as_ref().unwrap()[0];
    assert_eq!(apart.sources.locate(shown.kind.origin).unwrap().file, "certificates.txt");
}

#[test]
fn what_a_pager_leaves_is_no_part_of_a_line() {
    let pager = " --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08";
    let text =
        R1.replace(" hash md5", &format!("{pager} hash md5")).replace(" fqdn ", " --More--         fqdn ");
    let reading = Reading::of(&text);
    assert_eq!((reading.unknown(), reading.codes()), (vec![], vec![]));
    assert_eq!(reading.text(reading.router.isakmp.policies[0].hash.origin), "hash md5");
    assert!(reading.router.trustpoints.iter().all(|trustpoint| trustpoint.fqdn.is_some()));
}

#[test]
fn a_banner_is_no_configuration() {
    for banner in [
        "banner motd ^C\nhostname WRONG\nR9#show clock\ncrypto isakmp policy 99\n^C\n",
        "banner login #\nhostname WRONG\nUnauthorized!#\n",
        "banner exec ^Chostname WRONG^C\n",
        "banner motd \x03\nhostname WRONG\n\x03\n",
        "aaa authentication banner ^C\nhostname WRONG\n^C\n",
    ] {
        let reading = Reading::of(&format!("hostname R1\n{banner}crypto isakmp policy 1\n"));
        assert_eq!(reading.router.hostname.as_ref().unwrap().value, "R1", "{banner}");
        assert_eq!((policies(&reading), reading.codes()), (vec![1], vec![]), "{banner}");
    }
}

#[test]
fn sections_without_bearing_end_where_the_next_begins() {
    let indented = "router bgp 65000\n neighbor 10.0.0.1 remote-as 65001\n !\n address-family ipv4\n  network 10.0.0.0\n \
                    exit-address-family\n!\nwebvpn gateway G\n hostname WRONG\n!\ncrypto isakmp policy 1\n group 2\n";
    let reading = Reading::of(indented);
    assert_eq!((policies(&reading), reading.unknown()), (vec![1], vec![]));
    assert_eq!(reading.router.hostname, None);

    let without = indented.replace("webvpn gateway G\n hostname WRONG\n!\n", "");
    let flat: Vec<&str> = without.lines().map(str::trim_start).collect();
    let reading = Reading::of(&flat.join("\n"));
    assert_eq!((policies(&reading), reading.unknown()), (vec![1], vec![]));
}

#[test]
fn a_line_that_nobody_knows_is_kept_with_its_place() {
    let text = "crypto isakmp policy 1\n frobnicate 7\n group 2\nfrobnicate all\n group 5\nip frobnicate\n";
    let reading = Reading::of(text);
    assert_eq!(reading.unknown(), ["frobnicate 7", "frobnicate all", "group 5", "ip frobnicate"]);
    let bearing: Vec<bool> = reading.router.unknown.iter().map(|line| line.bears_on_tunnels).collect();
    assert_eq!(bearing, [true, false, false, false]);
    let places = reading.router.unknown.iter().map(|line| reading.sources.locate(line.origin).unwrap().line);
    assert_eq!(places.collect::<Vec<_>>(), [2, 4, 5, 6]);
    // `group 5` stands in the section of the unknown line above it.
    assert_eq!(reading.text(reading.router.isakmp.policies[0].group.origin), "group 2");
    assert_eq!(reading.codes(), ["unknown-lines", "unknown-lines"]);

    let reading = Reading::of("no crypto frobnicate\ninterface Tunnel1\n tunnel frobnicate\n frobnicate\n");
    let bearing: Vec<bool> = reading.router.unknown.iter().map(|line| line.bears_on_tunnels).collect();
    assert_eq!(bearing, [true, true, false]);
}

#[test]
fn texts_of_two_routers_are_told_apart() {
    let reading = Reading::of("R1#show run\nhostname R1\ncrypto isakmp policy 1\nR1#\nR2#show clock\n");
    assert_eq!(reading.codes(), ["two-routers"]);
    let reading = Reading::of_files(&[
        ("r1.txt", "hostname R1\ncrypto isakmp policy 1\n"),
        ("r2.txt", "hostname R2\ncrypto isakmp policy 1\n"),
    ]);
    assert_eq!(reading.codes(), ["two-routers"]);
}

//! What `ikespec trace` keeps, in the eyes of Wireshark: packets without complaint, and keys that open them.

#![allow(clippy::unwrap_used, clippy::panic)]

mod conformance {
    use std::fs;
    use std::io::ErrorKind;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use ::conformance::peers::{PeerError, if_available};
    use serde_json::Value;
    use wire::PayloadType;

    /// Both versions, ciphers with and without a checksum of their own, and IKE_AUTH in fragments.
    const SCENARIOS: [&str; 4] = [
        "ikev1-asymmetric-trustpoints",
        "ikev2-asymmetric-trustpoints",
        "ikev2-aes-gcm-comes-up",
        "ikev2-a-fragmented-ike-auth",
    ];

    #[test]
    fn tshark_finds_nothing_malformed_and_the_payloads_that_we_name() {
        for traced in negotiations("plain", &["R1", "R2"]) {
            let Some(rows) = traced.tshark(&["frame.len", "isakmp.typepayload", "_ws.malformed"], None)
            else {
                return;
            };
            let messages = traced.messages();
            assert_eq!(rows.len(), messages.len());
            for (row, message) in rows.iter().zip(&messages) {
                assert_eq!(row[0], message["ip_length"].to_string());
                assert_eq!(row[2], "", "{row:?}");
                if message["encrypted"] == false {
                    assert_eq!(payload_names(&row[1]), names(message), "{row:?}");
                }
            }
        }
    }

    #[test]
    fn tshark_opens_what_is_encrypted_with_our_key_log() {
        // R2 as the initiator of IKEv1 repeats MM5, and Wireshark has no vector for what is encrypted twice.
        for traced in negotiations("opened", &["R1"]) {
            let fields = ["isakmp.typepayload", "_ws.malformed"];
            let Some(rows) = traced.tshark(&fields, Some(&traced.keys)) else { return };
            // What is in fragments is listed with the last of them there, and with the first here.
            let opened: Vec<_> = rows.iter().flat_map(|row| payload_names(&row[0])).collect();
            let ours: Vec<_> = traced.messages().iter().flat_map(names).collect();
            assert_eq!(opened, ours);
            assert!(rows.iter().all(|row| row[1].is_empty()), "{rows:?}");
        }
    }

    fn negotiations(name: &str, routers: &[&'static str]) -> Vec<Traced> {
        let of = |scenario| routers.iter().map(move |from| Traced::from_router(name, scenario, from));
        SCENARIOS.into_iter().flat_map(of).collect()
    }

    /// A negotiation, its packets and its keys.
    struct Traced {
        scenario: String,
        from: &'static str,
        pcap: PathBuf,
        keys: PathBuf,
    }

    impl Traced {
        fn from_router(name: &str, scenario: &str, from: &'static str) -> Self {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wireshark");
            let folder = folder.join(name).join(scenario).join(from);
            fs::create_dir_all(&folder).unwrap();
            let scenario = format!("corpus/scenarios/{scenario}");
            let traced =
                Self { scenario, from, pcap: folder.join("packets.pcap"), keys: folder.join("profile") };
            let (pcap, keys) = (traced.pcap.to_str().unwrap(), traced.keys.to_str().unwrap());
            ikespec(&["trace", &traced.scenario, "--from", from, "--pcap", pcap, "--keylog", keys]);
            traced
        }

        /// The messages of this direction as `check` reports them.
        fn messages(&self) -> Vec<Value> {
            let report: Value =
                serde_json::from_str(&ikespec(&["check", &self.scenario, "--format", "json"])).unwrap();
            let directions = report["directions"].as_array().unwrap();
            let direction = directions.iter().find(|direction| direction["initiator"] == self.from).unwrap();
            direction["messages"].as_array().unwrap().clone()
        }

        /// These fields of each packet, with the keys in `profile` if it is given; nothing where there is no tshark.
        fn tshark(&self, fields: &[&str], profile: Option<&Path>) -> Option<Vec<Vec<String>>> {
            let mut command = Command::new("tshark");
            // A folder without anything in it, so that nobody's own settings count.
            let empty = self.pcap.with_file_name("no-profile");
            command.env("WIRESHARK_CONFIG_DIR", profile.unwrap_or(&empty)).arg("-r").arg(&self.pcap);
            command.args(["-T", "fields"]).args(fields.iter().flat_map(|field| ["-e", *field]));
            let output = if_available(command.output().map_err(|error| match error.kind() {
                ErrorKind::NotFound => PeerError::NotInstalled { program: "tshark", package: "tshark" },
                _ => PeerError::Environment { attempt: "run tshark".to_owned(), error },
            }));
            let output = output.unwrap_or_else(|error| panic!("{error}"))?;
            let text = String::from_utf8(output.stdout).unwrap();
            Some(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
        }
    }

    /// The names of the payloads whose numbers tshark lists; proposals and transforms are inside an SA, and what is inside an
    /// encrypted payload is listed behind it.
    fn payload_names(numbers: &str) -> Vec<String> {
        let types = numbers.split(',').map(|number| PayloadType(number.parse().unwrap()));
        let others = [
            PayloadType::PROPOSAL,
            PayloadType::TRANSFORM,
            PayloadType::ENCRYPTED,
            PayloadType::ENCRYPTED_FRAGMENT,
        ];
        types.filter(|it| !others.contains(it)).map(|it| it.to_string()).collect()
    }

    /// The names of a message's payloads, of notifications without their type.
    fn names(message: &Value) -> Vec<String> {
        let names = message["payloads"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        names.map(|name| name.split('(').next().unwrap().to_owned()).collect()
    }

    fn ikespec(arguments: &[&str]) -> String {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ikespec"));
        let output = command.args(arguments).current_dir(repository).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

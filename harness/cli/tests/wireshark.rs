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

    #[test]
    fn tshark_finds_nothing_malformed_and_the_payloads_that_we_name() {
        for from in ["R1", "R2"] {
            let traced = Traced::from_router("plain", from);
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
                    assert_eq!(payload_names(&row[1]), message["payloads"], "{row:?}");
                }
            }
        }
    }

    #[test]
    fn tshark_opens_what_is_encrypted_with_our_key_log() {
        let traced = Traced::from_router("opened", "R1");
        let fields = ["isakmp.typepayload", "_ws.malformed"];
        let Some(rows) = traced.tshark(&fields, Some(&traced.keys)) else { return };
        let opened: Vec<_> = rows.iter().map(|row| payload_names(&row[0])).collect();
        let ours: Vec<_> = traced.messages().iter().map(|message| message["payloads"].clone()).collect();
        assert_eq!(opened, ours);
        assert!(rows.iter().all(|row| row[1].is_empty()), "{rows:?}");
    }

    const SCENARIO: &str = "corpus/scenarios/ikev1-asymmetric-trustpoints";

    /// A negotiation, its packets and its keys.
    struct Traced {
        from: &'static str,
        pcap: PathBuf,
        keys: PathBuf,
    }

    impl Traced {
        fn from_router(name: &str, from: &'static str) -> Self {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wireshark").join(name).join(from);
            fs::create_dir_all(&folder).unwrap();
            let traced = Self { from, pcap: folder.join("packets.pcap"), keys: folder.join("profile") };
            let (pcap, keys) = (traced.pcap.to_str().unwrap(), traced.keys.to_str().unwrap());
            ikespec(&["trace", SCENARIO, "--from", from, "--pcap", pcap, "--keylog", keys]);
            traced
        }

        /// The messages of this direction as `check` reports them.
        fn messages(&self) -> Vec<Value> {
            let report: Value =
                serde_json::from_str(&ikespec(&["check", SCENARIO, "--format", "json"])).unwrap();
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

    /// The names of the payloads whose numbers tshark lists; proposals and transforms are inside an SA.
    fn payload_names(numbers: &str) -> Value {
        let types = numbers.split(',').map(|number| PayloadType(number.parse().unwrap()));
        let inner = [PayloadType::PROPOSAL, PayloadType::TRANSFORM];
        types.filter(|it| !inner.contains(it)).map(|it| Value::from(it.to_string())).collect()
    }

    fn ikespec(arguments: &[&str]) -> String {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ikespec"));
        let output = command.args(arguments).current_dir(repository).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

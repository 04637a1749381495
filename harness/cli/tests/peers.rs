//! Our router on the network against strongSwan, both ways: `serve`, `dial`, and the files of `ikespec lab`.

#![allow(clippy::unwrap_used, clippy::panic)]

mod conformance {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::time::Duration;

    use ::conformance::peers::strongswan::{Installation, Side, StrongSwan, Version};
    use ::conformance::peers::{Host, Network, PeerError, Process, if_available};

    /// The same algorithms as strongSwan and as IOS call them, and as strongSwan reports and logs them.
    struct Proposal {
        name: &'static str,
        configuration: &'static str,
        reported: &'static str,
        logged: &'static str,
    }

    const OLD: Proposal = Proposal {
        name: "3des-md5-modp1024",
        configuration: " encr 3des\n hash md5\n group 2\n",
        reported: "3DES_CBC/HMAC_MD5_96/PRF_HMAC_MD5/MODP_1024",
        logged: "3DES_CBC/HMAC_MD5_96/PRF_HMAC_MD5/MODP_1024",
    };
    const MODERN: Proposal = Proposal {
        name: "aes256-sha256-modp2048",
        configuration: " encr aes 256\n hash sha256\n group 14\n",
        reported: "AES_CBC-256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048",
        logged: "AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048",
    };

    #[test]
    fn strongswan_dials_us_with_3des_md5_modp1024() {
        strongswan_dials_us("they-dial-old", &OLD);
    }

    #[test]
    fn strongswan_dials_us_with_aes256_sha256_modp2048() {
        strongswan_dials_us("they-dial-modern", &MODERN);
    }

    #[test]
    fn we_dial_strongswan_with_3des_md5_modp1024() {
        we_dial_strongswan("we-dial-old", &OLD);
    }

    #[test]
    fn we_dial_strongswan_with_aes256_sha256_modp2048() {
        we_dial_strongswan("we-dial-modern", &MODERN);
    }

    #[test]
    fn we_stop_before_mm5_where_strongswan_asks_for_another_authority() {
        let Some(world) = World::new("another-authority", &MODERN) else { return };
        let _theirs = world.start_theirs(&MODERN, &world.another_authority());
        let output = world.ours("dial").output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert!(printed.contains("failed in MM5: no-certificate-to-send (V1-SEL-5)"), "{printed}");
    }

    fn strongswan_dials_us(name: &str, proposal: &Proposal) {
        let Some(world) = World::new(name, proposal) else { return };
        let ours = Process::start("ikespec serve", world.ours("serve")).unwrap();
        ours.wait_for("listens on", PATIENCE).unwrap();
        let theirs = world.start_theirs(proposal, &world.authority());
        theirs.initiate().unwrap_or_else(|error| panic!("{error}\nikespec:\n{}", ours.log()));
        ours.wait_for("authenticated as cn=theirs,o=Lab", PATIENCE).unwrap();
        expect_established(&theirs, proposal);
    }

    fn we_dial_strongswan(name: &str, proposal: &Proposal) {
        let Some(world) = World::new(name, proposal) else { return };
        let theirs = world.start_theirs(proposal, &world.authority());
        let output = world.ours("dial").output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{printed}\nstrongSwan:\n{}", theirs.process().log());
        assert!(printed.contains("authenticated as cn=theirs,o=Lab"), "{printed}");
        // By now our side has closed the session: strongSwan's log tells that it was there.
        let log = theirs.process();
        log.wait_for(
            "IKE_SA peer[1] established between 10.77.0.2[O=Lab, CN=theirs]...10.77.0.1[O=Lab, CN=ours]",
            PATIENCE,
        )
        .unwrap();
        log.wait_for(&format!("selected proposal: IKE:{}", proposal.logged), PATIENCE).unwrap();
    }

    fn expect_established(theirs: &StrongSwan<'_>, proposal: &Proposal) {
        let state = theirs.established(PATIENCE).unwrap();
        for wanted in ["ESTABLISHED, IKEv1", "CN=ours", "CN=theirs", proposal.reported] {
            assert!(state.contains(wanted), "no {wanted} in:\n{state}");
        }
    }

    /// More than a loaded machine needs: a negotiation takes a tenth of a second.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Two hosts, and the laboratory's files for a router on each.
    struct World {
        strongswan: Installation,
        network: Network,
        folder: PathBuf,
    }

    impl World {
        fn new(name: &str, proposal: &Proposal) -> Option<Self> {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ikespec-and-peers").join(name);
            let world = if_available(Self::find(folder)).unwrap_or_else(|error| panic!("{error}"))?;
            world.make_files(proposal);
            Some(world)
        }

        fn find(folder: PathBuf) -> Result<Self, PeerError> {
            Ok(Self { strongswan: Installation::find()?, network: Network::new()?, folder })
        }

        fn make_files(&self, proposal: &Proposal) {
            if self.folder.exists() {
                fs::remove_dir_all(&self.folder).unwrap();
            }
            fs::create_dir_all(&self.folder).unwrap();
            let [ours, theirs] = self.network.hosts().map(Host::address);
            let texts = [("ours", ours, theirs), ("theirs", theirs, ours)].map(|(name, own, peer)| {
                let path = self.folder.join(format!("{name}.txt"));
                fs::write(&path, text(name, &own.to_string(), &peer.to_string(), proposal)).unwrap();
                path
            });
            let output = Command::new(env!("CARGO_BIN_EXE_ikespec"))
                .arg("lab")
                .args(texts)
                .args(["--at", "now", "--out"])
                .arg(self.folder.join("lab"))
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }

        /// A command of ours that runs on the first host.
        fn ours(&self, name: &str) -> Command {
            let mut command = self.network.hosts()[0].command(env!("CARGO_BIN_EXE_ikespec"));
            command.arg(name).arg(self.folder.join("ours.txt")).arg("--lab").arg(self.folder.join("lab"));
            command
        }

        /// The certificate of the CA that the laboratory made.
        fn authority(&self) -> PathBuf {
            self.folder.join("lab/theirs/x509ca/CA.pem")
        }

        /// The certificate of a CA that issued nothing: one that was made for other routers.
        fn another_authority(&self) -> PathBuf {
            let folder = self.folder.join("others");
            let scenario = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../corpus/scenarios/ikev1-asymmetric-trustpoints");
            let mut command = Command::new(env!("CARGO_BIN_EXE_ikespec"));
            let output = command.arg("lab").arg(scenario).arg("--out").arg(&folder).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            folder.join("authorities/CA1/certificate.pem")
        }

        /// Starts strongSwan on the second host; it trusts `authority` alone.
        fn start_theirs(&self, proposal: &Proposal, authority: &Path) -> StrongSwan<'_> {
            let [ours, theirs] = self.network.hosts();
            let party = self.folder.join("lab/theirs");
            let side = Side {
                version: Version::Ikev1,
                remote: ours.address(),
                proposal: proposal.name,
                identity: "O=Lab, CN=theirs",
                certificates: &[party.join("x509/CA.pem")],
                keys: &[party.join("private/CA.pem")],
                authorities: &[authority.to_owned()],
            };
            self.strongswan.start(theirs, &self.folder.join("strongswan"), &side).unwrap()
        }
    }

    /// A router whose identity is the subject of its certificate: the certificates of IOS confirm no other.
    fn text(name: &str, own: &str, peer: &str, proposal: &Proposal) -> String {
        format!(
            "\
hostname {name}
crypto isakmp policy 10
{}crypto isakmp identity dn
crypto ipsec transform-set TS esp-aes esp-sha256-hmac
 mode tunnel
crypto ipsec profile PROTECTED
 set transform-set TS
interface Tunnel1
 ip address 10.78.0.1 255.255.255.0
 tunnel source Ethernet0/0
 tunnel destination {peer}
 tunnel protection ipsec profile PROTECTED
interface Ethernet0/0
 ip address {own} 255.255.255.0
crypto pki trustpoint CA
 enrollment url http://10.77.0.9:80
 fqdn none
 subject-name CN={name},O=Lab
 revocation-check crl
",
            proposal.configuration
        )
    }
}

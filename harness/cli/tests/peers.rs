//! Our router on the network against strongSwan, both ways: `serve`, `dial`, and the files of `ikespec lab`.

#![allow(clippy::unwrap_used, clippy::panic)]

mod conformance {
    use std::fs;
    use std::net::Ipv4Addr;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::time::Duration;

    use ::conformance::peers::strongswan::{Installation, Side, StrongSwan, Version};
    use ::conformance::peers::{Host, Network, PeerError, Process, if_available};

    /// What is negotiated: the same algorithms as strongSwan and as IOS call them, and as strongSwan reports and logs them.
    struct Proposal {
        version: Version,
        name: &'static str,
        configuration: &'static str,
        reported: &'static str,
        logged: &'static str,
    }

    const OLD: Proposal = Proposal {
        version: Version::Ikev1,
        name: "3des-md5-modp1024",
        configuration: " encr 3des\n hash md5\n group 2\n",
        reported: "3DES_CBC/HMAC_MD5_96/PRF_HMAC_MD5/MODP_1024",
        logged: "3DES_CBC/HMAC_MD5_96/PRF_HMAC_MD5/MODP_1024",
    };
    const MODERN: Proposal = Proposal {
        version: Version::Ikev1,
        name: "aes256-sha256-modp2048",
        configuration: " encr aes 256\n hash sha256\n group 14\n",
        reported: "AES_CBC-256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048",
        logged: "AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048",
    };
    const IKEV2_CBC: Proposal = Proposal {
        version: Version::Ikev2,
        configuration: " encryption aes-cbc-256\n integrity sha256\n group 14\n",
        ..MODERN
    };
    /// ASA has group 31 in its configurations, IOS does not say that it has; here every group of the engine can be written.
    const IKEV2_GCM: Proposal = Proposal {
        version: Version::Ikev2,
        name: "aes256gcm16-prfsha256-x25519",
        configuration: " encryption aes-gcm-256\n prf sha256\n group 31\n",
        reported: "AES_GCM_16-256/PRF_HMAC_SHA2_256/CURVE_25519",
        logged: "AES_GCM_16_256/PRF_HMAC_SHA2_256/CURVE_25519",
    };

    /// What both sides sign with.
    #[derive(Clone, Copy)]
    enum Keys {
        Rsa,
        Ecdsa,
    }

    impl Keys {
        /// How strongSwan's account of our signature begins.
        fn logged(self) -> &'static str {
            match self {
                Self::Rsa => "authentication of 'O=Lab, CN=ours' with RSA",
                Self::Ecdsa => "authentication of 'O=Lab, CN=ours' with ECDSA",
            }
        }
    }

    #[test]
    fn strongswan_dials_us_with_3des_md5_modp1024() {
        strongswan_dials_us("they-dial-old", &OLD, Keys::Rsa);
    }

    #[test]
    fn strongswan_dials_us_with_aes256_sha256_modp2048() {
        strongswan_dials_us("they-dial-modern", &MODERN, Keys::Rsa);
    }

    #[test]
    fn we_dial_strongswan_with_3des_md5_modp1024() {
        we_dial_strongswan("we-dial-old", &OLD, Keys::Rsa);
    }

    #[test]
    fn we_dial_strongswan_with_aes256_sha256_modp2048() {
        we_dial_strongswan("we-dial-modern", &MODERN, Keys::Rsa);
    }

    #[test]
    fn strongswan_dials_us_in_ikev2_with_aes256_sha256_modp2048_and_rsa() {
        strongswan_dials_us("they-dial-ikev2-cbc-rsa", &IKEV2_CBC, Keys::Rsa);
    }

    #[test]
    fn strongswan_dials_us_in_ikev2_with_aes256_sha256_modp2048_and_ecdsa() {
        strongswan_dials_us("they-dial-ikev2-cbc-ecdsa", &IKEV2_CBC, Keys::Ecdsa);
    }

    #[test]
    fn strongswan_dials_us_in_ikev2_with_aes256gcm16_prfsha256_x25519_and_rsa() {
        strongswan_dials_us("they-dial-ikev2-gcm-rsa", &IKEV2_GCM, Keys::Rsa);
    }

    #[test]
    fn strongswan_dials_us_in_ikev2_with_aes256gcm16_prfsha256_x25519_and_ecdsa() {
        strongswan_dials_us("they-dial-ikev2-gcm-ecdsa", &IKEV2_GCM, Keys::Ecdsa);
    }

    #[test]
    fn we_dial_strongswan_in_ikev2_with_aes256_sha256_modp2048_and_rsa() {
        we_dial_strongswan("we-dial-ikev2-cbc-rsa", &IKEV2_CBC, Keys::Rsa);
    }

    #[test]
    fn we_dial_strongswan_in_ikev2_with_aes256_sha256_modp2048_and_ecdsa() {
        we_dial_strongswan("we-dial-ikev2-cbc-ecdsa", &IKEV2_CBC, Keys::Ecdsa);
    }

    #[test]
    fn we_dial_strongswan_in_ikev2_with_aes256gcm16_prfsha256_x25519_and_rsa() {
        we_dial_strongswan("we-dial-ikev2-gcm-rsa", &IKEV2_GCM, Keys::Rsa);
    }

    #[test]
    fn we_dial_strongswan_in_ikev2_with_aes256gcm16_prfsha256_x25519_and_ecdsa() {
        we_dial_strongswan("we-dial-ikev2-gcm-ecdsa", &IKEV2_GCM, Keys::Ecdsa);
    }

    #[test]
    fn we_stop_before_mm5_where_strongswan_asks_for_another_authority() {
        let Some(world) = World::new("another-authority", &MODERN, Keys::Rsa) else { return };
        let _theirs = world.start_theirs(&MODERN, &world.another_authority());
        let output = world.ours("dial").output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert!(printed.contains("failed in MM5: no-certificate-to-send (V1-SEL-5)"), "{printed}");
    }

    fn strongswan_dials_us(name: &str, proposal: &Proposal, keys: Keys) {
        let Some(world) = World::new(name, proposal, keys) else { return };
        let ours = Process::start("ikespec serve", world.ours("serve")).unwrap();
        ours.wait_for("listens on", PATIENCE).unwrap();
        let theirs = world.start_theirs(proposal, &world.authority());
        theirs.initiate().unwrap_or_else(|error| panic!("{error}\nikespec:\n{}", ours.log()));
        ours.wait_for("authenticated as cn=theirs,o=Lab", PATIENCE).unwrap();
        expect_established(&theirs, proposal);
        theirs.process().wait_for(keys.logged(), PATIENCE).unwrap();
    }

    fn we_dial_strongswan(name: &str, proposal: &Proposal, keys: Keys) {
        let Some(world) = World::new(name, proposal, keys) else { return };
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
        log.wait_for(keys.logged(), PATIENCE).unwrap();
    }

    fn expect_established(theirs: &StrongSwan<'_>, proposal: &Proposal) {
        let state = theirs.established(PATIENCE).unwrap();
        let version = match proposal.version {
            Version::Ikev1 => "ESTABLISHED, IKEv1",
            Version::Ikev2 | Version::Either => "ESTABLISHED, IKEv2",
        };
        for wanted in [version, "CN=ours", "CN=theirs", proposal.reported] {
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
        fn new(name: &str, proposal: &Proposal, keys: Keys) -> Option<Self> {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ikespec-and-peers").join(name);
            let world = if_available(Self::find(folder)).unwrap_or_else(|error| panic!("{error}"))?;
            world.make_files(proposal, keys);
            Some(world)
        }

        fn find(folder: PathBuf) -> Result<Self, PeerError> {
            Ok(Self { strongswan: Installation::find()?, network: Network::new()?, folder })
        }

        fn make_files(&self, proposal: &Proposal, keys: Keys) {
            if self.folder.exists() {
                fs::remove_dir_all(&self.folder).unwrap();
            }
            fs::create_dir_all(&self.folder).unwrap();
            let [ours, theirs] = self.network.hosts().map(Host::address);
            let texts = [("ours", ours, theirs), ("theirs", theirs, ours)].map(|(name, own, peer)| {
                let path = self.folder.join(format!("{name}.txt"));
                fs::write(&path, text(name, [own, peer], proposal, keys)).unwrap();
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
                version: proposal.version,
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
    fn text(name: &str, [own, peer]: [Ipv4Addr; 2], proposal: &Proposal, keys: Keys) -> String {
        let (ike, of_tunnel) = match proposal.version {
            Version::Ikev1 => (
                format!("crypto isakmp policy 10\n{}crypto isakmp identity dn\n", proposal.configuration),
                "",
            ),
            Version::Ikev2 | Version::Either => (ikev2(proposal, keys), " set ikev2-profile PEER\n"),
        };
        let key_pair = match keys {
            Keys::Rsa => "",
            Keys::Ecdsa => " eckeypair EC\n",
        };
        format!(
            "\
hostname {name}
crypto pki trustpoint CA
 enrollment url http://10.77.0.9:80
 fqdn none
 subject-name CN={name},O=Lab
 revocation-check crl
{key_pair}{ike}crypto ipsec transform-set TS esp-aes esp-sha256-hmac
 mode tunnel
crypto ipsec profile PROTECTED
 set transform-set TS
{of_tunnel}interface Tunnel1
 ip address 10.78.0.1 255.255.255.0
 tunnel source Ethernet0/0
 tunnel mode ipsec ipv4
 tunnel destination {peer}
 tunnel protection ipsec profile PROTECTED
interface Ethernet0/0
 ip address {own} 255.255.255.0
"
        )
    }

    /// A DN can be matched by a certificate map alone (V2-PRO-2).
    fn ikev2(proposal: &Proposal, keys: Keys) -> String {
        let method = match keys {
            Keys::Rsa => "rsa-sig",
            Keys::Ecdsa => "ecdsa-sig",
        };
        format!(
            "\
crypto pki certificate map OF-LAB 10
 subject-name co o = lab
crypto ikev2 proposal PROPOSAL
{}crypto ikev2 policy POLICY
 proposal PROPOSAL
crypto ikev2 profile PEER
 match certificate OF-LAB
 identity local dn
 authentication remote {method}
 authentication local {method}
 pki trustpoint CA
",
            proposal.configuration
        )
    }
}

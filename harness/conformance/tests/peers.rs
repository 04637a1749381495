//! The peers themselves: that a daemon runs here and agrees with itself, before anything of ours is held to it.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "peers/authority.rs"]
mod authority;

mod conformance {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use ::conformance::peers::strongswan::{Installation, Side, StrongSwan, Version};
    use ::conformance::peers::{Host, Network, PeerError, if_available};

    use crate::authority::{Authority, Pki};

    const MODERN: &str = "aes256-sha256-modp2048";

    #[test]
    fn strongswan_authenticates_strongswan_in_ikev1_with_3des_md5_modp1024() {
        negotiate("3des", "3des-md5-modp1024", "3DES_CBC/HMAC_MD5_96/PRF_HMAC_MD5/MODP_1024");
    }

    #[test]
    fn strongswan_authenticates_strongswan_in_ikev1_with_aes256_sha256_modp2048() {
        negotiate("aes256", MODERN, "AES_CBC-256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048");
    }

    #[test]
    fn strongswan_refuses_strongswan_whose_authority_it_does_not_trust() {
        let Some(world) = World::new("refusal") else { return };
        let [a, b] = world.network.hosts();
        let [known, unknown] = ["known", "unknown"].map(|name| world.pki.authority(&world.folder.join(name)));
        let first = world.start([a, b], "a.example.org", MODERN, &unknown);
        let second = world.start([b, a], "b.example.org", MODERN, &known);
        let error = first.initiate().unwrap_err();
        assert!(matches!(error, PeerError::Failed { .. }), "{error}");
        second.process().wait_for("no trusted RSA public key found for 'a.example.org'", PATIENCE).unwrap();
    }

    fn negotiate(name: &str, proposal: &str, algorithms: &str) {
        let Some(world) = World::new(name) else { return };
        let [a, b] = world.network.hosts();
        let authority = world.pki.authority(&world.folder);
        let first = world.start([a, b], "a.example.org", proposal, &authority);
        let second = world.start([b, a], "b.example.org", proposal, &authority);
        first
            .initiate()
            .unwrap_or_else(|error| panic!("{error}\nThe other side:\n{}", second.process().log()));
        for side in [first, second] {
            let state = side.established(PATIENCE).unwrap();
            for wanted in ["ESTABLISHED, IKEv1", "a.example.org", "b.example.org", algorithms] {
                assert!(state.contains(wanted), "no {wanted} in:\n{state}");
            }
        }
    }

    /// What a test of the peers needs of this machine.
    struct World {
        strongswan: Installation,
        pki: Pki,
        network: Network,
        folder: PathBuf,
    }

    impl World {
        fn new(name: &str) -> Option<Self> {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers").join(name);
            if_available(Self::find(folder)).unwrap_or_else(|error| panic!("{error}"))
        }

        fn find(folder: PathBuf) -> Result<Self, PeerError> {
            Ok(Self {
                strongswan: Installation::find()?,
                pki: Pki::find()?,
                network: Network::new()?,
                folder,
            })
        }

        /// Starts a strongSwan on `host` that is enrolled with `authority`, trusts it alone and talks to `other`.
        fn start<'a>(
            &self,
            [host, other]: [&'a Host; 2],
            identity: &str,
            proposal: &str,
            authority: &Authority,
        ) -> StrongSwan<'a> {
            let (certificate, key) = authority.enrol(identity);
            let side = Side {
                version: Version::Ikev1,
                remote: other.address(),
                proposal,
                identity,
                certificates: &[certificate],
                keys: &[key],
                authorities: &[authority.certificate()],
            };
            self.strongswan.start(host, &self.folder.join(identity), &side).unwrap()
        }
    }

    /// More than a loaded machine needs: a negotiation takes a tenth of a second.
    const PATIENCE: Duration = Duration::from_secs(20);
}

//! What the texts configure, what bears on a negotiation, and what is not looked at here: the table of it.
//!
//! Each description is taken apart without `..`, so that a new field has to be put on one of the two sides.

use ike::Origin;
use ios::description::{
    AccessEntry, CertificateMap, ChainValidation, CryptoMapEntry, EspCipher, IdentityMatch, Ikev2,
    Ikev2Match, Ikev2Policy, Ikev2Profile, Ikev2Proposal, Interface, IpsecProfile, IpsecSettings, Isakmp,
    IsakmpPolicy, IsakmpProfile, TransformSet, Trustpoint, TunnelProtection, TunnelSource,
};
use ios::{Diagnostic, RouterDescription};

use super::{certificate_maps, ikev2};

/// Something configured that can decide a negotiation and is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Overlooked {
    /// What it is, as a word that does not change.
    pub code: &'static str,
    /// It in a sentence.
    pub text: String,
    /// The line.
    pub origin: Origin,
}

impl Overlooked {
    /// It as a warning.
    pub fn warning(&self) -> Diagnostic {
        Diagnostic::warning(self.code, self.text.clone()).at(self.origin, "")
    }
}

/// Everything that `router` configures and that is not looked at.
pub(super) fn all(router: &RouterDescription) -> Vec<Overlooked> {
    let mut list = List(Vec::new());
    let RouterDescription {
        isakmp,
        ikev2,
        trustpoints,
        transform_sets,
        ipsec_profiles,
        crypto_maps,
        interfaces,
        hostname: _,
        domain: _,
        time_zone: _,
        summer_time: _,
        chains: _,
        pem_certificates: _,
        // Where something refers to them.
        certificate_maps: _,
        access_lists: _,
        sa_lifetime: _,
        crypto_map_sources: _,
        crypto_map_profiles: _,
        // Every address of the other router is reached.
        routes: _,
        shown: _,
        // The report counts them.
        unknown: _,
        ignored: _,
        unread: _,
    } = router;
    let Isakmp {
        policies,
        profiles,
        enabled: _,
        identity: _,
        // Pre-shared keys are told of where both routers have them.
        keys: _,
        keyrings: _,
        keepalive: _,
        // There is no address translation between the routers.
        nat_keepalive: _,
        nat_traversal: _,
    } = isakmp;
    policies.iter().for_each(|policy| list.policy(policy));
    profiles.iter().for_each(|profile| list.profile(profile));
    list.ikev2(router, ikev2);
    trustpoints.iter().for_each(|trustpoint| list.trustpoint(trustpoint));
    interfaces.iter().for_each(|interface| list.interface(router, interface));
    let of_profiles = ipsec_profiles.iter().map(|IpsecProfile { name: _, origin: _, settings }| settings);
    let of_maps: Vec<_> = crypto_maps.iter().map(|entry| list.entry(router, entry)).collect();
    let settings: Vec<&IpsecSettings> = of_maps.into_iter().chain(of_profiles).collect();
    settings.iter().for_each(|settings| list.settings(settings));
    let used = |set: &&TransformSet| {
        settings.iter().flat_map(|settings| &settings.transform_sets).any(|name| name.value == set.name)
    };
    transform_sets.iter().filter(used).for_each(|set| list.transform_set(set));
    list.0
}

struct List(Vec<Overlooked>);

impl List {
    fn add(&mut self, origin: Origin, text: String) {
        self.coded("not-looked-at", origin, text);
    }

    fn coded(&mut self, code: &'static str, origin: Origin, text: String) {
        let overlooked = Overlooked { code, text, origin };
        if !self.0.contains(&overlooked) {
            self.0.push(overlooked);
        }
    }

    fn policy(&mut self, policy: &IsakmpPolicy) {
        let IsakmpPolicy {
            priority,
            not_understood,
            origin: _,
            cipher: _,
            hash: _,
            authentication: _,
            group: _,
            lifetime: _,
        } = policy;
        for value in not_understood {
            let text = format!("ISAKMP policy {priority} is left out: {} is not covered", value.value);
            self.add(value.origin, text);
        }
    }

    fn profile(&mut self, profile: &IsakmpProfile) {
        let IsakmpProfile {
            name,
            match_certificate,
            matches,
            local_address,
            origin: _,
            self_identity: _,
            trustpoints: _,
            keyrings: _,
            // Where decrypted traffic goes.
            vrf: _,
            // A tunnel that needs it is not tried.
            initiate_mode: _,
            // After a tunnel is up.
            keepalive: _,
        } = profile;
        for map in match_certificate {
            let text = format!(
                "certificate map {} of {name} is not looked at: identities alone select profiles",
                map.value
            );
            self.coded("certificate-map-ignored", map.origin, text);
        }
        if let Some(address) = local_address {
            let text = format!(
                "`local-address {}` of {name} is not looked at: the profile is taken to apply",
                address.value
            );
            self.add(address.origin, text);
        }
        for line in matches {
            let IdentityMatch { pattern: _, vrf } = &line.value;
            if let Some(vrf) = vrf {
                let text =
                    format!("{name} matches peers from VRF {vrf}: that is taken to be where they come from");
                self.add(line.origin, text);
            }
        }
    }

    fn ikev2(&mut self, router: &RouterDescription, configured: &Ikev2) {
        let Ikev2 {
            proposals,
            policies,
            default_proposal: _,
            default_policy: _,
            profiles,
            // Tunnels whose profiles need keys are not tried.
            keyrings: _,
            http_url_certificates: _,
            fragmentation: _,
            cookie_challenge: _,
            dpd: _,
        } = configured;
        proposals.iter().for_each(|proposal| self.ikev2_proposal(proposal));
        policies.iter().for_each(|policy| self.ikev2_policy(router, policy));
        profiles.iter().for_each(|profile| self.ikev2_profile(router, profile));
    }

    fn ikev2_proposal(&mut self, proposal: &Ikev2Proposal) {
        let Ikev2Proposal { name, not_understood, origin, ciphers: _, integrity: _, prf: _, groups: _ } =
            proposal;
        for value in not_understood {
            let text =
                format!("IKEv2 proposal {name} is taken without {}, which is not covered", value.value);
            self.add(value.origin, text);
        }
        if not_understood.is_empty() && !ikev2::is_complete(proposal) {
            let text = format!(
                "IKEv2 proposal {name} is left out: it wants encryption, integrity (or a prf with aes-gcm) and group"
            );
            self.coded("incomplete-proposal", *origin, text);
        }
    }

    fn ikev2_policy(&mut self, router: &RouterDescription, policy: &Ikev2Policy) {
        let Ikev2Policy { name, origin, proposals, match_fvrf: _, match_address_local: _ } = policy;
        if !proposals.iter().any(|named| ikev2::offers(router, &named.value)) {
            let text = format!("IKEv2 policy {name} is left out: it has no proposal that can be used");
            self.coded("incomplete-policy", *origin, text);
        }
    }

    fn ikev2_profile(&mut self, router: &RouterDescription, profile: &Ikev2Profile) {
        let Ikev2Profile {
            matches,
            name: _,
            origin: _,
            match_fvrf: _,
            match_address_local: _,
            identity_local: _,
            // A tunnel that wants other methods than signatures is not tried.
            authentication_remote: _,
            authentication_local: _,
            keyring: _,
            trustpoints: _,
            lifetime: _,
            // After a tunnel is up.
            dpd: _,
            // Where decrypted traffic goes.
            ivrf: _,
            // A profile that is shut down is told where a tunnel names it.
            shutdown: _,
        } = profile;
        if let Some((origin, text)) = ikev2::incomplete(profile) {
            self.coded("incomplete-profile", origin, text);
        }
        for line in matches {
            let Ikev2Match::Certificate(label) = &line.value else { continue };
            router.certificate_maps.iter().filter(|map| map.label == *label).for_each(|it| self.map(it));
        }
    }

    fn map(&mut self, map: &CertificateMap) {
        let CertificateMap { label, sequence, criteria, origin: _ } = map;
        for line in criteria.iter().filter(|line| certificate_maps::criterion(&line.value).is_none()) {
            let text = format!(
                "entry {sequence} of certificate map {label} is left out: this line compares nothing that can be compared"
            );
            self.add(line.origin, text);
        }
    }

    fn trustpoint(&mut self, trustpoint: &Trustpoint) {
        let Trustpoint {
            name,
            usage,
            chain_validation,
            match_certificate,
            origin: _,
            enrollment: _,
            // What an enrolment asks for; the certificate is what counts.
            serial_number: _,
            fqdn: _,
            ip_address: _,
            subject_name: _,
            rsa_key_pair: _,
            ec_key_pair: _,
            hash: _,
            revocation_check: _,
            // Where the CA is reached.
            vrf: _,
        } = trustpoint;
        if let Some(first) = usage.first().filter(|_| usage.iter().all(|word| word.value != "ike")) {
            let text = format!("{name} is not for IKE, and is taken to be for every use");
            self.add(first.origin, text);
        }
        if chain_validation.value != ChainValidation::ToRoot {
            let text = format!("`chain-validation` of {name} is not looked at: its CA is a trust anchor");
            self.add(chain_validation.origin, text);
        }
        for map in match_certificate {
            let text = format!("`match certificate {}` of {name} is not looked at", map.value);
            self.add(map.origin, text);
        }
    }

    fn interface(&mut self, router: &RouterDescription, interface: &Interface) {
        let Interface {
            name,
            vrf,
            tunnel_vrf,
            tunnel_protection,
            crypto_map,
            origin: _,
            address: _,
            dynamic_address: _,
            unnumbered: _,
            secondary: _,
            shutdown: _,
            tunnel_source: _,
            tunnel_destination: _,
            tunnel_mode: _,
        } = interface;
        if let Some(protection) = tunnel_protection {
            // One security association for several tunnels: the negotiation is the same.
            let TunnelProtection { profile: _, shared: _, isakmp_profile: _, ikev2_profile: _ } =
                &protection.value;
            if let Some(vrf) = tunnel_vrf.as_ref().filter(|_| !goes_by_vrf(router, interface)) {
                let text = format!("{name} goes through VRF {}: there is one routing table here", vrf.value);
                self.add(vrf.origin, text);
            }
        }
        let is_source = |tunnel: &Interface| {
            tunnel.tunnel_protection.is_some()
                && tunnel.tunnel_source.as_ref().is_some_and(|source| match &source.value {
                    TunnelSource::Interface(written) => {
                        router.interface(written).is_some_and(|found| found.name == *name)
                    }
                    TunnelSource::Address(_) | TunnelSource::Dynamic => false,
                })
        };
        let with_tunnel = |tunnel: &&Interface| is_source(tunnel) && !goes_by_vrf(router, tunnel);
        if let Some(vrf) = vrf
            .as_ref()
            .filter(|_| crypto_map.is_some() || router.interfaces.iter().any(|it| with_tunnel(&it)))
        {
            let text = format!("IKE at {name} is in VRF {}: there is one routing table here", vrf.value);
            self.add(vrf.origin, text);
        }
    }

    fn entry<'a>(&mut self, router: &RouterDescription, entry: &'a CryptoMapEntry) -> &'a IpsecSettings {
        let CryptoMapEntry { access_list, settings, map: _, sequence: _, origin: _, kind: _, peers: _ } =
            entry;
        let list = access_list.as_ref().and_then(|name| router.access_list(&name.value));
        for line in list.into_iter().flat_map(|list| &list.entries) {
            let AccessEntry { permit, protocol, conditions, source: _, destination: _ } = &line.value;
            if *permit && (protocol != "ip" || !conditions.is_empty()) {
                let text = "protocol and ports of this line are not looked at: all traffic between the addresses is taken to be meant";
                self.add(line.origin, text.to_owned());
            }
        }
        settings
    }

    fn settings(&mut self, settings: &IpsecSettings) {
        let IpsecSettings {
            identity,
            not_understood,
            responder_only: _,
            transform_sets: _,
            isakmp_profile: _,
            ikev2_profile: _,
            pfs: _,
            lifetime_seconds: _,
            lifetime_kilobytes: _,
        } = settings;
        if let Some(identity) = identity {
            let text = format!("`set identity {}` is not looked at: every peer may use it", identity.value);
            self.add(identity.origin, text);
        }
        for value in not_understood {
            self.add(value.origin, format!("{} is not covered: the line has no effect", value.value));
        }
    }

    fn transform_set(&mut self, set: &TransformSet) {
        let TransformSet { name, cipher, ah, compression, not_understood, origin: _, integrity: _, mode: _ } =
            set;
        let lacking = cipher.filter(|it| matches!(it.value, EspCipher::Seal | EspCipher::AesGmac(_)));
        let words = [ah.map(|it| it.origin), compression.map(|it| it.origin), lacking.map(|it| it.origin)];
        let words = words.into_iter().flatten().chain(not_understood.iter().map(|it| it.origin));
        for origin in words {
            self.add(origin, format!("transform set {name} is left out: what stands here is not covered"));
        }
    }
}

/// Whether a tunnel is one of IKEv2 whose source is in the VRF that it goes through: `match fvrf` is held against that.
fn goes_by_vrf(router: &RouterDescription, tunnel: &Interface) -> bool {
    let Some(TunnelProtection { profile, ikev2_profile, .. }) =
        tunnel.tunnel_protection.as_ref().map(|protection| &protection.value)
    else {
        return false;
    };
    let settings = router.ipsec_profiles.iter().find(|it| it.name == *profile).map(|it| &it.settings);
    let is_ikev2 = ikev2_profile.is_some() || settings.is_some_and(|it| it.ikev2_profile.is_some());
    let source = match tunnel.tunnel_source.as_ref().map(|source| &source.value) {
        Some(TunnelSource::Interface(name)) => router.interface(name),
        Some(TunnelSource::Address(address)) => router.interfaces.iter().find(|interface| {
            interface.address.is_some_and(|own| std::net::IpAddr::V4(own.value.address) == *address)
        }),
        Some(TunnelSource::Dynamic) | None => None,
    };
    let vrf_of = |vrf: &Option<ike::Sourced<String>>| vrf.as_ref().map(|vrf| vrf.value.clone());
    is_ikev2 && source.is_some_and(|source| vrf_of(&source.vrf) == vrf_of(&tunnel.tunnel_vrf))
}

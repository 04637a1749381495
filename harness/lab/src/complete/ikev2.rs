//! `crypto ikev2`: proposals, policies and profiles; and what of it is not covered.

use std::net::{IpAddr, Ipv4Addr};

use crypto::{
    AeadAlgorithm, AeadMode, AesKeyLength, CipherAlgorithm, Group, HashAlgorithm, SymmetricCipher, TagLength,
};
use ike::{
    CertificateMapId, IdentityKind, IdentityPattern, Ikev2Authentication, Ikev2Match, Ikev2Parts,
    Ikev2Pattern, Ikev2Pin, Ikev2Policy, Ikev2Profile, Ikev2Proposal, Ikev2ProposalId, Keepalive, LocalVrf,
    Origin, PinUse, Sourced, TrustpointId, VrfMatch,
};
use ios::description::{self, KeepaliveMode, LocalAddress};
use ios::{Diagnostic, RouterDescription};

use super::assembly::address_of;
use super::listed;

/// The part of a router that IKEv2 needs; `trustpoints` has every trustpoint that the profiles pin, `maps` every
/// certificate map that there is.
pub(super) fn parts(
    router: &RouterDescription,
    trustpoints: &[ike::Trustpoint],
    maps: &[ike::CertificateMap],
) -> Ikev2Parts {
    let ikev2 = &router.ikev2;
    let proposals = proposals(router);
    let profile = |profile: &description::Ikev2Profile| profile_of(router, profile, trustpoints, maps);
    Ikev2Parts {
        policies: policies(router, &proposals),
        proposals,
        profiles: ikev2.profiles.iter().map(profile).collect(),
        local_vrfs: local_vrfs(router),
        http_url_certificates: ikev2.http_url_certificates,
        fragmentation: ikev2
            .fragmentation
            .map(|mtu| mtu.map(|bytes| u16::try_from(bytes).unwrap_or(u16::MAX))),
        cookie_challenge: ikev2.cookie_challenge,
        dpd: periodic(ikev2.dpd),
        // V2-REQ-4: IOS of that time sends no SIGNATURE_HASH_ALGORITHMS.
        signature_hashes: Vec::new(),
    }
}

/// The name of the proposal, and of the policy, that IOS has without configuration (DEF-6).
const DEFAULT: &str = "default";

/// The proposals, those that something can be offered of; the last is IOS's own, unless the text has one of its name.
fn proposals(router: &RouterDescription) -> Vec<Ikev2Proposal> {
    let written = router.ikev2.proposals.iter().filter(|it| is_complete(it));
    let mut proposals: Vec<_> = written.map(proposal).collect();
    let own = router.ikev2.default_proposal.value;
    if own && router.ikev2.proposals.iter().all(|proposal| proposal.name != DEFAULT) {
        proposals.push(default_proposal());
    }
    proposals
}

fn proposal(written: &description::Ikev2Proposal) -> Ikev2Proposal {
    let mut proposal = Ikev2Proposal {
        name: written.name.clone(),
        origin: written.origin,
        ciphers: written.ciphers.iter().map(|cipher| cipher.map(symmetric)).collect(),
        integrity: written.integrity.clone(),
        prfs: written.prf.clone(),
        groups: written.groups.clone(),
    };
    if proposal.name == DEFAULT {
        let default = default_proposal();
        fill(&mut proposal.ciphers, default.ciphers);
        fill(&mut proposal.integrity, default.integrity);
        fill(&mut proposal.groups, default.groups);
    }
    proposal
}

/// Whether something can be offered of a proposal.
pub(super) fn is_complete(written: &description::Ikev2Proposal) -> bool {
    proposal(written).is_complete()
}

/// Whether there is a proposal of this name of which something can be offered.
pub(super) fn offers(router: &RouterDescription, name: &str) -> bool {
    proposals(router).iter().any(|proposal| proposal.name == name)
}

/// Reports what keeps IKEv2 of the router called `name` from being tried: a policy of which nothing can be offered, because
/// its algorithms are not covered. IOS would not take another policy for it (DEF-6).
pub(super) fn check_covered(router: &RouterDescription, name: &str, problems: &mut Vec<Diagnostic>) {
    for policy in &router.ikev2.policies {
        let named =
            |it: &&description::Ikev2Proposal| policy.proposals.iter().any(|named| named.value == it.name);
        let proposals: Vec<_> = router.ikev2.proposals.iter().filter(named).collect();
        let unknown: Vec<_> = proposals.iter().flat_map(|proposal| &proposal.not_understood).collect();
        let [first, ..] = unknown.as_slice() else { continue };
        if policy.proposals.iter().any(|named| offers(router, &named.value)) {
            continue;
        }
        let message = format!(
            "{name} has nothing to offer of IKEv2 policy {}: {} is not covered",
            policy.name, first.value
        );
        let problem = Diagnostic::error("unsupported-algorithm", message);
        problems.push(unknown.iter().fold(problem, |problem, value| problem.at(value.origin, "")));
    }
}

/// What nobody wrote is as it was before.
fn fill<T>(written: &mut Vec<T>, default: Vec<T>) {
    if written.is_empty() {
        *written = default;
    }
}

fn symmetric(cipher: description::Ikev2Cipher) -> SymmetricCipher {
    match cipher {
        description::Ikev2Cipher::Cbc(cipher) => SymmetricCipher::Cbc(cipher),
        description::Ikev2Cipher::AesGcm16(bits) => SymmetricCipher::Aead(AeadAlgorithm {
            mode: AeadMode::Gcm,
            key_length: AesKeyLength::from_bits(bits).unwrap_or(AesKeyLength::Bits256),
            tag_length: TagLength::Bytes16,
        }),
    }
}

/// DEF-6
fn default_proposal() -> Ikev2Proposal {
    use CipherAlgorithm::{AesCbc128, AesCbc192, AesCbc256};
    use HashAlgorithm::{Md5, Sha1, Sha256, Sha384, Sha512};
    let ciphers = [AesCbc256, AesCbc192, AesCbc128].map(SymmetricCipher::Cbc);
    Ikev2Proposal {
        name: DEFAULT.to_owned(),
        origin: Origin::DEFAULT,
        ciphers: ciphers.map(Sourced::default_value).to_vec(),
        integrity: [Sha512, Sha384, Sha256, Sha1, Md5].map(Sourced::default_value).to_vec(),
        prfs: Vec::new(),
        groups: [Group::Modp1536, Group::Modp1024].map(Sourced::default_value).to_vec(),
    }
}

/// The policies that have a proposal; IOS's own comes last, so that it serves where no other one matches (DEF-6).
fn policies(router: &RouterDescription, proposals: &[Ikev2Proposal]) -> Vec<Ikev2Policy> {
    let place = |name: &str| {
        let index = proposals.iter().position(|proposal| proposal.name == name)?;
        Ikev2ProposalId::from_index(index)
    };
    let policy = |written: &description::Ikev2Policy| Ikev2Policy {
        name: written.name.clone(),
        origin: written.origin,
        fvrf: vrf_match(written.match_fvrf.as_ref()),
        local_addresses: local_addresses(router, &written.match_address_local),
        proposals: written
            .proposals
            .iter()
            .filter_map(|named| Some(Sourced::new(place(&named.value)?, named.origin)))
            .collect(),
    };
    let (own, configured): (Vec<_>, Vec<_>) =
        router.ikev2.policies.iter().map(policy).partition(|policy| policy.name == DEFAULT);
    let mut policies: Vec<_> =
        configured.into_iter().chain(own).filter(|policy| !policy.proposals.is_empty()).collect();
    if router.ikev2.default_policy.value && policies.iter().all(|policy| policy.name != DEFAULT) {
        policies.extend(place(DEFAULT).map(|proposal| Ikev2Policy {
            name: DEFAULT.to_owned(),
            origin: Origin::DEFAULT,
            fvrf: Sourced::default_value(VrfMatch::Any),
            local_addresses: Vec::new(),
            proposals: vec![Sourced::default_value(proposal)],
        }));
    }
    policies
}

fn vrf_match(written: Option<&Sourced<String>>) -> Sourced<VrfMatch> {
    let Some(written) = written else { return Sourced::default_value(VrfMatch::Global) };
    written.clone().map(|name| if name == "any" { VrfMatch::Any } else { VrfMatch::Named(name) })
}

/// `match address local`; an interface stands for its address.
fn local_addresses(router: &RouterDescription, written: &[Sourced<LocalAddress>]) -> Vec<Sourced<IpAddr>> {
    let address = |line: &Sourced<LocalAddress>| {
        let address = match &line.value {
            LocalAddress::Address(address) => Some(*address),
            LocalAddress::Interface(name) => router.interface(name).and_then(|it| address_of(router, it)),
        };
        // An interface without an address is one that no packet comes to.
        Sourced::new(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), line.origin)
    };
    written.iter().map(address).collect()
}

/// The addresses of interfaces that are in a VRF: packets of IKE come in through it.
fn local_vrfs(router: &RouterDescription) -> Vec<LocalVrf> {
    let of_interface = |interface: &description::Interface| {
        let vrf = interface.vrf.as_ref().map(|vrf| vrf.value.clone());
        let addresses = interface.address.iter().chain(&interface.secondary).map(|it| it.value.address);
        let addresses: Vec<_> = addresses.collect();
        addresses.into_iter().filter_map(move |address| Some((IpAddr::V4(address), vrf.clone()?)))
    };
    let all = router.interfaces.iter().flat_map(of_interface);
    all.map(|(address, vrf)| LocalVrf { address, vrf }).collect()
}

/// Dead peer detection at intervals. `on-demand` asks when there is traffic to send, and here there is none.
fn periodic(configured: Option<Sourced<description::Keepalive>>) -> Option<Sourced<Keepalive>> {
    let configured = configured.filter(|keepalive| keepalive.value.mode == KeepaliveMode::Periodic)?;
    Some(configured.map(|keepalive| Keepalive { interval: keepalive.interval, retry: keepalive.retry }))
}

fn profile_of(
    router: &RouterDescription,
    written: &description::Ikev2Profile,
    trustpoints: &[ike::Trustpoint],
    maps: &[ike::CertificateMap],
) -> Ikev2Profile {
    let pin = |pin: &Sourced<description::ProfilePin>| {
        let index = trustpoints.iter().position(|trustpoint| trustpoint.name == pin.value.trustpoint)?;
        let uses = match pin.value.uses {
            description::PinUse::SignAndVerify => PinUse::SignAndVerify,
            description::PinUse::Sign => PinUse::Sign,
            description::PinUse::Verify => PinUse::Verify,
        };
        Some(Ikev2Pin { trustpoint: TrustpointId::from_index(index)?, uses, origin: pin.origin })
    };
    let matched = |line: &Sourced<description::Ikev2Match>| {
        Some(Ikev2Match { pattern: pattern(&line.value, maps)?, origin: line.origin })
    };
    // What is incomplete or shut down is not used.
    let in_use = missing(written).is_empty() && written.shutdown.is_none();
    let matches = if in_use { written.matches.as_slice() } else { &[] };
    Ikev2Profile {
        pins: written.trustpoints.iter().filter_map(pin).collect(),
        matches: matches.iter().filter_map(matched).collect(),
        fvrf: vrf_match(written.match_fvrf.as_ref()),
        local_addresses: local_addresses(router, &written.match_address_local),
        identity_local: written.identity_local.clone().map(identity),
        authentication_local: written.authentication_local.as_ref().map(authentication),
        authentication_remote: written.authentication_remote.iter().map(authentication).collect(),
        lifetime: written.lifetime,
        dpd: periodic(written.dpd),
        ..Ikev2Profile::new(written.name.clone(), written.origin)
    }
}

/// What a line matches; none for a certificate map that is not there, which matches nobody.
fn pattern(written: &description::Ikev2Match, maps: &[ike::CertificateMap]) -> Option<Ikev2Pattern> {
    use description::Ikev2Match as Written;
    let identity = match written.clone() {
        Written::Address { network, prefix } => IdentityPattern::Address { network, prefix },
        Written::Ipv6 { network, prefix } => IdentityPattern::Ipv6 { network, prefix },
        Written::Fqdn(name) => IdentityPattern::Host(name),
        Written::FqdnDomain(name) => IdentityPattern::HostDomain(name),
        Written::Email(name) => IdentityPattern::User(name),
        Written::EmailDomain(name) => IdentityPattern::UserDomain(name),
        Written::KeyId(text) => IdentityPattern::Group(text),
        Written::Any => IdentityPattern::Any,
        Written::Certificate(label) => {
            let index = maps.iter().position(|map| map.label == label)?;
            return CertificateMapId::from_index(index).map(Ikev2Pattern::Certificate);
        }
    };
    Some(Ikev2Pattern::Identity(identity))
}

fn identity(written: description::Ikev2Identity) -> IdentityKind {
    use description::Ikev2Identity as Written;
    match written {
        Written::Address(None) => IdentityKind::Address,
        Written::Address(Some(address)) => IdentityKind::GivenAddress(address),
        Written::DistinguishedName => IdentityKind::DistinguishedName,
        Written::Email(mailbox) => IdentityKind::UserFqdn(mailbox),
        Written::Fqdn(name) => IdentityKind::Fqdn(name),
        Written::KeyId(text) => IdentityKind::KeyId(text.into_bytes()),
    }
}

fn authentication(written: &Sourced<description::Ikev2Authentication>) -> Sourced<Ikev2Authentication> {
    use description::Ikev2Authentication as Written;
    let method = match written.value {
        Written::RsaSignature => Ikev2Authentication::RsaSignature,
        Written::EcdsaSignature => Ikev2Authentication::EcdsaSignature,
        Written::PreSharedKey => Ikev2Authentication::PreSharedKey,
        Written::Eap(_) => Ikev2Authentication::Eap,
    };
    Sourced::new(method, written.origin)
}

/// The lines that IOS wants in every profile and that this one lacks: it prints `IKEv2 profile MUST have:` them.
fn missing(profile: &description::Ikev2Profile) -> Vec<&'static str> {
    let lines = [
        ("authentication local", profile.authentication_local.is_none()),
        ("authentication remote", profile.authentication_remote.is_empty()),
        ("match identity remote", profile.matches.is_empty()),
    ];
    lines.into_iter().filter(|(_, lacks)| *lacks).map(|(line, _)| line).collect()
}

/// What IOS finds missing in a profile: its line, and the sentence.
pub(super) fn incomplete(profile: &description::Ikev2Profile) -> Option<(Origin, String)> {
    let missing = missing(profile);
    let lines = listed(missing.iter().copied());
    let text = format!("IKEv2 profile {} is incomplete without `{lines}`: IOS does not use it", profile.name);
    (!missing.is_empty()).then_some((profile.origin, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_configuration_there_is_one_policy_with_one_proposal() {
        let router = RouterDescription::default();
        let Ikev2Parts { proposals, policies, .. } = parts(&router, &[], &[]);
        assert_eq!(proposals, [default_proposal()]);
        assert_eq!(policies.len(), 1);
        assert_eq!(policies[0].proposals.len(), 1);
        assert_eq!(policies[0].fvrf.value, VrfMatch::Any);
    }
}

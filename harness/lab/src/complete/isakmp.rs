//! `crypto isakmp`: policies, profiles, identities; and what of it is not covered.

use crypto::{CipherAlgorithm, Group, HashAlgorithm};
use ike::{
    Authentication, IdentityMatch, IsakmpPolicy, Keepalive, Origin, Pin, Profile, Sourced, TrustpointId,
};
use ios::description::{self, KeepaliveMode};
use ios::{Diagnostic, RouterDescription};
use pki::{Policy, Version};

use crate::scenario::Inability;

/// Reports what keeps the router called `name` from being tried at all.
pub(super) fn check_covered(router: &RouterDescription, name: &str, problems: &mut Vec<Diagnostic>) {
    if !router.isakmp.enabled.value {
        let found = Diagnostic::error("isakmp-disabled", format!("{name} has IKE switched off"));
        problems.push(found.at(router.isakmp.enabled.origin, ""));
    } else if !policies(router).iter().any(authenticates) {
        problems.extend(no_policy(router, name));
    }
}

/// Why no policy can be used.
fn no_policy(router: &RouterDescription, name: &str) -> Option<Diagnostic> {
    let written = &router.isakmp.policies;
    let values = written
        .iter()
        .filter(|policy| policy.authentication.value != description::Authentication::PreSharedKey);
    let values: Vec<_> = values.flat_map(|policy| &policy.not_understood).collect();
    if let [first, ..] = values.as_slice() {
        let message = format!("{name} has no ISAKMP policy that can be used: {} is not covered", first.value);
        let problem = Diagnostic::error("unsupported-algorithm", message);
        return Some(values.iter().fold(problem, |problem, value| problem.at(value.origin, "")));
    }
    if let Some(policy) = written
        .iter()
        .find(|policy| policy.authentication.value == description::Authentication::EcdsaSignature)
    {
        let message = format!("{name} authenticates with ECDSA signatures, which are not covered");
        return Some(Diagnostic::error("ecdsa-not-covered", message).at(policy.authentication.origin, ""));
    }
    let authentication = written.first()?.authentication;
    let message = format!("{name} authenticates without certificates, which is not covered");
    let problem = Diagnostic::error("no-rsa-signatures", message).at(authentication.origin, "");
    Some(problem.help("a policy with `authentication rsa-sig` is what certificates need"))
}

/// The policy with pre-shared keys that the router prefers to certificates, if it has keys.
pub(super) fn preferred_keys(router: &RouterDescription) -> Option<IsakmpPolicy> {
    let policies = policies(router).into_iter();
    has_keys(router).then(|| {
        policies
            .take_while(|policy| !authenticates(policy))
            .find(|policy| policy.authentication.value == Authentication::PreSharedKey)
    })?
}

/// Whether the router can authenticate with pre-shared keys.
pub(super) fn has_keys(router: &RouterDescription) -> bool {
    let keys = !router.isakmp.keys.is_empty() || router.isakmp.keyrings.iter().any(|it| !it.keys.is_empty());
    keys && policies(router).iter().any(|it| it.authentication.value == Authentication::PreSharedKey)
}

/// Whether a policy authenticates with certificates.
fn authenticates(policy: &IsakmpPolicy) -> bool {
    policy.authentication.value == Authentication::RsaSignature
}

/// The policies, best priority first; the default ones where none is configured.
pub(super) fn policies(router: &RouterDescription) -> Vec<IsakmpPolicy> {
    if router.isakmp.policies.is_empty() {
        return default_policies().collect();
    }
    let mut policies: Vec<_> = router.isakmp.policies.iter().filter_map(policy).collect();
    policies.sort_by_key(|policy| policy.priority);
    policies
}

/// A policy that names something unknown here cannot be proposed or accepted as it is meant.
fn policy(policy: &description::IsakmpPolicy) -> Option<IsakmpPolicy> {
    let authentication = match policy.authentication.value {
        description::Authentication::RsaSignature => Authentication::RsaSignature,
        description::Authentication::RsaEncryption => Authentication::RsaEncryption,
        description::Authentication::PreSharedKey => Authentication::PreSharedKey,
        description::Authentication::EcdsaSignature => return None,
    };
    policy.not_understood.is_empty().then(|| IsakmpPolicy {
        priority: policy.priority,
        origin: policy.origin,
        cipher: policy.cipher,
        hash: policy.hash,
        group: policy.group,
        authentication: Sourced::new(authentication, policy.authentication.origin),
        lifetime: policy.lifetime,
    })
}

/// What `show crypto isakmp policy` lists where no policy is configured: eight, from priority 65507 on
/// (<https://cisco.com/en/US/docs/ios/ipv6/command/reference/ipv6_13.html>).
fn default_policies() -> impl Iterator<Item = IsakmpPolicy> {
    use CipherAlgorithm::{AesCbc128, TripleDesCbc};
    use HashAlgorithm::{Md5, Sha1};
    let suites = [
        (AesCbc128, Sha1, Group::Modp1536),
        (AesCbc128, Md5, Group::Modp1536),
        (TripleDesCbc, Sha1, Group::Modp1024),
        (TripleDesCbc, Md5, Group::Modp1024),
    ];
    let methods = [Authentication::RsaSignature, Authentication::PreSharedKey];
    let all = suites.into_iter().flat_map(move |suite| methods.map(|method| (suite, method)));
    (65_507..).zip(all).map(|(priority, (suite, method))| IsakmpPolicy {
        authentication: Sourced::default_value(method),
        ..IsakmpPolicy::new(priority, Origin::DEFAULT, suite)
    })
}

/// The profiles; `trustpoints` has every trustpoint that they pin.
pub(super) fn profiles(router: &RouterDescription, trustpoints: &[ike::Trustpoint]) -> Vec<Profile> {
    router.isakmp.profiles.iter().map(|it| profile(it, trustpoints)).collect()
}

fn profile(profile: &description::IsakmpProfile, trustpoints: &[ike::Trustpoint]) -> Profile {
    let pin = |name: &Sourced<String>| {
        let index = trustpoints.iter().position(|trustpoint| trustpoint.name == name.value)?;
        Some(Pin { trustpoint: TrustpointId::from_index(index)?, origin: name.origin })
    };
    let matched = |it: &Sourced<description::IdentityMatch>| IdentityMatch {
        pattern: it.value.pattern.clone(),
        origin: it.origin,
    };
    Profile {
        name: profile.name.clone(),
        origin: profile.origin,
        pins: profile.trustpoints.iter().filter_map(pin).collect(),
        matches: profile.matches.iter().map(matched).collect(),
        self_identity: profile.self_identity.clone(),
        keyring: profile.keyrings.first().cloned(),
    }
}

/// Dead peer detection at intervals. `on-demand` asks when there is traffic to send, and here there is none.
pub(super) fn keepalive(router: &RouterDescription) -> Option<Sourced<Keepalive>> {
    let configured =
        router.isakmp.keepalive.filter(|keepalive| keepalive.value.mode == KeepaliveMode::Periodic)?;
    Some(configured.map(|keepalive| Keepalive { interval: keepalive.interval, retry: keepalive.retry }))
}

/// What a router can make use of in a peer's certificate (V1-VAL-5).
pub(super) fn capabilities(unable: &[Inability]) -> Policy {
    let mut policy = Policy::ios();
    for inability in unable {
        match inability {
            Inability::Version1 => policy.least_version = Version::V3,
            Inability::Hash(hash) => policy.unsupported_hashes.push(*hash),
            Inability::KeysShorterThan(bits) => policy.least_rsa_bits = usize::from(bits.bits()),
            Inability::OtherPurposes => policy.purposes = Policy::rfc4945().purposes,
            Inability::Nonconforming => policy.strict_profile = true,
        }
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_configured_policies_there_are_eight_from_65507_to_65514() {
        let priorities: Vec<_> = default_policies().map(|policy| policy.priority).collect();
        assert_eq!(priorities, (65_507..=65_514).collect::<Vec<_>>());
        assert_eq!(default_policies().filter(authenticates).count(), 4);
    }
}

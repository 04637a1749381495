//! The same routers with IKEv2.

use std::sync::Arc;

use crypto::{CipherAlgorithm, Group, HashAlgorithm, StandInSigner};
use ike::{
    IdentityPattern, Ikev2Authentication, Ikev2Match, Ikev2Pattern, Ikev2Pin, Ikev2Policy, Ikev2Profile,
    Ikev2ProfileId, Ikev2Proposal, Ikev2ProposalId, Origin, PinUse, ProtectionProfile, RouterParts, Sourced,
    VrfMatch,
};

use super::{Authorities, router, trustpoint_id};

pub fn ikev2_pin(number: usize, uses: PinUse) -> Ikev2Pin {
    let origin = Origin::new(600 + u32::try_from(number).unwrap());
    Ikev2Pin { trustpoint: trustpoint_id(number), uses, origin }
}

/// A router with one IKEv2 profile, bound to the tunnel, that matches the peer's address: as in Cisco document 117633.
pub fn ikev2_router(
    authorities: &mut Authorities,
    host: u8,
    trustpoints: &[usize],
    enrolled: &[usize],
    pins: &[usize],
) -> RouterParts {
    let mut parts = router(authorities, host, trustpoints, enrolled, &[]);
    let value = Sourced::default_value;
    let peer = if host == 1 { 2 } else { 1 };
    parts.policies.clear();
    parts.profiles.clear();
    parts.ikev2.proposals = vec![Ikev2Proposal {
        name: "prop-1".to_owned(),
        origin: Origin::new(610),
        ciphers: vec![value(CipherAlgorithm::TripleDesCbc.into())],
        integrity: vec![Sourced::default_value(HashAlgorithm::Md5)],
        prfs: Vec::new(),
        groups: vec![Sourced::default_value(Group::Modp1024)],
    }];
    parts.ikev2.policies = vec![Ikev2Policy {
        name: "pol-1".to_owned(),
        origin: Origin::new(611),
        fvrf: Sourced::default_value(VrfMatch::Any),
        local_addresses: Vec::new(),
        proposals: vec![Sourced::default_value(Ikev2ProposalId::from_index(0).unwrap())],
    }];
    let mut profile = Ikev2Profile::new("profile1".to_owned(), Origin::new(612));
    profile.matches = vec![Ikev2Match {
        pattern: Ikev2Pattern::Identity(IdentityPattern::Address {
            network: [192, 168, 0, peer].into(),
            prefix: 32,
        }),
        origin: Origin::new(613),
    }];
    profile.authentication_local = Some(Sourced::new(Ikev2Authentication::RsaSignature, Origin::new(614)));
    profile.authentication_remote = vec![Sourced::new(Ikev2Authentication::RsaSignature, Origin::new(615))];
    profile.pins = pins.iter().map(|&number| ikev2_pin(number, PinUse::SignAndVerify)).collect();
    parts.ikev2.profiles = vec![profile];
    let id = Ikev2ProfileId::from_index(0).unwrap();
    parts.protections[0].profile = ProtectionProfile::Ikev2(Sourced::new(id, Origin::new(616)));
    parts
}

/// The same router with stand-ins for its keys, for the simulated verifier.
pub fn stand_in(mut parts: RouterParts) -> RouterParts {
    for trustpoint in &mut parts.trustpoints {
        if let Some(enrolment) = &mut trustpoint.enrolment {
            let key = enrolment.certificate.public_key().as_der().to_vec();
            enrolment.signer = Arc::new(StandInSigner::new(key).unwrap());
        }
    }
    parts
}

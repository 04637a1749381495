//! What the built-in engine has to be configured with for IKEv2.

use crypto::{CipherAlgorithm, Group, HashAlgorithm, SymmetricCipher};
use ike::{
    Ikev2Authentication, Ikev2Match, Ikev2Parts, Ikev2Pattern, Ikev2Pin, Ikev2Policy, Ikev2Profile,
    Ikev2Proposal, Ikev2ProposalId, Keepalive, Origin, PinUse, Role, Sourced, VrfMatch,
};

use super::{everyone, trustpoint_id};
use crate::target::Setup;

/// The proposals for the IKE SA that a target has, best first.
pub(super) const PROPOSALS: [(CipherAlgorithm, HashAlgorithm, &[Group]); 3] = [
    (CipherAlgorithm::AesCbc128, HashAlgorithm::Sha256, &[Group::Ecp256, Group::Modp1024]),
    (CipherAlgorithm::AesCbc256, HashAlgorithm::Sha512, &[Group::Ecp256]),
    (CipherAlgorithm::TripleDesCbc, HashAlgorithm::Sha1, &[Group::Modp1024]),
];

pub(super) fn parts(setup: &Setup) -> Ikev2Parts {
    let proposals: Vec<Ikev2Proposal> = PROPOSALS.iter().take(setup.suites).map(proposal).collect();
    let ids = (0..proposals.len()).filter_map(Ikev2ProposalId::from_index);
    Ikev2Parts {
        policies: vec![Ikev2Policy {
            name: "policy".to_owned(),
            origin: Origin::DEFAULT,
            fvrf: Sourced::default_value(VrfMatch::Any),
            local_addresses: Vec::new(),
            proposals: ids.map(Sourced::default_value).collect(),
        }],
        proposals,
        profiles: vec![profile(setup)],
        fragmentation: setup.fragments.then(|| Sourced::default_value(PACKET)),
        cookie_challenge: setup.cookies.then(|| Sourced::default_value(0)),
        signature_hashes: match setup.signature_hashes {
            true => vec![HashAlgorithm::Sha256, HashAlgorithm::Sha512],
            false => Vec::new(),
        },
        ..Ikev2Parts::default()
    }
}

/// The longest packet of IPv4 that every host takes (RFC 7383 2.5.1).
const PACKET: u16 = 576;

fn proposal((cipher, hash, groups): &(CipherAlgorithm, HashAlgorithm, &[Group])) -> Ikev2Proposal {
    Ikev2Proposal {
        name: format!("{cipher:?}"),
        origin: Origin::DEFAULT,
        ciphers: vec![Sourced::default_value(SymmetricCipher::Cbc(*cipher))],
        integrity: vec![Sourced::default_value(*hash)],
        prfs: Vec::new(),
        groups: groups.iter().copied().map(Sourced::default_value).collect(),
    }
}

/// A profile for the tester, whatever it says it is.
fn profile(setup: &Setup) -> Ikev2Profile {
    let pin = |&ca| {
        let trustpoint = trustpoint_id(setup, ca)?;
        Some(Ikev2Pin { trustpoint, uses: PinUse::SignAndVerify, origin: Origin::DEFAULT })
    };
    // V2-SEL-2: an initiator signs with what its profile names, and with nothing else.
    let names_all = setup.role == Role::Initiator && setup.pins.is_empty();
    let pinned = if names_all { &setup.trusted } else { &setup.pins };
    let matches = everyone()
        .map(|pattern| Ikev2Match { pattern: Ikev2Pattern::Identity(pattern), origin: Origin::DEFAULT });
    let signature = Sourced::default_value(Ikev2Authentication::RsaSignature);
    Ikev2Profile {
        pins: pinned.iter().filter_map(pin).collect(),
        matches: matches.to_vec(),
        identity_local: Sourced::default_value(setup.identity.clone()),
        authentication_local: Some(signature),
        authentication_remote: vec![signature],
        lifetime: Sourced::default_value(setup.lifetime),
        dpd: setup.keepalive.then(|| Sourced::default_value(Keepalive { interval: 10, retry: 2 })),
        ..Ikev2Profile::new("peer".to_owned(), Origin::DEFAULT)
    }
}

//! CAs: roots, intermediates, cross-certificates, CAs that were set up anew under their old name; what they say of
//! revocation.

use model::{Authority, Ca, CaCertificate, Condition, Crl, Defect, Name, Ocsp, World};
use proptest::prelude::*;

use super::certificates::{authority_condition, settle_authority};
use super::pick::{Pick, pick, rarely, seldom};

#[derive(Clone, Debug)]
pub(super) struct WorldDraft(Vec<AuthorityDraft>);

#[derive(Clone, Debug)]
struct AuthorityDraft {
    /// Who certified it, among those before it; else it is a root.
    below: Option<Pick>,
    /// Who certified it besides.
    also_below: Option<Pick>,
    /// It has the name of the one before it.
    rebuilt: bool,
    crl: Crl,
    ocsp: Ocsp,
    key_is_weak: bool,
    allows_none_below: bool,
    conditions: [Condition; 2],
}

/// One to five CAs.
pub(super) fn world() -> impl Strategy<Value = WorldDraft> {
    prop::collection::vec(authority(), 1..=5).prop_map(WorldDraft)
}

fn authority() -> impl Strategy<Value = AuthorityDraft> {
    let crl = prop_oneof![
        30 => Just(Crl::Fresh),
        1 => Just(Crl::Missing),
        1 => Just(Crl::Stale),
        1 => Just(Crl::NotYetValid),
        1 => Just(Crl::OfAnotherIssuer),
        1 => Just(Crl::Bad),
    ];
    let ocsp = prop_oneof![4 => Just(Ocsp::Answers), 1 => Just(Ocsp::Unavailable)];
    let names = (seldom(25, pick()), seldom(10, pick()), rarely(6));
    let faults = (rarely(6), rarely(4), [authority_condition(), authority_condition()]);
    (names, crl, ocsp, faults).prop_map(
        |((below, also_below, rebuilt), crl, ocsp, (key_is_weak, allows_none_below, conditions))| {
            AuthorityDraft {
                below,
                also_below,
                rebuilt,
                crl,
                ocsp,
                key_is_weak,
                allows_none_below,
                conditions,
            }
        },
    )
}

impl WorldDraft {
    pub(super) fn into_world(self) -> World {
        let mut world = World::default();
        for (number, draft) in (0_u8..).zip(&self.0) {
            let before = usize::from(number);
            let is_rebuilt = draft.rebuilt && number > 0;
            let name = if is_rebuilt { world.authorities[before - 1].name } else { Name(number) };
            // Who is asked about a certificate is found by the issuer's name.
            let (crl, ocsp) = if is_rebuilt {
                (world.authorities[before - 1].crl, world.authorities[before - 1].ocsp)
            } else {
                (draft.crl, draft.ocsp)
            };
            world.authorities.push(Authority { name, crl, ocsp });
            let issuer = |by: Option<Pick>| Some(Ca(by.filter(|_| number > 0 && !is_rebuilt)?.among(before)));
            let first = issuer(draft.below).unwrap_or(Ca(number));
            let second = issuer(draft.also_below).filter(|&second| second != first);
            for (issuer, condition) in [Some(first), second].into_iter().flatten().zip(draft.conditions) {
                world.ca_certificates.push(CaCertificate { subject: Ca(number), issuer, condition });
            }
        }
        let of = |ca: Ca| &self.0[usize::from(ca.0)];
        for certificate in &mut world.ca_certificates {
            if of(certificate.subject).key_is_weak {
                certificate.condition.defect = Some(Defect::WeakKey);
            }
            if !certificate.is_self_signed() && of(certificate.issuer).allows_none_below {
                certificate.condition.defect = Some(Defect::PathLength);
            }
        }
        settle_authority(&mut world);
        world
    }
}

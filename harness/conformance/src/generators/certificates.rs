//! What is wrong with certificates, and what cannot be wrong with them together.

use lab::side::Side;
use model::{CaCertificate, Condition, Defect, Hash, Instant, Validity, Version, World, X509Version};
use proptest::prelude::*;

use super::pick::{rarely, seldom};
use crate::case::Case;

/// What a router's clock says unless it is wrong: most certificates are valid then.
pub(super) const TODAY: Instant = Instant(100);

/// A CA's certificate: mostly nothing wrong.
pub(super) fn authority_condition() -> impl Strategy<Value = Condition> {
    let defect = prop_oneof![
        Just(Defect::KeyUsage),
        Just(Defect::BasicConstraints),
        Just(Defect::NameConstraints),
        Just(Defect::UnknownCriticalExtension),
    ];
    condition(seldom(3, defect), 2)
}

/// A router's certificate.
pub(super) fn router_condition() -> impl Strategy<Value = Condition> {
    let defect = prop_oneof![
        Just(Defect::KeyUsage),
        Just(Defect::ExtendedKeyUsage),
        Just(Defect::NameConstraints),
        Just(Defect::UnknownCriticalExtension),
        Just(Defect::WeakKey),
        Just(Defect::Nonconforming),
    ];
    condition(seldom(12, defect), 4)
}

fn condition(defect: impl Strategy<Value = Option<Defect>>, percent: u8) -> impl Strategy<Value = Condition> {
    let version = rarely(10).prop_map(|old| if old { X509Version::One } else { X509Version::Three });
    let hash = prop_oneof![
        12 => Just(Hash::Sha256),
        1 => Just(Hash::Md5),
        1 => Just(Hash::Sha1),
        1 => Just(Hash::Sha384),
        1 => Just(Hash::Sha512),
    ];
    (version, hash, validity(percent), rarely(percent), defect).prop_map(
        |(version, hash, validity, revoked, defect)| Condition { version, hash, validity, revoked, defect },
    )
}

/// Mostly always; else until before today, or from then on, or just today.
fn validity(percent: u8) -> impl Strategy<Value = Validity> {
    let Instant(today) = TODAY;
    let other = prop_oneof![
        (today - 3..=today).prop_map(|until| Validity { until: Instant(until), ..Validity::default() }),
        (today..=today + 3).prop_map(|from| Validity { from: Instant(from), ..Validity::default() }),
        Just(Validity { from: TODAY, until: TODAY }),
    ];
    seldom(percent * 2, other).prop_map(Option::unwrap_or_default)
}

/// Takes away what certificates of CAs cannot say together.
pub(super) fn settle_authority(world: &mut World) {
    let all = world.ca_certificates.clone();
    let is_above = |subject, defect| {
        all.iter()
            .any(|it| it.issuer == subject && !it.is_self_signed() && it.condition.defect == Some(defect))
    };
    for (certificate, found) in world.ca_certificates.iter_mut().zip(&all) {
        let CaCertificate { subject, condition, .. } = found;
        let own_name = certificate.is_self_signed();
        if own_name && condition.defect == Some(Defect::NameConstraints) {
            certificate.condition.defect = None;
        }
        let limits =
            [Defect::PathLength, Defect::NameConstraints].into_iter().any(|it| is_above(*subject, it));
        let in_extensions = certificate.condition.defect.is_some_and(|it| it != Defect::WeakKey);
        if limits || in_extensions {
            certificate.condition.version = X509Version::Three;
        }
    }
    // A short key is that of all certificates of the CA, and a certificate that stands too deep stands so for all.
    let weak = |it: &CaCertificate| it.condition.defect == Some(Defect::WeakKey);
    let settled = world.ca_certificates.clone();
    for certificate in &mut world.ca_certificates {
        let of_same = settled.iter().filter(|it| it.subject == certificate.subject);
        if weak(certificate) && !of_same.clone().all(weak) {
            certificate.condition.defect = None;
        }
    }
}

/// Takes away what routers' certificates cannot say together with their CAs'.
pub(super) fn make_sayable(case: &mut Case) {
    let Case { version, world, routers, .. } = case;
    let names: Vec<_> = world.authorities.iter().map(|authority| authority.name).collect();
    let has_twins = (1..names.len()).any(|place| names[..place].contains(&names[place]));
    if has_twins {
        world.ca_certificates.iter_mut().for_each(|it| it.condition.version = X509Version::Three);
    }
    for side in Side::BOTH {
        let router = &mut routers[side];
        let issuers: Vec<_> = router.enrolments.iter().map(|own| router.issuer(world, own)).collect();
        for (own, issuer) in router.enrolments.iter_mut().zip(issuers) {
            let condition = &mut own.certificate.condition;
            own.cannot_sign &= *version == Version::Ikev1;
            if own.cannot_sign && condition.defect == Some(Defect::WeakKey) {
                condition.defect = None;
            }
            if has_twins || condition.defect.is_some_and(|it| it != Defect::WeakKey) {
                condition.version = X509Version::Three;
            }
            if condition.version == X509Version::One {
                own.certificate.alternative_names = model::Few::none();
            }
            if condition.defect == Some(Defect::NameConstraints) {
                let above = world.ca_certificates.iter_mut().filter(|it| Some(it.subject) == issuer);
                above.for_each(|it| it.condition.version = X509Version::Three);
            }
        }
    }
}

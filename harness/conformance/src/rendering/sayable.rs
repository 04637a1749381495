//! What the model can say and texts cannot, with the reason: a table.

use std::fmt;

use lab::side::{Pair, Side};
use model::{
    Authority, Ca, CaCertificate, Defect, Enrolment, Identity, LocalIdentity, Match, PinUse, Profile, Router,
    Version, X509Version,
};

use super::Naming;
use crate::case::Case;

/// Something that the model can say and that texts cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSayable {
    /// What the model says.
    pub what: &'static str,
    /// Why texts cannot.
    pub because: &'static str,
}

impl NotSayable {
    /// Everything of the kind.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|&(what, because, _)| Self { what, because })
    }
}

impl fmt::Display for NotSayable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.what, self.because)
    }
}

impl std::error::Error for NotSayable {}

/// The first row of the table that the case is in.
pub(super) fn check(case: &Case) -> Result<(), NotSayable> {
    match TABLE.iter().find(|(_, _, says)| says(case)) {
        Some(&(what, because, _)) => Err(NotSayable { what, because }),
        None => Ok(()),
    }
}

/// What, why not, and whether a case says it.
type Row = (&'static str, &'static str, fn(&Case) -> bool);

const TABLE: &[Row] = &[
    // Numbers that stand for nothing are mistakes of whoever made the case.
    ("a number of something that is not there", "there is nothing to name", has_dangling_numbers),
    (
        "a CA that issued something and has no certificate",
        "the laboratory knows CAs by their certificates",
        |case| {
            let is_there =
                |ca: Ca| case.world.ca_certificates.iter().any(|certificate| certificate.subject == ca);
            let issuers = case.world.ca_certificates.iter().map(|certificate| certificate.issuer);
            let of_routers = enrolments(case).filter_map(|(_, own)| own.certificate.issuer);
            !issuers.chain(of_routers).all(is_there)
        },
    ),
    ("CAs of one name that say different things of revocation", "the name tells whom to ask", |case| {
        let all = &case.world.authorities;
        let says = |it: &Authority| (it.crl, it.ocsp);
        all.iter().any(|one| all.iter().any(|other| one.name == other.name && says(one) != says(other)))
    }),
    ("an address beyond 65535, one that is 0, or the same one twice", "all are of 192.168.0.0/16", |case| {
        let Pair { first, second } = &case.routers;
        let matched = lines(case).any(|line| matches!(line, Match::Address(network, _) if *network > 0xffff));
        let own = [first.address, second.address].iter().any(|&address| address == 0 || address > 0xffff);
        let called = identities(case).any(|it| matches!(it, Identity::Address(number) if number > 0xffff));
        first.address == second.address || own || matched || called
    }),
    ("a domain name without labels", "a command without its argument is none", |case| {
        let in_line = |line: &Match| match line {
            Match::Fqdn(name) | Match::FqdnDomain(name) | Match::UserFqdnDomain(name) => name.is_empty(),
            Match::UserFqdn(_, domain) => domain.is_empty(),
            _ => false,
        };
        let in_identity = |identity| match identity {
            Identity::Fqdn(name) | Identity::UserFqdn(_, name) => name.is_empty(),
            _ => false,
        };
        lines(case).any(in_line) || identities(case).any(in_identity)
    }),
    ("`revocation-check` without a method", "a command without its argument is none", |case| {
        let trustpoints = routers(case).flat_map(|router| &router.trustpoints);
        trustpoints.into_iter().any(|it| it.revocation_check.is_some_and(|methods| methods.is_empty()))
    }),
    (
        "an enrolment in a trustpoint that is not authenticated",
        "IOS enrols after it has authenticated",
        |case| {
            enrolments(case).any(|(router, own)| router.trustpoint(own.trustpoint).authenticated.is_none())
        },
    ),
    ("two certificates of one subject that satisfy different maps", "maps look at the subject", |case| {
        let differs = |one: &Enrolment, other: &Enrolment| {
            let (one, other) = (&one.certificate, &other.certificate);
            one.subject == other.subject && one.satisfies != other.satisfies
        };
        enrolments(case).any(|(_, one)| enrolments(case).any(|(_, other)| differs(one, other)))
    }),
    ("an alternative name that is a DN or a key-id", "`alternative-names` has no form for it", |case| {
        let mut names = enrolments(case).flat_map(|(_, own)| own.certificate.alternative_names.iter());
        names.any(|name| matches!(name, Identity::Dn(_) | Identity::KeyId(_)))
    }),
    ("the identity of another DN than the own subject", "`identity local dn` means the subject", |case| {
        own_identities(case).any(|identity| matches!(identity, LocalIdentity::Is(Identity::Dn(_))))
    }),
    // Certificates.
    ("a certificate of version 1 with what is in extensions", "version 1 has none", |case| {
        let in_extensions = |defect: Option<Defect>| defect.is_some_and(|it| it != Defect::WeakKey);
        let of_authority = |it: &CaCertificate| {
            it.condition.version == X509Version::One
                && (in_extensions(it.condition.defect) || is_above(case, it.subject, &BY_EXTENSION_ABOVE))
        };
        let of_router = |own: &Enrolment| {
            own.certificate.condition.version == X509Version::One
                && (in_extensions(own.certificate.condition.defect)
                    || !own.certificate.alternative_names.is_empty())
        };
        case.world.ca_certificates.iter().any(of_authority) || enrolments(case).any(|(_, own)| of_router(own))
    }),
    (
        "version 1, where CAs have one name",
        "lists of one name are told apart by key identifiers, which version 1 lacks",
        |case| {
            let all = &case.world.authorities;
            let has_twin = |ca: &Authority| all.iter().filter(|it| it.name == ca.name).count() > 1;
            let conditions = case.world.ca_certificates.iter().map(|it| it.condition);
            let own = enrolments(case).map(|(_, own)| own.certificate.condition);
            all.iter().any(has_twin) && conditions.chain(own).any(|it| it.version == X509Version::One)
        },
    ),
    (
        "a CA certificate refused for its extended key usage, or for what RFC 5280 forbids issuers",
        "only the router's certificate is limited to purposes, and the laboratory makes CAs that conform",
        |case| {
            let refused = |it: &CaCertificate| {
                matches!(it.condition.defect, Some(Defect::ExtendedKeyUsage | Defect::Nonconforming))
            };
            case.world.ca_certificates.iter().any(refused)
        },
    ),
    (
        "a router's certificate refused for basic constraints or for its depth",
        "it issues nothing, and only CAs are counted",
        |case| {
            let defect = |own: &Enrolment| own.certificate.condition.defect;
            let refused = |own| matches!(defect(own), Some(Defect::BasicConstraints | Defect::PathLength));
            enrolments(case).any(|(_, own)| refused(own))
        },
    ),
    (
        "a certificate with the issuer's name that stands too deep or outside of name constraints",
        "RFC 5280 6.1.3 and 6.1.4 (l): those of a CA's own name are not looked at",
        |case| {
            let above =
                |it: &CaCertificate| it.condition.defect.is_some_and(|it| BY_EXTENSION_ABOVE.contains(&it));
            let own_name = |it: &CaCertificate| case.world.same_name(it.subject, it.issuer);
            case.world.ca_certificates.iter().any(|it| above(it) && own_name(it))
        },
    ),
    (
        "a CA certificate that stands too deep beside another of the same issuer that does not",
        "the issuer's certificate limits the depth, for all alike",
        |case| {
            let too_deep = |it: &CaCertificate| it.condition.defect == Some(Defect::PathLength);
            let below = |it: &&CaCertificate| {
                !it.is_self_signed() && is_above(case, it.issuer, &[Defect::PathLength])
            };
            case.world.ca_certificates.iter().filter(below).any(|it| !too_deep(it))
        },
    ),
    ("certificates of one CA of which one has a short key", "they have the same key", |case| {
        let weak = |it: &CaCertificate| it.condition.defect == Some(Defect::WeakKey);
        let of_one = |one: &CaCertificate, other: &CaCertificate| one.subject == other.subject;
        let all = &case.world.ca_certificates;
        all.iter().any(|one| all.iter().any(|other| of_one(one, other) && weak(one) != weak(other)))
    }),
    ("a key that is weak and cannot sign", "`key-bits` has one value", |case| {
        let weak = |own: &Enrolment| own.certificate.condition.defect == Some(Defect::WeakKey);
        enrolments(case).any(|(_, own)| own.cannot_sign && weak(own))
    }),
    ("IKEv2: a key that cannot sign", "AUTH of an RSA key signs SHA-1, which every key of IOS can", |case| {
        case.version == Version::Ikev2 && enrolments(case).any(|(_, own)| own.cannot_sign)
    }),
    // Profiles and tunnels.
    ("IKEv1: a pin to sign or to verify only", "`ca trust-point` has no such word", |case| {
        let mut pins = profiles(case).flat_map(|profile| &profile.pins);
        case.version == Version::Ikev1 && pins.any(|pin| pin.purpose != PinUse::Both)
    }),
    ("a trustpoint that a profile pins twice", "IOS keeps one line for each", |case| {
        let twice = |profile: &Profile| {
            let mut pins = profile.pins.iter().enumerate();
            pins.any(|(place, pin)| profile.pins[..place].iter().any(|it| it.trustpoint == pin.trustpoint))
        };
        profiles(case).any(twice)
    }),
    (
        "IKEv1: a match of any identity, or by a certificate map",
        "there is no such line that is read",
        |case| {
            let unknown = |line: &Match| matches!(line, Match::Any | Match::CertificateMap(_));
            case.version == Version::Ikev1 && lines(case).any(unknown)
        },
    ),
    ("IKEv1: a profile that is excluded", "`match fvrf` and `match address local` are IKEv2's", |case| {
        case.version == Version::Ikev1 && profiles(case).any(|profile| profile.excluded)
    }),
    (
        "IKEv1: a profile's identity that is another address, the subject or a key-id",
        "`self-identity` is the address, a host name or a user",
        |case| {
            let says = |router: &Router, identity: LocalIdentity| match identity {
                LocalIdentity::Is(Identity::Address(number)) => number != router.address,
                LocalIdentity::Is(Identity::KeyId(_)) | LocalIdentity::Subject => true,
                LocalIdentity::Is(_) => false,
            };
            case.version == Version::Ikev1
                && routers(case).any(|router| {
                    let mut own = router.profiles.iter().filter_map(|profile| profile.local_identity);
                    own.any(|identity| says(router, identity))
                })
        },
    ),
    (
        "a global identity that is neither the router's address nor its name nor the subject, or one in IKEv2",
        "`crypto isakmp identity` is one of these",
        |case| {
            Side::BOTH.into_iter().any(|side| {
                let router = &case.routers[side];
                router.global_identity.is_some_and(|identity| match identity {
                    _ if case.version == Version::Ikev2 => true,
                    LocalIdentity::Is(Identity::Address(number)) => number != router.address,
                    LocalIdentity::Is(Identity::Fqdn(name)) => {
                        let naming = Naming::default();
                        naming.domain(&name) != naming.host(side)
                    }
                    LocalIdentity::Is(_) => true,
                    LocalIdentity::Subject => false,
                })
            })
        },
    ),
    ("IKEv2: a profile that matches nobody", "IOS does not use a profile without `match`", |case| {
        case.version == Version::Ikev2 && profiles(case).any(|profile| profile.matches.is_empty())
    }),
    ("IKEv2: a tunnel without a profile", "without `set ikev2-profile` it is a tunnel of IKEv1", |case| {
        let without = |router: &Router| router.tunnel.is_some_and(|tunnel| tunnel.profile.is_none());
        case.version == Version::Ikev2 && routers(case).any(without)
    }),
];

/// Defects that the certificate of the CA above says, not the defective one.
const BY_EXTENSION_ABOVE: [Defect; 2] = [Defect::PathLength, Defect::NameConstraints];

/// Whether a CA has issued a certificate that is refused for what the CA's own certificates say.
pub(super) fn is_above(case: &Case, ca: Ca, defects: &[Defect]) -> bool {
    let says = |defect: Option<Defect>| defect.is_some_and(|defect| defects.contains(&defect));
    let mut authorities = case.world.ca_certificates.iter();
    authorities.any(|it| it.issuer == ca && !it.is_self_signed() && says(it.condition.defect))
        || enrolments(case).any(|(router, own)| {
            says(own.certificate.condition.defect) && router.issuer(&case.world, own) == Some(ca)
        })
}

fn routers(case: &Case) -> impl Iterator<Item = &Router> {
    Side::BOTH.into_iter().map(|side| &case.routers[side])
}

fn profiles(case: &Case) -> impl Iterator<Item = &Profile> {
    routers(case).flat_map(|router| &router.profiles)
}

fn lines(case: &Case) -> impl Iterator<Item = &Match> {
    profiles(case).flat_map(|profile| &profile.matches)
}

fn enrolments(case: &Case) -> impl Iterator<Item = (&Router, &Enrolment)> {
    routers(case).flat_map(|router| router.enrolments.iter().map(move |own| (router, own)))
}

fn own_identities(case: &Case) -> impl Iterator<Item = LocalIdentity> + '_ {
    let of_profiles = profiles(case).filter_map(|profile| profile.local_identity);
    of_profiles.chain(routers(case).filter_map(|router| router.global_identity))
}

/// Every identity that stands in the case as such.
fn identities(case: &Case) -> impl Iterator<Item = Identity> + '_ {
    let own = own_identities(case).filter_map(|identity| match identity {
        LocalIdentity::Is(identity) => Some(identity),
        LocalIdentity::Subject => None,
    });
    own.chain(enrolments(case).flat_map(|(_, own)| own.certificate.alternative_names.iter().copied()))
}

fn has_dangling_numbers(case: &Case) -> bool {
    let is_ca = |ca: Ca| usize::from(ca.0) < case.world.authorities.len();
    let is_certificate = |number: u8| usize::from(number) < case.world.ca_certificates.len();
    let world = case.world.ca_certificates.iter().all(|it| is_ca(it.subject) && is_ca(it.issuer));
    let router = |router: &Router| {
        let is_trustpoint = |number: u8| usize::from(number) < router.trustpoints.len();
        let is_profile = |number: u8| usize::from(number) < router.profiles.len();
        let enrolment = |own: &Enrolment| {
            is_trustpoint(own.trustpoint.0)
                && own.certificate.issuer.is_none_or(is_ca)
                && own.sends.is_none_or(|sends| sends.iter().all(|id| is_certificate(id.0)))
        };
        router.trustpoints.iter().all(|it| it.authenticated.is_none_or(|id| is_certificate(id.0)))
            && router.enrolments.iter().all(enrolment)
            && router
                .profiles
                .iter()
                .flat_map(|profile| &profile.pins)
                .all(|pin| is_trustpoint(pin.trustpoint.0))
            && router.tunnel.and_then(|tunnel| tunnel.profile).is_none_or(|id| is_profile(id.0))
    };
    !(world && routers(case).all(router))
}

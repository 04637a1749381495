//! The running configuration: trustpoints, certificate maps, profiles, what is proposed, and the way to the peer.

use std::fmt::Write as _;

use lab::side::Side;
use model::{
    CertificateMap, Identity, LocalIdentity, Match, Method, Pin, PinUse, Profile, ProfileId, Set, Traffic,
    Trustpoint, TrustpointId, Version,
};

use super::{Naming, address};
use crate::case::Case;

/// The lines between `Building configuration...` and `end`.
pub(super) fn text(case: &Case, side: Side, naming: &Naming) -> String {
    let router = &case.routers[side];
    let mut text = format!("!\nhostname {}\n!\nip domain name {}\n!\n", naming.routers[side], Naming::DOMAIN);
    for (id, trustpoint) in (0..).map(TrustpointId).zip(&router.trustpoints) {
        text += &self::trustpoint(case, side, id, trustpoint, naming);
    }
    let of_profile = |profile: &Profile| Set::of(profile.matches.iter().filter_map(named_map));
    let maps = router.profiles.iter().map(of_profile).fold(Set::EMPTY, Set::with);
    for map in maps.iter() {
        let number = map.0;
        text += &format!("crypto pki certificate map MAP{number} 10\n subject-name co ou=map{number}\n!\n");
    }
    text += &match case.version {
        Version::Ikev1 => isakmp(case, side, naming),
        Version::Ikev2 => ikev2(case, side, naming),
    };
    text + &way_to_peer(case, side, naming)
}

fn trustpoint(case: &Case, side: Side, id: TrustpointId, trustpoint: &Trustpoint, naming: &Naming) -> String {
    // An address for each CA, since trustpoints that enrol at one address are taken to have one CA.
    let host = match trustpoint.authenticated {
        Some(certificate) => 1 + u16::from(case.world.ca_certificate(certificate).subject.0),
        None => 100 + u16::from(id.0),
    };
    let methods = trustpoint.revocation_check.map(|methods| {
        let words = methods.iter().map(|method| match method {
            Method::Crl => " crl",
            Method::Ocsp => " ocsp",
            Method::None => " none",
        });
        format!(" revocation-check{}\n", words.collect::<String>())
    });
    format!(
        "crypto pki trustpoint {}\n enrollment url http://203.0.113.{host}:80\n fqdn {}\n{}!\n",
        naming.trustpoint(id),
        naming.host(side),
        methods.unwrap_or_default()
    )
}

fn named_map(line: &Match) -> Option<CertificateMap> {
    match line {
        Match::CertificateMap(map) => Some(*map),
        _ => None,
    }
}

/// Whether a router proposes the second of two things, which the other one does not know.
fn differs(side: Side, in_common: bool) -> bool {
    side == Side::Second && !in_common
}

fn isakmp(case: &Case, side: Side, naming: &Naming) -> String {
    let router = &case.routers[side];
    let cipher = if differs(side, case.common.ike_proposal) { "3des" } else { "aes" };
    // A key that cannot sign is one that is too short for this hash.
    let cannot_sign = Side::BOTH.iter().flat_map(|&side| &case.routers[side].enrolments);
    let hash = if cannot_sign.into_iter().any(|own| own.cannot_sign) { "sha512" } else { "sha" };
    let mut text = format!("crypto isakmp policy 10\n encr {cipher}\n hash {hash}\n group 2\n!\n");
    if let Some(identity) = router.global_identity {
        let kind = match identity {
            LocalIdentity::Is(Identity::Address(_)) => "address",
            LocalIdentity::Is(_) => "hostname",
            LocalIdentity::Subject => "dn",
        };
        text += &format!("crypto isakmp identity {kind}\n!\n");
    }
    for (id, profile) in (0..).map(ProfileId).zip(&router.profiles) {
        let _ = writeln!(text, "crypto isakmp profile {}", naming.profile(id));
        text += &match profile.local_identity {
            Some(LocalIdentity::Is(Identity::Fqdn(name))) if naming.domain(&name) == naming.host(side) => {
                " self-identity fqdn\n".to_owned()
            }
            Some(LocalIdentity::Is(Identity::Fqdn(name))) => {
                format!(" self-identity fqdn {}\n", naming.domain(&name))
            }
            Some(LocalIdentity::Is(Identity::UserFqdn(user, domain))) => {
                format!(" self-identity user-fqdn {}\n", naming.mailbox(user, &domain))
            }
            Some(_) => " self-identity address\n".to_owned(),
            None => String::new(),
        };
        text.extend(
            profile.pins.iter().map(|pin| format!(" ca trust-point {}\n", naming.trustpoint(pin.trustpoint))),
        );
        text.extend(
            profile.matches.iter().map(|line| format!(" match identity {}\n", isakmp_match(line, naming))),
        );
        text += "!\n";
    }
    text
}

fn isakmp_match(line: &Match, naming: &Naming) -> String {
    match line {
        Match::Address(network, mask) => format!("address {} {}", address(*network), self::mask(*mask)),
        Match::Fqdn(name) => format!("host {}", naming.domain(name)),
        Match::FqdnDomain(domain) => format!("host domain {}", naming.domain(domain)),
        Match::UserFqdn(user, domain) => format!("user {}", naming.mailbox(*user, domain)),
        Match::UserFqdnDomain(domain) => format!("user domain {}", naming.domain(domain)),
        Match::KeyId(id) => format!("group {}", naming.key_id(*id)),
        Match::CertificateMap(_) | Match::Any => unreachable!("IKEv1 cannot say this, which was checked"),
    }
}

fn ikev2(case: &Case, side: Side, naming: &Naming) -> String {
    let cipher = if differs(side, case.common.ike_proposal) { "3des" } else { "aes-cbc-128" };
    let mut text = format!(
        "crypto ikev2 proposal PROP\n encryption {cipher}\n integrity sha1\n group 2\n!\n\
         crypto ikev2 policy POL\n match fvrf any\n proposal PROP\n!\n"
    );
    for (id, profile) in (0..).map(ProfileId).zip(&case.routers[side].profiles) {
        let _ = writeln!(text, "crypto ikev2 profile {}", naming.profile(id));
        if profile.excluded {
            text += " match address local 198.51.100.99\n";
        }
        text.extend(profile.matches.iter().map(|line| format!(" match {}\n", ikev2_match(line, naming))));
        text.extend(
            profile
                .local_identity
                .map(|identity| format!(" identity local {}\n", ikev2_identity(identity, naming))),
        );
        text += " authentication remote rsa-sig\n authentication local rsa-sig\n";
        text.extend(profile.pins.iter().map(|pin| pinned(pin, naming)));
        text += "!\n";
    }
    text
}

fn pinned(pin: &Pin, naming: &Naming) -> String {
    let purpose = match pin.purpose {
        PinUse::Both => "",
        PinUse::Sign => " sign",
        PinUse::Verify => " verify",
    };
    format!(" pki trustpoint {}{purpose}\n", naming.trustpoint(pin.trustpoint))
}

fn ikev2_match(line: &Match, naming: &Naming) -> String {
    let identity = match line {
        Match::Address(network, mask) => format!("address {} {}", address(*network), self::mask(*mask)),
        Match::Fqdn(name) => format!("fqdn {}", naming.domain(name)),
        Match::FqdnDomain(domain) => format!("fqdn domain {}", naming.domain(domain)),
        Match::UserFqdn(user, domain) => format!("email {}", naming.mailbox(*user, domain)),
        Match::UserFqdnDomain(domain) => format!("email domain {}", naming.domain(domain)),
        Match::KeyId(id) => format!("key-id {}", naming.key_id(*id)),
        Match::Any => "any".to_owned(),
        Match::CertificateMap(map) => return format!("certificate MAP{}", map.0),
    };
    format!("identity remote {identity}")
}

fn ikev2_identity(identity: LocalIdentity, naming: &Naming) -> String {
    match identity {
        LocalIdentity::Is(Identity::Address(number)) => format!("address {}", address(number)),
        LocalIdentity::Is(Identity::Fqdn(name)) => format!("fqdn {}", naming.domain(&name)),
        LocalIdentity::Is(Identity::UserFqdn(user, domain)) => {
            format!("email {}", naming.mailbox(user, &domain))
        }
        LocalIdentity::Is(Identity::KeyId(id)) => format!("key-id {}", naming.key_id(id)),
        LocalIdentity::Is(Identity::Dn(_)) | LocalIdentity::Subject => "dn".to_owned(),
    }
}

/// The mask of so many bits.
fn mask(bits: u8) -> std::net::Ipv4Addr {
    let host_bits = 32 - u32::from(bits.min(32));
    std::net::Ipv4Addr::from_bits(u32::MAX.checked_shl(host_bits).unwrap_or(0))
}

/// A tunnel interface where both sides protect everything, else a crypto map.
fn way_to_peer(case: &Case, side: Side, naming: &Naming) -> String {
    let transforms = if differs(side, case.common.child_proposal) {
        "esp-3des esp-sha-hmac"
    } else {
        "esp-aes esp-sha256-hmac"
    };
    let mut text = format!("crypto ipsec transform-set TS {transforms}\n mode tunnel\n!\n");
    let own = address(case.routers[side].address);
    let interface = format!("interface Ethernet0/0\n ip address {own} 255.255.0.0\n");
    let Some(tunnel) = case.routers[side].tunnel else { return text + &interface + "!\n" };
    let peer = address(case.routers[side.other()].address);
    let profile = tunnel.profile.map(|id| match case.version {
        Version::Ikev1 => format!(" set isakmp-profile {}\n", naming.profile(id)),
        Version::Ikev2 => format!(" set ikev2-profile {}\n", naming.profile(id)),
    });
    let profile = profile.unwrap_or_default();
    match traffic(case.common.traffic, side) {
        None => {
            text += &format!("crypto ipsec profile VTI\n set transform-set TS\n{profile}!\n");
            text += &format!(
                "interface Tunnel1\n ip address 10.255.0.{} 255.255.255.0\n tunnel source Ethernet0/0\n tunnel destination \
                 {peer}\n tunnel protection ipsec profile VTI\n!\n{interface}!\n",
                match side {
                    Side::First => 1,
                    Side::Second => 2,
                }
            );
        }
        Some(line) => {
            text += &format!(
                "crypto map VPN 10 ipsec-isakmp\n set peer {peer}\n set transform-set TS\n{profile} match address \
                 SITES\n!\n{interface} crypto map VPN\n!\nip access-list extended SITES\n permit ip {line}\n!\n"
            );
        }
    }
    text
}

/// The access list of a router; none where everything is protected.
fn traffic(traffic: Traffic, side: Side) -> Option<&'static str> {
    const FIRST_NARROW: &str = "10.1.1.0 0.0.0.255 10.2.1.0 0.0.0.255";
    const FIRST: &str = "10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255";
    const SECOND: &str = "10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255";
    const SECOND_NARROW: &str = "10.2.1.0 0.0.0.255 10.1.1.0 0.0.0.255";
    const ELSEWHERE: &str = "10.4.0.0 0.0.255.255 10.3.0.0 0.0.255.255";
    match (traffic, side) {
        (Traffic::Mirrored, _) => None,
        (Traffic::Within, Side::First) => Some(FIRST_NARROW),
        (Traffic::Beyond | Traffic::Apart, Side::First) => Some(FIRST),
        (Traffic::Within, Side::Second) => Some(SECOND),
        (Traffic::Beyond, Side::Second) => Some(SECOND_NARROW),
        (Traffic::Apart, Side::Second) => Some(ELSEWHERE),
    }
}

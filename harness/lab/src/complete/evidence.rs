//! What a router's texts tell about the certificates of a trustpoint.
//!
//! A certificate may be given byte for byte (in the configuration's certificate chains, or as PEM), printed by
//! `show crypto pki certificates`, both, or neither.

use crypto::EllipticCurve;
use ike::Origin;
use ios::description::{
    CertificateStatus, CertificateUsage, ChainCertificate, ChainRole, Enrollment, PemCertificate,
    ShownCertificate, ShownKind, Trustpoint,
};
use ios::{Diagnostic, RouterDescription};
use pki::{Certificate, KeyUsage, Name, SerialNumber};

/// A certificate that the router has.
#[derive(Clone, Debug)]
pub(super) struct Held<'a> {
    /// Its bytes, where a text holds them.
    pub given: Option<Certificate>,
    /// How `show crypto pki certificates` prints it, where it does.
    pub shown: Option<&'a ShownCertificate>,
    /// Where it was listed, the show output before the configuration.
    pub origin: Origin,
}

/// What a router has of a trustpoint's two certificates.
#[derive(Clone, Debug)]
pub(super) struct Evidence<'a> {
    /// The CA's.
    pub authority: Presence<'a>,
    /// The router's own.
    pub own: Presence<'a>,
}

/// Whether a router has a certificate.
#[derive(Clone, Debug)]
pub(super) enum Presence<'a> {
    /// It has it, and a text tells something about it.
    Held(Box<Held<'a>>),
    /// The texts leave certificates out: it is taken to have one.
    Assumed,
    /// It has none.
    Absent,
}

impl<'a> Presence<'a> {
    /// The certificate, if a text tells something about it.
    pub fn held(&self) -> Option<&Held<'a>> {
        match self {
            Self::Held(held) => Some(held),
            Self::Assumed | Self::Absent => None,
        }
    }

    /// Whether the router has the certificate or is taken to have it.
    pub const fn is_there(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// All that `router` tells about the certificates of `trustpoint`. Bytes that are no certificate are reported and
/// otherwise treated as if the text had left them out.
pub(super) fn of<'a>(
    router: &'a RouterDescription,
    trustpoint: &Trustpoint,
    problems: &mut Vec<Diagnostic>,
) -> Evidence<'a> {
    let own = find(router, trustpoint, Role::Own, problems);
    let mut authority = find(router, trustpoint, Role::Authority, problems);
    // Nobody enrols with a CA whose certificate is not there: the text has left it out.
    if own.is_there() && !authority.is_there() {
        authority = Presence::Assumed;
    }
    Evidence { authority, own }
}

/// Whose certificate is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Authority,
    Own,
}

fn find<'a>(
    router: &'a RouterDescription,
    trustpoint: &Trustpoint,
    role: Role,
    problems: &mut Vec<Diagnostic>,
) -> Presence<'a> {
    let shown = shown(router, &trustpoint.name, role).or_else(|| cut_off(router, &trustpoint.name, role));
    let in_chain = in_chain(router, &trustpoint.name, role);
    let mut certificates = pem(router, &trustpoint.name, role, shown, problems);
    let chained = in_chain.iter().filter_map(|certificate| certificate.der());
    certificates.splice(..0, chained.filter_map(|der| read(&der.value, der.origin, problems)));
    let given = certificates.into_iter().find(|certificate| role == Role::Authority || may_sign(certificate));
    let listed = in_chain.first().map(|certificate| certificate.serial.origin);
    match (shown.map(|shown| place(shown, &trustpoint.name)).or(listed), &given) {
        (Some(origin), _) => Presence::Held(Box::new(Held { given, shown, origin })),
        (None, Some(_)) => Presence::Held(Box::new(Held { given, shown, origin: trustpoint.origin })),
        (None, None) if is_left_out(router, trustpoint, role) => Presence::Assumed,
        (None, None) => Presence::Absent,
    }
}

/// The curve of a printed certificate's key, if it has one.
pub(super) fn curve_of(shown: &ShownCertificate) -> Option<EllipticCurve> {
    let algorithm = shown.public_key_algorithm.as_ref()?.value.to_ascii_lowercase();
    let bits = shown.public_key_bits?.value;
    let is_elliptic = algorithm.starts_with("ec") || algorithm.starts_with("id-ec");
    EllipticCurve::ALL.into_iter().find(|curve| is_elliptic && curve.bits() == bits)
}

/// The certificate that `show crypto pki certificates` associates with the trustpoint.
fn shown<'a>(router: &'a RouterDescription, trustpoint: &str, role: Role) -> Option<&'a ShownCertificate> {
    let fits = |certificate: &&ShownCertificate| {
        let kind = match role {
            Role::Authority => ShownKind::Authority,
            Role::Own => ShownKind::Router,
        };
        let pending = |status: &CertificateStatus| *status == CertificateStatus::Pending;
        certificate.kind.value == kind
            && certificate.trustpoints.iter().any(|name| name.value == trustpoint)
            && !certificate.status.as_ref().is_some_and(|status| pending(&status.value))
            // The second certificate of a router with special usage keys: it does not sign.
            && !certificate.usage.as_ref().is_some_and(|usage| usage.value == CertificateUsage::Encryption)
    };
    router.shown.certificates.iter().flatten().find(fits)
}

/// The certificate that the end of the output cuts off before it names a trustpoint, if it is one of this trustpoint: its
/// issuer is the CA that another certificate of the trustpoint is of, or there is no other trustpoint.
fn cut_off<'a>(router: &'a RouterDescription, trustpoint: &str, role: Role) -> Option<&'a ShownCertificate> {
    let last = router.shown.certificates.as_ref()?.last()?;
    router.shown.certificates_left_out.filter(|origin| *origin == last.kind.origin)?;
    // Its names stand before this, and are whole.
    last.not_before.as_ref()?;
    let (wanted, companion) = match role {
        Role::Authority => (ShownKind::Authority, shown(router, trustpoint, Role::Own)),
        Role::Own => (ShownKind::Router, shown(router, trustpoint, Role::Authority)),
    };
    let authority = |certificate: &ShownCertificate| match certificate.kind.value {
        ShownKind::Authority => name_of(&certificate.subject.distinguished_name),
        _ => name_of(&certificate.issuer),
    };
    let is_of_trustpoint = match companion {
        Some(companion) => authority(companion)
            .zip(authority(last))
            .is_some_and(|(companion, last)| companion.matches(&last)),
        None => matches!(router.trustpoints.as_slice(), [only] if only.name == trustpoint),
    };
    (last.kind.value == wanted && is_of_trustpoint).then_some(last)
}

/// The line that associates the certificate with the trustpoint.
fn place(shown: &ShownCertificate, trustpoint: &str) -> Origin {
    let name = shown.trustpoints.iter().find(|name| name.value == trustpoint);
    name.map_or(shown.kind.origin, |name| name.origin)
}

fn in_chain<'a>(router: &'a RouterDescription, trustpoint: &str, role: Role) -> Vec<&'a ChainCertificate> {
    let wanted = match role {
        Role::Authority => ChainRole::Authority,
        Role::Own => ChainRole::Router,
    };
    let chain = router.chain(trustpoint).into_iter().flat_map(|chain| &chain.certificates);
    chain.filter(|certificate| certificate.role == wanted).collect()
}

/// Certificates in PEM form: those whose heading names trustpoint and role, and those that are what `show` prints.
fn pem(
    router: &RouterDescription,
    trustpoint: &str,
    role: Role,
    shown: Option<&ShownCertificate>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Certificate> {
    let wanted = match role {
        Role::Authority => ChainRole::Authority,
        Role::Own => ChainRole::Router,
    };
    let headed = |pem: &PemCertificate| {
        pem.trustpoint.as_ref().is_some_and(|name| name.value == trustpoint)
            && pem.role.is_some_and(|role| role.value == wanted)
    };
    let mut certificates = Vec::new();
    for pem in &router.pem_certificates {
        let Some(certificate) = read(&pem.der.value, pem.der.origin, problems) else { continue };
        if headed(pem) || shown.is_some_and(|shown| is_shown_as(&certificate, shown)) {
            certificates.push(certificate);
        }
    }
    certificates
}

/// Whether a printed certificate is this one: issuer and serial number name one certificate (RFC 5280 4.1.2.2).
fn is_shown_as(certificate: &Certificate, shown: &ShownCertificate) -> bool {
    let serial = shown.serial.as_ref().and_then(|serial| serial_number(&serial.value));
    serial.as_ref() == Some(certificate.serial())
        && name_of(&shown.issuer).is_some_and(|issuer| issuer.matches(certificate.issuer()))
}

/// The name that these lines print, if they do.
pub(super) fn name_of(lines: &[ike::Sourced<String>]) -> Option<Name> {
    let name = Name::from_ios_lines(lines.iter().map(|line| line.value.as_str())).ok()?;
    (!name.is_empty()).then_some(name)
}

/// The serial number that these hexadecimal digits print, which is never negative.
pub(crate) fn serial_number(digits: &str) -> Option<SerialNumber> {
    let even = format!("{}{digits}", "0".repeat(digits.len() % 2));
    let octets: Option<Vec<u8>> = (0..even.len())
        .step_by(2)
        .map(|index| u8::from_str_radix(even.get(index..index + 2)?, 16).ok())
        .skip_while(|octet| *octet == Some(0))
        .collect();
    let mut octets = octets?;
    // X.690 8.3: the shortest form, whose first bit is the sign.
    if octets.first().is_none_or(|first| *first >= 0x80) {
        octets.insert(0, 0);
    }
    Some(SerialNumber::from_contents(&octets))
}

fn read(der: &[u8], origin: Origin, problems: &mut Vec<Diagnostic>) -> Option<Certificate> {
    match Certificate::from_der(der) {
        Ok(certificate) => Some(certificate),
        Err(error) => {
            let problem =
                Diagnostic::warning("unreadable-certificate", format!("this is not a certificate: {error}"))
                    .at(origin, "")
                    .help(
                        "one like it is made in its place; paste the whole block again to use the real one",
                    );
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            None
        }
    }
}

/// Whether its key usage lets a router prove with it who it is (RFC 4945 5.1.3.2).
fn may_sign(certificate: &Certificate) -> bool {
    let needed = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION);
    certificate.extensions().key_usage.is_none_or(|usage| usage.allows_any(needed))
}

/// Whether the texts are silent about a certificate that the router may well have.
fn is_left_out(router: &RouterDescription, trustpoint: &Trustpoint, role: Role) -> bool {
    let summary = router.shown.trustpoints.iter().find(|shown| shown.name.value == trustpoint.name);
    let said = summary.and_then(|shown| match role {
        Role::Authority => shown.authenticated,
        Role::Own => shown.enrolled,
    });
    if let Some(said) = said {
        return said.value;
    }
    let told_nothing =
        router.shown.certificates.is_none() && router.chains.is_empty() && router.pem_certificates.is_empty();
    let can_enrol =
        trustpoint.enrollment.as_ref().is_some_and(|enrollment| enrollment.value != Enrollment::SelfSigned);
    can_enrol && (told_nothing || router.shown.certificates_left_out.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_serial_number_becomes_the_shortest_positive_integer() {
        for (digits, contents) in [
            ("03", &[3][..]),
            ("3", &[3]),
            ("0080", &[0, 0x80]),
            ("7FFF", &[0x7f, 0xff]),
            ("00", &[0]),
            ("", &[0]),
        ] {
            assert_eq!(serial_number(digits).unwrap().contents(), contents, "{digits}");
        }
        assert_eq!(serial_number("0x3"), None);
    }
}

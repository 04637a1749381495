//! Chains of certificates: whoever is accepted has a chain of signatures to a trust anchor.

use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use lab::side::Side;
use pki::{
    Anchor, Authority, CalendarTime, Certificate, IssuerSignatures as _, KeyUsage, Limits, Policy,
    Remembering, RevocationList, RevocationMethod, Setting, validate,
};

use super::Seed;
use super::materials::{Credential, Issued, MATERIALS};
use crate::laboratory::{Ca, NOW};

/// Certificates of a laboratory and changed copies of them, in any order, against some of its CAs, with some of its
/// lists and changed copies of those: if the first one is accepted, then each certificate of the path is signed with the
/// key of the next, by what its issuer really signed; the last is one of the anchors; each is valid at the time; and none
/// is revoked, by a list that its issuer really signed and that was current, unless the anchor does without one.
///
/// # Panics
/// If any of that does not hold.
pub fn chain_never_trusts_unanchored(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let Ok(case) = Case::arbitrary(&mut bytes) else { return };
    let Some((own, others)) = case.certificates.split_first() else { return };
    let policy = Policy::ios();
    let setting = Setting {
        now: case.now,
        policy: &policy,
        limits: Limits::default(),
        revocation: &case.lists,
        signatures: &*MATERIALS.issued,
    };
    let result = validate(own, others, &case.anchors, &setting);
    // Remembering from input to input: what was accepted before may not make a difference.
    let again = validate(own, others, &case.anchors, &Setting { signatures: &*REMEMBERING, ..setting });
    assert_eq!(result, again, "the same question, another answer");
    match result {
        Ok(accepted) => {
            let Some(Anchor { authority: Authority::Certificate(authority), revocation }) =
                case.anchors.get(accepted.anchor)
            else {
                unreachable!("accepted by an anchor that there is not, or that is only a name");
            };
            assert_eq!(accepted.path.first(), Some(own));
            assert_eq!(accepted.path.last(), Some(authority));
            check_path(&accepted.path, &case);
            let settled: Vec<_> = accepted.revocation.iter().copied().map(Some).collect();
            let pairs = accepted.path.windows(2);
            let has_to: Vec<_> = pairs.map(|pair| settling(&pair[0], &pair[1], revocation, &case)).collect();
            assert_eq!(settled, has_to, "how it is known that nobody is revoked: {case:?}");
        }
        Err(refusal) => {
            assert!(refusal.anchor.is_none_or(|anchor| anchor < case.anchors.len()));
            assert!(!refusal.reason.to_string().is_empty());
        }
    }
}

static REMEMBERING: LazyLock<Remembering<&Issued>> = LazyLock::new(|| Remembering::new(&*MATERIALS.issued));

/// Each certificate is signed by the next one, which may do that, and is valid.
fn check_path(path: &[Certificate], case: &Case) {
    for (certificate, issuer) in path.iter().zip(path.iter().skip(1)) {
        assert!(certificate.issuer().matches(issuer.subject()), "{certificate:?} is not {issuer:?}'s");
        let signed = MATERIALS.issued.check(&certificate.signed(), issuer.public_key());
        assert_eq!(signed, Ok(()), "{issuer:?} has not signed {certificate:?}");
        assert!(issuer.extensions().basic_constraints.is_none_or(|constraints| constraints.authority));
    }
    for certificate in path {
        let validity = certificate.validity();
        assert!(validity.not_before <= case.now && case.now <= validity.not_after);
    }
}

/// Which method has to settle that a certificate of this issuer is not revoked; none if it is revoked, or nothing settles
/// it.
fn settling(
    certificate: &Certificate,
    issuer: &Certificate,
    methods: &[RevocationMethod],
    case: &Case,
) -> Option<RevocationMethod> {
    let list = case.lists.iter().find(|list| list.issuer().matches(certificate.issuer()));
    let list = list.filter(|list| can_be_relied_on(list, issuer, case.now));
    for method in methods {
        match (method, list) {
            (RevocationMethod::None, _) => return Some(*method),
            (RevocationMethod::Crl, Some(list)) => {
                return list.entry(certificate.serial()).is_none().then_some(*method);
            }
            // No responder answers.
            (RevocationMethod::Crl, None) | (RevocationMethod::Ocsp, _) => {}
        }
    }
    methods.is_empty().then_some(RevocationMethod::None)
}

/// Whether `issuer` may sign lists and has signed this one, everything in it is understood, and it is current.
fn can_be_relied_on(list: &RevocationList, issuer: &Certificate, now: CalendarTime) -> bool {
    let usage = issuer.extensions().key_usage;
    usage.is_none_or(|usage| usage.allows_any(KeyUsage::CRL_SIGN))
        && MATERIALS.issued.check(&list.signed(), issuer.public_key()).is_ok()
        && list.unknown_critical().is_empty()
        && list.this_update() <= now
        && list.next_update().is_none_or(|next_update| now <= next_update)
}

#[derive(Debug)]
struct Case {
    certificates: Vec<Certificate>,
    anchors: Vec<Anchor>,
    lists: Vec<RevocationList>,
    now: CalendarTime,
}

/// More certificates than a path may have.
const MOST_CERTIFICATES: usize = 12;

/// In the place of a certificate: what follows are changes of lists.
const CHANGES_OF_LISTS: u8 = 0xc0;

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let [anchors, methods, lists, time] = bytes.arbitrary::<[u8; 4]>()?;
        let method = |ca: Ca| match methods >> (ca as u8 * 2) & 3 {
            0 | 1 => vec![RevocationMethod::Crl],
            2 => vec![RevocationMethod::Ocsp, RevocationMethod::Crl],
            _ => vec![RevocationMethod::None],
        };
        let anchor = |ca: Ca| {
            let certificate = MATERIALS.authority(ca).clone();
            let by_name = anchors >> (4 + ca as u8) & 1 == 1;
            let authority = if by_name {
                Authority::NameOnly(certificate.subject().clone())
            } else {
                Authority::Certificate(certificate)
            };
            Anchor { authority, revocation: method(ca) }
        };
        let anchors = Ca::ALL.into_iter().filter(|&ca| anchors >> ca as u8 & 1 == 1).map(anchor).collect();
        let lists = Ca::ALL.into_iter().flat_map(|ca| {
            let revoked =
                (lists >> (4 + ca as u8) & 1 == 1).then(|| MATERIALS.revoking_lists[ca as usize].clone());
            let plain = (lists >> ca as u8 & 1 == 0).then(|| MATERIALS.lists[ca as usize].clone());
            revoked.into_iter().chain(plain)
        });
        let mut lists = lists.collect();
        let years = i64::from(time % 32) - 8;
        let now = CalendarTime::from_unix(if time == 0 { NOW } else { NOW + years * 365 * 86_400 });
        let mut certificates = Vec::new();
        while !bytes.is_empty() && certificates.len() < MOST_CERTIFICATES {
            if bytes.peek_bytes(1) == Some(&[CHANGES_OF_LISTS][..]) {
                lists = changed_lists(bytes, lists)?;
                break;
            }
            certificates.extend(certificate(bytes)?);
        }
        Ok(Self { certificates, anchors, lists, now })
    }
}

/// A certificate of the laboratory, or what is left of it after bytes of it were changed.
fn certificate(bytes: &mut Unstructured<'_>) -> arbitrary::Result<Option<Certificate>> {
    let [which, changes] = bytes.arbitrary::<[u8; 2]>()?;
    let ca = Ca::ALL[usize::from(which & 3)];
    let side = if which & 4 == 0 { Side::First } else { Side::Second };
    let kind = [Credential::Good, Credential::Expired, Credential::Forged][usize::from(which >> 3 & 3) % 3];
    let original = if which & 0x20 == 0 {
        &MATERIALS.credential(side, ca, kind).certificate
    } else {
        MATERIALS.authority(ca)
    };
    if changes % 8 == 0 {
        return Ok(Some(original.clone()));
    }
    let mut der = original.as_der().to_vec();
    for _ in 0..changes % 8 {
        let (at, with) = (bytes.arbitrary::<u16>()?, bytes.arbitrary::<u8>()?);
        let length = der.len();
        der[usize::from(at) % length] ^= with;
    }
    Ok(Certificate::from_der(&der).ok())
}

/// The lists after bytes of them were changed, without those that are no lists any more.
fn changed_lists(
    bytes: &mut Unstructured<'_>,
    lists: Vec<RevocationList>,
) -> arbitrary::Result<Vec<RevocationList>> {
    let mut ders: Vec<_> = lists.iter().map(|list| list.as_der().to_vec()).collect();
    let [_, changes] = bytes.arbitrary::<[u8; 2]>()?;
    for _ in 0..changes % 8 {
        let (which, at, with) = bytes.arbitrary::<(u8, u16, u8)>()?;
        let Some(which) = usize::from(which).checked_rem(ders.len()) else { break };
        let length = ders[which].len();
        ders[which][usize::from(at) % length] ^= with;
    }
    Ok(ders.iter().filter_map(|der| RevocationList::from_der(der).ok()).collect())
}

/// Chains that are accepted, and chains that just are not.
pub(super) fn seeds() -> Vec<Seed> {
    const SEEDS: &[(&str, &[u8])] = &[
        ("below-an-anchor", &[1, 0, 0, 0, 0, 0]),
        ("below-an-intermediate-authority", &[1, 0, 0, 0, 3, 0, 0x23, 0]),
        ("the-intermediate-authority-is-the-anchor", &[8, 0, 0, 0, 3, 0]),
        ("of-another-authority", &[1, 0, 0, 0, 1, 0]),
        ("without-an-anchor", &[0, 0, 0, 0, 0, 0, 0x20, 0]),
        ("an-anchor-that-is-only-a-name", &[0x11, 0, 0, 0, 0, 0, 0x20, 0]),
        ("expired", &[1, 0, 0, 0, 8, 0]),
        ("forged", &[1, 0, 0, 0, 0x10, 0]),
        ("changed", &[1, 0, 0, 0, 0, 1, 0, 200, 1]),
        ("revoked", &[1, 0, 0x10, 0, 4, 0]),
        ("revoked-and-unchecked", &[1, 3, 0x10, 0, 4, 0]),
        ("all-of-them", &[15, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0, 0x20, 0, 0x21, 0, 0x22, 0, 0x23, 0]),
        ("the-anchor-itself", &[1, 0, 0, 0, 0x20, 0]),
        ("long-ago", &[1, 0, 0, 32, 0, 0]),
        ("without-a-list", &[1, 0, 1, 0, 0, 0]),
        ("a-list-that-is-overdue", &[1, 0, 0, 10, 0, 0]),
        ("a-list-of-tomorrow", &[1, 0, 0, 7, 0, 0]),
        ("a-list-with-another-signature", &[1, 0, 0, 0, 0, 0, CHANGES_OF_LISTS, 1, 0, 200, 0, 1]),
        ("a-list-of-another-number", &[1, 0, 0x10, 0, 4, 0, CHANGES_OF_LISTS, 1, 0, 101, 0, 1]),
    ];
    SEEDS.iter().map(|&(name, bytes)| Seed { name: name.to_owned(), bytes: bytes.to_vec() }).collect()
}

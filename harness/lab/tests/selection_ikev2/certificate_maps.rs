//! Certificate maps: fields and operators, and what they select.

use ike::selection::ikev2::{Peer, select_profile};
use ike::{
    CertificateCriterion, CertificateMap, CertificateMapEntry, CertificateMapId, DateField, DateOperator,
    Identity, IdentityPattern, Ikev2Match, Ikev2Pattern, NameField, NameOperator, Origin, Sourced,
};
use pki::{CalendarTime, Certificate};

use crate::made;
use crate::routers::{Authorities, NOON, address, ikev2_router};

/// The certificate of R2 of CA1: hostname=R2.cisco.com,cn=R2,o=cisco,o=com, by cn=CA1,o=cisco,o=com, serial 02.
fn certificate() -> Certificate {
    let mut authorities = Authorities::new(1);
    let parts = ikev2_router(&mut authorities, 2, &[1], &[1], &[1]);
    parts.trustpoints[0].enrolment.as_ref().unwrap().certificate.clone()
}

fn name(field: NameField, operator: NameOperator, text: &str) -> CertificateCriterion {
    CertificateCriterion::Name { field, operator, text: text.to_owned() }
}

#[test]
fn names_are_compared_as_they_are_printed_without_regard_to_case_and_blanks() {
    use NameField::{AnySubject, Issuer, SerialNumber, Subject, UnstructuredSubject};
    use NameOperator::{Contains, DoesNotContain, Equal, NotEqual};
    let certificate = certificate();
    let whole = "hostname=R2.cisco.com,cn=R2,o=cisco,o=com";
    for (criterion, holds) in [
        (name(Subject, Equal, whole), true),
        (name(Subject, Equal, "HOSTNAME = r2.cisco.com , CN = r2 , o=cisco, o = com"), true),
        (name(Subject, Equal, "cn=R2"), false),
        (name(Subject, NotEqual, "cn=R2"), true),
        (name(Subject, Contains, "cn = r2"), true),
        (name(Subject, Contains, "cn=R3"), false),
        (name(Subject, DoesNotContain, "cn=R3"), true),
        (name(Subject, DoesNotContain, "o=cisco"), false),
        (name(Issuer, Equal, "cn=CA1,o=cisco,o=com"), true),
        (name(Issuer, Contains, "cn=CA2"), false),
        (name(UnstructuredSubject, Equal, "r2.cisco.com"), true),
        (name(AnySubject, Contains, "r2.cisco.com"), true),
        (name(AnySubject, Equal, whole), true),
        (name(SerialNumber, Equal, "02"), true),
        (name(SerialNumber, Equal, "03"), false),
    ] {
        assert_eq!(criterion.holds(&certificate), holds, "{criterion:?}");
    }
}

#[test]
fn dates_are_compared_to_the_second() {
    use DateField::{ExpiresOn, ValidStart};
    use DateOperator::{Before, Equal, NotBefore, NotEqual};
    let certificate = certificate();
    let start = NOON - 3600;
    for (field, operator, instant, holds) in [
        (ValidStart, Equal, start, true),
        (ValidStart, Equal, start + 1, false),
        (ValidStart, NotEqual, start + 1, true),
        (ValidStart, Before, start, false),
        (ValidStart, Before, start + 1, true),
        (ValidStart, NotBefore, start, true),
        (ValidStart, NotBefore, start + 1, false),
        (ExpiresOn, NotBefore, NOON, true),
        (ExpiresOn, Before, NOON, false),
    ] {
        let instant = CalendarTime::from_unix(instant);
        let criterion = CertificateCriterion::Date { field, operator, instant };
        assert_eq!(criterion.holds(&certificate), holds, "{criterion:?}");
    }
}

#[test]
fn lines_of_one_number_must_all_hold_and_numbers_are_alternatives() {
    use NameField::{Issuer, Subject};
    use NameOperator::Contains;
    let entry = |sequence, criteria: [CertificateCriterion; 2]| CertificateMapEntry {
        sequence,
        origin: Origin::new(sequence),
        criteria: criteria.map(Sourced::default_value).to_vec(),
    };
    let map = |entries| CertificateMap { label: "MAP".to_owned(), entries };
    let certificate = certificate();
    let both = entry(10, [name(Subject, Contains, "cn=R2"), name(Issuer, Contains, "cn=CA1")]);
    let half = entry(20, [name(Subject, Contains, "cn=R2"), name(Issuer, Contains, "cn=CA2")]);
    let found = |entries| map(entries).entry_for(&certificate).map(|entry| entry.sequence);
    assert_eq!(found(vec![half.clone(), both.clone()]), Some(10));
    assert_eq!(found(vec![both.clone(), both]), Some(10));
    assert_eq!(found(vec![half]), None);
    assert_eq!(found(Vec::new()), None);
}

#[test]
fn a_map_matches_a_distinguished_name_and_is_as_good_as_a_whole_name() {
    // V2-PRO-1, V2-PRO-2
    let certificate = certificate();
    let mut authorities = Authorities::new(1);
    let mut parts = ikev2_router(&mut authorities, 1, &[1], &[1], &[1]);
    let criteria = vec![Sourced::default_value(name(NameField::Subject, NameOperator::Contains, "o=cisco"))];
    parts.certificate_maps = vec![CertificateMap {
        label: "MAP".to_owned(),
        entries: vec![CertificateMapEntry { sequence: 10, origin: Origin::DEFAULT, criteria }],
    }];
    let map = Ikev2Pattern::Certificate(CertificateMapId::from_index(0).unwrap());
    let line = |pattern| vec![Ikev2Match { pattern, origin: Origin::DEFAULT }];
    let mut by_map = parts.ikev2.profiles[0].clone();
    by_map.matches = line(map);
    let mut wide = parts.ikev2.profiles[0].clone();
    wide.matches = line(Ikev2Pattern::Identity(IdentityPattern::HostDomain("cisco.com".to_owned())));
    let mut exact = wide.clone();
    exact.matches = line(Ikev2Pattern::Identity(IdentityPattern::Host("R2.cisco.com".to_owned())));
    parts.ikev2.profiles = vec![by_map, wide, exact];
    let selected = |count: usize, identity: &Identity, certificate: Option<&Certificate>| {
        let mut parts = parts.clone();
        parts.ikev2.profiles.truncate(count);
        let peer = Peer { local: address(1), identity, certificate };
        select_profile(&made(parts), peer).map(|matched| matched.profile.index())
    };
    let distinguished = Identity::DistinguishedName(certificate.subject().clone());
    assert_eq!(selected(3, &distinguished, Some(&certificate)), Some(0));
    assert_eq!(selected(3, &distinguished, None), None, "without a certificate there is nothing to look at");
    let named = Identity::Fqdn("R2.cisco.com".to_owned());
    assert_eq!(selected(2, &named, Some(&certificate)), Some(0), "a map is exact, a domain is not");
    assert_eq!(selected(3, &named, Some(&certificate)), Some(2), "among equals the last");
}

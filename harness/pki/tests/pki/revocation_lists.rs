//! CRLs: that each field is what the maker put there.

use crypto::{Real, Simulated};
use pki::{IssuerSignatures, Name, RevocationList, SerialNumber, SignedKind};
use rcgen::{
    CrlDistributionPoint, CrlIssuingDistributionPoint, RevocationReason, RevokedCertParams, date_time_ymd,
};

use crate::data::{ca1, ca1_list, day, r1};
use crate::made::Ca;

#[test]
fn the_list_of_the_reference_is_read_as_openssl_reads_it() {
    let list = ca1_list();
    assert_eq!(*list.issuer(), Name::from_ios_text("cn=CA1,o=cisco,o=com").unwrap());
    assert_eq!((list.this_update(), list.next_update()), (day(2013, 9, 1), Some(day(2013, 9, 8))));
    assert_eq!(list.entries().count(), 1);
    assert_eq!(list.entry(r1().serial()).unwrap().since, day(2013, 9, 1));
    assert_eq!(list.entry(&SerialNumber::from_contents(&[5])), None);
    assert_eq!(list.signed().kind, SignedKind::RevocationList);
    assert_eq!(Real.check(&list.signed(), ca1().public_key()), Ok(()));
    assert!(Real.check(&list.signed(), r1().public_key()).is_err());
}

#[test]
fn what_rcgen_lists_is_listed() {
    let ca = Ca::root("CA", 1);
    let list = ca.list_with(&[3, 0x80], |params| {
        params.revoked_certs.push(RevokedCertParams {
            serial_number: rcgen::SerialNumber::from_slice(&[9]),
            revocation_time: date_time_ymd(2013, 8, 31),
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: Some(date_time_ymd(2013, 8, 1)),
        });
    });
    let serials: Vec<String> = list.entries().map(|(serial, _)| serial.to_string()).collect();
    assert_eq!(serials, ["80", "03", "09"]);
    assert_eq!(list.entry(&SerialNumber::from_contents(&[9])).unwrap().since, day(2013, 8, 31));
    assert_eq!(list.unknown_critical(), []);
    assert_eq!(Simulated.check(&list.signed(), ca.certificate.public_key()), Ok(()));
}

#[test]
fn a_list_that_covers_only_some_certificates_says_so() {
    let list = Ca::root("CA", 1).list_with(&[], |params| {
        let distribution_point = CrlDistributionPoint { uris: vec!["http://ca/ca.crl".into()] };
        params.issuing_distribution_point = Some(CrlIssuingDistributionPoint {
            distribution_point,
            scope: Some(rcgen::CrlScope::UserCertsOnly),
        });
    });
    let unknown: Vec<String> = list.unknown_critical().iter().map(ToString::to_string).collect();
    assert_eq!(unknown, ["2.5.29.28"]);
}

#[test]
fn a_list_cut_short_is_refused() {
    let whole = ca1_list();
    for length in 0..whole.as_der().len() {
        assert_eq!(RevocationList::from_der(&whole.as_der()[..length]).unwrap_err().offset, 0);
    }
}

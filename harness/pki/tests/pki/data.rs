//! A CA and a router as the reference lab had them, made and signed by openssl 3.0 with lab keys.
//!
//! | file | what |
//! |---|---|
//! | `ca1.der` | CA1, 1024-bit RSA, md5WithRSAEncryption |
//! | `ca1-version-1.der` | the same without extensions |
//! | `r1.der` | R1, 512-bit RSA, signed by CA1 with md5WithRSAEncryption; key usage and both key identifiers, none critical |
//! | `r1-version-1.der` | the same subject and key, signed with sha1WithRSAEncryption, without extensions |
//! | `ca1.crl` | of 2013-09-01 to 2013-09-08, lists the serial number 3 |

use pki::{CalendarTime, Certificate, Civil, RevocationList};

pub fn ca1() -> Certificate {
    Certificate::from_der(include_bytes!("data/ca1.der")).unwrap()
}

pub fn ca1_version_1() -> Certificate {
    Certificate::from_der(include_bytes!("data/ca1-version-1.der")).unwrap()
}

pub fn r1() -> Certificate {
    Certificate::from_der(include_bytes!("data/r1.der")).unwrap()
}

pub fn r1_version_1() -> Certificate {
    Certificate::from_der(include_bytes!("data/r1-version-1.der")).unwrap()
}

pub fn ca1_list() -> RevocationList {
    RevocationList::from_der(include_bytes!("data/ca1.crl")).unwrap()
}

/// A day of the calendar, at its first second.
pub fn day(year: i64, month: u8, day: u8) -> CalendarTime {
    CalendarTime::from_civil(Civil { year, month, day, hour: 0, minute: 0, second: 0 }).unwrap()
}

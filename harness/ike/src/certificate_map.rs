//! Certificate maps: criteria by which `match certificate` knows a peer's certificate.
//!
//! Lines of one sequence number must all hold; sequence numbers of one label are alternatives, the lowest first. Texts
//! are compared without regard to case, names as IOS prints them, with or without blanks around `=` and `,`.

use pki::{CalendarTime, Certificate, GeneralName};

use crate::origin::{Origin, Sourced};

/// All of `crypto pki certificate map` with one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateMap {
    /// The label.
    pub label: String,
    /// Its sequence numbers, the lowest first.
    pub entries: Vec<CertificateMapEntry>,
}

/// `crypto pki certificate map LABEL SEQUENCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateMapEntry {
    /// The sequence number.
    pub sequence: u32,
    /// The line that opens it.
    pub origin: Origin,
    /// Its lines in configuration order: all have to hold.
    pub criteria: Vec<Sourced<CertificateCriterion>>,
}

/// One line of a certificate map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateCriterion {
    /// About a name.
    Name {
        /// What is looked at.
        field: NameField,
        /// How it is compared.
        operator: NameOperator,
        /// With what.
        text: String,
    },
    /// About the validity.
    Date {
        /// What is looked at.
        field: DateField,
        /// How it is compared.
        operator: DateOperator,
        /// With what.
        instant: CalendarTime,
    },
}

/// The fields of a certificate that hold text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameField {
    /// `subject-name`.
    Subject,
    /// `issuer-name`.
    Issuer,
    /// `unstructured-subject-name`: the host name and address that IOS puts into subjects.
    UnstructuredSubject,
    /// `alt-subject-name`: the subject's alternative names.
    AlternativeSubject,
    /// `name`: any of the subject's names.
    AnySubject,
    /// `serial-number`: hexadecimal digits.
    SerialNumber,
}

/// How text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOperator {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `co`.
    Contains,
    /// `nc`.
    DoesNotContain,
}

/// The ends of the validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateField {
    /// `valid-start`.
    ValidStart,
    /// `expires-on`.
    ExpiresOn,
}

/// How instants are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOperator {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `lt`: earlier.
    Before,
    /// `ge`: the same or later.
    NotBefore,
}

impl CertificateMap {
    /// The first entry that the certificate fits.
    #[must_use]
    pub fn entry_for(&self, certificate: &Certificate) -> Option<&CertificateMapEntry> {
        self.entries.iter().find(|entry| entry.unmet(certificate).is_none())
    }
}

impl CertificateMapEntry {
    /// The first line that does not hold for the certificate.
    #[must_use]
    pub fn unmet(&self, certificate: &Certificate) -> Option<&Sourced<CertificateCriterion>> {
        self.criteria.iter().find(|criterion| !criterion.value.holds(certificate))
    }
}

impl CertificateCriterion {
    /// Whether the certificate is as the line wants it.
    #[must_use]
    pub fn holds(&self, certificate: &Certificate) -> bool {
        match self {
            Self::Name { field, operator, text } => {
                let wanted = normal(text);
                let names = field.names(certificate);
                let equal = || names.iter().any(|name| normal(name) == wanted);
                let contains = || names.iter().any(|name| normal(name).contains(&wanted));
                match operator {
                    NameOperator::Equal => equal(),
                    NameOperator::NotEqual => !equal(),
                    NameOperator::Contains => contains(),
                    NameOperator::DoesNotContain => !contains(),
                }
            }
            Self::Date { field, operator, instant } => {
                let found = field.instant(certificate);
                match operator {
                    DateOperator::Equal => found == *instant,
                    DateOperator::NotEqual => found != *instant,
                    DateOperator::Before => found < *instant,
                    DateOperator::NotBefore => found >= *instant,
                }
            }
        }
    }
}

impl DateField {
    /// What the certificate says there.
    #[must_use]
    pub fn instant(self, certificate: &Certificate) -> CalendarTime {
        match self {
            Self::ValidStart => certificate.validity().not_before,
            Self::ExpiresOn => certificate.validity().not_after,
        }
    }
}

impl NameField {
    /// What the certificate says there, each name as IOS prints it.
    #[must_use]
    pub fn names(self, certificate: &Certificate) -> Vec<String> {
        let subject = certificate.subject();
        let unstructured = || {
            let labels = ["hostname", "ipaddress"].into_iter();
            labels.filter_map(|label| subject.as_ref().text_of(label)).collect::<Vec<_>>()
        };
        let alternatives = || certificate.extensions().subject_alternative_names.iter().filter_map(text_of);
        match self {
            Self::Subject => vec![subject.to_string()],
            Self::Issuer => vec![certificate.issuer().to_string()],
            Self::UnstructuredSubject => unstructured(),
            Self::AlternativeSubject => alternatives().collect(),
            Self::AnySubject => {
                let all = unstructured().into_iter().chain(alternatives());
                all.chain([subject.to_string()]).collect()
            }
            Self::SerialNumber => vec![certificate.serial().to_string()],
        }
    }
}

fn text_of(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::Dns(text) | GeneralName::Email(text) | GeneralName::Uri(text) => Some(text.clone()),
        GeneralName::Address(address) => Some(address.to_string()),
        GeneralName::Directory(name) => Some(name.to_string()),
        GeneralName::Other(_) => None,
    }
}

/// Lower case, and no blanks around what separates the parts of a name.
fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut blanks = false;
    for character in text.trim().chars().flat_map(char::to_lowercase) {
        if character.is_whitespace() {
            blanks = true;
            continue;
        }
        let separates = |one: char| matches!(one, '=' | ',' | '+');
        if blanks && !separates(character) && !normal.ends_with(separates) {
            normal.push(' ');
        }
        blanks = false;
        normal.push(character);
    }
    normal
}

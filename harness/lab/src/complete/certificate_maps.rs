//! `crypto pki certificate map`: criteria as the endpoint compares them.

use ike::{
    CertificateCriterion, CertificateMap, CertificateMapEntry, DateField, DateOperator, NameField,
    NameOperator, Sourced,
};
use ios::RouterDescription;
use ios::description::{self, MapCriterion, MapField, MapOperator};
use pki::CalendarTime;
use x509_cert::der::DateTime;

/// The maps of a router: one for each label, the entries of the lowest sequence number first. An entry with a line that
/// cannot be compared is left out, so that it fits no certificate.
pub(super) fn all(router: &RouterDescription) -> Vec<CertificateMap> {
    let mut maps: Vec<CertificateMap> = Vec::new();
    for written in &router.certificate_maps {
        let position = maps.iter().position(|map| map.label == written.label).unwrap_or_else(|| {
            maps.push(CertificateMap { label: written.label.clone(), entries: Vec::new() });
            maps.len() - 1
        });
        maps[position].entries.extend(entry(written));
    }
    for map in &mut maps {
        map.entries.sort_by_key(|entry| entry.sequence);
    }
    maps
}

fn entry(written: &description::CertificateMap) -> Option<CertificateMapEntry> {
    let compared = |line: &Sourced<MapCriterion>| Some(Sourced::new(criterion(&line.value)?, line.origin));
    let criteria = written.criteria.iter().map(compared);
    Some(CertificateMapEntry {
        sequence: written.sequence,
        origin: written.origin,
        criteria: criteria.collect::<Option<_>>()?,
    })
}

/// What a line compares; none where its field has no such operator or its value is no date.
pub(super) fn criterion(line: &MapCriterion) -> Option<CertificateCriterion> {
    let name = |field| {
        let operator = match line.operator {
            MapOperator::Equal => NameOperator::Equal,
            MapOperator::NotEqual => NameOperator::NotEqual,
            MapOperator::Contains => NameOperator::Contains,
            MapOperator::DoesNotContain => NameOperator::DoesNotContain,
            MapOperator::Before | MapOperator::NotBefore => return None,
        };
        Some(CertificateCriterion::Name { field, operator, text: line.value.clone() })
    };
    let date = |field| {
        let operator = match line.operator {
            MapOperator::Equal => DateOperator::Equal,
            MapOperator::NotEqual => DateOperator::NotEqual,
            MapOperator::Before => DateOperator::Before,
            MapOperator::NotBefore => DateOperator::NotBefore,
            MapOperator::Contains | MapOperator::DoesNotContain => return None,
        };
        Some(CertificateCriterion::Date { field, operator, instant: instant(&line.value)? })
    };
    match line.field {
        MapField::Subject => name(NameField::Subject),
        MapField::Issuer => name(NameField::Issuer),
        MapField::UnstructuredSubject => name(NameField::UnstructuredSubject),
        MapField::AlternativeSubject => name(NameField::AlternativeSubject),
        MapField::AnySubject => name(NameField::AnySubject),
        MapField::SerialNumber => name(NameField::SerialNumber),
        MapField::ValidStart => date(DateField::ValidStart),
        MapField::ExpiresOn => date(DateField::ExpiresOn),
    }
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `dd mm yyyy hh:mm:ss` or `mm dd yyyy hh:mm:ss`, in UTC, the month as a number or a name; where both could be meant the
/// day comes first.
fn instant(written: &str) -> Option<CalendarTime> {
    let mut words = written.split_whitespace();
    let (first, second, year) = (words.next()?, words.next()?, words.next()?.parse().ok()?);
    let mut time = words.next().unwrap_or("00:00:00").split(':').map(|part| part.parse::<u8>().ok());
    let (hour, minute) = (time.next()??, time.next()??);
    let second_of_minute = time.next().unwrap_or(Some(0))?;
    let orders = [(first, second), (second, first)];
    orders.into_iter().find_map(|(day, month)| {
        let day = day.parse().ok()?;
        let date = DateTime::new(year, number_of(month)?, day, hour, minute, second_of_minute).ok()?;
        Some(CalendarTime::from_unix(i64::try_from(date.unix_duration().as_secs()).ok()?))
    })
}

fn number_of(month: &str) -> Option<u8> {
    let named = MONTHS.iter().zip(1_u8..).find(|(name, _)| {
        month.get(..name.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(name))
    });
    named.map(|(_, number)| number).or_else(|| month.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_with_day_or_month_first() {
        let new_year_2021 = Some(CalendarTime::from_unix(1_609_459_200));
        assert_eq!(instant("01 01 2021 00:00:00"), new_year_2021);
        assert_eq!(instant("Jan 1 2021 00:00:00"), new_year_2021);
        let christmas = Some(CalendarTime::from_unix(1_608_854_400 + 3_661));
        assert_eq!(instant("25 12 2020 01:01:01"), christmas);
        assert_eq!(instant("12 25 2020 01:01:01"), christmas);
        assert_eq!(instant("25 dec 2020 01:01:01"), christmas);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for written in ["", "tomorrow", "32 32 2020 00:00:00", "01 01 2020 25:00:00", "01 01"] {
            assert_eq!(instant(written), None, "{written:?}");
        }
    }
}

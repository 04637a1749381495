//! `crypto pki certificate map`.

use crate::description::{CertificateMap, MapCriterion, MapField, MapOperator};
use crate::read::command::{Command, Statement, command};

pub(super) const COMMANDS: &[Command<CertificateMap>] = &[
    command("subject-name <operator> <value...>", |map, statement| add(map, statement, MapField::Subject)),
    command("issuer-name <operator> <value...>", |map, statement| add(map, statement, MapField::Issuer)),
    command("unstructured-subject-name <operator> <value...>", |map, statement| {
        add(map, statement, MapField::UnstructuredSubject);
    }),
    command("alt-subject-name <operator> <value...>", |map, statement| {
        add(map, statement, MapField::AlternativeSubject);
    }),
    command("name <operator> <value...>", |map, statement| add(map, statement, MapField::AnySubject)),
    command("serial-number <operator> <value...>", |map, statement| {
        add(map, statement, MapField::SerialNumber)
    }),
    command("valid-start <operator> <value...>", |map, statement| add(map, statement, MapField::ValidStart)),
    command("expires-on <operator> <value...>", |map, statement| add(map, statement, MapField::ExpiresOn)),
];

const OPERATORS: &[(&str, MapOperator)] = &[
    ("eq", MapOperator::Equal),
    ("ne", MapOperator::NotEqual),
    ("co", MapOperator::Contains),
    ("nc", MapOperator::DoesNotContain),
    ("lt", MapOperator::Before),
    ("ge", MapOperator::NotBefore),
];

fn add(map: &mut CertificateMap, statement: &mut Statement<'_>, field: MapField) {
    let Some(operator) = statement.choice(0, OPERATORS) else {
        return statement.refuse(0, "an operator: eq, ne, co, nc, lt or ge");
    };
    let value = statement.rest(1);
    let criterion = statement.sourced(MapCriterion { field, operator, value });
    map.criteria.push(criterion);
}

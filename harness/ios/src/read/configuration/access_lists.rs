//! Extended access lists.

use std::net::Ipv4Addr;

use super::global::find_or_add;
use super::{Next, Section};
use crate::description::{AccessEntry, AccessList, AddressMatch, RouterDescription};
use crate::read::command::{Command, Statement, command};

pub(super) const COMMANDS: &[Command<AccessList>] = &[
    command("permit <protocol> <addresses...>", |list, statement| add(list, statement, true, 0)),
    command("deny <protocol> <addresses...>", |list, statement| add(list, statement, false, 0)),
    command("<sequence> permit <protocol> <addresses...>", |list, statement| add(list, statement, true, 1)),
    command("<sequence> deny <protocol> <addresses...>", |list, statement| add(list, statement, false, 1)),
];

pub(super) fn named(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    let position = open(router, statement);
    statement.next = Next::Section(Section::AccessList(position));
}

pub(super) fn numbered_permit(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    numbered(router, statement, true);
}

pub(super) fn numbered_deny(router: &mut RouterDescription, statement: &mut Statement<'_>) {
    numbered(router, statement, false);
}

/// `access-list NUMBER permit|deny ...`; lists of other kinds have no bearing.
fn numbered(router: &mut RouterDescription, statement: &mut Statement<'_>, permit: bool) {
    let is_extended = |number: u16| (100..=199).contains(&number) || (2000..=2699).contains(&number);
    if statement.get(0).and_then(|number| number.parse().ok()).is_some_and(is_extended) {
        let position = open(router, statement);
        add(&mut router.access_lists[position], statement, permit, 1);
    }
}

fn open(router: &mut RouterDescription, statement: &mut Statement<'_>) -> usize {
    let (name, origin) = (statement.text(0), statement.origin());
    let new =
        || AccessList { name: name.clone(), origin, entries: Vec::new(), with_object_groups: Vec::new() };
    find_or_add(&mut router.access_lists, |list| list.name == name, new)
}

/// Reads the protocol at `index` and what follows it.
fn add(list: &mut AccessList, statement: &mut Statement<'_>, permit: bool, index: usize) {
    if (index..statement.len()).any(|index| statement.get(index) == Some("object-group")) {
        list.with_object_groups.push(statement.origin());
        return;
    }
    let protocol = statement.text(index);
    let mut after = index + 1;
    let source = address(statement, &mut after);
    let ports = ports(statement, &mut after);
    let destination = address(statement, &mut after);
    let (Some(source), Some(destination)) = (source, destination) else {
        return statement.next = Next::NotUnderstood;
    };
    let conditions = if ports || after < statement.len() { statement.rest(index + 1) } else { String::new() };
    let entry = AccessEntry { permit, protocol, source, destination, conditions };
    let entry = statement.sourced(entry);
    list.entries.push(entry);
}

/// `any`, `host A` or `A WILDCARD`; moves `index` behind it.
fn address(statement: &Statement<'_>, index: &mut usize) -> Option<AddressMatch> {
    let word = |index: usize| statement.get(index)?.parse::<Ipv4Addr>().ok();
    match statement.get(*index)? {
        "any" => {
            *index += 1;
            Some(AddressMatch { address: Ipv4Addr::UNSPECIFIED, wildcard: Ipv4Addr::BROADCAST })
        }
        "host" => {
            *index += 2;
            Some(AddressMatch { address: word(*index - 1)?, wildcard: Ipv4Addr::UNSPECIFIED })
        }
        _ => {
            *index += 2;
            Some(AddressMatch { address: word(*index - 2)?, wildcard: word(*index - 1)? })
        }
    }
}

/// Moves `index` behind the ports of the source, if there are any.
fn ports(statement: &Statement<'_>, index: &mut usize) -> bool {
    let length = match statement.get(*index) {
        Some("eq" | "gt" | "lt" | "neq") => 2,
        Some("range") => 3,
        _ => 0,
    };
    *index += length;
    length > 0
}

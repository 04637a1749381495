//! Name constraints (RFC 5280 4.2.1.10): whether the names of a certificate are those that a CA above it may vouch for.

use std::net::IpAddr;

use super::RefusalReason;
use crate::certificate::Certificate;
use crate::extensions::{GeneralName, Subtree};
use crate::name::EMAIL_ADDRESS;

/// Holds all names of `certificate` to the constraints of `authority`.
pub(super) fn check(certificate: &Certificate, authority: &Certificate) -> Result<(), RefusalReason> {
    let Some(constraints) = &authority.extensions().name_constraints else { return Ok(()) };
    for name in names_of(certificate) {
        let refuse = |excluded| {
            let authority = authority.subject().clone();
            Err(RefusalReason::NameConstraints { name: text_of(&name), authority, excluded })
        };
        let judged: Vec<_> =
            constraints.permitted.iter().filter_map(|subtree| contains(subtree, &name)).collect();
        if !judged.is_empty() && !judged.contains(&Containment::Inside) {
            return refuse(false);
        }
        let excludes = |subtree| !matches!(contains(subtree, &name), None | Some(Containment::Outside));
        if constraints.excluded.iter().any(excludes) {
            return refuse(true);
        }
    }
    Ok(())
}

/// The names that are constrained: the subject, the alternative names, and the mailboxes in the subject if there is none
/// among those.
fn names_of(certificate: &Certificate) -> Vec<GeneralName> {
    let subject = certificate.subject();
    let mut names = certificate.extensions().subject_alternative_names.clone();
    if !names.iter().any(|name| matches!(name, GeneralName::Email(_))) {
        let mailboxes = subject.as_ref().texts_of(EMAIL_ADDRESS).flatten();
        names.extend(mailboxes.map(GeneralName::Email));
    }
    if !subject.is_empty() {
        names.push(GeneralName::Directory(subject.clone()));
    }
    names
}

fn text_of(name: &GeneralName) -> String {
    match name {
        GeneralName::Dns(text) | GeneralName::Email(text) | GeneralName::Uri(text) => text.clone(),
        GeneralName::Address(address) => address.to_string(),
        GeneralName::Directory(name) => name.to_string(),
        GeneralName::Other(tag) => format!("of the form {tag}"),
    }
}

/// Whether a name lies in a subtree of its form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Containment {
    Inside,
    Outside,
    /// Name or subtree cannot be read: the name is neither permitted nor surely not excluded.
    Unknown,
}

/// `None` if the subtree is of another form than the name, and so says nothing about it.
fn contains(subtree: &Subtree, name: &GeneralName) -> Option<Containment> {
    let inside = match (subtree, name) {
        (Subtree::Dns(base), GeneralName::Dns(host)) => return Some(host_in_domain(base, host)),
        (Subtree::Email(base), GeneralName::Email(mailbox)) => return Some(mailbox_in(base, mailbox)),
        (Subtree::Uri(base), GeneralName::Uri(uri)) => return Some(uri_in(base, uri)),
        (Subtree::Network { address, mask }, GeneralName::Address(other)) => {
            in_network(address, mask, *other)
        }
        (Subtree::Directory(base), GeneralName::Directory(name)) => name.as_ref().is_within(base.as_ref()),
        _ if form_of_subtree(subtree) == form_of_name(name) => return Some(Containment::Unknown),
        _ => return None,
    };
    Some(if inside { Containment::Inside } else { Containment::Outside })
}

/// The number of the tag of a form (RFC 5280 4.2.1.6).
const fn form_of_name(name: &GeneralName) -> u32 {
    match name {
        GeneralName::Email(_) => 1,
        GeneralName::Dns(_) => 2,
        GeneralName::Directory(_) => 4,
        GeneralName::Uri(_) => 6,
        GeneralName::Address(_) => 7,
        GeneralName::Other(tag) => *tag,
    }
}

const fn form_of_subtree(subtree: &Subtree) -> u32 {
    match subtree {
        Subtree::Email(_) => 1,
        Subtree::Dns(_) => 2,
        Subtree::Directory(_) => 4,
        Subtree::Uri(_) => 6,
        Subtree::Network { .. } => 7,
        Subtree::Other(tag) => *tag,
    }
}

/// Whether a host name is `base` or has labels before it.
fn host_in_domain(base: &str, host: &str) -> Containment {
    if !is_host_name(base) && !base.is_empty() {
        return Containment::Unknown;
    }
    if ends_with_labels(base, host) { Containment::Inside } else { Containment::Outside }
}

/// Whether `host` is `base` or ends in it after a dot, without regard to case; all hosts end in nothing.
fn ends_with_labels(base: &str, host: &str) -> bool {
    let start = host.len().checked_sub(base.len());
    let ending = start.and_then(|start| Some((host.get(..start)?, host.get(start..)?)));
    ending.is_some_and(|(before, end)| {
        end.eq_ignore_ascii_case(base) && (before.is_empty() || base.is_empty() || before.ends_with('.'))
    })
}

/// Letters, digits, hyphens and underscores between dots.
pub(super) fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    text.split('.').all(label)
}

/// RFC 5280 4.2.1.10: a mailbox, the mailboxes of a host, or with a leading dot those of the hosts of a domain.
fn mailbox_in(base: &str, mailbox: &str) -> Containment {
    let Some((local, host)) = split_mailbox(mailbox) else { return Containment::Unknown };
    let inside = match (base.split_once('@'), base.strip_prefix('.')) {
        (Some((wanted, wanted_host)), _) => local == wanted && host.eq_ignore_ascii_case(wanted_host),
        (None, Some(domain)) => ends_with_labels(domain, host) && !host.eq_ignore_ascii_case(domain),
        (None, None) => base.is_empty() || host.eq_ignore_ascii_case(base),
    };
    if inside { Containment::Inside } else { Containment::Outside }
}

/// The local part and the host of a mailbox (RFC 5321 4.1.2; quoted local parts that hold an at sign are not read).
fn split_mailbox(mailbox: &str) -> Option<(&str, &str)> {
    mailbox.split_once('@').filter(|(local, host)| !local.is_empty() && is_host_name(host))
}

/// Whether `text` is a mailbox.
pub(super) fn is_mailbox(text: &str) -> bool {
    split_mailbox(text).is_some()
}

/// RFC 5280 4.2.1.10: a host, or with a leading dot the hosts of a domain. A URI without a host name cannot be judged.
fn uri_in(base: &str, uri: &str) -> Containment {
    let host = uri.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let host = host.map(|authority| authority.rsplit_once('@').map_or(authority, |(_, host)| host));
    let host = host.map(|host| host.rsplit_once(':').map_or(host, |(host, _)| host));
    let Some(host) = host.filter(|host| is_host_name(host) && host.parse::<IpAddr>().is_err()) else {
        return Containment::Unknown;
    };
    let inside = match base.strip_prefix('.') {
        Some(domain) => ends_with_labels(domain, host) && !host.eq_ignore_ascii_case(domain),
        None => host.eq_ignore_ascii_case(base),
    };
    if inside { Containment::Inside } else { Containment::Outside }
}

fn in_network(network: &[u8], mask: &[u8], address: IpAddr) -> bool {
    let octets = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let masked = octets.iter().zip(mask).map(|(octet, mask)| octet & mask);
    octets.len() == network.len() && masked.eq(network.iter().zip(mask).map(|(octet, mask)| octet & mask))
}

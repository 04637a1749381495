//! Name constraints.

use super::*;

/// A CA with these constraints judges a router with this subject and these alternative names.
fn verdict(
    (permitted_subtrees, excluded_subtrees): (Vec<GeneralSubtree>, Vec<GeneralSubtree>),
    subject: &str,
    alternatives: Vec<SanType>,
) -> Result<(), (String, bool)> {
    let (root, middle, _) = below_changed(|params| {
        params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees });
    });
    let router = middle.router_with("R1", 3, |params| {
        params.distinguished_name = slashed(subject);
        params.subject_alt_names = alternatives;
    });
    match Router::trusting(&[&root.certificate]).judges(&[&router, &middle.certificate]) {
        Ok(_) => Ok(()),
        Err(refusal) => match refusal.reason {
            RefusalReason::NameConstraints { name, authority, excluded } => {
                assert_eq!(authority, self::name("cn=middle"));
                Err((name, excluded))
            }
            other => panic!("{other:?}"),
        },
    }
}

/// `o` and, after a slash, `cn`.
fn slashed(text: &str) -> DistinguishedName {
    let attributes: Vec<_> =
        [DnType::OrganizationName, DnType::CommonName].into_iter().zip(text.split('/')).collect();
    distinguished_name(&attributes)
}

fn dns(host: &str) -> SanType {
    SanType::DnsName(host.try_into().unwrap())
}

fn email(mailbox: &str) -> SanType {
    SanType::Rfc822Name(mailbox.try_into().unwrap())
}

#[test]
fn host_names_lie_in_the_domains_that_they_end_in() {
    let within = |host: &str| {
        verdict((vec![GeneralSubtree::DnsName("Cisco.com".into())], vec![]), "o/R1", vec![dns(host)])
    };
    for host in ["cisco.com", "r1.cisco.com", "a.b.CISCO.COM"] {
        assert_eq!(within(host), Ok(()), "{host}");
    }
    for host in ["xcisco.com", "cisco.com.evil.org", "com"] {
        assert_eq!(within(host), Err((host.into(), false)), "{host}");
    }
}

#[test]
fn names_of_other_forms_are_not_constrained() {
    let constraints = (vec![GeneralSubtree::DnsName("cisco.com".into())], vec![]);
    let address = SanType::IpAddress([10, 0, 0, 1].into());
    assert_eq!(verdict(constraints, "o/R1", vec![address]), Ok(()));
}

#[test]
fn excluded_names_are_refused_even_where_they_are_permitted() {
    let domain = |name: &str| vec![GeneralSubtree::DnsName(name.into())];
    let judged = |host| verdict((domain("cisco.com"), domain("lab.cisco.com")), "o/R1", vec![dns(host)]);
    assert_eq!(judged("r1.cisco.com"), Ok(()));
    assert_eq!(judged("r1.lab.cisco.com"), Err(("r1.lab.cisco.com".into(), true)));
}

#[test]
fn addresses_lie_in_networks_of_their_own_family() {
    let network = rcgen::CidrSubnet::from_v4_prefix([192, 168, 0, 0], 16);
    let judged = |address: std::net::IpAddr| {
        verdict((vec![GeneralSubtree::IpAddress(network)], vec![]), "o/R1", vec![SanType::IpAddress(address)])
    };
    assert_eq!(judged("192.168.7.1".parse().unwrap()), Ok(()));
    for outside in ["192.169.0.1", "2001:db8::1", "::ffff:192.168.7.1"] {
        assert_eq!(judged(outside.parse().unwrap()), Err((outside.into(), false)));
    }
}

#[test]
fn subjects_lie_below_the_names_that_they_begin_with() {
    let below = |name: &str| vec![GeneralSubtree::DirectoryName(slashed(name))];
    assert_eq!(verdict((below("cisco"), vec![]), "Cisco/R1", vec![]), Ok(()));
    assert_eq!(
        verdict((below("cisco"), vec![]), "juniper/R1", vec![]),
        Err(("cn=R1,o=juniper".into(), false))
    );
    assert_eq!(verdict((vec![], below("cisco/R1")), "cisco/R1", vec![]), Err(("cn=R1,o=cisco".into(), true)));
    assert_eq!(verdict((vec![], below("cisco/R1")), "cisco/R2", vec![]), Ok(()));
}

#[test]
fn mailboxes_lie_at_hosts_in_domains_or_are_the_one_named() {
    for (base, mailbox, inside) in [
        ("cisco.com", "r1@cisco.com", true),
        ("cisco.com", "r1@lab.cisco.com", false),
        (".cisco.com", "r1@lab.cisco.com", true),
        (".cisco.com", "r1@cisco.com", false),
        ("r1@cisco.com", "r1@CISCO.com", true),
        ("r1@cisco.com", "R1@cisco.com", false),
        ("cisco.com", "a@b@cisco.com", false),
    ] {
        let judged =
            verdict((vec![GeneralSubtree::Rfc822Name(base.into())], vec![]), "o/R1", vec![email(mailbox)]);
        assert_eq!(judged.is_ok(), inside, "{mailbox} in {base}");
    }
}

#[test]
fn uris_are_judged_by_their_host() {
    for (base, uri, inside) in [
        ("ca.cisco.com", "http://CA.cisco.com/crl", true),
        ("ca.cisco.com", "http://user@ca.cisco.com:80/crl", true),
        (".cisco.com", "ldap://ca.cisco.com", true),
        (".cisco.com", "http://cisco.com/", false),
        ("ca.cisco.com", "urn:ca.cisco.com", false),
        ("ca.cisco.com", "http://evil.org/ca.cisco.com", false),
    ] {
        let judged = verdict_on_uri(base, uri);
        assert_eq!(judged, inside, "{uri} in {base}");
    }
}

/// rcgen has no constraints on URIs: the extension is written by hand.
fn verdict_on_uri(base: &str, uri: &str) -> bool {
    use crate::made::der;
    let subtree = der(0x30, &[&der(0x86, &[base.as_bytes()])]);
    let constraints = der(0x30, &[&der(0xa0, &[&subtree])]);
    let (root, middle, _) = below_changed(|params| {
        params.custom_extensions = vec![CustomExtension::from_oid_content(&[2, 5, 29, 30], constraints)];
    });
    let router = middle.router_with("R1", 3, |params| {
        params.subject_alt_names = vec![SanType::URI(uri.try_into().unwrap())];
    });
    Router::trusting(&[&root.certificate]).accepts(&[&router, &middle.certificate])
}

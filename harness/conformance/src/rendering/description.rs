//! `scenario.toml`: what no router prints.

use lab::side::Side;
use model::{
    Authority, Ca, CaCertificateId, Condition, Crl, Defect, Enrolment, Hash, Identity, Ocsp, Unable,
    X509Version,
};
use toml::{Table, Value};

use super::certificates::{authority_serial, serial};
use super::sayable::is_above;
use super::{Naming, address, moment};
use crate::case::Case;

/// The host that no CA may certify: certificates outside of name constraints have it among their names.
const EXCLUDED: &str = "dns:excluded.example";

/// Where it stands.
const OUTSIDE: &str = "dns:host.excluded.example";

/// RSA keys in bits: what everybody has, what is weak, and what cannot sign SHA-512.
const KEY: i64 = 1024;
const WEAK_KEY: i64 = 768;
const KEY_THAT_CANNOT_SIGN: i64 = 512;

pub(super) fn text(case: &Case, naming: &Naming, title: &str) -> String {
    let mut lab = Table::new();
    lab.insert("ca-key-bits".to_owned(), Value::from(KEY));
    lab.insert("router-key-bits".to_owned(), Value::from(KEY));
    let ids = || (0_u8..).map(CaCertificateId).take(case.world.ca_certificates.len());
    lab.insert("authority".to_owned(), table(ids().map(|id| (label(id), authority(case, naming, id)))));
    let enrolments = Side::BOTH.into_iter().flat_map(|side| {
        case.routers[side]
            .enrolments
            .iter()
            .map(move |own| Value::Table(certificate(case, naming, side, own)))
    });
    lab.insert("certificate".to_owned(), Value::Array(enrolments.collect()));
    let of_subject = |id: CaCertificateId| case.world.authority(case.world.ca_certificate(id).subject);
    let lists = ids().filter_map(|id| Some((label(id), revocation_list(of_subject(id))?)));
    lab.insert("revocation-list".to_owned(), table(lists));
    let silent = ids().filter(|&id| of_subject(id).ocsp == Ocsp::Unavailable);
    lab.insert("ocsp".to_owned(), table(silent.map(|id| (label(id), state("unavailable")))));
    let unable = Side::BOTH
        .into_iter()
        .map(|side| (naming.routers[side].to_owned(), unable(&case.routers[side].unable)));
    let unable =
        unable.filter(|(_, words)| !words.is_empty()).map(|(router, words)| (router, Value::Array(words)));
    lab.insert("unable".to_owned(), Value::Table(unable.collect()));
    lab.retain(|_, value| !is_empty(value));
    let description =
        Table::from_iter([("title".to_owned(), Value::from(title)), ("lab".to_owned(), Value::Table(lab))]);
    description.to_string()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Table(table) => table.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn table(entries: impl Iterator<Item = (String, Table)>) -> Value {
    Value::Table(entries.map(|(key, value)| (key, Value::Table(value))).collect())
}

fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    Value::Array(words.into_iter().map(Value::from).collect())
}

fn label(id: CaCertificateId) -> String {
    format!("certificate{}", id.0)
}

/// The label of a certificate with the CA's key.
fn label_of(case: &Case, ca: Ca) -> Option<String> {
    let place = case.world.ca_certificates.iter().position(|certificate| certificate.subject == ca)?;
    u8::try_from(place).ok().map(CaCertificateId).map(label)
}

/// A table in the making.
#[derive(Default)]
struct Entries(Table);

impl Entries {
    fn say(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }
}

fn authority(case: &Case, naming: &Naming, id: CaCertificateId) -> Table {
    let certificate = case.world.ca_certificate(id);
    let mut written = Entries::default();
    written.say("subject", naming.authority(case.world.authority(certificate.subject).name));
    written.say("key", format!("key{}", certificate.subject.0));
    if !certificate.is_self_signed()
        && let Some(issuer) = label_of(case, certificate.issuer)
    {
        written.say("issuer", issuer);
    }
    written.say("serial", authority_serial(id));
    if is_above(case, certificate.subject, &[Defect::PathLength]) {
        written.say("path-length", 0);
    }
    if is_above(case, certificate.subject, &[Defect::NameConstraints]) {
        written.say("excluded-names", words([EXCLUDED]));
    }
    match certificate.condition.defect {
        Some(Defect::KeyUsage) => written.say("key-usage", words(["digital-signature", "crl-sign"])),
        Some(Defect::BasicConstraints) => written.say("basic-constraints", "absent"),
        Some(Defect::WeakKey) => written.say("key-bits", WEAK_KEY),
        Some(Defect::NameConstraints) => written.say("alternative-names", words([OUTSIDE])),
        // The defects of routers' certificates, and what the CA above says.
        _ => {}
    }
    condition(&mut written, &certificate.condition);
    written.0
}

fn certificate(case: &Case, naming: &Naming, side: Side, own: &Enrolment) -> Table {
    let mut written = Entries::default();
    written.say("router", naming.routers[side]);
    written.say("trustpoint", naming.trustpoint(own.trustpoint));
    written.say("serial", serial(side, own.trustpoint));
    if let Some(issuer) = own.certificate.issuer {
        // The text tells the issuer of the router's certificate, and that is not the trustpoint's CA.
        if let Some(authority) = case.routers[side].trustpoint(own.trustpoint).authenticated {
            written.say("authority", label(authority));
        }
        if let Some(issuer) = label_of(case, issuer) {
            written.say("issuer", issuer);
        }
    }
    if let Some(chain) = own.sends {
        written.say("chain", Value::Array(chain.iter().map(|&id| Value::from(label(id))).collect()));
    }
    if own.cannot_sign {
        written.say("key-bits", KEY_THAT_CANNOT_SIGN);
    }
    let defect = own.certificate.condition.defect;
    let outside = (defect == Some(Defect::NameConstraints)).then(|| OUTSIDE.to_owned());
    let held = own.certificate.alternative_names.iter().filter_map(|name| alternative_name(name, naming));
    let held: Vec<Value> = held.chain(outside).map(Value::from).collect();
    if !held.is_empty() {
        written.say("alternative-names", Value::Array(held));
    }
    match defect {
        Some(Defect::KeyUsage) => written.say("key-usage", words(["key-encipherment"])),
        Some(Defect::ExtendedKeyUsage) => written.say("extended-key-usage", words(["tls-server"])),
        Some(Defect::WeakKey) => written.say("key-bits", WEAK_KEY),
        // What may sign certificates has to say that it is a CA's (RFC 5280 4.2.1.9).
        Some(Defect::Nonconforming) => {
            written.say("key-usage", words(["digital-signature", "key-cert-sign"]))
        }
        _ => {}
    }
    condition(&mut written, &own.certificate.condition);
    written.0
}

/// An alternative name; a DN and a key-id have no form for it.
fn alternative_name(name: &Identity, naming: &Naming) -> Option<String> {
    match name {
        Identity::Address(number) => Some(format!("address:{}", address(*number))),
        Identity::Fqdn(name) => Some(format!("dns:{}", naming.domain(name))),
        Identity::UserFqdn(user, domain) => Some(format!("email:{}", naming.mailbox(*user, domain))),
        Identity::Dn(_) | Identity::KeyId(_) => None,
    }
}

/// What CAs' and routers' certificates have alike.
fn condition(written: &mut Entries, found: &Condition) {
    if found.version == X509Version::One {
        written.say("version", 1);
    }
    if found.hash != Hash::default() {
        written.say("signature-hash", hash(found.hash));
    }
    if found.revoked {
        written.say("revoked", true);
    }
    if found.defect == Some(Defect::UnknownCriticalExtension) {
        written.say("unknown-critical-extension", "1.3.6.1.4.1.32473.1");
    }
    for (key, instant) in [("not-before", found.validity.from), ("not-after", found.validity.until)] {
        let moment = moment(instant).written.parse().expect("this is how TOML writes a moment");
        written.say(key, Value::Datetime(moment));
    }
}

fn hash(hash: Hash) -> &'static str {
    match hash {
        Hash::Md5 => "md5",
        Hash::Sha1 => "sha1",
        Hash::Sha256 => "sha256",
        Hash::Sha384 => "sha384",
        Hash::Sha512 => "sha512",
    }
}

fn state(word: &str) -> Table {
    Table::from_iter([("state".to_owned(), Value::from(word))])
}

fn revocation_list(authority: &Authority) -> Option<Table> {
    let word = match authority.crl {
        Crl::Fresh => return None,
        Crl::Missing => "missing",
        Crl::Stale => "stale",
        Crl::NotYetValid => "not-yet-valid",
        Crl::OfAnotherIssuer => "of-another-issuer",
        Crl::Bad => "badly-signed",
    };
    Some(state(word))
}

fn unable(unable: &Unable) -> Vec<Value> {
    let words = [
        (unable.version_1, "version-1".to_owned()),
        (unable.weak_keys, format!("keys-shorter-than-{KEY}")),
        (unable.other_purposes, "other-purposes".to_owned()),
        (unable.nonconforming, "nonconforming".to_owned()),
    ];
    let hashes = unable.hashes.iter().map(|it| hash(it).to_owned());
    words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).chain(hashes).map(Value::from).collect()
}

//! From the reference model to what `ikespec check` reads: a case as the texts of two routers and a `scenario.toml`.
//!
//! Each router's text has its clock, its configuration and its `show crypto pki certificates`; what no router prints
//! (hierarchies, the forms of certificates, CRL servers, what a router cannot use) is in the description. So `ios` and
//! `lab` read everything again, and are under test with the engine.
//!
//! The model can say more than texts can. [`NotSayable`] is the list; the generators make none of it.

mod certificates;
mod configuration;
mod description;
mod sayable;

use std::fs;
use std::io;
use std::path::Path;

use lab::scenario::{RouterText, Scenario, ScenarioError};
use lab::side::{Pair, Side};
use model::{DomainName, Identity, Instant, LocalIdentity, Name, ProfileId, Router, TrustpointId};

use crate::case::Case;
use crate::comparison::Names;
pub use sayable::NotSayable;

/// What the model's numbers are called in texts.
#[derive(Clone, Debug)]
pub struct Naming {
    /// The host names.
    pub routers: Pair<&'static str>,
    /// The common name of the CA with this name.
    pub authority: fn(u8) -> String,
    /// A trustpoint, by its place in the configuration.
    pub trustpoint: fn(u8) -> String,
    /// A profile, by its place in the configuration.
    pub profile: fn(u8) -> String,
}

impl Default for Naming {
    /// R1 and R2, CA1, TP1 and PROF1 for number 0.
    fn default() -> Self {
        Self {
            routers: Pair { first: "R1", second: "R2" },
            authority: |number| format!("CA{}", u16::from(number) + 1),
            trustpoint: |number| format!("TP{}", u16::from(number) + 1),
            profile: |number| format!("PROF{}", u16::from(number) + 1),
        }
    }
}

impl Naming {
    /// The domain of both routers.
    const DOMAIN: &str = "example.com";

    /// A trustpoint.
    #[must_use]
    pub fn trustpoint(&self, id: TrustpointId) -> String {
        (self.trustpoint)(id.0)
    }

    /// A profile.
    #[must_use]
    pub fn profile(&self, id: ProfileId) -> String {
        (self.profile)(id.0)
    }

    /// The distinguished name of a CA, as IOS prints it.
    #[must_use]
    pub fn authority(&self, name: Name) -> String {
        format!("cn={},o=example", (self.authority)(name.0))
    }

    /// The distinguished name of a router's certificate, as IOS prints it; the certificate maps that it satisfies look for
    /// its units.
    #[must_use]
    pub fn subject(&self, certificate: &model::Certificate) -> String {
        let units: String = certificate.satisfies.iter().map(|map| format!("ou=map{},", map.0)).collect();
        format!("cn=subject{},{units}o=example", certificate.subject.0)
    }

    /// A host or domain name. The first routers of the model, 1 and 2, have the host names.
    #[must_use]
    pub fn domain(&self, name: &DomainName) -> String {
        let label = |&number: &u8| match number {
            1 => self.routers.first.to_owned(),
            2 => self.routers.second.to_owned(),
            200 => "com".to_owned(),
            201 => "example".to_owned(),
            202 => "net".to_owned(),
            other => format!("n{other}"),
        };
        name.iter().rev().map(label).collect::<Vec<_>>().join(".")
    }

    /// An e-mail address.
    #[must_use]
    pub fn mailbox(&self, user: u8, domain: &DomainName) -> String {
        format!("user{user}@{}", self.domain(domain))
    }

    /// A key-id.
    #[must_use]
    pub fn key_id(&self, id: u8) -> String {
        format!("key{id}")
    }

    /// What the model's numbers stand for on a router of the case.
    #[must_use]
    pub fn of_router(&self, case: &Case, side: Side) -> Names {
        let router = &case.routers[side];
        let count = |length: usize| (0_u8..).take(length);
        Names {
            trustpoints: count(router.trustpoints.len()).map(self.trustpoint).collect(),
            profiles: count(router.profiles.len()).map(self.profile).collect(),
            identities: self.identities(router),
        }
    }

    /// Everything that the router can call itself.
    fn identities(&self, router: &Router) -> Vec<(ike::Identity, Identity)> {
        let of_profiles = router.profiles.iter().filter_map(|profile| profile.local_identity);
        let configured = of_profiles.chain(router.global_identity).filter_map(|identity| match identity {
            LocalIdentity::Is(identity) => Some(identity),
            LocalIdentity::Subject => None,
        });
        let named = configured.chain([Identity::Address(router.address)]).filter_map(|identity| {
            let written = match identity {
                Identity::Address(number) => ike::Identity::Address(address(number).into()),
                Identity::Fqdn(name) => ike::Identity::Fqdn(self.domain(&name)),
                Identity::UserFqdn(user, domain) => ike::Identity::UserFqdn(self.mailbox(user, &domain)),
                Identity::KeyId(id) => ike::Identity::KeyId(self.key_id(id).into_bytes()),
                Identity::Dn(_) => return None,
            };
            Some((written, identity))
        });
        let subjects = router.enrolments.iter().filter_map(|own| {
            let name = pki::Name::from_ios_text(&self.subject(&own.certificate)).ok()?;
            Some((ike::Identity::DistinguishedName(name), Identity::Dn(own.certificate.subject)))
        });
        named.chain(subjects).collect()
    }

    /// A router's own host and domain name.
    #[must_use]
    pub fn host(&self, side: Side) -> String {
        format!("{}.{}", self.routers[side], Self::DOMAIN)
    }
}

/// The address that a number of the model stands for: of 192.168.0.0/16.
#[must_use]
pub fn address(number: u32) -> std::net::Ipv4Addr {
    std::net::Ipv4Addr::from_bits(0xc0a8_0000 | number)
}

/// A case as a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendering {
    /// `r1.txt` and `r2.txt`.
    pub texts: Pair<String>,
    /// `scenario.toml`.
    pub description: String,
}

/// Renders a case, whose description has this title.
///
/// # Errors
/// The model says something that texts cannot.
pub fn render(case: &Case, naming: &Naming, title: &str) -> Result<Rendering, NotSayable> {
    sayable::check(case)?;
    let text = |side: Side| {
        let prompt = naming.routers[side];
        let clock = moment(case.routers[side].clock).shown;
        let configuration = configuration::text(case, side, naming);
        let certificates = certificates::text(case, side, naming);
        format!(
            "{prompt}#show clock\n{clock}\n{prompt}#show running-config\nBuilding configuration...\n\n{configuration}end\n\n\
             {prompt}#show crypto pki certificates\n{certificates}{prompt}#\n"
        )
    };
    Ok(Rendering { texts: Pair::from_fn(text), description: description::text(case, naming, title) })
}

impl Rendering {
    /// What `lab` reads of it.
    ///
    /// # Errors
    /// The description is not one; then this module and the one that reads it disagree.
    pub fn scenario(&self) -> Result<Scenario, ScenarioError> {
        let text =
            |file: &str, text: &String| RouterText { file: file.to_owned(), bytes: text.clone().into() };
        let texts =
            Pair { first: text("r1.txt", &self.texts.first), second: text("r2.txt", &self.texts.second) };
        Scenario::from_description(Scenario::FILE, &self.description, texts)
    }

    /// Writes the three files into a folder, which is made if it is not there.
    ///
    /// # Errors
    /// The file system's.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("r1.txt"), &self.texts.first)?;
        fs::write(folder.join("r2.txt"), &self.texts.second)?;
        fs::write(folder.join(Scenario::FILE), &self.description)
    }
}

/// An instant of the model, as it is written.
struct Moment {
    /// As a router prints it.
    shown: String,
    /// As TOML has it.
    written: String,
}

/// Noon of a day in 2024, which has more days than the model has instants.
fn moment(instant: Instant) -> Moment {
    const MONTHS: [(&str, u16); 12] = [
        ("Jan", 31),
        ("Feb", 29),
        ("Mar", 31),
        ("Apr", 30),
        ("May", 31),
        ("Jun", 30),
        ("Jul", 31),
        ("Aug", 31),
        ("Sep", 30),
        ("Oct", 31),
        ("Nov", 30),
        ("Dec", 31),
    ];
    let mut day = u16::from(instant.0) + 1;
    for (number, (month, days)) in (1..).zip(MONTHS) {
        if day <= days {
            return Moment {
                shown: format!("12:00:00 UTC {month} {day} 2024"),
                written: format!("2024-{number:02}-{day:02}T12:00:00Z"),
            };
        }
        day -= days;
    }
    unreachable!("255 days after the first of January it is September")
}

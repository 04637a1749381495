//! `ikespec lab`: certificates, keys and revocation lists of all parties of a scenario, as files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use ios::Diagnostic;
use lab::certificates::{Mint, PemKind, to_pem};
use lab::complete::{LabAuthority, World};
use lab::keys::KeyId;
use lab::side::Side;

use crate::input::{Input, InputArguments};
use crate::progress::Progress;
use crate::report::count;
use crate::trouble::Trouble;
use crate::{Status, console, folder};

/// Write certificates, keys and CRLs of all parties as PEM.
///
/// Each router gets a folder of its host name, laid out as strongSwan's swanctl has its own; the CAs are under
/// `authorities`. What a text holds is written as it is; what it only describes is made, with public lab keys.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec lab corpus/scenarios/ikev1-asymmetric-trustpoints --out lab
  ikespec lab r1.txt r2.txt --at now --out lab")]
pub struct Arguments {
    #[command(flatten)]
    input: InputArguments,
    /// The folder to write to; made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let progress = Progress::of("making certificates");
    let mint = Mint::new();
    let input = arguments.input.read(&mint)?;
    input.warn(false);
    let mut writer = Writer::begin(&arguments.out, &mint)?;
    for side in Side::BOTH {
        writer.router(&input.world, side)?;
    }
    writer.authorities(&input.world)?;
    writer.file(Path::new(READ_ME), &read_me(&input))?;
    drop(progress);
    let files = count(writer.written, "file", "files");
    console::print(&format!("{files} written to {}\n{}", arguments.out.display(), writer.without_keys()))?;
    Ok(Status::Fine)
}

const READ_ME: &str = "README.txt";
const TITLE: &str = "Lab certificates and keys made by ikespec";
const AUTHORITIES: &str = "authorities";

/// Writes files into the folder, and counts them.
struct Writer<'a> {
    folder: &'a Path,
    mint: &'a Mint,
    written: usize,
    /// Certificates whose private keys nobody has.
    without_key: Vec<String>,
}

impl<'a> Writer<'a> {
    /// Makes the folder. One that holds somebody else's files is left alone.
    fn begin(folder: &'a Path, mint: &'a Mint) -> Result<Self, Trouble> {
        let ours = fs::read_to_string(folder.join(READ_ME)).is_ok_and(|text| text.starts_with(TITLE));
        let empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
        if !ours && !empty {
            let message = format!("{} is not empty and not of `ikespec lab`", folder.display());
            return Err(Trouble::input(
                &Diagnostic::error("folder-in-use", message).help("name a new folder"),
            ));
        }
        Ok(Self { folder, mint, written: 0, without_key: Vec::new() })
    }

    fn router(&mut self, world: &World, side: Side) -> Result<(), Trouble> {
        let (name, router) = (&world.names[side], &world.routers[side]);
        let party = PathBuf::from(folder::plain(name));
        for (index, trustpoint) in router.trustpoints().iter().enumerate() {
            let file = folder::file_name(&trustpoint.name);
            let about = format!("{name}, trustpoint {}", trustpoint.name);
            if let Some(pki::Authority::Certificate(authority)) = &trustpoint.authority {
                let path = party.join(folder::AUTHORITIES).join(&file);
                self.certificate(&path, authority.as_der(), &format!("CA certificate of {about}"))?;
            }
            for list in &trustpoint.revocation_lists {
                let path = party.join(folder::REVOCATION_LISTS).join(&file);
                self.file(
                    &path,
                    &to_pem(PemKind::RevocationList, list.as_der(), &format!("CRL for {about}")),
                )?;
            }
            let Some(enrolment) = &trustpoint.enrolment else { continue };
            let path = party.join(folder::CERTIFICATES).join(&file);
            self.certificate(&path, enrolment.certificate.as_der(), &format!("certificate of {about}"))?;
            let key = world.router_keys[side].iter().find(|(id, _)| id.index() == index).map(|(_, key)| *key);
            self.key(&party.join(folder::KEYS).join(&file), key, &about)?;
        }
        Ok(())
    }

    fn authorities(&mut self, world: &World) -> Result<(), Trouble> {
        let mut taken = BTreeSet::new();
        for LabAuthority { certificate, key } in &world.authorities {
            let subject = certificate.subject();
            let common_name = subject.as_ref().text_of("cn").unwrap_or_else(|| subject.to_string());
            let plain = folder::plain(&common_name);
            // Several CAs may have one name.
            let numbered = (2..).map(|number| format!("{plain}-{number}"));
            let name = std::iter::once(plain.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
            let party = Path::new(AUTHORITIES).join(name.unwrap_or(plain));
            let about = format!("CA {subject}");
            self.certificate(
                &party.join("certificate.pem"),
                certificate.as_der(),
                &format!("certificate of {about}"),
            )?;
            self.key(&party.join("key.pem"), *key, &about)?;
            let lists = Side::BOTH.into_iter().flat_map(|side| world.routers[side].trustpoints());
            let mut lists = lists.flat_map(|trustpoint| &trustpoint.revocation_lists);
            if let Some(list) = lists.find(|list| list.issuer().matches(subject)) {
                let text = to_pem(PemKind::RevocationList, list.as_der(), &format!("CRL of {about}"));
                self.file(&party.join("crl.pem"), &text)?;
            }
        }
        Ok(())
    }

    fn certificate(&mut self, path: &Path, der: &[u8], about: &str) -> Result<(), Trouble> {
        self.file(path, &to_pem(PemKind::Certificate, der, about))
    }

    fn key(&mut self, path: &Path, key: Option<KeyId>, about: &str) -> Result<(), Trouble> {
        match key {
            Some(key) => self.file(path, &self.mint.keys().key(key).to_pem()),
            None => {
                self.without_key.push(about.to_owned());
                Ok(())
            }
        }
    }

    fn file(&mut self, path: &Path, text: &str) -> Result<(), Trouble> {
        let path = self.folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| Trouble::unwritable(parent, &error))?;
        }
        fs::write(&path, text).map_err(|error| Trouble::unwritable(&path, &error))?;
        self.written += 1;
        Ok(())
    }

    fn without_keys(&self) -> String {
        let lines = self.without_key.iter();
        lines
            .map(|about| {
                format!("no private key for {}: its certificate was given\n", console::escaped(about))
            })
            .collect()
    }
}

fn read_me(input: &Input) -> String {
    let World { names, .. } = &input.world;
    let [first, second] = [&names.first, &names.second].map(|name| folder::plain(name));
    format!(
        "\
{TITLE}
=========================================

Scenario: {}

LAB KEYS. The private keys here are published with ikespec: anyone can have them.
A certificate, a signature or a session that rests on them proves nothing.
Never use them outside a laboratory.

{first}/, {second}/   what each router has, a file for each trustpoint:
    x509/       its own certificates
    private/    their private keys
    x509ca/     the CA certificates
    x509crl/    the CRLs, as fresh as the scenario has them
{AUTHORITIES}/  the CAs: certificate, key, CRL

The folder of a router is one of strongSwan's swanctl (SWANCTL_DIR), and is what
`ikespec serve ROUTER --lab` and `ikespec dial ROUTER --lab` want.
",
        input.scenario.title
    )
}

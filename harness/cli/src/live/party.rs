//! One router with everything that it holds: its text, and the folder that `ikespec lab` wrote for it.
//!
//! Nothing is invented here: whatever is missing is said, and the router does not start.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crypto::real::RsaSigner;
use crypto::{Real, Signer};
use ike::{Router, Sourced, TrustpointId};
use ios::{Diagnostic, RouterDescription, Sources};
use lab::certificates::Mint;
use lab::complete::{Moment, World, complete};
use lab::scenario::Settings;
use lab::side::{Pair, Side};
use pki::RevocationList;

use crate::folder;
use crate::trouble::Trouble;

/// A router that can be put on the network.
pub struct Party {
    /// The router.
    pub router: Arc<Router>,
    /// What its texts say.
    pub description: RouterDescription,
}

impl Party {
    /// Reads the router's text, and certificates, keys and revocation lists from its folder in `lab`.
    pub fn read(text: &Path, lab: Option<&Path>) -> Result<Self, Trouble> {
        let mut sources = Sources::new();
        let bytes = fs::read(text).map_err(|error| Trouble::unreadable(text, &error))?;
        let mut files = vec![add(&mut sources, text, &bytes)?];
        // The text says which trustpoints there are, and so which files to look for.
        let (alone, _) = ios::read(&mut sources, &files);
        let holdings = match lab {
            Some(lab) => Holdings::read(lab, &alone)?,
            None => Holdings::default(),
        };
        for (path, text) in &holdings.certificates {
            files.push(add(&mut sources, path, text.as_bytes())?);
        }
        let (description, diagnostics) = ios::read(&mut sources, &files);
        let errors: Vec<_> =
            diagnostics.iter().filter(|diagnostic| diagnostic.severity == ios::Severity::Error).collect();
        if !errors.is_empty() {
            return Err(Trouble::in_sources(errors, &sources));
        }
        let router = match whole(&description, &holdings) {
            Ok(router) => Arc::new(router),
            Err(diagnostics) => return Err(Trouble::in_sources(&diagnostics, &sources)),
        };
        Ok(Self { router, description })
    }
}

fn add(sources: &mut Sources, path: &Path, bytes: &[u8]) -> Result<ios::FileId, Trouble> {
    let name = path.display().to_string();
    sources.add(name, bytes).map_err(|diagnostic| Trouble::in_sources([&*diagnostic], &Sources::new()))
}

/// What the folder of a router holds.
#[derive(Default)]
struct Holdings {
    /// Certificates as texts that name their trustpoint, with the files that they come from.
    certificates: Vec<(PathBuf, String)>,
    keys: Vec<Arc<RsaSigner>>,
    revocation_lists: Vec<RevocationList>,
}

impl Holdings {
    fn read(lab: &Path, router: &RouterDescription) -> Result<Self, Trouble> {
        let party = folder::of_party(lab, router.hostname.as_ref().map(|name| name.value.as_str()));
        let mut holdings = Self::default();
        for trustpoint in &router.trustpoints {
            let file = folder::file_name(&trustpoint.name);
            for (kind, heading) in
                [(folder::AUTHORITIES, "% CA certificate:"), (folder::CERTIFICATES, "% Certificate:")]
            {
                let path = party.join(kind).join(&file);
                if let Some(pem) = read_if_there(&path)? {
                    // As `crypto pki export` prints it, so that it is known whose it is.
                    let text =
                        format!("------Trustpoint: {}------\n{heading}\n{}", trustpoint.name, block(&pem));
                    holdings.certificates.push((path, text));
                }
            }
        }
        for path in folder::files(&party.join(folder::KEYS))? {
            holdings.keys.push(Arc::new(read_key(&path)?));
        }
        for path in folder::files(&party.join(folder::REVOCATION_LISTS))? {
            let (_, der) = decode_pem(&path)?;
            let list = RevocationList::from_der(&der).map_err(|error| unusable(&path, &error.to_string()))?;
            holdings.revocation_lists.push(list);
        }
        Ok(holdings)
    }

    fn key(&self, public_key: &[u8]) -> Option<Arc<RsaSigner>> {
        self.keys.iter().find(|key| key.public_key() == public_key).cloned()
    }
}

fn read_if_there(path: &Path) -> Result<Option<String>, Trouble> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Trouble::unreadable(path, &error)),
    }
}

/// The PEM block of a file without what stands before it.
fn block(pem: &str) -> &str {
    pem.find("-----BEGIN").and_then(|start| pem.get(start..)).unwrap_or(pem)
}

fn decode_pem(path: &Path) -> Result<(String, Vec<u8>), Trouble> {
    let text = fs::read(path).map_err(|error| Trouble::unreadable(path, &error))?;
    let (label, der) = pem_rfc7468::decode_vec(&text).map_err(|error| unusable(path, &error.to_string()))?;
    Ok((label.to_owned(), der))
}

fn read_key(path: &Path) -> Result<RsaSigner, Trouble> {
    let (label, der) = decode_pem(path)?;
    let key = if label == "RSA PRIVATE KEY" {
        RsaSigner::from_pkcs1_der(&der)
    } else {
        RsaSigner::from_pkcs8_der(&der)
    };
    key.map_err(|error| unusable(path, &error.to_string()))
}

fn unusable(path: &Path, problem: &str) -> Trouble {
    Trouble::input(&Diagnostic::error("unusable-file", format!("{}: {problem}", path.display())))
}

/// What the laboratory would invent, and a router on the network has to have.
const INVENTIONS: [&str; 3] = ["certificate-made", "enrolment-assumed", "ca-certificate-made"];

/// The router with its own keys and lists, or what is missing.
fn whole(description: &RouterDescription, holdings: &Holdings) -> Result<Router, Vec<Diagnostic>> {
    let world = world(description)?;
    let router = &world.routers[Side::First];
    let invented = world
        .assumptions
        .iter()
        .filter(|assumption| assumption.router == Side::First && INVENTIONS.contains(&assumption.code))
        .flat_map(|assumption| assumption.trustpoints.iter().copied());
    let mut missing: Vec<TrustpointId> = invented.collect();
    missing.sort();
    missing.dedup();
    let mut problems: Vec<_> = missing.iter().map(|id| lacks(router, *id, "certificates")).collect();

    let mut parts = router.parts().clone();
    parts.issuer_signatures = Arc::new(Real);
    for (index, trustpoint) in parts.trustpoints.iter_mut().enumerate() {
        let Some(authority) = trustpoint.authority_name() else { continue };
        let lists = holdings.revocation_lists.iter().filter(|list| list.issuer().matches(authority));
        trustpoint.revocation_lists = lists.cloned().collect();
        let id = TrustpointId::from_index(index).filter(|id| !missing.contains(id));
        let (Some(enrolment), Some(id)) = (&mut trustpoint.enrolment, id) else { continue };
        match holdings.key(enrolment.certificate.public_key().as_der()) {
            Some(key) => enrolment.signer = key,
            None => problems.push(lacks(router, id, "private key")),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Router::new(parts).map_err(|error| vec![Diagnostic::error("inconsistent-router", error.to_string())])
}

/// The laboratory completes routers in pairs: beside this one a copy under another name, which is thrown away.
fn world(description: &RouterDescription) -> Result<World, Vec<Diagnostic>> {
    let copy = RouterDescription {
        hostname: Some(Sourced::default_value("the copy".to_owned())),
        ..description.clone()
    };
    let descriptions = Pair { first: description, second: &copy };
    complete(descriptions, &Settings::default(), Moment::default(), &Mint::new())
}

fn lacks(router: &Router, trustpoint: TrustpointId, what: &str) -> Diagnostic {
    let trustpoint = router.trustpoint(trustpoint);
    Diagnostic::error("missing-key-material", format!("trustpoint {} has no {what}", trustpoint.name))
        .at(trustpoint.origin, "")
        .help("`ikespec lab SCENARIO --out DIR` writes certificates, keys and CRLs; pass its folder with --lab DIR")
}

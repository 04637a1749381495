//! One router with everything that it holds: its text, and the folder that `ikespec lab` wrote for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crypto::real::PrivateKey;
use ike::Router;
use ios::{Diagnostic, RouterDescription, Severity, Sources};
use lab::complete::{Holdings, complete_alone};

use crate::trouble::Trouble;
use crate::{folder, pem, router_text};

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
        let mut files = vec![router_text::read(&mut sources, text)?];
        let mut holdings = Holdings::default();
        if let Some(lab) = lab {
            // The text says which trustpoints there are, and so which files to look for.
            let (alone, _) = ios::read(&mut sources, &files);
            let party = folder::of_party(lab, alone.hostname.as_ref().map(|name| name.value.as_str()));
            for (path, text) in certificates(&party, &alone)? {
                files.push(router_text::add(&mut sources, &path, text.as_bytes())?);
            }
            holdings = self::holdings(&party)?;
        }
        let description = router_text::describe(&mut sources, &files)?;
        match complete_alone(&description, &holdings) {
            Ok((router, _)) => Ok(Self { router: Arc::new(router), description }),
            Err(diagnostics) => {
                let diagnostics: Vec<_> = diagnostics.into_iter().map(|it| pass_folder(it, lab)).collect();
                Err(Trouble::in_sources(&diagnostics, &sources))
            }
        }
    }
}

/// The certificates of the router's trustpoints as texts that say whose they are, with the files that they come from.
fn certificates(party: &Path, router: &RouterDescription) -> Result<Vec<(PathBuf, String)>, Trouble> {
    let mut texts = Vec::new();
    for trustpoint in &router.trustpoints {
        let file = folder::file_name(&trustpoint.name);
        for (kind, heading) in
            [(folder::AUTHORITIES, "% CA certificate:"), (folder::CERTIFICATES, "% Certificate:")]
        {
            let path = party.join(kind).join(&file);
            if let Some(text) = read_if_there(&path)? {
                // As `crypto pki export` prints it.
                let text =
                    format!("------Trustpoint: {}------\n{heading}\n{}", trustpoint.name, pem::block(&text));
                texts.push((path, text));
            }
        }
    }
    Ok(texts)
}

fn holdings(party: &Path) -> Result<Holdings, Trouble> {
    let mut holdings = Holdings::default();
    for path in folder::files(&party.join(folder::KEYS))? {
        holdings.keys.push(Arc::new(read_key(&path)?));
    }
    for path in folder::files(&party.join(folder::REVOCATION_LISTS))? {
        holdings.revocation_lists.push(pem::revocation_list(&path)?);
    }
    Ok(holdings)
}

fn read_if_there(path: &Path) -> Result<Option<String>, Trouble> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Trouble::unreadable(path, &error)),
    }
}

fn read_key(path: &Path) -> Result<PrivateKey, Trouble> {
    let (label, der) = pem::read(path)?;
    let key = match label.as_str() {
        "RSA PRIVATE KEY" => PrivateKey::from_pkcs1_der(&der),
        "EC PRIVATE KEY" => PrivateKey::from_sec1_der(&der),
        _ => PrivateKey::from_pkcs8_der(&der),
    };
    key.map_err(|error| pem::unusable(path, &error.to_string()))
}

/// Says how the folder is given, if none was.
fn pass_folder(diagnostic: Diagnostic, lab: Option<&Path>) -> Diagnostic {
    if lab.is_none() && diagnostic.severity == Severity::Error {
        diagnostic.help("pass the folder that it wrote with --lab DIR")
    } else {
        diagnostic
    }
}

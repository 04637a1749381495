//! A certification authority made by strongSwan's `pki`, so that a peer is checked with nothing of ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::peers::PeerError;

/// The program that makes authorities.
pub struct Pki(());

impl Pki {
    /// Looks for the program.
    pub fn find() -> Result<Self, PeerError> {
        match Command::new("pki").arg("--help").output() {
            Ok(_) => Ok(Self(())),
            Err(_) => Err(PeerError::NotInstalled { program: "pki", package: "strongswan-pki" }),
        }
    }

    /// Makes the key and the certificate of a new authority in `folder`.
    pub fn authority(&self, folder: &Path) -> Authority {
        fs::create_dir_all(folder).unwrap();
        let authority = Authority { folder: folder.to_owned() };
        let key = authority.make_key("authority");
        authority.pki("authority.pem", &["--self", "--ca", "--dn", "O=Lab, CN=Authority", "--in", &key]);
        authority
    }
}

/// A CA in a folder of its own.
pub struct Authority {
    folder: PathBuf,
}

impl Authority {
    /// The CA's certificate.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// A certificate for the host name `name`, and its key.
    pub fn enrol(&self, name: &str) -> (PathBuf, PathBuf) {
        let key = self.make_key(name);
        let (issuer, issuer_key) = (self.path("authority.pem"), self.path("authority.key"));
        let subject = format!("O=Lab, CN={name}");
        let mut issue = vec!["--issue", "--type", "priv", "--in", &key, "--dn", &subject, "--san", name];
        issue.extend(["--cacert", &issuer, "--cakey", &issuer_key]);
        (self.pki(&format!("{name}.pem"), &issue).into(), key.into())
    }

    fn make_key(&self, name: &str) -> String {
        self.pki(&format!("{name}.key"), &["--gen", "--type", "rsa", "--size", "2048"])
    }

    fn path(&self, file: &str) -> String {
        self.folder.join(file).to_str().unwrap().to_owned()
    }

    /// Runs `pki` and keeps what it prints in `file`.
    fn pki(&self, file: &str, arguments: &[&str]) -> String {
        let path = self.path(file);
        let output = Command::new("pki").args(arguments).args(["--outform", "pem"]).output().unwrap();
        assert!(output.status.success(), "pki {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        fs::write(&path, output.stdout).unwrap();
        path
    }
}

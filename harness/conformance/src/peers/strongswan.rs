//! strongSwan: charon, configured by files and driven by swanctl.

use std::fmt::Write as _;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::network::run;
use super::{Host, PeerError, Process, installed};

/// One side of a negotiation, as strongSwan has to be told.
#[derive(Clone, Debug)]
pub struct Side<'a> {
    /// Which version of IKE to speak.
    pub version: Version,
    /// The other side's address.
    pub remote: Ipv4Addr,
    /// The proposals, behind commas: `aes256-sha256-modp2048`, `aes256gcm16-prfsha256-x25519`.
    pub proposal: &'a str,
    /// The identity to send: a host name, an address or a distinguished name, which the certificate has to confirm.
    pub identity: &'a str,
    /// Certificates of its own, PEM files, in the order in which they are loaded.
    pub certificates: &'a [PathBuf],
    /// The keys of the certificates, PEM files.
    pub keys: &'a [PathBuf],
    /// The CA certificates that it trusts, PEM files, in the order in which they are loaded.
    pub authorities: &'a [PathBuf],
}

/// The version of IKE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// RFC 2409.
    Ikev1,
    /// RFC 7296.
    Ikev2,
    /// Either, as the peer begins it; of itself RFC 7296.
    Either,
}

/// The strongSwan of this machine.
#[derive(Clone, Debug)]
pub struct Installation {
    charon: PathBuf,
    swanctl: PathBuf,
}

impl Installation {
    /// Looks for the programs where distributions put them.
    ///
    /// # Errors
    /// One of them is not installed.
    pub fn find() -> Result<Self, PeerError> {
        Ok(Self {
            charon: installed(&["/usr/lib/ipsec/charon", "/usr/libexec/ipsec/charon"], "strongswan-charon")?,
            swanctl: installed(&["/usr/sbin/swanctl", "/usr/bin/swanctl"], "strongswan-swanctl")?,
        })
    }

    /// Starts charon on `host` and loads `side`. Its files go to `folder`, which is emptied before.
    ///
    /// # Errors
    /// The files cannot be written, or strongSwan refuses them.
    pub fn start<'a>(
        &self,
        host: &'a Host,
        folder: &Path,
        side: &Side<'_>,
    ) -> Result<StrongSwan<'a>, PeerError> {
        write_files(host, folder, side)
            .map_err(PeerError::environment(format!("write strongSwan's files to {}", folder.display())))?;
        let mut command = host.command(&self.charon);
        command.env("STRONGSWAN_CONF", folder.join(CHARON_FILE));
        let charon = Process::start("charon", command)?;
        // By then every plugin is loaded and the control socket is open.
        charon.wait_for("worker threads", START)?;
        let (folder, swanctl) = (folder.to_owned(), self.swanctl.clone());
        let peer = StrongSwan { host, folder, swanctl, charon, version: side.version };
        peer.swanctl(&["--load-all", "--noprompt"])?;
        Ok(peer)
    }
}

/// A running charon with one connection loaded; it ends when the value is dropped.
#[derive(Debug)]
pub struct StrongSwan<'a> {
    host: &'a Host,
    folder: PathBuf,
    swanctl: PathBuf,
    charon: Process,
    version: Version,
}

impl StrongSwan<'_> {
    /// Negotiates an IKE SA from this side and waits for the outcome. In IKEv2 a Child SA is asked for with it, as RFC 7296
    /// 1.2 has it; what becomes of that does not matter: not every kernel has ESP.
    ///
    /// # Errors
    /// The negotiation fails; the error has strongSwan's account of it.
    pub fn initiate(&self) -> Result<(), PeerError> {
        let what = match self.version {
            Version::Ikev1 => ["--ike", CONNECTION],
            Version::Ikev2 | Version::Either => ["--child", CHILD],
        };
        match self.swanctl(&[&["--initiate"], &what[..], &["--timeout", "10"]].concat()) {
            Err(_) if self.charon.log().contains(ESTABLISHED) => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// Waits until an IKE SA is established, whoever initiated it, and describes it: state, version, identities, algorithms.
    ///
    /// # Errors
    /// None was established within `limit`; the error has charon's log.
    pub fn established(&self, limit: Duration) -> Result<String, PeerError> {
        self.charon.wait_for(ESTABLISHED, limit)?;
        self.swanctl(&["--list-sas"])
    }

    /// charon's log: what it received and sent, what it chose, and why it refused.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.charon
    }

    fn swanctl(&self, arguments: &[&str]) -> Result<String, PeerError> {
        let mut command = self.host.command(&self.swanctl);
        command.args(arguments).env("STRONGSWAN_CONF", self.folder.join(CHARON_FILE));
        command.env("SWANCTL_DIR", self.folder.join(SWANCTL_FOLDER));
        run(&format!("swanctl {}", arguments.join(" ")), command)
    }
}

/// How long charon may take to start; it takes 70 ms on an idle machine.
const START: Duration = Duration::from_secs(20);

const CONNECTION: &str = "peer";
const CHILD: &str = "traffic";
/// What charon logs when both sides of the first IKE SA are authenticated.
const ESTABLISHED: &str = "IKE_SA peer[1] established between";
const CHARON_FILE: &str = "strongswan.conf";
const SWANCTL_FOLDER: &str = "swanctl";

fn write_files(host: &Host, folder: &Path, side: &Side<'_>) -> std::io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let swanctl = folder.join(SWANCTL_FOLDER);
    for (kind, files) in [("x509", side.certificates), ("private", side.keys), ("x509ca", side.authorities)] {
        let kind = swanctl.join(kind);
        fs::create_dir_all(&kind)?;
        // swanctl loads a folder in the order of its names.
        for (index, file) in files.iter().enumerate() {
            fs::copy(file, kind.join(numbered(index)))?;
        }
    }
    fs::write(folder.join(CHARON_FILE), CHARON)?;
    fs::write(swanctl.join("swanctl.conf"), connection(host.address(), side))
}

fn numbered(index: usize) -> String {
    format!("{index:02}.pem")
}

/// The log goes to standard error, one line at a time; sockets go to `/run`, which each host has for itself. Half-open
/// sessions of one peer are not limited: a tester leaves many behind.
const CHARON: &str = "\
charon {
  load = random nonce openssl aes sha1 sha2 md5 hmac kdf gmp mgf1 x509 revocation constraints pubkey pkcs1 pkcs8 pem \
kernel-netlink socket-default vici counters
  install_routes = no
  dos_protection = no
  retransmit_timeout = 1.0
  retransmit_tries = 3
  filelog {
    stderr {
      default = 1
      ike = 2
      cfg = 2
      flush_line = yes
    }
  }
}
swanctl {
  load = pem pkcs1 pkcs8 x509 openssl random
}
";

fn connection(local: Ipv4Addr, side: &Side<'_>) -> String {
    let version = match side.version {
        Version::Ikev1 => 1,
        Version::Ikev2 => 2,
        Version::Either => 0,
    };
    let mut certificates = String::new();
    for index in 0..side.certificates.len() {
        let separator = if index == 0 { "" } else { ", " };
        let _ = write!(certificates, "{separator}{}", numbered(index));
    }
    let (remote, proposal, identity) = (side.remote, side.proposal, side.identity);
    format!(
        "\
connections {{
  {CONNECTION} {{
    version = {version}
    local_addrs = {local}
    remote_addrs = {remote}
    proposals = {proposal}
    local {{
      auth = pubkey
      id = \"{identity}\"
      certs = {certificates}
    }}
    remote {{
      auth = pubkey
      id = %any
    }}
    children {{
      {CHILD} {{
        local_ts = 0.0.0.0/0
        remote_ts = 0.0.0.0/0
        esp_proposals = aes128-sha256
      }}
    }}
  }}
}}
"
    )
}

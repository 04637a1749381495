//! `ikespec conform --peer`: a daemon of somebody else as the target, on a host of its own.
//!
//! The command starts the daemon and runs itself once more on the host beside it, because the sockets of a process stay in
//! the network that it was started in.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;

use conformance::laboratory::{Laboratory, Party};
use conformance::peers::strongswan::{Installation, Side, Version};
use conformance::peers::{Network, PeerError};
use ios::Diagnostic;

use super::{Arguments, KEY_BITS, write_credentials};
use crate::Status;
use crate::trouble::Trouble;

/// Runs the suites against strongSwan.
pub fn strongswan(arguments: &Arguments) -> Result<Status, Trouble> {
    let folder = env::temp_dir().join(format!("ikespec-conform-{}", std::process::id()));
    let result = in_folder(arguments, &folder);
    // It holds lab keys and logs; what is left of it does no harm.
    let _ = std::fs::remove_dir_all(&folder);
    result
}

fn in_folder(arguments: &Arguments, folder: &Path) -> Result<Status, Trouble> {
    let installation = Installation::find().map_err(|error| trouble(&error))?;
    let network = Network::new().map_err(|error| trouble(&error))?;
    let [tester, target] = network.hosts();
    let laboratory = Laboratory::new(KEY_BITS, target.address().into(), tester.address().into());
    write_credentials(&laboratory, folder).map_err(|error| Trouble::unwritable(folder, &error))?;
    let [certificate, key, one, two] =
        ["target.pem", "target.key", "ca-one.pem", "ca-two.pem"].map(|file| folder.join(file));
    let side = Side {
        version: Version::Either,
        remote: tester.address(),
        proposal: "aes128-sha1-modp1024,aes128-sha256-ecp256-modp1024",
        identity: Party::Target.host_name(),
        certificates: &[certificate],
        keys: &[key],
        authorities: &[one, two],
    };
    let daemon =
        installation.start(target, &folder.join("daemon"), &side).map_err(|error| trouble(&error))?;
    let program = env::current_exe().map_err(|error| unstartable(&error))?;
    let mut command = tester.command(program);
    command.arg("conform").args(["--target", &format!("{}:500", target.address())]);
    command.args(["--local", &format!("{}:500", tester.address())]).args(passed_on(arguments)?);
    let ended = command.stdin(Stdio::null()).status().map_err(|error| unstartable(&error))?;
    drop(daemon);
    match ended.code() {
        Some(0) => Ok(Status::Fine),
        Some(1) => Ok(Status::Findings),
        _ => Err(environment(format!("the tester on its host ended with {ended}"))),
    }
}

/// The arguments that matter to the run itself.
fn passed_on(arguments: &Arguments) -> Result<Vec<OsString>, Trouble> {
    let mut passed: Vec<OsString> = vec!["--format".into(), arguments.format.as_str().into()];
    passed.extend(["--patience".into(), arguments.patience.to_string().into()]);
    for id in &arguments.only {
        passed.extend(["--only".into(), id.into()]);
    }
    if let Some(path) = &arguments.expect {
        // The other process has another working folder.
        let path = path.canonicalize().map_err(|error| Trouble::unreadable(path, &error))?;
        passed.extend(["--expect".into(), path.into()]);
    }
    Ok(passed)
}

fn trouble(error: &PeerError) -> Trouble {
    environment(error.to_string())
}

fn unstartable(error: &std::io::Error) -> Trouble {
    environment(format!("this program cannot be started once more: {error}"))
}

fn environment(message: String) -> Trouble {
    Trouble::environment(&Diagnostic::error("peer", message))
}

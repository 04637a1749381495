//! `ikespec decode`: a capture, or one bare message, as a tree.

use std::path::{Path, PathBuf};

use clap::Args;
use ios::Diagnostic;
use lab::decode::{CaptureFile, Conversations, Keys, NotACapture};

use crate::progress::Progress;
use crate::trouble::Trouble;
use crate::{Status, console, key_log, report};

/// Print the IKE messages of a capture as a tree, decrypted where the keys are known.
///
/// Both versions of IKE. Fragments of IP and of IKEv2 are put together; a hash in a certificate request of IKEv2 is named
/// where a certificate of that key is in the capture.
///
/// Reads pcap and pcapng files (Ethernet, Linux cooked, raw IP, loopback) and files that hold one bare IKE message. UDP
/// ports 500 and 4500 are looked at.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec decode capture.pcap
  ikespec decode capture.pcap --keylog keys     # a folder with ikev1_decryption_table or ikev2_decryption_table")]
pub struct Arguments {
    /// A pcap or pcapng file, or one IKE message without any header around it.
    file: PathBuf,
    /// Folder with `ikev1_decryption_table` or `ikev2_decryption_table`: a profile of Wireshark, or what `ikespec trace
    /// --keylog` writes.
    #[arg(long, value_name = "DIR")]
    keylog: Option<PathBuf>,
    /// Print all bytes of keys, nonces, signatures and the like.
    #[arg(short, long)]
    verbose: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let keys = match &arguments.keylog {
        Some(folder) => key_log::from_folder(folder)?,
        None => Keys::default(),
    };
    let bytes =
        std::fs::read(&arguments.file).map_err(|error| Trouble::unreadable(&arguments.file, &error))?;
    let capture = CaptureFile::read(&bytes).map_err(|refused| unusable(&arguments.file, &refused))?;
    let progress = Progress::of("decoding");
    let mut conversations = Conversations::new(keys);
    // All of them first: what one message asks for may be named by the certificate in a later one.
    let followed: Vec<_> = capture.messages.iter().map(|message| conversations.follow(message)).collect();
    let mut messages = report::message::Messages::new(conversations.into_authorities(), arguments.verbose);
    for (message, followed) in capture.messages.iter().zip(&followed) {
        messages.add(message, followed);
    }
    drop(progress);
    console::print(&messages.finish(capture.passed_over))?;
    Ok(Status::Fine)
}

fn unusable(path: &Path, refused: &NotACapture) -> Trouble {
    let message = format!("cannot decode {}: {refused}", path.display());
    Trouble::input(&Diagnostic::error("not-a-capture", message))
}

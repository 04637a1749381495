//! `ikespec decode`: a capture, or one bare message, as a tree.

mod capture;
mod conversation;
mod packet;

use std::path::PathBuf;

use clap::Args;

use crate::key_log::KeyLog;
use crate::progress::Progress;
use crate::trouble::Trouble;
use crate::{Status, console, report};

use capture::Capture;
pub use capture::{CapturedMessage, Endpoints, PassedOver};
use conversation::Conversations;
pub use conversation::{Body, Followed, Sealed};

/// Print the IKE messages of a capture as a tree, decrypted where the keys are known.
///
/// Reads pcap and pcapng files (Ethernet, Linux cooked, raw IP, loopback) and files that hold one bare IKE message. UDP
/// ports 500 and 4500 are looked at.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec decode capture.pcap
  ikespec decode capture.pcap --keylog keys     # keys/ikev1_decryption_table, as Wireshark has it")]
pub struct Arguments {
    /// A pcap or pcapng file, or one IKE message without any header around it.
    file: PathBuf,
    /// Folder with `ikev1_decryption_table`, as `ikespec trace --keylog` writes it.
    #[arg(long, value_name = "DIR")]
    keylog: Option<PathBuf>,
    /// Print all bytes of keys, nonces, signatures and the like.
    #[arg(short, long)]
    verbose: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let keys = match &arguments.keylog {
        Some(folder) => KeyLog::from_folder(folder)?,
        None => KeyLog::default(),
    };
    let bytes =
        std::fs::read(&arguments.file).map_err(|error| Trouble::unreadable(&arguments.file, &error))?;
    let capture = Capture::read(&arguments.file, bytes)?;
    let progress = Progress::of("decoding");
    let mut conversations = Conversations::new(keys);
    let mut messages = report::message::Messages::new(arguments.verbose);
    for message in &capture.messages {
        messages.add(message, &conversations.follow(message));
    }
    drop(progress);
    console::print(&messages.finish(capture.passed_over))?;
    Ok(Status::Fine)
}

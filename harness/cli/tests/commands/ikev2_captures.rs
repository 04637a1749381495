//! Captures of IKEv2 made for tests: payloads that a test chooses, sealed with keys that it chooses.

use std::fs;

use crypto::{
    AeadAlgorithm, AeadMode, AesKeyLength, CipherAlgorithm, IntegrityAlgorithm, Provider, SeededRandom,
    TagLength,
};
use ike::keys::ikev2::{MessageProtection, ProtectionKeys, Spis};
use ike::protection::ikev2::{Plain, seal, seal_fragments};
use lab::decryption_table::Entry;
use wire::ikev2::{MessageBuilder, Payload, write_payloads};
use wire::{ExchangeType, Flags, Header};

use crate::captures::{Traced, in_udp};
use crate::support::{argument, folder, ikespec};

/// The SPIs of the only SA.
pub const SPIS: Spis = Spis { initiator: [0x11; 8], responder: [0x22; 8] };

/// What most tests protect messages with.
pub const AES_GCM: MessageProtection = aead(AeadMode::Gcm, AesKeyLength::Bits256, TagLength::Bytes16);

const fn aead(mode: AeadMode, key_length: AesKeyLength, tag_length: TagLength) -> MessageProtection {
    MessageProtection::Aead(AeadAlgorithm { mode, key_length, tag_length })
}

/// Every cipher with every length of its key and tag for which Wireshark has a name.
pub fn every_protection() -> Vec<MessageProtection> {
    let integrity = IntegrityAlgorithm::HmacSha256_128;
    let cbc = CipherAlgorithm::ALL.into_iter().filter(|cipher| *cipher != CipherAlgorithm::DesCbc);
    let cbc = cbc.map(|cipher| MessageProtection::Cbc { cipher, integrity });
    let ctr =
        AesKeyLength::ALL.into_iter().map(|key_length| MessageProtection::Ctr { key_length, integrity });
    let aead = [AeadMode::Ccm, AeadMode::Gcm].into_iter().flat_map(|mode| {
        AesKeyLength::ALL
            .into_iter()
            .flat_map(move |key| TagLength::ALL.into_iter().map(move |tag| aead(mode, key, tag)))
    });
    cbc.chain(ctr).chain(aead).collect()
}

/// Messages of one IKE SA, and its keys.
pub struct Made {
    entry: Entry,
    random: SeededRandom,
    /// The messages, in the order in which they are captured.
    pub messages: Vec<Vec<u8>>,
}

impl Made {
    /// No message yet.
    pub fn new(protection: MessageProtection) -> Self {
        let keys = |byte| {
            let [sk_e, sk_a] = [protection.sk_e_length(), protection.sk_a_length()];
            ProtectionKeys::new(protection, &distinct(byte, sk_e), &distinct(byte + 1, sk_a)).unwrap()
        };
        let entry = Entry { spis: SPIS, initiator: keys(1), responder: keys(3) };
        Self { entry, random: SeededRandom::from_seed(7), messages: Vec::new() }
    }

    /// A message of IKE_SA_INIT with these payloads.
    pub fn plain(&mut self, flags: Flags, payloads: &[Payload<'_>]) -> &mut Self {
        let responder = if flags.contains(Flags::RESPONSE) { SPIS.responder } else { [0; 8] };
        let builder = MessageBuilder::new(SPIS.initiator, responder, ExchangeType::IKE_SA_INIT);
        self.messages.push(builder.flags(flags).payloads(payloads).unwrap());
        self
    }

    /// A message of IKE_AUTH with these payloads inside.
    pub fn sealed(&mut self, flags: Flags, payloads: &[Payload<'_>]) -> &mut Self {
        let plain = plain(flags, payloads);
        let keys = keys(&self.entry, flags);
        self.messages.push(seal(&Provider::REAL, keys, &mut self.random, &plain).unwrap());
        self
    }

    /// A message of IKE_AUTH in fragments of at most `longest` bytes.
    pub fn fragments(&mut self, flags: Flags, payloads: &[Payload<'_>], longest: usize) -> Vec<Vec<u8>> {
        let plain = plain(flags, payloads);
        let keys = keys(&self.entry, flags);
        seal_fragments(&Provider::REAL, keys, &mut self.random, &plain, longest).unwrap()
    }

    /// Writes the capture and the key log to a folder called `name`.
    pub fn captured(&self, name: &str) -> Traced {
        let folder = folder(name);
        let (pcap, keys) = (folder.join("packets.pcap"), folder.join("keys"));
        fs::create_dir(&keys).unwrap();
        let packets: Vec<_> = self.messages.iter().map(|message| in_udp(message)).collect();
        let traced = Traced { packets, pcap, keys };
        traced.write_pcap("packets.pcap", 101, &traced.packets);
        traced
            .write("keys/ikev2_decryption_table", format!("{}\n", self.entry.to_line().unwrap()).as_bytes());
        traced
    }

    /// What `decode` prints of the messages, with the keys.
    pub fn decoded(&self, name: &str) -> String {
        let traced = self.captured(name);
        traced.decoded(&traced.pcap)
    }

    /// What `decode` prints of the messages, without any keys.
    pub fn decoded_without_keys(&self, name: &str) -> String {
        ikespec(&["decode", argument(&self.captured(name).pcap)]).exits(0).output
    }
}

fn plain(flags: Flags, payloads: &[Payload<'_>]) -> Plain {
    let builder = MessageBuilder::new(SPIS.initiator, SPIS.responder, ExchangeType::IKE_AUTH);
    let empty = builder.message_id(1).flags(flags).payloads::<Payload<'_>>(&[]).unwrap();
    let mut body = Vec::new();
    let first = write_payloads(payloads, &mut body).unwrap();
    Plain::new(Header::read(&empty).unwrap(), first, body)
}

fn keys(entry: &Entry, flags: Flags) -> &ProtectionKeys {
    if flags.contains(Flags::INITIATOR) { &entry.initiator } else { &entry.responder }
}

/// So many bytes, no two neighbours alike: keys of Triple DES have to differ from each other.
fn distinct(first: u8, length: usize) -> Vec<u8> {
    (0..length).map(|index| first.wrapping_add(u8::try_from(index * 5 % 251).unwrap())).collect()
}

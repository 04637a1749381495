//! Takes secrets out of a text: what follows a word that announces one becomes `<removed>`.
//!
//! Too much is removed rather than too little: nothing that the reader wants to know stands behind these words. Names
//! survive (`crypto map key 10`), and so do distinguished names (`o=Top Secret Ltd`).

/// What stands in place of a secret.
pub const REMOVED: &str = "<removed>";

/// Words that announce a secret, alone or after a hyphen (`authentication-key`), with the length from which IOS takes
/// an abbreviation for the word.
const SECRET_WORDS: &[(&str, usize)] = &[
    ("password", 4),
    ("passwd", 6),
    ("secret", 4),
    ("passphrase", 5),
    ("password-encrypt", 10),
    ("community", 5),
    ("community-map", 10),
    ("idtoken", 7),
    ("key", 3),
    ("key-string", 6),
    ("psk", 3),
];

/// Commands that hold a secret without announcing it: everything after these words goes.
const SECRET_COMMANDS: &[&[&str]] = &[
    &["snmp-server", "host"],
    &["snmp-server", "user"],
    &["ip", "nhrp", "authentication"],
    &["ntp", "authentication-key"],
    &["ip", "ospf", "message-digest-key"],
    &["rmon", "event"],
];

/// Behind `key`, these make another command or a label of it.
const NOT_KEYS: &[&str] = &[
    "algorithm",
    "chain",
    "data",
    "export",
    "generate",
    "id",
    "import",
    "info",
    "label",
    "lock",
    "move",
    "name",
    "pair",
    "param",
    "pubkey-chain",
    "storage",
    "type",
    "unlock",
    "usage",
    "zeroize",
];

/// The word behind these is a name, whatever it looks like.
const NAMING_WORDS: &[&str] = &[
    "eckeypair",
    "hostname",
    "keyring",
    "map",
    "profile",
    "rsakeypair",
    "transform-set",
    "trust-point",
    "trustpoint",
    "username",
    "vrf",
];

/// Lines that begin so hold a distinguished name.
const DISTINGUISHED_NAMES: &[&str] = &["subject-name", "issuer-name"];

pub(super) fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut in_private_key = false;
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        if line.contains("PRIVATE KEY-----") {
            in_private_key = line.contains("BEGIN");
            redacted.push_str(line);
        } else if in_private_key {
            redacted.push_str(REMOVED);
        } else {
            redact_line(line, &mut redacted);
        }
        redacted.push_str(end);
    }
    redacted
}

fn redact_line(line: &str, redacted: &mut String) {
    // The command may follow a prompt without a blank between them.
    let prompt = line.find(|c: char| c.is_whitespace() || matches!(c, '#' | '>')).unwrap_or(0);
    let command = line[prompt..].strip_prefix(['#', '>']).unwrap_or(line);
    let words: Vec<&str> = command.split_whitespace().collect();
    let lowered: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    match secret_words(&lowered.iter().map(String::as_str).collect::<Vec<_>>()) {
        Some((first, after)) => {
            redacted.push_str(&line[..offset_of(line, words[first])]);
            redacted.push_str(REMOVED);
            if let Some(word) = words.get(after) {
                redacted.push(' ');
                redacted.push_str(&line[offset_of(line, word)..]);
            }
        }
        None => push_without_credentials(line, redacted),
    }
}

/// Where `word`, a part of `line`, begins.
fn offset_of(line: &str, word: &str) -> usize {
    word.as_ptr() as usize - line.as_ptr() as usize
}

/// The words that are secret: the first of them, and the first after them.
fn secret_words(words: &[&str]) -> Option<(usize, usize)> {
    let first = words.first()?;
    if first.contains('=') || DISTINGUISHED_NAMES.contains(first) {
        return None;
    }
    let command =
        SECRET_COMMANDS.iter().find(|command| words.starts_with(command)).map(|command| command.len());
    if let Some(first) = command
        .or_else(|| passphrase(words))
        .or_else(|| routing_secret(words))
        .filter(|first| *first < words.len())
    {
        return Some((first, words.len()));
    }
    let names = names(words);
    (1..words.len()).find_map(|index| {
        let (announcing, before) = (words[index - 1], index.checked_sub(2).map(|before| words[before]));
        if names[index - 1] || !announces(announcing, &words[index..]) {
            return None;
        }
        let is_isakmp_key = announcing == "key" && before.is_some_and(|before| before.starts_with("isa"));
        let peer = |word: &&str| matches!(*word, "address" | "hostname");
        let end = words[index..].iter().rposition(peer).map(|position| index + position);
        match end {
            // `crypto isakmp key SECRET address A`: whom the key is for stays.
            Some(end) if is_isakmp_key && end > index => Some((index, end)),
            _ => Some((index, words.len())),
        }
    })
}

/// Which words are names, whatever they say: those behind a naming word that is no name itself.
fn names(words: &[&str]) -> Vec<bool> {
    let mut names = vec![false; words.len()];
    for index in 1..words.len() {
        names[index] = !names[index - 1] && NAMING_WORDS.contains(&words[index - 1]);
    }
    names
}

/// Where the secret of `standby 1 authentication SECRET`, `ipv6 ospf authentication ipsec spi 500 sha1 SECRET`,
/// `authentication mode hmac-sha-256 SECRET` (EIGRP) and their relatives begins.
fn routing_secret(words: &[&str]) -> Option<usize> {
    let authentication =
        words.iter().position(|word| matches!(*word, "authentication" | "encryption")).map(|at| at + 1)?;
    match *words.first()? {
        "standby" | "vrrp" | "glbp" => Some(authentication),
        "authentication" if words.get(1) == Some(&"mode") => Some(authentication + 2),
        "ipv6" | "ospfv3" | "area" => {
            words.iter().position(|word| matches!(*word, "md5" | "sha1")).map(|at| at + 1)
        }
        _ => None,
    }
}

/// Where the passphrase of `crypto pki export NAME pem terminal 3des PASSPHRASE` and its relatives can begin: behind the
/// format and the place.
fn passphrase(words: &[&str]) -> Option<usize> {
    let is_transfer = words.first().is_some_and(|word| word.starts_with("cr"))
        && words.iter().any(|word| matches!(*word, "export" | "import"));
    let format = words.iter().position(|word| matches!(*word, "pem" | "pkcs12"))?;
    is_transfer.then_some(format + 2)
}

/// Whether `word` says that a secret follows, given what follows.
fn announces(word: &str, following: &[&str]) -> bool {
    let word = word.to_ascii_lowercase();
    let next = following.first().map(|next| next.trim_end_matches(':').to_ascii_lowercase());
    match word.as_str() {
        "key" => !next.is_some_and(|next| NOT_KEYS.contains(&next.as_str())) && !following.is_empty(),
        // The key stands behind the peer and another word.
        "pre-shared-key" => {
            following.len() == 1 || !matches!(next.as_deref(), Some("address" | "hostname" | "ipv6"))
        }
        // `Public Key: (2048 bit)`
        "key:" => false,
        word => {
            let word = word.trim_end_matches(':');
            SECRET_WORDS.iter().any(|(secret, shortest)| {
                let tail = word.strip_suffix(secret);
                tail.is_some_and(|head| head.is_empty() || head.ends_with('-'))
                    || (word.len() >= *shortest && secret.starts_with(word))
            })
        }
    }
}

/// Copies a line; a password inside a URL (`ftp://user:password@host`) or before a host (`user:password@host`) goes.
fn push_without_credentials(line: &str, redacted: &mut String) {
    // A password may hold a slash, so the authority is looked for up to the next blank.
    for word in line.split_inclusive([' ', '\t']) {
        let authority = word.find("://").map_or(0, |scheme| scheme + 3);
        let host = word[authority..].rfind('@').map(|at| authority + at);
        let colon = |at: usize| word[authority..at].find(':').map(|colon| authority + colon);
        match host.and_then(|at| Some((colon(at)?, at))) {
            Some((colon, at)) => {
                redacted.push_str(&word[..=colon]);
                redacted.push_str(REMOVED);
                redacted.push_str(&word[at..]);
            }
            None => redacted.push_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of a configuration, with the letters PLANTED where the secret stands.
    const WITH_SECRETS: &[&str] = &[
        "enable secret 5 PLANTED",
        "enable password level 5 7 PLANTED",
        "enable algorithm-type scrypt secret PLANTED",
        "username admin privilege 15 secret 9 PLANTED",
        "username key password 0 PLANTED and more",
        "crypto isakmp key PLANTED address 1.2.3.4",
        "crypto isakmp key 6 PLANTED address 1.2.3.4 255.255.255.0",
        "crypto isakmp key address PLANTED address 1.2.3.4",
        "crypto isakmp key PLANTED hostname R2.cisco.com no-xauth",
        "  pre-shared-key address 1.2.3.4 255.255.255.0 key PLANTED",
        " pre-shared-key hostname R2 key 6 PLANTED",
        "  pre-shared-key local 0 PLANTED",
        "  pre-shared-key remote PLANTED",
        "  pre-shared-key hex PLANTED",
        " authentication remote pre-share key PLANTED",
        "snmp-server community PLANTED RO 10",
        "snmp-server host 10.0.0.1 version 2c PLANTED",
        "snmp-server user joe group v3 auth sha PLANTED priv aes 128 PLANTED",
        "  key-string 7 PLANTED",
        "  key-string password PLANTED",
        " neighbor 10.0.0.1 password 7 PLANTED",
        "tacacs-server host 10.0.0.1 key PLANTED",
        "radius-server key 7 PLANTED",
        " server-private 10.0.0.1 auth-port 1812 key PLANTED",
        " ip ospf authentication-key 7 PLANTED",
        " ip ospf message-digest-key 1 md5 PLANTED",
        "ntp authentication-key 1 md5 PLANTED 7",
        " ip nhrp authentication PLANTED",
        " ppp chap password 7 PLANTED",
        " set session-key inbound esp 256 cipher PLANTED authenticator PLANTED",
        "key config-key password-encrypt PLANTED",
        "crypto key export rsa R1 pem terminal 3des passphrase PLANTED",
        "R1(config)#username joe pass PLANTED",
        "R1(config-line)#password PLANTED",
        "R1(config)#snmp-server host 10.0.0.1 PLANTED",
        "R1(config)#crypto pki export CA1 pem terminal 3des PLANTED",
        "crypto pki import CA1 pkcs12 flash: PLANTED",
        " enrollment url http://user:PLANTED@10.0.0.1/scep",
        "Password: PLANTED",
        "username profile secret 5 PLANTED",
        "username vrf password 0 PLANTED",
        "standby 1 authentication PLANTED",
        "vrrp 1 authentication text PLANTED",
        " ipv6 ospf authentication ipsec spi 500 sha1 0 PLANTED",
        "SNMP-SERVER HOST 10.0.0.1 COMMUNITY PLANTED",
        "copy http://u:PLANTED/ED@host/file flash:",
        " action 1.0 mail server \"joe:PLANTED@192.0.2.1\" to \"a@b\" from \"c@d\"",
        "  authentication mode hmac-sha-256 0 PLANTED",
        " area 1 authentication ipsec spi 500 md5 0 PLANTED",
        " area 0 virtual-link 1.1.1.1 message-digest-key 1 md5 7 PLANTED",
        "snmp mib community-map PLANTED engineid 8000",
        "rmon event 1 log trap PLANTED owner joe",
        "license smart register idtoken PLANTED",
        " wpa-psk ascii 7 PLANTED",
        " security wpa psk set-key ascii 0 PLANTED",
        " encryption vlan 1 key 1 size 128bit 7 PLANTED transmit-key",
    ];

    #[test]
    fn no_kind_of_secret_survives() {
        for line in WITH_SECRETS {
            let redacted = redact(line);
            assert!(!redacted.contains("PLANTED") && redacted.contains(REMOVED), "{redacted}");
        }
        let key = "-----BEGIN RSA PRIVATE KEY-----\nPLANTED\nPLANTED\n-----END RSA PRIVATE KEY-----\nend\n";
        assert!(!redact(key).contains("PLANTED"));
        assert!(redact(key).ends_with("KEY-----\nend\n"));
    }

    #[test]
    fn whom_a_key_is_for_survives() {
        for (line, left) in [
            ("crypto isakmp key 6 k address 1.2.3.4", "crypto isakmp key <removed> address 1.2.3.4"),
            (" pre-shared-key address 1.2.3.4 key k", " pre-shared-key address 1.2.3.4 key <removed>"),
            ("crypto isakmp key address hostname R2", "crypto isakmp key <removed> hostname R2"),
        ] {
            assert_eq!(redact(line), left);
        }
    }

    #[test]
    fn what_is_no_secret_survives() {
        for line in [
            "crypto map key 10 ipsec-isakmp",
            " set isakmp-profile secret-profile",
            "crypto pki trustpoint secret",
            " subject-name CN=R1,O=Top Secret Ltd",
            "    o=Top Secret Ltd",
            "  Subject Key Info:",
            "    RSA Public Key: (2048 bit)",
            "    X509v3 Key Usage: B0000000",
            "    X509v3 Subject Key ID: 2F6A8670 6934D26E",
            "  Key Label: client",
            "    Using key label TP-self-signed-1504826562",
            "crypto key generate rsa",
            "key chain OSPF",
            " authentication pre-share",
            " rsakeypair key 2048",
            "R1#show clock",
            " authentication local pre-share",
            "no service password-encryption",
            " match identity remote key-id branch",
            " enrollment url http://192.168.0.3:80",
        ] {
            assert_eq!(redact(line), line);
        }
    }
}

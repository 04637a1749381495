//! What of two routers' IKEv2 proposals does not fit, in the words of the configuration.

use crypto::{AeadMode, CipherAlgorithm, HashAlgorithm, SymmetricCipher};
use ike::{Ikev2Proposal, Origin, Sourced};

use crate::side::Side;
use crate::verdict::wording::Words;

/// So many pairs of proposals are told apart in a sentence.
const MOST_PAIRS: usize = 4;

/// The alternatives of one kind, as they are written, each with its line.
struct Alternatives {
    kind: &'static str,
    values: Vec<Sourced<String>>,
}

impl Alternatives {
    fn new<T>(kind: &'static str, values: &[Sourced<T>], word: impl Fn(&T) -> String) -> Self {
        let values = values.iter().map(|one| Sourced::new(word(&one.value), one.origin)).collect();
        Self { kind, values }
    }

    /// Whether one of them is among the other ones too; that there are none, as with ciphers that need none, is a choice.
    fn fit(&self, other: &Self) -> bool {
        let has = |word: &str| other.values.iter().any(|one| one.value == word);
        match (self.values.is_empty(), other.values.is_empty()) {
            (true, true) => true,
            _ => self.values.iter().any(|one| has(&one.value)),
        }
    }

    /// `group 5 or 2`
    fn words(&self) -> String {
        let values: Vec<_> = self.values.iter().map(|one| one.value.as_str()).collect();
        let kind = self.kind;
        match values.as_slice() {
            [] => format!("no {kind}"),
            [only] => format!("{kind} {only}"),
            [others @ .., last] => format!("{kind} {} or {last}", others.join(", ")),
        }
    }
}

/// What a proposal has of each kind.
fn alternatives(proposal: &Ikev2Proposal) -> [Alternatives; 4] {
    let needs_integrity =
        proposal.ciphers.iter().any(|cipher| !matches!(cipher.value, SymmetricCipher::Aead(_)));
    let integrity = if needs_integrity { proposal.integrity.as_slice() } else { &[] };
    [
        Alternatives::new("encryption", &proposal.ciphers, |cipher| cipher_word(*cipher)),
        Alternatives::new("prf", proposal.pseudo_random_functions(), |hash| hash_word(*hash)),
        Alternatives::new("integrity", integrity, |hash| hash_word(*hash)),
        Alternatives::new("group", &proposal.groups, |group| group.number().to_string()),
    ]
}

/// What a proposal has, without what follows from the rest.
pub(super) fn proposal_words(proposal: &Ikev2Proposal) -> String {
    let follows =
        |one: &Alternatives| one.values.is_empty() || (one.kind == "prf" && proposal.prfs.is_empty());
    let told: Vec<_> =
        alternatives(proposal).iter().filter(|one| !follows(one)).map(Alternatives::words).collect();
    told.join(", ")
}

/// What does not fit of two proposals.
struct Difference<'p> {
    offered: &'p Ikev2Proposal,
    own: &'p Ikev2Proposal,
    /// The kinds that have nothing in common, of the offered one and of the own.
    kinds: Vec<(Alternatives, Alternatives)>,
}

impl<'p> Difference<'p> {
    fn of(offered: &'p Ikev2Proposal, own: &'p Ikev2Proposal) -> Self {
        // RFC 7296 2.14: where no prf is configured the integrity algorithm stands for both.
        let follows = offered.prfs.is_empty() && own.prfs.is_empty();
        let kinds = alternatives(offered).into_iter().zip(alternatives(own));
        let kinds = kinds.filter(|(theirs, ours)| !(theirs.fit(ours) || follows && ours.kind == "prf"));
        Self { offered, own, kinds: kinds.collect() }
    }

    fn text(&self, router: &str, peer: &str) -> String {
        let said = |words: Vec<String>| words.join(" and ");
        let theirs = said(self.kinds.iter().map(|(theirs, _)| theirs.words()).collect());
        let ours = said(self.kinds.iter().map(|(_, ours)| ours.words()).collect());
        let (offered, own) = (&self.offered.name, &self.own.name);
        format!("proposal {offered} of {peer} has {theirs}, and {own} of {router} has {ours}")
    }

    fn lines(&self) -> impl Iterator<Item = Origin> {
        let of = |alternatives: &Alternatives| {
            alternatives.values.iter().map(|one| one.origin).collect::<Vec<_>>()
        };
        let ours = self.kinds.iter().flat_map(move |(_, ours)| of(ours));
        let theirs = self.kinds.iter().flat_map(move |(theirs, _)| of(theirs));
        ours.chain(theirs)
    }
}

impl<'a> Words<'a> {
    /// The proposals that a router negotiates with.
    pub(super) fn proposals(&self, side: Side) -> Vec<&'a Ikev2Proposal> {
        let router = &self.world.routers[side];
        let policy = self.courses[side].ikev2.policy.map(|id| router.ikev2_policy(id));
        let named = policy.into_iter().flat_map(|policy| &policy.proposals);
        named.map(|named| router.ikev2_proposal(named.value)).collect()
    }

    fn differences(&self, side: Side) -> Vec<Difference<'a>> {
        let offered = self.proposals(side.other());
        let own = self.proposals(side).into_iter();
        let pairs = own.flat_map(|own| offered.iter().map(move |offered| Difference::of(offered, own)));
        pairs.filter(|difference| !difference.kinds.is_empty()).collect()
    }

    /// In what the proposals of the peer do not fit those of a router; empty where nothing shows it.
    pub(super) fn unfit_proposals(&self, side: Side) -> String {
        let (router, peer) = (self.name(side), self.name(side.other()));
        let differences = self.differences(side);
        let told = differences.iter().take(MOST_PAIRS).map(|difference| difference.text(router, peer));
        let told = told.collect::<Vec<_>>().join("; ");
        match differences.len().saturating_sub(MOST_PAIRS) {
            0 => told,
            more => format!("{told}; and so on, {more} more"),
        }
    }

    /// The lines of that.
    pub(in crate::verdict) fn unfit_lines(&self, side: Side) -> Vec<Origin> {
        let differences = self.differences(side);
        let lines = differences.iter().flat_map(|difference| difference.lines().collect::<Vec<_>>());
        lines.filter(|line| !line.is_default()).collect()
    }
}

fn cipher_word(cipher: SymmetricCipher) -> String {
    match cipher {
        SymmetricCipher::Cbc(CipherAlgorithm::DesCbc) => "des".to_owned(),
        SymmetricCipher::Cbc(CipherAlgorithm::TripleDesCbc) => "3des".to_owned(),
        SymmetricCipher::Cbc(CipherAlgorithm::AesCbc128) => "aes-cbc-128".to_owned(),
        SymmetricCipher::Cbc(CipherAlgorithm::AesCbc192) => "aes-cbc-192".to_owned(),
        SymmetricCipher::Cbc(CipherAlgorithm::AesCbc256) => "aes-cbc-256".to_owned(),
        SymmetricCipher::AesCtr(length) => format!("aes-ctr-{}", length.bits()),
        SymmetricCipher::Aead(aead) => {
            let mode = match aead.mode {
                AeadMode::Gcm => "gcm",
                AeadMode::Ccm => "ccm",
            };
            format!("aes-{mode}-{}", aead.key_length.bits())
        }
    }
}

fn hash_word(hash: HashAlgorithm) -> String {
    match hash {
        HashAlgorithm::Md5 => "md5",
        HashAlgorithm::Sha1 => "sha1",
        HashAlgorithm::Sha256 => "sha256",
        HashAlgorithm::Sha384 => "sha384",
        HashAlgorithm::Sha512 => "sha512",
    }
    .to_owned()
}

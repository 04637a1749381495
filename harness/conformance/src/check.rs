//! A check: what it needs, what it says to the target, what it expects, and what came of it.

mod outcome;

use crypto::HashAlgorithm;
use ike::{IdentityKind, IkeVersion, Ikev2Exchange, Ikev2Half, MessageName, Role};
use lab::certificates::CertificateSpecification;
use wire::ikev1::lies::{Field, Lie};

use crate::laboratory::{Ca, Laboratory};
use crate::register::{self, Requirement};
use crate::target::{Revocation, Setup, Target, TargetError};
use crate::tester::{Action, Change, Conversation, Draft, Peer, PeerIdentity, Tester};

pub use outcome::{Judged, Outcome};

/// A section of an RFC, with its checks.
#[derive(Clone, Debug)]
pub struct Section {
    /// The RFC.
    pub rfc: u16,
    /// The section, without a sign.
    pub number: &'static str,
    /// Its title, or what it is about.
    pub title: &'static str,
    /// Its checks.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name, which no other check has: by it the user selects it.
    pub id: &'static str,
    /// The requirements that it is about, three at most.
    pub requirements: &'static [&'static str],
    /// What the target has to be.
    pub setup: Setup,
    /// What the tester is.
    pub peer: Peer,
    /// What the tester's messages have that they should not have, or need not.
    pub changes: Vec<Change>,
    /// How the conversation goes.
    pub play: Play,
    /// What is expected.
    pub expect: Expect,
    /// The texts that contradict the requirement: who follows them instead does not fail.
    pub conflict: Option<&'static str>,
    /// Whether it judges messages whose payloads cannot be told apart; other checks learn nothing from them.
    pub reads_broken_chains: bool,
    /// What makes the check fail.
    pub control: Control,
    /// What makes it pass, where the built-in engine does not.
    pub compliance: Option<fn(&mut Conversation)>,
}

/// How a conversation goes.
#[derive(Clone, Copy, Debug)]
pub enum Play {
    /// Phase 1, as far as the target goes.
    Negotiate,
    /// As the check says.
    Script(fn(&mut Tester<'_>) -> Result<(), TargetError>),
}

/// What a check expects.
#[derive(Clone, Copy, Debug)]
pub enum Expect {
    /// The target does not go on after the message that was changed.
    Refused,
    /// The target goes through with phase 1.
    Accepted,
    /// Either is right; which it is gets recorded.
    Either,
    /// What the target said shows it.
    Shows(fn(&Conversation) -> Finding),
}

/// What a conversation shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The requirement is met.
    Holds,
    /// It is not; what was seen instead.
    Violated(String),
    /// Nothing is demanded; what was seen.
    Recorded(String),
    /// The conversation does not show it; why.
    Unverifiable(String),
}

impl Finding {
    /// [`Holds`](Self::Holds) where `holds`, else what was seen.
    pub fn of(holds: bool, seen: impl FnOnce() -> String) -> Self {
        if holds { Self::Holds } else { Self::Violated(seen()) }
    }
}

/// What makes a check fail: a check that nothing makes fail proves nothing.
#[derive(Clone, Copy, Debug)]
pub enum Control {
    /// A target that overlooks the changes: they are not made.
    Overlooks,
    /// A target that balks at them: it falls silent.
    Balks,
    /// A target that says something else: its messages are altered before they are judged.
    Says(fn(&mut Conversation)),
    /// None: the check only records.
    None,
}

impl Check {
    /// A check of a target that responds, with nothing special to it yet.
    #[must_use]
    pub fn responder(id: &'static str, requirements: &'static [&'static str]) -> Self {
        Self::new(id, requirements, IkeVersion::V1, Role::Responder)
    }

    /// A check of a target that initiates.
    #[must_use]
    pub fn initiator(id: &'static str, requirements: &'static [&'static str]) -> Self {
        Self::new(id, requirements, IkeVersion::V1, Role::Initiator)
    }

    /// A check of a target that responds in IKEv2, with nothing special to it yet.
    #[must_use]
    pub fn ikev2_responder(id: &'static str, requirements: &'static [&'static str]) -> Self {
        Self::new(id, requirements, IkeVersion::V2, Role::Responder)
    }

    /// A check of a target that initiates in IKEv2.
    #[must_use]
    pub fn ikev2_initiator(id: &'static str, requirements: &'static [&'static str]) -> Self {
        Self::new(id, requirements, IkeVersion::V2, Role::Initiator)
    }

    fn new(id: &'static str, requirements: &'static [&'static str], version: IkeVersion, role: Role) -> Self {
        Self {
            id,
            requirements,
            setup: Setup::plain(version, role),
            peer: Peer::default(),
            changes: Vec::new(),
            play: Play::Negotiate,
            expect: Expect::Accepted,
            conflict: None,
            reads_broken_chains: false,
            control: Control::Balks,
            compliance: None,
        }
    }

    /// Changes the payloads of a message before they are authenticated.
    #[must_use]
    pub fn content(self, name: MessageName, remark: &'static str, change: fn(&mut Draft<'_>)) -> Self {
        self.change(name, remark, Action::Content(change))
    }

    /// Changes the payloads of a message after they were authenticated.
    #[must_use]
    pub fn authenticated(self, name: MessageName, remark: &'static str, change: fn(&mut Draft<'_>)) -> Self {
        self.change(name, remark, Action::Authenticated(change))
    }

    /// Changes the bytes of a message as they go out.
    #[must_use]
    pub fn datagram(self, name: MessageName, remark: &'static str, change: fn(&mut Vec<u8>)) -> Self {
        self.change(name, remark, Action::Datagram(change))
    }

    /// Has a field of a message lie; of an encrypted one, of its header.
    #[must_use]
    pub fn lie(self, name: MessageName, remark: &'static str, field: Field, value: u32) -> Self {
        self.change(name, remark, Action::Lie(Lie { field, value }))
    }

    /// Has a field of a message of IKEv2 lie, and its checksum agree with that.
    #[must_use]
    pub fn ikev2_lie(
        self,
        name: MessageName,
        remark: &'static str,
        field: wire::ikev2::lies::Field,
        value: u32,
    ) -> Self {
        self.change(name, remark, Action::Ikev2Lie(wire::ikev2::lies::Lie { field, value }))
    }

    /// Changes a message.
    #[must_use]
    pub fn change(mut self, name: MessageName, remark: &'static str, action: Action) -> Self {
        self.changes.push(Change { name, remark, action });
        self
    }

    /// Has the target be something special.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Setup)) -> Self {
        change(&mut self.setup);
        self
    }

    /// Has the target be enrolled with these CAs.
    #[must_use]
    pub fn enrolled(self, authorities: &[Ca]) -> Self {
        self.with(|setup| setup.enrolled = authorities.to_vec())
    }

    /// Has the target say this identity.
    #[must_use]
    pub fn target_is(self, identity: IdentityKind) -> Self {
        self.with(|setup| setup.identity = identity)
    }

    /// Has the target check revocation.
    #[must_use]
    pub fn revocation(self, revocation: Revocation) -> Self {
        self.with(|setup| setup.revocation = revocation)
    }

    /// Has the tester's certificate be something special.
    #[must_use]
    pub fn certificate(mut self, ca: Ca, change: fn(&mut CertificateSpecification)) -> Self {
        self.peer.ca = ca;
        self.peer.certificate = change;
        self
    }

    /// Has the certificate of the intermediate CA above the tester's be something special.
    #[must_use]
    pub fn authority(mut self, change: fn(&mut CertificateSpecification)) -> Self {
        self.peer.ca = Ca::Intermediate;
        self.peer.authority = change;
        self
    }

    /// Has the tester say this identity.
    #[must_use]
    pub fn tester_is(mut self, identity: PeerIdentity) -> Self {
        self.peer.identity = identity;
        self
    }

    /// Has the tester sign by RFC 7427, with this hash.
    #[must_use]
    pub fn signing_with(mut self, hash: HashAlgorithm) -> Self {
        self.peer.digital_signature = Some(hash);
        self
    }

    /// Has the conversation go as a script says.
    #[must_use]
    pub fn script(mut self, script: fn(&mut Tester<'_>) -> Result<(), TargetError>) -> Self {
        self.play = Play::Script(script);
        self
    }

    /// Expects the target not to go on.
    #[must_use]
    pub fn refused(mut self) -> Self {
        (self.expect, self.control) = (Expect::Refused, Control::Overlooks);
        self
    }

    /// Expects the target to go through with it.
    #[must_use]
    pub fn accepted(mut self) -> Self {
        (self.expect, self.control) = (Expect::Accepted, Control::Balks);
        self
    }

    /// Records what the target does.
    #[must_use]
    pub fn recorded(mut self) -> Self {
        (self.expect, self.control) = (Expect::Either, Control::None);
        self
    }

    /// Expects what the target said to show something; `control` makes it show the opposite.
    #[must_use]
    pub fn shows(mut self, judge: fn(&Conversation) -> Finding, control: fn(&mut Conversation)) -> Self {
        (self.expect, self.control) = (Expect::Shows(judge), Control::Says(control));
        self
    }

    /// Judges messages whose payloads cannot be told apart, too.
    #[must_use]
    pub fn reading_broken_chains(mut self) -> Self {
        self.reads_broken_chains = true;
        self
    }

    /// Says what a target would have said that meets the requirement, where the built-in engine does not.
    #[must_use]
    pub fn complied(mut self, compliance: fn(&mut Conversation)) -> Self {
        self.compliance = Some(compliance);
        self
    }

    /// Names the texts that contradict the requirement.
    #[must_use]
    pub fn conflict(mut self, texts: &'static str) -> Self {
        self.conflict = Some(texts);
        self
    }

    /// The entries of the register that it is about.
    #[must_use]
    pub fn entries(&self) -> Vec<&'static Requirement> {
        self.requirements.iter().filter_map(|id| register::find(id)).collect()
    }

    /// Whether one of its requirements is absolute.
    #[must_use]
    pub fn is_absolute(&self) -> bool {
        self.entries().iter().any(|requirement| requirement.level.is_absolute())
    }

    /// What is special about what the tester sends.
    #[must_use]
    pub fn sent(&self) -> String {
        let changes = self.changes.iter().map(|change| format!("{} with {}", change.name, change.remark));
        changes.collect::<Vec<_>>().join("; ")
    }

    /// What is expected, in words.
    #[must_use]
    pub fn expected(&self) -> String {
        let of_register = || self.entries().first().map(|entry| entry.text.clone()).unwrap_or_default();
        match self.expect {
            Expect::Refused if self.changes.is_empty() => "the target refuses the tester".to_owned(),
            Expect::Refused => "the target does not go on after it".to_owned(),
            Expect::Accepted if self.setup.version == IkeVersion::V2 => {
                "the target goes through with IKE_AUTH".to_owned()
            }
            Expect::Accepted => "the target goes through with phase 1".to_owned(),
            Expect::Either => "either way is allowed".to_owned(),
            Expect::Shows(_) => of_register(),
        }
    }

    /// Has the conversation, and judges it.
    pub fn run(&self, target: &mut dyn Target, laboratory: &Laboratory, seed: u64) -> Judged {
        match self.converse(target, laboratory, &self.changes, seed) {
            Err(error) => self.not_run(&error),
            Ok(conversation) => {
                let outcomes = self.judge(&conversation);
                if self.still_answers(target, laboratory, seed) {
                    return outcomes;
                }
                let actual = format!("{}; afterwards the target does not answer any more", outcomes.actual);
                Judged { outcome: Outcome::Hung, actual, ..outcomes }
            }
        }
    }

    /// Has the conversation.
    ///
    /// # Errors
    /// The target cannot be prepared so, or this machine fails.
    pub fn converse(
        &self,
        target: &mut dyn Target,
        laboratory: &Laboratory,
        changes: &[Change],
        seed: u64,
    ) -> Result<Conversation, TargetError> {
        target.prepare(&self.setup)?;
        let mut tester = Tester::new(target, laboratory, self.spoken(), &self.peer, changes, seed);
        match self.play {
            Play::Negotiate => tester.negotiate()?,
            Play::Script(script) => script(&mut tester)?,
        }
        Ok(tester.conversation)
    }

    /// The check with nothing wrong about the tester: no changes, a plain certificate that is not revoked.
    #[must_use]
    pub(crate) fn without_what_is_wrong(&self) -> Self {
        let mut tame = Self { changes: Vec::new(), peer: Peer::default(), ..self.clone() };
        if tame.setup.revocation == Revocation::Revoked {
            tame.setup.revocation = Revocation::Good;
        }
        tame
    }

    /// Judges a conversation.
    #[must_use]
    pub fn judge(&self, conversation: &Conversation) -> Judged {
        let finding = self.finding(conversation);
        let (outcome, actual) = match finding {
            Finding::Holds => (Outcome::Pass, describe(conversation)),
            Finding::Recorded(seen) => (Outcome::Allowed, seen),
            Finding::Unverifiable(why) => (Outcome::Unverifiable, why),
            Finding::Violated(seen) => match self.conflict {
                Some(texts) => (Outcome::Ambiguous, format!("{seen}; {texts}")),
                None if self.is_absolute() => (Outcome::Fail, seen),
                None => (Outcome::Warning, seen),
            },
        };
        Judged { outcome, sent: self.sent(), expected: self.expected(), actual }
    }

    fn finding(&self, conversation: &Conversation) -> Finding {
        match self.expect {
            Expect::Shows(_) if !self.reads_broken_chains && !conversation.is_readable() => {
                Finding::Unverifiable("a message of the target has a broken chain of payloads".to_owned())
            }
            Expect::Shows(judge) => judge(conversation),
            Expect::Accepted => Finding::of(conversation.is_established(), || describe(conversation)),
            Expect::Either => Finding::Recorded(describe(conversation)),
            Expect::Refused => {
                let last = self.changes.iter().map(|change| change.name).max_by_key(|name| number(*name));
                let changed = last.map_or(u8::MAX, number);
                let reached = conversation.furthest().map_or(0, number);
                let was_sent = last.is_none_or(|name| conversation.sent.iter().any(|sent| sent.name == name));
                if !was_sent {
                    return Finding::Unverifiable(format!(
                        "the target did not come so far: {}",
                        describe(conversation)
                    ));
                }
                let went_on = if last.is_none() { conversation.is_established() } else { reached > changed };
                Finding::of(!went_on, || describe(conversation))
            }
        }
    }

    fn not_run(&self, error: &TargetError) -> Judged {
        let outcome = match error {
            TargetError::Unprepared { .. } => Outcome::Skipped,
            TargetError::Environment { .. } => Outcome::Error,
        };
        Judged { outcome, sent: self.sent(), expected: self.expected(), actual: error.to_string() }
    }

    /// Which version is spoken, and the target's part.
    const fn spoken(&self) -> (IkeVersion, Role) {
        (self.setup.version, self.setup.role)
    }

    /// Whether a target that responds still answers a plain first message; of one that initiates it is not asked.
    fn still_answers(&self, target: &mut dyn Target, laboratory: &Laboratory, seed: u64) -> bool {
        if self.setup.role == Role::Initiator {
            return true;
        }
        let peer = Peer::default();
        let mut tester = Tester::new(target, laboratory, self.spoken(), &peer, &[], !seed);
        tester.go_to(2).unwrap_or(false)
    }
}

/// Where a message stands in the course of a session.
pub(crate) const fn number(name: MessageName) -> u8 {
    match name {
        MessageName::MainMode(number) => number,
        MessageName::QuickMode(number) => 6 + number,
        MessageName::Ikev2(Ikev2Exchange::SaInit, Ikev2Half::Request) => 1,
        MessageName::Ikev2(Ikev2Exchange::SaInit, Ikev2Half::Response) => 2,
        MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Request) => 3,
        MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Response) => 4,
        // What an initiator shows that it goes on with.
        MessageName::Ikev2(Ikev2Exchange::Informational, Ikev2Half::Response) => 5,
        MessageName::Informational | MessageName::Ikev2(..) | MessageName::Unknown => 0,
    }
}

/// How far the target went, in words.
#[must_use]
pub fn describe(conversation: &Conversation) -> String {
    let mut text = match conversation.furthest() {
        Some(name) if conversation.is_established() => {
            let what = match conversation.version {
                IkeVersion::V1 => "phase 1",
                IkeVersion::V2 => "IKE_AUTH",
            };
            format!("the target went through with {what}, up to {name}")
        }
        Some(name) => format!("the target went up to {name}"),
        None => "the target said nothing".to_owned(),
    };
    for (_, notify_type) in conversation.notifications() {
        text.push_str(&match conversation.version {
            IkeVersion::V1 => format!("; it sent N({})", wire::ikev1::NotifyType(notify_type)),
            IkeVersion::V2 => format!("; it sent N({})", wire::ikev2::NotifyType(notify_type)),
        });
    }
    for problem in &conversation.problems {
        text.push_str("; ");
        text.push_str(problem);
    }
    text
}

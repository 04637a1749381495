//! The course of a conversation, the same in both versions: from message to message, as far as the target goes.

use std::time::Duration;

use ike::{IkeVersion, MessageName, Role};

use super::Tester;
use crate::target::TargetError;

impl Tester<'_> {
    /// Goes through phase 1, or IKE_SA_INIT and IKE_AUTH, in the tester's part, as far as the target goes; then listens to
    /// what comes after it. An initiator of IKEv2, which shows nothing more by itself, is asked whether it is alive.
    ///
    /// # Errors
    /// This machine fails.
    pub fn negotiate(&mut self) -> Result<(), TargetError> {
        if self.go_to(self.last_message())? && self.conversation.role == Role::Initiator {
            match self.conversation.version {
                IkeVersion::V1 => self.wait_for(MessageName::QuickMode(1))?,
                IkeVersion::V2 => self.ask_alive()?,
            };
        }
        self.listen(self.target.patience())
    }

    /// How many messages phase 1, or IKE_SA_INIT and IKE_AUTH, have.
    const fn last_message(&self) -> u8 {
        match self.conversation.version {
            IkeVersion::V1 => 6,
            IkeVersion::V2 => 4,
        }
    }

    /// Goes on up to this message, which is the last that is sent, by either side. Says whether it came to that.
    ///
    /// # Errors
    /// This machine fails.
    pub fn go_to(&mut self, last: u8) -> Result<bool, TargetError> {
        self.go_on(1, last)
    }

    /// Goes on from one message up to another, the last that is sent, by either side.
    ///
    /// # Errors
    /// This machine fails.
    pub fn go_on(&mut self, first: u8, last: u8) -> Result<bool, TargetError> {
        for number in first..=last {
            let is_testers = (number % 2 == 1) == (self.conversation.role == Role::Responder);
            let went_on = match (self.conversation.version, is_testers) {
                (IkeVersion::V1, true) => self.say_main_mode(number)?,
                (IkeVersion::V1, false) => self.hear_main_mode(number)?,
                (IkeVersion::V2, true) => self.say_ikev2(number)?,
                (IkeVersion::V2, false) => self.hear_ikev2(number)?,
            };
            if !went_on {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Lets the target's clock run, and hears what it says meanwhile.
    ///
    /// # Errors
    /// This machine fails.
    pub fn pass(&mut self, seconds: u64) -> Result<(), TargetError> {
        self.listen(Duration::from_secs(seconds))
    }
}

//! The two tables of transitions as wholes: what can be reached, that nothing is ambiguous, where a negotiation can end.

use std::collections::BTreeSet;

use ike::{
    IKEV2_TRANSITIONS, Ikev2Input, Ikev2State, Input, QUICK_MODE_TRANSITIONS, QuickModeInput, QuickModeState,
    State, TRANSITIONS,
};

const INPUTS: [Input; 6] = [
    Input::RequestMainMode,
    Input::PeerMessage,
    Input::ProcessMainMode,
    Input::ProcessComplete,
    Input::PhaseOneComplete,
    Input::Delete,
];

const QUICK_MODE_INPUTS: [QuickModeInput; 4] =
    [QuickModeInput::Begin, QuickModeInput::PeerMessage, QuickModeInput::SpiReady, QuickModeInput::Installed];

/// A table of transitions: from a state, with an input, to a state.
type Table<S, I> = [(S, I, S)];

/// The states that lead on from `start`, itself included.
fn reachable<S: Copy + Ord, I>(table: &Table<S, I>, start: S) -> BTreeSet<S> {
    let mut found = BTreeSet::from([start]);
    loop {
        let next: BTreeSet<S> =
            table.iter().filter(|(from, _, _)| found.contains(from)).map(|(_, _, to)| *to).collect();
        if next.is_subset(&found) {
            return found;
        }
        found.extend(next);
    }
}

fn named<S: Copy + Ord, I>(table: &Table<S, I>) -> BTreeSet<S> {
    table.iter().flat_map(|(from, _, to)| [*from, *to]).collect()
}

fn ambiguous<S: Copy + Ord, I: Copy + Ord>(table: &Table<S, I>) -> bool {
    let keys: BTreeSet<(S, I)> = table.iter().map(|(from, input, _)| (*from, *input)).collect();
    keys.len() != table.len()
}

#[test]
fn the_states_of_phase_1_are_those_of_six_messages_seen_from_two_sides() {
    let mut expected = BTreeSet::from([State::Ready, State::Complete]);
    expected.extend((1..=6).map(State::Initiator));
    // MM6 is sent when the responder is done with MM5: its last state is Complete.
    expected.extend((1..=5).map(State::Responder));
    assert_eq!(named(TRANSITIONS), expected);
    assert_eq!(reachable(TRANSITIONS, State::Ready), expected);
}

#[test]
fn no_state_of_phase_1_has_two_ways_to_take_one_input() {
    assert!(!ambiguous(TRANSITIONS));
}

#[test]
fn phase_1_can_be_completed_from_every_state_of_it() {
    for state in named(TRANSITIONS) {
        assert!(reachable(TRANSITIONS, state).contains(&State::Complete), "{state:?}");
    }
}

#[test]
fn a_side_of_phase_1_never_becomes_the_other() {
    let is_initiator = |state: &State| matches!(state, State::Initiator(_));
    let is_responder = |state: &State| matches!(state, State::Responder(_));
    assert!(!reachable(TRANSITIONS, State::Initiator(1)).iter().any(is_responder));
    assert!(!reachable(TRANSITIONS, State::Responder(1)).iter().any(is_initiator));
}

#[test]
fn messages_of_phase_1_are_passed_one_by_one_and_in_their_order() {
    let number = |state: State| match state {
        State::Initiator(number) | State::Responder(number) => Some(number),
        State::Ready => Some(0),
        State::Complete | State::Deleted => None,
    };
    for &(from, input, to) in TRANSITIONS {
        let (Some(before), Some(after)) = (number(from), number(to)) else { continue };
        let step = u8::from(input != Input::ProcessMainMode);
        assert_eq!(after, before + step, "{from:?} with {input:?}");
    }
}

#[test]
fn only_the_end_of_phase_1_is_told_after_it() {
    let after: Vec<_> = TRANSITIONS.iter().filter(|(from, _, _)| *from == State::Complete).collect();
    assert_eq!(after, [&(State::Complete, Input::PhaseOneComplete, State::Complete)]);
}

#[test]
fn every_state_of_phase_1_can_be_deleted_and_nothing_follows() {
    for state in named(TRANSITIONS) {
        assert_eq!(state.after(Input::Delete), Some(State::Deleted), "{state:?}");
    }
    assert!(!named(TRANSITIONS).contains(&State::Deleted));
    for input in INPUTS {
        assert!(State::Deleted.after(input).is_none_or(|to| to == State::Deleted), "{input:?}");
    }
}

#[test]
fn what_the_table_of_phase_1_does_not_list_does_not_happen() {
    for from in named(TRANSITIONS) {
        for input in INPUTS.into_iter().filter(|input| *input != Input::Delete) {
            let listed = TRANSITIONS.iter().find(|(state, with, _)| (*state, *with) == (from, input));
            assert_eq!(from.after(input), listed.map(|(_, _, to)| *to), "{from:?} with {input:?}");
        }
    }
}

#[test]
fn every_state_of_quick_mode_is_reached_from_its_beginning() {
    let states = BTreeSet::from([
        QuickModeState::Ready,
        QuickModeState::InitiatorSent,
        QuickModeState::InitiatorInstalling,
        QuickModeState::ResponderSpi,
        QuickModeState::ResponderInstalling,
        QuickModeState::ResponderSent,
        QuickModeState::Complete,
    ]);
    assert_eq!(named(QUICK_MODE_TRANSITIONS), states);
    assert_eq!(reachable(QUICK_MODE_TRANSITIONS, QuickModeState::Ready), states);
}

#[test]
fn no_state_of_quick_mode_has_two_ways_to_take_one_input() {
    assert!(!ambiguous(QUICK_MODE_TRANSITIONS));
}

#[test]
fn quick_mode_can_be_completed_from_every_state_of_it_and_then_rests() {
    for state in named(QUICK_MODE_TRANSITIONS) {
        assert!(reachable(QUICK_MODE_TRANSITIONS, state).contains(&QuickModeState::Complete), "{state:?}");
    }
    for input in QUICK_MODE_INPUTS {
        assert_eq!(QuickModeState::Complete.after(input), None);
    }
}

#[test]
fn quick_mode_takes_three_messages_of_which_each_side_receives_its_own() {
    // QM2 for the initiator, QM1 and QM3 for the responder.
    let received_from = |start| {
        let states = reachable(QUICK_MODE_TRANSITIONS, start);
        let messages =
            QUICK_MODE_TRANSITIONS.iter().filter(|(_, input, _)| *input == QuickModeInput::PeerMessage);
        messages.filter(|(from, _, _)| states.contains(from)).count()
    };
    assert_eq!(received_from(QuickModeState::InitiatorSent), 1);
    assert_eq!(received_from(QuickModeState::ResponderSpi), 1);
    assert_eq!(QuickModeState::Ready.after(QuickModeInput::PeerMessage), Some(QuickModeState::ResponderSpi));
}

#[test]
fn what_the_table_of_quick_mode_does_not_list_does_not_happen() {
    for from in named(QUICK_MODE_TRANSITIONS) {
        for input in QUICK_MODE_INPUTS {
            let listed =
                QUICK_MODE_TRANSITIONS.iter().find(|(state, with, _)| (*state, *with) == (from, input));
            assert_eq!(from.after(input), listed.map(|(_, _, to)| *to), "{from:?} with {input:?}");
        }
    }
}

const IKEV2_INPUTS: [Ikev2Input; 7] = [
    Ikev2Input::Begin,
    Ikev2Input::Retry,
    Ikev2Input::InitRequest,
    Ikev2Input::InitResponse,
    Ikev2Input::AuthRequest,
    Ikev2Input::AuthResponse,
    Ikev2Input::Delete,
];

#[test]
fn the_states_of_ikev2_are_those_of_two_exchanges_seen_from_two_sides() {
    use Ikev2State::{Idle, InitiatorWaitsForAuth, InitiatorWaitsForInit, Ready, ResponderWaitsForAuth};
    let expected =
        BTreeSet::from([Idle, InitiatorWaitsForInit, InitiatorWaitsForAuth, ResponderWaitsForAuth, Ready]);
    assert_eq!(named(IKEV2_TRANSITIONS), expected);
    assert_eq!(reachable(IKEV2_TRANSITIONS, Idle), expected);
    assert!(!ambiguous(IKEV2_TRANSITIONS));
    for state in expected {
        assert!(reachable(IKEV2_TRANSITIONS, state).contains(&Ready), "{state:?} leads to no end");
    }
}

#[test]
fn a_session_of_ikev2_can_be_deleted_in_any_state_and_does_nothing_else_after() {
    for state in named(IKEV2_TRANSITIONS) {
        assert_eq!(state.after(Ikev2Input::Delete), Some(Ikev2State::Deleted));
    }
    for input in IKEV2_INPUTS.into_iter().filter(|input| *input != Ikev2Input::Delete) {
        assert_eq!(Ikev2State::Deleted.after(input), None);
        assert_eq!(Ikev2State::Ready.after(input), None, "{input:?}");
    }
}

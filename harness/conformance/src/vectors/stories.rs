//! The cases that are told first, so that a reader knows what the others are about.

use model::Version;

/// A case with a name and a sentence.
pub(super) struct Story {
    pub name: &'static str,
    pub story: &'static str,
    pub version: Version,
    /// Who begins, and its way: the CAs that it is enrolled in, the newest first, and those that it pins.
    pub initiator: (&'static str, &'static str),
    /// The way of the other one.
    pub responder: &'static str,
}

pub(super) const STORIES: [Story; 15] = [
    Story {
        name: "the-document-from-the-pinned-side",
        story: "Cisco document 117633 from R1, which comes up: R1 asks for its pin's CA only, so R2, which pins nothing, \
                signs with that.",
        version: Version::Ikev1,
        initiator: ("R1", "2,1/1"),
        responder: "1,2/none",
    },
    Story {
        name: "the-document-from-the-other-side",
        story: "The same two routers from R2: as responder R1 asks for every CA, its newest enrolment first; R2 signs for \
                that one, and R1 refuses what it asked for, because its profile pins the other.",
        version: Version::Ikev1,
        initiator: ("R2", "1,2/none"),
        responder: "2,1/1",
    },
    Story {
        name: "the-pinned-ca-enrolled-last",
        story: "The same from R2, but R1 enrolled in its pin's CA last and therefore asks for it first: up.",
        version: Version::Ikev1,
        initiator: ("R2", "1,2/none"),
        responder: "1,2/1",
    },
    Story {
        name: "a-request-that-cannot-be-answered-is-passed-over",
        story: "R2 is not enrolled in the CA that R1 asks for first, and answers the second request: up.",
        version: Version::Ikev1,
        initiator: ("R2", "1/none"),
        responder: "2,1/1",
    },
    Story {
        name: "without-pins-each-signs-for-what-the-other-enrolled-last",
        story: "Nobody pins anything: each router signs for the CA that the other one enrolled in last, and both accept \
                either.",
        version: Version::Ikev1,
        initiator: ("R1", "2,1/none"),
        responder: "1,2/none",
    },
    Story {
        name: "the-same-pin-on-both-sides",
        story: "Both pin CA1 and both enrolled in CA2 last: the responder's requests begin with CA2, and the initiator \
                passes over what it does not pin.",
        version: Version::Ikev1,
        initiator: ("R1", "2,1/1"),
        responder: "2,1/1",
    },
    Story {
        name: "different-pins",
        story: "R1 pins CA1, R2 pins CA2: each would sign with its own pin and accept the other's only.",
        version: Version::Ikev1,
        initiator: ("R1", "2,1/1"),
        responder: "1,2/2",
    },
    Story {
        name: "a-pin-that-the-peer-is-not-enrolled-in",
        story: "R2 asks for its pin's CA only, in which R1 is not enrolled: R1 accepts R2 and has nothing to answer with.",
        version: Version::Ikev1,
        initiator: ("R2", "2/2"),
        responder: "1/none",
    },
    Story {
        name: "ikev2-the-same-pin-on-both-sides",
        story: "Both pin CA1 and sign with it, whatever they enrolled in last.",
        version: Version::Ikev2,
        initiator: ("R1", "2,1/1"),
        responder: "1,2/1",
    },
    Story {
        name: "ikev2-an-initiator-needs-a-pin",
        story: "R1 pins nothing and therefore has nothing to sign with when it begins.",
        version: Version::Ikev2,
        initiator: ("R1", "2,1/none"),
        responder: "1,2/1",
    },
    Story {
        name: "ikev2-a-responder-needs-none",
        story: "The same two routers from R2: up, since R1 may sign with any trustpoint when it answers.",
        version: Version::Ikev2,
        initiator: ("R2", "1,2/1"),
        responder: "2,1/none",
    },
    Story {
        name: "ikev2-several-pins-against-one",
        story: "R2 pins both CAs and signs for the one that R1 asks for first, which R1 does not accept: it asks for every \
                CA before it knows its profile.",
        version: Version::Ikev2,
        initiator: ("R2", "1,2/1,2"),
        responder: "2,1/1",
    },
    Story {
        name: "ikev2-one-pin-against-several",
        story: "The same two routers from R1: up, since R1 signs with its pin and asks for it only.",
        version: Version::Ikev2,
        initiator: ("R1", "2,1/1"),
        responder: "1,2/1,2",
    },
    Story {
        name: "ikev2-the-same-two-pins-on-both-sides",
        story: "Both pin both: up from either side, each signing for what the other enrolled in last.",
        version: Version::Ikev2,
        initiator: ("R1", "2,1/1,2"),
        responder: "1,2/1,2",
    },
    Story {
        name: "ikev2-a-pin-without-enrolment",
        story: "R1 pins a CA that it is not enrolled in: none of the hashes that it receives is one that it can answer.",
        version: Version::Ikev2,
        initiator: ("R1", "2/1"),
        responder: "1,2/none",
    },
];

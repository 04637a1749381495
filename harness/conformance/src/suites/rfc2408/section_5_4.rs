//! RFC 2408 5.4 to 5.6: how an offer is processed.

use wire::ikev1::Doi;

use super::super::{MM1, MM2};
use crate::check::Check;
use crate::target::built_in::SUITES;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("an-unknown-doi-is-refused", &["rfc2408-5.4-doi-checked"])
            .content(MM1, "DOI 99", |draft| draft.offer(|offer| offer.doi = Doi(99)))
            .refused(),
        Check::initiator("an-initiator-refuses-an-unknown-doi", &["rfc2408-5.4-doi-checked"])
            .content(MM2, "DOI 99", |draft| draft.offer(|answer| answer.doi = Doi(99)))
            .refused(),
        Check::responder("an-unknown-situation-is-refused", &["rfc2408-5.4-situation-checked"])
            .content(MM1, "situation 80 hexadecimal", |draft| {
                draft.offer(|offer| offer.situation = vec![0, 0, 0, 0x80]);
            })
            .refused(),
        Check::initiator("an-initiator-refuses-an-unknown-situation", &["rfc2408-5.4-situation-checked"])
            .content(MM2, "situation 80 hexadecimal", |draft| {
                draft.offer(|answer| answer.situation = vec![0, 0, 0, 0x80]);
            })
            .refused(),
        Check::responder("what-is-said-to-an-offer-that-does-not-fit", &["rfc2408-5.4-no-proposal-chosen"])
            .content(MM1, "only a suite that the target does not have", |draft| {
                draft.offer(|offer| {
                    offer.proposals[0].transforms = vec![crate::tester::transform(1, SUITES[2])];
                });
            })
            .recorded(),
        Check::responder("an-unknown-transform-is-passed-over", &["rfc2408-5.6-unknown-transform-ignored"])
            .content(MM1, "a first transform of ID 99", |draft| {
                draft.offer(|offer| {
                    let transforms = &mut offer.proposals[0].transforms;
                    let mut unknown = transforms[0].clone();
                    unknown.id = 99;
                    transforms[0].number = 2;
                    transforms.insert(0, unknown);
                });
            })
            .accepted(),
        Check::responder("only-an-unknown-transform-is-refused", &["rfc2408-5.6-unknown-transform-ignored"])
            .content(MM1, "only a transform of ID 99", |draft| {
                draft.offer(|offer| offer.proposals[0].transforms[0].id = 99);
            })
            .refused(),
    ]
}

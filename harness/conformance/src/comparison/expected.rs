//! A prediction as a scenario expects it.

use model::{Pair, Prediction, Role};

use super::Comparison;

impl Comparison<'_> {
    /// What the model says of this negotiation as the `[[expect]]` of a `scenario.toml`; `routers` are the host names.
    #[must_use]
    pub fn expectation(&self, prediction: &Prediction, routers: Pair<&str>) -> String {
        let outcome = prediction.outcome.words();
        let mut text = format!("[[expect]]\nfrom = \"{}\"\noutcome = \"{outcome}\"\n", routers.initiator);
        if let Some(failure) = prediction.outcome.failure() {
            text += &format!(
                "failure = {{ message = \"{}\", router = \"{}\", code = \"{}\" }}\n",
                failure.message.words(),
                routers[failure.router],
                failure.reason.words()
            );
        }
        let certificates = [Role::Initiator, Role::Responder].into_iter().filter_map(|role| {
            let trustpoint = self.numbers[role].trustpoint_name(prediction.signed_with(role)?);
            Some(format!("{} = \"{trustpoint}\"", routers[role]))
        });
        let certificates: Vec<_> = certificates.collect();
        if !certificates.is_empty() {
            text += &format!("certificates = {{ {} }}\n", certificates.join(", "));
        }
        text
    }
}

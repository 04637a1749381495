//! The rules of `RULES.md` that the model decides by, as values.

use crate::few::Set;
use crate::tables::words;

words! {
    /// A rule of `RULES.md`. Those that are missing here fix bytes, times or the values of a configuration, or advise: no
    /// outcome depends on them.
    Rule {
        Ord1 = "ORD-1",
        Ord2 = "ORD-2",
        Ord3 = "ORD-3",
        Ord4 = "ORD-4",
        V1Req1 = "V1-REQ-1",
        V1Req2 = "V1-REQ-2",
        V1Req3 = "V1-REQ-3",
        V1Sel1 = "V1-SEL-1",
        V1Sel2 = "V1-SEL-2",
        V1Sel3 = "V1-SEL-3",
        V1Sel4 = "V1-SEL-4",
        V1Sel5 = "V1-SEL-5",
        V1Sel6 = "V1-SEL-6",
        V1Id1 = "V1-ID-1",
        V1Id2 = "V1-ID-2",
        V1Id3 = "V1-ID-3",
        V1Id4 = "V1-ID-4",
        V1Val1 = "V1-VAL-1",
        V1Val2 = "V1-VAL-2",
        V1Val4 = "V1-VAL-4",
        V1Val5 = "V1-VAL-5",
        V1Tra1 = "V1-TRA-1",
        V2Req1 = "V2-REQ-1",
        V2Req2 = "V2-REQ-2",
        V2Req3 = "V2-REQ-3",
        V2Sel1 = "V2-SEL-1",
        V2Sel2 = "V2-SEL-2",
        V2Sel3 = "V2-SEL-3",
        V2Sel4 = "V2-SEL-4",
        V2Sel5 = "V2-SEL-5",
        V2Pro1 = "V2-PRO-1",
        V2Pro2 = "V2-PRO-2",
        V2Pro3 = "V2-PRO-3",
        V2Val1 = "V2-VAL-1",
        V2Step1 = "V2-STEP-1",
        Def3 = "DEF-3",
        Def4 = "DEF-4",
    }
}

/// Rules; they are listed in the order of the document.
pub type RuleSet = Set<Rule>;

/// A decision and the rules that took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By<T> {
    /// What was decided.
    pub decision: T,
    /// By which rules.
    pub rules: RuleSet,
}

impl<T> By<T> {
    /// A decision by these rules.
    pub fn rules(decision: T, rules: impl IntoIterator<Item = Rule>) -> Self {
        Self { decision, rules: RuleSet::of(rules) }
    }

    /// The same decision, by these rules besides.
    #[must_use]
    pub fn and(self, rules: impl IntoIterator<Item = Rule>) -> Self {
        Self { rules: self.rules.with(RuleSet::of(rules)), ..self }
    }
}

impl RuleSet {
    /// Takes the rules of a decision into the set, and hands the decision on.
    pub fn take<T>(&mut self, by: By<T>) -> T {
        *self = self.with(by.rules);
        by.decision
    }
}

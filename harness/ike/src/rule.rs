//! The rules that decisions cite, as values. Their wording is in `harness/model/RULES.md`; this table holds the ids
//! only, and a test of `conformance` keeps the two in step.

macro_rules! rules {
    ($($variant:ident = $id:literal),+ $(,)?) => {
        /// A rule of `RULES.md` that a decision of the endpoint rests on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $id] $variant),+
        }

        impl Rule {
            /// Every rule that the endpoint can cite, in the order of `RULES.md`.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The id under which `RULES.md` and `ikespec explain` know the rule.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id),+
                }
            }
        }
    };
}

rules! {
    Ord1 = "ORD-1",
    Ord2 = "ORD-2",
    Ord3 = "ORD-3",
    Ord4 = "ORD-4",
    V1Pol1 = "V1-POL-1",
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
    V1Val3 = "V1-VAL-3",
    V1Val4 = "V1-VAL-4",
    V1Val5 = "V1-VAL-5",
    V1Tra1 = "V1-TRA-1",
    V2Pol1 = "V2-POL-1",
    V2Req1 = "V2-REQ-1",
    V2Req2 = "V2-REQ-2",
    V2Req3 = "V2-REQ-3",
    V2Req4 = "V2-REQ-4",
    V2Sel1 = "V2-SEL-1",
    V2Sel2 = "V2-SEL-2",
    V2Sel3 = "V2-SEL-3",
    V2Sel4 = "V2-SEL-4",
    V2Sel5 = "V2-SEL-5",
    V2Pro1 = "V2-PRO-1",
    V2Pro2 = "V2-PRO-2",
    V2Pro3 = "V2-PRO-3",
    V2Pro4 = "V2-PRO-4",
    V2Val1 = "V2-VAL-1",
    V2Step1 = "V2-STEP-1",
    V2Tra1 = "V2-TRA-1",
    Def5 = "DEF-5",
    Def6 = "DEF-6",
}

impl std::fmt::Display for Rule {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.id())
    }
}

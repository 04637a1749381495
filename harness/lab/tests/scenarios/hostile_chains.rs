//! Chains made to be expensive: the work of judging them is bounded, whatever the peer sends.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ike::Router;
use lab::certificates::Mint;
use lab::complete::World;
use lab::scenario::{AuthorityChange, CertificateChange, CertificateForm, Scenario};
use lab::side::Side;
use lab::verdict::try_direction;
use pki::{IssuerSignatures, Name, PublicKey, SignatureProblem, Signed};

/// So many CAs certify each other, each way round, and the root certifies each of them.
const MESHED: usize = 5;

#[test]
fn a_mesh_of_cas_costs_no_more_signatures_than_the_limit() {
    let mut scenario = with_mesh("ROOT");
    // Every path to the root is one of right signatures, and ends in vain.
    scenario.settings.certificates[0].form = CertificateForm {
        not_after: scenario.at.map(|mut at| {
            at.seconds -= 3600;
            at
        }),
        ..CertificateForm::default()
    };
    let (checks, code) = cost(&scenario);
    assert_eq!(checks, pki::Limits::default().signatures);
    assert_eq!(code, "certificate-chain-too-long");
}

#[test]
fn a_mesh_that_only_names_the_root_costs_a_signature_for_each_ca_at_most() {
    let mut scenario = with_mesh("PRETENDER");
    let pretender = AuthorityChange { subject: Some(name("ROOT")), ..AuthorityChange::default() };
    scenario.settings.authorities.insert("PRETENDER".to_owned(), pretender);
    scenario.settings.certificates.push(CertificateChange {
        router: "R2".to_owned(),
        trustpoint: "ROOT".to_owned(),
        authority: Some("ROOT".to_owned()),
        ..CertificateChange::default()
    });
    let (checks, code) = cost(&scenario);
    // Every path fails at the certificate below the root, and that is remembered.
    assert!((1..=MESHED).contains(&checks), "{checks} signatures");
    assert_eq!(code, "certificate-chain-too-long");
}

/// R1's certificate is one of a mesh of CAs that `root` certifies, and R1 sends all of their certificates.
fn with_mesh(root: &str) -> Scenario {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/scenarios");
    let mut scenario = Scenario::from_folder(&corpus.join("a-chain-of-nine-intermediates-comes-up")).unwrap();
    let settings = &mut scenario.settings;
    settings.authorities.retain(|label, _| label == "ROOT");
    let by_root = |subject: usize| format!("MESH{subject}-by-root");
    for subject in 0..MESHED {
        let others = (0..MESHED).filter(|&issuer| issuer != subject);
        let by_others = others.map(|issuer| (format!("MESH{subject}-by-MESH{issuer}"), by_root(issuer)));
        for (label, issuer) in by_others.chain([(by_root(subject), root.to_owned())]) {
            let certificate = AuthorityChange {
                subject: Some(name(&format!("MESH{subject}"))),
                key: Some(format!("MESH{subject}")),
                issuer: Some(issuer),
                form: CertificateForm::default(),
            };
            settings.authorities.insert(label, certificate);
        }
    }
    let sent = settings.authorities.keys().filter(|label| label.starts_with("MESH")).cloned().collect();
    settings.certificates[0].issuer = Some(by_root(0));
    settings.certificates[0].chain = Some(sent);
    scenario
}

fn name(common_name: &str) -> Name {
    Name::from_ios_text(&format!("cn={common_name},o=example")).unwrap()
}

/// How many signatures R2 checks to judge R1's chain, and why it refuses it.
fn cost(scenario: &Scenario) -> (usize, &'static str) {
    let texts = scenario.read_texts().unwrap();
    let mut world: World = scenario.world(&texts, None, &Mint::new()).unwrap();
    let mut parts = world.routers.second.parts().clone();
    let judge = Arc::new(Counting { judge: parts.issuer_signatures, checks: AtomicUsize::new(0) });
    parts.issuer_signatures = Arc::<Counting>::clone(&judge);
    world.routers.second = Arc::new(Router::new(parts).unwrap());
    let verdict = try_direction(&world, Side::First).unwrap().verdict;
    (judge.checks.load(Ordering::Relaxed), verdict.failure.unwrap().code.as_str())
}

/// Counts what it is asked.
struct Counting {
    judge: Arc<dyn IssuerSignatures + Send + Sync>,
    checks: AtomicUsize,
}

impl IssuerSignatures for Counting {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        self.checks.fetch_add(1, Ordering::Relaxed);
        self.judge.check(signed, issuer_key)
    }
}

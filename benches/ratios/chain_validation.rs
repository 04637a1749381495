//! Judging chains of certificates of one to four levels, and the CRLs of their issuers. Signatures are taken for granted
//! by all but where a case says how, for they take a hundred times as long as everything else; `rustls-webpki` judges the
//! same chains, `x509-parser` reads the same lists.

use std::hint::black_box;
use std::time::Duration;

use crypto::{EllipticCurve, HashAlgorithm, Real};
use ikespec_benches::negotiations::TakesAll;
use ikespec_benches::{Bench, Measuring, OURS};
use lab::certificates::{
    CertificateSpecification, Form, Mint, RevocationListSpecification, RevokedCertificate,
};
use lab::keys::{KeyId, KeyKind};
use pki::{
    Anchor, Authority, CalendarTime, Certificate, IssuerSignatures, Limits, Name, Policy, Remembering,
    RevocationList, RevocationMethod, SerialNumber, Setting, Validity, validate,
};
use rustls_pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

const NOW: u64 = 1_700_000_000;

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("chain_validation");
    let mint = Mint::new();
    (1..=4).for_each(|depth| chain(&mut bench, &mint, depth));
    signatures(&mut bench, &mint);
    [10, 1_000, 100_000].into_iter().for_each(|entries| revocation_list(&mut bench, &mint, entries));
}

/// From DER to a judgement, without revocation.
fn chain(bench: &mut Bench<'_>, mint: &Mint, depth: u16) {
    let chain = Chain::new(mint, depth);
    let case = format!("depth {depth}");
    chain.judge(&Vec::new(), RevocationMethod::None).expect("the chain is good");
    chain.judge_with_webpki().expect("the chain is good");
    bench.time(&case, OURS, || chain.judge(&Vec::new(), RevocationMethod::None));
    bench.time(&case, "rustls-webpki", || chain.judge_with_webpki());
    bench.compare(&case, "rustls-webpki", None);
}

/// The same with signatures that are verified, and with a judge that knows them.
fn signatures(bench: &mut Bench<'_>, mint: &Mint) {
    let chain = Chain::new(mint, 2);
    let remembering = Remembering::new(Real);
    let judge = |signatures: &dyn IssuerSignatures| {
        chain.judge_by(signatures, &Vec::new(), RevocationMethod::None).expect("the chain is good")
    };
    let (verified, known) = ("depth 2, ECDSA verified", "depth 2, ECDSA known");
    bench.time(verified, OURS, || judge(&Real));
    bench.time(known, OURS, || judge(&remembering));
    bench.compare_cases(known, verified, None);
}

fn revocation_list(bench: &mut Bench<'_>, mint: &Mint, entries: u32) {
    let chain = Chain::new(mint, 1);
    let der = chain.revocation_list(mint, entries);
    let read = || RevocationList::from_der(&der).expect("it was just made");
    let case = format!("reading a CRL of {entries} entries");
    bench.time(&case, OURS, read);
    bench.time(&case, "x509-parser", || {
        CertificateRevocationList::from_der(&der)
            .map(|(_, list)| black_box(list.iter_revoked_certificates().count()))
    });
    bench.compare(&case, "x509-parser", None);

    let lists = vec![read()];
    let case = format!("asking a CRL of {entries} entries");
    chain.judge(&lists, RevocationMethod::Crl).expect("the router is not on the list");
    bench.time(&case, OURS, || chain.judge(&lists, RevocationMethod::Crl));
    bench.compare_cases(&case, "depth 1", None);
}

/// A router's certificate and those of the CAs above it.
struct Chain {
    authorities: Vec<CertificateSpecification>,
    /// In DER, the router's own first, the root last.
    certificates: Vec<Vec<u8>>,
}

impl Chain {
    /// A chain with so many signatures.
    fn new(mint: &Mint, depth: u16) -> Self {
        let key = |index| KeyId { kind: KeyKind::Ec(EllipticCurve::P256), index };
        let day = |time| CalendarTime::from_unix(time);
        let validity = Validity { not_before: day(1_600_000_000), not_after: day(1_800_000_000) };
        let serial = || SerialNumber::from_contents(&[1]);
        let name = |level| Name::from_ios_text(&format!("cn=CA{level},o=cisco,o=com")).expect("it is a name");
        let authority = |level: u16| {
            let hash = HashAlgorithm::Sha256;
            CertificateSpecification::ios_authority(name(level), key(level), hash, serial(), validity)
        };
        let mut authorities: Vec<_> = (0..depth).map(authority).collect();
        for level in 1..authorities.len() {
            let above = authorities[level - 1].clone();
            let below = &mut authorities[level];
            below.issuer = above.subject.clone();
            below.issuer_key = above.subject_key.into();
            if let Form::Version3(extensions) = &mut below.form {
                extensions.authority_key_identifier = Some(above.subject_key_identifier());
            }
        }
        let subject = Name::from_ios_text("cn=R1,o=cisco,o=com").expect("it is a name");
        let issuer = authorities.last().expect("there is a root");
        let own = CertificateSpecification::ios_router(issuer, subject, key(depth), serial(), validity);
        let made = |specification| mint.certificate(specification).expect("a key on P-256 signs").to_vec();
        let certificates = std::iter::once(&own).chain(authorities.iter().rev()).map(made).collect();
        Self { authorities, certificates }
    }

    /// Reads the certificates that the peer sends, and judges all but their signatures.
    fn judge(
        &self,
        lists: &Vec<RevocationList>,
        method: RevocationMethod,
    ) -> Result<pki::Accepted, pki::Refusal> {
        self.judge_by(&TakesAll, lists, method)
    }

    /// Reads the certificates that the peer sends, and judges them.
    fn judge_by(
        &self,
        signatures: &dyn IssuerSignatures,
        lists: &Vec<RevocationList>,
        method: RevocationMethod,
    ) -> Result<pki::Accepted, pki::Refusal> {
        let mut certificates =
            self.certificates.iter().map(|der| Certificate::from_der(der).expect("it was just made"));
        let own = certificates.next().expect("the router has a certificate");
        let mut others: Vec<_> = certificates.collect();
        let root = others.pop().expect("there is a root");
        let anchors = [Anchor { authority: Authority::Certificate(root), revocation: vec![method] }];
        let setting = Setting {
            now: CalendarTime::from_unix(NOW.cast_signed()),
            policy: &Policy::ios(),
            limits: Limits::default(),
            revocation: lists,
            signatures,
        };
        validate(&own, &others, &anchors, &setting)
    }

    fn judge_with_webpki(&self) -> Result<usize, webpki::Error> {
        let der = |der: &Vec<u8>| CertificateDer::from_slice(der).into_owned();
        let certificates: Vec<_> = self.certificates.iter().map(der).collect();
        let [own, others @ .., root] = certificates.as_slice() else { return Err(webpki::Error::BadDer) };
        let anchors = [webpki::anchor_from_trusted_cert(root)?];
        let own = webpki::EndEntityCert::try_from(own)?;
        let now = UnixTime::since_unix_epoch(Duration::from_secs(NOW));
        let usage = webpki::KeyUsage::required_if_present(IPSEC_IKE);
        let path = own.verify_for_usage(&[&TakesAllToo], &anchors, others, now, usage, None, None)?;
        Ok(path.intermediate_certificates().count())
    }

    /// A list of the last CA, with the serial numbers from 1000 on.
    fn revocation_list(&self, mint: &Mint, entries: u32) -> Vec<u8> {
        let issuer = self.authorities.last().expect("there is a root");
        let date = CalendarTime::from_unix(1_650_000_000);
        let revoked = |entry: u32| RevokedCertificate {
            serial: SerialNumber::from_contents(&(1_000 + entry).to_be_bytes()),
            date,
            reason: None,
        };
        let specification = RevocationListSpecification {
            issuer: issuer.subject.clone(),
            issuer_key: issuer.subject_key.into(),
            signature_hash: HashAlgorithm::Sha256,
            this_update: date,
            next_update: None,
            revoked: (0..entries).map(revoked).collect(),
            authority_key_identifier: None,
            number: None,
        };
        mint.revocation_list(&specification).expect("a key on P-256 signs").to_vec()
    }
}

/// 1.3.6.1.5.5.7.3.17 (RFC 4945 5.1.3.12).
const IPSEC_IKE: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 17];

/// Takes every signature of ECDSA on P-256 for granted.
#[derive(Debug)]
struct TakesAllToo;

impl SignatureVerificationAlgorithm for TakesAllToo {
    fn verify_signature(&self, _: &[u8], _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P256
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA256
    }
}

//! `ikespec serve` and `ikespec dial`, with each other over the loopback interface.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::support::{IKEV2_SCENARIO, Run, SCENARIO, argument, command, folder, ikespec};

/// Two routers, and a time within the validity of their certificates.
struct Pair {
    scenario: &'static str,
    at: &'static str,
}

const IKEV1: Pair = Pair { scenario: SCENARIO, at: "2013-06-20T13:00:37+01:00" };
const IKEV2: Pair = Pair { scenario: IKEV2_SCENARIO, at: "2013-07-17T18:09:04+01:00" };

/// Two ports that nobody has.
fn free_ports() -> [String; 2] {
    let sockets = [(); 2].map(|()| UdpSocket::bind(("127.0.0.1", 0)).unwrap());
    sockets.map(|socket| socket.local_addr().unwrap().port().to_string())
}

fn lab(name: &str) -> PathBuf {
    lab_of(SCENARIO, name)
}

fn lab_of(scenario: &str, name: &str) -> PathBuf {
    let folder = folder(name);
    ikespec(&["lab", scenario, "--out", argument(&folder)]).exits(0);
    folder
}

fn text(router: &str) -> String {
    IKEV1.text(router)
}

impl Pair {
    fn text(&self, router: &str) -> String {
        format!("{}/{router}.txt", self.scenario)
    }
}

/// A responder that was started and listens.
struct Responder {
    process: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Responder {
    fn start(router: &str, lab: &Path, ports: &[String; 2]) -> Self {
        Self::start_in(&IKEV1, router, lab, ports)
    }

    fn start_in(pair: &Pair, router: &str, lab: &Path, [port, nat_port]: &[String; 2]) -> Self {
        let text = pair.text(router);
        let arguments = ["serve", &text, "--lab", argument(lab), "--at", pair.at, "--once"];
        let sockets = ["--listen", "127.0.0.1", "--port", port, "--nat-port", nat_port];
        let mut process =
            command(&[&arguments[..], &sockets].concat()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(line.contains(&format!("listens on 127.0.0.1:{port} and 127.0.0.1:{nat_port}")), "{line}");
        Self { process, output }
    }

    /// Waits for the end of the process.
    fn end(mut self) -> (i32, String) {
        let mut output = String::new();
        self.output.read_to_string(&mut output).unwrap();
        (self.process.wait().unwrap().code().unwrap(), output)
    }
}

fn dial(router: &str, lab: &Path, ports: &[String; 2], more: &[&str]) -> Run {
    dial_in(&IKEV1, router, lab, ports, more)
}

fn dial_in(pair: &Pair, router: &str, lab: &Path, [port, nat_port]: &[String; 2], more: &[&str]) -> Run {
    let (text, peer) = (pair.text(router), format!("127.0.0.1:{port}"));
    let arguments = ["dial", &text, "--lab", argument(lab), "--at", pair.at, "--peer", &peer];
    let sockets = ["--listen", "127.0.0.2", "--port", port, "--nat-port", nat_port];
    ikespec(&[&arguments[..], &sockets, more].concat())
}

#[test]
fn r1_dials_r2_and_both_are_authenticated() {
    let (lab, ports) = (lab("live-up"), free_ports());
    let responder = Responder::start("r2", &lab, &ports);
    let run = dial("r1", &lab, &ports, &[]).exits(0);
    assert!(run.output.contains("authenticated as R2.cisco.com (serialNumber=101+"), "{}", run.output);
    let (status, output) = responder.end();
    assert_eq!(status, 0, "{output}");
    assert!(output.contains("authenticated as R1.cisco.com (serialNumber=100+"), "{output}");
}

#[test]
fn r2_dials_r1_and_r1_refuses_its_certificate() {
    let (lab, ports) = (lab("live-refused"), free_ports());
    let responder = Responder::start("r1", &lab, &ports);
    let run = dial("r2", &lab, &ports, &["--timeout", "2"]).exits(1);
    assert!(run.output.contains("no answer within 2 s"), "{}", run.output);
    let (status, output) = responder.end();
    assert_eq!(status, 1, "{output}");
    assert!(output.contains("failed in MM5: no-suitable-trustpoint (V1-VAL-2)"), "{output}");
}

#[test]
fn in_ikev2_r1_dials_r2_and_both_are_authenticated() {
    let (lab, ports) = (lab_of(IKEV2_SCENARIO, "live-ikev2-up"), free_ports());
    let responder = Responder::start_in(&IKEV2, "r2", &lab, &ports);
    let run = dial_in(&IKEV2, "r1", &lab, &ports, &["-v"]).exits(0);
    assert!(run.output.contains("authenticated as 192.168.0.2 (serialNumber=101+"), "{}", run.output);
    assert!(run.output.contains("IKEv2:(SA ID = 1):"), "{}", run.output);
    let (status, output) = responder.end();
    assert_eq!(status, 0, "{output}");
    assert!(output.contains("authenticated as 192.168.0.1 (serialNumber=100+"), "{output}");
}

#[test]
fn in_ikev2_r2_dials_r1_and_r1_refuses_its_certificate_and_says_so() {
    let (lab, ports) = (lab_of(IKEV2_SCENARIO, "live-ikev2-refused"), free_ports());
    let responder = Responder::start_in(&IKEV2, "r1", &lab, &ports);
    let run = dial_in(&IKEV2, "r2", &lab, &ports, &[]).exits(1);
    assert!(run.output.contains("failed in IKE_AUTH request: refused-by-peer"), "{}", run.output);
    let (status, output) = responder.end();
    assert_eq!(status, 1, "{output}");
    assert!(output.contains("failed in IKE_AUTH request: no-suitable-trustpoint (V2-VAL-1)"), "{output}");
}

#[test]
fn verbose_prints_what_the_router_would_debug() {
    let (lab, ports) = (lab("live-verbose"), free_ports());
    let responder = Responder::start("r2", &lab, &ports);
    let run = dial("r1", &lab, &ports, &["-v"]).exits(0);
    assert!(run.output.contains("constructing CERT_REQ for issuer cn=CA1,o=cisco,o=com"), "{}", run.output);
    assert!(run.output.contains("SA authentication status: authenticated"), "{}", run.output);
    assert_eq!(responder.end().0, 0);
}

#[test]
fn nobody_there_is_no_answer() {
    let (lab, ports) = (lab("live-nobody"), free_ports());
    let run = dial("r1", &lab, &ports, &["--timeout", "1"]).exits(1);
    assert!(run.output.contains("no answer within 1 s"), "{}", run.output);
}

#[test]
fn a_missing_private_key_is_exit_status_2_and_names_the_command_that_makes_them() {
    let lab = lab("live-without-key");
    // Both certificates are for the same key, as those of a router with one key pair are.
    for trustpoint in ["IOSCA1", "IOSCA2"] {
        fs::remove_file(lab.join(format!("R1/private/{trustpoint}.pem"))).unwrap();
    }
    let run = ikespec(&["dial", &text("r1"), "--lab", argument(&lab)]).exits(2);
    for trustpoint in ["IOSCA1", "IOSCA2"] {
        assert!(
            run.errors.contains(&format!("trustpoint {trustpoint} has no private key")),
            "{}",
            run.errors
        );
    }
    assert!(run.errors.contains("ikespec lab"), "{}", run.errors);
}

#[test]
fn nothing_is_invented() {
    for command in ["serve", "dial"] {
        let run = ikespec(&[command, &text("r1")]).exits(2);
        assert!(run.errors.contains("trustpoint IOSCA1 has no CA certificate"), "{}", run.errors);
        assert!(run.errors.contains("ikespec lab"), "{}", run.errors);
    }
}

#[test]
fn a_port_that_is_taken_is_trouble_with_the_environment() {
    let lab = lab("live-port-taken");
    let taken = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let arguments = ["serve", &text("r1"), "--lab", argument(&lab), "--listen", "127.0.0.1", "--port", &port];
    let run = ikespec(&arguments).exits(3);
    assert!(run.errors.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{}", run.errors);
}

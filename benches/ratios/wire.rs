//! Reading and writing messages: typed reading against `ipsec-parser`, `ryke` and `isakmp`, where they can read the message,
//! and the walk over payloads against one written by hand.

use ikespec_benches::messages::{Ikev1Parts, Ikev2Parts, write_inside, write_main_mode, write_sa_init};
use ikespec_benches::reading::{ipsec_parser, isakmp, ours, ryke};
use ikespec_benches::{Bench, Measuring, OURS, walking};

/// The message, copied: below it nobody can write it. None of the peers writes messages from borrowed parts.
const COPY: &str = "a copy of the bytes";
/// A walk over the payloads, written by hand: below it nobody can get.
const WALK: &str = "minimal walk";

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("wire");
    sa_init(&mut bench);
    auth(&mut bench);
    main_mode(&mut bench);
}

fn sa_init(bench: &mut Bench<'_>) {
    let parts = Ikev2Parts::new(0);
    let payloads = parts.sa_init();
    let message = write_sa_init(&payloads).expect("nothing is too long");

    let case = "read IKE_SA_INIT";
    let sum = ours::ikev2(&message).expect("it was just written");
    assert_eq!(ipsec_parser::ikev2(&message), Some(sum));
    assert_eq!(ryke::ikev2(&message), Ok(sum));
    bench.time(case, OURS, || ours::ikev2(&message));
    bench.time(case, "ipsec-parser", || ipsec_parser::ikev2(&message));
    bench.time(case, "ryke", || ryke::ikev2(&message));
    bench.compare(case, "ipsec-parser", Some(1.0 / 8.0));
    bench.compare(case, "ryke", Some(1.0 / 2.0));

    let case = "walk IKE_SA_INIT";
    assert_eq!(walking::ikev2(&message).ok(), walking::minimal(&message));
    bench.time(case, OURS, || walking::ikev2(&message));
    bench.time(case, WALK, || walking::minimal(&message));
    bench.compare(case, WALK, Some(3.0));

    let case = "write IKE_SA_INIT";
    bench.time(case, OURS, || write_sa_init(&payloads));
    bench.time(case, COPY, || message.clone());
    bench.compare(case, COPY, None);
}

fn auth(bench: &mut Bench<'_>) {
    let parts = Ikev2Parts::new(7);
    let payloads = parts.auth();
    let (first, body) = write_inside(&payloads).expect("nothing is too long");

    let case = "read IKE_AUTH, decrypted";
    let sum = ours::inside(first, &body).expect("it was just written");
    assert_eq!(ipsec_parser::inside(first.0, &body), Some(sum));
    assert_eq!(ryke::inside(first.0, &body), Ok(sum));
    bench.time(case, OURS, || ours::inside(first, &body));
    bench.time(case, "ipsec-parser", || ipsec_parser::inside(first.0, &body));
    bench.time(case, "ryke", || ryke::inside(first.0, &body));
    bench.compare(case, "ipsec-parser", Some(1.0 / 8.0));
    bench.compare(case, "ryke", Some(1.0 / 2.0));

    let case = "walk IKE_AUTH, decrypted";
    assert_eq!(walking::inside(first, &body).ok(), walking::minimal_inside(first.0, &body));
    bench.time(case, OURS, || walking::inside(first, &body));
    bench.time(case, WALK, || walking::minimal_inside(first.0, &body));
    bench.compare(case, WALK, Some(3.0));

    let case = "write IKE_AUTH";
    bench.time(case, OURS, || write_inside(&payloads));
    bench.time(case, COPY, || body.clone());
    bench.compare(case, COPY, None);
}

fn main_mode(bench: &mut Bench<'_>) {
    let few = Ikev1Parts::new(7);
    let many = Ikev1Parts::new(100);
    let messages = [("MM1", few.mm1()), ("MM4, 7 requests", few.mm4()), ("MM4, 100 requests", many.mm4())];
    for (name, payloads) in messages {
        let message = write_main_mode(&payloads).expect("nothing is too long");
        let sum = ours::ikev1(&message).expect("it was just written");

        let case = format!("read {name}");
        assert_eq!(ryke::ikev1(&message), Ok(sum));
        bench.time(&case, OURS, || ours::ikev1(&message));
        bench.time(&case, "ryke", || ryke::ikev1(&message));
        bench.compare(&case, "ryke", Some(1.0 / 2.0));
        if name == "MM1" {
            assert_eq!(isakmp::ikev1(&message), Some(sum));
            bench.time(&case, "isakmp", || isakmp::ikev1(&message));
            bench.compare(&case, "isakmp", None);
        }

        let case = format!("walk {name}");
        assert_eq!(walking::ikev1(&message).ok(), walking::minimal(&message));
        bench.time(&case, OURS, || walking::ikev1(&message));
        bench.time(&case, WALK, || walking::minimal(&message));
        bench.compare(&case, WALK, Some(3.0));

        let case = format!("write {name}");
        bench.time(&case, OURS, || write_main_mode(&payloads));
        bench.time(&case, COPY, || message.clone());
        bench.compare(&case, COPY, None);
    }
}

//! The reference model: predictions per second, against going through the same space without predicting.

use std::hint::black_box;

use ::model::{Space, Version, ios, rfc};
use ikespec_benches::{Measuring, OURS};

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("model");
    for (name, version) in [("IKEv1", Version::Ikev1), ("IKEv2", Version::Ikev2)] {
        let space = Space::new(version, 3);
        let predictions = space.len() as f64;
        bench.time(name, OURS, || space.negotiations().for_each(|it| _ = black_box(ios::predict(&it))));
        bench.time(name, "the space alone", || space.negotiations().for_each(|it| _ = black_box(it)));
        bench.time(name, "the reading of the RFCs", || {
            space.negotiations().for_each(|it| _ = black_box(rfc::read(&it)));
        });
        bench.compare(name, "the space alone", None);
        bench.compare(name, "the reading of the RFCs", None);
        bench.rate(name, predictions, "predictions", Some(500_000.0));
    }
}

//! Cases about the adoption of a record that was created at the vendor. Whatever the vendor returns, no change is
//! planned and no field has drifted.

use switchboard_core::{model::Root, plan::Handling, rule::document_path};

use super::{CaseResult, passed};
use crate::{
    bench::Bench,
    oddity::{mixed, oddities, places, strange},
};

/// The number of tested answers that have strange values in several fields.
const MIXED: usize = 300;

/// Checks that an adopted record needs no write at the vendor, neither during its adoption nor afterwards.
pub fn an_adopted_record_needs_nothing<R: Root>(bench: &Bench<R>) -> CaseResult {
    let full = bench.answer(bench.linked(bench.create(&bench.full, Handling::Lenient)?.document())?);
    let least = bench.answer(bench.linked(bench.create(&bench.least, Handling::Lenient)?.document())?);
    let (places, oddities) = (places(bench), oddities());
    for answer in [&full, &least] {
        bench.adopts(answer)?;
        for place in &places {
            for odd in &oddities {
                bench.adopts(&strange(answer, [(*place, odd)]))?;
            }
            let mut gone = answer.clone();
            document_path::remove(&mut gone, place);
            bench.adopts(&gone)?;
        }
    }
    for answer in mixed(bench, &full, MIXED) {
        bench.adopts(&answer)?;
    }
    passed()
}

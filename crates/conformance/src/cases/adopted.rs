//! What must hold of a record that was made at the vendor and is taken over as it is, whatever the vendor says of it:
//! nothing is planned for it, and nothing has drifted.

use switchboard_core::{Handling, Root, document_path};

use super::{CaseResult, passed};
use crate::{
    bench::Bench,
    oddity::{mixed, oddities, places, strange},
};

/// So many answers have several strange members at once.
const MIXED: usize = 300;

/// A record that is taken over as it is needs nothing at the vendor, then and afterwards.
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

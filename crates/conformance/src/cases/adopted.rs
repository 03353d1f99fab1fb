//! What must hold of a record that was made at the vendor and is taken over as it is, whatever the vendor says of it:
//! nothing is planned for it, and nothing has drifted.

use serde_json::{Value, json};
use switchboard_core::{Handling, Root, place};

use super::{Checked, passed};
use crate::bench::{Bench, touched};

/// So many answers have several strange members at once.
const MIXED: u64 = 1_000;

/// What a vendor may say anywhere: other types than are documented, numbers beyond every range, more text than the model
/// takes.
fn oddities() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1),
        json!(0.35),
        json!(7.77),
        json!(61),
        json!(1e9),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("0"),
        json!("1.25"),
        json!("off"),
        json!("en,,xx,de"),
        json!("none of the documented"),
        json!("x".repeat(100_001)),
        json!([]),
        json!([null]),
        json!(["x", "x"]),
        json!(vec!["x"; 201]),
        json!([{ "type": "unheard_of" }]),
        json!({}),
        json!({ "x": { "y": null } }),
    ]
}

/// A record that is taken over as it is needs nothing at the vendor, then and afterwards.
pub fn an_adopted_record_needs_nothing<R: Root>(bench: &Bench<R>) -> Checked {
    let full = bench.answer(bench.create(&bench.full, Handling::Lenient)?.body);
    let least = bench.answer(bench.create(&bench.least, Handling::Lenient)?.body);
    let (places, oddities) = (places(bench), oddities());
    for answer in [&full, &least] {
        bench.adopts(answer)?;
        for place in &places {
            for odd in &oddities {
                bench.adopts(&strange(answer, [(*place, odd)]))?;
            }
            let mut gone = answer.clone();
            place::remove(&mut gone, place);
            bench.adopts(&gone)?;
        }
    }
    let mut chance = Chance(1);
    for _ in 0..MIXED {
        let changed = places
            .iter()
            .filter_map(|place| (chance.of(4) == 0).then(|| (*place, &oddities[chance.of(oddities.len())])));
        bench.adopts(&strange(&full, changed.collect::<Vec<_>>()))?;
    }
    passed()
}

/// Every vendor field that an answer may have.
fn places<R: Root>(bench: &Bench<R>) -> Vec<&'static str> {
    let mut places: Vec<_> =
        bench.rows.iter().flat_map(|row| touched(row).chain(row.footprint.answered_as)).collect();
    places.retain(|place| !place.is_empty());
    places.sort_unstable();
    places.dedup();
    places
}

fn strange<'a>(answer: &Value, values: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Value {
    let mut answer = answer.clone();
    for (place, value) in values {
        place::put(&mut answer, place, value.clone());
    }
    answer
}

/// Numbers that are the same in every run.
struct Chance(u64);

impl Chance {
    /// A number below `limit`.
    fn of(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

//! Answers that no documentation allows.

use serde_json::{Value, json};
use switchboard_core::{model::Root, rule::document_path};

use crate::bench::{Bench, touched};

/// Returns the values that a vendor might return anywhere: other types than are documented, numbers beyond every
/// range, longer strings than the model accepts.
pub fn oddities() -> Vec<Value> {
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

/// Lists every vendor field that an answer can have.
pub fn places<R: Root>(bench: &Bench<R>) -> Vec<&'static str> {
    let mut places: Vec<_> =
        bench.rows.iter().flat_map(|row| touched(row).chain(row.footprint.answered_as)).collect();
    places.retain(|place| !place.is_empty());
    places.sort_unstable();
    places.dedup();
    places
}

/// Returns the answer with these values in it.
pub fn strange<'a>(answer: &Value, values: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Value {
    let mut answer = answer.clone();
    for (place, value) in values {
        document_path::put(&mut answer, place, value.clone());
    }
    answer
}

/// Returns answers that have several strange members each, identical in every run.
pub fn mixed<R: Root>(bench: &Bench<R>, answer: &Value, times: usize) -> impl Iterator<Item = Value> {
    let (places, oddities, mut chance) = (places(bench), oddities(), Random(1));
    std::iter::repeat_with(move || {
        let changed: Vec<_> = places.iter().copied().filter(|_| chance.below(4) == 0).collect();
        let values = changed.into_iter().map(|place| (place, &oddities[chance.below(oddities.len())]));
        strange(answer, values)
    })
    .take(times)
}

/// A generator of pseudo-random numbers.
struct Random(u64);

impl Random {
    /// Returns a number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

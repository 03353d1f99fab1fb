//! Answers that contradict the vendor's documentation.

use serde_json::{Value, json};
use switchboard_core::{
    model::{Root, schema},
    rule::document_path,
};

use crate::bench::{Bench, touched};

/// Returns strange values that a vendor might return in any field: values of undocumented types, numbers outside every
/// range, strings longer than the model accepts, and others.
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

/// Returns copies of an answer. For each member of each object, there is one copy without the member, and one copy for
/// each strange value in its place.
pub fn strange_copies(answer: &Value) -> Vec<Value> {
    let mut pointers = Vec::new();
    list_members(answer, "", &mut pointers);
    let oddities = oddities();
    let copies = pointers.iter().flat_map(|pointer| {
        let mut without = answer.clone();
        schema::take(&mut without, pointer);
        let replaced = oddities.iter().map(|oddity| {
            let mut copy = answer.clone();
            if let Some(place) = copy.pointer_mut(pointer) {
                place.clone_from(oddity);
            }
            copy
        });
        std::iter::once(without).chain(replaced).collect::<Vec<_>>()
    });
    copies.collect()
}

fn list_members(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let pointer = format!("{at}/{}", schema::escape(name));
                list_members(member, &pointer, out);
                out.push(pointer);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                list_members(item, &format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}

/// Lists the paths of all vendor fields that an answer can contain.
pub fn places<R: Root>(bench: &Bench<R>) -> Vec<&'static str> {
    let mut places: Vec<_> =
        bench.rows.iter().flat_map(|row| touched(row).chain(row.footprint.answered_as)).collect();
    places.retain(|place| !place.is_empty());
    places.sort_unstable();
    places.dedup();
    places
}

/// Returns a copy of the answer with these values at their paths.
pub fn strange<'a>(answer: &Value, values: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Value {
    let mut answer = answer.clone();
    for (place, value) in values {
        document_path::put(&mut answer, place, value.clone());
    }
    answer
}

/// Returns copies of an answer, each with strange values in several fields. Every run returns the same
/// copies.
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

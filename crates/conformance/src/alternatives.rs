//! Fields that exclude each other, of which no record has more than one.

use serde_json::Value;
use switchboard_core::{
    error::Error,
    model::{Root, schema},
    rule::Capability,
};

use crate::bench::{Bench, refusals};

impl<R: Root> Bench<R> {
    /// Returns the full record with the value that the full sample has for a field.
    pub fn full_with(&self, row: &Capability) -> Option<Value> {
        Some(self.changed(&self.full, row, self.given.pointer(&row.field)?))
    }

    /// Returns true if the vendor refuses a record only because it requires a field that excludes this one.
    pub fn requires_alternative(&self, row: &Capability, error: &Error) -> bool {
        let refusals = refusals(error);
        let is_other = |refused: &String| alternatives::<R>(&row.field).any(|other| other == refused);
        !refusals.is_empty() && refusals.keys().all(is_other)
    }
}

/// Removes the fields that exclude a field from a record.
pub fn drop_alternatives<R: Root>(document: &mut Value, field: &str) {
    alternatives::<R>(field).for_each(|other| drop(schema::take(document, other)));
}

/// Lists the fields that exclude a field.
fn alternatives<R: Root>(field: &str) -> impl Iterator<Item = &'static str> {
    let pairs = R::ALTERNATIVES.iter().filter(move |pair| pair.contains(&field));
    pairs.flatten().copied().filter(move |other| *other != field)
}

//! Starting states of updates for records whose state at the vendor is uncertain.

use serde_json::{Map, Value};

use crate::{model::Root, plan::Desired};

/// Builds the starting state of an update for a vendor that holds one of several `states`, if it is not known which
/// one. The result differs from `desired` in each field in which any of the states differs from `desired`.
///
/// A plan that starts from the result sends every field whose desired value the vendor might lack. It clears every
/// field that `desired` lacks and the vendor might have. The result serves no other purpose: its values are an
/// arbitrary mixture.
pub fn uncertain<R: Root>(states: &[&Desired<R>], desired: &Desired<R>) -> Desired<R> {
    let records: Vec<_> = states.iter().map(|state| &state.record).collect();
    let extensions: Vec<_> = states.iter().map(|state| Some(&state.extensions)).collect();
    Desired {
        record: desired.record.unlike(&records),
        extensions: mix_members(Some(&desired.extensions), &extensions),
    }
}

/// Builds the starting state of an extension, or of a value in it. Only the adapter defines which values of
/// its extension are leaves, so objects are mixed member by member.
fn mix_values(desired: Option<&Value>, states: &[Option<&Value>]) -> Option<Value> {
    let Some(other) = states.iter().find(|state| **state != desired) else { return desired.cloned() };
    let object = |value: &Option<&Value>| value.is_none_or(Value::is_object);
    if object(&desired) && states.iter().all(object) {
        let states: Vec<_> = states.iter().map(|state| state.and_then(Value::as_object)).collect();
        let mixed = Value::Object(mix_members(desired.and_then(Value::as_object), &states));
        if Some(&mixed) != desired {
            return Some(mixed);
        }
    }
    other.cloned()
}

fn mix_members(
    desired: Option<&Map<String, Value>>,
    states: &[Option<&Map<String, Value>>],
) -> Map<String, Value> {
    let names = states.iter().chain([&desired]).flatten().flat_map(|members| members.keys());
    let mut mixed = Map::new();
    for name in names {
        let states: Vec<_> =
            states.iter().map(|members| members.and_then(|members| members.get(name))).collect();
        if let Some(value) = mix_values(desired.and_then(|members| members.get(name)), &states) {
            mixed.insert(name.clone(), value);
        }
    }
    mixed
}

//! Writing over a state that is not known for certain.

use serde_json::{Map, Value};

use crate::{model::Root, plan::Desired};

/// Builds a state to plan an update from if the vendor holds an unknown one of several: it is
/// unlike `desired` in every field in which one of `states` is.
///
/// A plan from it sends every field that is not certainly there, and clears every field that any of
/// the states had and `desired` has not. The statements of such a plan about the state itself have
/// no meaning.
pub fn uncertain<R: Root>(states: &[&Desired<R>], desired: &Desired<R>) -> Desired<R> {
    let records: Vec<_> = states.iter().map(|state| &state.record).collect();
    let extensions: Vec<_> = states.iter().map(|state| Some(&state.extensions)).collect();
    Desired {
        record: desired.record.unlike(&records),
        extensions: mix_members(Some(&desired.extensions), &extensions),
    }
}

/// Builds the same state for settings whose leaves only their adapter knows: a leaf that is an
/// object is unlike if a member of it is.
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

//! The conditions of routing rules.

use std::collections::BTreeMap;

use switchboard_config::routing::Condition;
use switchboard_core::model::Direction;

use crate::records::{Managed, RoutingValues};

/// Returns true if a record with these values satisfies every member of a condition. An empty member is always
/// satisfied. Any other member requires that the record has the field. The member `phone_number` contains prefixes; it
/// is satisfied if one of the record's phone numbers starts with one of them.
pub fn matches(when: &Condition, values: &RoutingValues) -> bool {
    let RoutingValues { pin: _, labels, language, direction, phone_numbers } = values;
    let spoken = language.as_deref();
    let language = when.language.is_empty()
        || spoken.is_some_and(|spoken| when.language.iter().any(|tag| is_form_of(spoken, tag.as_str())));
    let direction = when.direction.is_empty()
        || direction.is_some_and(|is| when.direction.iter().any(|word| is_named(is, word)));
    let phone_number = when.phone_number.is_empty()
        || phone_numbers
            .iter()
            .any(|number| when.phone_number.iter().any(|prefix| number.starts_with(prefix.as_str())));
    language && direction && has(labels, &when.labels) && phone_number
}

/// Returns true if the record's language (BCP 47) is `tag` or a more specific form of `tag`, such as `de-AT` for `de`. The
/// comparison ignores case.
pub fn speaks<R: Managed>(record: &R, tag: &str) -> bool {
    record.language().is_some_and(|spoken| is_form_of(spoken.as_str(), tag))
}

/// Returns true if the record has a call direction whose name in the API is `word`.
pub fn takes<R: Managed>(record: &R, word: &str) -> bool {
    record.direction().is_some_and(|is| is_named(is, word))
}

fn is_form_of(spoken: &str, tag: &str) -> bool {
    let (spoken, tag) = (spoken.to_ascii_lowercase(), tag.to_ascii_lowercase());
    spoken.strip_prefix(&tag).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn is_named(direction: Direction, word: &str) -> bool {
    serde_json::to_value(direction).is_ok_and(|is| is == word)
}

/// Returns true if `labels` contains every label in `wanted` with the same value.
pub fn has(labels: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> bool {
    wanted.iter().all(|(name, value)| labels.get(name) == Some(value))
}

//! The conditions of routing rules.

use std::collections::BTreeMap;

use switchboard_config::routing::Condition;

use crate::records::Managed;

/// Returns true if a record meets every criterion of a condition. A criterion on a field that the record lacks is met only if
/// the criterion is empty. A criterion on the phone number is met if any phone number of the record meets it.
pub fn matches<R: Managed>(when: &Condition, record: &R, labels: &BTreeMap<String, String>) -> bool {
    let language = when.language.is_empty() || when.language.iter().any(|tag| speaks(record, tag.as_str()));
    let direction = when.direction.is_empty() || when.direction.iter().any(|word| takes(record, word));
    let labelled = has(labels, &when.labels);
    let phone_number = when.phone_number.is_empty()
        || record.phone_numbers().into_iter().any(|number| {
            when.phone_number.iter().any(|prefix| number.as_str().starts_with(prefix.as_str()))
        });
    language && direction && labelled && phone_number
}

/// Returns true if the record's language (BCP 47) is `tag` or a more specific form of `tag`, such as `de-AT` for `de`. The
/// comparison ignores case.
pub fn speaks<R: Managed>(record: &R, tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    record.language().is_some_and(|spoken| {
        let spoken = spoken.as_str().to_ascii_lowercase();
        spoken.strip_prefix(&tag).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

/// Returns true if the record has a call direction whose name in the API is `word`.
pub fn takes<R: Managed>(record: &R, word: &str) -> bool {
    record.direction().is_some_and(|is| serde_json::to_value(is).is_ok_and(|is| is == word))
}

/// Returns true if `labels` contains every label in `wanted` with the same value.
pub fn has(labels: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> bool {
    wanted.iter().all(|(name, value)| labels.get(name) == Some(value))
}

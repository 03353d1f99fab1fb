//! Whether a record is what a rule is for.

use std::collections::BTreeMap;

use crate::{config::routing::Condition, service::Managed};

/// Whether a record meets every part of a condition. What a record does not have meets only what is not asked.
pub fn matches<R: Managed>(when: &Condition, record: &R, labels: &BTreeMap<String, String>) -> bool {
    let language = when.language.is_empty()
        || record.language().is_some_and(|spoken| {
            let spoken = spoken.as_str().to_ascii_lowercase();
            when.language.iter().any(|tag| {
                let tag = tag.as_str().to_ascii_lowercase();
                spoken == tag || spoken.starts_with(&format!("{tag}-"))
            })
        });
    let direction = when.direction.is_empty()
        || record.direction().is_some_and(|is| {
            let word = serde_json::to_value(is).unwrap_or_default();
            when.direction.iter().any(|wanted| word == wanted.as_str())
        });
    let labelled = when.labels.iter().all(|(name, value)| labels.get(name) == Some(value));
    let phone_number = when.phone_number.is_empty()
        || record.phone_number().is_some_and(|number| {
            when.phone_number.iter().any(|prefix| number.as_str().starts_with(prefix.as_str()))
        });
    language && direction && labelled && phone_number
}

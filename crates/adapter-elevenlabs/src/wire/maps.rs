//! Codecs for the vendor's maps with arbitrary keys. An update adds and changes entries. Whether an update can remove
//! an entry is not documented.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use switchboard_core::prelude::*;

use crate::catalogue::LANGUAGE_CODES;

/// Builds the codec for the values of placeholders. The vendor's values are strings, numbers or booleans.
pub fn variables() -> impl Codec<BTreeMap<String, String>> {
    growing_map::<BTreeMap<String, String>>(
        |values| Ok((values.iter().map(|(name, value)| (name.clone(), json!(value))).collect(), None)),
        |map| {
            let text = |value| scalar(value).or_else(|| value.as_bool().map(|flag| flag.to_string()));
            map.iter().map(|(name, value)| Some((name.clone(), text(value)?))).collect()
        },
    )
}

/// Builds the codec for additional languages: a map whose keys are language codes, read in alphabetical order. A
/// regional variant that the vendor does not support gets the code of its language, and is reported.
pub fn additional_languages() -> impl Codec<Vec<Language>> {
    growing_map::<Vec<Language>>(
        |languages| {
            let supported = |language: &Language| {
                let tags = [language.as_str(), language.primary()];
                let mut known = tags.iter().flat_map(|tag| {
                    LANGUAGE_CODES.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(tag))
                });
                let none = || format!("the vendor does not support the language {:?}.", language.as_str());
                known.next().ok_or_else(|| Refusal::Unsupported(none()))
            };
            let mut entries = Map::new();
            let (mut sent, mut substituted) = (Vec::new(), Vec::new());
            for language in languages {
                let (tag, code) = supported(language)?;
                if entries.insert((*code).to_owned(), json!({ "overrides": {} })).is_none() {
                    sent.push(*tag);
                }
                if !tag.eq_ignore_ascii_case(language.as_str()) {
                    substituted.push(format!("no {:?}", language.as_str()));
                }
            }
            sent.sort_unstable();
            let loss = (!substituted.is_empty()).then(|| Loss {
                verdict: Verdict::Substituted,
                sent: json!(sent),
                why: format!("The vendor has {}.", substituted.join(" and ")),
            });
            Ok((entries, loss))
        },
        |map| {
            let tag = |code| LANGUAGE_CODES.iter().find(|(_, known)| known == code).map(|(tag, _)| *tag);
            let mut tags = map.keys().map(tag).collect::<Option<Vec<_>>>()?;
            tags.sort_unstable();
            tags.into_iter().map(|tag| Language::new(tag).ok()).collect()
        },
    )
}

/// An entry of `data_collection`.
#[derive(Serialize, Deserialize)]
struct DataPoint {
    r#type: ExtractedType,
    #[serde(default)]
    description: String,
    #[serde(default, rename = "enum")]
    choices: Option<Vec<String>>,
}

/// Builds the codec for extractions: a map whose keys are the names of data points, read in alphabetical order. Refuses
/// an extraction without a description, and two with the same name.
pub fn extraction() -> impl Codec<Vec<Extraction>> {
    growing_map::<Vec<Extraction>>(
        |items| {
            let mut entries = Map::new();
            for Extraction { name, r#type, description, choices } in items {
                if description.is_empty() {
                    return Err(Refusal::Refused(format!("the vendor requires a description for {name:?}.")));
                }
                let (description, choices) = (description.clone(), choices.clone());
                let point = DataPoint { r#type: *r#type, description, choices };
                if entries.insert(name.clone(), json!(point)).is_some() {
                    let why = format!("the vendor holds only one data point with the name {name:?}.");
                    return Err(Refusal::Refused(why));
                }
            }
            Ok((entries, None))
        },
        |map| {
            let item = |(name, point): (&String, _)| {
                let DataPoint { r#type, description, choices } = DataPoint::deserialize(point).ok()?;
                Some(Extraction { name: name.clone(), r#type, description, choices })
            };
            let mut items = map.iter().map(item).collect::<Option<Vec<_>>>()?;
            items.sort_by(|one, other| one.name.cmp(&other.name));
            Some(items)
        },
    )
}

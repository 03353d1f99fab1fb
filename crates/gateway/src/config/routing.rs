//! `[routing]`.

use std::collections::BTreeMap;

use oxilangtag::LanguageTag;

use super::{table::Table, vendor::Names};

/// Which vendor an agent goes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Routing {
    /// Where no rule matches.
    pub default: Option<String>,
    /// The first that matches decides.
    pub rules: Vec<Rule>,
}

/// A vendor for the agents that meet a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The condition.
    pub when: Condition,
    /// The vendor's configured name.
    pub vendor: String,
}

/// What an agent must be. Empty parts are met by every agent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Condition {
    /// One of these languages (BCP 47), regions of them included.
    pub language: Vec<LanguageTag<String>>,
    /// One of these directions: `inbound`, `outbound`.
    pub direction: Vec<String>,
    /// All of these labels.
    pub labels: BTreeMap<String, String>,
}

impl Routing {
    pub(super) fn read(mut table: Table<'_>, vendors: &Names) -> Self {
        let default = vendors.take(&mut table, "default");
        let rules = table.list("rules").into_iter().filter_map(|rule| Rule::read(rule, vendors)).collect();
        table.end();
        Self { default, rules }
    }
}

impl Rule {
    fn read(mut table: Table<'_>, vendors: &Names) -> Option<Self> {
        let when = Condition::read(table.table("when"));
        let vendor = table.must("vendor", |t, key| vendors.take(t, key));
        table.end();
        Some(Self { when, vendor: vendor? })
    }
}

impl Condition {
    fn read(mut table: Table<'_>) -> Self {
        let languages: Vec<String> = table.take("language").unwrap_or_default();
        let language = languages.into_iter().filter_map(|text| match LanguageTag::parse(text.clone()) {
            Ok(tag) => Some(tag),
            Err(error) => {
                table.refuse("language", format!("{text:?} is not a language tag (BCP 47): {error}"));
                None
            }
        });
        let language = language.collect();
        let direction: Vec<String> = table.take("direction").unwrap_or_default();
        if let Some(wrong) = direction.iter().find(|text| !["inbound", "outbound"].contains(&text.as_str())) {
            table.refuse("direction", format!("{wrong:?} is neither inbound nor outbound"));
        }
        let labels = table.take("labels").unwrap_or_default();
        table.end();
        Self { language, direction, labels }
    }
}

//! `[routing]`.

use std::collections::BTreeMap;

use oxilangtag::LanguageTag;

use super::{table::Table, vendor::Names};

/// Which vendor an agent goes to, and what becomes of agents that are elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    /// Where no rule matches.
    pub default: Option<String>,
    /// The first that matches decides.
    pub rules: Vec<Rule>,
    /// What to do with agents that their route no longer leads to where they are.
    pub on_change: OnChange,
    /// What such an agent may lose when it is moved: JSON pointers (RFC 6901), each for a field and all below it; the empty
    /// one for everything.
    pub accept_loss: Vec<String>,
    /// What becomes of the record it leaves behind.
    pub retire: Retire,
}

/// What to do with agents that are not where their route leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnChange {
    /// Nothing: they are listed to whoever asks.
    Report,
    /// They are moved.
    Migrate,
}

/// What becomes of the vendor's record of an agent that moved away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retire {
    /// It stays at the vendor, for the way back.
    Keep,
    /// It is removed.
    Delete,
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
    pub(super) fn read(mut table: Table<'_>, vendors: &Names) -> Option<Self> {
        let default = vendors.take(&mut table, "default");
        let rules = table.list("rules").into_iter().filter_map(|rule| Rule::read(rule, vendors)).collect();
        let on_change = table.must("on_change", |t, key| {
            t.word(key, &[("report", OnChange::Report), ("migrate", OnChange::Migrate)])
        });
        let accept_loss: Vec<String> = table.take("accept_loss").unwrap_or_default();
        for (index, text) in accept_loss.iter().enumerate().filter(|(_, text)| !is_pointer(text)) {
            let message =
                format!("{text:?} is not a JSON pointer, such as \"/voice/speed\", or \"\" for everything");
            table.refuse(&format!("accept_loss[{index}]"), message);
        }
        let retire =
            table.must("retire", |t, key| t.word(key, &[("keep", Retire::Keep), ("delete", Retire::Delete)]));
        table.end();
        Some(Self { default, rules, on_change: on_change?, accept_loss, retire: retire? })
    }
}

/// Whether a text is a JSON pointer (RFC 6901).
fn is_pointer(text: &str) -> bool {
    let escaped = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    escaped && (text.is_empty() || text.starts_with('/'))
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

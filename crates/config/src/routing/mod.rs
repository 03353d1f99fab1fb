//! `[routing]`.

mod rule;

use serde::{Deserialize, Serialize};

use super::{table::Table, vendor::VendorNames};

pub use rule::{Condition, Require, Rule};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retire {
    /// It stays at the vendor, for the way back.
    Keep,
    /// It is removed.
    Delete,
}

impl Routing {
    pub(super) fn read(mut table: Table<'_>, vendors: &VendorNames) -> Option<Self> {
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

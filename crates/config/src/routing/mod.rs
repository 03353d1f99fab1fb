//! Routing: `[routing]`.

mod rule;

use serde::{Deserialize, Serialize};

use super::{table::Table, vendor::VendorNames};

pub use rule::{Condition, Require, Rule};

/// The choice of an agent's vendor, and the treatment of misplaced agents.
#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    /// Vendor of the agents that no rule matches.
    pub default: Option<String>,
    /// Rules in order; the first match wins.
    pub rules: Vec<Rule>,
    /// Action for misplaced agents.
    pub on_change: OnChange,
    /// Losses that a misplaced agent may suffer when it is moved, as JSON pointers (RFC 6901). Each covers a field and all
    /// below it; the empty one covers everything.
    pub accept_loss: Vec<String>,
    /// Treatment of the record that a moved agent leaves at its old vendor.
    pub retire: Retire,
}

/// Action for misplaced agents: agents at another vendor than the one that their route leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnChange {
    /// Only list them on request.
    Report,
    /// Move them.
    Migrate,
}

/// Treatment of the old vendor's record of an agent that was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retire {
    /// Kept at the vendor as a standby.
    Keep,
    /// Removed from the vendor.
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

/// Returns whether a string is a JSON pointer (RFC 6901).
fn is_pointer(text: &str) -> bool {
    let escaped = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    escaped && (text.is_empty() || text.starts_with('/'))
}

//! Routing: `[routing]`.

mod rule;

use serde::{Deserialize, Serialize};
use switchboard_core::{
    error::unknown_name,
    model::{Agent, FormerField, Record as _, Root},
};

use super::{table::Table, vendor::VendorNames};

pub use rule::{Condition, Require, Rule};

/// The settings that decide which vendor runs a record, and what happens to misplaced agents.
#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    /// Vendor of the records that have no pin and that no rule assigns to a vendor. If `None`, the gateway refuses to
    /// create such a record.
    pub default: Option<String>,
    /// Rules in order of precedence. A rule that matches is passed over if none of its vendors meets its requirement.
    pub rules: Vec<Rule>,
    /// Action for misplaced agents.
    pub on_change: OnChange,
    /// Losses that are accepted when misplaced agents are moved automatically, as JSON pointers (RFC 6901). A pointer covers a
    /// field and all fields below it; the empty pointer covers every field.
    pub accept_loss: Vec<String>,
    /// Handling of an automatically moved agent's copy at its old vendor.
    pub retire: Retire,
}

/// Action for misplaced agents, which run at a vendor other than the one their route leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnChange {
    /// Do not move misplaced agents; list them if a caller requests `placement=stale`.
    Report,
    /// Move misplaced agents.
    Migrate,
}

/// Handling of a moved agent's copy at its old vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retire {
    /// Keep the copy as a standby.
    Keep,
    /// Delete the copy at the old vendor.
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
            let message = format!(
                "{text:?} is not a JSON pointer; give one such as \"/voice/speed\", or \"\" for every field"
            );
            table.refuse(&format!("accept_loss[{index}]"), message);
        }
        for (index, text) in accept_loss.iter().enumerate().filter(|(_, text)| is_pointer(text)) {
            let message = match FormerField::find(Agent::FORMER, text) {
                Some(former) => Some(format!("{text:?} is no longer a field; {}", former.advice)),
                None => unknown_loss(text),
            };
            if let Some(message) = message {
                table.refuse(&format!("accept_loss[{index}]"), message);
            }
        }
        let retire =
            table.must("retire", |t, key| t.word(key, &[("keep", Retire::Keep), ("delete", Retire::Delete)]));
        table.end();
        Some(Self { default, rules, on_change: on_change?, accept_loss, retire: retire? })
    }
}

/// Describes why a JSON pointer stands for no field of an agent whose loss could be accepted. Returns `None` if the
/// pointer is a field of an agent, is above or below one, or stands for every field. Extensions belong to adapters, so
/// their names are not checked.
pub fn unknown_loss(pointer: &str) -> Option<String> {
    let mut fields = Vec::new();
    Agent::list_fields("", &mut fields);
    let is_below = |one: &str, other: &str| {
        one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_known = |field: &String| is_below(field, pointer) || is_below(pointer, field);
    if is_below(pointer, "/extensions") || fields.iter().any(is_known) {
        return None;
    }
    Some(unknown_name("field", pointer, fields.iter().map(String::as_str)))
}

/// Returns true if a string is a JSON pointer (RFC 6901).
fn is_pointer(text: &str) -> bool {
    let escaped = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    escaped && (text.is_empty() || text.starts_with('/'))
}

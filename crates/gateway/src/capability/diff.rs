//! What changes for a record that moves from one vendor to another.

use serde::Serialize;
use switchboard_core::{Capability, Domain, Support};

use super::Column;

/// What becomes of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The new vendor does not have it.
    Lost,
    /// The new vendor takes fewer values, or does not change or clear it.
    Narrowed,
    /// The new vendor has it where the old one does not, or takes more values.
    Gained,
    /// Both are alike.
    Equal,
}

/// One field at both vendors.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// The field, as a JSON pointer.
    pub field: String,
    /// What becomes of it.
    pub change: Change,
    /// What the old vendor can do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Capability>,
    /// What the new vendor can do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Capability>,
}

/// Every field of agents and of trunks, at both vendors. Extensions of one vendor are lost at another.
pub fn difference(from: &Column, to: &Column) -> (Vec<Difference>, Vec<Difference>) {
    let none = Vec::new();
    let trunks = |column: &Column| column.trunks.clone().unwrap_or_default();
    let agents = compared(&from.agents, &to.agents);
    let trunks = match (&from.trunks, &to.trunks) {
        (None, None) => none,
        _ => compared(&trunks(from), &trunks(to)),
    };
    (agents, trunks)
}

fn compared(from: &[Capability], to: &[Capability]) -> Vec<Difference> {
    let of = |rows: &[Capability], field: &str| rows.iter().find(|row| row.field == field).cloned();
    let only_there = to.iter().filter(|row| of(from, &row.field).is_none());
    let fields = from.iter().chain(only_there).map(|row| row.field.clone());
    fields
        .map(|field| {
            let (from, to) = (of(from, &field), of(to, &field));
            Difference { change: change(from.as_ref(), to.as_ref()), field, from, to }
        })
        .collect()
}

fn change(from: Option<&Capability>, to: Option<&Capability>) -> Change {
    let has = |row: Option<&Capability>| row.is_some_and(|row| row.support != Support::Unsupported);
    match (from, to) {
        (from, to) if has(from) && !has(to) => Change::Lost,
        (from, to) if !has(from) && has(to) => Change::Gained,
        (Some(from), Some(to)) if has(Some(from)) => match (at_least(to, from), at_least(from, to)) {
            (true, true) => Change::Equal,
            (true, false) => Change::Gained,
            (false, _) => Change::Narrowed,
        },
        _ => Change::Equal,
    }
}

/// Whether `this` can do everything that `that` can.
fn at_least(this: &Capability, that: &Capability) -> bool {
    let rank = |row: &Capability| match row.support {
        Support::Supported => 3,
        Support::CreationOnly => 2,
        Support::Fixed => 1,
        Support::Unsupported => 0,
    };
    let clears = this.clearable || !that.clearable;
    let values = match (&this.domain, &that.domain) {
        (Some(this), Some(that)) => covers(this, that),
        (this, that) => this.is_some() == that.is_some() || that.is_none(),
    };
    rank(this) >= rank(that) && clears && values
}

/// Whether every value of `that` is one of `this`. Live lists of two vendors cannot be compared: neither covers the other.
fn covers(this: &Domain, that: &Domain) -> bool {
    match (this, that) {
        (Domain::Any, _) => true,
        (
            Domain::Text { max_length: None },
            Domain::Text { .. } | Domain::Any | Domain::Listed { .. } | Domain::Choice { .. },
        ) => true,
        (Domain::Text { max_length: Some(most) }, Domain::Text { max_length: Some(asked) }) => asked <= most,
        (Domain::Number { min, max, step }, Domain::Number { min: from, max: to, step: every }) => {
            let low = min.is_none_or(|min| from.is_some_and(|from| from >= min));
            let high = max.is_none_or(|max| to.is_some_and(|to| to <= max));
            let even = step.is_none_or(|step| every.is_some_and(|every| (every / step).fract().abs() < 1e-9));
            low && high && even
        }
        (Domain::Choice { values }, Domain::Choice { values: asked }) => {
            asked.iter().all(|value| values.contains(value))
        }
        (Domain::List { items, max_items }, Domain::List { items: each, max_items: asked }) => {
            let room = max_items.is_none_or(|most| asked.is_some_and(|asked| asked <= most));
            covers(items, each) && room
        }
        (this, that) => this == that && !matches!(this, Domain::Listed { .. }),
    }
}

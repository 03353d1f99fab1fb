//! The differences between the capabilities of two vendors.

use serde::Serialize;
use switchboard_core::{
    model::{Described, Limits},
    rule::{Capability, Domain, Support},
};
use utoipa::ToSchema;

use super::Column;

/// The change of one field by a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The new vendor does not have the field.
    Lost,
    /// The new vendor takes fewer values, or cannot change or clear the value.
    Narrowed,
    /// The new vendor has the field and the old one does not, or it takes more values.
    Gained,
    /// Both vendors are alike.
    Equal,
}

/// One field at both vendors.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FieldCapabilityDifference)]
pub struct Difference {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The change of the field.
    #[schema(inline)]
    pub change: Change,
    /// The reasons why the new vendor is narrower.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub narrower: Vec<&'static str>,
    /// The field at the old vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<Capability>,
    /// The field at the new vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<Capability>,
}

/// Compares every field of agents and of trunks. Extensions of one vendor are lost at another.
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
            let (change, narrower) = change(from.as_ref(), to.as_ref());
            Difference { field, change, narrower, from, to }
        })
        .collect()
}

fn change(from: Option<&Capability>, to: Option<&Capability>) -> (Change, Vec<&'static str>) {
    let has = |row: Option<&Capability>| row.is_some_and(|row| row.support != Support::Unsupported);
    match (from, to) {
        (from, to) if has(from) && !has(to) => (Change::Lost, Vec::new()),
        (from, to) if !has(from) && has(to) => (Change::Gained, Vec::new()),
        (Some(from), Some(to)) if has(Some(from)) => match (lacks(to, from), lacks(from, to)) {
            (narrower, _) if !narrower.is_empty() => (Change::Narrowed, narrower),
            (_, wider) if !wider.is_empty() => (Change::Gained, Vec::new()),
            _ => (Change::Equal, Vec::new()),
        },
        _ => (Change::Equal, Vec::new()),
    }
}

/// Lists the abilities that `that` has and `this` lacks.
fn lacks(this: &Capability, that: &Capability) -> Vec<&'static str> {
    let settable = |row: &Capability| match row.support {
        Support::Supported => 3,
        Support::CreationOnly => 2,
        Support::Fixed => 1,
        Support::Unsupported => 0,
    };
    let values = match (&this.domain, &that.domain) {
        (Some(of_this), Some(of_that)) => covers(&open(of_this, &this.limits), &open(of_that, &that.limits)),
        _ => true,
    };
    [
        (settable(this) < settable(that), "it cannot be changed as freely"),
        (!this.clearable && that.clearable, "it cannot be cleared"),
        (!values, "it accepts other or fewer values"),
    ]
    .into_iter()
    .filter_map(|(lacks, what)| lacks.then_some(what))
    .collect()
}

/// Removes the bounds from a domain that the model has anyway.
fn open(domain: &Domain, limits: &Limits) -> Domain {
    match domain {
        Domain::Text { max_length: Some(most) } if limits.max_len.is_some_and(|max| max <= *most) => {
            Domain::Text { max_length: None }
        }
        Domain::Number { min, max, step } => Domain::Number {
            min: min.filter(|min| limits.min.is_none_or(|least| *min > least)),
            max: max.filter(|max| limits.max.is_none_or(|most| *max < most)),
            step: *step,
        },
        other => other.clone(),
    }
}

/// Returns true if every value of `that` is also one of `this`. Catalogues of two vendors cannot be compared, so neither
/// covers the other.
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

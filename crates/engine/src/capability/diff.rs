//! The differences between the capabilities of two vendors.

use serde::Serialize;
use switchboard_core::{
    model::{Described, Limits},
    rule::{Capability, Domain, Support},
};
use utoipa::ToSchema;

use super::Column;

/// The change in a field's capability from an old vendor to a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The old vendor supports the field, and the new vendor does not.
    Lost,
    /// The new vendor accepts fewer or other values, or restricts changing or clearing the value more than the old vendor.
    Narrowed,
    /// The new vendor supports the field and the old vendor does not, or the new vendor accepts more values or permits more
    /// changes.
    Gained,
    /// Both vendors support the field in the same way, or neither vendor supports it.
    Equal,
}

/// The capabilities of two vendors for one field, and their difference.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FieldCapabilityDifference)]
pub struct Difference {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The change from the old vendor to the new one.
    #[schema(inline)]
    pub change: Change,
    /// The restrictions of the new vendor that the old vendor does not have. Omitted unless `change` is `narrowed`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub narrower: Vec<&'static str>,
    /// The capability of the old vendor for the field. Omitted if the vendor's adapter has no entry for the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<Capability>,
    /// The capability of the new vendor for the field. Omitted if the vendor's adapter has no entry for the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<Capability>,
}

/// Compares the capabilities of two vendors. Returns the rows for agents and those for trunks, with one row for each
/// field, even for equal fields. If neither vendor has trunks, there are no rows for trunks. If the vendors have
/// different adapters, every extension is lost or gained.
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

/// Lists the restrictions that `this` has and `that` does not have.
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
        (settable(this) < settable(that), "the value cannot be changed as freely"),
        (!this.clearable && that.clearable, "the value cannot be cleared"),
        (!values, "the vendor accepts other or fewer values"),
    ]
    .into_iter()
    .filter_map(|(lacks, what)| lacks.then_some(what))
    .collect()
}

/// Returns the domain without the bounds that the model's own limits already imply. Only text and number domains
/// change.
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

/// Returns true if `this` contains every value of `that`. A domain of catalogue entries covers no domain, not even an
/// equal one, because the catalogues of two vendors cannot be compared.
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

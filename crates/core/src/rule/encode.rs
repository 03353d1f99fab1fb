//! Translation of a change to a record into the vendor's request body, with a report entry for each field.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    error::Violation,
    facts::Facts,
    model::{Field, Leaf},
    rule::{
        Change, Conditions, Decoder, Entry, FieldOutcome, ItemPlaces, Layout, Mapping, Portion, Report, Rule,
        Task, Verdict, part::contains_name,
    },
};

/// The mode in which a vendor field is written. The mode decides whether unchanged fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The part is new: all desired values are written.
    Create,
    /// The vendor keeps omitted fields: an unchanged field is written only if another rule requires this.
    Merge,
    /// The vendor removes omitted fields: all fields are written into a copy of the observed state.
    Replace,
}

/// A writer of the bodies of a record's parts, in one document. A plan creates the writer and reads the result; rule
/// sets write their fields to it.
pub struct Encoder<'a> {
    pub(crate) layout: Layout,
    /// The parts that the vendor does not have yet.
    pub(crate) absent: Vec<&'static str>,
    pub(crate) facts: &'a Facts,
    /// The name of the vendor for messages.
    pub(crate) vendor: &'a str,
    pub(crate) observed: Option<&'a Value>,
    pub(crate) previous: Option<&'a Report>,
    /// True if unchanged fields are written as well.
    pub(crate) resend: bool,
    /// True if the vendor's objects are bound to the record after the write.
    pub(crate) binds: bool,
    /// True if they were bound to the record before the write; `None` if this is not known.
    pub(crate) has_bound: Option<bool>,
    /// The units that this body replaces whole; all of their fields are written.
    pub(crate) units: BTreeSet<&'static str>,
    pub(crate) body: Value,
    pub(crate) outcomes: Vec<FieldOutcome>,
    /// The fields written so far that share a vendor value with other fields.
    pub(crate) portions: Vec<Portion<'a>>,
    /// The paths in list items at which values were set or removed so far.
    pub(crate) items: ItemPlaces,
    pub(crate) violations: Vec<Violation>,
    /// The parts that the write changes.
    pub(crate) touched: Vec<&'static str>,
    /// The parts that have a value after the write.
    pub(crate) standing: Vec<&'static str>,
    /// The paths of the fields written so far that have a value after the write.
    pub(crate) filled: Vec<&'static str>,
    /// True if the write sets a field that makes the vendor reset other fields.
    pub(crate) resets: bool,
    /// The units of which the write changes a portion, except those that this body replaces whole.
    pub(crate) units_touched: BTreeSet<&'static str>,
    /// The units that hold an unchanged value.
    pub(crate) units_standing: BTreeSet<&'static str>,
    /// The claims whose values are sent only together with other fields of the same part, as (field, part).
    pub(crate) claims: Vec<(String, &'static str)>,
    pub(crate) conditions: Conditions,
    pub(crate) extension: bool,
    pub(crate) at: String,
}

impl<'a> Encoder<'a> {
    /// Runs `walk` to write the fields of a group, with pointers below that of the group.
    pub fn group(&mut self, name: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(name);
        walk(self);
        self.at.truncate(length);
    }

    /// Writes one field, or reports or refuses its loss. If the walk has another purpose, writes nothing and only inspects
    /// the values that conditions read.
    pub fn leaf<T: Leaf>(
        &mut self,
        field: &Field,
        rule: &'a Rule<T>,
        before: Option<&'a T>,
        desired: Option<&'a T>,
    ) {
        if self.conditions.task != Task::Write {
            if let Rule::Mapped(mapping) = rule {
                self.inspect(field, mapping, before, desired);
            }
            return;
        }
        let change = Change::between(before, desired);
        self.group(field.name, |out| match rule {
            Rule::Unsupported { why } => {
                if desired.is_some() {
                    out.note_lost(field, &change, None, (*why).to_owned());
                }
            }
            Rule::Fixed { sent, why, is_strict } => match desired.map(json) {
                Some(value) if value == *sent => out.note_unlisted(&change),
                Some(_) if *is_strict => out.note_lost(field, &change, None, (*why).to_owned()),
                Some(value) => {
                    let entry = Entry::new(&out.at, None, Verdict::Substituted);
                    out.note(entry.wanted(value).sent(sent.clone()).why(*why), &change);
                }
                None => {}
            },
            Rule::Mapped(mapping) if mapping.bound.is_some() => out.bound(field, mapping, before, desired),
            Rule::Mapped(mapping) => out.mapped(field, mapping, change),
        });
    }

    /// Completes the body after all fields are written.
    pub(crate) fn settle(&mut self) {
        self.settle_items();
        self.settle_portions();
    }

    pub(super) fn mapped<T: Leaf>(&mut self, field: &Field, mapping: &'a Mapping<T>, change: Change<&'a T>) {
        self.note_conditions(mapping, change.applied().is_some());
        self.note_moved(mapping);
        self.store_portion(mapping);
        let stands = match change {
            Change::Set(value) | Change::Keep(Some(value)) => {
                let stands = self.value(field, mapping, &change, value);
                if stands {
                    self.fill_item(mapping);
                    self.note_portion(field, mapping, value);
                }
                stands
            }
            Change::Clear => {
                self.clear(field, mapping);
                false
            }
            Change::Keep(None) => {
                self.repeat_uncleared(mapping);
                false
            }
        };
        if stands {
            self.filled.push(mapping.display_path());
        }
        let part = self.layout.part(mapping.display_path()).name;
        if stands && !contains_name(&self.standing, part) {
            self.standing.push(part);
        }
        if !stands {
            self.assume(mapping, matches!(change, Change::Clear));
        }
        match change {
            Change::Keep(None) => self.repeat_assumed(mapping),
            Change::Keep(Some(_)) if stands => self.repeat_brought(mapping),
            _ => {}
        }
        self.mirror(mapping, &change);
    }

    pub(super) fn reader<'d>(&'d self, document: &'d Value) -> Decoder<'d> {
        Decoder { document, facts: self.facts, at: String::new(), unread: Vec::new() }
    }

    pub(super) fn path<T>(&self, mapping: &Mapping<T>) -> &'static str {
        mapping.created_as.filter(|path| self.mode(path) == Mode::Create).unwrap_or(mapping.path)
    }

    /// Returns the path by which report entries identify the vendor field.
    pub(super) fn display_path<T>(&self, mapping: &Mapping<T>) -> &'static str {
        mapping
            .created_as
            .filter(|path| self.mode(path) == Mode::Create)
            .unwrap_or_else(|| mapping.display_path())
    }
}

/// Serializes a leaf as JSON. Leaves are plain data, so serialization cannot fail. A failure would panic
/// rather than yield null.
pub(super) fn json<T: serde::Serialize>(value: &T) -> Value {
    json!(value)
}

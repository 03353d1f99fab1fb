//! Translation of a change to a record into the vendor's request body, with a report entry for each field.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    error::Violation,
    facts::Facts,
    model::{Field, Leaf},
    rule::{
        Change, Conditions, Decoder, Encoded, Entry, FieldOutcome, ItemPlaces, Layout, Loss, Mapping,
        Portion, Refusal, Report, Rule, Task, Verdict, document_path, listed::Check, part::contains_name,
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
                if !self.carry_over(self.display_path(mapping)) {
                    self.carry_uncleared(mapping);
                }
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
            Change::Keep(None) => self.carry_over_assumed(mapping),
            Change::Keep(Some(_)) if stands => self.carry_over_brought(mapping),
            _ => {}
        }
        self.mirror(mapping, &change);
    }

    /// Writes a value, or reports or refuses its loss. Returns false if the vendor cannot hold the value. Always
    /// returns true for a field that only a creation can set, because the vendor keeps its old value.
    fn value<T: Leaf>(
        &mut self,
        field: &Field,
        mapping: &Mapping<T>,
        change: &Change<&T>,
        value: &T,
    ) -> bool {
        let set = matches!(change, Change::Set(_));
        let mode = self.mode(mapping.display_path());
        if let Some(why) = mapping.creation_only
            && mode != Mode::Create
        {
            match set {
                true => self.note_lost(field, change, Some(mapping.path), why.to_owned()),
                false if self.holds(mapping, value) => self.note_held(mapping, change),
                false => self.note_unchanged(mapping, change),
            }
            return true;
        }
        let reopens = !set && self.changes_need(mapping);
        if !set {
            self.units_standing.extend(self.unit(mapping));
        }
        if !set && !reopens {
            if self.holds(mapping, value) || self.remains_exact(mapping, value) {
                self.note_held(mapping, change);
                return true;
            }
            if self.remains_as_reported(mapping, value) {
                self.note_unchanged(mapping, change);
                return true;
            }
        }
        if set || reopens {
            self.open_shared(mapping);
        }
        let path = self.path(mapping);
        if let Some(why) = self.unreachable(mapping, value).filter(|_| set) {
            self.refuse(why);
            return false;
        }
        let unverified = match if set { self.check(mapping, value) } else { Check::Passed } {
            Check::Passed => None,
            Check::Unverified(why) => Some(why),
            Check::Refused(why) => {
                self.refuse(why);
                return false;
            }
        };
        let Encoded { mut wire, loss } = match self.translate(mapping, value) {
            Ok(encoded) => encoded,
            Err(Refusal::Unsupported(why)) => {
                if mapping.codec.objects(value, &self.body) {
                    self.leave_out(path);
                }
                self.note_lost(field, change, Some(self.display_path(mapping)), why);
                return false;
            }
            // The vendor accepted this value before, and the write does not send it again.
            Err(Refusal::Refused(_)) if !self.sends(mapping, set) => {
                self.note_unchanged(mapping, change);
                return true;
            }
            Err(Refusal::Refused(why)) => {
                self.refuse(why);
                return false;
            }
        };
        let mut idle = None;
        if let Some((_, why)) = mapping.only_when.as_deref()
            && Some(&wire) != mapping.default.as_deref()
        {
            match self.is_available(mapping) {
                Some(true) => {}
                Some(false) if mapping.may_be_idle => idle = Some((*why).to_owned()),
                Some(false) => {
                    self.leave_out(path);
                    self.note_lost(field, change, Some(self.display_path(mapping)), (*why).to_owned());
                    return false;
                }
                None if !set && self.carry_over(self.display_path(mapping)) => return true,
                None => {}
            }
        }
        if let Some(why) = self.outside_choices(mapping, &wire) {
            self.refuse(why);
            return false;
        }
        let mut unmet = self.unmet_need(mapping, &wire).map(ToOwned::to_owned);
        if let Some(instead) = mapping.without_need.as_deref().filter(|_| unmet.take().is_some()) {
            wire = instead.clone();
        }
        if let Some(why) = unmet.or_else(|| self.outside_range(mapping, value)) {
            self.leave_out(path);
            self.note_lost(field, change, Some(self.display_path(mapping)), why);
            return false;
        }
        // If an earlier write could not send the value, the vendor does not have it yet, so this write sends it.
        let writes = set || reopens || (self.was_lost() && !mapping.shared);
        let sends = self.sends(mapping, writes);
        if sends {
            if writes {
                self.touch_place(mapping.display_path());
                self.resets |= mapping.resets_others && mode == Mode::Merge;
                if let Some(mark) = mapping.also_sets {
                    document_path::put(&mut self.body, mark, json!(true));
                }
            }
            self.set_switch(mapping, Some(&wire));
            self.fill(path, wire);
            if let Some(brought) = &mapping.brings {
                self.note_brought(brought);
            }
        }
        let ineffective = |why| Loss { verdict: Verdict::Substituted, sent: json(value), why };
        match loss.or_else(|| idle.map(ineffective)) {
            None if !sends => self.note_unchanged(mapping, change),
            None => match unverified {
                Some(why) => {
                    let entry = Entry::new(&self.at, Some(self.display_path(mapping)), Verdict::Unverified);
                    self.note(entry.wanted(json(value)).sent(json(value)).why(why), change);
                }
                None => self.note_exact(mapping, change),
            },
            Some(loss) => {
                let entry = Entry::new(&self.at, Some(self.display_path(mapping)), loss.verdict);
                self.note(entry.wanted(json(value)).sent(loss.sent).why(loss.why), change);
            }
        }
        true
    }

    /// Returns true if the write can leave the value as observed: the observed state has the value, the vendor still
    /// accepts it, and a merging write does not send the field for another reason.
    fn holds<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        // The body for a vendor that replaces starts as a copy of the observed state.
        let seen = match self.mode(mapping.display_path()) {
            Mode::Create => None,
            Mode::Replace => Some(&self.body),
            Mode::Merge => self.observed.filter(|_| !self.sends(mapping, false)),
        };
        seen.is_some_and(|document| {
            !self.is_ruled_out(mapping, value)
                && self.reader(document).mapped(mapping).as_ref() == Some(value)
        })
    }

    fn is_outside_choices<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        let wire = || self.translate(mapping, value).ok().map(|encoded| encoded.wire);
        mapping.choices.is_some() && wire().is_some_and(|wire| self.outside_choices(mapping, &wire).is_some())
    }

    /// Returns true if the body contains the vendor field that requires this field to be in the same request.
    pub(super) fn accompanies<T>(&self, mapping: &Mapping<T>) -> bool {
        mapping.sent_with.is_some_and(|path| document_path::get(&self.body, path).is_some())
    }

    /// Returns true if the vendor does not accept the value, because the field's condition does not hold, the codec objects
    /// to it, or the value is outside the range or the choices that apply.
    fn is_ruled_out<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        self.is_available(mapping) == Some(false)
            || mapping.codec.objects(value, &self.body)
            || self.outside_range(mapping, value).is_some()
            || self.is_outside_choices(mapping, value)
    }

    pub(super) fn reader<'d>(&'d self, document: &'d Value) -> Decoder<'d> {
        Decoder { document, facts: self.facts, at: String::new(), unread: Vec::new() }
    }

    pub(super) fn was_lost(&self) -> bool {
        let row = self.previous.and_then(|previous| previous.row(&self.at));
        row.is_some_and(|row| row.verdict == Verdict::Unsupported)
    }

    /// Returns true if a merging vendor still holds an unchanged value exactly. The write does not send such a value
    /// again, because this might change it. All of these conditions must be met:
    ///
    /// * The last report counts the field as exact or unverified.
    /// * The write does not send the field for another reason.
    /// * The write does not clear another field that this field needs.
    /// * The vendor accepts the value after the write.
    fn remains_exact<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        let was_exact = self.previous.is_some_and(|previous| {
            previous.row(&self.at).is_none_or(|row| row.verdict == Verdict::Unverified)
        });
        self.mode(mapping.display_path()) == Mode::Merge
            && was_exact
            && !self.sends(mapping, false)
            && !self.is_ruled_out(mapping, value)
            && !self.clears_need(mapping)
    }

    /// Returns true if a merging vendor still holds an unchanged portion of a shared value as the last report states. The
    /// portion depends on the other portions of the value, which are not known unless the write sends the value.
    fn remains_as_reported<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        mapping.shared
            && self.previous.is_some()
            && !self.sends(mapping, false)
            && !self.is_ruled_out(mapping, value)
            && !self.clears_need(mapping)
    }

    fn sends<T>(&self, mapping: &Mapping<T>, writes: bool) -> bool {
        writes
            || self.mode(mapping.display_path()) != Mode::Merge
            || self.resend
            || mapping.always
            || mapping.bound.is_some()
            || self.accompanies(mapping)
            || self.is_open(mapping.display_path())
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

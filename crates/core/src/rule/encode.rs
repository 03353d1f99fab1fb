//! Translation of a change to a record into the vendor's request body, with a report entry for each field.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    error::Violation,
    facts::Facts,
    model::{Field, Leaf},
    rule::{
        Change, Decoder, Encoded, Entry, FieldCondition, Layout, Mapping, Refusal, Report, Rule, Share,
        Translation, Verdict, document_path,
    },
};

/// The way in which a vendor field is written, which decides whether unchanged fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The part is new: all desired values are written.
    Create,
    /// The vendor keeps omitted fields: only changed fields are written.
    Merge,
    /// The vendor removes omitted fields: all fields are written, over the observed state.
    Replace,
}

/// A writer of one request body. A plan creates it and reads its result; rule sets write their fields to it.
pub struct Encoder<'a> {
    pub(crate) layout: Layout,
    /// The parts that the vendor does not have yet.
    pub(crate) absent: Vec<&'static str>,
    pub(crate) facts: &'a Facts,
    pub(crate) observed: Option<&'a Value>,
    pub(crate) previous: Option<&'a Report>,
    /// True if unchanged fields are written as well.
    pub(crate) resend: bool,
    /// The units that this body replaces whole; all of their fields are written.
    pub(crate) units: BTreeSet<&'static str>,
    pub(crate) body: Value,
    pub(crate) entries: Vec<Entry>,
    pub(crate) violations: Vec<Violation>,
    /// The parts that the write changes.
    pub(crate) touched: Vec<&'static str>,
    /// The parts that have a value after the write.
    pub(crate) standing: Vec<&'static str>,
    /// The paths of the fields that have a value after the write, as far as the fields are written.
    pub(crate) filled: BTreeSet<&'static str>,
    /// True if the write sets a field that makes the vendor reset other fields.
    pub(crate) resets: bool,
    /// The units that the write changes, except those that this body replaces whole.
    pub(crate) units_touched: BTreeSet<&'static str>,
    /// The units that hold an unchanged value.
    pub(crate) units_standing: BTreeSet<&'static str>,
    pub(crate) extension: bool,
    pub(crate) at: String,
}

impl Encoder<'_> {
    /// Visits the fields of a group.
    pub fn group(&mut self, name: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(name);
        walk(self);
        self.at.truncate(length);
    }

    /// Writes one field.
    pub fn leaf<T: Leaf>(&mut self, field: &Field, rule: &Rule<T>, before: Option<&T>, desired: Option<&T>) {
        let change = Change::between(before, desired);
        self.group(field.name, |out| match rule {
            Rule::Unsupported { why } => {
                if desired.is_some() {
                    out.note_lost(field, &change, None, (*why).to_owned());
                }
            }
            Rule::Fixed { sent, why } => match desired.map(json) {
                Some(value) if value == json!(sent) => {
                    out.note(Entry::new(&out.at, None, Verdict::Exact), &change);
                }
                Some(value) => {
                    let entry = Entry::new(&out.at, None, Verdict::Substituted);
                    out.note(entry.wanted(value).sent(json!(sent)).why(*why), &change);
                }
                None => {}
            },
            Rule::Presence { of, field: other, why } => {
                if let Some(value) = desired {
                    out.presence(json(value) == json!(true), &change, of, other, why);
                }
            }
            Rule::Mapped(mapping) => out.mapped(field, mapping, change),
        });
    }

    fn mapped<T: Leaf>(&mut self, field: &Field, mapping: &Mapping<T>, change: Change<&T>) {
        let stands = match change {
            Change::Set(value) | Change::Keep(Some(value)) => self.value(field, mapping, &change, value),
            Change::Clear => {
                self.clear(field, mapping);
                false
            }
            Change::Keep(None) => {
                self.carry_over(self.display_path(mapping));
                false
            }
        };
        if stands {
            self.filled.insert(mapping.display_path());
        }
        let part = self.layout.part(mapping.display_path()).name;
        if stands && !self.standing.contains(&part) {
            self.standing.push(part);
        }
        if !stands {
            self.assume(mapping, matches!(change, Change::Clear));
        }
        self.mirror(mapping, &change);
    }

    /// Writes a value. Returns false if the vendor cannot hold it.
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
        if !set {
            self.units_standing.extend(self.layout.unit(mapping.display_path()));
            if self.holds(mapping, value) || self.remains_exact(mapping) {
                self.note_held(mapping, change);
                return true;
            }
        }
        let path = self.path(mapping);
        let Encoded { wire, loss } = match self.translate(mapping, value) {
            Ok(encoded) => encoded,
            Err(Refusal::Unsupported(why)) => {
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
        if let Some((circumstance, why)) = &mapping.only_when
            && Some(&wire) != mapping.default.as_ref()
        {
            match self.condition_holds(circumstance) {
                Some(true) => {}
                Some(false) => {
                    if mode != Mode::Merge {
                        document_path::remove(&mut self.body, path);
                    }
                    self.note_lost(field, change, Some(self.display_path(mapping)), (*why).to_owned());
                    return false;
                }
                None if !set && self.carry_over(self.display_path(mapping)) => return true,
                None => {}
            }
        }
        let unmet = self.unmet_need(mapping, &wire).map(ToOwned::to_owned);
        if let Some(why) = unmet.or_else(|| self.outside_range(mapping, value)) {
            if mode != Mode::Merge {
                document_path::remove(&mut self.body, path);
            }
            self.note_lost(field, change, Some(self.display_path(mapping)), why);
            return false;
        }
        // The vendor does not have a value that an earlier write could not send.
        let writes = set || self.was_lost();
        if self.sends(mapping, writes) {
            if writes {
                self.touch_place(mapping.display_path());
                self.resets |= mapping.resets_others && mode == Mode::Merge;
                if let Some(mark) = mapping.also_sets {
                    document_path::put(&mut self.body, mark, json!(true));
                }
            }
            if let Some(switch) = &mapping.switch {
                document_path::put(&mut self.body, switch.path, json!(switch.off.as_ref() != Some(&wire)));
            }
            self.put(path, mapping.share, wire);
        }
        match loss {
            None => self.note_exact(mapping, change),
            Some(loss) => {
                let entry = Entry::new(&self.at, Some(self.display_path(mapping)), loss.verdict);
                self.note(entry.wanted(json(value)).sent(loss.sent).why(loss.why), change);
            }
        }
        true
    }

    /// Returns true if the observed state has this value, so that nothing has to be written for it.
    fn holds<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        // The body for a vendor that replaces starts as a copy of the observed state.
        let seen = match self.mode(mapping.display_path()) {
            Mode::Create => None,
            Mode::Replace => Some(&self.body),
            Mode::Merge => self.observed.filter(|_| !self.sends(mapping, false)),
        };
        seen.is_some_and(|document| {
            let mut from = Decoder { document, facts: self.facts, at: String::new(), unread: Vec::new() };
            mapping.only_when.as_ref().is_none_or(|(circumstance, _)| circumstance.holds(document))
                && from.mapped(mapping).as_ref() == Some(value)
        })
    }

    /// Returns whether the condition holds. Returns `None` if the body lacks the condition's field, so that a
    /// merging vendor keeps the value that it has.
    fn condition_holds(&self, circumstance: &FieldCondition) -> Option<bool> {
        match document_path::get(&self.body, circumstance.path) {
            None if self.mode(circumstance.path) == Mode::Merge => None,
            _ => Some(circumstance.holds(&self.body)),
        }
    }

    pub(super) fn translate<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> Result<Encoded, Refusal> {
        let observed = self.observed.and_then(|observed| document_path::get(observed, mapping.path));
        mapping.codec.encode(value, &Translation { facts: self.facts, observed, body: &self.body })
    }

    fn was_lost(&self) -> bool {
        let row = self.previous.and_then(|previous| previous.row(&self.at));
        row.is_some_and(|row| row.verdict == Verdict::Unsupported)
    }

    /// Returns true if the vendor still holds an unchanged value exactly: the last report has the field as
    /// exact, and the write sends nothing that affects it. Sending such a value again might change it.
    fn remains_exact<T: Leaf>(&self, mapping: &Mapping<T>) -> bool {
        let was_exact = self.previous.is_some_and(|previous| previous.row(&self.at).is_none());
        let taken_away = || {
            let circumstance = mapping.only_when.as_ref().map(|(circumstance, _)| circumstance);
            circumstance.and_then(|circumstance| self.condition_holds(circumstance)) == Some(false)
        };
        self.mode(mapping.display_path()) == Mode::Merge
            && was_exact
            && !self.sends(mapping, false)
            && !taken_away()
            && !self.clears_need(mapping)
    }

    fn sends<T>(&self, mapping: &Mapping<T>, writes: bool) -> bool {
        writes
            || self.mode(mapping.display_path()) != Mode::Merge
            || self.resend
            || mapping.always
            || self.is_open(mapping.display_path())
    }

    pub(super) fn path<T>(&self, mapping: &Mapping<T>) -> &'static str {
        mapping.created_as.filter(|path| self.mode(path) == Mode::Create).unwrap_or(mapping.path)
    }

    /// Returns the vendor field that report entries name.
    pub(super) fn display_path<T>(&self, mapping: &Mapping<T>) -> &'static str {
        mapping
            .created_as
            .filter(|path| self.mode(path) == Mode::Create)
            .unwrap_or_else(|| mapping.display_path())
    }

    pub(super) fn put(&mut self, path: &'static str, share: Share, wire: Value) {
        let (separator, first) = match share {
            Share::Whole => return document_path::put(&mut self.body, path, wire),
            Share::First(separator) => (separator, true),
            Share::Others(separator) => (separator, false),
        };
        let text =
            document_path::get(&self.body, path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let standing = document_path::items(&text, separator);
        let given: Vec<&str> = match &wire {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect(),
        };
        let joined: Vec<&str> = match first {
            true => {
                let others = standing.into_iter().skip(1).filter(|item| !given.contains(item));
                given.iter().copied().chain(others).collect()
            }
            false => standing.into_iter().take(1).chain(given).collect(),
        };
        document_path::put(&mut self.body, path, json!(joined.join(separator)));
    }
}

/// Serializes a leaf as JSON. Leaves are plain data, so this cannot fail. A failure would panic rather than
/// yield null.
pub(super) fn json<T: serde::Serialize>(value: &T) -> Value {
    json!(value)
}

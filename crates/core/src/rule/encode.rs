//! From a change of the record to the vendor's body, with a row for everything that did not cross exactly.

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

/// Way in which the place of a field is written, which decides if a field that stays is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A new part: everything desired is written.
    Create,
    /// The vendor keeps what is left out: only what changes is written.
    Merge,
    /// The vendor wipes what is left out: everything is written, over what was observed.
    Replace,
}

/// Writes one body. Made and read by `plan`; rule sets walk it.
pub struct Encoder<'a> {
    pub(crate) layout: Layout,
    /// The parts that the vendor does not have yet.
    pub(crate) absent: Vec<&'static str>,
    pub(crate) facts: &'a Facts,
    pub(crate) observed: Option<&'a Value>,
    pub(crate) previous: Option<&'a Report>,
    /// True if fields that stay are written as well.
    pub(crate) resend: bool,
    /// The units that are written whole, all of whose fields are written with them.
    pub(crate) units: BTreeSet<&'static str>,
    pub(crate) body: Value,
    pub(crate) entries: Vec<Entry>,
    pub(crate) violations: Vec<Violation>,
    /// The parts that a change reached.
    pub(crate) touched: Vec<&'static str>,
    /// The parts that hold a value of the record.
    pub(crate) standing: Vec<&'static str>,
    /// True if a field that makes the vendor forget others is being set.
    pub(crate) resets: bool,
    /// The units that a change reached, of those that are not written whole yet.
    pub(crate) units_touched: BTreeSet<&'static str>,
    /// The units that hold a value that stays.
    pub(crate) units_standing: BTreeSet<&'static str>,
    pub(crate) extension: bool,
    pub(crate) at: String,
}

impl Encoder<'_> {
    /// Walks a group of fields.
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
        let part = self.layout.part(mapping.display_path()).name;
        if stands && !self.standing.contains(&part) {
            self.standing.push(part);
        }
        if !stands {
            self.assume(mapping, matches!(change, Change::Clear));
        }
        self.mirror(mapping, &change);
    }

    /// Writes a value; `false` if the vendor cannot have it.
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
            // A value that is not sent again was accepted before.
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
        if let Some(why) = self.outside_range(mapping, value) {
            if mode != Mode::Merge {
                document_path::remove(&mut self.body, path);
            }
            self.note_lost(field, change, Some(self.display_path(mapping)), why);
            return false;
        }
        // A value that an earlier write could not send is not at the vendor yet.
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

    /// Returns true if the vendor was just seen to hold the value in its own form, so that nothing
    /// has to be written for it.
    fn holds<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        // The body of a vendor that replaces starts from what was observed.
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

    /// Returns true if the condition holds; `None` if a change of other fields leaves it to the
    /// vendor.
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

    /// Returns true if the vendor keeps a value that stays as it was given, even if sending it now
    /// would change it: by the last report, and because nothing is sent that affects it.
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

    /// Returns the name of the vendor's field in a row.
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

/// Writes a leaf as JSON. Leaves are plain data; one that could not be written would end the plan, and never be null.
pub(super) fn json<T: serde::Serialize>(value: &T) -> Value {
    json!(value)
}

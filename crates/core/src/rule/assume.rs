//! Values that the gateway sends for a field without an accepted value from the caller.

use serde_json::{Value, json};

use crate::{
    error::{InputLocation, Kind, Violation},
    model::Leaf,
    rule::{
        Brought, Change, Clearing, Encoder, Entry, FieldOutcome, Lookup, Mapping, Mode, Verdict,
        decode::truth, document_path, encode::json as plain,
    },
};

const WANTED: &str = "The vendor requires a value and none was given.";
const STATED: &str = "None was given; the gateway sends the vendor's default.";
const HELD: &str =
    "The vendor requires a value and none was given; the gateway sends the value that the vendor has.";
const LISTED: &str = "None was given; the value is from the vendor's own list.";
const OFF: &str = "The vendor requires a value and none was given; the gateway switches the feature off.";

impl Encoder<'_> {
    /// Writes a value for a field without an accepted value from the caller. Uses the first of these that exists: the
    /// value that the vendor has, the value of the catalogue lookup, or the default. Writes the vendor's value only if the
    /// vendor requires a value, and the default only then or if a creation states it. If the vendor requires a value and
    /// there is none, adds a violation.
    ///
    /// In [`Mode::Merge`], writes a value only if the vendor requires this field together with another field that the
    /// write sends. Writes nothing if clearing the field has already written a value.
    pub(super) fn assume<T: Leaf>(&mut self, mapping: &Mapping<T>, cleared: bool) {
        if self.mode(mapping.display_path()) == Mode::Merge && !self.accompanies(mapping) {
            return;
        }
        let path = self.path(mapping);
        if self.is_replaced(mapping) && self.mode(path) == Mode::Replace {
            // The value that the vendor has would otherwise stand beside the one that takes its place.
            self.take_away(path);
            return;
        }
        let wanted = (mapping.required
            || mapping.required_when.as_ref().is_some_and(|w| self.condition_holds(w) == Some(true)))
            && !self.is_replaced(mapping);
        let states = self.states_default(mapping);
        if !wanted && mapping.lookup.is_none() && !states {
            return;
        }
        let stale = mapping.lookup.as_ref().is_some_and(|look_up| {
            let key = |document: &Value| document_path::get(document, look_up.key).cloned();
            self.observed.and_then(key) != key(&self.body)
        });
        // If the condition of `default_when` holds, a wire value that stands for no value counts as missing.
        let special =
            mapping.default_when.as_deref().is_some_and(|(when, _)| self.condition_holds(when) == Some(true));
        // A value that belongs to the previous value of another vendor field counts as missing, too.
        let is_foreign = |wire: &Value| {
            mapping.choices.as_ref().is_some_and(|choices| {
                let beside = |document| document_path::get(document, choices.path);
                self.observed.and_then(beside) != beside(&self.body)
            }) && self.outside_choices(mapping, wire).is_some()
        };
        let void = |wire: &Value| {
            stale
                || is_foreign(wire)
                || (special && matches!(&mapping.clearing, Clearing::By(cleared) if *wire == **cleared))
        };
        let present = mapping.value_in(&self.body, path).filter(|wire| !void(wire)).cloned();
        let done = matches!(mapping.clearing, Clearing::By(_) | Clearing::Inferred(..) | Clearing::As(_));
        if (present.is_some() && !wanted) || (cleared && done && !special) {
            return;
        }
        let found =
            present.map(|wire| (wire, HELD)).or_else(|| Some((self.row(mapping)?, LISTED))).or_else(|| {
                let reason = if wanted { WANTED } else { STATED };
                Some((self.default(mapping).filter(|_| wanted || states)?, reason))
            });
        if found.is_none() && !wanted {
            if stale {
                self.take_away(path);
            }
            return;
        }
        if self.told() {
            // An entry or a violation already explains why the vendor cannot accept the value, so no entry is added.
            match found {
                Some((wire, _)) => {
                    self.put_assumed(mapping, wire);
                }
                None => self.refuse_lost(),
            }
            return;
        }
        let Some((wire, source)) = found else {
            let follows = |look_up: &Lookup| document_path::get(&self.body, look_up.key).is_none();
            if mapping.lookup.as_deref().is_some_and(follows) && !self.violations.is_empty() {
                // The value depends on a field that is missing or refused. That field has a violation of its own.
                return;
            }
            let detail = format!("{} is required by {}.", self.at, self.vendor);
            self.violations.push(Violation::at(&self.at, Kind::FieldRequired, detail));
            return;
        };
        let normalized = mapping.codec.decode(&wire, self.facts).as_ref().map(plain);
        let sent = normalized.unwrap_or_else(|| wire.clone());
        let why = match self.put_assumed(mapping, wire) {
            true => source,
            false => OFF,
        };
        let entry =
            Entry::new(&self.at, Some(self.display_path(mapping)), Verdict::Assumed).sent(sent).why(why);
        self.note(entry, &Change::<&T>::Keep(None));
    }

    /// Returns true if the write is a creation that sends the field's default although the vendor does not require a
    /// value. A value that the caller gave and the vendor does not accept is not replaced.
    fn states_default<T: Leaf>(&self, mapping: &Mapping<T>) -> bool {
        let path = self.path(mapping);
        mapping.states_default
            && self.mode(path) == Mode::Create
            && self.is_available(mapping) != Some(false)
            && !self.is_replaced(mapping)
            && mapping.value_in(&self.body, path).is_none()
            && !self.told()
    }

    /// Reports a field that a write of another field sets as well, unless the report already has an entry for it.
    pub(super) fn note_brought(&mut self, Brought { field, path, why }: &Brought) {
        let sent = document_path::get(&self.body, path).cloned();
        if let Some(sent) = sent.filter(|_| self.outcomes.iter().all(|outcome| outcome.field() != *field)) {
            let entry = Entry::new(field, Some(path), Verdict::Assumed).sent(sent).why(*why);
            self.outcomes.push(FieldOutcome::Listed(entry));
        }
    }

    /// Looks up the field's value in the catalogue. Returns `None` if the field has no lookup, if the body
    /// does not contain the id of a catalogue entry, or if the entry has no value that the codec can read.
    fn row<T: Leaf>(&self, mapping: &Mapping<T>) -> Option<Value> {
        let look_up = mapping.lookup.as_ref()?;
        let id = document_path::get(&self.body, look_up.key).and_then(crate::rule::scalar)?;
        let row = &self.facts.by_id(look_up.catalogue, &id)?.document;
        let wire = look_up.pick.iter().find_map(|pick| row.pointer(pick)).filter(|wire| !wire.is_null())?;
        mapping.codec.decode(wire, self.facts).map(|_| wire.clone())
    }

    fn default<T>(&self, mapping: &Mapping<T>) -> Option<Value> {
        let special = mapping
            .default_when
            .as_deref()
            .filter(|(circumstance, _)| self.condition_holds(circumstance) == Some(true));
        let known = || {
            let look_up = mapping.lookup.as_ref()?;
            Some(json!({ look_up.known_by?: document_path::get(&self.body, look_up.key)? }))
        };
        special.map(|(_, wire)| wire.clone()).or_else(|| mapping.default.as_deref().cloned()).or_else(known)
    }

    /// Writes a value that the caller did not request. Returns false if the field's switch is off. A switch
    /// without a value is turned off.
    fn put_assumed<T>(&mut self, mapping: &Mapping<T>, wire: Value) -> bool {
        let path = self.path(mapping);
        document_path::put(&mut self.body, path, wire);
        let Some(switch) = &mapping.switch else { return true };
        let mut is_on = true;
        for path in &switch.paths {
            let on = document_path::get(&self.body, path).and_then(truth);
            if on.is_none() {
                document_path::put(&mut self.body, path, json!(false));
            }
            is_on &= on.unwrap_or(false);
        }
        is_on
    }

    /// Replaces the report entry of a lost field with a refusal for the same reason, because the vendor requires the
    /// field. A field without an entry already has a violation and is left unchanged.
    fn refuse_lost(&mut self) {
        let row = self.outcomes.iter().position(|outcome| outcome.field() == self.at);
        if let Some(FieldOutcome::Listed(entry)) = row.map(|row| self.outcomes.remove(row))
            && let Some(why) = entry.why
        {
            self.refuse(why);
        }
    }

    /// Returns true if a report entry or a violation already covers the current field.
    pub(super) fn told(&self) -> bool {
        let refused = |violation: &Violation| matches!(&violation.location, InputLocation::Pointer(at) if *at == self.at);
        self.outcomes.iter().any(|outcome| outcome.field() == self.at) || self.violations.iter().any(refused)
    }
}

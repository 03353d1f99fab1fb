//! The writing of one value: its wire form, or the reason why the vendor cannot hold it.

use serde_json::{Value, json};

use crate::{
    model::{Field, Leaf},
    rule::{
        Change, Encoded, Encoder, Entry, Loss, Mapping, Mode, Refusal, Verdict, document_path,
        encode::json as plain, listed::Check,
    },
};

/// A value that can be sent.
struct Sendable {
    wire: Value,
    /// The difference between the requested value and the sent one or its effect.
    loss: Option<Loss>,
    /// The reason why the value could not be checked.
    unverified: Option<String>,
}

/// The outcome for a value that is not sent: true if the vendor holds a value of the field.
struct Stands(bool);

impl Encoder<'_> {
    /// Writes a value, or reports or refuses its loss. Returns false if the vendor cannot hold the value. Always
    /// returns true for a field that only a creation can set, because the vendor keeps its old value.
    pub(super) fn value<T: Leaf>(
        &mut self,
        field: &Field,
        mapping: &Mapping<T>,
        change: &Change<&T>,
        value: &T,
    ) -> bool {
        let set = matches!(change, Change::Set(_));
        if let Some(why) = mapping.creation_only
            && self.mode(mapping.display_path()) != Mode::Create
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
        if !set && !reopens && self.leaves(mapping, change, value) {
            return true;
        }
        if set || reopens {
            self.open_shared(mapping);
        }
        let sendable = match self.sendable(field, mapping, change, value) {
            Ok(sendable) => sendable,
            Err(Stands(stands)) => return stands,
        };
        // If an earlier write could not send the value, the vendor does not have it yet, so this write sends it.
        let writes = set || reopens || (self.was_lost() && !mapping.shared);
        let sends = self.sends(mapping, writes);
        let Sendable { wire, loss, unverified } = sendable;
        if sends {
            self.send(mapping, wire, writes);
        }
        let entry = |out: &Self, verdict| {
            Entry::new(&out.at, Some(out.display_path(mapping)), verdict).wanted(plain(value))
        };
        match (loss, unverified) {
            (None, _) if !sends => self.note_unchanged(mapping, change),
            (None, None) => self.note_exact(mapping, change, true),
            (None, Some(why)) => {
                self.note(entry(self, Verdict::Unverified).sent(plain(value)).why(why), change);
            }
            (Some(loss), _) => {
                let lost = entry(self, loss.verdict).why(loss.why);
                let lost = if sends || !self.is_claimed() { lost.sent(loss.sent) } else { lost };
                self.note(lost, change);
            }
        }
        true
    }

    /// Translates a value that the write sets, or that cannot be left as it is. If the value cannot be sent, reports or
    /// refuses its loss.
    fn sendable<T: Leaf>(
        &mut self,
        field: &Field,
        mapping: &Mapping<T>,
        change: &Change<&T>,
        value: &T,
    ) -> Result<Sendable, Stands> {
        let set = matches!(change, Change::Set(_));
        if let Some(why) = self.unreachable(mapping, value).filter(|_| set) {
            return Err(self.refused(why));
        }
        let unverified = match if set { self.check(mapping, value) } else { Check::Passed } {
            Check::Passed => None,
            Check::Unverified(why) => Some(why),
            Check::Refused(why) => return Err(self.refused(why)),
        };
        let Encoded { mut wire, loss } = match self.translate(mapping, value) {
            Ok(encoded) => encoded,
            Err(Refusal::Unsupported(why)) => {
                let objects = mapping.codec.objects(value, &self.body);
                return Err(self.lost(field, mapping, change, why, objects));
            }
            // The vendor accepted this value before, and the write does not send it again.
            Err(Refusal::Refused(_)) if !self.sends(mapping, set) => {
                self.note_unchanged(mapping, change);
                return Err(Stands(true));
            }
            Err(Refusal::Refused(why)) => return Err(self.refused(why)),
        };
        let mut idle = None;
        if let Some((_, why)) = mapping.only_when.as_deref()
            && Some(&wire) != mapping.default.as_deref()
        {
            match self.is_available(mapping) {
                Some(true) => {}
                Some(false) if mapping.may_be_idle => idle = Some((*why).to_owned()),
                Some(false) => return Err(self.lost(field, mapping, change, (*why).to_owned(), true)),
                None if !set && self.repeat_lost(mapping) => return Err(Stands(true)),
                None => {}
            }
        }
        if let Some(why) = self.outside_choices(mapping, &wire) {
            return Err(self.refused(why));
        }
        let mut unmet = self.unmet_need(mapping, &wire).map(ToOwned::to_owned);
        if let Some(instead) = mapping.without_need.as_deref().filter(|_| unmet.take().is_some()) {
            wire = instead.clone();
        }
        if let Some(why) = unmet.or_else(|| self.outside_range(mapping, value)) {
            return Err(self.lost(field, mapping, change, why, true));
        }
        let ineffective = |why| Loss { verdict: Verdict::Substituted, sent: plain(value), why };
        Ok(Sendable { wire, loss: loss.or_else(|| idle.map(ineffective)), unverified })
    }

    /// Writes a wire value to the body, with the values that go with it. `writes` is false if the body has the value only
    /// because the write sends other fields.
    fn send<T: Leaf>(&mut self, mapping: &Mapping<T>, wire: Value, writes: bool) {
        if writes {
            self.touch_place(mapping.display_path());
            self.resets |= mapping.resets_others && self.mode(mapping.display_path()) == Mode::Merge;
            if let Some(mark) = mapping.also_sets {
                document_path::put(&mut self.body, mark, json!(true));
            }
        } else {
            self.note_claim(mapping);
        }
        self.set_switch(mapping, Some(&wire));
        self.fill(self.path(mapping), wire);
        if let Some(brought) = &mapping.brings {
            self.note_brought(brought);
        }
    }

    fn refused(&mut self, why: String) -> Stands {
        self.refuse(why);
        Stands(false)
    }

    /// Reports or refuses the loss of a value. `leaves_out` is true if the body must not contain the field.
    fn lost<T: Leaf>(
        &mut self,
        field: &Field,
        mapping: &Mapping<T>,
        change: &Change<&T>,
        why: String,
        leaves_out: bool,
    ) -> Stands {
        if leaves_out {
            self.leave_out(self.path(mapping));
        }
        self.note_lost(field, change, Some(self.display_path(mapping)), why);
        Stands(false)
    }
}

//! The clearing of fields. If a field has a switch at the vendor, clearing the field turns the switch off.

use serde_json::{Value, json};

use crate::{
    model::{Field, Leaf},
    rule::{
        Change, Clearing, Encoded, Encoder, Entry, Mapping, Mode, Refusal, Verdict, document_path,
        encode::json as plain,
    },
};

impl Encoder<'_> {
    pub(super) fn clear<T: Leaf>(&mut self, field: &Field, mapping: &Mapping<T>) {
        match mapping.clearing {
            Clearing::Nothing => return,
            Clearing::As(_) if self.is_replaced(mapping) => return,
            _ => {}
        }
        let impossible = match mapping.clearing {
            Clearing::Impossible(why) => Some(why),
            _ => None,
        };
        if let Some(why) = mapping.creation_only.or(impossible) {
            return self.note_lost::<T>(
                field,
                &Change::Clear,
                Some(self.display_path(mapping)),
                why.to_owned(),
            );
        }
        self.open_shared(mapping);
        if !matches!(mapping.clearing, Clearing::As(_))
            && let Some(rest) = mapping.codec.rest(self.held(mapping.path))
        {
            if rest != *self.held(mapping.path) {
                self.touch_place(mapping.path);
                document_path::put(&mut self.body, mapping.path, rest);
            }
            return;
        }
        self.touch_place(mapping.display_path());
        self.set_switch(mapping, None);
        match &mapping.clearing {
            Clearing::By(wire) => document_path::put(&mut self.body, mapping.path, (**wire).clone()),
            Clearing::Inferred(wire, why) => {
                document_path::put(&mut self.body, mapping.path, (**wire).clone());
                let entry =
                    Entry::new(&self.at, Some(mapping.path), Verdict::Substituted).sent((**wire).clone());
                self.note(entry.wanted(Value::Null).why(*why), &Change::<&T>::Clear);
            }
            Clearing::As(value) => match self.translate(mapping, value) {
                Ok(Encoded { wire, .. }) => {
                    self.fill(mapping.path, wire);
                    let entry = Entry::new(&self.at, Some(mapping.path), Verdict::Assumed).sent(plain(value));
                    self.note(
                        entry.why("The value was cleared; the gateway sends this value instead."),
                        &Change::<&T>::Clear,
                    );
                }
                // The value of which the field is a portion does not exist after the write.
                Err(Refusal::Unsupported(_)) if mapping.shared => {}
                Err(Refusal::Unsupported(why) | Refusal::Refused(why)) => self.refuse(why),
            },
            _ if self.is_open(mapping.path) && self.layout.unit(mapping.path).is_none() => {
                document_path::put(&mut self.body, mapping.path, Value::Null);
            }
            _ if mapping.list().is_some() || self.mode(mapping.display_path()) != Mode::Merge => {
                self.take_away(mapping.path);
            }
            _ if mapping.switch.is_none() => document_path::put(&mut self.body, mapping.path, Value::Null),
            _ => {}
        }
    }

    /// Writes the flags that are true while a field has a value. They are false if there is no wire value, or if it is the
    /// value that turns the flags off.
    pub(super) fn set_switch<T>(&mut self, mapping: &Mapping<T>, wire: Option<&Value>) {
        let Some(switch) = &mapping.switch else { return };
        let is_on = wire.is_some() && switch.off.as_ref() != wire;
        switch.paths.iter().for_each(|path| document_path::put(&mut self.body, path, json!(is_on)));
    }
}

//! Taking a value back, and switching off what has no switch.

use serde_json::{Value, json};

use crate::{
    model::{Field, Leaf},
    rule::{
        Change, Clearing, Encoded, Encoder, Entry, Mapping, Mode, Refusal, Share, Verdict, document_path,
        encode::json as plain,
    },
};

impl Encoder<'_> {
    pub(super) fn clear<T: Leaf>(&mut self, field: &Field, mapping: &Mapping<T>) {
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
        self.touch_place(mapping.display_path());
        if let Some(switch) = &mapping.switch {
            document_path::put(&mut self.body, switch.path, json!(false));
        }
        match (&mapping.clearing, mapping.share) {
            (_, Share::Others(separator)) => self.put(mapping.path, Share::Others(separator), json!([])),
            (Clearing::By(wire), _) => document_path::put(&mut self.body, mapping.path, wire.clone()),
            (Clearing::Inferred(wire, why), _) => {
                document_path::put(&mut self.body, mapping.path, wire.clone());
                let entry = Entry::new(&self.at, Some(mapping.path), Verdict::Substituted).sent(wire.clone());
                self.note(entry.wanted(Value::Null).why(*why), &Change::<&T>::Clear);
            }
            (Clearing::As(value), _) => match self.translate(mapping, value) {
                Ok(Encoded { wire, .. }) => {
                    document_path::put(&mut self.body, mapping.path, wire);
                    let entry = Entry::new(&self.at, Some(mapping.path), Verdict::Assumed).sent(plain(value));
                    self.note(
                        entry.why("Taken back; the vendor is told this instead."),
                        &Change::<&T>::Clear,
                    );
                }
                Err(Refusal::Unsupported(why) | Refusal::Refused(why)) => self.refuse(why),
            },
            _ if mapping.list().is_some() || self.mode(mapping.display_path()) != Mode::Merge => {
                document_path::remove(&mut self.body, mapping.path)
            }
            _ if mapping.switch.is_none() => document_path::put(&mut self.body, mapping.path, Value::Null),
            _ => {}
        }
    }

    pub(super) fn presence<T>(
        &mut self,
        on: bool,
        change: &Change<T>,
        of: &'static str,
        other: &'static str,
        why: &'static str,
    ) {
        let has = document_path::get(&self.body, of).is_some_and(|wire| !wire.is_null());
        let set = matches!(change, Change::Set(_));
        match (on, has) {
            (true, true) => {
                if set {
                    self.touch_place(of);
                }
                self.note(Entry::new(&self.at, Some(of), Verdict::Exact), change);
            }
            (true, false) => {
                let entry = Entry::new(&self.at, Some(of), Verdict::Unsupported).wanted(json!(true));
                self.note(entry.why(format!("{why} {other} has no value.")), change);
            }
            (false, has) => {
                document_path::put(&mut self.body, of, Value::Null);
                if set {
                    self.touch_place(of);
                }
                self.note(Entry::new(&self.at, Some(of), Verdict::Exact), change);
                if has && let Some(row) = self.entries.iter_mut().find(|entry| entry.field == other) {
                    row.verdict = Verdict::Unsupported;
                    row.vendor_field = Some(of.to_owned());
                    row.why = Some(format!("{why} It is left out while {} is false.", self.at));
                }
            }
        }
    }
}

//! Facets: fields that share one vendor value.

use serde_json::Value;

use crate::{
    facts::Facts,
    model::{Field, Leaf},
    rule::{
        Clearing, Codec, Encoder, Mapping, Mode, Presence, Rule, Verdict, at, document_path,
        encode::json as plain,
    },
};

/// Maps the field to a portion of the value at `path`, which other fields share.
///
/// The codec writes the field over what the fields before it left there ([`Translation::held`]), and reads the
/// field out of the whole value. If a change reaches one of the fields, the value is written anew from all of them. A
/// field that a later one leaves no room for is reported as unsupported.
///
/// [`Translation::held`]: crate::rule::Translation::held
pub fn facet<T: Leaf>(path: &'static str, codec: impl Codec<T> + 'static) -> Rule<T> {
    at(path, codec).with(|m| m.shared = true)
}

/// Derives a switch from the value at `path`, which is the normalized `field`: it is on if there is a
/// value.
pub fn presence(path: &'static str, field: &'static str, why: &'static str) -> Rule<bool> {
    facet(path, Presence { field, why }).note(why).with(|m| m.clearing = Clearing::Nothing)
}

/// Reads a field's portion out of the whole value, in normalized form; null if there is none.
type ReadPortion = Box<dyn Fn(&Value, &Facts) -> Value>;

/// A facet whose field is written into a body.
pub(crate) struct Portion {
    path: &'static str,
    /// The field, as a JSON pointer.
    field: String,
    essential: bool,
    /// The value that was asked.
    asked: Value,
    /// The value that the place held of the field when the field was written.
    written: Value,
    note: Option<&'static str>,
    read: ReadPortion,
}

impl Encoder<'_> {
    /// Returns the value of a place as the fields before the present one left it.
    pub(super) fn held(&self, path: &str) -> &Value {
        document_path::get(&self.body, path).unwrap_or(&Value::Null)
    }

    /// Returns the portion of a part that is written whole with the field, if that is more than the
    /// field.
    pub(super) fn unit<T>(&self, mapping: &Mapping<T>) -> Option<&'static str> {
        let wide = self.layout.unit(mapping.display_path());
        wide.or_else(|| mapping.shared.then_some(mapping.path))
    }

    /// Notes that all fields of a shared value have to be written, because one of them changes.
    pub(super) fn open_shared<T>(&mut self, mapping: &Mapping<T>) {
        if mapping.shared && self.mode(mapping.path) == Mode::Merge {
            self.units_touched.extend(self.unit(mapping));
        }
    }

    /// Notes a field that a shared value holds.
    pub(super) fn note_portion<T: Leaf>(&mut self, field: &Field, mapping: &Mapping<T>, value: &T) {
        let held = document_path::get(&self.body, mapping.path).filter(|_| mapping.shared);
        let Some(held) = held else { return };
        let codec = mapping.codec.clone();
        let read = move |wire: &Value, facts: &Facts| match codec.lacks(wire) {
            true => Value::Null,
            false => codec.decode(wire, facts).as_ref().map(plain).unwrap_or_default(),
        };
        let asked = plain(value);
        self.portions.push(Portion {
            path: mapping.path,
            field: self.at.clone(),
            essential: field.essential.holds(Some(&asked)),
            asked,
            written: read(held, self.facts),
            note: mapping.note,
            read: Box::new(read),
        });
    }

    /// Reports the fields that a later one left no room for in their shared value.
    pub(super) fn settle_portions(&mut self) {
        let portions = std::mem::take(&mut self.portions);
        for (index, portion) in portions.iter().enumerate() {
            let mut others = portions.iter().skip(index + 1).rev();
            let Some(later) = others.find(|later| later.path == portion.path) else { continue };
            if (portion.read)(self.held(portion.path), self.facts) == portion.written {
                continue;
            }
            let mut why = format!("It is left out while {} is {}.", later.field, later.asked);
            if let Some(note) = later.note {
                why = format!("{note} {why}");
            }
            let row = self.entries.iter().position(|entry| entry.field == portion.field);
            let Some(row) = row.and_then(|row| self.entries.get_mut(row)) else { continue };
            if portion.essential && row.changed {
                self.refuse_at(&portion.field, &why);
                continue;
            }
            row.verdict = Verdict::Unsupported;
            row.vendor_field = Some(portion.path.to_owned());
            row.why = Some(why);
        }
    }
}

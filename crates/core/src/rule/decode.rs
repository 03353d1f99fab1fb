//! From the vendor's document to the record, with the same rules that write it.

use serde_json::Value;

use crate::{
    facts::Facts,
    model::{Field, Leaf},
    rule::{Mapping, Rule, Share, document_path},
};

/// Reads one document. Made by [`Translator::decode`](crate::plan::Translator::decode); rule sets walk it.
pub struct Decoder<'a> {
    pub(crate) document: &'a Value,
    pub(crate) facts: &'a Facts,
    pub(crate) at: String,
    pub(crate) unread: Vec<Unread>,
}

/// A value of the vendor's record that the field cannot have.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = UnreadField)]
pub struct Unread {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The vendor's field, as a JSON pointer into its document.
    pub vendor_field: String,
    /// The reason.
    pub why: String,
}

/// A value whose wire form means none that the field can have.
const STRANGE: &str = "The vendor has a value here that could not be read.";

/// Places that should hold the same value.
const DIVIDED: &str = "The vendor has different values in the places that hold this one.";

impl Decoder<'_> {
    /// Walks a group of fields.
    pub fn group<R>(&mut self, name: &str, walk: impl FnOnce(&mut Self) -> R) -> R {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(name);
        let read = walk(self);
        self.at.truncate(length);
        read
    }

    /// Reads one field. The model refuses the same values from a vendor as from a caller.
    pub fn leaf<T: Leaf>(&mut self, field: &Field, rule: &Rule<T>) -> Option<T> {
        match rule {
            Rule::Unsupported { .. } | Rule::Fixed { .. } => None,
            Rule::Presence { of, .. } => {
                let there = document_path::get(self.document, of).is_some_and(|wire| !wire.is_null());
                there.then(|| T::read(&Value::Bool(true), "").ok()).flatten()
            }
            Rule::Mapped(mapping) => self.group(field.name, |from| {
                let value = from.mapped(mapping)?;
                match field.limits.check(value.measure()) {
                    Some(wrong) => {
                        from.note(
                            mapping,
                            format!("The vendor has a value here that is not the model's: it {wrong}."),
                        );
                        None
                    }
                    None => Some(value),
                }
            }),
        }
    }

    /// Reads one field from every place that holds it.
    pub(super) fn mapped<T: Leaf>(&mut self, mapping: &Mapping<T>) -> Option<T> {
        if mapping.write_only {
            return None;
        }
        let noted = self.unread.len();
        let value = self.read_at(mapping, mapping.answer_path());
        for copy in mapping.copies {
            if self.unread.len() > noted {
                return None;
            }
            let other = self.read_at(mapping, copy);
            if self.unread.len() == noted && other != value {
                self.note(mapping, DIVIDED.to_owned());
            }
        }
        value.filter(|_| self.unread.len() == noted)
    }

    fn read_at<T: Leaf>(&mut self, mapping: &Mapping<T>, path: &str) -> Option<T> {
        let respelled = mapping.read.as_ref().and_then(|reading| reading.codec.as_ref());
        let codec = respelled.unwrap_or(&mapping.codec);
        let wire = mapping.value_in(self.document, path)?;
        if mapping.stands_for_nothing(wire) || self.switched_off(mapping, wire) {
            return None;
        }
        let value = match part(wire, mapping.share) {
            None => codec.decode(wire, self.facts),
            Some(None) => return None,
            Some(Some(part)) => codec.decode(&part, self.facts),
        };
        if value.is_none() {
            self.note(mapping, STRANGE.to_owned());
        }
        value
    }

    fn note<T>(&mut self, mapping: &Mapping<T>, why: String) {
        let vendor_field = mapping.display_path().to_owned();
        self.unread.push(Unread { field: self.at.clone(), vendor_field, why });
    }

    fn switched_off<T>(&self, mapping: &Mapping<T>, wire: &Value) -> bool {
        let Some(switch) = &mapping.switch else { return false };
        let off = document_path::get(self.document, switch.path).and_then(truth) == Some(false);
        off && switch.off.as_ref() != Some(wire)
    }
}

/// Reads a flag, in any spelling of a vendor.
pub(crate) fn truth(wire: &Value) -> Option<bool> {
    match wire {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_f64() {
            Some(0.0) => Some(false),
            Some(1.0) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.as_str() {
            "0" | "false" => Some(false),
            "1" | "true" => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// Reads the part of a shared string: `None` if the value is not shared, `Some(None)` if the part
/// is empty.
fn part(wire: &Value, share: Share) -> Option<Option<Value>> {
    match (share, wire) {
        (Share::First(separator), Value::String(text)) => {
            Some(document_path::items(text, separator).first().map(|item| Value::from(*item)))
        }
        (Share::Others(separator), Value::String(text)) => {
            let others = document_path::items(text, separator)
                .split_off(1.min(document_path::items(text, separator).len()));
            Some((!others.is_empty()).then(|| Value::from(others)))
        }
        _ => None,
    }
}

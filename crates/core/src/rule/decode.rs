//! Reading a record from the vendor's document, with the rules that also write the record.

use serde_json::Value;

use crate::{
    facts::Facts,
    model::{Field, Leaf},
    rule::{Mapping, Rule, document_path},
};

/// A reader of one document. [`Translator::decode`](crate::plan::Translator::decode) creates it; rule sets
/// read their fields from it.
pub struct Decoder<'a> {
    pub(crate) document: &'a Value,
    pub(crate) facts: &'a Facts,
    pub(crate) at: String,
    pub(crate) unread: Vec<Unread>,
}

/// A value in the vendor's record that the gateway cannot read.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = UnreadField)]
pub struct Unread {
    /// The field to which the value belongs, as a JSON pointer.
    pub field: String,
    /// The path of the field in the vendor's document: a JSON pointer, in which a segment such as `[type=end_call]`
    /// selects the list item with this member.
    pub vendor_field: String,
    /// The reason why the value cannot be read.
    pub why: String,
}

/// The reason that is reported if the codec cannot read a value.
const STRANGE: &str = "The vendor has a value here that could not be read.";

/// The reason that is reported if the model lacks a part of a value.
const PARTLY: &str = "The vendor has a value here that the model can hold only in part.";

/// The reason that is reported if paths that should hold the same value hold different values.
const DIVIDED: &str = "The vendor has different values at the paths that should all hold this value.";

impl Decoder<'_> {
    /// Runs `walk` to read the fields of a nested object, with pointers below that of the object.
    pub fn group<R>(&mut self, name: &str, walk: impl FnOnce(&mut Self) -> R) -> R {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(name);
        let read = walk(self);
        self.at.truncate(length);
        read
    }

    /// Reads one field. A value that the model does not allow is noted as unread, because the model also refuses such a
    /// value from a caller. A value with entries that the model lacks is read without them, and is noted too.
    pub fn leaf<T: Leaf>(&mut self, field: &Field, rule: &Rule<T>) -> Option<T> {
        match rule {
            Rule::Unsupported { .. } | Rule::Fixed { .. } => None,
            Rule::Mapped(mapping) => self.group(field.name, |from| {
                if document_path::get(from.document, mapping.answer_path())
                    .is_some_and(|wire| mapping.codec.omits(wire))
                {
                    from.note(mapping, PARTLY.to_owned());
                }
                let value = from.mapped(mapping)?;
                let beyond = field.limits.check(value.measure());
                let wrong = beyond.map(|wrong| format!("it {wrong}.")).or_else(|| {
                    value.violations(&from.at).into_iter().next().map(|violation| violation.detail)
                });
                match wrong {
                    Some(wrong) => {
                        let why =
                            format!("The vendor has a value here that the model does not allow: {wrong}");
                        from.note(mapping, why);
                        None
                    }
                    None => Some(value),
                }
            }),
        }
    }

    /// Reads one field from all paths that hold its value. Returns `None` if there is no value, or if the vendor does
    /// not return the field. If the values differ or one of them cannot be read, also returns `None`, and notes the
    /// field as unread.
    pub(super) fn mapped<T: Leaf>(&mut self, mapping: &Mapping<T>) -> Option<T> {
        if mapping.write_only {
            return None;
        }
        let noted = self.unread.len();
        let value = self.read_at(mapping, mapping.answer_path());
        for copy in &mapping.copies {
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
        let respelled = mapping.read.as_ref().and_then(|reading| reading.codec.as_deref());
        let codec = respelled.unwrap_or(&*mapping.codec);
        let wire = match mapping.shared {
            true => match document_path::get(self.document, path) {
                Some(wire) => wire,
                // A document without the list does not prove that the item is missing.
                None if path.contains("/[") && !document_path::shows(self.document, path) => return None,
                None => &Value::Null,
            },
            false => mapping.value_in(self.document, path)?,
        };
        if mapping.is_void(wire) {
            return None;
        }
        match self.is_switched_on(mapping, wire) {
            Some(true) => {}
            Some(false) => return None,
            None => {
                self.note(mapping, DIVIDED.to_owned());
                return None;
            }
        }
        let value = codec.decode(wire, self.facts);
        if value.is_none() {
            self.note(mapping, STRANGE.to_owned());
        }
        value
    }

    fn note<T>(&mut self, mapping: &Mapping<T>, why: String) {
        let vendor_field = mapping.display_path().to_owned();
        self.unread.push(Unread { field: self.at.clone(), vendor_field, why });
    }

    /// Returns true unless a flag of the field is false. Returns `None` if another flag of the field is true.
    fn is_switched_on<T>(&self, mapping: &Mapping<T>, wire: &Value) -> Option<bool> {
        let switch = mapping.switch.as_ref().filter(|switch| switch.off.as_ref() != Some(wire));
        let paths = switch.iter().flat_map(|switch| &switch.paths);
        let flags: Vec<_> =
            paths.filter_map(|path| document_path::get(self.document, path).and_then(truth)).collect();
        match (flags.contains(&true), flags.contains(&false)) {
            (true, true) => None,
            (_, has_off) => Some(!has_off),
        }
    }
}

/// Reads a flag in any form that vendors use: a boolean, the number 0 or 1, or one of these as a string.
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

//! Comparison of the vendor's document with the state last sent, field by field.

use serde_json::Value;

use crate::{
    model::Leaf,
    rule::{
        Clearing, Decoder, Drift, Encoded, Mapping, Report, Rule, Translation, Verdict, document_path,
        encode::json as plain,
    },
};

/// A comparison of one document with one state. [`Translator::compare`](crate::plan::Translator::compare)
/// creates it; rule sets use it to compare their fields.
pub struct Comparer<'a> {
    pub(crate) from: Decoder<'a>,
    /// The translation report of the state that was last sent.
    pub(crate) report: &'a Report,
    /// True if the document is complete, which means that a missing member has no value at the vendor.
    pub(crate) whole: bool,
    pub(crate) drift: Vec<Drift>,
    /// The fields that are reported as not persisted although the vendor holds the value that was sent.
    pub(crate) regained: Vec<String>,
}

impl Comparer<'_> {
    /// Runs `walk` to compare the fields of a nested object, with pointers below that of the object.
    pub fn group(&mut self, name: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.from.at.len();
        self.from.at.push('/');
        self.from.at.push_str(name);
        walk(self);
        self.from.at.truncate(length);
    }

    /// Compares one field. Ignores a field without a desired value, because the vendor may choose the value. Also
    /// ignores fields that the vendor cannot store, fields that it does not return, and fields that the document does
    /// not show.
    ///
    /// Compares a field that the last write cleared by inference with no value.
    pub fn leaf<T: Leaf>(&mut self, name: &str, rule: &Rule<T>, desired: Option<&T>) {
        let Rule::Mapped(mapping) = rule else { return };
        let is_inferred = matches!(mapping.clearing, Clearing::Inferred(..));
        if mapping.write_only || (desired.is_none() && !is_inferred) {
            return;
        }
        self.group(name, |out| {
            if desired.is_some() || out.is_reported() {
                let fields = match mapping.answer_path() {
                    _ if !mapping.copies.is_empty() => mapping.fields.as_slice(),
                    "" => mapping.fields.as_slice(),
                    _ => &[mapping.answer_path()],
                };
                if out.says(fields, mapping.may_be_omitted) {
                    let read = out.from.mapped(mapping).or_else(|| out.missing_portion(mapping));
                    let read = read.as_ref().map(plain).unwrap_or_default();
                    let held = out.from.unread.is_empty().then_some(read);
                    out.from.unread.clear();
                    let crossed = desired.map(|desired| out.crossed(mapping, desired)).unwrap_or_default();
                    let is_exact = T::EMPTY_IS_A_VALUE || mapping.empty_is_a_value;
                    let same: fn(&Value, &Value) -> bool = if is_exact { same_or_both_missing } else { same };
                    let desired = desired.map(plain).unwrap_or_default();
                    out.judge(mapping.display_path(), desired, crossed, held, same);
                }
            }
        });
    }

    /// Returns true if the report has an entry of the current field. A field without a value has one if it was cleared.
    fn is_reported(&self) -> bool {
        self.report.row(&self.from.at).is_some()
    }

    /// Returns true if the document proves the value of these vendor fields: it shows one of them, or it is complete.
    /// If `maybe_unlisted` is true, a complete document proves nothing about fields that it lacks.
    fn says(&self, fields: &[&str], maybe_unlisted: bool) -> bool {
        let shown = |field: &&str| document_path::shows(self.from.document, field);
        (self.whole && !maybe_unlisted) || fields.iter().any(shown)
    }

    /// Returns the value that a missing portion of a shared value stands for, such as false for a missing tool. Returns
    /// `None` if the document does not prove that the portion is missing.
    fn missing_portion<T: Leaf>(&self, mapping: &Mapping<T>) -> Option<T> {
        let is_missing = self.whole
            && mapping.shared
            && document_path::get(self.from.document, mapping.answer_path()).is_none()
            && !mapping.is_void(&Value::Null);
        is_missing.then(|| mapping.codec.decode(&Value::Null, self.from.facts)).flatten()
    }

    /// Returns a value in the form in which the vendor would return it. For example, a model that was
    /// requested by its id is returned by its name.
    fn crossed<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> Value {
        let body = self.from.document;
        let held = document_path::get(body, mapping.path).unwrap_or(&Value::Null);
        let with = Translation { facts: self.from.facts, observed: None, held, body };
        let accepted = mapping
            .choices
            .as_ref()
            .and_then(|choices| Some(choices.beside(document_path::get(body, choices.path)?.as_str()?)));
        match mapping.encode(value, accepted, &with) {
            Ok(Encoded { wire, .. }) if mapping.is_void(&wire) => Value::Null,
            Ok(Encoded { wire, .. }) => {
                mapping.codec.decode(&wire, self.from.facts).as_ref().map(plain).unwrap_or_default()
            }
            // The vendor accepted the value when it was sent, so it is compared unconverted.
            Err(_) => plain(value),
        }
    }

    /// Compares the desired value with the value that the vendor holds, and records the drift or the regained field, if
    /// any. Ignores a field that is unsupported or assumed in the report. `held` is `None` if the vendor's value
    /// cannot be read. `crossed` is the desired value in the form in which the vendor would return it.
    fn judge(
        &mut self,
        vendor_field: &str,
        desired: Value,
        crossed: Value,
        held: Option<Value>,
        same: fn(&Value, &Value) -> bool,
    ) {
        let row = self.report.row(&self.from.at);
        let verdict = row.map(|row| row.verdict);
        if let Some(Verdict::Unsupported | Verdict::Assumed) = verdict {
            return;
        }
        let is = |value: &Value| held.as_ref().is_some_and(|held| same(value, held));
        let observed = held.as_ref().unwrap_or(&Value::Null);
        let sent = row.and_then(|row| row.sent.clone()).unwrap_or_else(|| desired.clone());
        let expected = if same(&sent, &desired) { crossed } else { sent.clone() };
        let unkept = verdict == Some(Verdict::NotPersisted);
        let known = || row.and_then(|row| row.observed.as_ref()).is_some_and(|seen| same(seen, observed));
        // A vendor that holds the requested value has not drifted, even if a similar value was sent.
        match is(&expected) || is(&desired) {
            true if unkept => self.regained.push(self.from.at.clone()),
            true => {}
            false if unkept && known() => {}
            false => self.drift.push(Drift {
                field: self.from.at.clone(),
                vendor_field: Some(vendor_field.to_owned()),
                desired: sent,
                observed: observed.clone(),
            }),
        }
    }
}

/// Returns true if two normalized values are equal. The number 1 equals 1.0, floating-point rounding errors
/// are ignored, and an empty value equals a missing value.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs().max(other.abs()),
            _ => one == other,
        },
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let member =
                |name, of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or_default();
            one.keys().chain(other.keys()).all(|name| same(&member(name, one), &member(name, other)))
        }
        _ => one == other || (is_empty(one) && is_empty(other)),
    }
}

/// Compares two normalized values like [`same`], except that an empty value does not equal a missing value.
fn same_or_both_missing(one: &Value, other: &Value) -> bool {
    one.is_null() == other.is_null() && same(one, other)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

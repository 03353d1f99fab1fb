//! Rules of `extensions.<adapter>`: the typed settings of one vendor, translated in the same way as
//! normalized fields.

use serde_json::{Map, Value, json};

use crate::{
    model::{Component, FieldReader, Record},
    rule::{Comparer, Decoder, Describer, Encoder, RuleSet},
};

/// The rules of one adapter's extension, for any kind of record.
pub trait ExtensionRules: Send + Sync {
    /// Checks a value against the extension's fields and limits. Adds the violations to `from`, with pointers
    /// that start with `pointer`.
    fn check(&self, pointer: &str, value: &Value, from: &mut FieldReader);

    /// Returns the value as the extension's record serializes it: without nulls, and with members in the
    /// order of the record.
    fn normalize(&self, value: &Value) -> Value;

    /// Reads both states of the extension, to write the change from `before` to `desired`.
    fn change<'a>(&'a self, before: Option<&Value>, desired: Option<&Value>)
    -> Box<dyn ExtensionChange + 'a>;

    /// Reads the extension from the vendor's document. Returns `None` if no field of the extension has a
    /// value in the document.
    fn decode(&self, from: &mut Decoder<'_>) -> Option<Value>;

    /// Compares the vendor's document with the state that was sent.
    fn compare(&self, desired: Option<&Value>, out: &mut Comparer<'_>);

    /// Describes the vendor's capabilities for the fields of the extension.
    fn describe(&self, out: &mut Describer);

    /// Returns the name of the schema of the extension's record.
    fn component(&self) -> String;

    /// Returns the schema of the extension's record and the schemas that it refers to.
    fn components(&self) -> Vec<Component>;
}

/// The change of an extension. A plan may write it several times.
pub trait ExtensionChange {
    /// Writes the change in the vendor's format.
    fn encode<'a>(&'a self, out: &mut Encoder<'a>);
}

/// The rules of an extension, and both of its states.
struct ReadChange<'r, S: RuleSet> {
    rules: &'r S,
    before: Option<S::Record>,
    desired: S::Record,
}

impl<S: RuleSet> ExtensionChange for ReadChange<'_, S> {
    fn encode<'a>(&'a self, out: &mut Encoder<'a>) {
        self.rules.encode(self.before.as_ref(), &self.desired, out);
    }
}

impl<S: RuleSet> ExtensionRules for S
where
    S::Record: Record,
{
    fn check(&self, pointer: &str, value: &Value, from: &mut FieldReader) {
        from.below::<S::Record>(pointer, value);
    }

    fn normalize(&self, value: &Value) -> Value {
        json!(record::<S::Record>(Some(value)))
    }

    fn change<'a>(
        &'a self,
        before: Option<&Value>,
        desired: Option<&Value>,
    ) -> Box<dyn ExtensionChange + 'a> {
        let before = before.map(|before| record(Some(before)));
        Box::new(ReadChange { rules: self, before, desired: record(desired) })
    }

    fn decode(&self, from: &mut Decoder<'_>) -> Option<Value> {
        let record = RuleSet::decode(self, from);
        (!record.is_empty()).then(|| json!(record))
    }

    fn compare(&self, desired: Option<&Value>, out: &mut Comparer<'_>) {
        RuleSet::compare(self, &record(desired), out);
    }

    fn describe(&self, out: &mut Describer) {
        RuleSet::describe(self, out);
    }

    fn component(&self) -> String {
        <S::Record as utoipa::ToSchema>::name().into_owned()
    }

    fn components(&self) -> Vec<Component> {
        let mut components = vec![(self.component(), <S::Record as utoipa::PartialSchema>::schema())];
        <S::Record as utoipa::ToSchema>::schemas(&mut components);
        components
    }
}

/// Reads a stored extension. Violations are ignored because the extension was checked before it was stored.
fn record<R: Record>(value: Option<&Value>) -> R {
    let empty = Map::new();
    let map = value.and_then(Value::as_object).unwrap_or(&empty);
    R::read(map, &mut FieldReader::default())
}

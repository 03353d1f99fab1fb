//! `extensions.<adapter>`: typed settings of one vendor, carried by the same rules as everything else.

use serde_json::{Map, Value, json};

use crate::{
    model::{Component, FieldReader, Record},
    rule::{Comparer, Decoder, Describer, Encoder, RuleSet},
};

/// The rules of an extension of any record.
pub trait ExtensionRules: Send + Sync {
    /// Checks a value against the extension's fields and limits; violations are noted at `pointer`.
    fn check(&self, pointer: &str, value: &Value, from: &mut FieldReader);

    /// Returns the value as the extension's record writes it: without nulls, in its own order.
    fn normalize(&self, value: &Value) -> Value;

    /// Writes the change.
    fn encode(&self, before: Option<&Value>, desired: Option<&Value>, out: &mut Encoder<'_>);

    /// Reads the extension out of the vendor's document; `None` if it has nothing of it.
    fn decode(&self, from: &mut Decoder<'_>) -> Option<Value>;

    /// Compares the vendor's document with the state that was sent.
    fn compare(&self, desired: Option<&Value>, out: &mut Comparer<'_>);

    /// Describes the vendor's capabilities.
    fn describe(&self, out: &mut Describer);

    /// Returns the name of the record's schema.
    fn component(&self) -> String;

    /// Returns the schemas.
    fn components(&self) -> Vec<Component>;
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

    fn encode(&self, before: Option<&Value>, desired: Option<&Value>, out: &mut Encoder<'_>) {
        let before = before.map(|before| record::<S::Record>(Some(before)));
        RuleSet::encode(self, before.as_ref(), &record(desired), out);
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

/// Reads a stored extension, without violations because it was checked before it was stored.
fn record<R: Record>(value: Option<&Value>) -> R {
    let empty = Map::new();
    let map = value.and_then(Value::as_object).unwrap_or(&empty);
    R::read(map, &mut FieldReader::default())
}

//! Options of a rule for values that the caller did not give: the vendor requires a value, or applies one of its own.

use serde_json::Value;

use crate::{
    facts::CatalogueKind,
    model::Leaf,
    rule::{Accepted, FieldCondition, Lookup, Rule},
};

impl<T: Leaf> Rule<T> {
    /// States that the vendor refuses to create a record without the field.
    pub fn required(self) -> Self {
        self.with(|m| m.required = true)
    }

    /// States that the vendor refuses to create a record without the field if the vendor field at `path` has this
    /// value.
    pub fn required_when(self, path: &'static str, value: Value) -> Self {
        self.with(|m| m.required_when = Some(Box::new(FieldCondition::equals(path, value))))
    }

    /// States that the vendor refuses to create a record without the field if the vendor field at `path` has one of these
    /// values.
    pub fn required_when_any(self, path: &'static str, values: &[&str]) -> Self {
        let values = values.iter().map(|value| Value::from(*value)).collect();
        self.with(|m| {
            m.required_when = Some(Box::new(FieldCondition { path, accepted: Accepted::Values(values) }));
        })
    }

    /// States that the vendor field at `path` takes the place of this field while it has a value. A write then sends
    /// neither a default nor the value of [`Self::cleared_as`] for this field.
    pub fn replaced_by(self, path: &'static str) -> Self {
        self.with(|m| m.replaced_by = Some(path))
    }

    /// Sets the wire value that is sent if the vendor requires the field and the caller gives no accepted value.
    pub fn default(self, wire: Value) -> Self {
        self.with(|m| m.default = Some(Box::new(wire)))
    }

    /// Sets the wire value that is sent instead of the default if the vendor field at `path` has the value `value`.
    pub fn default_when(self, path: &'static str, value: Value, wire: Value) -> Self {
        self.with(|m| m.default_when = Some(Box::new((FieldCondition::equals(path, value), wire))))
    }

    /// Sets the wire value that is sent instead of the default if the vendor field at `path` has a value.
    pub fn default_when_set(self, path: &'static str, wire: Value) -> Self {
        let condition = FieldCondition { path, accepted: Accepted::Except(Value::Null) };
        self.with(|m| m.default_when = Some(Box::new((condition, wire))))
    }

    /// States that the vendor applies the default to a record that is created without the field. A creation sends the
    /// default, so that the report contains the value that applies.
    pub fn states_default(self) -> Self {
        self.with(|m| m.states_default = true)
    }

    /// Makes the plan look up a value that the caller omitted. The request body contains the id of an entry of
    /// `catalogue` at the path `key`. The plan uses the value at the first of the paths `pick` that the entry has.
    pub fn lookup(self, catalogue: CatalogueKind, key: &'static str, pick: &'static [&'static str]) -> Self {
        self.with(|m| m.lookup = Some(Box::new(Lookup { catalogue, key, pick, known_by: None })))
    }

    /// Makes the plan send an object that contains only the id, as `member`. This applies if the vendor requires the
    /// field, the catalogue has no such entry, and the field has no default.
    pub fn known_by(self, member: &'static str) -> Self {
        self.with(|m| {
            if let Some(look_up) = &mut m.lookup {
                look_up.known_by = Some(member);
            }
        })
    }
}

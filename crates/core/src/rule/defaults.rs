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

    /// States that the vendor refuses to create a record without the field if the vendor field at `path` has one of these
    /// values.
    pub fn required_when(self, path: &'static str, accepted: impl Into<Accepted>) -> Self {
        self.with(|m| m.required_when = Some(Box::new(FieldCondition::new(path, accepted))))
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

    /// Sets the wire value that is sent instead of the default if the vendor field at `path` has one of these values.
    pub fn default_when(self, path: &'static str, accepted: impl Into<Accepted>, wire: Value) -> Self {
        self.with(|m| m.default_when = Some(Box::new((FieldCondition::new(path, accepted), wire))))
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

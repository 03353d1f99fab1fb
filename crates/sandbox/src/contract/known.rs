//! The members of a request body that a contract knows, for vendors that drop all others without an error.

use std::collections::{BTreeMap, btree_map::Entry};

use serde_json::{Map, Value};

use super::schema::{Schemas, members};

/// The members of a value that its schema lists.
#[derive(Default)]
pub(super) struct KnownMembers {
    members: BTreeMap<String, KnownMembers>,
    /// The members of each value of a map with arbitrary keys.
    others: Option<Box<KnownMembers>>,
    items: Option<Box<KnownMembers>>,
    /// True if the schema lists no members. All members are then kept.
    open: bool,
}

impl KnownMembers {
    /// Reads the members from a schema. The members of all its alternatives are combined. The schemas must not refer to
    /// themselves, because the function would then not return.
    pub(super) fn new<'a>(schemas: &Schemas<'a>, schema: &'a Value) -> Self {
        let schema = schemas.resolve(schema);
        let mut known = Self::default();
        for (name, member) in members(schema, "properties") {
            known.members.insert(name.clone(), Self::new(schemas, member));
        }
        known.others = schema
            .get("additionalProperties")
            .filter(|others| others.is_object())
            .map(|others| Box::new(Self::new(schemas, others)));
        known.items = schema.get("items").map(|items| Box::new(Self::new(schemas, items)));
        let alternatives =
            ["anyOf", "allOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
        for alternative in alternatives.flatten() {
            known.add(Self::new(schemas, alternative));
        }
        known.open = known.members.is_empty() && known.others.is_none();
        known
    }

    /// Adds the members of another alternative, at every depth.
    fn add(&mut self, other: Self) {
        for (name, member) in other.members {
            match self.members.entry(name) {
                Entry::Vacant(place) => drop(place.insert(member)),
                Entry::Occupied(known) => known.into_mut().add(member),
            }
        }
        for (known, other) in [(&mut self.others, other.others), (&mut self.items, other.items)] {
            match (known.as_mut(), other) {
                (Some(known), Some(other)) => known.add(*other),
                (None, other) => *known = other,
                (Some(_), None) => {}
            }
        }
        self.open = self.members.is_empty() && self.others.is_none();
    }

    /// Returns a value without the members that are not known.
    pub(super) fn prune(&self, value: &Value) -> Value {
        match value {
            Value::Object(given) if !self.open => {
                let kept = given.iter().filter_map(|(name, member)| {
                    let known = self.members.get(name).or(self.others.as_deref())?;
                    Some((name.clone(), known.prune(member)))
                });
                Value::Object(kept.collect::<Map<_, _>>())
            }
            Value::Array(given) => match &self.items {
                Some(items) => given.iter().map(|item| items.prune(item)).collect(),
                None => value.clone(),
            },
            value => value.clone(),
        }
    }
}

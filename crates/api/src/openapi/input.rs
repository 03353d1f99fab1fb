//! The schemas of request bodies, derived from the schemas of answers. In a whole record, null means the same as an omitted
//! field. In a merge patch, null clears a field, and every field may be omitted. A required field cannot be null in either
//! form.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::schemas::{reference, referred};

/// The form of a record in a request body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A whole record that a caller creates or replaces.
    New,
    /// A merge patch.
    Patch,
}

impl Form {
    /// Returns the name of a schema in this form.
    pub fn name(self, schema: &str) -> String {
        match self {
            Self::New => format!("New{schema}"),
            Self::Patch => format!("{schema}Patch"),
        }
    }
}

/// The component schemas to which the schemas of records and dials refer.
pub struct Parts {
    all: Vec<(String, Value)>,
    /// The names of the schemas that a patch merges member by member. A patch replaces values of other schemas as a
    /// whole.
    merged: BTreeSet<String>,
}

impl Parts {
    /// Keeps all of these schemas, and finds those that a patch merges. These are the objects and choices to which a
    /// record refers through its members and alternatives, either directly or through other objects and choices.
    /// References from list items and map values do not count.
    pub fn new(records: &[Value], all: Vec<(String, Value)>) -> Self {
        let (mut merged, mut ahead) = (BTreeSet::new(), records.iter().collect::<Vec<_>>());
        while let Some(schema) = ahead.pop() {
            let members = schema["properties"].as_object().into_iter().flat_map(Map::values);
            for name in members.chain(choices(schema)).filter_map(referred) {
                let part = all.iter().find(|(part, schema)| part == name && is_structured(schema));
                if let Some((name, part)) = part
                    && merged.insert(name.clone())
                {
                    ahead.push(part);
                }
            }
        }
        Self { all, merged }
    }

    /// Derives the schema of a request body from the schema of an answer.
    pub fn sent(&self, form: Form, schema: &Value) -> Value {
        if schema.get("oneOf").is_some() { self.choice(form, schema) } else { self.object(form, schema) }
    }

    /// Returns the schemas by name, in the form for answers. Objects and choices are also returned in the form `New`.
    /// Those that a patch merges are also returned in the form `Patch`.
    pub fn components(self) -> impl Iterator<Item = (String, Value)> {
        let structured = self.all.iter().filter(|(_, schema)| is_structured(schema));
        let sent: Vec<_> = structured
            .flat_map(|(name, schema)| {
                let forms = [Form::New, Form::Patch].into_iter();
                let forms = forms.filter(|form| *form == Form::New || self.merged.contains(name));
                forms.map(|form| (form.name(name), self.sent(form, schema)))
            })
            .collect();
        self.all.into_iter().chain(sent)
    }

    fn object(&self, form: Form, schema: &Value) -> Value {
        let required: BTreeSet<_> = strings(&schema["required"]).collect();
        let mut sent = schema.clone();
        if let (Form::Patch, Value::Object(sent)) = (form, &mut sent) {
            sent.shift_remove("required");
        }
        let properties = sent.get_mut("properties").and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            if property.get("readOnly").is_none() {
                self.lead(form, property);
                if !required.contains(name.as_str()) {
                    *property = nullable(property);
                }
            }
        }
        sent
    }

    /// Derives the schema of a choice in this form. A patch may omit the tag, so several alternatives can match.
    /// Therefore, a choice in a patch is an `anyOf` without a discriminator.
    fn choice(&self, form: Form, schema: &Value) -> Value {
        let mut sent = schema.clone();
        if let Some(Value::Array(choices)) = sent.get_mut("oneOf") {
            choices.iter_mut().for_each(|choice| self.lead(form, choice));
        }
        if let Some(Value::Object(mapping)) = sent.pointer_mut("/discriminator/mapping") {
            for target in mapping.values_mut() {
                let mut choice = json!({ "$ref": target });
                self.lead(form, &mut choice);
                *target = choice["$ref"].take();
            }
        }
        match (form, sent) {
            (Form::Patch, Value::Object(mut sent)) => {
                sent.shift_remove("discriminator");
                let choices = sent.shift_remove("oneOf").unwrap_or_default();
                sent.insert("anyOf".to_owned(), choices);
                Value::Object(sent)
            }
            (_, sent) => sent,
        }
    }

    /// Makes a reference lead to the target's schema in this form. A schema that a patch does not merge always has the
    /// form of a whole record. So do list items and map values, because a patch replaces lists and maps as a whole.
    fn lead(&self, form: Form, schema: &mut Value) {
        if let Some(name) = referred(schema).map(ToOwned::to_owned)
            && self.all.iter().any(|(part, schema)| *part == name && is_structured(schema))
        {
            let form = if self.merged.contains(&name) { form } else { Form::New };
            schema["$ref"] = reference(&form.name(&name))["$ref"].take();
        }
        for within in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get_mut(within) {
                self.lead(Form::New, inner);
            }
        }
    }
}

/// Returns true if the schema has members of its own, or is a choice.
fn is_structured(schema: &Value) -> bool {
    schema.get("properties").is_some() || schema.get("oneOf").is_some()
}

fn choices(schema: &Value) -> impl Iterator<Item = &Value> {
    schema["oneOf"].as_array().into_iter().flatten()
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn nullable(property: &Value) -> Value {
    if property.get("$ref").is_some() {
        let mut reference = property.clone();
        let about = reference.as_object_mut().and_then(|reference| reference.shift_remove("description"));
        let mut nullable = Map::from_iter([("oneOf".to_owned(), json!([reference, { "type": "null" }]))]);
        nullable.extend(about.map(|about| ("description".to_owned(), about)));
        return Value::Object(nullable);
    }
    let mut property = property.clone();
    if let Some(Value::String(kind)) = property.get("type") {
        property["type"] = json!([kind, "null"]);
    }
    if let Some(Value::Array(values)) = property.get_mut("enum") {
        values.push(Value::Null);
    }
    property
}

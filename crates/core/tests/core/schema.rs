//! The OpenAPI schema of a record agrees with validation: neither accepts a value that the other
//! refuses.

use std::fmt::Debug;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use switchboard_core::model::{Agent, Record, Trunk, read};

use crate::samples;

/// The pointers of values with rules that no schema can express. The schema may accept more of these values than
/// validation, never fewer.
const MEANINGFUL: [&str; 9] = [
    "/language",
    "/additional_languages",
    "/timezone",
    "/prompt/company_website",
    "/transfers/0/phone_number",
    "/webhook/url",
    "/phone_number",
    "/tools/0/timezone",
    // Only the type `string` has choices.
    "/analysis/extraction/0",
];

const TEXTS: [&str; 16] = [
    "en",
    "call.ended",
    "call..ended",
    "+15550100123",
    "https://hooks.example",
    "09:30",
    "zh-Hant-TW",
    "HTTPS://HOOKS.EXAMPLE",
    "https:hooks.example",
    "https://bücher.example/ä b",
    "Europe/Berlin",
    "EN-us",
    "sgn-BE-FR",
    "+05550100123",
    "9:30",
    "",
];

/// A record's schema with all schemas that it refers to.
struct Schema {
    document: Value,
    whole: Validator,
}

impl Schema {
    fn new<R: Record>() -> Self {
        let mut components = vec![(R::name().into_owned(), R::schema())];
        R::schemas(&mut components);
        let schemas: Map<_, _> = components.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
        let root = format!("#/components/schemas/{}", R::name());
        let document = json!({ "$ref": root, "components": { "schemas": schemas } });
        Self { whole: jsonschema::draft202012::new(&document).unwrap(), document }
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.document.pointer(&reference[1..]).unwrap(),
            None => schema,
        }
    }

    /// Returns the smallest value that a schema allows.
    fn least(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(variants) = schema["oneOf"].as_array() {
            return self.least(&variants[0]);
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[0].clone();
        }
        match schema["type"].as_str() {
            Some("object") => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                let named = |name: Value| name.as_str().unwrap().to_owned();
                let members = required.into_iter().map(named).map(|name| {
                    let member = self.least(&schema["properties"][&name]);
                    (name, member)
                });
                Value::Object(members.collect())
            }
            Some("array") => json!([]),
            Some("boolean") => json!(true),
            Some("string") => {
                let fits = jsonschema::draft202012::new(schema).unwrap();
                TEXTS.iter().map(|text| json!(text)).find(|text| fits.is_valid(text)).unwrap()
            }
            Some(_) => schema.get("minimum").cloned().unwrap_or(json!(0)),
            None => json!({}),
        }
    }

    /// Lists every leaf below a pointer, with documents whose leaf is just inside or just outside its limits.
    fn probes(&self, schema: &Value, at: &str, document: &Value, out: &mut Vec<(String, Value)>) {
        let schema = self.resolved(schema);
        for variant in schema["oneOf"].as_array().into_iter().flatten() {
            let document = with(document, at, self.least(variant));
            self.probes(variant, at, &document, out);
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            let standing = document.pointer(&at).cloned().unwrap_or_else(|| self.least(member));
            self.probes(member, &at, &with(document, &at, standing), out);
        }
        if let Some(items) = schema.get("items") {
            let one = with(document, at, json!([self.least(items)]));
            self.probes(items, &format!("{at}/0"), &one, out);
        }
        let values = self.values(schema);
        out.extend(values.into_iter().map(|value| (at.to_owned(), with(document, at, value))));
    }

    fn values(&self, schema: &Value) -> Vec<Value> {
        let limit = |name: &str| schema[name].as_u64().map(|limit| limit as usize);
        let around = |limits: [Option<usize>; 2], far: usize| {
            let near =
                limits.into_iter().flatten().flat_map(|limit| [limit.saturating_sub(1), limit, limit + 1]);
            near.chain([0, 1]).chain(limits[1].is_none().then_some(far)).collect::<Vec<_>>()
        };
        let mut values = vec![json!("?"), json!(7), json!(true), json!([]), json!({ "?": 1 })];
        if let Some(words) = schema["enum"].as_array() {
            values.extend(words.iter().cloned());
            values.extend(words.iter().map(|word| json!({ word.as_str().unwrap(): null })));
            return values;
        }
        match schema["type"].as_str() {
            Some("number") => {
                let ends = [schema["minimum"].as_f64(), schema["maximum"].as_f64()];
                values.extend(
                    ends.iter()
                        .flatten()
                        .flat_map(|end| [json!(end - 0.001), json!(end), json!(end + 0.001)]),
                );
                values.extend([json!(-1e6), json!(0), json!(0.5), json!(1e6)]);
            }
            Some("integer") => {
                let ends = [schema["minimum"].as_i64(), schema["maximum"].as_i64()];
                values.extend(
                    ends.iter().flatten().flat_map(|end| [json!(end - 1), json!(end), json!(end + 1)]),
                );
                values.extend([json!(-1), json!(0), json!(0.5), json!(1.0), json!(1_000_000)]);
            }
            Some("string") => {
                let lengths = around([limit("minLength"), limit("maxLength")], 200_000);
                values.extend(lengths.into_iter().map(|length| json!("ü".repeat(length))));
                values.extend(TEXTS.map(Value::from));
                let url = |length: usize| json!(format!("https://a.example/{}", "ü".repeat(length - 18)));
                values.extend([2047, 2048, 2049].map(url));
            }
            Some("array") => {
                let one = self.least(&schema["items"]);
                let lengths = around([None, limit("maxItems")], 1_000);
                values.extend(lengths.into_iter().map(|length| json!(vec![one.clone(); length])));
            }
            Some("object") if schema.get("properties").is_none() => {
                let members = |count: usize| (0..count).map(|n| (format!("v{n}"), json!("a"))).collect();
                let counts = around([None, limit("maxProperties")], 1_000);
                values.extend(counts.into_iter().map(|count| Value::Object(members(count))));
            }
            _ => values.push(json!({})),
        }
        values
    }
}

fn with(document: &Value, at: &str, value: Value) -> Value {
    let mut document = document.clone();
    match at.rsplit_once('/') {
        None => document = value,
        Some((parent, name)) => match document.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.insert(name.to_owned(), value)),
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
            other => panic!("{at} is in no object: {other}"),
        },
    }
    document
}

/// Checks every probe against schema and validation. Returns the number of probes that either refuses, so
/// that tests can prove that some were refused. `fill` adds the members that a body requires and a schema
/// cannot express.
fn agree<R: Record + Debug>(fill: fn(&mut Value)) -> usize {
    let schema = Schema::new::<R>();
    let root = json!({ "$ref": schema.document["$ref"] });
    let mut probes = Vec::new();
    schema.probes(&root, "", &schema.least(&root), &mut probes);
    let mut refused = 0;
    for (at, mut document) in probes {
        fill(&mut document);
        let (promised, read) = (schema.whole.is_valid(&document), read::<R>(&document));
        let looser = promised && MEANINGFUL.iter().any(|meant| at.starts_with(meant));
        let shown: String = document.pointer(&at).unwrap().to_string().chars().take(60).collect();
        assert!(
            promised == read.is_ok() || looser,
            "{at} = {shown}: the schema says {promised}, reading {read:?}"
        );
        refused += usize::from(!promised);
    }
    refused
}

#[test]
fn the_schema_of_an_agent_is_what_validation_enforces() {
    // No schema requires that headers differ.
    let refused = agree::<Agent>(|agent| {
        let headers = agent.pointer_mut("/tools/0/headers").and_then(Value::as_array_mut);
        for (index, header) in headers.into_iter().flatten().enumerate().skip(1) {
            header["name"] = json!(format!("X-{index}"));
        }
    });
    assert!(refused > 300);
}

/// Fills in the secrets, which no schema requires because answers and updates omit them.
#[test]
fn the_schema_of_a_trunk_is_what_validation_enforces() {
    let refused = agree::<Trunk>(|trunk| {
        if trunk["carrier"]["type"] == "twilio" && trunk["carrier"].get("auth_token").is_none() {
            trunk["carrier"]["auth_token"] = json!("hush");
        }
    });
    assert!(refused > 20);
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn whatever_is_written_fits_the_schema(agent in samples::agent(), trunk in samples::trunk()) {
        thread_local! {
            static SCHEMAS: [Schema; 2] = [Schema::new::<Agent>(), Schema::new::<Trunk>()];
        }
        SCHEMAS.with(|[agents, trunks]| {
            prop_assert!(agents.whole.is_valid(&json!(agent)), "{}", json!(agent));
            prop_assert!(trunks.whole.is_valid(&json!(trunk)), "{}", json!(trunk));
            Ok(())
        })?;
    }
}

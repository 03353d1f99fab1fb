//! The schemas of bodies and answers, made from the model's own.
//!
//! They are JSON Schema as it stands in the document: utoipa's types cannot say all of it (a member of any type, for
//! one). Operations refer to them by the names of the types here.

use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

use serde_json::{Map, Value, json};
use switchboard_core::{Agent, Factory, Root, Trunk};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema},
};

use super::patch;
use crate::service::{OUTPUT_ONLY, SETTABLE};

macro_rules! names {
    ($($(#[doc = $about:literal])* $name:ident = $title:literal;)*) => { $(
        $(#[doc = $about])*
        pub struct $name;

        impl PartialSchema for $name {
            /// Stands in until the document is complete; see [`all`].
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($title)
            }
        }
    )* };
}

names! {
    /// The body of a new or replaced agent.
    NewAgent = "NewAgent";
    /// A change of an agent.
    AgentPatch = "AgentPatch";
    /// An agent as it is answered.
    AgentAnswer = "Agent";
    /// A page of agents.
    AgentList = "AgentList";
    /// An agent to take over.
    AgentImport = "AgentImport";
    /// The body of a new or replaced trunk.
    NewTrunk = "NewTrunk";
    /// A change of a trunk.
    TrunkPatch = "TrunkPatch";
    /// A trunk as it is answered.
    TrunkAnswer = "Trunk";
    /// A page of trunks.
    TrunkList = "TrunkList";
    /// A dry run.
    Plan = "Plan";
    /// A vendor.
    VendorAnswer = "Vendor";
    /// The vendors.
    VendorList = "VendorList";
    /// What a vendor can hold.
    Capabilities = "Capabilities";
    /// What all vendors can hold.
    CapabilityList = "CapabilityList";
    /// What a move would change.
    CapabilityDifference = "CapabilityDifference";
    /// A vendor's own list.
    CatalogueList = "CatalogueList";
    /// What a kind of problem means.
    ProblemAnswer = "ProblemExplanation";
    /// The kinds of problems.
    ProblemList = "ProblemExplanationList";
}

/// Every schema of the document, by name.
pub fn all(adapters: &[Factory]) -> Map<String, Value> {
    let parts = parts(adapters);
    let objects = objects(&parts);
    let mut all = FIXED.clone();
    let (envelope, outputs) = (all.shift_remove("Envelope"), all.shift_remove("Outputs"));
    let beside = Beside { envelope: envelope.unwrap_or_default(), outputs: outputs.unwrap_or_default() };
    beside.describe::<Agent>(&objects, &mut all);
    beside.describe::<Trunk>(&objects, &mut all);
    let import = imported(&beside.input::<Agent>());
    all.insert("AgentImport".to_owned(), import);
    for (list, of) in [
        ("AgentList", "Agent"),
        ("TrunkList", "Trunk"),
        ("VendorList", "Vendor"),
        ("CapabilityList", "Capabilities"),
        ("CatalogueList", "CatalogueEntry"),
        ("ProblemExplanationList", "ProblemExplanation"),
    ] {
        all.insert(list.to_owned(), page(of));
    }
    let merged = parts.iter().filter(|(name, _)| objects.contains(name));
    all.extend(merged.map(|(name, schema)| (patch::name(name), patch::of(schema, &objects))));
    all.extend(parts);
    all
}

/// The schemas that stand for themselves.
static FIXED: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("schemas.json")).unwrap_or_default());

/// The groups and structured values of the records, and the extensions.
fn parts(adapters: &[Factory]) -> Vec<(String, Value)> {
    let mut parts = Vec::new();
    Agent::schemas(&mut parts);
    Trunk::schemas(&mut parts);
    let mut properties = Map::new();
    for (adapter, rules) in
        adapters.iter().filter_map(|adapter| Some((adapter.adapter, adapter.extension?())))
    {
        properties.insert(adapter.to_owned(), reference(&rules.component()));
        parts.extend(rules.components());
    }
    let extensions = json!({
        "type": "object",
        "description": "Settings that only one vendor has, by adapter. Sent to that vendor only, and kept while another one runs the record.",
        "properties": properties,
        "additionalProperties": false,
    });
    let parts =
        parts.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default()));
    parts.chain([("Extensions".to_owned(), extensions)]).collect()
}

/// The parts that a patch merges into: objects with members of their own that a record refers to.
fn objects(parts: &[(String, Value)]) -> BTreeSet<String> {
    let records =
        [Agent::schema(), Trunk::schema()].map(|schema| serde_json::to_value(schema).unwrap_or_default());
    let holders = records.iter().chain(parts.iter().map(|(_, schema)| schema));
    let properties = holders.filter_map(|holder| holder["properties"].as_object()).flat_map(Map::values);
    let referred: BTreeSet<_> =
        properties.filter_map(|property| property["$ref"].as_str()?.rsplit('/').next()).collect();
    let merged = |(name, schema): &&(String, Value)| {
        (referred.contains(name.as_str()) || name == "Extensions") && schema.get("properties").is_some()
    };
    parts.iter().filter(merged).map(|(name, _)| name.clone()).collect()
}

/// What stands beside the record's own members.
struct Beside {
    envelope: Value,
    outputs: Value,
}

impl Beside {
    /// The schemas of a kind of record: as it is written, changed and answered.
    fn describe<R: Root>(&self, objects: &BTreeSet<String>, all: &mut Map<String, Value>) {
        let (kind, new) = (R::name(), self.input::<R>());
        let mut change = patch::of(&new, objects);
        change["description"] =
            format!("A change of the {}: what is left out stays, null clears.", R::NAME).into();
        all.insert(patch::name(&kind), change);
        all.insert(format!("New{kind}"), new);
        all.insert(kind.into_owned(), self.output::<R>());
    }

    fn input<R: Root>(&self) -> Value {
        let mut schema = serde_json::to_value(R::schema()).unwrap_or_default();
        schema["description"] =
            format!("The {} as it is written. Output-only members are ignored.", R::NAME).into();
        for name in SETTABLE {
            schema["properties"][name] = self.envelope["properties"][name].clone();
        }
        for name in OUTPUT_ONLY {
            schema["properties"][name] =
                json!({ "readOnly": true, "description": "Output only; ignored in a body." });
        }
        schema
    }

    fn output<R: Root>(&self) -> Value {
        let mut schema = self.input::<R>();
        schema["description"] =
            format!("The {}: what is asked, where it runs, and what the vendor holds of it.", R::NAME).into();
        for name in OUTPUT_ONLY {
            schema["properties"][name] = self.outputs["properties"][name].clone();
        }
        if let Value::Array(required) = &mut schema["required"] {
            required.extend(OUTPUT_ONLY.map(Value::from));
        }
        schema
    }
}

fn imported(new: &Value) -> Value {
    let mut schema = new.clone();
    schema["description"] =
        "A record that a vendor has. Fields that the vendor can say may be left out.".into();
    schema["properties"]["remote_id"] = json!({ "type": "string", "minLength": 1, "maxLength": 255, "description": "The vendor's id of it." });
    schema["required"] = json!(["vendor", "remote_id"]);
    schema
}

fn page(of: &str) -> Value {
    json!({
        "type": "object",
        "description": "A part of a list.",
        "properties": {
            "data": { "type": "array", "items": reference(of) },
            "next_cursor": { "type": ["string", "null"], "description": "Where the list goes on; null at its end." },
        },
        "required": ["data", "next_cursor"],
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

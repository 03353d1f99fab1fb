//! The schemas of bodies and answers, made from the model's own.
//!
//! They are JSON Schema as it stands in the document: utoipa's types cannot say all of it (a member of any type, for
//! one). Operations refer to them by the names of the types here.

use std::{borrow::Cow, sync::LazyLock};

use serde_json::{Map, Value, json};
use switchboard_core::{Agent, Factory, Root, Trunk};
use switchboard_engine::{OUTPUT_ONLY, SETTABLE};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema},
};

use super::input::{Form, Parts};

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
    /// A dry run of an import.
    ImportPlan = "AgentImportPlan";
    /// A write on its way to a vendor.
    OperationAnswer = "Operation";
    /// A page of operations.
    OperationList = "OperationList";
    /// What somebody says about an operation.
    OperationResolution = "OperationResolution";
    /// Which agents are to move.
    MigrationRequest = "MigrationRequest";
    /// What moving them would do.
    MigrationPlan = "MigrationPlan";
    /// The plan that is to be carried out.
    MigrationStart = "MigrationStart";
    /// Agents that move.
    MigrationAnswer = "Migration";
    /// A page of migrations.
    MigrationList = "MigrationList";
    /// A page of the agents of a migration.
    MoveList = "MigrationAgentList";
    /// What to do where a vendor holds something else.
    SyncRequest = "SyncRequest";
    /// What an agent was asked to be.
    Revision = "AgentRevision";
    /// A page of revisions.
    RevisionList = "AgentRevisionList";
    /// A vendor.
    VendorAnswer = "Vendor";
    /// The vendors.
    VendorList = "VendorList";
    /// The records that a vendor has.
    VendorRecordList = "VendorAgentList";
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
    let mut all = FIXED.clone();
    let (envelope, outputs) = (all.shift_remove("Envelope"), all.shift_remove("Outputs"));
    let beside = Beside { envelope: envelope.unwrap_or_default(), outputs: outputs.unwrap_or_default() };
    let (agent, trunk) = (beside.input::<Agent>(), beside.input::<Trunk>());
    let parts = Parts::new(&[agent.clone(), trunk.clone()], parts(adapters));
    all.insert("AgentImport".to_owned(), imported(parts.sent(Form::Patch, &agent)));
    let plan = all["Plan"].clone();
    all.insert("AgentImportPlan".to_owned(), import_plan(plan));
    describe::<Agent>(agent, beside.output::<Agent>(), &parts, &mut all);
    describe::<Trunk>(trunk, beside.output::<Trunk>(), &parts, &mut all);
    for (list, of) in [
        ("AgentList", "Agent"),
        ("TrunkList", "Trunk"),
        ("OperationList", "Operation"),
        ("AgentRevisionList", "AgentRevision"),
        ("MigrationList", "Migration"),
        ("MigrationAgentList", "MigrationAgent"),
        ("VendorList", "Vendor"),
        ("VendorAgentList", "VendorAgent"),
        ("CapabilityList", "Capabilities"),
        ("CatalogueList", "CatalogueEntry"),
        ("ProblemExplanationList", "ProblemExplanation"),
    ] {
        all.insert(list.to_owned(), page(of));
    }
    all.extend(parts.components());
    all
}

/// The schemas that stand for themselves.
static FIXED: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let files = [
        include_str!("schemas.json"),
        include_str!("operation_schemas.json"),
        include_str!("migration_schemas.json"),
        include_str!("vendor_schemas.json"),
    ];
    files.into_iter().filter_map(|file| serde_json::from_str::<Map<_, _>>(file).ok()).flatten().collect()
});

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
    let parts = parts.into_iter().map(|(name, schema)| (name, json!(schema)));
    parts.chain([("Extensions".to_owned(), extensions)]).collect()
}

/// What stands beside the record's own members.
struct Beside {
    envelope: Value,
    outputs: Value,
}

impl Beside {
    fn input<R: Root>(&self) -> Value {
        let mut schema = json!(R::schema());
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

/// The schemas of a kind of record: as it is written, changed and answered.
fn describe<R: Root>(input: Value, output: Value, parts: &Parts, all: &mut Map<String, Value>) {
    let kind = R::name();
    let mut change = parts.sent(Form::Patch, &input);
    change["description"] =
        format!("A change of the {}: what is left out stays, null clears.", R::NAME).into();
    all.insert(Form::Patch.name(&kind), change);
    all.insert(Form::New.name(&kind), parts.sent(Form::New, &input));
    all.insert(kind.into_owned(), output);
}

fn imported(mut fields: Value) -> Value {
    fields["description"] =
        "A record that a vendor has. Fields that the vendor can say may be left out.".into();
    fields["properties"]["vendor"] = json!({ "type": "string", "minLength": 1, "description": "The configured vendor that has it.", "examples": ["qcall"] });
    fields["properties"]["remote_id"] = json!({ "type": "string", "minLength": 1, "maxLength": 255, "description": "The vendor's id of it." });
    fields["properties"]["pin"] = json!({ "type": ["boolean", "null"], "default": true, "description": "Whether it is pinned to the vendor; else the routing decides where it is to be, and a migration may take it there." });
    fields["required"] = json!(["vendor", "remote_id"]);
    fields
}

fn import_plan(mut plan: Value) -> Value {
    plan["description"] = "What an import would keep, what it would send, and what it would lose.".into();
    plan["properties"]["agent"] = reference("NewAgent");
    plan["properties"]["unread"] = json!({
        "type": "array",
        "items": reference("UnreadField"),
        "description": "What the vendor's record says and the agent cannot have. It stays at the vendor.",
    });
    if let Value::Array(required) = &mut plan["required"] {
        required.extend(["agent", "unread"].map(Value::from));
    }
    plan
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

/// A reference to a schema of the document.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The name of the schema that a reference leads to.
pub fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

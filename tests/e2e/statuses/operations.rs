//! The operations by kind of request, and a valid request for each operation.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{
    case::{Ask, Payload, authorization},
    fixture::{CALLER, IMPORTED, PLANNED},
};
use crate::bodies::{agent, trunk, with};

/// The operations that require a key.
pub const PROTECTED: [&str; 56] = [
    "listAgents",
    "createAgent",
    "planAgent",
    "batchAgents",
    "importAgent",
    "planAgentImport",
    "getAgent",
    "replaceAgent",
    "patchAgent",
    "deleteAgent",
    "planAgentPatch",
    "syncAgent",
    "listAgentRevisions",
    "getAgentRevision",
    "restoreAgentRevision",
    "listTrunks",
    "createTrunk",
    "planTrunk",
    "getTrunk",
    "replaceTrunk",
    "patchTrunk",
    "deleteTrunk",
    "planTrunkPatch",
    "placeCall",
    "listCalls",
    "planCall",
    "getCall",
    "eraseCall",
    "getCallTranscript",
    "getCallRecording",
    "hangUpCall",
    "syncCall",
    "resolveCall",
    "listOperations",
    "getOperation",
    "resolveOperation",
    "planMigration",
    "startMigration",
    "listMigrations",
    "getMigration",
    "listMigrationAgents",
    "pauseMigration",
    "resumeMigration",
    "cancelMigration",
    "listVendors",
    "getVendor",
    "getVendorCapabilities",
    "listVendorAgents",
    "listVendorVoices",
    "listVendorLanguages",
    "listVendorModels",
    "listVendorPhoneNumbers",
    "listVendorKnowledgeBases",
    "listAliases",
    "listCapabilities",
    "diffCapabilities",
];

/// The operations that explain problems and require no key.
pub const PUBLIC: [&str; 2] = ["listProblems", "getProblem"];

/// The operations that accept a whole record.
pub const WHOLE: [&str; 8] = [
    "createAgent",
    "planAgent",
    "importAgent",
    "planAgentImport",
    "replaceAgent",
    "createTrunk",
    "planTrunk",
    "replaceTrunk",
];

/// The operations that accept a merge patch.
pub const PATCHES: [&str; 4] = ["patchAgent", "planAgentPatch", "patchTrunk", "planTrunkPatch"];

/// The operations on calls that have a body.
pub const WITH_CALL_BODY: [&str; 3] = ["placeCall", "planCall", "resolveCall"];

/// The operations on one call.
pub const OF_A_CALL: [&str; 7] = [
    "getCall",
    "eraseCall",
    "getCallTranscript",
    "getCallRecording",
    "hangUpCall",
    "syncCall",
    "resolveCall",
];

/// The operations that accept a command.
pub const COMMANDS: [&str; 5] =
    ["batchAgents", "syncAgent", "resolveOperation", "planMigration", "startMigration"];

/// The operations that change a record and therefore accept an idempotency key.
pub const WRITES: [&str; 17] = [
    "createAgent",
    "batchAgents",
    "importAgent",
    "replaceAgent",
    "patchAgent",
    "deleteAgent",
    "syncAgent",
    "restoreAgentRevision",
    "createTrunk",
    "replaceTrunk",
    "patchTrunk",
    "deleteTrunk",
    "resolveOperation",
    "startMigration",
    "pauseMigration",
    "resumeMigration",
    "cancelMigration",
];

/// The operations on one record.
pub const OF_A_RECORD: [&str; 14] = [
    "syncAgent",
    "listAgentRevisions",
    "getAgentRevision",
    "restoreAgentRevision",
    "getAgent",
    "replaceAgent",
    "patchAgent",
    "planAgentPatch",
    "deleteAgent",
    "getTrunk",
    "replaceTrunk",
    "patchTrunk",
    "planTrunkPatch",
    "deleteTrunk",
];

/// The operations on one operation.
pub const OF_AN_OPERATION: [&str; 2] = ["getOperation", "resolveOperation"];

/// The operations on one migration.
pub const OF_A_MIGRATION: [&str; 5] =
    ["getMigration", "listMigrationAgents", "pauseMigration", "resumeMigration", "cancelMigration"];

/// The operations that control a migration.
pub const ORDERS: [&str; 3] = ["pauseMigration", "resumeMigration", "cancelMigration"];

/// The operations that return pages of the gateway's own records.
pub const LISTS: [&str; 6] = [
    "listAgents",
    "listTrunks",
    "listOperations",
    "listAgentRevisions",
    "listMigrations",
    "listMigrationAgents",
];

/// The operations on one vendor.
pub const OF_A_VENDOR: [&str; 8] = [
    "getVendor",
    "getVendorCapabilities",
    "listVendorAgents",
    "listVendorVoices",
    "listVendorLanguages",
    "listVendorModels",
    "listVendorPhoneNumbers",
    "listVendorKnowledgeBases",
];

/// The operations that require the current revision.
pub const CONDITIONAL: [&str; 7] = [
    "replaceAgent",
    "patchAgent",
    "deleteAgent",
    "restoreAgentRevision",
    "replaceTrunk",
    "patchTrunk",
    "deleteTrunk",
];

/// Builds a valid request for an operation.
pub fn valid(operation: &str) -> Ask {
    let mut ask = Ask { param: None, query: String::new(), headers: Vec::new(), payload: Payload::None };
    if !PUBLIC.contains(&operation) {
        ask = ask.header("authorization", authorization());
    }
    if CONDITIONAL.contains(&operation) {
        ask = ask.header("if-match", "*");
    }
    match operation {
        "getProblem" => ask.param("internal"),
        "diffCapabilities" => ask.query("from=qcall").query("to=opencx"),
        "getVendor" | "getVendorCapabilities" | "listVendorAgents" => ask.param("qcall"),
        // A cached catalogue would hide the result of the vendor request.
        "listVendorVoices" | "listVendorLanguages" | "listVendorModels" | "listVendorPhoneNumbers" => {
            ask.param("autocalls-2025").query("refresh=true")
        }
        "listVendorKnowledgeBases" => ask.param("elevenlabs").query("refresh=true"),
        // These send no field to a vendor, so no preference applies.
        "planMigration" | "startMigration" | "resolveOperation" | "resolveCall" => {
            with_body(ask, operation).without("prefer")
        }
        "placeCall" => with_body(ask, operation).header("idempotency-key", "of-a-call"),
        _ => with_body(ask, operation),
    }
}

fn with_body(ask: Ask, operation: &str) -> Ask {
    match body(operation) {
        Some(body) => {
            ask.header("content-type", "application/json").header("prefer", "handling=lenient").json(&body)
        }
        None => ask,
    }
}

fn body(operation: &str) -> Option<Value> {
    let changed = json!({ "name": "Changed" });
    Some(match operation {
        "createAgent" => agent(Vendor::QCALL),
        // A vendor whose catalogues a plan must read.
        "planAgent" => agent(Vendor::AUTOCALLS_2025),
        "importAgent" | "planAgentImport" => {
            with(json!({ "vendor": Vendor::QCALL, "remote_id": IMPORTED }), changed)
        }
        "replaceAgent" => with(agent(Vendor::QCALL), changed),
        "createTrunk" | "planTrunk" => trunk(),
        "replaceTrunk" => with(trunk(), changed),
        "batchAgents" => json!({ "operations": [{ "create": agent(Vendor::QCALL) }] }),
        "syncAgent" => json!({ "on_drift": "report" }),
        "resolveOperation" => json!({ "action": "retry" }),
        "placeCall" | "planCall" => json!({ "agent_id": CALLER, "to": { "phone_number": "+4930123401" } }),
        "resolveCall" => json!({ "not_placed": true }),
        // A vendor whose catalogues a plan must read.
        "planMigration" => json!({ "to": Vendor::AUTOCALLS_2025 }),
        "startMigration" => json!({ "plan_id": PLANNED }),
        patch if PATCHES.contains(&patch) => changed,
        _ => return None,
    })
}

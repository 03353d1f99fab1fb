//! Errors of callers.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::{
    case::{Case, problem},
    contract::Contract,
    fixture::{CALLER, Fixture, make_in_the_console},
    operations::{
        COMMANDS, CONDITIONAL, LISTS, OF_A_CALL, OF_A_MIGRATION, OF_A_RECORD, OF_A_VENDOR, OF_AN_OPERATION,
        ORDERS, PATCHES, PROTECTED, PUBLIC, WHOLE, WITH_CALL_BODY,
    },
};
use crate::{
    bodies::{agent, with},
    harness::{Harness, Numbers},
    migrations::{demanding, site},
};

const NUMBERS: Numbers = Numbers::ALL[0];

/// The `external_ref` of an existing record.
const TAKEN: &str = "taken";

pub fn cases() -> Vec<Case> {
    [addresses(), bodies(), contents(), states()].concat()
}

/// Lists errors in paths, queries and headers.
fn addresses() -> Vec<Case> {
    let protected = PROTECTED.into_iter().flat_map(|operation| {
        [
            problem(operation, (400, "parameter_unknown"), |ask| ask.query("sneeze=1")),
            problem(operation, (401, "unauthenticated"), |ask| ask.without("authorization")),
        ]
    });
    let lists = LISTS.into_iter().chain(["listCalls"]).flat_map(|operation| {
        [
            problem(operation, (400, "parameter_invalid"), |ask| ask.query("limit=0")),
            problem(operation, (400, "cursor_invalid"), |ask| ask.query("cursor=mine")),
        ]
    });
    let named =
        [&OF_A_RECORD[..], &OF_A_VENDOR, &OF_AN_OPERATION, &OF_A_MIGRATION, &OF_A_CALL, &["getProblem"]]
            .concat()
            .into_iter()
            .flat_map(|operation| {
                [
                    problem(operation, (400, "parameter_invalid"), |ask| ask.param("%FF")),
                    problem(operation, (404, "not_found"), |ask| ask.param("nobody")),
                ]
            });
    let standing_otherwise = ["listOperations", "listMigrationAgents"]
        .map(|operation| problem(operation, (400, "parameter_invalid"), |ask| ask.query("state=asleep")));
    let unlike = problem("diffCapabilities", (400, "parameter_invalid"), |ask| ask.query("from=opencx"));
    let unnamed = problem("listAliases", (400, "parameter_invalid"), |ask| ask.query("kind=song"));
    let unreadable = PUBLIC.map(|operation| {
        problem(operation, (406, "not_acceptable"), |ask| ask.header("accept", "image/png"))
    });
    protected
        .chain(lists)
        .chain(named)
        .chain(standing_otherwise)
        .chain([unlike, unnamed])
        .chain(unreadable)
        .collect()
}

/// Lists bodies that cannot be parsed.
fn bodies() -> Vec<Case> {
    let deep = format!("{{\"metadata\":{}", "[".repeat(64));
    let each = |operation: &'static str| {
        [
            problem(operation, (400, "malformed_json"), |ask| ask.text("{")),
            problem(operation, (400, "json_too_deep"), |ask| ask.text(deep.clone())),
            problem(operation, (400, "duplicate_key"), |ask| ask.text(r#"{"name":"a","name":"b"}"#)),
            problem(operation, (415, "unsupported_media_type"), |ask| {
                ask.header("content-type", "text/plain")
            }),
        ]
    };
    WHOLE.into_iter().chain(PATCHES).chain(COMMANDS).chain(WITH_CALL_BODY).flat_map(each).collect()
}

/// Lists bodies that are not a valid record or command.
fn contents() -> Vec<Case> {
    let lacks = |operation: &'static str| {
        let lacking = if PATCHES.contains(&operation) { json!({ "name": null }) } else { json!({}) };
        problem(operation, (422, "field_required"), |ask| ask.json(&lacking))
    };
    let each = |operation: &'static str| {
        let but = |code, patch| problem(operation, (422, code), |ask| ask.but(patch));
        [
            lacks(operation),
            but("validation_failed", json!({ "name": 7 })),
            but("unknown_field", json!({ "nmae": "Reception" })),
            but("vendor_unknown", json!({ "vendor": "nobody" })),
        ]
    };
    let homeless = ["createTrunk", "planTrunk"].map(|operation| {
        problem(operation, (422, "capability_loss"), |ask| ask.but(json!({ "vendor": "opencx" })))
    });
    let masked = ["createTrunk", "planTrunk", "replaceTrunk"].map(|operation| {
        let twilio = json!({ "type": "twilio", "connection_id": null, "account_sid": "AC1", "auth_token": "********" });
        problem(operation, (422, "masked_value"), |ask| ask.but(json!({ "carrier": twilio })))
    });
    let unclear = COMMANDS.into_iter().flat_map(|operation| {
        let but = |code, patch| problem(operation, (422, code), |ask| ask.but(patch));
        [
            but("unknown_field", json!({ "onn_drift": "adopt" })),
            but(
                "validation_failed",
                json!({ "on_drift": "sneeze", "action": "sneeze", "ids": 7, "retire": 7, "operations": 7 }),
            ),
        ]
    });
    let nowhere = problem("planMigration", (422, "vendor_unknown"), |ask| ask.but(json!({ "to": "nobody" })));
    let wordless = ["batchAgents", "resolveOperation", "startMigration"]
        .map(|operation| problem(operation, (422, "field_required"), |ask| ask.json(&json!({}))));
    let records = WHOLE.into_iter().chain(PATCHES).flat_map(each).chain(homeless).chain(masked);
    records.chain(unclear).chain([nowhere]).chain(wordless).collect()
}

/// Lists writes that conflict with other records or with the record's current revision.
fn states() -> Vec<Case> {
    let stale = CONDITIONAL.map(|operation| {
        problem(operation, (412, "precondition_failed"), |ask| ask.header("if-match", "\"99\""))
    });
    let blind = ["replaceAgent", "replaceTrunk"]
        .map(|operation| problem(operation, (428, "precondition_required"), |ask| ask.without("if-match")));
    const UNIQUE: [&str; 12] = [
        "createAgent",
        "planAgent",
        "importAgent",
        "planAgentImport",
        "replaceAgent",
        "patchAgent",
        "planAgentPatch",
        "createTrunk",
        "planTrunk",
        "replaceTrunk",
        "patchTrunk",
        "planTrunkPatch",
    ];
    let taken = UNIQUE.map(|operation| {
        problem(operation, (409, "already_exists"), |ask| ask.but(json!({ "external_ref": TAKEN })))
    });
    let over = ["resolveOperation"].into_iter().chain(ORDERS);
    let over: Vec<_> = over.map(|operation| problem(operation, (409, "state_conflict"), |ask| ask)).collect();
    [&stale[..], &blind, &taken, &over].concat()
}

/// Builds a start whose plan would lose a field of an agent without the caller's consent.
pub fn costly() -> Case {
    problem("startMigration", (409, "loss_not_accepted"), |ask| ask)
}

/// Builds a start whose plan includes an agent that has changed since.
pub fn outdated() -> Case {
    problem("startMigration", (409, "state_conflict"), |ask| ask)
}

/// Builds a creation of an agent whose phone number another agent uses.
pub fn occupied() -> Case {
    let number = json!({ "phone_number_id": NUMBERS.ids[0] });
    problem("createAgent", (409, "in_use"), |ask| ask.json(&with(agent(NUMBERS.vendor), number)))
}

/// Builds the plan of an agent that hands calls over to an agent that the vendor does not have.
pub fn unready() -> Case {
    let handovers = json!({ "handovers": [{ "agent_id": CALLER }] });
    problem("planAgent", (409, "agent_not_ready"), |ask| ask.json(&with(agent(Vendor::VAPI), handovers)))
}

#[tokio::test]
async fn an_agent_that_the_vendor_lacks_is_answered_as_documented() {
    let (harness, contract) = (Harness::start().await, Contract::default());
    let gone = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    harness.delete_record(Vendor::VAPI, "assistants", &gone.remote_id).await;
    harness.post(&format!("{}/sync", gone.path), &json!({})).await.expect(200);
    unready().run(&harness, &contract, &Fixture { agent: gone.id, ..Fixture::nowhere() }).await;
}

#[tokio::test]
async fn a_number_in_use_is_answered_as_documented() {
    let (harness, contract) = (Harness::start().await, Contract::default());
    NUMBERS.bind_in_the_console(&harness, NUMBERS.ids[0], &json!("another")).await;
    occupied().run(&harness, &contract, &Fixture::nowhere()).await;
}

#[tokio::test]
async fn plans_that_cannot_be_carried_out_are_answered_as_documented() {
    let (harness, contract) = (site(Vendor::QCALL).await, Contract::default());
    let agent = harness.create("/v1/agents", &demanding("Mover")).await;
    let there = json!({ "to": Vendor::AUTOCALLS_2026, "ids": [agent.id] });
    let standing = Fixture::nowhere().planned(&harness, &there).await;
    costly().run(&harness, &contract, &standing).await;
    harness.patch(&agent.path, &json!({ "name": "Changed" })).await.expect(200);
    outdated().run(&harness, &contract, &standing).await;
}

#[tokio::test]
async fn what_is_wrong_is_answered_as_documented() {
    let (harness, contract) = (Harness::start().await, Contract::default());
    let standing = Fixture::made(&harness, &json!({})).await;
    Fixture::made(&harness, &json!({ "external_ref": TAKEN })).await;
    make_in_the_console(&harness).await;
    for case in cases() {
        case.run(&harness, &contract, &standing).await;
    }
}

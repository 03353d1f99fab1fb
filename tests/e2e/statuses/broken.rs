//! Defects in the gateway's own data: unreadable records, vendors that are no longer configured, a missing
//! store.

use serde_json::json;
use sqlx::{Connection, SqliteConnection};
use switchboard_sandbox::Vendor;

use super::{
    case::{Case, problem},
    contract::Contract,
    fixture::{CALLER, Fixture, make_in_the_console},
    operations::{LISTS, OF_A_MIGRATION, OF_A_RECORD, OF_AN_OPERATION, WHOLE},
};
use crate::{
    bodies::{agent, with},
    harness::{Config, Harness},
};

/// Operations that read no existing record.
const MAKING: [&str; 5] =
    ["createAgent", "importAgent", "planAgentImport", "createTrunk", "listVendorAgents"];
/// Operations that create a record.
const CREATIONS: [&str; 2] = ["createAgent", "createTrunk"];
/// Operations that plan or start a migration.
const MOVING: [&str; 2] = ["planMigration", "startMigration"];
/// A statement that makes a remote id unreadable.
const DAMAGE: &str =
    "UPDATE resources SET document = '{', vendor = 'qcall-eu', remote_id = CAST(x'ff' || id AS TEXT)";
/// The external reference of the stored records.
const STORED: &str = "stored";
/// The new name of the vendor to which the routes lead.
const RENAMED: &str = "qcall-eu";

pub fn cases() -> Vec<Case> {
    [damaged(), orphaned()].concat()
}

/// Lists the operations that read an unreadable record. A creation instead reads the unreadable answer to an earlier
/// request with its key.
fn damaged() -> Vec<Case> {
    let met = |operation| met(operation, (500, "internal"));
    stored()
        .into_iter()
        .filter(|operation| !CREATIONS.contains(operation))
        .map(met)
        .chain(repeated())
        .chain([handing_over((500, "internal")), naming((500, "internal"))])
        .collect()
}

/// Builds the plan of an agent that hands calls over to a stored agent.
fn handing_over(answer: (u16, &'static str)) -> Case {
    let handovers = json!({ "handovers": [{ "agent_id": CALLER }] });
    problem("planAgent", answer, |ask| ask.json(&with(agent(Vendor::VAPI), handovers)))
}

/// Builds the plan of a trunk with the external reference of the stored trunk.
fn naming(answer: (u16, &'static str)) -> Case {
    problem("planTrunk", answer, |ask| ask.but(json!({ "vendor": null, "external_ref": STORED })))
}

/// Lists the creations, single and in a batch, that repeat an earlier request with its key.
fn repeated() -> Vec<Case> {
    let keyed = |mut case: Case| {
        case.ask = case.ask.clone().header("idempotency-key", case.operation);
        case
    };
    let creations = CREATIONS.into_iter().chain(["batchAgents"]);
    creations.map(|operation| keyed(met(operation, (500, "internal")))).collect()
}

/// Lists the operations that need a record's vendor, which is no longer configured.
fn orphaned() -> Vec<Case> {
    let keeps_to_itself = |operation: &&str| operation.starts_with("get") || operation.starts_with("list");
    let of_the_vendor = OF_A_RECORD.into_iter().filter(|operation| !keeps_to_itself(operation));
    of_the_vendor.map(|operation| met(operation, (409, "state_conflict"))).collect()
}

/// Lists the operations that need the store, each with its answer without a store.
pub fn without_store() -> Vec<Case> {
    let met = |operation| met(operation, (503, "storage_unavailable"));
    let plans = [handing_over((503, "storage_unavailable")), naming((503, "storage_unavailable"))];
    stored().into_iter().map(met).chain(plans).collect()
}

/// Lists the operations that need the store.
fn stored() -> Vec<&'static str> {
    let of_one = [&OF_A_RECORD[..], &OF_AN_OPERATION, &OF_A_MIGRATION].concat();
    let lists = LISTS.into_iter().filter(|list| !of_one.contains(list));
    [&of_one[..], &lists.collect::<Vec<_>>(), &MAKING, &MOVING].concat()
}

/// Builds a request to the vendor under its new name.
fn met(operation: &'static str, answer: (u16, &'static str)) -> Case {
    problem(operation, answer, |ask| match operation {
        "importAgent" | "planAgentImport" => ask.but(json!({ "vendor": RENAMED })),
        "listVendorAgents" => ask.param(RENAMED),
        whole if WHOLE.contains(&whole) => ask.but(json!({ "vendor": null })),
        _ => ask,
    })
}

#[tokio::test]
async fn what_is_wrong_with_the_gateway_is_answered_as_documented() {
    let tables = "[routing]\ndefault = \"qcall\"\n".to_owned();
    let mut harness = Harness::with(Config { tables, ..Config::default() }).await;
    let contract = Contract::default();
    make_in_the_console(&harness).await;
    let standing = Fixture::made(&harness, &json!({ "vendor": null, "external_ref": STORED })).await;

    rename_the_vendor(&mut harness).await;
    for case in orphaned() {
        case.run(&harness, &contract, &standing).await;
    }
    for creation in repeated() {
        let request = creation.request(&harness, &contract, &standing);
        assert!(request.send().await.unwrap().status().is_success(), "{}", creation.operation);
    }
    execute(&harness, "UPDATE replays SET reply = x'ff'").await;
    execute(&harness, DAMAGE).await;
    execute(&harness, "UPDATE operations SET document = '{', vendor = CAST(x'ff' AS TEXT)").await;
    execute(&harness, "UPDATE migrations SET document = '{', version = -1").await;
    // Restart the gateway, because its cache contains records that were read before the damage.
    harness.restart().await;
    for case in damaged() {
        case.run(&harness, &contract, &standing).await;
    }
    execute(&harness, "DROP TABLE resources").await;
    execute(&harness, "DROP TABLE operations").await;
    execute(&harness, "DROP TABLE migrations").await;
    for case in without_store() {
        case.run(&harness, &contract, &standing).await;
    }
}

/// Renames the vendor, as an operator might do without knowing that records refer to it.
async fn rename_the_vendor(harness: &mut Harness) {
    let file = harness.dir().join("switchboard.toml");
    let toml = std::fs::read_to_string(&file).unwrap();
    let renamed = toml
        .replace("[vendors.qcall]", &format!("[vendors.{RENAMED}]"))
        .replace("default = \"qcall\"", &format!("default = \"{RENAMED}\""));
    std::fs::write(file, renamed).unwrap();
    harness.restart().await;
}

/// Executes a statement in the database directly, without the gateway.
pub async fn execute(harness: &Harness, sql: &'static str) {
    let url = format!("sqlite://{}", harness.dir().join("switchboard.db").display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query(sql).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
}

//! Writes that continue without their callers, and writes whose outcome is unknown.

use futures::future::join_all;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{
    broken::execute,
    case::{Case, accepted, problem},
    contract::Contract,
    fixture::{Fixture, make_in_the_console},
};
use crate::{
    harness::{Config, Harness},
    settling::{PATIENT, SOON, SWIFT},
};

/// The operations that change a record at QCall, each with the vendor's operation.
const WRITES: [(&str, &str); 11] = [
    ("createAgent", "createAssistant"),
    ("importAgent", "updateAssistant"),
    ("replaceAgent", "updateAssistant"),
    ("patchAgent", "updateAssistant"),
    ("restoreAgentRevision", "updateAssistant"),
    ("syncAgent", "updateAssistant"),
    ("deleteAgent", "deleteAssistant"),
    ("createTrunk", "createDialer"),
    ("replaceTrunk", "updateDialer"),
    ("patchTrunk", "updateDialer"),
    ("deleteTrunk", "deleteDialer"),
];

/// Lists the writes during which the vendor closes the connection.
pub fn broken_off() -> Vec<Case> {
    WRITES.map(|(operation, _)| sent_again(accepted(operation))).into()
}

/// Lists the writes during whose vendor request the store fails.
pub fn untold() -> Vec<Case> {
    let untold = |(operation, _)| sent_again(problem(operation, (504, "vendor_outcome_unknown"), |ask| ask));
    WRITES.map(untold).into()
}

/// Turns a case into a write: a sync changes a record only if it overwrites drift.
fn sent_again(case: Case) -> Case {
    match case.operation {
        "syncAgent" => Case { ask: case.ask.but(json!({ "on_drift": "overwrite" })), ..case },
        _ => case,
    }
}

#[tokio::test]
async fn what_the_vendor_breaks_off_is_answered_as_documented() {
    let (harness, contract) = (start().await, Contract::default());
    make_in_the_console(&harness).await;
    for (case, (_, operation)) in broken_off().into_iter().zip(WRITES) {
        let standing = drifted(&harness).await;
        harness.order(Vendor::QCALL, operation, 1, &json!({ "kind": "reset" })).await;
        case.run(&harness, &contract, &standing).await;
        // Wait for the write to end; otherwise, it would meet the next fault.
        harness.idle().await;
    }
}

/// Checks the answers if the store fails during the vendor request.
#[tokio::test]
async fn what_the_store_fails_for_is_answered_as_documented() {
    let (harness, contract, cases) = (start().await, Contract::default(), untold());
    make_in_the_console(&harness).await;
    let mut standings = Vec::new();
    for _ in &cases {
        standings.push(drifted(&harness).await);
    }
    for (_, operation) in WRITES {
        harness.order(Vendor::QCALL, operation, 1, &json!({ "kind": "hold" })).await;
    }
    let asked = cases.iter().zip(&standings);
    let answers = join_all(asked.map(|(case, standing)| case.run(&harness, &contract, standing)));
    let meanwhile = async {
        harness.once_held(cases.len()).await;
        for table in ["DROP TABLE resources", "DROP TABLE operations"] {
            execute(&harness, table).await;
        }
        harness.release_held().await;
    };
    tokio::join!(answers, meanwhile);
}

async fn start() -> Harness {
    let vendors = format!("{PATIENT}{SOON}attempts = 1\n");
    Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await
}

/// Creates records that have drifted at the vendor.
async fn drifted(harness: &Harness) -> Fixture {
    let standing = Fixture::made(harness, &json!({})).await;
    let mut record: Value = harness.stored(Vendor::QCALL, "assistants").await[&standing.remote_agent].clone();
    record["script"] = "of somebody else".into();
    harness.put_record(Vendor::QCALL, "assistants", &standing.remote_agent, &record).await;
    standing
}

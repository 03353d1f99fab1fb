//! Successful requests.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::{
    case::{Case, accepted, done},
    contract::Contract,
    fixture::{Fixture, make_in_the_console},
};
use crate::migrations::site;

/// Lists the cases in an order that one record can go through.
pub fn cases() -> Vec<Case> {
    const OK: [&str; 32] = [
        "listProblems",
        "getProblem",
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
        "batchAgents",
        "listCapabilities",
        "diffCapabilities",
        "planAgent",
        "planTrunk",
        "planAgentImport",
        "listAgents",
        "listTrunks",
        "getAgent",
        "getTrunk",
        "planAgentPatch",
        "planTrunkPatch",
        "listOperations",
        "getOperation",
        "listAgentRevisions",
        "getAgentRevision",
        "planMigration",
        "listMigrations",
        "getMigration",
        "listMigrationAgents",
    ];
    let read = OK.map(|operation| done(operation, 200));
    let made = ["createAgent", "importAgent", "createTrunk"].map(|operation| done(operation, 201));
    let changed = [
        "patchAgent",
        "patchTrunk",
        "replaceAgent",
        "replaceTrunk",
        "restoreAgentRevision",
        "syncAgent",
        "resolveOperation",
        "pauseMigration",
        "resumeMigration",
        "cancelMigration",
    ];
    let changed = changed.map(|operation| done(operation, 200));
    let begun = [accepted("startMigration")];
    let removed = ["deleteAgent", "deleteTrunk"].map(|operation| done(operation, 204));
    [&read[..], &made, &changed, &begun, &removed].concat()
}

#[tokio::test]
async fn what_is_right_is_answered_as_documented() {
    let harness = site(Vendor::QCALL).await;
    let contract = Contract::default();
    let standing = Fixture::made(&harness, &json!({})).await.stuck(&harness).await.moving(&harness).await;
    make_in_the_console(&harness).await;
    for case in cases() {
        case.run(&harness, &contract, &standing).await;
    }
}

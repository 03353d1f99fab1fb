//! What is done as asked.

use serde_json::json;

use super::{
    case::{Case, done},
    contract::Contract,
    standing::{Standing, make_in_the_console},
};
use crate::{
    harness::{Config, Harness},
    settling::SWIFT,
};

/// In the order in which one record can go through them.
pub fn cases() -> Vec<Case> {
    const OK: [&str; 24] = [
        "listProblems",
        "getProblem",
        "listVendors",
        "getVendor",
        "getVendorCapabilities",
        "listVendorAgents",
        "listVendorVoices",
        "listVendorLanguages",
        "listVendorModels",
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
    ];
    let changed = changed.map(|operation| done(operation, 200));
    let removed = ["deleteAgent", "deleteTrunk"].map(|operation| done(operation, 204));
    [&read[..], &made, &changed, &removed].concat()
}

#[tokio::test]
async fn what_is_right_is_answered_as_documented() {
    let harness = Harness::with(Config { tables: SWIFT.into(), ..Config::default() }).await;
    let contract = Contract::default();
    let standing = Standing::made(&harness, &json!({})).await.stuck(&harness).await;
    make_in_the_console(&harness).await;
    for case in cases() {
        case.run(&harness, &contract, &standing).await;
    }
}

//! What vendors do wrong.

use futures::future::join_all;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{
    case::{Case, problem},
    contract::Contract,
    standing::{Standing, make_in_the_console},
};
use crate::harness::{Config, Harness};

/// A case, and what its vendor does meanwhile.
pub struct Struck {
    pub case: Case,
    vendor: Vendor,
    /// The vendor's operation.
    operation: &'static str,
    fault: Value,
}

type Asking = (&'static str, Vendor, &'static str);

/// What looks something up at a vendor, and where.
const READS: [Asking; 7] = [
    ("listVendorVoices", Vendor::Autocalls2025, "listVoices"),
    ("listVendorLanguages", Vendor::Autocalls2025, "listLanguages"),
    ("listVendorModels", Vendor::Autocalls2025, "listModels"),
    ("planAgent", Vendor::Autocalls2025, "listLanguages"),
    ("importAgent", Vendor::Qcall, "getAssistant"),
    ("planAgentPatch", Vendor::Qcall, "getAssistant"),
    ("planTrunkPatch", Vendor::Qcall, "listDialers"),
];

/// What changes something at a vendor, and how.
const WRITES: [Asking; 9] = [
    ("createAgent", Vendor::Qcall, "createAssistant"),
    ("importAgent", Vendor::Qcall, "updateAssistant"),
    ("replaceAgent", Vendor::Qcall, "updateAssistant"),
    ("patchAgent", Vendor::Qcall, "updateAssistant"),
    ("deleteAgent", Vendor::Qcall, "deleteAssistant"),
    ("createTrunk", Vendor::Qcall, "createDialer"),
    ("replaceTrunk", Vendor::Qcall, "updateDialer"),
    ("patchTrunk", Vendor::Qcall, "updateDialer"),
    ("deleteTrunk", Vendor::Qcall, "deleteDialer"),
];

fn struck((asks, vendor, operation): Asking, answer: (u16, &'static str), fault: Value) -> Struck {
    Struck { case: problem(asks, answer, |ask| ask), vendor, operation, fault }
}

/// What both meet, and what only what may have changed something does.
pub fn cases() -> Vec<Struck> {
    let status = |status: u16| json!({ "kind": "status", "status": status });
    let busy = |status: u16| json!({ "kind": "status", "status": status, "retry_after": 60 });
    let both = READS.into_iter().chain(WRITES).flat_map(|asking| {
        [
            struck(asking, (422, "vendor_rejected"), status(400)),
            struck(asking, (502, "vendor_auth_failed"), status(401)),
            struck(asking, (502, "vendor_quota_exhausted"), status(402)),
            struck(asking, (502, "vendor_protocol_error"), json!({ "kind": "html", "status": 200 })),
            struck(asking, (503, "vendor_throttled"), busy(429)),
            struck(asking, (503, "vendor_unavailable"), busy(503)),
        ]
    });
    let reset = json!({ "kind": "reset" });
    let writes = WRITES.map(|asking| struck(asking, (504, "vendor_outcome_unknown"), reset.clone()));
    both.chain(writes).collect()
}

/// What is given up in the end.
pub fn late() -> Vec<Struck> {
    let late = json!({ "kind": "latency", "ms": 600_000, "when": "before" });
    READS.map(|asking| struck(asking, (504, "vendor_timeout"), late.clone())).into()
}

/// One attempt, which is enough to be told.
const ONCE: &str = "attempts = 1\n";

#[tokio::test]
async fn what_vendors_do_wrong_is_answered_as_documented() {
    let (harness, contract, standing) = standing(ONCE).await;
    for Struck { case, vendor, operation, fault } in cases() {
        harness.order(vendor, operation, 1, &fault).await;
        case.run(&harness, &contract, &standing).await;
        harness.clear_faults().await;
    }
}

#[tokio::test]
async fn what_vendors_do_not_answer_is_answered_as_documented() {
    let (harness, contract, standing) = standing("attempts = 1\nattempt_timeout_s = 2\n").await;
    let struck = late();
    for Struck { vendor, operation, fault, .. } in &struck {
        harness.order(*vendor, operation, 1, fault).await;
    }
    join_all(struck.iter().map(|struck| struck.case.run(&harness, &contract, &standing))).await;
}

async fn standing(vendors: &str) -> (Harness, Contract, Standing) {
    let harness = Harness::with(Config { vendors: vendors.to_owned(), ..Config::default() }).await;
    let standing = Standing::made(&harness, &json!({})).await;
    make_in_the_console(&harness).await;
    (harness, Contract::default(), standing)
}

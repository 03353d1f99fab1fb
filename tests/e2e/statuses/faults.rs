//! Failures of vendors.

use futures::future::join_all;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{
    case::{Ask, Case, problem},
    contract::Contract,
    fixture::{Fixture, IMPORTED, make_in_the_console},
    operations::WHOLE,
};
use crate::{
    bodies::{agent, with},
    harness::{Config, Harness},
    settling::{PATIENT, SOON, SWIFT},
};

/// A case, and the fault that is ordered at the vendor for it.
pub struct Struck {
    pub case: Case,
    vendor: Vendor,
    /// The vendor's operation in which the fault strikes.
    operation: &'static str,
    fault: Value,
}

type Asking = (&'static str, Vendor, &'static str);

/// The operations that read from a vendor, each with the vendor's operation.
const READS: [Asking; 16] = [
    ("listAgents", Vendor::AUTOCALLS_2025, "listLanguages"),
    ("listVendorAgents", Vendor::QCALL, "listAssistants"),
    ("planAgentImport", Vendor::QCALL, "getAssistant"),
    ("listVendorVoices", Vendor::AUTOCALLS_2025, "listVoices"),
    ("listVendorLanguages", Vendor::AUTOCALLS_2025, "listLanguages"),
    ("listVendorModels", Vendor::AUTOCALLS_2025, "listModels"),
    ("listVendorPhoneNumbers", Vendor::AUTOCALLS_2025, "listPhoneNumbers"),
    ("listVendorKnowledgeBases", Vendor::ELEVENLABS, "listKnowledgeBases"),
    ("planAgent", Vendor::AUTOCALLS_2025, "listLanguages"),
    ("importAgent", Vendor::QCALL, "getAssistant"),
    ("planAgentPatch", Vendor::QCALL, "getAssistant"),
    ("planTrunkPatch", Vendor::QCALL, "listDialers"),
    ("syncAgent", Vendor::QCALL, "getAssistant"),
    ("resolveOperation", Vendor::OPENCX, "listPhoneNumbers"),
    ("planMigration", Vendor::AUTOCALLS_2025, "listLanguages"),
    ("startMigration", Vendor::AUTOCALLS_2026, "listLanguages"),
];

/// The operations whose plan needs a vendor's catalogue, while the catalogue is not cached.
const UNPLANNED: [&str; 4] = ["createAgent", "replaceAgent", "patchAgent", "restoreAgentRevision"];

/// The operations that change a record at a vendor, each with the vendor's operation.
const WRITES: [Asking; 10] = [
    ("createAgent", Vendor::QCALL, "createAssistant"),
    ("importAgent", Vendor::QCALL, "updateAssistant"),
    ("replaceAgent", Vendor::QCALL, "updateAssistant"),
    ("patchAgent", Vendor::QCALL, "updateAssistant"),
    ("restoreAgentRevision", Vendor::QCALL, "updateAssistant"),
    ("deleteAgent", Vendor::QCALL, "deleteAssistant"),
    ("createTrunk", Vendor::QCALL, "createDialer"),
    ("replaceTrunk", Vendor::QCALL, "updateDialer"),
    ("patchTrunk", Vendor::QCALL, "updateDialer"),
    ("deleteTrunk", Vendor::QCALL, "deleteDialer"),
];

fn struck((asks, vendor, operation): Asking, answer: (u16, &'static str), fault: Value) -> Struck {
    let spoil = |ask: Ask| match asks {
        // The list of misplaced agents must plan its records, to compare their routes.
        "listAgents" => ask.query("placement=stale"),
        // Only adopting an unknown record requires a request to the vendor.
        "resolveOperation" => ask.but(json!({ "action": "adopt", "remote_id": IMPORTED })),
        _ => ask,
    };
    Struck { case: problem(asks, answer, spoil), vendor, operation, fault }
}

fn status(status: u16) -> Value {
    json!({ "kind": "status", "status": status })
}

/// Returns a throttling without `Retry-After`, so that the next request is not delayed.
fn throttled() -> Value {
    json!({ "kind": "status", "status": 429, "body": { "message": "Too many requests." } })
}

/// Lists the failures of all operations, and the failures that only reads report. A write continues after the
/// latter.
pub fn cases() -> Vec<Struck> {
    let both = READS.into_iter().chain(WRITES).flat_map(|asking| {
        [
            struck(asking, (422, "vendor_rejected"), status(400)),
            struck(asking, (502, "vendor_auth_failed"), status(401)),
            struck(asking, (502, "vendor_quota_exhausted"), status(402)),
        ]
    });
    both.chain(READS.into_iter().flat_map(passing)).collect()
}

/// Lists the failures of reads for operations that must plan in a process without cached catalogues.
pub fn unplanned() -> Vec<Struck> {
    let asking = UNPLANNED.map(|asks| (asks, Vendor::AUTOCALLS_2025, "listLanguages"));
    let mut cases: Vec<_> = asking.into_iter().flat_map(passing).collect();
    for Struck { case, .. } in &mut cases {
        if WHOLE.contains(&case.operation) {
            case.ask =
                case.ask.clone().json(&with(agent(Vendor::AUTOCALLS_2025), json!({ "name": "Third" })));
        }
    }
    cases
}

fn passing(asking: Asking) -> [Struck; 3] {
    [
        struck(asking, (502, "vendor_protocol_error"), json!({ "kind": "html", "status": 200 })),
        struck(asking, (503, "vendor_throttled"), throttled()),
        struck(asking, (503, "vendor_unavailable"), status(503)),
    ]
}

/// Lists the cases in which the vendor times out.
pub fn late() -> Vec<Struck> {
    let late = json!({ "kind": "latency", "ms": 600_000, "when": "before" });
    READS.map(|asking| struck(asking, (504, "vendor_timeout"), late.clone())).into()
}

#[tokio::test]
async fn what_vendors_do_wrong_is_answered_as_documented() {
    let (harness, contract, standing) = standing().await;
    strike(&harness, &contract, &standing, cases()).await;
}

#[tokio::test]
async fn what_cannot_be_planned_is_answered_as_documented() {
    let (mut harness, contract, _) = standing().await;
    let standing = Fixture::of_agent(&harness, &agent(Vendor::AUTOCALLS_2025), &json!({})).await;
    harness.restart().await;
    strike(&harness, &contract, &standing, unplanned()).await;
}

async fn strike(harness: &Harness, contract: &Contract, standing: &Fixture, cases: Vec<Struck>) {
    for Struck { case, vendor, operation, fault } in cases {
        harness.order(vendor, operation, 1, &fault).await;
        case.run(harness, contract, standing).await;
        harness.clear_faults().await;
    }
}

#[tokio::test]
async fn what_vendors_do_not_answer_is_answered_as_documented() {
    let (harness, contract, standing) = standing().await;
    let struck = late();
    for Struck { vendor, operation, fault, .. } in &struck {
        harness.order(*vendor, operation, 1, fault).await;
    }
    join_all(struck.iter().map(|struck| struck.case.run(&harness, &contract, &standing))).await;
}

/// A rule that requires a vendor whose catalogues must be read first.
const DEMAND: &str = r#"
[[routing.rules]]
when = { labels = { is = "demanding" } }
vendor = "autocalls-2025"
require = "exact"
"#;

async fn standing() -> (Harness, Contract, Fixture) {
    let (vendors, tables) = (format!("{PATIENT}{SOON}attempts = 1\n"), format!("{SWIFT}{DEMAND}"));
    let mut harness = Harness::with(Config { vendors, tables, ..Config::default() }).await;
    let demanding = with(agent(Vendor::QCALL), json!({ "labels": { "is": "demanding" } }));
    let demanding = harness.create("/v1/agents", &demanding).await;
    harness.patch(&demanding.path, &json!({ "vendor": null })).await.expect(200);
    let standing = Fixture::made(&harness, &json!({})).await.stuck(&harness).await;
    make_in_the_console(&harness).await;
    let there = json!({ "to": Vendor::AUTOCALLS_2026, "ids": [standing.agent] });
    let standing = standing.planned(&harness, &there).await;
    // Restart the gateway, because its cache contains the catalogues that the plan has read.
    harness.restart().await;
    (harness, Contract::default(), standing)
}

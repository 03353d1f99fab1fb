//! The invariants after agents have moved or after their moves have been rolled back.

use std::collections::BTreeMap;

use futures::{StreamExt, stream};
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::registry::{AgentRegistry, asked};
use crate::{
    caller::{Caller, TIMEOUT},
    one_to_one::one_to_one,
    site::{Site, eventually, text},
    vendor_bodies::VendorBodies,
};

/// The number of agents that are read concurrently.
const AT_ONCE: usize = 8;
/// The members of a record that the vendor sets itself.
const OWN: [&str; 11] = [
    "_id",
    "id",
    "createdAt",
    "updatedAt",
    "created_at",
    "updated_at",
    "__v",
    "metadata",
    "version_id",
    "branch_id",
    "main_branch_id",
];

/// Waits until no migration is running. Returns the sum of each count over all migrations.
pub async fn all_over(caller: &Caller) -> BTreeMap<String, u64> {
    let migrations = eventually("migrations that are over", async || {
        let migrations = caller.list("/v1/migrations?").await;
        migrations.iter().all(|one| !one["finished_at"].is_null()).then_some(migrations)
    });
    let mut sums = BTreeMap::new();
    for migration in migrations.await {
        adds_up(&migration);
        for count in COUNTS {
            *sums.entry(count.to_owned()).or_default() += migration[count].as_u64().expect("a count");
        }
    }
    assert!(["waiting", "underway", "retiring"].iter().all(|open| sums[*open] == 0), "{sums:?}");
    sums
}

/// The counts of a migration's moves, by progress.
const COUNTS: [&str; 6] = ["waiting", "underway", "retiring", "moved", "failed", "rolled_back"];

/// Checks that each agent of a migration is counted exactly once.
pub fn adds_up(migration: &Value) {
    let sum: u64 = COUNTS.iter().map(|count| migration[count].as_u64().expect("a count")).sum();
    assert_eq!(migration["total"], sum, "{migration}");
}

/// Checks that every agent has its last acknowledged state and that its vendor has the whole state.
pub async fn nothing_is_lost(site: &Site, registry: &AgentRegistry) {
    let caller = site.caller();
    let each = stream::iter(registry.ids());
    each.for_each_concurrent(AT_ONCE, async |id| {
        let agent = caller.read(format!("/v1/agents/{id}")).await;
        assert_eq!(asked(&agent), registry.agent(&id), "as it was acknowledged");
        assert_eq!(agent["sync"]["state"], "in_sync", "{agent}");
        assert_eq!(agent["sync"]["observed_revision"], agent["revision"], "{agent}");
    })
    .await;
}

/// Checks that all agents are at this vendor, each in its own record. Returns the remote id of each agent.
pub async fn all_at(site: &Site, vendor: Vendor, registry: &AgentRegistry) -> BTreeMap<String, String> {
    let agents = one_to_one(site, vendor, TIMEOUT).await;
    let remote_id = |agent: &Value| (text(&agent["id"]), text(&agent["placement"]["remote_id"]));
    let remote_ids: BTreeMap<_, _> = agents.iter().map(remote_id).collect();
    assert!(remote_ids.keys().eq(registry.ids().iter()), "every agent is at {vendor}");
    remote_ids
}

/// Returns the vendor's record of each agent, by name, without the members that the vendor sets or that
/// callers change.
pub async fn held(site: &Site, vendor: Vendor) -> BTreeMap<String, Value> {
    let bodies = VendorBodies::for_vendor(vendor);
    let stored = site.harness.stored(vendor, bodies.collection).await;
    let records = stored.as_object().expect("records by id").values();
    let held: BTreeMap<_, _> =
        records.map(|record| (text(&record["name"]), without(record, bodies.instructions))).collect();
    assert_eq!(held.len(), stored.as_object().map_or(0, serde_json::Map::len), "each name is one record's");
    held
}

fn without(record: &Value, instructions: &str) -> Value {
    let mut record = record.clone();
    for member in OWN {
        record.as_object_mut().expect("a record").remove(member);
    }
    if let Some(instructions) = record.pointer_mut(instructions) {
        instructions.take();
    }
    record
}

/// Checks that the vendor has no records.
pub async fn nothing_at(site: &Site, vendor: Vendor) {
    assert_eq!(
        site.harness.stored(vendor, VendorBodies::for_vendor(vendor).collection).await,
        json!({}),
        "{vendor}"
    );
}

//! The one-to-one relation between agents and the vendor's records, which have equal contents.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use serde_json::Value;
use switchboard_sandbox::Vendor;

use crate::{
    caller::{Caller, POLL_INTERVAL},
    site::Site,
    vendor_bodies::VendorBodies,
};

/// Waits until every write has reached the vendor and there is exactly one record for each agent. Returns the
/// agents.
pub async fn one_to_one(site: &Site, vendor: Vendor, within: Duration) -> Vec<Value> {
    let begun = Instant::now();
    let caller = site.caller();
    loop {
        let agents = agents(&caller, vendor).await;
        let mut wrong = operations(&caller).await;
        wrong.extend(differences(site, vendor, &agents).await);
        if wrong.is_empty() {
            return agents;
        }
        wrong.truncate(8);
        let wrong = wrong.join("\n");
        assert!(begun.elapsed() < within, "{vendor}: not one to one within {within:?}:\n{wrong}");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Returns the agents that are placed at a vendor.
pub async fn agents(caller: &Caller, vendor: Vendor) -> Vec<Value> {
    caller.list(&format!("/v1/agents?vendor={vendor}")).await
}

/// Lists the open operations.
async fn operations(caller: &Caller) -> Vec<String> {
    let mut wrong = Vec::new();
    for state in ["running", "waiting", "needs_attention"] {
        let operations = caller.list(&format!("/v1/operations?state={state}")).await;
        wrong.extend(operations.iter().map(|operation| format!("not over: {operation}")));
    }
    wrong
}

async fn differences(site: &Site, vendor: Vendor, agents: &[Value]) -> Vec<String> {
    let bodies = VendorBodies::for_vendor(vendor);
    let stored = site.harness.stored(vendor, bodies.collection).await;
    let stored = stored.as_object().expect("records by id");
    let mut left: BTreeSet<_> = stored.keys().map(String::as_str).collect();
    let mut wrong = Vec::new();
    for agent in agents {
        let remote_id = agent["placement"]["remote_id"].as_str().unwrap_or_default();
        if agent["sync"]["state"] != "in_sync" {
            wrong.push(format!("{}: {}", agent["id"], agent["sync"]));
        }
        if !left.remove(remote_id) {
            wrong.push(format!(
                "{} {} is {remote_id:?}, which is not there or another's",
                agent["id"], agent["name"]
            ));
            continue;
        }
        let record = &stored[remote_id];
        let held = (&record["name"], record.pointer(bodies.instructions).unwrap_or(&Value::Null));
        let desired = (&agent["name"], &agent["prompt"]["instructions"]);
        if held != desired {
            wrong.push(format!("{}: desired {desired:?}, the vendor has {held:?}", agent["id"]));
        }
    }
    wrong.extend(left.into_iter().map(|id| format!("{id} {} is nobody's", stored[id]["name"])));
    wrong
}

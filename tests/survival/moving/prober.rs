//! A probe that continuously checks that every agent is live at exactly one vendor.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::Client;
use serde_json::Value;
use switchboard_sandbox::Vendor;

use super::{agents::said, registry::AgentRegistry};
use crate::{
    caller::Caller,
    harness::Answer,
    site::{Site, text},
    vendor_bodies::VendorBodies,
};

/// The interval between two probes.
const PAUSE: Duration = Duration::from_millis(50);

/// A client that reads the gateway, the vendors, and the gateway again.
pub struct Prober {
    caller: Caller,
    client: Client,
    /// The paths of the vendors' records, by vendor.
    records: BTreeMap<Vendor, String>,
    registry: AgentRegistry,
    seen: Arc<Seen>,
}

/// The observations of the probe so far.
#[derive(Debug, Default)]
pub struct Seen {
    /// The number of times that an agent was observed to be live.
    pub live: AtomicU64,
    /// The number of probes with agents at both vendors.
    pub midway: AtomicU64,
}

impl Prober {
    pub fn new(site: &Site, vendors: [Vendor; 2], registry: AgentRegistry, seen: Arc<Seen>) -> Self {
        let address = site.harness.vendors.sandbox().address();
        let records = vendors.map(|vendor| (vendor, format!("http://{address}/_sandbox/{vendor}/records")));
        Self {
            caller: site.caller(),
            client: site.harness.client.clone(),
            records: records.into(),
            registry,
            seen,
        }
    }

    /// Probes until it is stopped, then once more.
    pub async fn run(self, stop: Arc<AtomicBool>) {
        let mut last = false;
        while !last {
            last = stop.load(Ordering::Relaxed);
            let before = self.agents().await;
            let held = self.held().await;
            let after = self.agents().await;
            let live = before.iter().filter(|(id, agent)| self.is_live(agent, &after[*id], &held)).count();
            self.seen.live.fetch_add(live as u64, Ordering::Relaxed);
            let vendors: BTreeSet<_> =
                before.values().map(|agent| agent["placement"]["vendor"].as_str()).collect();
            self.seen.midway.fetch_add(u64::from(vendors.len() > 1), Ordering::Relaxed);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Returns all agents by id. Panics if an agent is missing, which must not happen even while agents move.
    async fn agents(&self) -> BTreeMap<String, Value> {
        let listed = self.caller.list("/v1/agents?").await;
        let agents: BTreeMap<_, _> = listed.into_iter().map(|agent| (text(&agent["id"]), agent)).collect();
        assert!(agents.keys().eq(self.registry.ids().iter()), "the agents that were made and no others");
        agents
    }

    /// Returns the vendors' current records.
    async fn held(&self) -> BTreeMap<&str, Value> {
        let mut held = BTreeMap::new();
        for (vendor, url) in &self.records {
            let mut records = Answer::to(self.client.get(url)).await.expect(200);
            held.insert(vendor.name(), records[VendorBodies::for_vendor(*vendor).collection].take());
        }
        held
    }

    /// Returns whether an agent was observed to be live. Returns false if the agent moved meanwhile; panics
    /// if it was not live.
    fn is_live(&self, before: &Value, after: &Value, held: &BTreeMap<&str, Value>) -> bool {
        let place = |agent: &Value| {
            let Value::Object(placement) = &agent["placement"] else { panic!("no place: {agent}") };
            (text(&placement["vendor"]), text(&placement["remote_id"]))
        };
        let (vendor, remote_id) = place(before);
        if place(after) != (vendor.clone(), remote_id.clone()) {
            return false;
        }
        let known = held.get(vendor.as_str()).unwrap_or_else(|| panic!("at neither vendor: {before}"));
        let record = &known[&remote_id];
        assert!(record.is_object(), "{vendor} has no {remote_id}: {before}\n{after}");
        assert_eq!(record["name"], before["name"], "{vendor}, {remote_id}: {record}");
        let observed = before["sync"]["observed_revision"].as_u64().expect("a revision that the vendor has");
        let bodies = VendorBodies::for_vendor(Vendor::named(&vendor).expect("a vendor"));
        let says = record.pointer(bodies.instructions).unwrap_or(&Value::Null);
        let (least, most) = self.registry.instruction_range(before["id"].as_str().expect("an id"), observed);
        let now = said(says).unwrap_or_else(|| panic!("{vendor}, {remote_id}: {record}"));
        assert!(
            (least..=most).contains(&now),
            "{vendor}, {remote_id} says {now}, not {least} to {most}: {before}\n{after}"
        );
        true
    }
}

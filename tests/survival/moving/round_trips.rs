//! Moves to another vendor and back that are caused only by edits of the configuration.

use std::{collections::BTreeMap, sync::atomic::Ordering, time::Instant};

use fastrand::Rng;
use serde_json::Value;
use switchboard_sandbox::Vendor;

use super::{
    agents::{HOME, routed},
    arrival::{all_at, all_over, held, nothing_at, nothing_is_lost},
    fault_injection::FaultInjector,
    load::{BackgroundLoad, populate},
    registry::AgentRegistry,
};
use crate::{
    scale::Scale,
    site::{Site, eventually},
};

/// The parameters of a trial in which agents move to another vendor and back.
pub struct RoundTrips {
    pub agents: usize,
    /// The vendor to which the agents move from [`HOME`](super::agents::HOME).
    pub to: Vendor,
    /// True if vendors keep standbys of the agents that leave.
    pub keeps: bool,
    /// The number of round trips.
    pub rounds: u32,
    /// The maximum number of kills of the first gateway in each direction.
    pub kills: u32,
    /// The longest lifetime of the first gateway, in milliseconds.
    pub longest_ms: u64,
}

/// The agents' records at one vendor.
struct VendorState {
    /// The agents' remote ids, by agent id.
    remote_ids: BTreeMap<String, String>,
    /// The vendor's records, by name.
    records: BTreeMap<String, Value>,
}

impl RoundTrips {
    pub async fn run(&self, mut site: Site, scale: Scale) {
        let mut random = Rng::with_seed(scale.seed);
        let registry = populate(&site, self.agents).await;
        let mut known = BTreeMap::from([(HOME, self.vendor_state(&site, HOME, &registry).await)]);
        for way in 1..=self.rounds * 2 {
            let [from, to] = if way % 2 == 1 { [HOME, self.to] } else { [self.to, HOME] };
            self.move_agents(&mut site, [from, to], &registry, &mut random).await;
            let there = self.vendor_state(&site, to, &registry).await;
            nothing_is_lost(&site, &registry).await;
            match self.keeps {
                true => assert_eq!(held(&site, from).await.len(), self.agents, "{from} keeps what they left"),
                false => nothing_at(&site, from).await,
            }
            if let Some(before) = known.insert(to, there) {
                let there = &known[&to];
                assert_eq!(there.records, before.records, "every field is as it was at {to}");
                let same = there.remote_ids.iter().filter(|(id, is)| before.remote_ids[*id] == **is).count();
                assert_eq!(same, if self.keeps { self.agents } else { 0 }, "agents in the records they left");
            }
        }
        let sums = all_over(&site.caller()).await;
        assert_eq!(sums["failed"], 0, "what passes lets nobody fail: {sums:?}");
    }

    /// Moves the agents in one direction: edits the route and injects faults until the agents have arrived.
    async fn move_agents(
        &self,
        site: &mut Site,
        vendors: [Vendor; 2],
        registry: &AgentRegistry,
        random: &mut Rng,
    ) {
        let [from, to] = vendors;
        let (begun, caller) = (Instant::now(), site.caller());
        let mut load = BackgroundLoad::start(site, vendors, registry, random);
        let mut trouble =
            FaultInjector { vendors, random: random.fork(), longest_ms: self.longest_ms, kills: 0 };
        site.harness.configure(&routed(&site.harness.configuration(), from, to));
        let left = format!("/v1/agents?vendor={from}&limit=1");
        while trouble.kills < self.kills && caller.read(&left).await["data"] != Value::Array(Vec::new()) {
            trouble.inject(site).await;
            load.assert_running();
        }
        let troubled = begun.elapsed();
        eventually("nobody at the old vendor", async || {
            load.assert_running();
            (caller.read(&left).await["data"] == Value::Array(Vec::new())).then_some(())
        })
        .await;
        let moved = begun.elapsed();
        let sums = all_over(&caller).await;
        let seen = load.stop().await;
        let kills = trouble.kills;
        eprintln!(
            "{from} to {to}: {} agents, {kills} kills in {troubled:?}, moved after {moved:?}, all over after {:?}; \
             {seen:?}; {sums:?}",
            self.agents,
            begun.elapsed(),
        );
        assert!(seen.midway.load(Ordering::Relaxed) > 0, "they were looked at while they moved");
    }

    async fn vendor_state(&self, site: &Site, vendor: Vendor, registry: &AgentRegistry) -> VendorState {
        let remote_ids = all_at(site, vendor, registry).await;
        VendorState { remote_ids, records: held(site, vendor).await }
    }
}

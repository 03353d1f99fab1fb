//! Vendors that answer late and apply requests in any order, under load and kills.

use std::time::Duration;

use fastrand::Rng;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    caller::{Caller, CallerRequest, TIMEOUT},
    harness::{Answer, Config, Harness},
    random_kills::{Plan, survive},
    scale::Scale,
    site::Site,
    vendor_bodies::VendorBodies,
};

/// The share of a vendor's requests that are applied late, in percent.
const LATE_SHARE: u8 = 40;
/// The number of requests for which delays are ordered in advance.
const ORDERED: u32 = 8;

/// Runs the trial at one vendor. Requests are applied up to `longest` after they were sent, and the gateway waits for
/// an answer for a quarter of that.
pub async fn at(vendor: Vendor, scale: Scale) {
    let longest = scale.choose(2.0, 30.0);
    let timeout = longest / 4.0;
    let site = Site::start(Config {
        vendors: format!(
            "timeout_s = {timeout}\nattempt_timeout_s = {timeout}\nlate_s = {}\nbreaker_failures = 1000\n\
             breaker_open_s = 0.1\nbreaker_longest_s = 0.5\n",
            longest * 1.1
        ),
        tables: "[writes]\nwait_s = 1\nabsence_s = 0.3\nlongest_retry_s = 0.5\npoll_s = 0\n".into(),
        log: "info".into(),
        ..Config::default()
    })
    .await;
    let delays =
        Delays { vendor, longest_ms: (longest * 1000.0) as u64, controls: Controls::from(&site.harness) };
    let witness = Witness { vendor, caller: site.caller(), controls: Controls::from(&site.harness) };
    let plan = Plan {
        vendor,
        kills: scale.choose(6, 20),
        clients: 8,
        pause_ms: 100,
        longest_ms: scale.choose(2000, 6000),
        gateways: 1,
        // The vendor stays late during the recovery: three of ten requests exceed their time limit.
        recovery: scale.choose(TIMEOUT, 4 * TIMEOUT),
    };
    tokio::select! {
        () = survive(site, plan, scale) => {}
        () = delays.order(Rng::with_seed(scale.seed)) => {}
        () = witness.watch() => {}
    }
}

/// A client of the vendors' control routes that outlives a borrow of the site.
struct Controls {
    url: String,
    client: Client,
}

impl From<&Harness> for Controls {
    fn from(harness: &Harness) -> Self {
        let url = format!("http://{}/_sandbox", harness.vendors.sandbox().address());
        Self { url, client: harness.client.clone() }
    }
}

impl Controls {
    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.client.request(method, format!("{}{path}", self.url));
        Answer::to(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }
}

/// The delays of a vendor's requests.
struct Delays {
    vendor: Vendor,
    longest_ms: u64,
    controls: Controls,
}

impl Delays {
    /// Orders random delays without end.
    async fn order(&self, mut random: Rng) {
        loop {
            let pending = self.controls.send(Method::GET, "/faults", None).await.expect(200);
            let pending = pending.as_array().map_or(0, Vec::len);
            for _ in pending..ORDERED as usize {
                let late = random.u8(0..100) < LATE_SHARE;
                let ms = if late { random.u64(0..self.longest_ms) } else { 0 };
                let order =
                    json!({ "vendor": self.vendor, "times": 1, "fault": { "kind": "late", "ms": ms } });
                self.controls.send(Method::POST, "/faults", Some(&order)).await.expect(201);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The observer of records that the gateway calls in sync.
struct Witness {
    vendor: Vendor,
    caller: Caller,
    controls: Controls,
}

impl Witness {
    /// Compares records without end. Panics if the vendor has an older state than that of a record in sync.
    async fn watch(&self) {
        loop {
            for agent in self.caller.list(&format!("/v1/agents?vendor={}", self.vendor)).await {
                self.compare(&agent).await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn compare(&self, agent: &Value) {
        let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
        let before = self.caller.send_until_answered(&CallerRequest::get(&path)).await.body;
        let Some(remote_id) = before["placement"]["remote_id"].as_str() else { return };
        let names = VendorBodies::for_vendor(self.vendor);
        let records = format!("/{}/records", self.vendor);
        let stored = self.controls.send(Method::GET, &records, None).await.expect(200);
        let after = self.caller.send_until_answered(&CallerRequest::get(&path)).await.body;
        if before["sync"]["state"] != "in_sync" || after != before {
            return;
        }
        // The vendor may have applied a deletion or a newer write that the gateway has not settled yet.
        let Some(record) = stored[names.collection].get(remote_id) else { return };
        let held = record.pointer(names.instructions).and_then(asked);
        let said = asked(&before["prompt"]["instructions"]);
        assert!(held >= said, "in sync, and the vendor has request {held:?}: {before}");
    }
}

/// Returns the number of a client's request from the instructions that it sent: `CLIENT-NUMBER`.
fn asked(instructions: &Value) -> Option<u64> {
    instructions.as_str()?.split_once('-')?.1.parse().ok()
}

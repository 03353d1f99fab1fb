//! Faults during moves: the vendors fail in every transient way, and the gateway is killed.

use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::time::sleep;

use crate::{caller::POLL_INTERVAL, site::Site, vendor_bodies::VendorBodies};

/// The points of an exchange at which the gateway can be killed.
const POINTS: [&str; 5] = ["received", "before_apply", "after_apply", "half_answer", "after_answer"];
/// The maximum number of faults that are ordered together.
const AT_ONCE: u8 = 5;
/// The longest latency, which exceeds the time limit of an attempt.
const SLOW_MS: u64 = 2500;

/// A source of random faults.
pub struct FaultInjector {
    pub vendors: [Vendor; 2],
    pub random: Rng,
    /// The longest lifetime of the first gateway, in milliseconds.
    pub longest_ms: u64,
    /// The number of kills so far.
    pub kills: u32,
}

impl FaultInjector {
    /// Makes the vendors fail for a while, then kills the first gateway and restarts it.
    pub async fn inject(&mut self, site: &mut Site) {
        let (begun, life) = (Instant::now(), Duration::from_millis(self.random.u64(0..self.longest_ms)));
        while begun.elapsed() < life {
            for _ in 0..self.random.u8(0..=AT_ONCE) {
                self.fail(site).await;
            }
            sleep(Duration::from_millis(self.random.u64(0..200))).await;
        }
        if self.random.bool() {
            self.kill_at_a_point(site).await;
        }
        site.kill(0);
        // A kill that is still pending must not strike after the restart.
        site.harness.clear_faults().await;
        site.start_again(0).await;
        self.kills += 1;
    }

    /// Orders a fault of a vendor, in an operation of moves or in any operation.
    async fn fail(&mut self, site: &Site) {
        let vendor = self.vendor();
        let times = self.random.u32(1..=2);
        let mut order = json!({ "vendor": vendor, "times": times, "fault": self.fault() });
        if self.random.bool() {
            order["operation"] = self.operation(vendor).into();
        }
        site.harness.vendors.control(reqwest::Method::POST, "/faults", Some(&order)).await.expect(201);
    }

    fn fault(&mut self) -> Value {
        let when = ["before", "after"][self.random.usize(0..2)];
        match self.random.u8(0..8) {
            // Without `retry_after`, the vendor's default wait is one minute.
            0 | 1 => json!({ "kind": "status", "status": 429, "retry_after": 1 }),
            2 => json!({ "kind": "status", "status": 503, "when": when }),
            3 | 4 => json!({ "kind": "reset", "when": when }),
            5 => json!({ "kind": "truncate" }),
            6 => json!({ "kind": "html", "when": when }),
            _ => json!({ "kind": "latency", "ms": self.random.u64(0..SLOW_MS), "when": when }),
        }
    }

    /// Orders that the gateway is killed during an exchange, and waits briefly. There may be no exchange.
    async fn kill_at_a_point(&mut self, site: &mut Site) {
        let (vendor, begun) = (self.vendor(), Instant::now());
        let (operation, point) = (self.operation(vendor), POINTS[self.random.usize(0..POINTS.len())]);
        site.order_kill(vendor, operation, point).await;
        while !site.has_died() && begun.elapsed() < Duration::from_millis(self.longest_ms) {
            sleep(POLL_INTERVAL).await;
        }
    }

    fn vendor(&mut self) -> Vendor {
        self.vendors[self.random.usize(0..2)]
    }

    fn operation(&mut self, vendor: Vendor) -> &'static str {
        let bodies = VendorBodies::for_vendor(vendor);
        [bodies.create, bodies.update, bodies.delete][self.random.usize(0..3)]
    }
}

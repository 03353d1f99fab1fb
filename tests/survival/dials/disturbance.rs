//! The faults and kills that disturb dials.

use fastrand::Rng;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::DIAL;
use crate::site::Site;

/// The points at which a gateway is killed, relative to the dial.
const POINTS: [&str; 5] = ["received", "before_apply", "after_apply", "half_answer", "after_answer"];
/// The number of the kinds of disturbances without a kill.
const KINDS: usize = 11;

/// The disturbance of one dial.
#[derive(Clone)]
pub enum Disturbance {
    Nothing,
    /// A kill of the first gateway at this point.
    Kill(&'static str),
    /// A fault of the vendor, with its name in the totals.
    Fault(String, Value),
}

/// Returns the disturbances of `count` dials in random order, `kills` of them kills. Each kind has the same share.
pub fn course(count: usize, kills: usize, random: &mut Rng) -> Vec<Disturbance> {
    let kill = |number: usize| Disturbance::Kill(POINTS[number % POINTS.len()]);
    let mut course: Vec<_> = (0..kills).map(kill).collect();
    course.extend((kills..count).map(|number| fault(number % KINDS, random)));
    random.shuffle(&mut course);
    course
}

fn fault(kind: usize, random: &mut Rng) -> Disturbance {
    let when = if random.bool() { "before" } else { "after" };
    let named = |name: &str, fault: Value| Disturbance::Fault(name.to_owned(), fault);
    let at = |name: &str, fault: Value| {
        let mut fault = fault;
        fault["when"] = json!(when);
        Disturbance::Fault(format!("{name} {when}"), fault)
    };
    match kind {
        0 => Disturbance::Nothing,
        1 => at("reset", json!({ "kind": "reset" })),
        2 => named("truncate", json!({ "kind": "truncate" })),
        3 => at("hold", json!({ "kind": "hold", "ms": 1500 })),
        4 => named("late", json!({ "kind": "late", "ms": 1200 })),
        5 => at("latency", json!({ "kind": "latency", "ms": random.u64(100..1500) })),
        // A vendor that throttles has not placed the call. Otherwise, no caller could handle throttling.
        6 => named("429 before", json!({ "kind": "status", "status": 429, "when": "before" })),
        7 => named("wrong type", json!({ "kind": "wrong_type" })),
        8 => at("html", json!({ "kind": "html" })),
        9 => named("redirect", json!({ "kind": "redirect", "location": "/elsewhere" })),
        _ => {
            let statuses = [500, 502, 503, 408, 504];
            let status = statuses[random.usize(..statuses.len())];
            at(&status.to_string(), json!({ "kind": "status", "status": status }))
        }
    }
}

impl Disturbance {
    /// Orders the disturbance for the next dial at a vendor.
    pub async fn order(&self, site: &Site, vendor: Vendor) {
        match self {
            Self::Nothing => {}
            Self::Kill(point) => site.order_kill(vendor, DIAL, point).await,
            Self::Fault(_, fault) => site.harness.order(vendor, DIAL, 1, fault).await,
        }
    }

    /// Returns true if the latest order has struck a dial.
    pub async fn is_struck(&self, site: &Site) -> bool {
        let pending = site.harness.vendors.control(reqwest::Method::GET, "/faults", None).await.expect(200);
        pending.as_array().is_some_and(Vec::is_empty)
    }

    /// Returns the name in the totals.
    pub fn name(&self) -> String {
        match self {
            Self::Nothing => "none".to_owned(),
            Self::Kill(point) => format!("kill {point}"),
            Self::Fault(name, _) => name.clone(),
        }
    }
}

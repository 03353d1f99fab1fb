//! What happens in a story.

use proptest::prelude::*;
use serde_json::{Value, json};

/// One thing that somebody does, and what goes wrong meanwhile.
#[derive(Debug, Clone)]
pub struct Step {
    /// Which agent it is about.
    pub slot: usize,
    pub deed: Deed,
    pub trouble: Option<Trouble>,
    /// Milliseconds after which the gateway is killed, whatever it does then.
    pub killed_after_ms: Option<u64>,
}

/// Agents of a story.
pub const SLOTS: usize = 3;

/// What somebody does. An agent that is not there is made, whatever was to be done with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Deed {
    Patch,
    Put,
    Delete,
    /// Back to this one of its revisions, counted from the first and around.
    Restore(usize),
    /// Somebody changes it in the vendor's console, where it shows.
    Drift,
    Sync(&'static str),
}

/// What goes wrong with the vendor's next requests.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    /// The vendor fails: a fault of the sandbox by its kind, at this side of carrying the request out, so many times.
    Fault(Fault, When, u32),
    /// The gateway is killed at this point of the vendor's next request of the deed's kind.
    Killed(&'static str),
}

#[derive(Debug, Clone, Copy)]
pub enum Fault {
    Latency(u64),
    Status(u16),
    Reset,
    Truncate,
    Hold(u64),
}

#[derive(Debug, Clone, Copy)]
pub enum When {
    Before,
    After,
}

impl Trouble {
    /// The order of a fault, as the sandbox reads it, and how often it strikes.
    pub fn fault(self) -> Option<(Value, u32)> {
        let Self::Fault(fault, when, times) = self else { return None };
        let when = match (fault, when) {
            // Who asks for fewer requests has not carried this one out: what else could a caller go by?
            (Fault::Status(429), _) | (_, When::Before) => "before",
            (_, When::After) => "after",
        };
        let fault = match fault {
            Fault::Latency(ms) => json!({ "kind": "latency", "ms": ms, "when": when }),
            Fault::Status(status) => json!({ "kind": "status", "status": status, "when": when }),
            Fault::Reset => json!({ "kind": "reset", "when": when }),
            Fault::Truncate => json!({ "kind": "truncate" }),
            Fault::Hold(ms) => json!({ "kind": "hold", "ms": ms, "when": when }),
        };
        Some((fault, times))
    }
}

pub fn step() -> impl Strategy<Value = Step> {
    let killed = prop_oneof![4 => Just(None), 1 => (0..400_u64).prop_map(Some)];
    let trouble = proptest::option::weighted(0.6, trouble());
    (0..SLOTS, deed(), trouble, killed).prop_map(|(slot, deed, trouble, killed_after_ms)| Step {
        slot,
        deed,
        trouble,
        killed_after_ms,
    })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        5 => Just(Deed::Patch),
        2 => Just(Deed::Put),
        2 => Just(Deed::Delete),
        1 => (0..8_usize).prop_map(Deed::Restore),
        1 => Just(Deed::Drift),
        2 => prop_oneof![Just("report"), Just("overwrite"), Just("adopt")].prop_map(Deed::Sync),
    ]
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let point = prop_oneof![
        Just("received"),
        Just("before_apply"),
        Just("after_apply"),
        Just("half_answer"),
        Just("after_answer")
    ];
    let fault = prop_oneof![
        (100..1500_u64).prop_map(Fault::Latency),
        prop_oneof![Just(429), Just(500), Just(503)].prop_map(Fault::Status),
        Just(Fault::Reset),
        Just(Fault::Truncate),
        (100..1500_u64).prop_map(Fault::Hold),
    ];
    let when = prop_oneof![Just(When::Before), Just(When::After)];
    prop_oneof![
        3 => (fault, when, 1..4_u32).prop_map(|(fault, when, times)| Trouble::Fault(fault, when, times)),
        2 => point.prop_map(Trouble::Killed),
    ]
}

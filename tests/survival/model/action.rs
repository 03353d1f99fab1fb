//! The steps of a story.

use proptest::prelude::*;
use serde_json::{Value, json};

/// One action of a caller, with the disturbance during it.
#[derive(Debug, Clone)]
pub struct ModelStep {
    /// The index of the agent.
    pub slot: usize,
    pub action: Action,
    pub disturbance: Option<Disturbance>,
    /// Milliseconds after which the gateway is killed, whatever its state.
    pub killed_after_ms: Option<u64>,
}

/// The number of agents of a story.
pub const AGENT_SLOTS: usize = 3;

/// The action of a caller. An agent that does not exist is created, whatever the action.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    Patch,
    Put,
    Delete,
    /// Restores one of its revisions, counted from the first, modulo their number.
    Restore(usize),
    /// A user of the vendor's console changes it visibly.
    Drift,
    Sync(&'static str),
}

/// A fault in the vendor's next requests.
#[derive(Debug, Clone, Copy)]
pub enum Disturbance {
    /// The vendor fails: a fault of the sandbox by its kind, on this side of carrying the request out, for a number
    /// of requests.
    Fault(Fault, When, u32),
    /// The gateway is killed at this point of the vendor's next request of the action's kind.
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

impl Disturbance {
    /// Returns the order of a fault, in the sandbox's format, and the number of its strikes.
    pub fn fault(self) -> Option<(Value, u32)> {
        let Self::Fault(fault, when, times) = self else { return None };
        let when = match (fault, when) {
            // A vendor that throttles has not carried the request out; a caller could not handle it otherwise.
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

pub fn step() -> impl Strategy<Value = ModelStep> {
    let killed = prop_oneof![4 => Just(None), 1 => (0..400_u64).prop_map(Some)];
    let disturbance = proptest::option::weighted(0.6, fault_strategy());
    (0..AGENT_SLOTS, action(), disturbance, killed).prop_map(
        |(slot, action, disturbance, killed_after_ms)| ModelStep {
            slot,
            action,
            disturbance,
            killed_after_ms,
        },
    )
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        5 => Just(Action::Patch),
        2 => Just(Action::Put),
        2 => Just(Action::Delete),
        1 => (0..8_usize).prop_map(Action::Restore),
        1 => Just(Action::Drift),
        2 => prop_oneof![Just("report"), Just("overwrite"), Just("adopt")].prop_map(Action::Sync),
    ]
}

fn fault_strategy() -> impl Strategy<Value = Disturbance> {
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
        3 => (fault, when, 1..4_u32).prop_map(|(fault, when, times)| Disturbance::Fault(fault, when, times)),
        2 => point.prop_map(Disturbance::Killed),
    ]
}

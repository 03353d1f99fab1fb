//! The steps of a story.

use proptest::prelude::*;
use serde_json::{Value, json};

/// One action of a caller, and the disturbance during it.
#[derive(Debug, Clone)]
pub struct ModelStep {
    /// The index of the agent.
    pub slot: usize,
    pub action: Action,
    pub disturbance: Option<Disturbance>,
    /// The time after which the gateway is killed, in milliseconds, whatever it is doing.
    pub killed_after_ms: Option<u64>,
}

/// The number of agents in a story.
pub const AGENT_SLOTS: usize = 3;

/// The action of a caller. If the agent does not exist, the caller creates it instead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    Patch,
    Put,
    Delete,
    /// Restores one of the agent's revisions. The number is counted from the first revision, modulo the
    /// number of revisions.
    Restore(usize),
    /// Changes the agent in the vendor's console, in a field that the gateway reads back.
    Drift,
    Sync(&'static str),
}

/// A fault that is ordered for the vendor's next requests.
#[derive(Debug, Clone, Copy)]
pub enum Disturbance {
    /// The vendor fails with a fault of the sandbox. The fault strikes before or after the request is carried
    /// out, for a number of requests.
    Fault(Fault, When, u32),
    /// The gateway is killed at this point of the vendor's next request for the action.
    Killed(&'static str),
}

#[derive(Debug, Clone, Copy)]
pub enum Fault {
    Latency(u64),
    Status(u16),
    Reset,
    Truncate,
    Hold(u64),
    Late(u64),
}

#[derive(Debug, Clone, Copy)]
pub enum When {
    Before,
    After,
}

impl Disturbance {
    /// Returns the fault in the sandbox's format, and the number of requests that it strikes.
    pub fn fault(self) -> Option<(Value, u32)> {
        let Self::Fault(fault, when, times) = self else { return None };
        let when = match (fault, when) {
            // A vendor that throttles has not carried out the request. Otherwise, no caller could handle
            // throttling.
            (Fault::Status(429), _) | (_, When::Before) => "before",
            (_, When::After) => "after",
        };
        let fault = match fault {
            Fault::Latency(ms) => json!({ "kind": "latency", "ms": ms, "when": when }),
            Fault::Status(status) => json!({ "kind": "status", "status": status, "when": when }),
            Fault::Reset => json!({ "kind": "reset", "when": when }),
            Fault::Truncate => json!({ "kind": "truncate" }),
            Fault::Late(ms) => json!({ "kind": "late", "ms": ms }),
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
        (100..1500_u64).prop_map(Fault::Late),
    ];
    let when = prop_oneof![Just(When::Before), Just(When::After)];
    prop_oneof![
        3 => (fault, when, 1..4_u32).prop_map(|(fault, when, times)| Disturbance::Fault(fault, when, times)),
        2 => point.prop_map(Disturbance::Killed),
    ]
}

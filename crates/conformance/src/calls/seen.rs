//! The content that an adapter reads from the fixtures of calls.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use switchboard_core::{
    call::{CallObservation, TrackedCall},
    error::Result,
    model::Direction,
    vendor::{Calls, Exchange, Placed, Reply},
};

use super::{bench::CallBench, conversation::window};
use crate::{
    conversation::{ID, ReplayResult, replay},
    fixture::Fixture,
};

/// The maximum number of additional answers with which the suite tries to complete an exchange.
const LONGEST: usize = 3;

/// The members of a call that an adapter may declare as undisclosed. The phone numbers are those of an outbound call.
const DISCLOSABLE: [&str; 17] = [
    "/direction",
    "/ended_reason",
    "/answered_by",
    "/to/phone_number",
    "/from/phone_number",
    "/placed_at",
    "/answered_at",
    "/ended_at",
    "/duration_s",
    "/cost",
    "/cost/currency",
    "/recording",
    "/transcript",
    "/analysis/success",
    "/analysis/summary",
    "/analysis/sentiment",
    "/analysis/values",
];

/// A vendor's calls, as read from the fixtures of its answers.
pub struct Seen<'a> {
    pub bench: &'a CallBench,
    pub fixtures: &'a [Fixture],
}

impl Seen<'_> {
    /// Reads each successful answer to a dial, with the name of its fixture.
    pub fn placed(&self) -> Result<Vec<(&str, Placed)>, String> {
        self.read(|bench| bench.place(&bench.full).map(Some))
    }

    /// Reads the calls in each successful answer, with the name of the fixture.
    pub fn observations(&self) -> Result<Vec<(&str, CallObservation)>, String> {
        let rows = |exchange: Exchange<Vec<CallObservation>>| exchange;
        let one = self.read(|bench| {
            Ok(bench.calls()?.fetch(ID).map(|exchange| rows(exchange.map(|call| call.into_iter().collect()))))
        })?;
        let listed = self.read(|bench| {
            Ok(bench.calls()?.recent(&window()).map(|exchange| rows(exchange.map(|calls| calls.rows))))
        })?;
        let placed = self.placed()?;
        let placed = placed.into_iter().filter_map(|(name, placed)| Some((name, placed.observation?)));
        let all = one
            .into_iter()
            .chain(listed)
            .flat_map(|(name, rows)| rows.into_iter().map(move |row| (name, row)));
        Ok(all.chain(placed).collect())
    }

    /// Reads each successful answer to the first request of an exchange. Answers to later requests come from other
    /// fixtures. Omits an answer if the fixtures do not complete its exchange.
    pub fn read<T: Send + 'static>(
        &self,
        begin: impl Fn(&CallBench) -> Result<Option<Exchange<T>>>,
    ) -> Result<Vec<(&str, T)>, String> {
        let begin = || begin(self.bench).map_err(|error| error.detail);
        let Some(operation) = begin()?.and_then(|exchange| self.operation(&exchange)) else {
            return Ok(Vec::new());
        };
        let mut read = Vec::new();
        for fixture in self.successes(&operation) {
            let replies = vec![fixture.reply.clone()];
            if let Some(value) = self.end(&begin, replies, LONGEST)? {
                read.push((fixture.name.as_str(), value));
            }
        }
        Ok(read)
    }

    fn end<T: Send + 'static>(
        &self,
        begin: &impl Fn() -> Result<Option<Exchange<T>>, String>,
        replies: Vec<Reply>,
        steps: usize,
    ) -> Result<Option<T>, String> {
        let Some(exchange) = begin()? else { return Ok(None) };
        match replay(&*self.bench.vendor.adapter, exchange, &replies) {
            ReplayResult::Done(value) => Ok(Some(value)),
            ReplayResult::Waiting(next) if steps > 0 => {
                let Some(operation) = self.operation(&next) else { return Ok(None) };
                for fixture in self.successes(&operation) {
                    let further = [replies.as_slice(), std::slice::from_ref(&fixture.reply)].concat();
                    if let Some(value) = self.end(begin, further, steps - 1)? {
                        return Ok(Some(value));
                    }
                }
                Ok(None)
            }
            ReplayResult::Waiting(_) | ReplayResult::Failed(_) => Ok(None),
        }
    }

    /// Returns the operation of an exchange's next request. Returns `None` if the exchange has ended, or if the request
    /// is not in the contract.
    pub fn operation<T: Send + 'static>(&self, exchange: &Exchange<T>) -> Option<String> {
        let operation = self.bench.vendor.contract.operation(exchange.first()?).ok()?;
        Some(operation.id.clone())
    }

    pub fn successes(&self, operation: &str) -> impl Iterator<Item = &Fixture> {
        self.fixtures.iter().filter(move |fixture| fixture.operation == operation && fixture.expect.is_none())
    }

    /// Lists the members of a call that no answer fills. Omits the currency of the cost if the cost is listed.
    pub fn undisclosed(&self, calls: &dyn Calls) -> Result<BTreeSet<&'static str>, String> {
        let seen = self.observations()?;
        let documents: Vec<_> = seen.iter().map(|(_, call)| document(call)).collect();
        let transcripts = self.read(|bench| Ok(bench.calls()?.transcript(ID)))?;
        let is_told = |member: &str| match member {
            "/recording" if calls.recording(ID).is_some() => true,
            "/transcript" if transcripts.iter().any(|(_, transcript)| transcript.is_some()) => true,
            member => documents.iter().any(|call| is_filled(call, member)),
        };
        let mut missing: BTreeSet<_> = DISCLOSABLE.into_iter().filter(|member| !is_told(member)).collect();
        if missing.contains("/cost") {
            missing.remove("/cost/currency");
        }
        Ok(missing)
    }
}

/// Returns the document of an outbound call of which only this observation is known.
fn document(seen: &CallObservation) -> Value {
    let mut tracked = TrackedCall::discovered(seen.remote_id.as_str());
    tracked.fold(&CallObservation { direction: Some(Direction::Outbound), ..seen.clone() });
    let mut call = tracked.shown();
    call.direction = seen.direction;
    json!(call)
}

fn is_filled(call: &Value, member: &str) -> bool {
    match member {
        "/recording" | "/transcript" => call.pointer(&format!("{member}/state")) == Some(&json!("available")),
        member => call.pointer(member).is_some_and(|value| !value.is_null() && *value != json!({})),
    }
}

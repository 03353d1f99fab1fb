//! The phone calls of one simulated vendor.
//!
//! A call has a [`Story`], which the last two digits of the called number select. Its state is computed from the story
//! and the vendor's [clock](Clock). Nothing runs in the background: a simulator computes the state whenever it is
//! needed.

mod call;
mod clock;
mod ledger;
mod listing;
mod plant;
mod recording;
mod story;

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

pub(crate) use call::{CallState, Direction, Line, Phase, SimulatedCall, Speaker, seconds};
pub(crate) use clock::{Clock, ClockChange, ClockReading, iso, parse_iso, timestamp};
pub(crate) use ledger::{Dial, Ledger};
pub(crate) use listing::{Order, is_e164, page};
pub(crate) use plant::{EndOrder, PlantedCall};
pub(crate) use recording::{download, link, mpeg};
pub(crate) use story::{Outcome, Story};

use crate::records::Record;

/// The maximum number of calls. The oldest calls are dropped first.
const CAPACITY: usize = 100_000;

/// The calls of one vendor, with its clock and its ledger.
pub(crate) struct Calls {
    ids: Ids,
    clock: Clock,
    ledger: Ledger,
    /// The calls in the order in which they were created.
    calls: BTreeMap<u64, SimulatedCall>,
    positions: HashMap<String, u64>,
    created: u64,
}

/// The format of a vendor's call ids.
#[derive(Clone, Copy)]
pub(crate) enum Ids {
    Uuid,
    /// A prefix and 32 hexadecimal digits.
    Prefixed(&'static str),
    /// Consecutive whole numbers, starting with this one.
    From(u64),
}

/// A call that a vendor request places.
pub(crate) struct NewCall {
    /// The vendor's id of the agent.
    pub agent: String,
    /// The called number.
    pub number: String,
    /// The number from which the call is placed or its id, whichever the vendor's requests contain.
    pub ours: Option<String>,
    /// The body of the request.
    pub request: Record,
    /// Additional values that the simulator keeps with the call.
    pub details: Record,
}

impl Calls {
    pub(crate) fn new(ids: Ids) -> Self {
        Self {
            ids,
            clock: Clock::new(),
            ledger: Ledger::default(),
            calls: BTreeMap::new(),
            positions: HashMap::new(),
            created: 0,
        }
    }

    pub(crate) fn clock(&mut self) -> &mut Clock {
        &mut self.clock
    }

    /// Returns the time of the vendor's clock, in milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Places a call on behalf of a vendor request, and enters it in the ledger.
    pub(crate) fn place(&mut self, new: NewCall) -> SimulatedCall {
        let call = SimulatedCall {
            id: self.new_id(),
            story: Story::of_number(&new.number),
            direction: Direction::Outbound,
            agent: new.agent,
            peer: new.number,
            ours: new.ours,
            placed_at: self.now(),
            stopped: None,
            request: new.request,
            details: new.details,
        };
        self.ledger.note(Dial {
            call_id: call.id.clone(),
            number: call.peer.clone(),
            at: timestamp(call.placed_at),
            body: call.request.clone().into(),
            bytes: 0,
        });
        self.add(call.clone());
        call
    }

    pub(crate) fn get(&self, id: &str) -> Option<&SimulatedCall> {
        self.calls.get(self.positions.get(id)?)
    }

    /// Returns the call with this id and its current state.
    pub(crate) fn read(&self, id: &str) -> Option<(&SimulatedCall, CallState)> {
        let call = self.get(id)?;
        Some((call, call.state(self.now())))
    }

    /// Iterates over all calls with their current states, in the order in which they were created.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&SimulatedCall, CallState)> {
        let now = self.now();
        self.calls.values().map(move |call| (call, call.state(now)))
    }

    /// Ends a call if it is live, and returns whether it was. Returns `None` if there is no such call.
    pub(crate) fn end(&mut self, id: &str, outcome: Outcome) -> Option<bool> {
        let now = self.now();
        let call = self.calls.get_mut(self.positions.get(id)?)?;
        let is_live = call.state(now).is_live();
        if is_live {
            call.stopped = Some((now, outcome));
        }
        Some(is_live)
    }

    /// Ends a call `after_ms` milliseconds after it was placed, unless it ends earlier.
    pub(crate) fn end_after(&mut self, id: &str, after_ms: i64, outcome: Outcome) {
        if let Some(call) = self.positions.get(id).and_then(|position| self.calls.get_mut(position)) {
            call.stopped = Some((call.placed_at.saturating_add(after_ms), outcome));
        }
    }

    /// Deletes a call, and returns whether it existed.
    pub(crate) fn erase(&mut self, id: &str) -> bool {
        self.positions.remove(id).is_some_and(|position| self.calls.remove(&position).is_some())
    }

    fn new_id(&self) -> String {
        match self.ids {
            Ids::Uuid => Uuid::now_v7().to_string(),
            Ids::Prefixed(prefix) => format!("{prefix}{}", Uuid::now_v7().simple()),
            Ids::From(first) => first.saturating_add(self.created).to_string(),
        }
    }

    fn add(&mut self, call: SimulatedCall) {
        if self.calls.len() >= CAPACITY
            && let Some((_, oldest)) = self.calls.pop_first()
        {
            self.positions.remove(&oldest.id);
        }
        self.positions.insert(call.id.clone(), self.created);
        self.calls.insert(self.created, call);
        self.created += 1;
    }
}

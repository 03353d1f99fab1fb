//! Calls that control routes create and end.

use serde::Deserialize;
use serde_json::Value;

use super::{Calls, Direction, Outcome, SimulatedCall, Story};
use crate::options;
use crate::records::Record;

/// An order to create a call: an inbound call, or one that a user placed in the vendor's console.
pub(crate) enum PlantedCall {
    /// A copy of an existing call, with a new id and the current time.
    Copy(Copied),
    New(Planted),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Copied {
    copy_of: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planted {
    #[serde(default)]
    direction: Direction,
    /// The vendor's id of the agent. The simulator does not check it.
    agent_id: String,
    /// The phone number of the other party.
    number: String,
    /// The phone number on the agent's side or its id, whichever the vendor's requests contain.
    our_number: Option<String>,
    /// The story of the call. If omitted, the last two digits of `number` select it.
    story: Option<Story>,
    /// The number of milliseconds since the call was placed.
    #[serde(default)]
    age_ms: u32,
}

/// An order to end a call on behalf of one of its parties.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EndOrder {
    by: Side,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    #[default]
    Customer,
    Agent,
}

impl PlantedCall {
    /// Parses an order. An object with `copy_of` orders a copy.
    ///
    /// # Errors
    ///
    /// The parser's message.
    pub(crate) fn parse(order: Value) -> Result<Self, String> {
        match order.get("copy_of") {
            Some(_) => options::read(order).map(Self::Copy),
            None => options::read(order).map(Self::New),
        }
    }
}

impl EndOrder {
    pub(crate) fn outcome(self) -> Outcome {
        match self.by {
            Side::Customer => Outcome::CustomerEnded,
            Side::Agent => Outcome::AgentEnded,
        }
    }
}

impl Calls {
    /// Creates a call that no vendor request has placed, and returns its id. The ledger does not contain the call.
    ///
    /// # Errors
    ///
    /// A message if there is no call to copy.
    pub(crate) fn plant(&mut self, order: PlantedCall) -> Result<String, String> {
        let (id, now) = (self.new_id(), self.now());
        let call = match order {
            PlantedCall::Copy(Copied { copy_of }) => {
                let call = self.get(&copy_of).ok_or("there is no such call")?;
                SimulatedCall { id: id.clone(), placed_at: now, stopped: None, ..call.clone() }
            }
            PlantedCall::New(new) => SimulatedCall {
                id: id.clone(),
                story: new.story.unwrap_or_else(|| Story::of_number(&new.number)),
                direction: new.direction,
                agent: new.agent_id,
                peer: new.number,
                ours: new.our_number,
                placed_at: now.saturating_sub(new.age_ms.into()),
                stopped: None,
                request: Record::new(),
                details: Record::new(),
            },
        };
        self.add(call);
        Ok(id)
    }
}

//! The codec for the tools of an agent. The vendor supports only meetings and messages.

use serde_json::Value;
use switchboard_core::prelude::*;

use super::action::{read_actions, write_actions};

const NO_REQUESTS: &str = "The vendor documents no form of an action that sends an HTTP request. Set it up at the vendor; it is kept.";

/// Builds the codec for the tools.
pub fn tools() -> impl Codec<Vec<Tool>> {
    Tools
}

struct Tools;

impl Codec<Vec<Tool>> for Tools {
    fn encode(&self, value: &Vec<Tool>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let (_, loss) = fit_tools(value, |tool| match tool {
            Tool::HttpRequest(_) => Err(NO_REQUESTS.to_owned()),
            Tool::BookMeeting(_) | Tool::SendMessage(_) => Ok((tool.clone(), Vec::new())),
        })?;
        Ok(Encoded { wire: Value::Array(write_actions(value, with)?), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<Tool>> {
        read_actions(wire.as_array()?)
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
}

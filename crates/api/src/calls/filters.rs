//! The filters of the list of calls.

use jiff::Timestamp;
use switchboard_core::{
    call::{CallOrigin, CallStatus},
    model::{Direction, PhoneNumber},
};
use switchboard_engine::calls::CallBook;
use switchboard_store::CallSearch;
use utoipa::IntoParams;

use crate::edge::query::{Parameters, Query, name_of};

/// The filters of the list of calls.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallFilters {
    /// Lists only calls of the agent with this id.
    #[param(required = false, value_type = String)]
    agent_id: Option<String>,
    /// Lists only calls at this vendor. It may be one that is no longer configured, so an unknown name selects nothing.
    #[param(required = false, value_type = String)]
    vendor: Option<String>,
    /// Lists only calls with this status.
    #[param(required = false, inline, value_type = CallStatus)]
    status: Option<CallStatus>,
    /// Lists only calls with this direction.
    #[param(required = false, inline, value_type = Direction)]
    direction: Option<Direction>,
    /// Lists only calls with this origin.
    #[param(required = false, inline, value_type = CallOrigin)]
    origin: Option<CallOrigin>,
    /// Lists only calls with this phone number of the other party (E.164): the called number of an outbound call, or the
    /// calling number of an inbound call. In a URL, the plus sign is written `%2B`.
    #[param(required = false, value_type = String, pattern = r"^\+[1-9][0-9]{6,14}$", example = "+4930123456")]
    to: Option<PhoneNumber>,
    /// Lists only the call with this external reference.
    #[param(required = false, value_type = String)]
    external_ref: Option<String>,
    /// Lists only calls whose `created_at` is later than this time (RFC 3339).
    #[param(required = false, value_type = String, format = DateTime, example = "2026-11-29T18:00:00Z")]
    created_after: Option<Timestamp>,
    /// Lists only calls whose `created_at` is earlier than this time (RFC 3339).
    #[param(required = false, value_type = String, format = DateTime, example = "2026-11-30T18:00:00Z")]
    created_before: Option<Timestamp>,
}

impl Parameters for CallFilters {
    fn read(query: &mut Query) -> Self {
        Self {
            agent_id: query.text("agent_id"),
            vendor: query.text("vendor"),
            status: query.choice("status"),
            direction: query.choice("direction"),
            origin: query.choice("origin"),
            to: query.read("to", number),
            external_ref: query.text("external_ref"),
            created_after: query.read("created_after", time),
            created_before: query.read("created_before", time),
        }
    }
}

impl CallFilters {
    /// Builds the store query for the filters.
    pub fn search(&self, calls: &CallBook) -> CallSearch {
        let to = self.to.as_ref().map(|number| calls.search_for(number)).unwrap_or_default();
        CallSearch {
            agent: self.agent_id.clone(),
            vendor: self.vendor.clone(),
            status: self.status.map(name_of),
            direction: self.direction.map(name_of),
            origin: self.origin.map(name_of),
            external_ref: self.external_ref.clone(),
            created_after: self.created_after,
            created_before: self.created_before,
            ..to
        }
    }

    /// Lists the filters, each with its name and value. A cursor is valid only for a list with the same filters.
    pub fn scope(&self) -> [(&'static str, String); 9] {
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        [
            ("agent_id", self.agent_id.clone().unwrap_or_default()),
            ("vendor", self.vendor.clone().unwrap_or_default()),
            ("status", self.status.map(name_of).unwrap_or_default()),
            ("direction", self.direction.map(name_of).unwrap_or_default()),
            ("origin", self.origin.map(name_of).unwrap_or_default()),
            ("to", self.to.as_ref().map(|number| number.as_str().to_owned()).unwrap_or_default()),
            ("external_ref", self.external_ref.clone().unwrap_or_default()),
            ("created_after", time(self.created_after)),
            ("created_before", time(self.created_before)),
        ]
    }
}

fn number(text: &str) -> Result<PhoneNumber, String> {
    if text.starts_with(' ') {
        return Err(
            "The plus sign of a phone number is written %2B in a URL, such as %2B4930123456.".to_owned()
        );
    }
    PhoneNumber::new(text).map_err(|why| format!("to {why}."))
}

fn time(text: &str) -> Result<Timestamp, &'static str> {
    text.parse().map_err(|_| "Give a time with an offset, such as 2026-11-29T18:00:00Z.")
}

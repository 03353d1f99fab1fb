//! Calls: placing, reading, listing and erasing.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ASSISTANTS, Autocalls, call, catalogue, said};
use crate::calls::{NewCall, Order, SimulatedCall, Story, is_e164, link, page, timestamp};
use crate::records::Record;
use crate::simulator::{Answer, SimulatedRequest};

/// The number of calls on a page if the request has no `per_page` (vendor's reference pages).
const DEFAULT_PAGE_SIZE: usize = 15;

/// The options for the behaviour of calls.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CallOptions {
    /// The milliseconds until lists show a new call.
    pub list_lag_ms: u64,
    pub order: Order,
    pub transcript: call::Transcript,
    pub evaluation: call::Evaluation,
    pub costs: call::Costs,
    pub times: call::Times,
    pub echo_variables: call::Echo,
}

impl Autocalls {
    pub(super) fn place_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let number = request.body["phone_number"].as_str().unwrap_or_default();
        let agent = request.body["assistant_id"].to_string();
        let Some(assistant) = self.records.get(ASSISTANTS, &agent) else {
            return self.no_assistant();
        };
        if !is_e164(number) || Story::of_number(number) == Story::Refused {
            return Answer::json(StatusCode::BAD_REQUEST, said("The phone number is invalid."));
        }
        let ours = assistant.get("phone_number_id").and_then(Value::as_u64).map(|id| id.to_string());
        let call = self.calls.place(NewCall {
            agent,
            number: number.to_owned(),
            ours,
            request: request.record(),
            details: Record::new(),
        });
        Answer::ok(json!({
            "message": "Call initiated successfully", "call_id": self.records.id_value(&call.id), "status": "initiated",
        }))
    }

    pub(super) fn call(&self, request: &SimulatedRequest<'_>) -> Answer {
        match self.calls.read(request.in_path("id")) {
            Some((call, state)) => {
                Answer::ok(call::shown(&self.call_view(call, request.origin), &state, &self.options.calls))
            }
            None => no_call(),
        }
    }

    /// Lists calls. Pages are counted from 1. The dates of the filters are in UTC.
    pub(super) fn list_calls(&self, request: &SimulatedRequest<'_>) -> Answer {
        let options = &self.options.calls;
        let number = |name| {
            let number = request.number_in_query(name)?;
            usize::try_from(number).ok().filter(|number| *number > 0)
        };
        let size = number("per_page").unwrap_or(DEFAULT_PAGE_SIZE);
        let current = number("page").unwrap_or(1);
        let is = |name: &str, value: &str| request.in_query(name).is_none_or(|asked| asked == value);
        let rows =
            self.calls.listed(options.list_lag_ms, options.order).into_iter().filter(|(call, state)| {
                let day = timestamp(call.placed_at).strftime("%Y-%m-%d").to_string();
                is("status", call::status(state))
                    && is("type", call.direction.name())
                    && is("phone_number", &call.peer)
                    && is("assistant_id", &call.agent)
                    && request.in_query("campaign_id").is_none()
                    && request.in_query("date_from").is_none_or(|from| *day >= *from)
                    && request.in_query("date_to").is_none_or(|to| *day <= *to)
            });
        let first = (current - 1).saturating_mul(size);
        let (rows, total) = page(rows, first, size);
        let last = total.div_ceil(size).max(1);
        let path = format!("{}{}/user/calls", request.origin, self.vendor().base_path());
        let page_url = |number: usize| (1..=last).contains(&number).then(|| format!("{path}?page={number}"));
        let data: Vec<_> = rows
            .into_iter()
            .map(|(call, state)| call::shown(&self.call_view(call, request.origin), &state, options))
            .collect();
        let count = data.len();
        Answer::ok(json!({
            "data": data,
            "current_page": current, "per_page": size, "total": total, "last_page": last,
            "from": (count > 0).then_some(first + 1), "to": (count > 0).then_some(first + count),
            "path": path, "first_page_url": page_url(1), "last_page_url": page_url(last),
            "next_page_url": page_url(current + 1), "prev_page_url": page_url(current - 1), "links": [],
        }))
    }

    pub(super) fn delete_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        match self.calls.erase(request.in_path("id")) {
            true => Answer::ok(said("Call deleted successfully")),
            false => no_call(),
        }
    }

    fn call_view<'a>(&'a self, call: &'a SimulatedCall, origin: &str) -> call::View<'a> {
        let assistant = self.records.get(ASSISTANTS, &call.agent);
        let ours = call.ours.as_deref();
        call::View {
            call,
            id: self.records.id_value(&call.id),
            assistant_name: assistant
                .and_then(|assistant| assistant.get("name"))
                .cloned()
                .unwrap_or_default(),
            assistant_number: ours.map(|id| catalogue::number(id).unwrap_or(id)),
            recording: link(origin, self.vendor(), call),
        }
    }
}

fn no_call() -> Answer {
    Answer::json(StatusCode::NOT_FOUND, said("Call not found"))
}

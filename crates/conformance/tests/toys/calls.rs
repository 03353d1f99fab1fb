//! Calls at a vendor that returns an id and the marker, pages its list by a cursor, and can end and erase calls.

use jiff::Timestamp;
use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::vendor::strange;

/// The maximum number of pages that one listing of calls requests.
const MAX_PAGES: usize = 20;

const NO: &str = "The toy has no such setting.";

pub struct ToyCalls {
    rules: DialRules,
}

impl ToyCalls {
    pub fn new(agent: AgentRules, moves: Moves) -> Self {
        let rules = DialRules {
            to: DialToRules {
                phone_number: at("/to_number", text()),
                first_name: unsupported(NO),
                last_name: unsupported(NO),
                email: unsupported(NO),
            },
            from: DialFromRules { phone_number_id: at("/from_number", text()).required() },
            trunk_id: unsupported(NO),
            variables: at("/variables", map()),
            overrides: OverridesRules::from_agent(agent, moves),
        };
        Self { rules }
    }
}

impl Rules<Dial> for ToyCalls {
    fn rules(&self) -> &DialRules {
        &self.rules
    }
}

impl Calls for ToyCalls {
    fn rules(&self) -> &dyn Rules<Dial> {
        self
    }

    fn answers_id(&self) -> AnswersId {
        AnswersId::Always
    }

    fn marks(&self) -> Marks {
        Marks::Certain
    }

    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let mut body = dial.body;
        body["agent_id"] = json!(dial.agent.id("agent")?);
        body["metadata"] = json!({ "marker": dial.marker });
        let request = Request::new("place call", Method::Post, ["calls"]).json(body).effect();
        Ok(Exchange::send(request, |reply| {
            let status = reply.status;
            let call = observation(&reply.document("a call")?, Timestamp::UNIX_EPOCH);
            let call = call.ok_or_else(|| strange(status))?;
            Ok(Placed { remote_id: Some(call.remote_id.clone()), observation: Some(call) })
        }))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        let request = Request::new("read call", Method::Get, ["calls", remote_id].map(str::to_owned));
        Some(Exchange::send(request, |reply| {
            let status = reply.status;
            let call = observation(&reply.document("a call")?, Timestamp::UNIX_EPOCH);
            call.map(Some).ok_or_else(|| strange(status))
        }))
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        Some(page(window.now, None, Vec::new(), 1))
    }

    fn hang_up(&self, remote_id: &str) -> Option<Exchange<()>> {
        let request =
            Request::new("stop call", Method::Post, ["calls", remote_id, "stop"].map(str::to_owned));
        Some(Exchange::send(request, |_| Ok(())))
    }

    fn recording(&self, remote_id: &str) -> Option<Request> {
        let path = ["calls", remote_id, "audio"].map(str::to_owned);
        Some(Request::new("read recording", Method::Get, path).accepting("audio/*"))
    }

    fn erase(&self, remote_id: &str) -> Option<Exchange<()>> {
        let request = Request::new("erase call", Method::Delete, ["calls", remote_id].map(str::to_owned));
        Some(Exchange::send(request, |_| Ok(())))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &["/answered_by", "/analysis/sentiment"]
    }
}

fn page(
    now: Timestamp,
    cursor: Option<String>,
    mut rows: Vec<CallObservation>,
    number: usize,
) -> Exchange<CallObservations> {
    let request = Request::new("list calls", Method::Get, ["calls"]);
    let request = match cursor {
        Some(cursor) => request.query("cursor", cursor),
        None => request,
    };
    Exchange::ask(request, move |reply| {
        let status = reply.status;
        let page_read = reply.document("a page of calls")?;
        let items = page_read["items"].as_array().ok_or_else(|| strange(status))?;
        for item in items {
            let row = observation(item, now).ok_or_else(|| strange(status))?;
            rows.push(CallObservation { is_excerpt: true, ..row });
        }
        match page_read["next"].as_str() {
            Some(next) if number < MAX_PAGES => Ok(page(now, Some(next.to_owned()), rows, number + 1)),
            next => Ok(Exchange::Done(CallObservations {
                rows,
                is_complete: next.is_none(),
                ..CallObservations::default()
            })),
        }
    })
}

/// Reads a call. Returns `None` if the call has no id.
fn observation(call: &Value, now: Timestamp) -> Option<CallObservation> {
    let text = |member: &str| call[member].as_str();
    let number = |member: &str| text(member).and_then(PhoneNumber::from_vendor);
    let word = text("status");
    let (status, ended_reason) = match word {
        Some("queued") => (Some(CallStatus::Queued), None),
        Some("ongoing") => (Some(CallStatus::InProgress), None),
        Some("ended") => (Some(CallStatus::Ended), Some(EndedReason::Completed)),
        _ => (None, None),
    };
    Some(CallObservation {
        peer: number("to_number"),
        own: number("from_number"),
        direction: text("direction").and_then(|word| match word {
            "inbound" => Some(Direction::Inbound),
            "outbound" => Some(Direction::Outbound),
            _ => None,
        }),
        marker: call["metadata"]["marker"].as_str().map(str::to_owned),
        vendor_status: word.map(str::to_owned),
        status,
        ended_reason,
        times: CallTimes {
            begun_at: parse_timestamp(&call["begun"]),
            answered_at: parse_timestamp(&call["answered"]),
            ended_at: parse_timestamp(&call["ended"]),
        },
        duration: call["seconds"].as_f64().and_then(Seconds::from_number),
        cost: CallCost::in_hundredths(&call["cents"], "USD"),
        analysis: CallAnalysis {
            success: call["success"].as_bool(),
            summary: text("summary").map(str::to_owned),
            sentiment: None,
            values: call["values"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        },
        transcript: text("transcript").map(Transcript::from_text),
        ..CallObservation::new(text("id")?, now)
    })
}

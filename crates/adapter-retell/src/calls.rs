//! The exchanges for calls.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{dial, fault, wire};

/// The number of calls requested per page. The vendor allows up to 1,000 (SDK 6.2.13).
const PAGE_SIZE: usize = 200;

/// The maximum number of pages that one look reads. 1,000 calls need 5.
const MAX_PAGES: usize = 20;

/// The limit on concurrent calls for a pay-as-you-go workspace (vendor documentation, 2026-08).
const CONCURRENT: u32 = 20;

/// The rules and exchanges for Retell calls.
pub struct PhoneCalls {
    rules: DialRules,
}

impl PhoneCalls {
    /// Builds the rules and exchanges.
    pub fn new() -> Self {
        Self { rules: dial::rules() }
    }
}

impl Rules<Dial> for PhoneCalls {
    fn rules(&self) -> &DialRules {
        &self.rules
    }

    fn catalogues(&self) -> &'static [CatalogueKind] {
        &[CatalogueKind::VOICES, CatalogueKind::PHONE_NUMBERS]
    }
}

impl Calls for PhoneCalls {
    fn rules(&self) -> &dyn Rules<Dial> {
        self
    }

    fn answers_id(&self) -> AnswersId {
        AnswersId::Always
    }

    /// Returns `Certain`: the marker is a member of the metadata, which the vendor returns with the call.
    fn marks(&self) -> Marks {
        Marks::Certain
    }

    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let unknown = || Error::new(Kind::Internal, "The vendor's id of the agent is not known.");
        let agent = dial.agent.get(wire::AGENT).ok_or_else(unknown)?;
        let body = wire::dial(dial.body, agent, dial.marker, dial.key);
        let request =
            Request::new("place call", Method::Post, ["v2", "create-phone-call"]).json(body).effect();
        Ok(Exchange::send(request, |reply| wire::created(reply, wire::placed)))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        Some(Exchange::send(read(remote_id), wire::read_call))
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        Some(CallPages::new(window, MAX_PAGES, page, read_page).exchange())
    }

    /// Ends a call. Reads the call first: the vendor refuses a call that is over and a call that has not started with the
    /// same statuses, 404 and 422 (recorded answers of 2026). After such a refusal of a live call, the call is over.
    fn hang_up(&self, remote_id: &str) -> Option<Exchange<()>> {
        let request = one("end call", Method::Post, "stop-call", remote_id);
        let request = Request { repeatable: true, ..request };
        Some(Exchange::ask(read(remote_id), |reply| match wire::read_call(reply)?.map(|call| call.status) {
            None | Some(Some(CallStatus::Ended)) => Err(Error::call_already_ended()),
            Some(Some(CallStatus::Queued)) => Err(Error::call_not_ended()),
            Some(_) => Ok(Exchange::send(request, |reply| match reply.status {
                404 | 422 => Err(Error::call_already_ended()),
                _ => wire::done(reply),
            })),
        }))
    }

    fn erase(&self, remote_id: &str) -> Option<Exchange<()>> {
        Some(Exchange::send(one("delete call", Method::Delete, "delete-call", remote_id), |reply| {
            if fault::is_unknown(&reply) { Ok(()) } else { wire::done(reply) }
        }))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &[]
    }

    fn limits(&self) -> PublishedCallLimits {
        PublishedCallLimits { concurrent: Some(CONCURRENT), per_day: None }
    }
}

/// Builds the request for the page with this key, or for the first page. The newest call comes first. The request is a
/// POST, because the filters are in the body.
fn page(window: &CallWindow, key: Option<&str>) -> Request {
    let mut body =
        json!({ "filter_criteria": filters(window), "sort_order": "descending", "limit": PAGE_SIZE });
    if let Some(key) = key {
        body["pagination_key"] = json!(key);
    }
    Request::new("list calls", Method::Post, ["v3", "list-calls"]).json(body).reading()
}

/// Returns the filters. A call that is not connected has no time and no status by which the vendor can filter, so the
/// request filters by neither. The vendor has no filter for the other party that covers both directions.
fn filters(window: &CallWindow) -> Value {
    let mut filters = json!({ "call_type": { "type": "enum", "op": "in", "value": ["phone_call"] } });
    if let Some(agent) = &window.agent {
        filters["agent"] = json!([{ "agent_id": agent }]);
    }
    if let Some(marker) = &window.marker {
        filters["metadata"] = json!([{ "key": wire::MARKER, "type": "string", "op": "eq", "value": marker }]);
    }
    filters
}

fn read_page(reply: Reply, window: &CallWindow, _: Option<&str>) -> Result<CallListPage> {
    let page = wire::calls(reply, window.now)?;
    // A call begins before it is connected, so a call that was connected before the window also began before it,
    // and so did all older calls.
    let is_older = |row: &CallObservation| {
        row.times.answered_at.is_some_and(|answered| answered.latest() < window.since)
    };
    let is_covered = !page.has_more || page.rows.iter().any(is_older);
    let next = page.next.filter(|_| !page.rows.is_empty());
    Ok(CallListPage { rows: page.rows, next, is_covered })
}

fn read(id: &str) -> Request {
    one("read call", Method::Get, "get-call", id)
}

fn one(operation: &'static str, method: Method, verb: &'static str, id: &str) -> Request {
    Request::new(operation, method, ["v2", verb, id].map(ToOwned::to_owned))
}

//! The exchanges for calls.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{
    dial, fault,
    wire::{self, Control},
};

/// The maximum number of pages that one look reads. 1,000 calls need 21, because each page begins with the last row of
/// the previous one.
const MAX_PAGES: usize = 25;

/// The limit on concurrent calls for an organisation that has bought no additional ones (vendor guides, 2026-08-20).
const CONCURRENT: u32 = 10;

/// The rules and exchanges for Vapi calls.
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

    /// Returns `Certain`: the marker is the name of the call, which the vendor returns with the call.
    fn marks(&self) -> Marks {
        Marks::Certain
    }

    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let body = wire::dial(dial.body, dial.agent.id("")?, dial.marker, dial.document);
        let request = Request::new("place call", Method::Post, ["call"]).json(body).effect();
        Ok(Exchange::send(request, wire::placed))
    }

    fn needs_agent(&self, body: &Value) -> bool {
        wire::lacks_settings(body)
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        Some(Exchange::send(one("read call", Method::Get, remote_id), wire::call))
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        Some(CallPages::new(window, MAX_PAGES, page, read_page).exchange())
    }

    /// Returns false, because the list has no filter for the phone number or the marker.
    fn filters_list(&self) -> bool {
        false
    }

    /// Ends a call through its control URL. The call has this URL only while it is live.
    fn hang_up(&self, remote_id: &str) -> Option<Exchange<()>> {
        Some(Exchange::ask(one("read call", Method::Get, remote_id), |reply| match wire::control(reply)? {
            Control::Over => Err(Error::call_already_ended()),
            Control::Early => Err(Error::call_not_ended()),
            Control::Off => Err(uncontrolled()),
            Control::At(url) => {
                let request = Request::granted("end call", Method::Post, url);
                let request = Request { repeatable: true, ..request.json(json!({ "type": "end-call" })) };
                Ok(Exchange::send(request, |reply| fault::refused(reply).map(drop)))
            }
        }))
    }

    fn recording(&self, remote_id: &str) -> Option<Request> {
        let path = ["call", remote_id, "mono-recording"].map(ToOwned::to_owned);
        Some(Request::new("read recording", Method::Get, path).accepting("audio/*"))
    }

    /// Erases the recording and the transcript. The vendor erases them after it has answered the request, so the exchange
    /// then reads the call. If the call still has them, the exchange fails with `vendor_unavailable`.
    fn erase(&self, remote_id: &str) -> Option<Exchange<()>> {
        let read = one("read call", Method::Get, remote_id);
        Some(Exchange::ask(one("delete call", Method::Delete, remote_id), |reply| {
            match wire::is_gone(reply)? {
                true => Ok(Exchange::Done(())),
                false => Ok(Exchange::send(read, |reply| match wire::call(reply)? {
                    Some(call) if call.recording.is_some() || call.transcript.is_some() => {
                        Err(fault::not_erased())
                    }
                    _ => Ok(()),
                })),
            }
        }))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &["/from/phone_number", "/analysis/sentiment"]
    }

    fn limits(&self) -> PublishedCallLimits {
        PublishedCallLimits { concurrent: Some(CONCURRENT), per_day: None }
    }
}

/// Builds the request for the page at a cursor: the filter by time, and the time at which the page begins.
fn page(window: &CallWindow, cursor: Option<&str>) -> Request {
    let begin = cursor.and_then(|cursor| cursor.split_once(' '));
    let mut request = Request::new("list calls", Method::Get, ["call"]).query("limit", wire::CALLS_PER_PAGE);
    if let Some(agent) = &window.agent {
        request = request.query("assistantId", agent);
    }
    match begin {
        Some((wire::AFTER, time)) => request.query(wire::AFTER, time),
        Some((_, time)) => request.query(wire::AFTER, window.since).query(wire::BEFORE, time),
        None => request.query(wire::AFTER, window.since),
    }
}

/// Reads a page. The vendor documents no order, so the order is derived from the times of the page.
fn read_page(reply: Reply, window: &CallWindow, _: Option<&str>) -> Result<CallListPage> {
    let (rows, span) = wire::calls(reply, window.now)?;
    let next = span.map(|(first, last)| {
        let name = if first < last { wire::AFTER } else { wire::BEFORE };
        format!("{name} {last}")
    });
    Ok(CallListPage { rows, is_covered: next.is_none(), next })
}

fn uncontrolled() -> Error {
    let failure = VendorFailure::new(Outcome::Rejected);
    Error::vendor(Kind::CapabilityLoss, failure)
        .with_detail("The vendor cannot end this call, because the control of live calls is switched off for its assistant.")
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["call", id].map(ToOwned::to_owned))
}

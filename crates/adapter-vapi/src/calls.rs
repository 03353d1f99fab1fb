//! The exchanges for calls.

use std::collections::BTreeSet;

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{
    dial,
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

    /// Returns `Certain`: the marker is the name of the call, which the vendor returns with it.
    fn marks(&self) -> Marks {
        Marks::Certain
    }

    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let body = wire::dial(dial.body, dial.agent.id("")?, dial.marker);
        let request = Request::new("place call", Method::Post, ["call"]).json(body).effect();
        Ok(Exchange::send(request, wire::placed))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        Some(Exchange::send(one("read call", Method::Get, remote_id), wire::call))
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        Some(Look { window: window.clone(), seen: BTreeSet::new(), rows: Vec::new(), pages: 0 }.page(None))
    }

    /// Returns false, because the list has no filter for the phone number or the marker.
    fn filters_list(&self) -> bool {
        false
    }

    /// Ends a call through its control URL. The call has this URL only while it is live.
    fn hang_up(&self, remote_id: &str) -> Option<Exchange<()>> {
        Some(Exchange::ask(one("read call", Method::Get, remote_id), |reply| match wire::control(reply)? {
            Control::Over => Ok(Exchange::Done(())),
            Control::Off => Err(uncontrolled()),
            Control::At(url) => {
                let request = Request::granted("end call", Method::Post, url);
                let request = Request { repeatable: true, ..request.json(json!({ "type": "end-call" })) };
                Ok(Exchange::send(request, wire::gone_or_done))
            }
        }))
    }

    fn recording(&self, remote_id: &str) -> Option<Request> {
        let path = ["call", remote_id, "mono-recording"].map(ToOwned::to_owned);
        Some(Request::new("read recording", Method::Get, path).accepting("audio/*"))
    }

    /// Erases the recording and the transcript. The vendor erases them after it has answered the request.
    fn erase(&self, remote_id: &str) -> Option<Exchange<()>> {
        Some(Exchange::send(one("delete call", Method::Delete, remote_id), wire::gone_or_done))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &["/from/phone_number", "/analysis/sentiment"]
    }

    fn limits(&self) -> PublishedCallLimits {
        PublishedCallLimits { concurrent: Some(CONCURRENT), per_day: None }
    }
}

/// A pass through the pages of the list. The vendor documents no order, so the order is derived from each page.
struct Look {
    window: CallWindow,
    seen: BTreeSet<String>,
    rows: Vec<CallObservation>,
    pages: usize,
}

impl Look {
    /// Reads the first page, or the page that begins at the time in `next`.
    fn page(mut self, next: Option<(&'static str, String)>) -> Exchange<CallObservations> {
        let mut request =
            Request::new("list calls", Method::Get, ["call"]).query("limit", wire::CALLS_PER_PAGE);
        if let Some(agent) = &self.window.agent {
            request = request.query("assistantId", agent);
        }
        if next.as_ref().is_none_or(|(name, _)| *name != wire::AFTER) {
            request = request.query(wire::AFTER, self.window.since);
        }
        if let Some((name, time)) = &next {
            request = request.query(name, time);
        }
        Exchange::ask(request, move |reply| {
            let page = wire::calls(reply, self.window.now)?;
            for row in page.rows {
                // The same call can be on two pages.
                if self.seen.insert(row.remote_id.clone()) {
                    self.rows.push(row);
                }
            }
            self.pages += 1;
            let Some((first, last)) = page.span else { return Ok(self.end(true)) };
            let following = Some((if first < last { wire::AFTER } else { wire::BEFORE }, last));
            // A page that ends at the time at which it began does not lead to another page.
            if self.pages >= MAX_PAGES || following == next {
                return Ok(self.end(false));
            }
            Ok(self.page(following))
        })
    }

    fn end(self, is_complete: bool) -> Exchange<CallObservations> {
        Exchange::Done(CallObservations { rows: self.rows, is_complete })
    }
}

fn uncontrolled() -> Error {
    let failure = VendorFailure::new(Outcome::Rejected);
    Error::vendor(Kind::CapabilityLoss, failure)
        .with_detail("The vendor cannot end this call, because the control of live calls is switched off for its assistant.")
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["call", id].map(ToOwned::to_owned))
}

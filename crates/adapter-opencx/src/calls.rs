//! The exchanges for calls. The dial is the vendor's only request for calls; a call is read as a conversation.

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{
    agents, dial,
    wire::{self, HistoryPage, SessionPage},
};

/// The number of conversations that one look aims to read, within the limits on its pages.
const CALLS: usize = 1000;

/// The limits on the number of pages that one look reads. The vendor does not document the size of its pages.
const LEAST_PAGES: usize = 20;
const MOST_PAGES: usize = 100;

/// The maximum number of pages of events to read for one conversation.
const HISTORY_PAGES: usize = 500;

/// The rules and exchanges for OpenCX calls.
pub struct PhoneCalls {
    rules: DialRules,
}

impl Default for PhoneCalls {
    fn default() -> Self {
        Self { rules: dial::rules() }
    }
}

impl Rules<Dial> for PhoneCalls {
    fn rules(&self) -> &DialRules {
        &self.rules
    }
}

impl Calls for PhoneCalls {
    fn rules(&self) -> &dyn Rules<Dial> {
        self
    }

    fn answers_id(&self) -> AnswersId {
        AnswersId::Never
    }

    fn marks(&self) -> Marks {
        Marks::Never
    }

    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let path = ["phone", dial.agent.id("")?, "call"].map(ToOwned::to_owned);
        let request = Request::new("place call", Method::Post, path).json(dial.body).effect();
        Ok(Exchange::send(request, |reply| {
            agents::wordless(reply, "an acknowledged dial").map(|()| Placed::default())
        }))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        let path = ["chat", "sessions", remote_id].map(ToOwned::to_owned);
        let request = Request::new("read call", Method::Get, path);
        Some(Exchange::send(request, |reply| wire::session(reply).map(Some)))
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        let look = Look {
            window: window.clone(),
            ids: BTreeSet::new(),
            followed: BTreeSet::new(),
            rows: Vec::new(),
            most: MOST_PAGES,
        };
        Some(look.page(None))
    }

    /// Returns false, because the list has no filter for the phone number or the marker.
    fn filters_list(&self) -> bool {
        false
    }

    fn transcript(&self, remote_id: &str) -> Option<Exchange<Option<Transcript>>> {
        let history =
            History { session: remote_id.to_owned(), followed: BTreeSet::new(), events: Vec::new() };
        Some(history.page(None))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &[
            "/direction",
            "/answered_by",
            "/from/phone_number",
            "/answered_at",
            "/ended_at",
            "/duration_s",
            "/cost",
            "/recording",
            "/analysis/success",
            "/analysis/values",
        ]
    }
}

/// A pass through the pages of the list of conversations. The list has no documented order and no filter by time or
/// phone number.
struct Look {
    window: CallWindow,
    ids: BTreeSet<String>,
    /// The cursors followed so far, to detect a list that leads back to an earlier page.
    followed: BTreeSet<String>,
    rows: Vec<CallObservation>,
    /// The maximum number of pages, derived from the size of the first page.
    most: usize,
}

impl Look {
    fn page(mut self, cursor: Option<&str>) -> Exchange<CallObservations> {
        let live = self.window.live_only.then(|| ("status", "open".to_owned()));
        let cursor = cursor.map(|cursor| ("cursor", cursor.to_owned()));
        let request =
            Request::new("list calls", Method::Get, ["chat", "sessions"]).query("channel_type", wire::PHONE);
        let request =
            live.into_iter().chain(cursor).fold(request, |request, (name, value)| request.query(name, value));
        Exchange::ask(request, move |reply| {
            let SessionPage { rows, count, next, oldest } = wire::read_sessions(reply, self.window.now)?;
            if self.followed.is_empty() {
                let usual = CALLS.div_ceil(count.max(1)).clamp(LEAST_PAGES, MOST_PAGES);
                self.most = self.window.max_pages(usual);
            }
            for row in rows {
                // The list shifts if a conversation begins between two requests, so one conversation can be on two
                // pages.
                if self.ids.insert(row.remote_id.clone()) {
                    self.rows.push(row);
                }
            }
            let is_covered = oldest.is_some_and(|oldest| oldest < self.window.since);
            let Some(next) = next.filter(|_| !is_covered) else { return Ok(self.end(true)) };
            match self.followed.len() + 1 < self.most && self.followed.insert(next.clone()) {
                true => Ok(self.page(Some(&next))),
                false => Ok(self.end(false)),
            }
        })
    }

    fn end(self, is_complete: bool) -> Exchange<CallObservations> {
        Exchange::Done(CallObservations { rows: self.rows, is_complete, ..CallObservations::default() })
    }
}

/// A pass through the events of one conversation.
struct History {
    session: String,
    followed: BTreeSet<String>,
    events: Vec<Value>,
}

impl History {
    fn page(mut self, cursor: Option<&str>) -> Exchange<Option<Transcript>> {
        let path = ["chat", "sessions", &self.session, "history"].map(ToOwned::to_owned);
        let request = Request::new("read transcript", Method::Get, path);
        let request = match cursor {
            Some(cursor) => request.query("cursor", cursor),
            None => request,
        };
        Exchange::ask(request, move |reply| {
            let status = reply.status;
            let HistoryPage { events, next } = wire::read_history(reply)?;
            self.events.extend(events);
            let Some(next) = next else { return Ok(Exchange::Done(wire::transcript(self.events))) };
            if self.followed.len() + 1 >= HISTORY_PAGES || !self.followed.insert(next.clone()) {
                return Err(Error::unreadable(status, "a history that comes to an end"));
            }
            Ok(self.page(Some(&next)))
        })
    }
}

//! The reading of a vendor's list of calls, page after page, until a window is covered.

use std::collections::BTreeSet;

use crate::{
    call::CallObservation,
    error::Result,
    vendor::{CallObservations, CallWindow, Exchange, Reply, Request},
};

/// A page of a list of calls.
pub struct CallListPage {
    /// The calls of the page.
    pub rows: Vec<CallObservation>,
    /// The cursor of the next page, in a form that the adapter chooses. `None` if the vendor has no further page.
    pub next: Option<String>,
    /// True if this page and those before it contain every call of the window.
    pub is_covered: bool,
}

/// A pass through the pages of a list of calls. It ends when the window is covered, after a maximum number of pages, or
/// at a page that only repeats calls or has a cursor that was followed before.
pub struct CallPages {
    window: CallWindow,
    max_pages: usize,
    request: fn(&CallWindow, Option<&str>) -> Request,
    read: fn(Reply, &CallWindow, Option<&str>) -> Result<CallListPage>,
    rows: Vec<CallObservation>,
    /// The vendor's ids of the rows.
    ids: BTreeSet<String>,
    /// The cursors followed so far.
    followed: BTreeSet<String>,
}

impl CallPages {
    /// Starts at the first page. `request` builds the request for the page at a cursor, and `read` reads this page.
    /// `max_pages` is the usual maximum number of pages, which the window can multiply.
    pub fn new(
        window: &CallWindow,
        max_pages: usize,
        request: fn(&CallWindow, Option<&str>) -> Request,
        read: fn(Reply, &CallWindow, Option<&str>) -> Result<CallListPage>,
    ) -> Self {
        let (ids, followed, max_pages) = (BTreeSet::new(), BTreeSet::new(), window.max_pages(max_pages));
        Self { window: window.clone(), max_pages, request, read, rows: Vec::new(), ids, followed }
    }

    /// Builds the exchange that reads the pages. Its result has each call once.
    pub fn exchange(self) -> Exchange<CallObservations> {
        self.page(None)
    }

    fn page(mut self, cursor: Option<String>) -> Exchange<CallObservations> {
        Exchange::ask((self.request)(&self.window, cursor.as_deref()), move |reply| {
            let CallListPage { rows, next, is_covered } =
                (self.read)(reply, &self.window, cursor.as_deref())?;
            let (is_empty, known) = (rows.is_empty(), self.ids.len());
            // The list shifts if a call begins between two requests, so a call can be on two pages.
            let ids = &mut self.ids;
            self.rows.extend(rows.into_iter().filter(|row| ids.insert(row.remote_id.clone())));
            let repeats = !is_empty && self.ids.len() == known;
            match next.filter(|_| !is_covered && !repeats && self.followed.len() + 1 < self.max_pages) {
                Some(next) if self.followed.insert(next.clone()) => Ok(self.page(Some(next))),
                _ => Ok(Exchange::Done(CallObservations {
                    rows: self.rows,
                    is_complete: is_covered,
                    ..CallObservations::default()
                })),
            }
        })
    }
}

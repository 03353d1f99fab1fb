//! Reading lists page by page.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use switchboard_core::{Error, Exchange, Kind, Outcome, Request, Result, VendorFailure};

use crate::envelope::{self, Answer};

/// Rows asked for in a page: the most the vendor's MCP client asks for.
const PER_PAGE: u32 = 100;

/// A list that does not end within so many pages is taken for an endless one.
const MAX_PAGES: u32 = 200;

/// A row as it came.
pub type Row = Map<String, Value>;

/// A list being read.
pub struct Listing {
    request: fn() -> Request,
    expected: &'static str,
    page: u32,
    rows: Vec<Row>,
    seen: BTreeSet<String>,
}

impl Listing {
    /// The list that these requests ask for; what is `expected` of an answer is for messages.
    pub fn new(request: fn() -> Request, expected: &'static str) -> Self {
        Self { request, expected, page: 0, rows: Vec::new(), seen: BTreeSet::new() }
    }

    /// Reads all rows, each once, and goes on with them.
    pub fn read<T: Send + 'static>(
        mut self,
        finish: impl FnOnce(Vec<Row>) -> Result<Exchange<T>> + Send + 'static,
    ) -> Exchange<T> {
        let request = (self.request)().query("page", self.page).query("perpage", PER_PAGE);
        Exchange::ask(request, move |reply| match self.take(Answer::parse(reply, self.expected)?)? {
            true => finish(self.rows),
            false if self.page == MAX_PAGES => Err(endless()),
            false => Ok(self.read(finish)),
        })
    }

    /// Takes one page; `true` where it was the last one.
    ///
    /// Pages are counted from 0 (vendor's MCP client). The last one is told by the totals, else by bringing nothing new:
    /// a backend may cut its pages, and one that knows no pages answers the same again.
    fn take(&mut self, answer: Answer) -> Result<bool> {
        let (items, pages) = answer.totals();
        let before = self.rows.len();
        for row in answer.rows(envelope::row)? {
            if envelope::id(&row).is_some_and(|id| self.seen.insert(id)) {
                self.rows.push(row);
            }
        }
        self.page += 1;
        Ok(self.rows.len() == before
            || pages.is_some_and(|pages| u64::from(self.page) >= pages)
            || items.is_some_and(|items| self.rows.len() as u64 >= items))
    }
}

fn endless() -> Error {
    Error::vendor(Kind::VendorProtocolError, VendorFailure::new(Outcome::Rejected))
        .with_detail(format!("The vendor's list does not end within {MAX_PAGES} pages."))
}

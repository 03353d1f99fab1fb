//! The reading of a vendor's list, page after page.

use std::collections::BTreeSet;

use crate::{
    error::{Error, Result},
    vendor::{Exchange, Reply, Request},
};

/// The maximum number of pages after the first page of a list. The lists of an account are assumed to be shorter, so a
/// longer list is an error.
const MAX_PAGES: usize = 500;

/// The rows of a page, and the cursor of the next page. There is no cursor on the last page.
pub type Rows<T> = (Vec<T>, Option<String>);

/// Returns the cursor of the next page, or `Some(None)` on the last page, for a list whose pages state whether more
/// pages follow. Returns `None` if the page announces another page without a cursor.
pub fn next_page(has_more: bool, cursor: Option<String>) -> Option<Option<String>> {
    match cursor.filter(|cursor| has_more && !cursor.is_empty()) {
        None if has_more => None,
        cursor => Some(cursor),
    }
}

/// A pass through all pages of a list.
pub struct Pages<T> {
    request: fn(Option<&str>) -> Request,
    read: fn(Reply) -> Result<Rows<T>>,
    id: fn(&T) -> &str,
    found: Vec<T>,
    /// The ids of the rows found so far.
    ids: BTreeSet<String>,
    /// The cursors followed so far, to detect a list that leads back to an earlier page.
    followed: BTreeSet<String>,
}

impl<T: Send + 'static> Pages<T> {
    /// Starts at the first page. `request` builds the request for the page at a cursor, `read` reads a page, and `id`
    /// returns the id by which rows are distinguished.
    pub fn new(
        request: fn(Option<&str>) -> Request,
        read: fn(Reply) -> Result<Rows<T>>,
        id: fn(&T) -> &str,
    ) -> Self {
        Self { request, read, id, found: Vec::new(), ids: BTreeSet::new(), followed: BTreeSet::new() }
    }

    /// Builds the exchange that reads all pages. Its result has each row once. The exchange fails with
    /// `vendor_protocol_error` if a cursor repeats, or if more than 500 pages follow the first page.
    pub fn exchange(self) -> Exchange<Vec<T>> {
        self.and_then(|rows| Ok(Exchange::Done(rows)))
    }

    /// Builds the exchange that reads all pages, as [`Self::exchange`] does, and continues with another exchange.
    pub fn and_then<U: Send + 'static>(
        self,
        next: impl FnOnce(Vec<T>) -> Result<Exchange<U>> + Send + 'static,
    ) -> Exchange<U> {
        self.page(None, next)
    }

    fn page<U: Send + 'static>(
        mut self,
        cursor: Option<&str>,
        end: impl FnOnce(Vec<T>) -> Result<Exchange<U>> + Send + 'static,
    ) -> Exchange<U> {
        Exchange::ask((self.request)(cursor), move |reply| {
            let status = reply.status;
            let (rows, next) = (self.read)(reply)?;
            for row in rows {
                // The list shifts if a row is created between two requests, so a row can be on two pages.
                if self.ids.insert((self.id)(&row).to_owned()) {
                    self.found.push(row);
                }
            }
            let Some(next) = next else { return end(self.found) };
            if self.followed.len() >= MAX_PAGES || !self.followed.insert(next.clone()) {
                return Err(Error::unreadable(status, "a list that comes to an end"));
            }
            Ok(self.page(Some(&next), end))
        })
    }
}

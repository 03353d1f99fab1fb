//! Pages of lists.

use std::fmt;

use switchboard_core::error::{Error, Kind, Result};

/// A page of a list.
#[derive(Debug)]
pub struct Page<T, K = String> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The keys of the stored items that cannot be read: those of the page and, on the first page of a search, those
    /// that the search index has marked as damaged.
    pub unreadable: Vec<K>,
    /// The key after which the next page starts, or `None` at the end of the list.
    pub next: Option<K>,
}

/// Returns the number of rows to read for a page: one more than the limit, to detect whether there is a next page.
pub fn rows(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1)
}

impl<T, K: fmt::Display> Page<T, K> {
    /// Reads a page from rows. The caller must have read one row more than the limit (see [`rows`]). A damaged row is
    /// omitted and logged as an error, and its key is in [`unreadable`](Self::unreadable).
    pub fn read<S>(
        mut rows: Vec<S>,
        limit: usize,
        key: impl Fn(&S) -> K,
        read: impl Fn(S) -> Result<T>,
    ) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(&key);
        let mut page = Self { items: Vec::with_capacity(rows.len()), unreadable: Vec::new(), next };
        for row in rows {
            let key = key(&row);
            match read(row) {
                Ok(item) => page.items.push(item),
                Err(failure) => page.omit(key, &failure),
            }
        }
        page
    }

    /// Omits a stored item that cannot be read, and logs why.
    pub fn omit(&mut self, key: K, failure: &Error) {
        tracing::error!(%key, %failure, "failed to read a stored item of a list");
        self.unreadable.push(key);
    }

    /// Returns all items of the page, for callers that must not omit any.
    ///
    /// # Errors
    /// `internal` if an item cannot be read.
    pub fn complete(self) -> Result<Vec<T>> {
        match self.unreadable.first() {
            None => Ok(self.items),
            Some(key) => Err(Error::new(Kind::Internal, format!("The stored item {key} cannot be read."))),
        }
    }
}

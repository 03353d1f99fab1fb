//! Pages of lists.

use switchboard_core::error::Result;

/// A page of a list.
#[derive(Debug)]
pub struct Page<T, K = String> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The key after which the next page starts, or `None` at the end of the list.
    pub next: Option<K>,
}

/// Returns the number of rows to read for a page: one more than the limit, to detect if there is a next page.
pub fn rows(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1)
}

impl<T, K> Page<T, K> {
    /// Creates a page from rows. The caller must have read one row more than the limit, see [`rows`].
    pub fn from_rows(mut rows: Vec<T>, limit: usize, key: impl FnOnce(&T) -> K) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(key);
        Self { items: rows, next }
    }

    /// Converts each item of the page.
    ///
    /// # Errors
    /// The first failure.
    pub fn try_map<U>(self, map: impl FnMut(T) -> Result<U>) -> Result<Page<U, K>> {
        let items = self.items.into_iter().map(map).collect::<Result<_>>()?;
        Ok(Page { items, next: self.next })
    }
}

//! Lists, a page at a time.

use switchboard_core::Result;

/// A part of a list.
#[derive(Debug)]
pub struct Page<T, K = String> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<K>,
}

/// Gives how many rows to read for a page: one more than it holds tells whether the list goes on.
pub fn rows(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1)
}

impl<T, K> Page<T, K> {
    /// Makes a page of the [`rows`] that were read for it.
    pub fn from_rows(mut rows: Vec<T>, limit: usize, key: impl FnOnce(&T) -> K) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(key);
        Self { items: rows, next }
    }

    /// Makes a page of what each item becomes.
    ///
    /// # Errors
    /// The first that fails.
    pub fn try_map<U>(self, map: impl FnMut(T) -> Result<U>) -> Result<Page<U, K>> {
        let items = self.items.into_iter().map(map).collect::<Result<_>>()?;
        Ok(Page { items, next: self.next })
    }
}

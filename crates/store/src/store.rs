//! The contract of a store.

use async_trait::async_trait;
use switchboard_core::Result;

use crate::{Collection, Filter, Row};

/// Keeps rows durably.
///
/// A write that answered `Ok` survives the process being killed and is seen by every later read. A write that
/// answered an error changed nothing. A write whose future is dropped happened whole or not at all.
///
/// # Errors
/// Any method may answer `storage_unavailable` (worth trying again after a second), and `internal` where what is
/// stored cannot be understood: a damaged document, or secrets that do not belong to their row.
#[async_trait]
pub trait Store: Send + Sync {
    /// Adds a row.
    ///
    /// # Errors
    /// `already_exists`, with a violation for each of `/external_ref` and `/remote_id` that another row has,
    /// or for `/id`.
    async fn insert(&self, row: &Row) -> Result<()>;

    /// The row of this id, if there is one.
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Row>>;

    /// Replaces the row of this id, if it still is at the `expected` revision. `created_at` stays as stored.
    ///
    /// Of any number of updates that expect the same revision, one is carried out.
    ///
    /// # Errors
    /// `precondition_failed` at another revision, `not_found`, `already_exists` as for an insert,
    /// `internal` where the row's own revision is not above `expected`.
    async fn update(&self, row: &Row, expected: u64) -> Result<()>;

    /// Removes the row of this id, if it still is at the `expected` revision.
    ///
    /// # Errors
    /// `precondition_failed` at another revision, `not_found`.
    async fn delete(&self, collection: Collection, id: &str, expected: u64) -> Result<()>;

    /// At most `limit` rows that match, in byte order of their ids, from the first id beyond `after`.
    ///
    /// Pages do not shift: a row that exists throughout is met once, whatever is added or removed meanwhile.
    async fn list(
        &self,
        collection: Collection,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Row>>;

    /// Every remote id that is taken at this vendor, in no order.
    async fn remote_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<String>>;

    /// Proves, by doing it, that the store can be read and written now.
    async fn check(&self) -> Result<()>;

    /// Writes out what is pending and releases the store. Every later call fails; a second close does nothing.
    async fn close(&self);
}

//! The contract of a store.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use switchboard_core::Result;

use crate::{
    BoundId, Collection, Filter, Migration, MigrationState, Move, MoveState, Mutation, Operation,
    OperationFilter, Replay, Retention, Revision, Row,
};

/// Keeps rows, their revisions, the operations that carry them to vendors, the migrations that move them between vendors,
/// and the requests that asked for them.
///
/// A commit that answered `Ok` survives the process being killed and is seen by every later read. A commit that answered
/// an error changed nothing; only where PostgreSQL is lost at the very moment of a commit, and cannot be asked again within
/// seconds, the error says that it is not known. A commit whose future is dropped happened whole or not at all.
///
/// Several processes may share a store, where its implementation says so; time is the store's own then.
///
/// # Errors
/// Any method may answer `storage_unavailable` (worth trying again after a second), and `internal` where what is
/// stored cannot be understood, for one secrets that do not belong to their row. Documents are given back as they are
/// stored: one that is damaged is no error here, and fails whoever reads it ([`Document::read`]).
#[async_trait]
pub trait Store: Send + Sync {
    /// Takes these steps, in their order, all of them or none.
    ///
    /// # Errors
    /// The first refusal of a [`Mutation`].
    async fn commit(&self, mutations: Vec<Mutation>) -> Result<()>;

    /// The row of this id, hidden ones too.
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Row>>;

    /// At most `limit` rows that match and are not hidden, in byte order of their ids, from the first id beyond `after`.
    ///
    /// Pages do not shift: a row that exists throughout is met once, whatever is added or removed meanwhile.
    async fn list(
        &self,
        collection: Collection,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Row>>;

    /// Every remote id that is taken at this vendor, by hidden rows too, in no order.
    async fn remote_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<String>>;

    /// The same with the rows that have them.
    async fn bound_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<BoundId>>;

    /// The revision of this number, accepted or not.
    async fn revision(&self, collection: Collection, record: &str, number: u64) -> Result<Option<Revision>>;

    /// At most `limit` revisions of a record, the newest first, from the first one below `before`.
    async fn revisions(
        &self,
        collection: Collection,
        record: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Revision>>;

    /// The operation of this id.
    async fn operation(&self, id: &str) -> Result<Option<Operation>>;

    /// At most `limit` operations that match, in byte order of their ids, from the first id beyond `after`.
    async fn operations(
        &self,
        filter: &OperationFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Operation>>;

    /// Holds at most `limit` operations for so long: those that wait and are due, and those whose hold has run out,
    /// the longest due first, each with the next fence. Left out are those whose record has another held operation (until
    /// its hold runs out and it is claimed itself), and those of the vendors `except`.
    ///
    /// Of any number of callers that ask at the same time, one gets an operation.
    async fn claim(&self, hold: Duration, except: &[String], limit: u32) -> Result<Vec<Operation>>;

    /// How long it is until the next claim can be answered with something; zero where it can now, `None` where nothing
    /// waits. Operations of the vendors `except` do not count.
    async fn next_due(&self, except: &[String]) -> Result<Option<Duration>>;

    /// The migration of this id.
    async fn migration(&self, id: &str) -> Result<Option<Migration>>;

    /// At most `limit` migrations of one of these states, or of any where none is given, in byte order of their ids,
    /// from the first id beyond `after`.
    async fn migrations(
        &self,
        states: &[MigrationState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Migration>>;

    /// The move of a record in a migration.
    async fn move_of(&self, migration: &str, record: &str) -> Result<Option<Move>>;

    /// At most `limit` moves of a migration that are in one of these states, or in any where none is given, in byte order
    /// of their records, from the first record beyond `after`.
    async fn moves(
        &self,
        migration: &str,
        states: &[MoveState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Move>>;

    /// The open move of a record, in whichever migration.
    async fn open_move(&self, collection: Collection, record: &str) -> Result<Option<Move>>;

    /// How many moves of a migration are in each state, of the states that occur.
    async fn count_moves(&self, migration: &str) -> Result<BTreeMap<MoveState, u64>>;

    /// What is remembered of a key.
    async fn replay(&self, scope: &str, key: &str) -> Result<Option<Replay>>;

    /// Forgets what is kept no longer, a bounded number of things at a time. Gives back how many there were. A migration
    /// goes before its moves, so that none is ever seen with only some of them.
    async fn sweep(&self, retention: &Retention) -> Result<u64>;

    /// Proves, by doing it, that the store can be read and written now.
    async fn check(&self) -> Result<()>;

    /// Writes out what is pending and releases the store. Every later call fails; a second close does nothing.
    async fn close(&self);
}

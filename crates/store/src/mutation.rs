//! Mutations: the parts of a commit.

use std::time::Duration;

use crate::{Collection, Ending, Migration, Move, Operation, Replay, Revision, Row};

/// One step of a commit. A commit applies its mutations in order, all of them or none.
#[derive(Debug, Clone)]
pub enum Mutation {
    /// Adds a row at version 1, whatever version the row has. Refused as `already_exists`, with a violation for each of
    /// `/external_ref` and `/remote_id` that another row has, or for `/id`. Hidden rows count like all others.
    Insert(Row),
    /// Replaces a row if the stored version equals this row's version, and increments the version. `created_at` stays as
    /// stored. Refused as `precondition_failed` at another version, as `not_found`, or as `already_exists` like an insert.
    Update(Row),
    /// Changes nothing, but guarantees that the row keeps this version until the commit ends. Refused as
    /// `precondition_failed` at another version, or as `not_found`.
    Expect {
        /// Collection of the row.
        collection: Collection,
        /// Id of the row.
        id: String,
        /// Version that the caller read.
        version: u64,
    },
    /// Removes a row if it has this version, together with its revisions. Refused as `precondition_failed` at another
    /// version, or as `not_found`.
    Delete {
        /// Collection of the row.
        collection: Collection,
        /// Id of the row.
        id: String,
        /// Version that the caller read.
        version: u64,
    },
    /// Adds a revision. Refused as `state_conflict` if the number is taken.
    AddRevision(Revision),
    /// Removes a revision that was never accepted. Does nothing if there is none of this number.
    DropRevision {
        /// Collection of the record.
        collection: Collection,
        /// Id of the record.
        record: String,
        /// Number of the revision.
        number: u64,
    },
    /// Begins an operation. With `hold`, the caller holds it for that long, at fence 1; without, it waits at fence 0 and is
    /// due immediately. The operation's own state, fence and times are ignored. Refused as `state_conflict` if the record
    /// has another operation that waits or needs attention; with `hold`, also if it has another held one, even if that hold
    /// has expired and no process has claimed it yet. So one operation may wait behind a held one.
    Begin {
        /// The new operation.
        operation: Operation,
        /// Duration of the caller's hold.
        hold: Option<Duration>,
    },
    /// Ends the hold of an operation, if it is held under the fence given here, and replaces its document. Refused as
    /// `state_conflict` if another process has claimed the operation since. (A hold that has expired without another claim
    /// is still valid.)
    Settle {
        /// The operation with its new document.
        operation: Operation,
        /// The state after the attempt.
        next: Next,
    },
    /// Ends, as superseded, an operation that waits or needs attention, if it has this fence. Refused as
    /// `state_conflict` otherwise.
    Supersede {
        /// Id of the operation.
        id: String,
        /// Fence that the caller read.
        fence: u64,
    },
    /// Returns an operation that needs attention to waiting, if it has the fence given here: it is due immediately, with a
    /// new document. Refused as `state_conflict` otherwise.
    Reopen(Operation),
    /// Stores a request with its idempotency key. Refused as `idempotency_in_progress` if the key is stored already,
    /// with or without an answer.
    Remember(Replay),
    /// Stores the answer to the request that began this operation, for repeated requests. Does nothing if the request had
    /// no key or is answered already: the first answer stays.
    Answer {
        /// Id of the operation.
        operation: String,
        /// The stored answer.
        reply: Vec<u8>,
    },
    /// Adds a migration at version 1. Its own version and times are ignored. Refused as `already_exists` if the id is
    /// taken.
    AddMigration(Migration),
    /// Replaces the state and document of a migration if the stored version equals this one's, and increments the version.
    /// Refused as `precondition_failed` at another version, or as `not_found`.
    UpdateMigration(Migration),
    /// Removes a migration with its moves. Does nothing if it does not exist.
    DropMigration {
        /// Id of the migration.
        id: String,
    },
    /// Adds a move to a migration, at version 1. Its own version and times are ignored. Refused as `state_conflict` if the
    /// migration has a move of this record already, or if both this move and another one of the record are open; as
    /// `not_found` if the migration does not exist.
    AddMove(Move),
    /// Replaces the state and document of a move if the stored version equals this one's, and increments the version.
    /// Refused as `precondition_failed` at another version, as `not_found`, or as `state_conflict` if it would be open and
    /// the record has another open move.
    UpdateMove(Move),
}

/// State of an operation after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Due again after this time. Superseded instead if a newer operation of the record waits already.
    Later(Duration),
    /// Waiting for an operator's decision. Superseded instead if a newer operation of the record waits already.
    Attention,
    /// Ended.
    End(Ending),
}

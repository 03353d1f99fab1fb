//! What a commit is made of.

use std::time::Duration;

use crate::{Collection, Ending, Migration, Move, Operation, Replay, Revision, Row};

/// One step of a commit. The steps of a commit are taken in their order, all of them or none.
#[derive(Debug, Clone)]
pub enum Mutation {
    /// Adds a row, at version 1 whatever the row says. Refused as `already_exists`, with a violation for each of
    /// `/external_ref` and `/remote_id` that another row has, or for `/id`. Hidden rows count as others do.
    Insert(Row),
    /// Replaces a row that still has the version that this one says; it has the next version then. `created_at` stays
    /// as stored. Refused as `precondition_failed` at another version, `not_found`, `already_exists` as for an insert.
    Update(Row),
    /// Changes nothing, and makes sure that a row still has this version until the commit is over. Refused as
    /// `precondition_failed` at another version, `not_found`.
    Expect {
        /// Where it is.
        collection: Collection,
        /// Its id.
        id: String,
        /// The version it was read at.
        version: u64,
    },
    /// Removes a row that still has this version, and its revisions. Refused as `precondition_failed` at another
    /// version, `not_found`.
    Delete {
        /// Where it is.
        collection: Collection,
        /// Its id.
        id: String,
        /// The version it was read at.
        version: u64,
    },
    /// Keeps a revision. Refused as `state_conflict` where there is one of this number.
    AddRevision(Revision),
    /// Forgets a revision that was never accepted. Nothing happens where there is none of this number.
    DropRevision {
        /// Of which kind of record.
        collection: Collection,
        /// Of which record.
        record: String,
        /// Its number.
        number: u64,
    },
    /// Begins an operation: held by the caller for so long where `hold` says so, at fence 1; else waiting, due at once, at
    /// fence 0. What the operation says of its own state, fence and times is not looked at. Refused as `state_conflict`
    /// where the record has another operation that waits or needs attention; one that is to be held also where another is
    /// held, even if that hold has run out and nobody has claimed it yet. So one may wait behind one that is held.
    Begin {
        /// The operation.
        operation: Operation,
        /// For how long it is the caller's alone.
        hold: Option<Duration>,
    },
    /// Ends the hold of an operation that is held under the fence it says, and replaces its document. Refused as
    /// `state_conflict` where the hold was lost to somebody else's claim. (A hold that has run out but was not claimed by
    /// anybody else is not lost.)
    Settle {
        /// The operation.
        operation: Operation,
        /// What becomes of it.
        next: Next,
    },
    /// Ends, as superseded, an operation that waits or needs attention and still has this fence. Refused as
    /// `state_conflict` otherwise.
    Supersede {
        /// The operation's id.
        id: String,
        /// The fence it was read with.
        fence: u64,
    },
    /// Lets an operation that needs attention, and still has the fence it says, wait again, due at once, with a new
    /// document. Refused as `state_conflict` otherwise.
    Reopen(Operation),
    /// Remembers a request by its idempotency key. Refused as `idempotency_in_progress` where the key is known already,
    /// answered or not.
    Remember(Replay),
    /// Keeps the answer for whoever repeats the request that began this operation. Nothing happens where it
    /// had no key, or was answered already: the first answer stays.
    Answer {
        /// The operation's id.
        operation: String,
        /// The answer.
        reply: Vec<u8>,
    },
    /// Adds a migration, at version 1. What it says of its own version and times is not looked at. Refused as
    /// `already_exists` where there is one of this id.
    AddMigration(Migration),
    /// Replaces the state and document of a migration that still has the version that this one says; it has the next
    /// version then. Refused as `precondition_failed` at another version, `not_found`.
    UpdateMigration(Migration),
    /// Removes a migration with its moves. Nothing happens where there is none.
    DropMigration {
        /// The migration's id.
        id: String,
    },
    /// Adds a move to a migration, at version 1. What it says of its own version and times is not looked at. Refused as
    /// `state_conflict` where the migration has one of this record already, or the record has another open move and this
    /// one is open; `not_found` where there is no such migration.
    AddMove(Move),
    /// Replaces the state and document of a move that still has the version that this one says; it has the next version
    /// then. Refused as `precondition_failed` at another version, `not_found`, `state_conflict` where it would be open
    /// and the record has another open move.
    UpdateMove(Move),
}

/// What becomes of an operation after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is tried again after this time. Where a newer operation of the record waits already, it ends as superseded.
    Later(Duration),
    /// Somebody has to say what to do. Where a newer operation of the record waits already, it ends as superseded.
    Attention,
    /// Nothing more.
    End(Ending),
}

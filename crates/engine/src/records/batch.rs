//! The mutations of one commit. Every commit is built here, except those that add missing entries to the search index.

use std::time::Duration;

use switchboard_core::error::{Error, Result};
use switchboard_store::{
    CallMutation, Document, Ending, Migration, Move, Mutation, Next, OperationState, Replay, Row,
    SearchChange, StoredSecrets,
};

use super::{
    Item, Managed, Operation, Permit, now,
    searchable::{IndexRequest, RouteTable},
};
use crate::{metrics::Tally, request::IdempotencyKey};

/// The mutations of one commit. If a document cannot be serialised, the whole commit fails.
#[derive(Default)]
pub struct Batch {
    mutations: Vec<Mutation>,
    /// The changes to the search index for the inserted and updated records.
    index: Vec<IndexRequest>,
    /// The permits for inserted rows. Until the commit, they prevent the removal of the rows' vendors from the
    /// configuration.
    permits: Vec<Permit>,
    /// The events to count once the commit has succeeded.
    tally: Tally,
    failure: Option<Error>,
}

impl Batch {
    /// Creates an empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns true if the batch has no mutation and no failed serialisation.
    pub fn is_empty(&self) -> bool {
        self.mutations.is_empty() && self.failure.is_none()
    }

    /// Returns the events to count once the commit has succeeded. The caller can add events.
    pub fn tally(&mut self) -> &mut Tally {
        &mut self.tally
    }

    /// Returns the mutations, the permits that the caller must hold until the mutations are committed, and the events
    /// that the caller counts after the commit. The mutations include the changes to the search index under the routing
    /// `routes`. `indexed` is true if the index is known to be complete.
    ///
    /// # Errors
    /// `internal` if a document could not be serialised.
    pub fn into_parts(
        mut self,
        routes: Option<&dyn RouteTable>,
        indexed: bool,
    ) -> Result<(Vec<Mutation>, Vec<Permit>, Tally)> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let changes = self.index.into_iter().filter_map(|request| request.change(routes, indexed));
        self.mutations.extend(changes.map(Mutation::Index));
        Ok((self.mutations, self.permits, self.tally))
    }

    /// Inserts a record. The permit prevents the removal of the record's vendor from the configuration until the commit.
    /// There is no permit if the vendor is not configured.
    pub fn insert<R: Managed>(&mut self, item: &Item<R>, permit: Option<Permit>) {
        self.permits.extend(permit);
        self.add(item.row().map(Mutation::Insert));
        self.index.extend(IndexRequest::insertion(item));
    }

    /// Updates a record.
    pub fn update<R: Managed>(&mut self, item: &Item<R>) {
        self.add(item.row().map(Mutation::Update));
        self.index.push(IndexRequest::update(item));
    }

    /// Changes the search index without changing a record.
    pub fn change_index(&mut self, change: SearchChange) {
        self.push(Mutation::Index(change));
    }

    /// Deletes a record, its revisions, and its entry in the search index.
    pub fn delete<R: Managed>(&mut self, item: &Item<R>) {
        let (id, version) = (item.id.clone(), item.version);
        self.push(Mutation::Delete { collection: R::COLLECTION, id, version });
    }

    /// Adds the condition that a record has not changed since it was read.
    pub fn expect<R: Managed>(&mut self, item: &Item<R>) {
        let (id, version) = (item.id.clone(), item.version);
        self.push(Mutation::Expect { collection: R::COLLECTION, id, version });
    }

    /// Adds the record's present revision.
    pub fn add_revision<R: Managed>(&mut self, item: &Item<R>) {
        self.add(item.revision_row().map(Mutation::AddRevision));
    }

    /// Stores the record's present revision in place of any stored revision with the same number.
    pub fn replace_revision<R: Managed>(&mut self, item: &Item<R>) {
        self.drop_revision(item);
        self.add_revision(item);
    }

    /// Deletes the stored revision with the record's present revision number, if there is one. Such a revision was
    /// proposed and never accepted, or is about to be replaced.
    pub fn drop_revision<R: Managed>(&mut self, item: &Item<R>) {
        let (record, number) = (item.id.clone(), item.revision);
        self.push(Mutation::DropRevision { collection: R::COLLECTION, record, number });
    }

    /// Adds an operation. If `hold` is given, this process holds the operation for that long. Otherwise, the operation
    /// waits to be claimed.
    pub fn begin(&mut self, operation: &Operation, hold: Option<Duration>) {
        self.add(operation.to_stored().map(|operation| Mutation::Begin { operation, hold }));
    }

    /// Settles a held operation. `next` is the operation's next state.
    pub fn settle(&mut self, operation: &Operation, next: Next) {
        if let Next::End(ending) = next {
            self.count_end(operation, ending);
        }
        self.add(operation.to_stored().map(|operation| Mutation::Settle { operation, next }));
    }

    /// Ends an operation as superseded: a newer operation replaces it, an operator abandons it, or it is obsolete. An
    /// operation is obsolete if its record is deleted or moved, or if a move is rolled back.
    pub fn supersede(&mut self, operation: &Operation) {
        self.count_end(operation, Ending::Superseded);
        self.push(Mutation::Supersede { id: operation.id.clone(), fence: operation.fence });
    }

    /// Changes the state of an operation from `Attention` to `Waiting`.
    pub fn reopen(&mut self, operation: &Operation) {
        self.add(operation.to_stored().map(Mutation::Reopen));
    }

    /// Reserves the new `external_ref` of a record until the write that sets the reference is accepted or refused. A
    /// hidden row stores the reservation. `permit` is the permit for that row, as for [`Self::insert`].
    pub fn reserve_external_ref(
        &mut self,
        operation: &Operation,
        external_ref: &str,
        permit: Option<Permit>,
    ) {
        self.permits.extend(permit);
        self.push(Mutation::Insert(Row {
            collection: operation.collection,
            id: operation.id.clone(),
            revision: 1,
            version: 1,
            hidden: true,
            vendor: operation.vendor.clone(),
            remote_id: None,
            external_ref: Some(external_ref.to_owned()),
            document: Document::null(),
            secrets: StoredSecrets::default(),
            created_at: operation.created_at,
            updated_at: operation.created_at,
        }));
    }

    /// Releases a reservation made by [`Self::reserve_external_ref`], if there is one, so that a record can take the
    /// reference.
    pub fn release_external_ref(&mut self, operation: &Operation) {
        if operation.spec.reserves {
            let (collection, id) = (operation.collection, operation.id.clone());
            self.push(Mutation::Delete { collection, id, version: 1 });
        }
    }

    /// Stores a request under its idempotency key. `operation` is the id of the operation that executes the request, if
    /// there is one. `answer` is the answer, if it is known. Does nothing if `key` is `None`.
    pub fn remember(
        &mut self,
        key: Option<&IdempotencyKey>,
        operation: Option<&str>,
        answer: Option<Result<Vec<u8>>>,
    ) {
        let Some(IdempotencyKey { scope, key, fingerprint }) = key.cloned() else { return };
        let operation = operation.map(ToOwned::to_owned);
        let replay = |reply| Replay {
            scope,
            key,
            fingerprint: fingerprint.stored,
            operation,
            reply,
            created_at: now(),
        };
        self.add(answer.transpose().map(|reply| Mutation::Remember(replay(reply))));
    }

    /// Stores the answer to the request that began an operation.
    pub fn answer(&mut self, operation: &Operation, answer: Result<Vec<u8>>) {
        let operation = operation.id.clone();
        self.add(answer.map(|reply| Mutation::Answer { operation, reply }));
    }

    /// Keeps a permit until the commit, so that no configuration removes the vendor of a new call.
    pub fn keep_permit(&mut self, permit: Option<Permit>) {
        self.permits.extend(permit);
    }

    /// Adds a change to a call.
    pub fn change_call(&mut self, change: Result<CallMutation>) {
        self.add(change.map(Mutation::from));
    }

    /// Stores the answer to the request that began a call.
    pub fn answer_call(&mut self, call: &str, answer: Result<Vec<u8>>) {
        let operation = call.to_owned();
        self.add(answer.map(|reply| Mutation::Answer { operation, reply }));
    }

    /// Releases the idempotency key of the request that began a call, unless an answer is stored. A repetition of the
    /// request is then carried out as if it were the first.
    pub fn forget_call(&mut self, call: &str) {
        self.push(Mutation::Forget { operation: call.to_owned() });
    }

    /// Adds a migration or a migration plan.
    pub fn add_migration(&mut self, migration: Result<Migration>) {
        self.add(migration.map(Mutation::AddMigration));
    }

    /// Updates a migration or a migration plan.
    pub fn update_migration(&mut self, migration: Result<Migration>) {
        self.add(migration.map(Mutation::UpdateMigration));
    }

    /// Adds a move to a migration.
    pub fn add_move(&mut self, agent_move: Result<Move>) {
        self.add(agent_move.map(Mutation::AddMove));
    }

    /// Updates a move.
    pub fn update_move(&mut self, agent_move: Result<Move>) {
        self.add(agent_move.map(Mutation::UpdateMove));
    }

    fn count_end(&mut self, operation: &Operation, ending: Ending) {
        let outcome = OperationState::Ended(ending).as_str();
        self.tally.operation_ended(&operation.vendor, operation.spec.kind.name(), outcome);
    }

    fn push(&mut self, mutation: Mutation) {
        self.mutations.push(mutation);
    }

    fn add(&mut self, mutation: Result<Mutation>) {
        match mutation {
            Ok(mutation) => self.push(mutation),
            Err(failure) => drop(self.failure.get_or_insert(failure)),
        }
    }
}

//! A store that stops at a commit, as if its process were killed.

use std::{
    collections::BTreeMap,
    future::pending,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use async_trait::async_trait;
use switchboard_core::error::{Error, Kind, Result};
use switchboard_store::{
    BoundId, CallStore, Collection, Filter, Found, Migration, MigrationState, Move, MoveState, Mutation,
    Operation, OperationCount, OperationFilter, Replay, Retention, Revision, Row, RowCount, Search,
    SearchPosition, Store, Unrouted,
};
use tokio::{sync::watch, time::timeout};

use crate::fault::{At, FaultPoint, When};

/// The longest time for which a read waits for the next commit.
const LONGEST_DELAY: Duration = Duration::from_millis(200);

/// A store that forwards to another store until the cut is reached.
pub struct KillableStore {
    pub store: Arc<dyn Store>,
    pub fault: Arc<FaultPoint>,
    /// Changes with each commit.
    pub commits: watch::Sender<()>,
}

#[async_trait]
impl Store for KillableStore {
    async fn commit(&self, mutations: Vec<Mutation>) -> Result<()> {
        let number = self.fault.next_commit();
        if self.fault.has_killed() || self.fault.reach(At::Commit, number, When::Before) {
            return pending().await;
        }
        self.store.commit(mutations).await?;
        self.fault.committed();
        self.commits.send_replace(());
        if self.fault.reach(At::Commit, number, When::After) {
            return pending().await;
        }
        Ok(())
    }

    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Row>> {
        self.store.get(collection, id).await
    }

    async fn list(
        &self,
        collection: Collection,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Row>> {
        self.store.list(collection, filter, after, limit).await
    }

    async fn search(
        &self,
        collection: Collection,
        search: &Search,
        after: Option<&SearchPosition>,
        limit: u32,
    ) -> Result<Vec<Found>> {
        self.store.search(collection, search, after, limit).await
    }

    async fn is_indexed(&self) -> Result<bool> {
        self.store.is_indexed().await
    }

    async fn unindexed(&self, collection: Collection, after: Option<&str>, limit: u32) -> Result<Vec<Row>> {
        self.store.unindexed(collection, after, limit).await
    }

    async fn unrouted(&self, collection: Collection, routed_by: i64, limit: u32) -> Result<Vec<Unrouted>> {
        self.store.unrouted(collection, routed_by, limit).await
    }

    async fn damaged_ids(&self, collection: Collection, limit: u32) -> Result<Vec<String>> {
        self.store.damaged_ids(collection, limit).await
    }

    async fn agents_handing_over(&self, to: &str, after: Option<&str>, limit: u32) -> Result<Vec<String>> {
        self.store.agents_handing_over(to, after, limit).await
    }

    async fn remote_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<String>> {
        self.store.remote_ids(collection, vendor).await
    }

    async fn bound_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<BoundId>> {
        self.store.bound_ids(collection, vendor).await
    }

    async fn revision(&self, collection: Collection, record: &str, number: u64) -> Result<Option<Revision>> {
        self.store.revision(collection, record, number).await
    }

    async fn revisions(
        &self,
        collection: Collection,
        record: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Revision>> {
        self.store.revisions(collection, record, before, limit).await
    }

    async fn operation(&self, id: &str) -> Result<Option<Operation>> {
        if self.fault.stalls.load(Ordering::SeqCst) {
            self.fault.stalled.send_modify(|stalled| *stalled += 1);
            return pending().await;
        }
        self.store.operation(id).await
    }

    async fn operations(
        &self,
        filter: &OperationFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Operation>> {
        if filter.record.is_some() && self.fault.reads_late.load(Ordering::SeqCst) {
            let _ = timeout(LONGEST_DELAY, self.commits.subscribe().changed()).await;
        }
        self.store.operations(filter, after, limit).await
    }

    async fn claim(&self, hold: Duration, except: &[String], limit: u32) -> Result<Vec<Operation>> {
        self.store.claim(hold, except, limit).await
    }

    async fn next_due(&self, except: &[String]) -> Result<Option<Duration>> {
        self.store.next_due(except).await
    }

    async fn count_operations(&self) -> Result<Vec<OperationCount>> {
        self.store.count_operations().await
    }

    async fn count_rows(&self) -> Result<Vec<RowCount>> {
        self.store.count_rows().await
    }

    async fn migration(&self, id: &str) -> Result<Option<Migration>> {
        self.store.migration(id).await
    }

    async fn migrations(
        &self,
        states: &[MigrationState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Migration>> {
        self.store.migrations(states, after, limit).await
    }

    async fn move_of(&self, migration: &str, record: &str) -> Result<Option<Move>> {
        self.store.move_of(migration, record).await
    }

    async fn moves(
        &self,
        migration: &str,
        states: &[MoveState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Move>> {
        if states == [MoveState::Failed] {
            self.fault.failed_moves_reads.send_modify(|reads| *reads += 1);
            if *self.fault.failed_moves_reads.borrow() == 1 {
                return Err(Error::new(Kind::StorageUnavailable, "The test fails this read."));
            }
        }
        self.store.moves(migration, states, after, limit).await
    }

    async fn open_move(&self, collection: Collection, record: &str) -> Result<Option<Move>> {
        self.store.open_move(collection, record).await
    }

    async fn count_moves(&self, migration: &str) -> Result<BTreeMap<MoveState, u64>> {
        self.store.count_moves(migration).await
    }

    async fn replay(&self, scope: &str, key: &str) -> Result<Option<Replay>> {
        self.store.replay(scope, key).await
    }

    async fn sweep(&self, retention: &Retention) -> Result<u64> {
        self.store.sweep(retention).await
    }

    fn calls(&self) -> &dyn CallStore {
        self.store.calls()
    }

    async fn check(&self) -> Result<()> {
        self.store.check().await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}

//! The implementation of [`Store`] for any engine.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use switchboard_core::error::Result;
use tracing::{Instrument as _, debug_span};

use super::{
    Columns as _, Engine, SqlStore,
    check::Check,
    claim::Claim,
    commit::Commit,
    migrations, moves, operations, replays, resources, revisions, search,
    statement::Statement,
    sweep::{MAX_ROWS, Sweep},
};
use crate::{
    BoundId, CallStore, Collection, Filter, Found, Migration, MigrationState, Move, MoveState, Mutation,
    Operation, OperationCount, OperationFilter, Replay, Retention, Revision, Row, RowCount, Search,
    SearchPosition, Store, Unrouted,
};

#[async_trait]
impl<E: Engine> Store for SqlStore<E> {
    async fn commit(&self, mutations: Vec<Mutation>) -> Result<()> {
        let commit = Commit::from_mutations(mutations, Self::DIALECT, &self.seal)?;
        let system = Self::DIALECT.system();
        let span = debug_span!(
            "commit",
            otel.kind = "client",
            db.operation.name = "commit",
            db.system.name = system
        );
        self.write("commit", commit).instrument(span).await
    }

    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Row>> {
        let found = self.read_one(resources::get(Self::DIALECT, collection, id)).await?;
        found.map(|found| resources::read(collection, &found, &self.seal)).transpose()
    }

    async fn list(
        &self,
        collection: Collection,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Row>> {
        let list = resources::list(Self::DIALECT, collection, filter, after, limit);
        let found = self.read_all(list).await?;
        found.iter().map(|found| resources::read(collection, found, &self.seal)).collect()
    }

    async fn search(
        &self,
        collection: Collection,
        search: &Search,
        after: Option<&SearchPosition>,
        limit: u32,
    ) -> Result<Vec<Found>> {
        let driver = self.choose_driver(collection, search).await?;
        let find = search::search(Self::DIALECT, collection, search, driver.as_ref(), after, limit);
        let found = self.read_all(find).await?;
        found.iter().map(|found| search::read(collection, found, &self.seal)).collect()
    }

    async fn is_indexed(&self) -> Result<bool> {
        Ok(self.read_one(search::complete(Self::DIALECT)).await?.is_some())
    }

    async fn unindexed(&self, collection: Collection, after: Option<&str>, limit: u32) -> Result<Vec<Row>> {
        let found = self.read_all(search::missing(Self::DIALECT, collection, after, limit)).await?;
        found.iter().map(|found| resources::read(collection, found, &self.seal)).collect()
    }

    async fn unrouted(&self, collection: Collection, routed_by: i64, limit: u32) -> Result<Vec<Unrouted>> {
        let unrouted = search::unrouted(Self::DIALECT, collection, routed_by, limit);
        let found = self.read_all(unrouted).await?;
        found.iter().map(|found| search::read_unrouted(collection, found, &self.seal)).collect()
    }

    async fn damaged_ids(&self, collection: Collection, limit: u32) -> Result<Vec<String>> {
        let found = self.read_all(search::damaged(Self::DIALECT, collection, limit)).await?;
        found.iter().map(|found| found.text("id")).collect()
    }

    async fn agents_handing_over(&self, to: &str, after: Option<&str>, limit: u32) -> Result<Vec<String>> {
        let found = self.read_all(search::handing_over(Self::DIALECT, to, after, limit)).await?;
        found.iter().map(|found| found.text("id")).collect()
    }

    async fn remote_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<String>> {
        let found = self.read_all(resources::remote_ids(Self::DIALECT, collection, vendor)).await?;
        found.iter().map(|found| found.text("remote_id")).collect()
    }

    async fn bound_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<BoundId>> {
        let found = self.read_all(resources::bound_ids(Self::DIALECT, collection, vendor)).await?;
        found.iter().map(resources::read_bound_id).collect()
    }

    async fn revision(&self, collection: Collection, record: &str, number: u64) -> Result<Option<Revision>> {
        let found = self.read_one(revisions::get(Self::DIALECT, collection, record, number)).await?;
        found.map(|found| revisions::read(collection, record, &found, &self.seal)).transpose()
    }

    async fn revisions(
        &self,
        collection: Collection,
        record: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Revision>> {
        let list = revisions::list(Self::DIALECT, collection, record, before, limit);
        let found = self.read_all(list).await?;
        found.iter().map(|found| revisions::read(collection, record, found, &self.seal)).collect()
    }

    async fn operation(&self, id: &str) -> Result<Option<Operation>> {
        self.read_one(operations::get(Self::DIALECT, id)).await?.as_ref().map(operations::read).transpose()
    }

    async fn operations(
        &self,
        filter: &OperationFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Operation>> {
        let list = operations::list(Self::DIALECT, filter, after, limit);
        self.read_all(list).await?.iter().map(operations::read).collect()
    }

    async fn claim(&self, hold: Duration, except: &[String], limit: u32) -> Result<Vec<Operation>> {
        let checks_clock = self.operation_clock.must_check();
        self.write("claim", Claim { hold, except: except.to_vec(), limit, checks_clock }).await
    }

    async fn next_due(&self, except: &[String]) -> Result<Option<Duration>> {
        let next = self.read_all(operations::next_due(Self::DIALECT, except)).await?;
        let wait = next.first().map(|next| next.whole("wait")).transpose()?;
        Ok(wait.map(|wait| Duration::from_micros(wait.try_into().unwrap_or(0))))
    }

    async fn count_operations(&self) -> Result<Vec<OperationCount>> {
        let found = self.read_as("count", operations::count(Self::DIALECT)).await?;
        found.iter().map(operations::read_count).collect()
    }

    async fn count_rows(&self) -> Result<Vec<RowCount>> {
        // The two statements may see different states, so the result may be wrong for a row that is written between
        // them.
        let listed = self.read_as("count", resources::count_listed(Self::DIALECT)).await?;
        let mut counts = listed.iter().map(resources::read_listed_count).collect::<Result<Vec<_>>>()?;
        let listed = counts.len();
        for row in self.read_as("count", resources::count(Self::DIALECT)).await? {
            let all = resources::read_count(&row)?;
            let here = counts[..listed]
                .iter()
                .filter(|count| (count.collection, &count.vendor) == (all.collection, &all.vendor));
            let rows = all.rows.saturating_sub(here.map(|count| count.rows).sum());
            if rows > 0 {
                counts.push(RowCount { rows, ..all });
            }
        }
        Ok(counts)
    }

    async fn migration(&self, id: &str) -> Result<Option<Migration>> {
        self.read_one(migrations::get(Self::DIALECT, id)).await?.as_ref().map(migrations::read).transpose()
    }

    async fn migrations(
        &self,
        states: &[MigrationState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Migration>> {
        let list = migrations::list(Self::DIALECT, states, after, limit);
        self.read_all(list).await?.iter().map(migrations::read).collect()
    }

    async fn move_of(&self, migration: &str, record: &str) -> Result<Option<Move>> {
        self.read_one(moves::get(Self::DIALECT, migration, record))
            .await?
            .as_ref()
            .map(moves::read)
            .transpose()
    }

    async fn moves(
        &self,
        migration: &str,
        states: &[MoveState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Move>> {
        let list = moves::list(Self::DIALECT, migration, states, after, limit);
        self.read_all(list).await?.iter().map(moves::read).collect()
    }

    async fn open_move(&self, collection: Collection, record: &str) -> Result<Option<Move>> {
        self.read_one(moves::open(Self::DIALECT, collection, record))
            .await?
            .as_ref()
            .map(moves::read)
            .transpose()
    }

    async fn count_moves(&self, migration: &str) -> Result<BTreeMap<MoveState, u64>> {
        let found = self.read_all(moves::count(Self::DIALECT, migration)).await?;
        found.iter().map(|found| moves::read_count(migration, found)).collect()
    }

    async fn replay(&self, scope: &str, key: &str) -> Result<Option<Replay>> {
        self.read_one(replays::get(Self::DIALECT, scope, key)).await?.as_ref().map(replays::read).transpose()
    }

    async fn sweep(&self, retention: &Retention) -> Result<u64> {
        // Select the records with too many revisions in a separate read, because this query scans all revisions and
        // must not delay writers.
        let crowded = revisions::crowded(Self::DIALECT, retention.revisions, MAX_ROWS);
        let crowded = self.read_all(crowded).await?;
        let crowded = crowded.iter().map(|found| Ok((found.text("collection")?, found.text("record")?)));
        let crowded = crowded.collect::<Result<_>>()?;
        let left = self.read_all(moves::left(Self::DIALECT, MAX_ROWS)).await?;
        let left = left.iter().map(|found| found.text("migration")).collect::<Result<_>>()?;
        self.write("sweep", Sweep { retention: *retention, crowded, left }).await
    }

    fn calls(&self) -> &dyn CallStore {
        self
    }

    async fn check(&self) -> Result<()> {
        self.read_all(Statement::new(Self::DIALECT, "SELECT id FROM resources LIMIT 1", [])).await?;
        self.write("check", Check).await
    }

    async fn close(&self) {
        self.engine.close().await;
    }
}

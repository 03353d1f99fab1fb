//! The contract, in SQL.

use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite as Driver, Transaction};
use switchboard_core::{Error, Kind, Result};

use super::{
    Sqlite,
    columns::{self, Columns},
    fault,
    refusal::{missed, taken},
};
use crate::{Collection, Filter, Row, Store};

type Write = Transaction<'static, Driver>;

#[async_trait]
impl Store for Sqlite {
    async fn insert(&self, row: &Row) -> Result<()> {
        let columns = Columns::of(row, &self.seal)?;
        let mut write = self.begin().await?;
        let insert = columns.bind(
            "INSERT INTO resources (collection, id, revision, vendor, remote_id, external_ref, document, secrets, \
             created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        );
        match insert.execute(&mut *write).await {
            Ok(_) => commit(write).await,
            Err(cause) if fault::is_taken(&cause) => Err(taken(&mut write, row).await?),
            Err(cause) => Err(fault::storage(cause)),
        }
    }

    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Row>> {
        let found = sqlx::query("SELECT * FROM resources WHERE collection = ?1 AND id = ?2")
            .bind(collection.as_str())
            .bind(id)
            .fetch_optional(&self.reader)
            .await
            .map_err(fault::storage)?;
        found.map(|found| columns::read(collection, &found, &self.seal)).transpose()
    }

    async fn update(&self, row: &Row, expected: u64) -> Result<()> {
        if row.revision <= expected {
            // Two updates of one revision could both be carried out.
            return Err(Error::new(Kind::Internal, "An update has to move the revision forward."));
        }
        let columns = Columns::of(row, &self.seal)?;
        let mut write = self.begin().await?;
        let update = columns.bind(
            "UPDATE resources SET revision = ?3, vendor = ?4, remote_id = ?5, external_ref = ?6, document = ?7, \
             secrets = ?8, updated_at = ?10 WHERE collection = ?1 AND id = ?2 AND revision = ?11",
        );
        match update.bind(columns::revision(expected)?).execute(&mut *write).await {
            Ok(done) if done.rows_affected() == 1 => commit(write).await,
            Ok(_) => Err(missed(&mut write, row.collection, &row.id, expected).await?),
            Err(cause) if fault::is_taken(&cause) => Err(taken(&mut write, row).await?),
            Err(cause) => Err(fault::storage(cause)),
        }
    }

    async fn delete(&self, collection: Collection, id: &str, expected: u64) -> Result<()> {
        let mut write = self.begin().await?;
        let done = sqlx::query("DELETE FROM resources WHERE collection = ?1 AND id = ?2 AND revision = ?3")
            .bind(collection.as_str())
            .bind(id)
            .bind(columns::revision(expected)?)
            .execute(&mut *write)
            .await
            .map_err(fault::storage)?;
        match done.rows_affected() {
            1 => commit(write).await,
            _ => Err(missed(&mut write, collection, id, expected).await?),
        }
    }

    async fn list(
        &self,
        collection: Collection,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Row>> {
        // Only what is asked for is in the statement, so that each can use its index.
        let mut select = QueryBuilder::<Driver>::new("SELECT * FROM resources WHERE collection = ");
        select.push_bind(collection.as_str());
        if let Some(vendor) = &filter.vendor {
            select.push(" AND vendor = ").push_bind(vendor);
        }
        if let Some(external_ref) = &filter.external_ref {
            select.push(" AND external_ref = ").push_bind(external_ref);
        }
        if let Some(after) = after {
            select.push(" AND id > ").push_bind(after);
        }
        select.push(" ORDER BY id LIMIT ").push_bind(limit);
        let found = select.build().fetch_all(&self.reader).await.map_err(fault::storage)?;
        found.iter().map(|found| columns::read(collection, found, &self.seal)).collect()
    }

    async fn remote_ids(&self, collection: Collection, vendor: &str) -> Result<Vec<String>> {
        sqlx::query_scalar(
            "SELECT remote_id FROM resources WHERE collection = ?1 AND vendor = ?2 AND remote_id IS NOT NULL",
        )
        .bind(collection.as_str())
        .bind(vendor)
        .fetch_all(&self.reader)
        .await
        .map_err(fault::storage)
    }

    async fn check(&self) -> Result<()> {
        sqlx::query("SELECT id FROM resources LIMIT 1")
            .fetch_optional(&self.reader)
            .await
            .map_err(fault::storage)?;
        let mut write = self.begin().await?;
        // A value that differs each time: SQLite writes nothing where nothing changes.
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES ('check', randomblob(8)) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .execute(&mut *write)
        .await
        .map_err(fault::storage)?;
        commit(write).await
    }

    async fn close(&self) {
        self.reader.close().await;
        // The last to close moves the log into the database and removes it, which a reader could not.
        self.writer.close().await;
        if let Some(lock) = &self.lock {
            lock.release();
        }
    }
}

impl Sqlite {
    /// Begins as a writer: a transaction that turns into one later may fail at that point.
    async fn begin(&self) -> Result<Write> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault::storage)
    }
}

async fn commit(write: Write) -> Result<()> {
    write.commit().await.map_err(fault::storage)
}

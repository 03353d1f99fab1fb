//! A row as SQLite keeps it, and back.

use std::num::TryFromIntError;

use jiff::Timestamp;
use sqlx::{
    Decode, Row as _, Sqlite, Type,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};
use switchboard_core::{Error, Kind, Result};

use super::fault;
use crate::{Collection, Row, seal::Seal};

/// The values that a row is written with: serialised and sealed before a transaction begins.
pub(super) struct Columns<'r> {
    row: &'r Row,
    revision: i64,
    document: String,
    secrets: Option<Vec<u8>>,
}

impl<'r> Columns<'r> {
    pub(super) fn of(row: &'r Row, seal: &Seal) -> Result<Self> {
        let document = serde_json::to_string(&row.document)
            .map_err(|cause| Error::new(Kind::Internal, "The document cannot be stored.").caused_by(cause))?;
        let seal_to_row = |secrets| seal.close(&place(row.collection, &row.id), secrets);
        let secrets = row.secrets.as_ref().map(seal_to_row).transpose()?;
        Ok(Self { row, revision: revision(row.revision)?, document, secrets })
    }

    /// Binds `?1` to `?10`, in the order of the table's columns.
    pub(super) fn bind(self, sql: &'static str) -> Query<'r, Sqlite, SqliteArguments> {
        sqlx::query(sql)
            .bind(self.row.collection.as_str())
            .bind(&self.row.id)
            .bind(self.revision)
            .bind(&self.row.vendor)
            .bind(&self.row.remote_id)
            .bind(&self.row.external_ref)
            .bind(self.document)
            .bind(self.secrets)
            .bind(self.row.created_at.as_microsecond())
            .bind(self.row.updated_at.as_microsecond())
    }
}

/// A revision as a column has it.
pub(super) fn revision(revision: u64) -> Result<i64> {
    i64::try_from(revision).map_err(|cause| {
        Error::new(Kind::Internal, "A revision is beyond what can be counted.").caused_by(cause)
    })
}

/// Reads a row of `collection`.
pub(super) fn read(collection: Collection, columns: &SqliteRow, seal: &Seal) -> Result<Row> {
    let id: String = get(columns, "id")?;
    let damaged =
        |what: &str| Error::new(Kind::Internal, format!("The {what} of {collection}/{id} is damaged."));
    let time = |name| {
        Timestamp::from_microsecond(get(columns, name)?).map_err(|cause| damaged(name).caused_by(cause))
    };
    let document: &str = get(columns, "document")?;
    let secrets: Option<&[u8]> = get(columns, "secrets")?;
    Ok(Row {
        collection,
        revision: get::<i64>(columns, "revision")?
            .try_into()
            .map_err(|cause: TryFromIntError| damaged("revision").caused_by(cause))?,
        vendor: get(columns, "vendor")?,
        remote_id: get(columns, "remote_id")?,
        external_ref: get(columns, "external_ref")?,
        document: serde_json::from_str(document).map_err(|cause| damaged("document").caused_by(cause))?,
        secrets: secrets.map(|sealed| seal.open(&place(collection, &id), sealed)).transpose()?,
        created_at: time("created_at")?,
        updated_at: time("updated_at")?,
        id,
    })
}

fn get<'c, T: Decode<'c, Sqlite> + Type<Sqlite>>(columns: &'c SqliteRow, name: &str) -> Result<T> {
    columns.try_get(name).map_err(fault::storage)
}

/// What the secrets of a row are sealed to.
fn place(collection: Collection, id: &str) -> String {
    format!("{collection}/{id}")
}

//! Opening a database: connections, check of the schema, check of the master key, and write check.

use std::sync::Arc;

use sqlx::{Connection as _, PgPool};
use switchboard_core::error::{Error, Kind, Result};

use super::{Postgres, connect};
use crate::{
    MasterKey, Migrated, Opened, Store as _, schema,
    seal::Seal,
    sql::{
        Dialect, SqlStore, fault,
        key_check::{self, KeyCheck},
    },
};

/// Opens a database, which must have this version's schema.
pub(crate) async fn open(url: &str, key: Option<MasterKey>) -> Result<Opened> {
    let options = connect::options(url)?;
    let key = key.ok_or_else(|| {
            let detail = "A store on PostgreSQL needs a master key: set `store.key` to one key for all processes that share it.";
        Error::new(Kind::ValidationFailed, detail)
    })?;
    let pool = connect::pool(options).await?;
    let mut connection = pool.acquire().await.map_err(fault::storage)?;
    schema::verify(&schema::POSTGRES, &mut *connection).await?;
    drop(connection);

    let seal = Seal::new(&key);
    if check(&pool).await?.is_none() {
        let insert = key_check::insert(Dialect::Postgres, &seal)?;
        insert.query().execute(&pool).await.map_err(fault::storage)?;
    }
    // Read the key check again, because another process may have inserted its own key check first.
    if let Some(check) = check(&pool).await? {
        check.verify(&seal)?;
    }
    let store = SqlStore::new(Postgres { pool }, seal);
    // Check that the database can be written. A hot standby, for example, can only be read.
    store.check().await?;
    Ok(Opened { store: Arc::new(store), signing_key: key.signing(), notice: None })
}

/// Migrates a database to the newest schema.
pub(crate) async fn migrate(url: &str) -> Result<Migrated> {
    let mut connection = connect::single(connect::options(url)?).await?;
    let migrated = schema::run(&schema::POSTGRES, &mut connection).await?;
    connection.close().await.map_err(fault::storage)?;
    Ok(migrated)
}

async fn check(pool: &PgPool) -> Result<Option<KeyCheck>> {
    let select = key_check::select(Dialect::Postgres);
    KeyCheck::read(&select.query().fetch_all(pool).await.map_err(fault::storage)?)
}

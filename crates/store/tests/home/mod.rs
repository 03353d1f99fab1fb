//! The databases of the tests.

use std::{
    env, process,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, postgres::PgConnectOptions};
use switchboard_core::error::Result;
use switchboard_store::{MasterKey, Opened, Store, migrate, open};
use tempfile::TempDir;

/// The environment variable with the URL of a server on which the tests may create databases.
const SERVER: &str = "SWITCHBOARD_TEST_POSTGRES";
pub const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A kind of database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Base {
    Memory,
    File,
    Postgres,
}

impl Base {
    pub const ALL: [Self; 3] = [Self::Memory, Self::File, Self::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "sqlite_in_memory",
            Self::File => "sqlite_in_a_file",
            Self::Postgres => "postgres",
        }
    }
}

/// The environment for one test's database.
pub struct Home {
    pub url: String,
    /// The folder, which is removed on drop.
    _folder: Option<TempDir>,
    /// The URL of the server, and the name of the database on the server.
    database: Option<(String, String)>,
}

impl Home {
    /// Creates an environment with an empty database, or returns the reason why this is not possible.
    pub async fn empty(base: Base) -> Result<Self, String> {
        let mut home = Self { url: "sqlite::memory:".to_owned(), _folder: None, database: None };
        match base {
            Base::Memory => {}
            Base::File => {
                let folder = tempfile::tempdir().unwrap();
                home.url = format!("sqlite://{}/test.db", folder.path().display());
                home._folder = Some(folder);
            }
            Base::Postgres => {
                static NUMBER: AtomicU32 = AtomicU32::new(0);
                let server =
                    env::var(SERVER).map_err(|_| format!("{SERVER} is not set: see .ci/with-postgres"))?;
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("switchboard_test_{}_{number}", process::id());
                administer(&server, format!("CREATE DATABASE {name}")).await;
                let mut url = url::Url::parse(&server).unwrap();
                url.set_path(&name);
                home.url = url.to_string();
                home.database = Some((server, name));
            }
        }
        Ok(home)
    }

    /// Creates an environment with a migrated database, or returns the reason why this is not possible.
    pub async fn make(base: Base) -> Result<Self, String> {
        let home = Self::empty(base).await?;
        if base == Base::Postgres {
            migrate(&home.url).await.unwrap();
        }
        Ok(home)
    }

    pub async fn open(&self) -> Arc<dyn Store> {
        self.try_open().await.unwrap().store
    }

    pub async fn try_open(&self) -> Result<Opened> {
        open(&self.url, Some(key(KEY))).await
    }

    /// Returns the driver's options for a connection that bypasses the store.
    pub fn options(&self) -> PgConnectOptions {
        self.url.parse().unwrap()
    }

    pub async fn remove(&self) {
        if let Some((server, name)) = &self.database {
            administer(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

pub fn key(text: &str) -> MasterKey {
    MasterKey::parse(&SecretString::from(text)).unwrap()
}

async fn administer(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

//! Databases on the PostgreSQL server that an environment variable names.

use std::{
    env,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

/// The variable with the URL of a server on which the trials may create databases.
pub const SERVER: &str = "SWITCHBOARD_TEST_POSTGRES";

/// Returns the URL of the server, if the variable is set.
pub fn server() -> Option<String> {
    env::var(SERVER).ok().filter(|url| !url.is_empty())
}

/// Creates a database and returns its URL. The database is never dropped.
pub async fn fresh(server: &str) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("survival_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let options: PgConnectOptions = server.parse().expect("the URL of a server");
    let mut connection = PgConnection::connect_with(&options).await.expect("a connection to the server");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&mut connection).await.expect("a new database");
    connection.close().await.expect("a closed connection");
    options.database(&name).to_url_lossy().to_string()
}

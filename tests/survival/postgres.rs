//! Databases of a PostgreSQL server that the environment names.

use std::{
    env,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

/// The variable with the URL of a server on which databases may be created.
pub const SERVER: &str = "SWITCHBOARD_TEST_POSTGRES";

/// Returns the server, if there is one.
pub fn server() -> Option<String> {
    env::var(SERVER).ok().filter(|url| !url.is_empty())
}

/// Returns the URL of a new database, which stays until the server is removed.
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

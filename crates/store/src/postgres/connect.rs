//! Connections to PostgreSQL.

use std::{future::Future, io, str::FromStr as _, time::Duration};

use sqlx::{
    Connection as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use switchboard_core::error::{Error, Kind, Result};
use tokio::time::timeout;
use url::Url;

use crate::sql::fault;

/// Longest wait for a connection, for a lock, or for the status of a commit.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time limit of a statement and of an idle transaction. After this time, the database cancels the statement or ends
/// the session of the idle transaction.
const STATEMENT_TIMEOUT: &str = "10s";
/// Time limit of a driver call, which applies if the database does not respond at all.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// Maximum number of connections per process.
const MAX_CONNECTIONS: u32 = 10;
/// Idle time after which a connection is tested before it is used.
const IDLE_CHECK_AFTER: Duration = Duration::from_secs(1);

/// The URL parameters that the driver supports, besides `options[NAME]`. The driver would log any other parameter with
/// its value, which may be secret.
const PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// Parses the URL of a database and refuses a parameter that the driver does not support. Errors do not repeat the URL,
/// because it may contain a password.
pub(super) fn options(url: &str) -> Result<PgConnectOptions> {
    let refuse = |why: String| Error::new(Kind::ValidationFailed, why);
    let unreadable = || refuse("The URL of the PostgreSQL database is invalid.".to_owned());
    let parsed = Url::parse(url).map_err(|_| unreadable())?;
    for (name, _) in parsed.query_pairs() {
        if !PARAMETERS.contains(&name.as_ref()) && !name.starts_with("options[") {
            return Err(refuse(format!(
                "The URL of a PostgreSQL database must not have the parameter `{name}`."
            )));
        }
    }
    PgConnectOptions::from_str(url).map_err(|_| unreadable())
}

/// Opens the store's connection pool and establishes one connection.
pub(super) async fn pool(options: PgConnectOptions) -> Result<PgPool> {
    let wait = format!("{}s", CONNECT_TIMEOUT.as_secs());
    let options = options.options([
        ("statement_timeout", STATEMENT_TIMEOUT),
        ("lock_timeout", wait.as_str()),
        ("idle_in_transaction_session_timeout", STATEMENT_TIMEOUT),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(MAX_CONNECTIONS)
        .acquire_timeout(CONNECT_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > IDLE_CHECK_AFTER {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options);
    with_timeout(pool).await.map_err(unreachable)
}

/// Opens a connection for schema migrations. Its statements have no time limit, except that each wait for a lock is
/// limited to 60 seconds.
pub(super) async fn single(options: PgConnectOptions) -> Result<PgConnection> {
    let options = options.options([("statement_timeout", "0"), ("lock_timeout", "60s")]);
    with_timeout(PgConnection::connect_with(&options)).await.map_err(unreachable)
}

/// Limits a driver call to `ANSWER_TIMEOUT`. Without the limit, a call could wait forever for a database behind a
/// broken network.
pub(super) async fn with_timeout<T>(
    doing: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(ANSWER_TIMEOUT, doing)
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())))
}

fn unreachable(cause: sqlx::Error) -> Error {
    fault::unavailable("The PostgreSQL database cannot be reached or refuses the connection.")
        .caused_by(cause)
}

//! Copies of the agents in a store, made while no gateway has the store open.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

/// The id of a copy: the number of the copy takes the place of the beginning of the time in the agent's id.
const COPIED_ID: &str = "substr(id, 1, 4) || printf('%07d', n) || substr(id, 12)";

/// Changes the entries of some agents in the search index, so that every filter selects at least 50 of 500 agents.
///
/// # Errors
/// Fails if the store cannot be written.
pub async fn vary(store: &Path) -> anyhow::Result<()> {
    let mut database = open(store).await?;
    for change in ["sync = 'failed'", "stale = 1, route = 'elsewhere'"] {
        let sql = format!(
            "UPDATE resource_search SET {change} WHERE id IN (SELECT id FROM resource_terms WHERE kind = 'label' AND \
             term = 'team=sales')"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut database).await?;
    }
    Ok(database.close().await?)
}

/// Adds copies of all agents until the store has `times` times as many agents as before.
///
/// # Errors
/// Fails if the store cannot be written.
pub async fn multiply(store: &Path, times: u32) -> anyhow::Result<()> {
    let mut database = open(store).await?;
    let numbers = format!(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 WHERE {times} > 1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {times})"
    );
    let id = COPIED_ID;
    for copy in [
        format!(
            "INSERT INTO resources SELECT collection, {id}, revision, version, hidden, vendor, remote_id || '-' || n, NULL, \
             document, secrets, created_at, updated_at FROM resources, numbers"
        ),
        format!(
            "INSERT INTO resource_search SELECT collection, {id}, name, vendor, language, primary_language, direction, sync, \
             fidelity, updated_at, route, stale, routed_by FROM resource_search, numbers"
        ),
        // A rare word stays rare.
        format!(
            "INSERT INTO resource_terms SELECT collection, kind, term, {id} FROM resource_terms, numbers \
             WHERE term <> '00000000'"
        ),
    ] {
        sqlx::raw_sql(AssertSqlSafe(format!("{numbers} {copy}"))).execute(&mut database).await?;
    }
    Ok(database.close().await?)
}

async fn open(store: &Path) -> anyhow::Result<SqliteConnection> {
    let file = store.join("switchboard.db");
    Ok(SqliteConnection::connect(&format!("sqlite://{}", file.display())).await?)
}

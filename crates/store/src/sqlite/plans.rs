//! SQLite's query plans and the numbers of selected rows, for tests.

use rusqlite::Connection;

use super::{connect, migrate::Migrating, statement};
use crate::{
    schema,
    sql::{Columns as _, Statement},
};

/// A database in memory that has the newest schema and no rows.
pub(crate) struct EmptyDatabase(Connection);

impl EmptyDatabase {
    pub(crate) async fn create() -> Self {
        let mut connection = connect::memory().unwrap();
        schema::run(&schema::SQLITE, &mut Migrating(&mut connection)).await.unwrap();
        Self(connection)
    }
}

/// Returns the steps of the plan for a statement.
pub(crate) fn plan_of(database: &EmptyDatabase, statement: Statement) -> Vec<String> {
    let steps = statement::rows(&database.0, &statement.explained()).unwrap();
    steps.iter().map(|step| step.text("detail").unwrap()).collect()
}

/// Returns the number of rows that a statement selects after these rows were inserted.
pub(crate) fn count_of(database: &EmptyDatabase, inserts: &str, statement: &Statement) -> usize {
    database.0.execute_batch(inserts).unwrap();
    statement::rows(&database.0, statement).unwrap().len()
}

//! Tests of panics in the writer. No public function of the store can cause such a panic.

use super::{connect, database_file::DatabaseFile, writer::Writer};
use crate::sql::{Columns, Dialect, Failure, Session, Statement, UnitOfWork, values};

/// A unit of work that writes a row and may then panic.
struct Insertion {
    id: &'static str,
    panics: bool,
}

impl UnitOfWork for Insertion {
    type Output<R: Columns> = u64;

    async fn run<S: Session>(&self, session: &mut S) -> Result<u64, Failure> {
        let insert = "INSERT INTO notes (id) VALUES (?)";
        let changed = session.change(Statement::new(Dialect::Sqlite, insert, values![self.id])).await?;
        assert!(!self.panics, "a unit of work panics");
        Ok(changed)
    }
}

#[tokio::test]
async fn a_panic_ends_one_batch_and_not_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.db");
    for (connection, file) in [(connect::writer(&path), Some(path.clone())), (connect::memory(), None)] {
        let connection = connection.unwrap();
        connection.execute_batch("CREATE TABLE notes (id TEXT PRIMARY KEY)").unwrap();
        let file = file.map(|path| DatabaseFile::identify(&path).unwrap());
        let writer = Writer::start(connection, file).unwrap();
        assert_eq!(writer.write(Insertion { id: "one", panics: false }).await.unwrap(), 1);
        assert!(writer.write(Insertion { id: "two", panics: true }).await.is_err());
        // The insertion of the unit of work that panicked was rolled back, so the same row can be written now.
        for id in ["two", "three"] {
            assert_eq!(writer.write(Insertion { id, panics: false }).await.unwrap(), 1);
        }
        writer.close().await;
    }
}

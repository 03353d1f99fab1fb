//! The deletion of expired rows, as a unit of work.

use super::{Columns, Failure, Session, UnitOfWork, migrations, moves, operations, replays, revisions};
use crate::{MigrationState, Retention};

/// Maximum number of rows that one statement of a sweep selects or deletes. The limit keeps a sweep short, because
/// other writers on SQLite wait for its end.
pub(super) const MAX_ROWS: u32 = 500;

/// A sweep, with the rows that a previous read has selected.
pub(super) struct Sweep {
    pub(super) retention: Retention,
    /// Collections and ids of the records that have more revisions than the retention permits.
    pub(super) crowded: Vec<(String, String)>,
    /// Ids of removed migrations that still have moves.
    pub(super) left: Vec<String>,
}

impl UnitOfWork for Sweep {
    type Output<R: Columns> = u64;

    async fn run<S: Session>(&self, session: &mut S) -> Result<u64, Failure> {
        let Retention { replays, operations, migrations, plans, revisions: kept } = self.retention;
        let mut forgotten = session.change(replays::forget(S::DIALECT, replays, MAX_ROWS)).await?;
        forgotten += session.change(operations::forget(S::DIALECT, operations, MAX_ROWS)).await?;
        for (state, age) in [(MigrationState::Ended, migrations), (MigrationState::Planned, plans)] {
            forgotten += session.change(migrations::forget(S::DIALECT, state, age, MAX_ROWS)).await?;
        }
        for migration in &self.left {
            if forgotten >= u64::from(MAX_ROWS) {
                break;
            }
            forgotten += session.change(moves::forget(S::DIALECT, migration, MAX_ROWS)).await?;
        }
        for (collection, record) in &self.crowded {
            if forgotten >= u64::from(MAX_ROWS) {
                break;
            }
            let thin = revisions::thin(S::DIALECT, collection, record, kept, MAX_ROWS);
            forgotten += session.change(thin).await?;
        }
        Ok(forgotten)
    }
}

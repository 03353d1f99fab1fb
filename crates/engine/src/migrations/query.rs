//! Queries for migrations and moves.

use switchboard_core::error::{Error, Kind, Result};
use switchboard_store::{MigrationState, MoveState};

use super::{Counts, Migration, Move, Mover};
use crate::records::{Page, page};

impl Mover {
    /// Reads a migration and the number of its moves by state.
    ///
    /// # Errors
    /// `not_found` if no migration with this id was started.
    pub async fn migration(&self, id: &str) -> Result<(Migration, Counts)> {
        let migration = self.started(id).await?;
        Ok((migration, self.repository.store().count_moves(id).await?))
    }

    /// Lists the started migrations after the migration `after`.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn migrations(&self, after: Option<&str>, limit: usize) -> Result<Page<(Migration, Counts)>> {
        let store = self.repository.store();
        let states = [MigrationState::Open, MigrationState::Ended];
        let rows = store.migrations(&states, after, page::rows(limit)).await?;
        let page = Page::read(rows, limit, |row| row.id.clone(), Migration::from_stored);
        let Page { items: migrations, unreadable, next } = page;
        let mut items = Vec::with_capacity(migrations.len());
        for migration in migrations {
            let counts = store.count_moves(&migration.id).await?;
            items.push((migration, counts));
        }
        Ok(Page { items, unreadable, next })
    }

    /// Lists a migration's moves that are in one of `states`, or all its moves if `states` is empty. The list starts
    /// after the move of the agent `after`.
    ///
    /// # Errors
    /// `not_found` if no migration with this id was started.
    pub async fn moves(
        &self,
        id: &str,
        states: &[MoveState],
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Move>> {
        self.started(id).await?;
        let rows = self.repository.store().moves(id, states, after, page::rows(limit)).await?;
        Ok(Page::read(rows, limit, |row| row.record.clone(), Move::from_stored))
    }

    /// Reads a migration that was started.
    async fn started(&self, id: &str) -> Result<Migration> {
        let stored = self.repository.store().migration(id).await?;
        let stored = stored.filter(|stored| stored.state != MigrationState::Planned);
        let missing = || Error::new(Kind::NotFound, format!("There is no migration {id:?}."));
        Migration::from_stored(stored.ok_or_else(missing)?)
    }
}

//! Migrations and moves in the form of the API.

use serde_json::{Value, json};
use switchboard_core::{Error, Kind, Result};
use switchboard_store::{MigrationState, MoveState};

use super::{Counts, Migration, Move, Mover};
use crate::records::{Page, page};

impl Migration {
    /// Returns the migration in the form of the API, with its moves by state.
    pub fn answer(&self, counts: &Counts) -> Value {
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        json!({
            "id": self.id,
            "state": self.spec.state,
            "cause": self.spec.cause,
            "plan_id": self.spec.plan_id,
            "to": self.spec.to,
            "accept_loss": self.spec.accept_loss,
            "retire": self.spec.retire,
            "total": self.spec.total,
            "waiting": count(MoveState::Waiting),
            "underway": count(MoveState::Underway),
            "retiring": count(MoveState::Retiring),
            "moved": count(MoveState::Moved),
            "failed": count(MoveState::Failed),
            "rolled_back": count(MoveState::RolledBack),
            "created_at": self.created_at.to_string(),
            "updated_at": self.updated_at.to_string(),
            "finished_at": self.spec.finished_at.map(|at| at.to_string()),
        })
    }

    /// Returns the moves by state at the start.
    pub(super) fn initial_counts(&self) -> Counts {
        Counts::from([(MoveState::Waiting, self.spec.total)])
    }
}

impl Move {
    /// Returns the move in the form of the API.
    pub fn answer(&self) -> Value {
        let progress = &self.progress;
        json!({
            "id": self.agent,
            "state": progress.stage.stored().as_str(),
            "step": Some(progress.stage).filter(|stage| stage.stored() == MoveState::Underway),
            "from": progress.from,
            "to": progress.to,
            "because": progress.because,
            "operation_id": progress.operation_id,
            "last_error": progress.last_error,
        })
    }
}

impl Mover {
    /// Reads a migration and the number of its moves by state.
    ///
    /// # Errors
    /// `not_found` if no such migration was started.
    pub async fn migration(&self, id: &str) -> Result<(Migration, Counts)> {
        let migration = self.started(id).await?;
        Ok((migration, self.repository.store().count_moves(id).await?))
    }

    /// Lists the migrations, from the one after `after`.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn migrations(&self, after: Option<&str>, limit: usize) -> Result<Page<(Migration, Counts)>> {
        let store = self.repository.store();
        let states = [MigrationState::Open, MigrationState::Ended];
        let rows = store.migrations(&states, after, page::rows(limit)).await?;
        let page = Page::from_rows(rows, limit, |row| row.id.clone());
        let mut items = Vec::with_capacity(page.items.len());
        for stored in page.items {
            let migration = Migration::from_stored(stored)?;
            let counts = store.count_moves(&migration.id).await?;
            items.push((migration, counts));
        }
        Ok(Page { items, next: page.next })
    }

    /// Lists the moves of a migration that are in these states, from the one after `after`.
    ///
    /// # Errors
    /// `not_found` if no such migration was started.
    pub async fn moves(
        &self,
        id: &str,
        states: &[MoveState],
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Move>> {
        self.started(id).await?;
        let rows = self.repository.store().moves(id, states, after, page::rows(limit)).await?;
        Page::from_rows(rows, limit, |row| row.record.clone()).try_map(Move::from_stored)
    }

    /// Reads a migration that was started.
    async fn started(&self, id: &str) -> Result<Migration> {
        let stored = self.repository.store().migration(id).await?;
        let stored = stored.filter(|stored| stored.state != MigrationState::Planned);
        let missing = || Error::new(Kind::NotFound, format!("There is no migration {id:?}."));
        Migration::from_stored(stored.ok_or_else(missing)?)
    }
}

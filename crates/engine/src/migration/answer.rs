//! Migrations and moves as the API answers them.

use serde_json::{Value, json};
use switchboard_core::{Error, Kind, Result};
use switchboard_store::MoveState;

use super::record::{Counts, Migration, Move};
use crate::Service;

impl Migration {
    /// The migration as the API answers it, with how many moves are how far.
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

    /// How far its moves are when it begins.
    pub(super) fn initial_counts(&self) -> Counts {
        Counts::from([(MoveState::Waiting, self.spec.total)])
    }
}

impl Move {
    /// The move as the API answers it.
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

impl Service {
    /// A migration, and how many of its moves are how far.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn migration(&self, id: &str) -> Result<(Migration, Counts)> {
        let migration = self.stored_migration(id).await?;
        Ok((migration, self.store.count_moves(id).await?))
    }

    /// The migrations, from the one after `after`; and where the list goes on.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn migrations(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<(Migration, Counts)>, Option<String>)> {
        use switchboard_store::MigrationState::{Ended, Open};
        let more = u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1);
        let mut found = self.store.migrations(&[Open, Ended], after, more).await?;
        let goes_on = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| goes_on).map(|migration| migration.id.clone());
        let mut migrations = Vec::with_capacity(found.len());
        for stored in found {
            let migration = Migration::from_stored(stored)?;
            let counts = self.store.count_moves(&migration.id).await?;
            migrations.push((migration, counts));
        }
        Ok((migrations, next))
    }

    /// The moves of a migration that are so far, from the one after `after`; and where the list goes on.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn moves(
        &self,
        id: &str,
        states: &[MoveState],
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Move>, Option<String>)> {
        self.stored_migration(id).await?;
        let more = u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1);
        let mut found = self.store.moves(id, states, after, more).await?;
        let goes_on = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| goes_on).map(|one| one.record.clone());
        Ok((found.into_iter().map(Move::from_stored).collect::<Result<_>>()?, next))
    }

    pub(super) async fn stored_migration(&self, id: &str) -> Result<Migration> {
        let stored = self.store.migration(id).await?;
        let stored = stored.filter(|stored| stored.state != switchboard_store::MigrationState::Planned);
        let missing = || Error::new(Kind::NotFound, format!("There is no migration {id:?}."));
        Migration::from_stored(stored.ok_or_else(missing)?)
    }
}

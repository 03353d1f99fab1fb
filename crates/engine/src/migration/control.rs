//! Pausing, resuming and cancelling a migration.

use std::sync::Arc;

use switchboard_core::{Error, Kind, Result};

use super::record::State;
use crate::{Reply, RequestContext, Service, write::busy};

/// What somebody says to a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Let no further agent begin to move.
    Pause,
    /// Go on.
    Resume,
    /// Let every agent that has not taken its new place stay where it is. Those that have stay there.
    Cancel,
}

impl Service {
    /// Does to a migration what is ordered.
    ///
    /// # Errors
    /// `not_found`; `state_conflict` where it is over, or is being cancelled.
    pub async fn order(self: &Arc<Self>, request: RequestContext, id: &str, order: Order) -> Result<Reply> {
        let (mut migration, counts) = self.migration(id).await?;
        let state = match (migration.spec.state, order) {
            (State::Running | State::Paused, Order::Pause) => State::Paused,
            (State::Running | State::Paused, Order::Resume) => State::Running,
            (State::Running | State::Paused | State::Cancelling, Order::Cancel) => State::Cancelling,
            (State::Cancelling, _) => {
                let detail = "The migration is being cancelled.";
                return Err(Error::new(Kind::StateConflict, detail));
            }
            (State::Done | State::Failed | State::RolledBack, _) => {
                return Err(Error::new(Kind::StateConflict, "The migration is over."));
            }
        };
        let changed = state != migration.spec.state;
        migration.spec.state = state;
        let mutations = if changed { vec![migration.update_mutation()] } else { Vec::new() };
        let reply = Reply::new(200, &migration.answer(&counts));
        let reply = self.answer_without_vendor(mutations, reply, &request).await?.ok_or_else(busy)?;
        self.move_waker.wake_all();
        Ok(reply)
    }
}

//! The claim of operations, as a unit of work.

use std::{collections::HashMap, time::Duration};

use super::{Columns, Failure, Session, UnitOfWork, operations};
use crate::Operation;

/// A claim of due operations.
pub(super) struct Claim {
    pub(super) hold: Duration,
    pub(super) except: Vec<String>,
    pub(super) limit: u32,
    /// True to look for operations that still wait because the clock was set back.
    pub(super) checks_clock: bool,
}

impl UnitOfWork for Claim {
    type Output<R: Columns> = Vec<Operation>;

    async fn run<S: Session>(&self, session: &mut S) -> Result<Vec<Operation>, Failure> {
        if self.checks_clock && session.change(operations::advance(S::DIALECT)).await? > 0 {
            tracing::warn!("the clock was set back; waiting operations are due now, and holds begin again");
        }
        let due = session.rows(operations::claimable(S::DIALECT, &self.except, self.limit)).await?;
        let due = due.iter().map(|due| due.text("id")).collect::<Result<Vec<_>, _>>()?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let held = session.rows(operations::hold(S::DIALECT, &due, self.hold)).await?;
        let mut held: HashMap<String, Operation> = held.iter().filter_map(read).collect();
        Ok(due.iter().filter_map(|id| held.remove(id)).collect())
    }
}

/// Reads an operation. Returns `None` if the operation is damaged, because an error would make every claim fail. A
/// damaged operation becomes claimable again when its hold expires.
fn read(columns: &impl Columns) -> Option<(String, Operation)> {
    match operations::read(columns) {
        Ok(operation) => Some((operation.id.clone(), operation)),
        Err(error) => {
            tracing::error!(%error, "failed to read a claimed operation");
            None
        }
    }
}

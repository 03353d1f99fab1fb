//! Why a step was refused, asked where it was: within its transaction, after the steps before it.

mod migrations;
mod rows;

use switchboard_core::{Error, Kind, Violation};

use super::{Columns as _, Failure, Session, Statement, engine::refuse};
use crate::Mutation;

/// Why this step changed nothing.
pub(super) async fn explain<S: Session>(session: &mut S, step: &Mutation) -> Failure {
    let explained = match step {
        Mutation::Insert(row) => rows::insert(session, row).await,
        Mutation::Update(row) => rows::update(session, row).await,
        Mutation::Expect { collection, id, version } | Mutation::Delete { collection, id, version } => {
            rows::missed(session, *collection, id, *version).await
        }
        Mutation::AddRevision(revision) => {
            let detail = format!("Revision {} of {} is kept already.", revision.number, revision.record);
            return refuse(Kind::StateConflict, detail);
        }
        Mutation::Begin { operation, .. } => {
            let detail = format!("Another operation of {} is not over yet.", operation.record);
            return refuse(Kind::StateConflict, detail);
        }
        Mutation::Settle { operation, .. } => {
            let detail = format!("The operation {} is held by somebody else, or by nobody.", operation.id);
            return refuse(Kind::StateConflict, detail);
        }
        Mutation::Supersede { id, .. } => {
            return refuse(Kind::StateConflict, format!("The operation {id} does not wait any more."));
        }
        Mutation::Reopen(operation) => {
            let detail = format!("The operation {} does not need attention any more.", operation.id);
            return refuse(Kind::StateConflict, detail);
        }
        Mutation::Remember(_) => {
            let detail = "A request with this idempotency key was made before.";
            return refuse(Kind::IdempotencyInProgress, detail);
        }
        Mutation::AddMigration(migration) => {
            let detail = format!("There is a migration {} already.", migration.id);
            return Error::invalid(vec![Violation::at("/id", Kind::AlreadyExists, detail)]).into();
        }
        Mutation::UpdateMigration(migration) => migrations::update(session, migration).await,
        Mutation::AddMove(added) => migrations::add_move(session, added).await,
        Mutation::UpdateMove(changed) => migrations::update_move(session, changed).await,
        // These may change nothing.
        Mutation::DropRevision { .. } | Mutation::Answer { .. } | Mutation::DropMigration { .. } => {
            return Failure::Raced;
        }
    };
    // Where there is no reason any more, somebody took it away in between.
    explained.map_or_else(|failure| failure, |reason| reason.unwrap_or(Failure::Raced))
}

/// Why what is at this version cannot be written at the one that is expected, unless they are the same.
fn stale(name: &str, version: u64, expected: u64) -> Option<Failure> {
    let detail = format!("{name} was written meanwhile: it is at version {version}, not {expected}.");
    (version != expected).then(|| refuse(Kind::PreconditionFailed, detail))
}

/// The version that a statement finds.
async fn version<S: Session>(
    session: &mut S,
    select: Statement,
    place: &str,
) -> Result<Option<u64>, Failure> {
    let found = session.rows(select).await?;
    Ok(found.first().map(|found| found.count("version", place)).transpose()?)
}

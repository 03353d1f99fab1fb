//! Refusals: the reasons why a mutation changed nothing. The reasons are queried in the same transaction, after the
//! preceding mutations.

mod calls;
mod migrations;
mod rows;

use switchboard_core::error::{Error, Kind, Violation};

use super::{Columns as _, Failure, Session, Statement, engine::refuse};
use crate::Mutation;

/// Returns the reason why this mutation changed nothing, or [`Failure::Raced`] if the reason no longer exists.
pub(super) async fn explain<S: Session>(session: &mut S, step: &Mutation) -> Failure {
    let explained = match step {
        Mutation::Insert(row) => rows::insert(session, row).await,
        Mutation::Update(row) => rows::update(session, row).await,
        Mutation::Expect { collection, id, version } | Mutation::Delete { collection, id, version } => {
            rows::missed(session, *collection, id, *version).await
        }
        Mutation::AddRevision(revision) => {
            let detail = format!("{} already has the revision {}.", revision.record, revision.number);
            return refuse(Kind::StateConflict, detail);
        }
        Mutation::Begin { operation, .. } => {
            let detail = format!("{} has another open operation.", operation.record);
            return refuse(Kind::StateConflict, detail);
        }
        Mutation::Settle { operation, .. } => {
            let detail =
                format!("Another process holds the operation {}, or its hold has ended.", operation.id);
            return refuse(Kind::StateConflict, detail);
        }
        Mutation::Supersede { id, .. } => {
            return refuse(Kind::StateConflict, format!("The operation {id} is no longer waiting."));
        }
        Mutation::Reopen(operation) => {
            let detail = format!("The operation {} no longer needs attention.", operation.id);
            return refuse(Kind::StateConflict, detail);
        }
        Mutation::Remember(_) => {
            let detail = "There is already a request with this idempotency key.";
            return refuse(Kind::IdempotencyInProgress, detail);
        }
        Mutation::AddMigration(migration) => {
            let detail = format!("Another migration has the id {}.", migration.id);
            return Error::invalid(vec![Violation::at("/id", Kind::AlreadyExists, detail)]).into();
        }
        Mutation::UpdateMigration(migration) => migrations::update(session, migration).await,
        Mutation::AddMove(added) => migrations::add_move(session, added).await,
        Mutation::UpdateMove(changed) => migrations::update_move(session, changed).await,
        Mutation::Call(mutation) => calls::explain(session, mutation).await,
        // These mutations may change nothing and are never refused.
        Mutation::DropRevision { .. }
        | Mutation::Answer { .. }
        | Mutation::Forget { .. }
        | Mutation::DropMigration { .. }
        | Mutation::Index(_) => {
            return Failure::Raced;
        }
    };
    // If the queries find no reason, a concurrent writer has removed the reason since the mutation.
    explained.map_or_else(|failure| failure, |reason| reason.unwrap_or(Failure::Raced))
}

/// Returns a refusal if `version` differs from the expected version.
fn stale(name: &str, version: u64, expected: u64) -> Option<Failure> {
    let detail = format!("{name} was changed meanwhile: it is at version {version}, not {expected}.");
    (version != expected).then(|| refuse(Kind::PreconditionFailed, detail))
}

/// Returns the version that a statement selects, or `None` if the statement finds no row.
async fn version<S: Session>(
    session: &mut S,
    select: Statement,
    place: &str,
) -> Result<Option<u64>, Failure> {
    let found = session.rows(select).await?;
    Ok(found.first().map(|found| found.count("version", place)).transpose()?)
}

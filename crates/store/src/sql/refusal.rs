//! Why a step was refused, asked where it was: within its transaction, after the steps before it.

use switchboard_core::{Error, Kind, Violation};

use super::{Columns as _, Failure, Session, Statement, engine::refuse, values};
use crate::{Collection, Row, Step};

/// Why this step changed nothing.
pub(super) async fn explain<S: Session>(session: &mut S, step: &Step) -> Failure {
    let explained = match step {
        Step::Insert(row) => insert(session, row).await,
        Step::Update(row) => update(session, row).await,
        Step::Delete { collection, id, version } => delete(session, *collection, id, *version).await,
        Step::AddRevision(revision) => {
            let detail = format!("Revision {} of {} is kept already.", revision.number, revision.record);
            return refuse(Kind::StateConflict, detail);
        }
        Step::Begin { operation, .. } => {
            let detail = format!("Another operation of {} is not over yet.", operation.record);
            return refuse(Kind::StateConflict, detail);
        }
        Step::Settle { operation, .. } => {
            let detail = format!("The operation {} is held by somebody else, or by nobody.", operation.id);
            return refuse(Kind::StateConflict, detail);
        }
        Step::Supersede { id, .. } => {
            return refuse(Kind::StateConflict, format!("The operation {id} does not wait any more."));
        }
        Step::Reopen(operation) => {
            let detail = format!("The operation {} does not need attention any more.", operation.id);
            return refuse(Kind::StateConflict, detail);
        }
        Step::Remember(_) => {
            let detail = "A request with this idempotency key was made before.";
            return refuse(Kind::IdempotencyInProgress, detail);
        }
        // These may change nothing.
        Step::DropRevision { .. } | Step::Answer { .. } => return Failure::Raced,
    };
    // Where there is no reason any more, somebody took it away in between.
    explained.map_or_else(|failure| failure, |reason| reason.unwrap_or(Failure::Raced))
}

async fn insert<S: Session>(session: &mut S, row: &Row) -> Result<Option<Failure>, Failure> {
    if let Some(taken) = taken(session, row).await? {
        return Ok(Some(taken));
    }
    Ok(version(session, row.collection, &row.id).await?.map(|_| {
        let detail = format!("Another of the {} has the id {}.", row.collection, row.id);
        Error::invalid(vec![Violation::at("/id", Kind::AlreadyExists, detail)]).into()
    }))
}

async fn update<S: Session>(session: &mut S, row: &Row) -> Result<Option<Failure>, Failure> {
    if let Some(missed) = delete(session, row.collection, &row.id, row.version).await? {
        return Ok(Some(missed));
    }
    if let Some(taken) = taken(session, row).await? {
        return Ok(Some(taken));
    }
    Ok(Some(refuse(Kind::Internal, "An update may not move the revision back.")))
}

async fn delete<S: Session>(
    session: &mut S,
    collection: Collection,
    id: &str,
    expected: u64,
) -> Result<Option<Failure>, Failure> {
    Ok(match version(session, collection, id).await? {
        None => Some(refuse(Kind::NotFound, format!("There is no {id} among the {collection}."))),
        Some(version) if version == expected => None,
        Some(version) => {
            let detail = format!("{id} was written meanwhile: it is at version {version}, not {expected}.");
            Some(refuse(Kind::PreconditionFailed, detail))
        }
    })
}

async fn version<S: Session>(
    session: &mut S,
    collection: Collection,
    id: &str,
) -> Result<Option<u64>, Failure> {
    let select = Statement::new(
        S::DIALECT,
        "SELECT version FROM resources WHERE collection = ? AND id = ?",
        values![collection.as_str(), id],
    );
    let found = session.rows(select).await?;
    Ok(found.first().map(|found| found.count("version", id)).transpose()?)
}

/// Every unique value of `row` that another row has, not the first alone.
async fn taken<S: Session>(session: &mut S, row: &Row) -> Result<Option<Failure>, Failure> {
    let of = row.collection;
    let select = Statement::new(
        S::DIALECT,
        "SELECT EXISTS (SELECT 1 FROM resources WHERE collection = ? AND external_ref = ? AND id <> ?) AS external_ref, \
         EXISTS (SELECT 1 FROM resources WHERE collection = ? AND vendor = ? AND remote_id = ? AND id <> ?) AS remote_id",
        values![of.as_str(), &row.external_ref, &row.id, of.as_str(), &row.vendor, &row.remote_id, &row.id],
    );
    let mut violations = Vec::new();
    for found in session.rows(select).await? {
        if found.flag("external_ref")? {
            let detail = format!("Another of the {of} has this external reference.");
            violations.push(Violation::at("/external_ref", Kind::AlreadyExists, detail));
        }
        if found.flag("remote_id")? {
            let detail = format!("Another of the {of} has this id at the vendor {}.", row.vendor);
            violations.push(Violation::at("/remote_id", Kind::AlreadyExists, detail));
        }
    }
    Ok((!violations.is_empty()).then(|| Error::invalid(violations).into()))
}

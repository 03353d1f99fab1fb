//! Refusals of mutations that change migrations and their moves.

use switchboard_core::error::Kind;

use super::{
    super::{Columns as _, Failure, Session, Statement, engine::refuse, moves, values},
    stale,
};
use crate::{Migration, Move};

pub(super) async fn update<S: Session>(
    session: &mut S,
    migration: &Migration,
) -> Result<Option<Failure>, Failure> {
    Ok(match version(session, &migration.id).await? {
        None => Some(no_migration(&migration.id)),
        Some(version) => stale(&migration.id, version, migration.version),
    })
}

pub(super) async fn add_move<S: Session>(session: &mut S, added: &Move) -> Result<Option<Failure>, Failure> {
    let Move { migration, record, .. } = added;
    if version(session, migration).await?.is_none() {
        return Ok(Some(no_migration(migration)));
    }
    if version_of_move(session, added).await?.is_some() {
        let detail = format!("{record} is already in the migration {migration}.");
        return Ok(Some(refuse(Kind::StateConflict, detail)));
    }
    elsewhere(session, added).await
}

pub(super) async fn update_move<S: Session>(
    session: &mut S,
    changed: &Move,
) -> Result<Option<Failure>, Failure> {
    let Move { migration, record, .. } = changed;
    let missed = match version_of_move(session, changed).await? {
        None => {
            let detail = format!("{record} is not in the migration {migration}.");
            Some(refuse(Kind::NotFound, detail))
        }
        Some(version) => stale(&format!("The move of {record} in {migration}"), version, changed.version),
    };
    match missed {
        None => elsewhere(session, changed).await,
        missed => Ok(missed),
    }
}

/// Returns a refusal if `wanted` is an open move and the record has an open move in another migration.
async fn elsewhere<S: Session>(session: &mut S, wanted: &Move) -> Result<Option<Failure>, Failure> {
    if !wanted.state.is_open() {
        return Ok(None);
    }
    let found = session.rows(moves::open(S::DIALECT, wanted.collection, &wanted.record)).await?;
    let other = found.first().map(|found| found.text("migration")).transpose()?;
    Ok(other.filter(|other| *other != wanted.migration).map(|other| {
        let detail = format!("{} is already being moved by the migration {other}.", wanted.record);
        refuse(Kind::StateConflict, detail)
    }))
}

async fn version<S: Session>(session: &mut S, id: &str) -> Result<Option<u64>, Failure> {
    let select = Statement::new(S::DIALECT, "SELECT version FROM migrations WHERE id = ?", values![id]);
    super::version(session, select, id).await
}

async fn version_of_move<S: Session>(session: &mut S, of: &Move) -> Result<Option<u64>, Failure> {
    super::version(session, moves::get(S::DIALECT, &of.migration, &of.record), &of.record).await
}

fn no_migration(id: &str) -> Failure {
    refuse(Kind::NotFound, format!("The migration {id} does not exist."))
}

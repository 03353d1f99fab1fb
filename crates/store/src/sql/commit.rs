//! The commit of mutations, as a unit of work.

use switchboard_core::error::Result;

use super::{
    Columns, Dialect, Failure, Session, Statement, UnitOfWork, calls, migrations, moves, operations,
    refusal::explain, replays, resources, revisions, search,
};
use crate::{Migration, Mutation, seal::Seal};

/// The value of `limit` for statements that may delete any number of rows.
const NO_LIMIT: u32 = u32::MAX;

/// The statements of a commit. They are built, and secrets are sealed, before the commit waits for the database.
pub(super) struct Commit {
    mutations: Vec<Mutation>,
    statements: Vec<Guarded>,
}

/// A statement of a commit.
pub(crate) struct Guarded {
    pub(crate) statement: Statement,
    /// Index of the mutation that is refused if the statement changes no row. `None` if the statement is allowed to
    /// change no row.
    pub(crate) guards: Option<usize>,
}

impl Guarded {
    /// Wraps a statement that is allowed to change no row.
    fn free(statement: Statement) -> Self {
        Self { statement, guards: None }
    }
}

impl Commit {
    pub(super) fn from_mutations(mutations: Vec<Mutation>, dialect: Dialect, seal: &Seal) -> Result<Self> {
        let mut statements = Vec::with_capacity(mutations.len());
        for (place, mutation) in mutations.iter().enumerate() {
            let (statement, must) = match mutation {
                Mutation::Insert(row) => (resources::insert(dialect, row, seal)?, true),
                Mutation::Update(row) => (resources::update(dialect, row, seal)?, true),
                Mutation::Expect { collection, id, version } => {
                    (resources::expect(dialect, *collection, id, *version), true)
                }
                Mutation::Delete { collection, id, version } => {
                    (resources::delete(dialect, *collection, id, *version), true)
                }
                Mutation::AddRevision(revision) => (revisions::add(dialect, revision, seal)?, true),
                Mutation::DropRevision { collection, record, number } => {
                    (revisions::remove(dialect, *collection, record, *number), false)
                }
                Mutation::Begin { operation, hold } => (operations::begin(dialect, operation, *hold), true),
                Mutation::Settle { operation, next } => (operations::settle(dialect, operation, *next), true),
                Mutation::Supersede { id, fence } => (operations::supersede(dialect, id, *fence), true),
                Mutation::Reopen(operation) => (operations::reopen(dialect, operation), true),
                Mutation::Remember(replay) => (replays::add(dialect, replay), true),
                Mutation::Answer { operation, reply } => (replays::answer(dialect, operation, reply), false),
                Mutation::Forget { operation } => (replays::remove(dialect, operation), false),
                Mutation::AddMigration(migration) => (migrations::add(dialect, migration), true),
                Mutation::UpdateMigration(migration) => (migrations::update(dialect, migration), true),
                Mutation::DropMigration { id } => (migrations::remove(dialect, id), false),
                Mutation::AddMove(added) => (moves::add(dialect, added), true),
                Mutation::UpdateMove(changed) => (moves::update(dialect, changed), true),
                Mutation::Index(change) => {
                    statements.extend(search::statements(dialect, change)?.into_iter().map(Guarded::free));
                    continue;
                }
                Mutation::Call(mutation) => {
                    let parts = calls::statements(dialect, mutation, seal)?;
                    let guarded =
                        |(statement, must): (_, bool)| Guarded { statement, guards: must.then_some(place) };
                    statements.extend(parts.into_iter().map(guarded));
                    continue;
                }
            };
            if let Mutation::AddMigration(Migration { id, .. }) = mutation {
                // Delete the remaining moves of an earlier migration with the same id.
                statements.push(Guarded::free(moves::forget(dialect, id, NO_LIMIT)));
            }
            statements.push(Guarded { statement, guards: must.then_some(place) });
            let behind: Vec<_> = match mutation {
                Mutation::Delete { collection, id, .. } => {
                    let revisions = revisions::remove_all(dialect, *collection, id);
                    search::remove(dialect, *collection, id).into_iter().chain([revisions]).collect()
                }
                Mutation::DropMigration { id } => vec![moves::forget(dialect, id, NO_LIMIT)],
                _ => Vec::new(),
            };
            statements.extend(behind.into_iter().map(Guarded::free));
        }
        Ok(Self { mutations, statements })
    }
}

impl UnitOfWork for Commit {
    type Output<R: Columns> = ();

    fn size(&self) -> usize {
        self.statements.iter().map(|guarded| guarded.statement.size()).sum()
    }

    async fn run<S: Session>(&self, session: &mut S) -> Result<(), Failure> {
        let refused = session.all(&self.statements).await?;
        let mutation =
            refused.and_then(|place| self.statements[place].guards).map(|mutation| &self.mutations[mutation]);
        match mutation {
            None => Ok(()),
            Some(mutation) => Err(explain(session, mutation).await),
        }
    }
}

//! A commit as a piece of work.

use switchboard_core::Result;

use super::{
    Columns, Dialect, Failure, Session, Statement, Work, migrations, moves, operations, refusal::explain,
    replays, resources, revisions,
};
use crate::{Migration, Step, seal::Seal};

/// Without a limit.
const ALL: u32 = u32::MAX;

/// The statements of a commit: serialised and sealed before anybody waits for them.
pub(super) struct Commit {
    steps: Vec<Step>,
    statements: Vec<Guarded>,
}

/// A statement of a commit.
pub(crate) struct Guarded {
    pub(crate) statement: Statement,
    /// The step that is refused where this changes nothing.
    pub(crate) guards: Option<usize>,
}

impl Commit {
    pub(super) fn of(steps: Vec<Step>, dialect: Dialect, seal: &Seal) -> Result<Self> {
        let mut statements = Vec::with_capacity(steps.len());
        for (place, step) in steps.iter().enumerate() {
            let (statement, must) = match step {
                Step::Insert(row) => (resources::insert(dialect, row, seal)?, true),
                Step::Update(row) => (resources::update(dialect, row, seal)?, true),
                Step::Expect { collection, id, version } => {
                    (resources::expect(dialect, *collection, id, *version), true)
                }
                Step::Delete { collection, id, version } => {
                    (resources::delete(dialect, *collection, id, *version), true)
                }
                Step::AddRevision(revision) => (revisions::add(dialect, revision, seal)?, true),
                Step::DropRevision { collection, record, number } => {
                    (revisions::remove(dialect, *collection, record, *number), false)
                }
                Step::Begin { operation, hold } => (operations::begin(dialect, operation, *hold)?, true),
                Step::Settle { operation, next } => (operations::settle(dialect, operation, *next)?, true),
                Step::Supersede { id, fence } => (operations::supersede(dialect, id, *fence), true),
                Step::Reopen(operation) => (operations::reopen(dialect, operation)?, true),
                Step::Remember(replay) => (replays::add(dialect, replay), true),
                Step::Answer { operation, reply } => (replays::answer(dialect, operation, reply), false),
                Step::AddMigration(migration) => (migrations::add(dialect, migration)?, true),
                Step::UpdateMigration(migration) => (migrations::update(dialect, migration)?, true),
                Step::DropMigration { id } => (migrations::remove(dialect, id), false),
                Step::AddMove(added) => (moves::add(dialect, added)?, true),
                Step::UpdateMove(changed) => (moves::update(dialect, changed)?, true),
            };
            if let Step::AddMigration(Migration { id, .. }) = step {
                // Of one that had the same id.
                statements.push(Guarded { statement: moves::forget(dialect, id, ALL), guards: None });
            }
            statements.push(Guarded { statement, guards: must.then_some(place) });
            let behind = match step {
                Step::Delete { collection, id, .. } => revisions::remove_all(dialect, *collection, id),
                Step::DropMigration { id } => moves::forget(dialect, id, ALL),
                _ => continue,
            };
            statements.push(Guarded { statement: behind, guards: None });
        }
        Ok(Self { steps, statements })
    }
}

impl Work for Commit {
    type Output<R: Columns> = ();

    fn size(&self) -> usize {
        self.statements.iter().map(|guarded| guarded.statement.size()).sum()
    }

    async fn run<S: Session>(&self, session: &mut S) -> Result<(), Failure> {
        let refused = session.all(&self.statements).await?;
        let step = refused.and_then(|place| self.statements[place].guards).map(|step| &self.steps[step]);
        match step {
            None => Ok(()),
            Some(step) => Err(explain(session, step).await),
        }
    }
}

//! The check that a database can be written.

use super::{Columns, Failure, Session, Statement, UnitOfWork, values};

/// A write that alternates between two values, because a database might skip a write that changes nothing.
pub(super) struct Check;

impl UnitOfWork for Check {
    type Output<R: Columns> = ();

    async fn run<S: Session>(&self, session: &mut S) -> Result<(), Failure> {
        let (one, other): (&[u8], &[u8]) = (&[0], &[1]);
        let toggle = Statement::new(
            S::DIALECT,
            "INSERT INTO meta (name, value) VALUES ('check', ?) ON CONFLICT (name) DO UPDATE SET value = \
             CASE meta.value WHEN ? THEN ? ELSE ? END",
            values![one, one, other, one],
        );
        session.change(toggle).await?;
        Ok(())
    }
}

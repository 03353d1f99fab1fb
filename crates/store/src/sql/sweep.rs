//! Forgetting as a piece of work.

use super::{Columns, Failure, Session, Work, operations, replays, revisions};
use crate::Retention;

/// How many things of each kind are forgotten at a time: writers wait meanwhile.
pub(super) const AT_ONCE: u32 = 500;

/// Forgets what is kept no longer.
pub(super) struct Sweep {
    pub(super) retention: Retention,
    /// Records, by collection and id, that have more revisions than are kept.
    pub(super) crowded: Vec<(String, String)>,
}

impl Work for Sweep {
    type Output<R: Columns> = u64;

    async fn run<S: Session>(&self, session: &mut S) -> Result<u64, Failure> {
        let Retention { replays, operations, revisions: kept } = self.retention;
        let mut forgotten = session.change(replays::forget(S::DIALECT, replays, AT_ONCE)).await?;
        forgotten += session.change(operations::forget(S::DIALECT, operations, AT_ONCE)).await?;
        for (collection, record) in &self.crowded {
            let thin = revisions::thin(S::DIALECT, collection, record, kept, AT_ONCE);
            forgotten += session.change(thin).await?;
            if forgotten >= u64::from(AT_ONCE) {
                break;
            }
        }
        Ok(forgotten)
    }
}

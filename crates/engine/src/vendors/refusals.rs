//! Refusals of the parts of a request, which are translated one after another, in one answer.

use switchboard_core::error::{Error, Kind, Result, Violation};

use crate::records::RETRY_AFTER;

/// The violations of the parts of one request.
#[derive(Default)]
pub struct Refusals(Vec<Violation>);

impl Refusals {
    /// Returns the value of a part. If the part has violations, collects them and returns `None`. Leaves out a violation
    /// at a place where an earlier part has one: that part was translated without the value.
    ///
    /// # Errors
    /// An error of the part that is not due to violations.
    pub fn collect<T>(&mut self, part: Result<T>) -> Result<Option<T>> {
        let violations = match part {
            Ok(value) => return Ok(Some(value)),
            Err(error) if error.violations.is_empty() => return Err(error),
            Err(error) => error.violations,
        };
        let earlier: Vec<_> = self.0.iter().map(|violation| violation.location.clone()).collect();
        self.0.extend(violations.into_iter().filter(|violation| !earlier.contains(&violation.location)));
        Ok(None)
    }

    /// Checks that no part has violations.
    ///
    /// # Errors
    /// One error with all violations.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(refusal(self.0)) }
    }
}

/// Builds the error for a record that cannot be resolved.
pub(super) fn refusal(violations: Vec<Violation>) -> Error {
    let error = Error::invalid(violations);
    if error.kind == Kind::AgentNotReady { error.retry_after(RETRY_AFTER) } else { error }
}

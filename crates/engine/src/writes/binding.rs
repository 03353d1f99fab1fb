//! The bindings of objects that the vendor stores beside records, such as phone numbers.

use std::time::Duration;

use switchboard_core::{
    error::Result,
    plan::{PartState, VendorStep},
};
use tokio::time::Instant;

use super::{Writer, result::AttemptResult};
use crate::{
    records::{Item, Managed, Turn},
    vendors::Target,
};

/// The longest wait for another write that binds the same object.
const TURN_TIMEOUT: Duration = Duration::from_secs(30);

/// A binding of an object that is about to be requested.
pub(super) struct IntendedBinding {
    /// True if the parts of the record did not contain the binding yet.
    pub is_new: bool,
    /// The right to bind the object. It prevents two writes of this process from binding the object concurrently.
    _turn: Turn,
}

impl Writer {
    /// Prepares a step that binds an object. Stores the binding before it is requested, so that it is known even if the
    /// process is killed. The next attempt then reads the object and binds or unbinds it. Returns `None` for any other
    /// step.
    pub(super) async fn intend_binding<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        step: &VendorStep,
        attempted: &mut AttemptResult,
    ) -> Result<Option<IntendedBinding>> {
        let object = step.item.as_ref().filter(|_| target.is_bound(step.part) && step.body().is_some());
        let Some(object) = object else { return Ok(None) };
        let key = step.key();
        let name = format!("{}/{key}", target.vendor.name());
        let turn = self.repository.turn(&name, Instant::now() + TURN_TIMEOUT).await?;
        let is_new = attempted.parts.get(&key).is_none();
        if is_new {
            attempted.parts.insert(&key, PartState::new(object.as_str()));
            self.store_progress(item, attempted).await?;
        }
        Ok(Some(IntendedBinding { is_new, _turn: turn }))
    }
}

//! The trunk that a dial names.

use switchboard_core::{
    call::Dial,
    error::{Error, Kind, Result, Violation},
    model::Trunk,
};

use super::Dialer;
use crate::{records::RETRY_AFTER, vendors::Vendor};

impl Dialer {
    /// Replaces the gateway's id of the trunk with the vendor's id.
    ///
    /// # Errors
    /// A violation if the trunk does not exist or runs at another vendor; `state_conflict` if the vendor does not have the
    /// trunk yet.
    pub(super) async fn resolve_trunk(&self, dial: &mut Dial, vendor: &Vendor) -> Result<()> {
        let Some(id) = dial.trunk_id.as_mut() else { return Ok(()) };
        let refuse = |kind, detail: String| Error::invalid(vec![Violation::at("/trunk_id", kind, detail)]);
        let trunk = match self.repository.get::<Trunk>(id).await {
            Ok(trunk) => trunk,
            Err(error) if error.kind == Kind::NotFound => {
                return Err(refuse(Kind::ValidationFailed, format!("/trunk_id: {}", error.detail)));
            }
            Err(error) => return Err(error),
        };
        if trunk.placement.vendor != vendor.name() {
            let detail = format!(
                "/trunk_id: the trunk runs at {}, but the agent runs at {}.",
                trunk.placement.vendor,
                vendor.name()
            );
            return Err(refuse(Kind::ValidationFailed, detail));
        }
        match &trunk.placement.remote_id {
            Some(remote_id) => id.clone_from(remote_id),
            None => {
                let detail = format!("{} does not have the trunk {id} yet.", vendor.name());
                return Err(Error::new(Kind::StateConflict, detail).retry_after(RETRY_AFTER));
            }
        }
        Ok(())
    }
}

//! The planning of the write that moves an agent to another vendor.

use switchboard_core::{error::Result, model::Agent, plan::Desired, rule::Report};

use super::Planner;
use crate::{
    records::Item,
    vendors::{Target, is_lost_record, is_transient},
};

/// The planned write of an agent at the vendor to which it moves.
pub(super) struct Arrival {
    /// The agent's desired state with aliases replaced by the vendor's ids.
    pub resolved: Desired<Agent>,
    /// The translation report of the write.
    pub report: Report,
}

impl Planner {
    /// Plans the write that a move makes at the new vendor: the update of the agent's standby there, or the creation of a record.
    ///
    /// # Errors
    /// A violation for each alias without an id at the vendor, and for each loss that the handling does not allow; the
    /// errors of the store; the errors of reading the standby at the vendor, except temporary ones.
    pub(super) async fn plan_arrival(
        &self,
        item: &Item<Agent>,
        target: &Target<'_, Agent>,
    ) -> Result<Arrival> {
        let target = &target.checking(None, &item.body.desired).await;
        if let Some(id) = item.standbys.get(target.vendor.name()) {
            let standby = self.repository.load::<Agent>(id).await?;
            if let Some(arrival) = self.plan_return(item, &standby, target).await? {
                return Ok(arrival);
            }
        }
        let (resolved, plan) = target.plan_creation(&item.body.desired).await?;
        Ok(Arrival { resolved, report: plan.report })
    }

    /// Plans the update of a standby to the agent's state. Returns `None` if the standby has no remote id, or if the
    /// plan needs the vendor's record and that record is gone.
    async fn plan_return(
        &self,
        item: &Item<Agent>,
        standby: &Item<Agent>,
        target: &Target<'_, Agent>,
    ) -> Result<Option<Arrival>> {
        if standby.placement.remote_id.is_none() {
            return Ok(None);
        }
        let resolved = target.resolve(&item.body.desired).await?;
        let before = self.assumed_remote_state(target, standby, &resolved, Some(&standby.body)).await?;
        let parts = target.placed_parts(&standby.placement);
        let (previous, unfinished) = (Some(&standby.report), !standby.uncertainty.revisions.is_empty());
        // A migration plans many agents, so the vendor's record is read only if the plan is refused without it.
        let refused = match target.plan_blind(&before, &resolved, &parts, previous, unfinished) {
            Ok(plan) => return Ok(Some(Arrival { resolved, report: plan.report })),
            Err(refused) => refused,
        };
        match target.plan_update(&before, &resolved, &parts, previous, None, unfinished).await {
            Ok(plan) => Ok(Some(Arrival { resolved, report: plan.report })),
            Err(error) if is_lost_record(&error) => Ok(None),
            Err(error) if is_transient(&error) => Err(refused),
            Err(error) => Err(error),
        }
    }
}

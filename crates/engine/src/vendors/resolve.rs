//! The replacement of aliases, and of agents in handovers, with the vendor's ids.

use switchboard_core::{error::Result, plan::Desired};

use super::{Target, refusals::Refusals};
use crate::records::Managed;

impl<R: Managed> Target<'_, R> {
    /// Replaces every alias in a record, and every agent in its handovers, with the vendor's id.
    ///
    /// # Errors
    /// If the vendor supports the field: `capability_loss` for each alias without an id at this vendor;
    /// `validation_failed` for each agent that does not exist or runs at another vendor; `agent_not_ready` for each agent
    /// that the vendor does not have. Also the errors of the store.
    pub async fn resolve(&self, desired: &Desired<R>) -> Result<Desired<R>> {
        let mut named = self.named_agents(desired).await?;
        let mut refusals = Refusals::default();
        let resolved = refusals.collect(self.resolve_aliases(desired))?;
        refusals.collect(named.check())?;
        refusals.finish()?;
        let mut resolved = resolved.unwrap_or_else(|| desired.clone());
        named.replace_in(&mut resolved.record);
        Ok(resolved)
    }

    /// Replaces every alias and every agent like [`Self::resolve`], but accepts every agent, and keeps the gateway's id of
    /// an agent without an id at this vendor. The result is compared with the vendor's record and never sent.
    ///
    /// # Errors
    /// If the vendor supports the field, `capability_loss` for each alias without an id at this vendor. Also the errors of
    /// the store.
    pub async fn resolve_known(&self, desired: &Desired<R>) -> Result<Desired<R>> {
        let mut resolved = self.resolve_aliases(desired)?;
        self.named_agents(desired).await?.replace_in(&mut resolved.record);
        Ok(resolved)
    }
}

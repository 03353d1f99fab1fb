//! Plans of migrations as the API returns them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::MigrationPlan;
use crate::planning::MoveImpact;

/// The number of agents by the result of their move.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = MigrationSummary)]
pub struct Summary {
    /// The agents that would move.
    pub total: usize,
    /// The agents that would move without a loss.
    pub ready: usize,
    /// The agents that would lose something.
    pub lossy: usize,
    /// The agents that cannot move.
    pub blocked: usize,
    /// The agents that run at their destination already.
    pub settled: usize,
    /// The settled agents that left records at other vendors; a migration with `retire` `delete` removes these records.
    pub keeping: usize,
    /// By field, the number of agents that would lose it, or some of it.
    #[schema(value_type = BTreeMap<String, i64>)]
    pub losses: BTreeMap<String, usize>,
}

impl MigrationPlan {
    /// Counts the agents of the plan by outcome.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary {
            total: self.agents.len(),
            settled: self.settled,
            keeping: self.keeping.len(),
            ..Summary::default()
        };
        for agent in &self.agents {
            let mut lossy = false;
            for field in agent.losses() {
                lossy = true;
                *summary.losses.entry(field.to_owned()).or_default() += 1;
            }
            match (agent.blocked.is_empty(), lossy) {
                (false, _) => summary.blocked += 1,
                (true, true) => summary.lossy += 1,
                (true, false) => summary.ready += 1,
            }
        }
        summary
    }

    /// Gives the plan as the API returns it.
    pub fn answer(&self) -> PlanAnswer<'_> {
        let Self { plan_id, selection, agents, .. } = self;
        PlanAnswer { plan_id, to: selection.to.as_deref(), summary: self.summary(), agents }
    }
}

/// The result of a migration before it starts, agent by agent.
#[derive(Serialize, ToSchema)]
#[schema(as = MigrationPlan)]
pub struct PlanAnswer<'a> {
    /// The id by which a migration starts, within 48 hours unless configured otherwise. The same agents, routes and vendors
    /// give the same id.
    plan_id: &'a str,
    /// The configured vendor; null if each agent goes to the vendor that its route leads to.
    #[schema(required)]
    to: Option<&'a str>,
    summary: Summary,
    /// The agents that would move; at most 20000.
    agents: &'a [MoveImpact],
}

//! Migration plans in the form that the API returns.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::MigrationPlan;
use crate::planning::MoveImpact;

/// The numbers of agents in a migration plan, by the expected result of their move.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = MigrationSummary)]
pub struct Summary {
    /// The number of agents that are not at their destination: the sum of `ready`, `lossy` and `blocked`.
    pub total: usize,
    /// The number of agents that can move without a loss.
    pub ready: usize,
    /// The number of agents that can move and would lose all or part of at least one field.
    pub lossy: usize,
    /// The number of agents that cannot move.
    pub blocked: usize,
    /// The number of agents that already run at their destination.
    pub settled: usize,
    /// The number of agents that already run at their destination, still have copies at vendors that they left, and are
    /// not moving. A migration with `retire` set to `delete` removes these copies.
    pub keeping: usize,
    /// The number of agents that would lose all or part of a field, by the field's JSON pointer. Blocked agents are included.
    #[schema(value_type = BTreeMap<String, i64>)]
    pub losses: BTreeMap<String, usize>,
}

impl MigrationPlan {
    /// Counts the agents of the plan by the expected result of their move.
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

    /// Returns the plan in the form of the API.
    pub fn answer(&self) -> PlanAnswer<'_> {
        let Self { plan_id, selection, agents, .. } = self;
        PlanAnswer { plan_id, to: selection.to.as_deref(), summary: self.summary(), agents }
    }
}

/// A migration plan: the expected result of the move of each selected agent.
#[derive(Serialize, ToSchema)]
#[schema(as = MigrationPlan)]
pub struct PlanAnswer<'a> {
    /// The id of the plan. A migration can be started with this id for 48 hours, unless configured otherwise. While the
    /// agents, routes and vendors are unchanged, the same selection has the same id.
    plan_id: &'a str,
    /// The configured vendor to which all agents move. Null if each agent moves to the vendor of its route.
    #[schema(required)]
    to: Option<&'a str>,
    summary: Summary,
    /// The agents that are not at their destination, including those that cannot move. The list has at most 20000 agents.
    agents: &'a [MoveImpact],
}

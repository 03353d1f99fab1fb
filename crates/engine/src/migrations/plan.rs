//! The planning of a migration, agent by agent. Planning changes nothing at a vendor.

use std::collections::{BTreeMap, HashMap, HashSet};

use sha2::{Digest, Sha256};
use switchboard_config::routing::OnChange;
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    model::{Agent, id},
    plan::Handling,
};
use switchboard_store::{self as store, Document, MigrationState, Search};

use super::{Mover, OPEN_STATES, Selection, selection::Filter};
use crate::{
    planning::{MoveImpact, Route},
    records::{Batch, Item, not_serializable, now},
    vendors::{Fleet, Target},
};

/// The number of agents per store query.
const PAGE_SIZE: usize = 200;
/// The maximum number of moves in one migration. A plan counts the agents that change their vendor. A start also counts
/// the agents that only lose their standbys.
pub(super) const MAX_MOVES: usize = 20_000;
/// The prefix of plan ids.
const PREFIX: &str = "plan";

/// A condition that decides whether an agent of a plan will move.
pub type MoveCondition<'a> = dyn Fn(&MoveImpact) -> bool + Send + Sync + 'a;

/// The plan of a migration.
#[derive(Debug)]
pub struct MigrationPlan {
    /// The plan's id. While the agents, routes and vendors are unchanged, a plan of the same selection has the same id.
    pub plan_id: String,
    /// The selected agents and their destination.
    pub selection: Selection,
    /// The agents that are not at their destination, including those that cannot move, ordered by id.
    pub agents: Vec<MoveImpact>,
    /// The number of agents that already run at their destination.
    pub settled: usize,
    /// The agents that already run at their destination, have standbys and are not moving. Maps each agent's id to its
    /// present vendor.
    pub keeping: BTreeMap<String, String>,
}

/// The source from which a plan reads the agents that a filter may select.
enum AgentListing {
    /// The search index, which finds only agents that match the filter.
    Index(Box<Search>),
    /// The list of all agents at the filter's vendor, or at all vendors.
    Store(store::Filter),
}

/// The destination vendors of a plan, with their catalogues.
pub(super) struct Targets<'a> {
    fleet: &'a Fleet,
    known: HashMap<String, Target<'a, Agent>>,
}

impl<'a> Targets<'a> {
    /// Creates an empty set.
    pub fn new(fleet: &'a Fleet) -> Self {
        Self { fleet, known: HashMap::new() }
    }

    /// Returns the target for a vendor by its configured name. Loads the vendor's catalogues on first use.
    ///
    /// # Errors
    /// `vendor_unknown`, and the errors of reading the vendor's catalogues.
    pub async fn get(&mut self, vendor: &str) -> Result<&Target<'a, Agent>> {
        if !self.known.contains_key(vendor) {
            let target = self.fleet.target::<Agent>(self.fleet.named(vendor)?, Handling::Lenient);
            self.known.insert(vendor.to_owned(), target.await?);
        }
        Ok(&self.known[vendor])
    }
}

impl Mover {
    /// Plans a migration and stores the plan, so that it can be started.
    ///
    /// # Errors
    /// `vendor_unknown`, violations for ids without an agent, a violation if more than 20000 agents would move, and the
    /// errors of reading a vendor's catalogues.
    pub async fn plan(&self, selection: Selection) -> Result<MigrationPlan> {
        let plan = self.compute_plan(selection).await?;
        let now = now();
        let stored = store::Migration {
            id: plan.plan_id.clone(),
            state: MigrationState::Planned,
            version: 1,
            document: Document::new(&plan.selection)?,
            created_at: now,
            updated_at: now,
        };
        let mut batch = Batch::new();
        // Planning again restarts the retention time of the plan.
        match self.repository.store().migration(&stored.id).await? {
            Some(known) => batch.update_migration(Ok(store::Migration { version: known.version, ..stored })),
            None => batch.add_migration(Ok(stored)),
        }
        match self.repository.commit(batch).await {
            Err(same) if matches!(same.kind, Kind::AlreadyExists | Kind::PreconditionFailed) => {}
            result => drop(result?),
        }
        Ok(plan)
    }

    /// Plans the moves of the selected agents in their present state, without storing the plan.
    ///
    /// # Errors
    /// The errors of [`Self::plan`].
    pub async fn compute_plan(&self, selection: Selection) -> Result<MigrationPlan> {
        self.compute(selection, None).await
    }

    /// Plans the moves of the misplaced agents like [`Self::compute_plan`]. The plan ends with the 20,000th agent for
    /// which `moves` returns true, because a migration has at most that many moves. A later plan has the other agents.
    ///
    /// # Errors
    /// The errors of reading a vendor's catalogues, and those of the store.
    pub async fn plan_misplaced(&self, moves: &MoveCondition<'_>) -> Result<MigrationPlan> {
        self.compute(Selection::misplaced(), Some(moves)).await
    }

    async fn compute(
        &self,
        selection: Selection,
        moves: Option<&MoveCondition<'_>>,
    ) -> Result<MigrationPlan> {
        selection.check_vendors(&self.fleet).await?;
        let mut builder = PlanBuilder {
            mover: self,
            moves,
            counted: 0,
            moving: self.moving_agents().await?,
            targets: Targets::new(&self.fleet),
            agents: Vec::new(),
            settled: 0,
            keeping: BTreeMap::new(),
        };
        match &selection.ids {
            Some(ids) => builder.add_named(ids, &selection).await?,
            None => {
                let listing = self.listing(&selection.filter).await?;
                let mut after: Option<String> = None;
                'pages: loop {
                    let page = match &listing {
                        AgentListing::Index(search) => {
                            self.repository.search::<Agent>(search, after.as_deref(), PAGE_SIZE).await?
                        }
                        AgentListing::Store(at) => {
                            self.repository.list::<Agent>(at, after.as_deref(), PAGE_SIZE).await?
                        }
                    };
                    after.clone_from(&page.next);
                    // An agent that cannot be read is an error, because a migration must not leave it out silently.
                    for item in page.complete()?.iter().filter(|item| selection.filter.matches(item)) {
                        builder.add(item, &selection).await?;
                        if builder.counted == MAX_MOVES {
                            break 'pages;
                        }
                    }
                    if after.is_none() {
                        break;
                    }
                }
            }
        }
        let PlanBuilder { agents, settled, keeping, .. } = builder;
        Ok(MigrationPlan {
            plan_id: plan_id(&selection, &agents, &keeping)?,
            selection,
            agents,
            settled,
            keeping,
        })
    }

    /// Chooses the source of the agents that a filter may select. Chooses the search index, unless the index is
    /// incomplete or lacks routes that a filter for misplaced agents needs.
    async fn listing(&self, filter: &Filter) -> Result<AgentListing> {
        let indexed = self.repository.is_indexed().await?
            && (!filter.stale || self.planner.check_routes::<Agent>().await?.is_some());
        Ok(match indexed {
            true => AgentListing::Index(Box::new(filter.search())),
            false => AgentListing::Store(store::Filter { vendor: filter.vendor.clone(), external_ref: None }),
        })
    }

    /// Reads the ids of the agents that have an open move.
    async fn moving_agents(&self) -> Result<HashSet<String>> {
        let (store, mut moving) = (self.repository.store(), HashSet::new());
        for migration in store.migrations(&[MigrationState::Open], None, u32::MAX).await? {
            let open = store.moves(&migration.id, &OPEN_STATES, None, u32::MAX).await?;
            moving.extend(open.into_iter().map(|agent_move| agent_move.record));
        }
        Ok(moving)
    }
}

/// A plan under construction.
struct PlanBuilder<'a> {
    mover: &'a Mover,
    /// The agents that count as moves. If it is `None`, too many agents are an error.
    moves: Option<&'a MoveCondition<'a>>,
    /// The number of agents for which `moves` returns true.
    counted: usize,
    moving: HashSet<String>,
    targets: Targets<'a>,
    agents: Vec<MoveImpact>,
    settled: usize,
    keeping: BTreeMap<String, String>,
}

impl PlanBuilder<'_> {
    /// Adds the agents with these ids, in ascending order of their ids. Agents are read one at a time, because an agent
    /// is much larger than its entry in the plan.
    async fn add_named(&mut self, ids: &[String], selection: &Selection) -> Result<()> {
        let mut named: Vec<_> = ids.iter().enumerate().collect();
        named.sort_by_key(|(_, id)| *id);
        let mut missing = BTreeMap::new();
        for (place, id) in named {
            match self.mover.repository.get::<Agent>(id).await {
                Ok(agent) => self.add(&agent, selection).await?,
                Err(error) if error.kind == Kind::NotFound => {
                    let pointer = format!("/ids/{place}");
                    missing.insert(place, Violation::at(pointer, Kind::ValidationFailed, error.detail));
                }
                Err(failure) => return Err(failure),
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(Error::invalid(missing.into_values().collect())) }
    }

    async fn add(&mut self, item: &Item<Agent>, selection: &Selection) -> Result<()> {
        let planner = &self.mover.planner;
        let route = planner.route_of(item).await?;
        let elsewhere = route.as_ref().is_some_and(|route| route.vendor != item.placement.vendor);
        if selection.filter.stale && !elsewhere {
            return Ok(());
        }
        let destination = match (&selection.to, &route) {
            (Some(to), route) => route_to(to, route.as_ref()),
            (None, Some(route)) => route.clone(),
            (None, None) => return Ok(()),
        };
        if destination.vendor == item.placement.vendor {
            self.settled += 1;
            if !item.standbys.is_empty() && !self.moving.contains(&item.id) {
                self.keeping.insert(item.id.clone(), destination.vendor);
            }
            return Ok(());
        }
        if self.moves.is_none() && self.agents.len() == MAX_MOVES {
            let detail = format!("More than {MAX_MOVES} agents would move: select fewer with a filter.");
            return Err(Error::invalid(vec![Violation::at("/filter", Kind::ValidationFailed, detail)]));
        }
        let target = self.targets.get(&destination.vendor).await?;
        let mut impact = planner.assess_move(item, &destination, target).await?;
        if let Some(route) = route.filter(|route| route.vendor != destination.vendor) {
            impact.note_other_route(&route, planner.routing().on_change == OnChange::Migrate);
        }
        if self.moving.contains(&item.id) {
            impact.note_already_moving();
        }
        self.counted += usize::from(self.moves.is_some_and(|moves| moves(&impact)));
        self.agents.push(impact);
        Ok(())
    }
}

/// Returns a route to the vendor `to`. This is the agent's own route if it leads to that vendor, otherwise a route with the
/// reason `migration`.
pub(super) fn route_to(to: &str, route: Option<&Route>) -> Route {
    match route.filter(|route| route.vendor == to) {
        Some(route) => route.clone(),
        None => Route { vendor: to.to_owned(), because: "migration".to_owned(), passed_over: Vec::new() },
    }
}

/// Computes the id of a plan from its content.
fn plan_id(
    selection: &Selection,
    agents: &[MoveImpact],
    keeping: &BTreeMap<String, String>,
) -> Result<String> {
    let failed = |cause| not_serializable("plan", cause);
    let mut hash = Sha256::new();
    hash.update(serde_json::to_vec(&(selection, keeping)).map_err(failed)?);
    for agent in agents {
        hash.update(serde_json::to_vec(&(agent, &agent.alias_ids)).map_err(failed)?);
    }
    Ok(id::of_content(PREFIX, hash.finalize().into()))
}

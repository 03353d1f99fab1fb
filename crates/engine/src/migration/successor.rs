//! What is made of an agent at its new vendor, before the agent takes its place.

use std::sync::Arc;

use switchboard_core::{Agent, Error, Kind, Result};
use switchboard_store::Step;

use super::{
    comparison::Comparison,
    forecast::{Targets, towards},
    outlook::Outlook,
    record::{Journey, Migration, Move, Stage},
};
use crate::{
    Item, Service, Shown, SyncState,
    operation::{Course, Operation, OperationKind},
    state::Told,
    write::placement,
};

impl Service {
    /// What the move would do now, and the record that is to be made at the new vendor: the one that was left there, or a
    /// new one.
    pub(super) async fn successor_of(
        &self,
        agent: &Item<Agent>,
        one: &Move,
    ) -> Result<(Outlook, Item<Agent>)> {
        let mut targets = Targets::of(self);
        let target = targets.get(&one.journey.to).await?;
        let route = self.route_of(agent).await?;
        let destination = towards(&one.journey.to, route.as_ref());
        let outlook = self.outlook(agent, &destination, target)?;
        let unverifiable = target.unverifiable(&agent.body.desired);
        let mut successor = match agent.aside.get(target.vendor.name()) {
            Some(id) => {
                let kept = self.stored::<Agent>(id).await?;
                let report = kept.report.clone();
                kept.next(agent.body.clone(), report, unverifiable)
            }
            None => {
                let (_, plan) = self.creation(target, &agent.body.desired)?;
                let placement = placement(target, destination.because.clone(), None);
                let item = Item::new(agent.body.clone(), placement, plan.report, unverifiable);
                Item { shown: Shown::Beside, belongs_to: Some(agent.id.clone()), ..item }
            }
        };
        successor.revision = agent.revision;
        successor.placement.because = destination.because;
        successor.placement.passed_over = destination.passed_over;
        Ok((outlook, successor))
    }

    /// Brings to the new vendor what was changed since.
    pub(super) async fn catch_up(
        self: &Arc<Self>,
        migration: &Migration,
        one: &Move,
        agent: &Item<Agent>,
        successor: Item<Agent>,
    ) -> Result<()> {
        let prepared = match self.successor_of(agent, one).await {
            Ok((outlook, _)) => hindered(migration, &outlook),
            Err(refused) if !refused.violations.is_empty() => Some(refused),
            Err(failure) => return Err(failure),
        };
        if let Some(why) = prepared {
            return self.discard(one, successor, Some(Told::now(&why))).await;
        }
        let mut next = successor.next(agent.body.clone(), successor.report.clone(), Vec::new());
        next.revision = agent.revision;
        next.sync.state = SyncState::Unknown;
        let course = Course::unasked(OperationKind::Update, &next, migration.id.clone());
        let operation = Operation::new(&next, course);
        next.sync.operation_id = Some(operation.id.clone());
        let journey = Journey { operation_id: Some(operation.id.clone()), ..one.journey.clone() };
        let mut steps = vec![one.goes_on(journey), Step::Update(next.row())];
        steps.extend(revised(&next));
        steps.push(Step::Begin { operation: operation.stored(), hold: None });
        self.commit(steps).await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Sets out again to have the agent made anew: what it left at this vendor is no longer there.
    pub(super) async fn forget_kept(
        &self,
        one: &Move,
        mut agent: Item<Agent>,
        kept: &Item<Agent>,
    ) -> Result<()> {
        agent.aside.remove(&kept.placement.vendor);
        let (collection, version) = (kept.row().collection, kept.version);
        let journey =
            Journey { stage: Stage::Waiting, successor: None, returns: false, ..one.journey.clone() };
        let steps = vec![
            Step::Delete { collection, id: kept.id.clone(), version },
            Step::Update(agent.row()),
            one.goes_on(journey),
        ];
        self.commit(steps).await.map(drop)
    }
}

/// The revision of a hidden record, whatever was kept of that number before.
pub(super) fn revised(item: &Item<Agent>) -> [Step; 2] {
    let row = item.revision_row();
    let old =
        Step::DropRevision { collection: row.collection, record: row.record.clone(), number: row.number };
    [old, Step::AddRevision(row)]
}

/// Why an agent cannot move as it is now.
pub(super) fn hindered(migration: &Migration, outlook: &Outlook) -> Option<Error> {
    if let Some(blocked) = outlook.blocked.first() {
        return Some(Error::new(blocked.code.unwrap_or(Kind::StateConflict), blocked.detail.clone()));
    }
    let lost: Vec<_> = outlook.comparison.losses().filter(|field| !migration.accepts(field)).collect();
    (!lost.is_empty()).then(|| unaccepted(&outlook.to, &lost))
}

/// What the new vendor was seen not to hold, and nobody accepts.
pub(super) fn unlike(migration: &Migration, agent: &Item<Agent>, successor: &Item<Agent>) -> Option<Error> {
    let seen = Comparison::of(&agent.report, &successor.report);
    let drifted = successor.sync.drift.iter().map(|drift| drift.field.as_str());
    let lost: Vec<_> = seen.losses().chain(drifted).filter(|field| !migration.accepts(field)).collect();
    (!lost.is_empty()).then(|| unaccepted(&successor.placement.vendor, &lost))
}

fn unaccepted(vendor: &str, lost: &[&str]) -> Error {
    let detail =
        format!("{vendor} does not hold {} as it is now, and that is not accepted.", lost.join(", "));
    Error::new(Kind::LossNotAccepted, detail)
}

//! Cases about a write that is interrupted between two steps. The next attempt completes the write, creates
//! no object twice and leaves no object behind.

use libtest_mimic::Failed;
use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, Kind, Result},
    model::Root,
    plan::{Desired, Handling, Parts, Plan, Planned, StepAction, Transition, uncertain},
    rule::Part,
};

use super::{CaseResult, cannot, ensure, passed};
use crate::bench::Bench;

/// Checks that a creation, an update and a deletion reach the same result after an interruption at any step.
pub fn an_interrupted_write_is_made_good<R: Root>(bench: &Bench<R>) -> CaseResult {
    if bench.layout()?.len() == 1 {
        return cannot("The vendor keeps a record in one object.");
    }
    for document in [&bench.full, &bench.least] {
        let plan = bench.create(document, Handling::Lenient)?;
        interrupted(bench, &json!({}), &plan, |held, parts| bench.resumed(&[], document, held, parts))?;
    }
    let mut pairs = vec![(&bench.least, &bench.full), (&bench.full, &bench.least)];
    let unbound = bench.unbound()?;
    pairs.extend(unbound.iter().flat_map(|unbound| [(unbound, &bench.full), (&bench.full, unbound)]));
    for (before, after) in pairs {
        let (plan, stored) = bench.update(before, after, Handling::Lenient)?;
        interrupted(bench, &stored, &plan, |held, parts| {
            bench.resumed(&[before, after], after, held, parts)
        })?;
    }
    deleted(bench)
}

/// Interrupts the write before the first step and after each step, plans the rest, and compares the result with the
/// result of the uninterrupted write.
fn interrupted<R: Root>(
    bench: &Bench<R>,
    stored: &Value,
    plan: &Plan,
    resume: impl Fn(&Value, &Parts) -> Result<Plan>,
) -> Result<(), Failed> {
    let whole = bench.held(stored.clone(), plan)?;
    for taken in 0..=plan.steps.len() {
        let mut begun = plan.clone();
        begun.steps.truncate(taken);
        let held = bench.held(stored.clone(), &begun)?;
        let parts = bench.stored_parts(&held)?;
        let rest = resume(&held, &parts)?;
        for step in &rest.steps {
            let again = matches!(step.action, StepAction::Create(_)) && parts.get(&step.key()).is_some();
            ensure!(!again, "after {taken} steps, the part {:?} is made again", step.key());
        }
        let end = bench.held(held, &rest)?;
        let names = |document| Ok::<_, Error>(keys(&bench.stored_parts(document)?));
        ensure!(
            names(&end)? == names(&whole)?,
            "after {taken} steps, there are {:?} at the end",
            names(&end)?
        );
        let (end, whole) = (bench.read(&end)?.0, bench.read(&whole)?.0);
        ensure!(end == whole, "after {taken} steps, it ends as {end}, not as {whole}");
    }
    Ok(())
}

fn deleted<R: Root>(bench: &Bench<R>) -> CaseResult {
    let (_, stored) = bench.update(&bench.full, &bench.full, Handling::Lenient)?;
    let mut parts = bench.stored_parts(&stored)?;
    loop {
        let steps = bench.translator(&parts)?.plan_deletion();
        let deletes = steps.iter().all(|step| matches!(step.action, StepAction::Delete));
        ensure!(deletes && steps.len() == parts.iter().count(), "a deletion leaves something behind");
        let Some(step) = steps.first() else { return passed() };
        parts.remove(&step.key());
        if parts.is_empty() {
            return passed();
        }
    }
}

/// Lists the keys of the objects that a vendor has.
fn keys(parts: &Parts) -> Vec<String> {
    parts.iter().map(|(key, _)| key.to_owned()).collect()
}

impl<R: Root> Bench<R> {
    /// Plans the attempt that follows an interrupted attempt. The vendor holds one of `states`, a mixture of their
    /// parts, or nothing.
    fn resumed(&self, states: &[&Value], after: &Value, held: &Value, parts: &Parts) -> Result<Plan> {
        let desired = self.desired(after)?;
        let states: Vec<_> = states.iter().map(|state| self.desired(state)).collect::<Result<_>>()?;
        let nothing = Desired::default();
        let states: Vec<_> = states.iter().chain([&nothing]).collect();
        let before = uncertain(&states, &desired);
        let transition = match parts.get(Part::main(self.layout()?).name) {
            Some(_) => Transition::Update { before: &before, observed: Some(held), previous: None },
            None => Transition::Create,
        };
        match self.translator(parts)?.plan(&transition, &desired, Handling::Lenient)? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => Err(Error::new(Kind::Internal, "It was observed.")),
        }
    }
}

//! Cases about a write that ends between any two of its steps: the next attempt completes it, makes no object twice
//! and leaves none behind.

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

/// Checks that a creation, an update and a deletion reach the same result wherever they are interrupted.
pub fn an_interrupted_write_is_made_good<R: Root>(bench: &Bench<R>) -> CaseResult {
    if bench.layout()?.len() == 1 {
        return cannot("The vendor keeps a record in one object.");
    }
    for document in [&bench.full, &bench.least] {
        let plan = bench.create(document, Handling::Lenient)?;
        interrupted(bench, &json!({}), &plan, |held, parts| bench.resumed(&[], document, held, parts))?;
    }
    for (before, after) in [(&bench.least, &bench.full), (&bench.full, &bench.least)] {
        let (plan, stored) = bench.update(before, after, Handling::Lenient)?;
        interrupted(bench, &stored, &plan, |held, parts| {
            bench.resumed(&[before, after], after, held, parts)
        })?;
    }
    deleted(bench)
}

/// Stops after each step, plans anew, and compares with the write that was not stopped.
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
            let again = matches!(step.action, StepAction::Create(_)) && parts.get(step.part).is_some();
            ensure!(!again, "after {taken} steps, the part {:?} is made again", step.part);
        }
        let end = bench.held(held, &rest)?;
        ensure!(names(&end) == names(&whole), "after {taken} steps, there are {:?} at the end", names(&end));
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
        parts.remove(step.part);
        if parts.is_empty() {
            return passed();
        }
    }
}

/// Lists the parts that a document has.
fn names(document: &Value) -> Vec<&String> {
    let mut names: Vec<_> = document.as_object().into_iter().flat_map(|parts| parts.keys()).collect();
    names.sort();
    names
}

impl<R: Root> Bench<R> {
    /// Plans the attempt that follows an interrupted one. The vendor holds one of `states`, or a portion of them.
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

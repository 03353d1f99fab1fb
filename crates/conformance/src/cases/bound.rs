//! Cases about the objects that are bound to a record only if the record takes them, such as the phone number of an agent
//! that answers calls.

use serde_json::{Value, json};
use switchboard_core::{
    error::Result,
    model::{Root, schema},
    plan::{Handling, Plan, StepAction},
    rule::{Part, Verdict},
};

use super::{CaseResult, cannot, ensure, passed};
use crate::bench::Bench;

/// Checks that an object is bound to a record only while the record takes such objects. Otherwise, the value is reported
/// and nothing drifts, whatever the vendor has bound to the record.
pub fn only_to_a_record_that_takes_it<R: Root>(bench: &Bench<R>) -> CaseResult {
    let (Some(part), Some(unbound)) = (bound_part(bench)?, bench.unbound()?) else {
        return cannot("The vendor binds no object, or binds it to every record.");
    };
    let bound = &bench.full;
    let created = bench.create(&unbound, Handling::Lenient)?;
    ensure!(actions(&created, part).is_empty(), "a new record gets an object that it does not take");
    for (before, after, expected) in [
        (bound, &unbound, vec!["delete"]),
        (&unbound, bound, vec!["create"]),
        (&unbound, &unbound, vec![]),
        (bound, bound, vec![]),
    ] {
        let (plan, _) = bench.update(before, after, Handling::Lenient)?;
        let actions = actions(&plan, part);
        ensure!(actions == expected, "the steps are {actions:?}, not {expected:?}, from {before} to {after}");
        let row = bench.rows.iter().find(|row| row.vendor_fields.contains(&part.pointer().as_str()));
        let entry = row.and_then(|row| plan.report.row(&row.field));
        let is_reported = entry.is_some_and(|entry| entry.verdict == Verdict::Unsupported);
        ensure!(is_reported == (after == &unbound), "the entry of the report is {entry:?} in {after}");
    }
    for held in [created.document(), bench.create(bound, Handling::Lenient)?.document()] {
        let drifted = bench.drifted(&unbound, &created, &bench.answer(held))?;
        ensure!(drifted.is_empty(), "{drifted:?} are reported as drifted");
    }
    passed()
}

impl<R: Root> Bench<R> {
    /// Returns the full record in a variant to which nothing is bound. Returns `None` if the vendor binds no object, or if
    /// there is no such variant.
    pub fn unbound(&self) -> Result<Option<Value>> {
        let mut variant = self.full.clone();
        if bound_part(self)?.is_none() || schema::take(&mut variant, "/direction").is_none() {
            return Ok(None);
        }
        schema::put(&mut variant, "/direction", json!("outbound"));
        let takes = self.desired(&variant)?.record.is_bindable();
        Ok(Some(variant).filter(|_| takes == Some(false)))
    }
}

fn bound_part<R: Root>(bench: &Bench<R>) -> Result<Option<&'static Part>> {
    Ok(bench.layout()?.iter().find(|part| part.is_bound))
}

/// Lists the actions of a plan's steps about a part.
fn actions(plan: &Plan, part: &Part) -> Vec<&'static str> {
    let steps = plan.steps.iter().filter(|step| step.part == part.name);
    let names = steps.map(|step| match step.action {
        StepAction::Create(_) => "create",
        StepAction::Update(_) => "update",
        StepAction::Publish => "publish",
        StepAction::Delete => "delete",
    });
    names.collect()
}

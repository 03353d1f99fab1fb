//! Cases about the trial of a generation: the documents and names that the sandbox, the benchmarks and the end-to-end
//! tests use.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::Value;
use switchboard_core::{
    model::{Agent, FieldReader},
    vendor::{Factory, Trial as FactoryTrial, TrialAgents},
};

use crate::{
    Vendor,
    cases::{CaseResult, ensure, passed},
};

/// A case about the trial of one generation.
type TrialCase = fn(&FactoryTrial, &Vendor) -> CaseResult;

/// Lists the cases of a generation's trial.
pub fn trials(generation: &str, factory: &Factory, vendor: &Arc<Vendor>) -> Vec<Trial> {
    let cases: [(&str, TrialCase); 3] = [
        ("operations_are_in_the_contract", operations_are_in_the_contract),
        ("agents_can_be_read", agents_can_be_read),
        ("full_record_is_an_answer", full_record_is_an_answer),
    ];
    let trial = factory.trials.iter().find(|trial| trial.generation == generation);
    let each = cases.into_iter().zip(std::iter::repeat(trial.copied()));
    let named = each.filter_map(|((name, case), trial)| Some((name, case, trial?)));
    let trials = named.map(|(name, case, trial)| {
        let vendor = vendor.clone();
        Trial::ignorable_test(format!("{generation}::trial::{name}"), move || case(&trial, &vendor))
    });
    trials.collect()
}

fn operations_are_in_the_contract(trial: &FactoryTrial, vendor: &Vendor) -> CaseResult {
    let TrialAgents { create, update, delete, .. } = trial.agents;
    for operation in [create, update, delete] {
        ensure!(vendor.contract.has(operation), "{operation} is not in the contract");
    }
    passed()
}

fn agents_can_be_read(trial: &FactoryTrial, vendor: &Vendor) -> CaseResult {
    for text in [trial.agent, trial.full_agent] {
        let mut agent: Value = serde_json::from_str(text)?;
        let extensions = agent.as_object_mut().and_then(|members| members.shift_remove("extensions"));
        let mut from = FieldReader::default();
        if let (Some(rules), Some(given)) = (vendor.adapter.agents().extension(), &extensions) {
            rules.check(&format!("/extensions/{}", vendor.name), &given[vendor.name], &mut from);
        }
        let _: Agent = from.root(&agent);
        let read = from.finish();
        ensure!(read.is_ok(), "{text} is not an agent: {read:?}");
    }
    passed()
}

fn full_record_is_an_answer(trial: &FactoryTrial, vendor: &Vendor) -> CaseResult {
    let fixture: Value = serde_json::from_str(trial.full_record)?;
    let operation = fixture["operation"].as_str().unwrap_or_default();
    ensure!(vendor.contract.has(operation), "{operation:?} is not in the contract");
    ensure!(
        fixture["status"] == 200 && fixture["body"].is_object(),
        "the fixture is not a success with a body"
    );
    passed()
}

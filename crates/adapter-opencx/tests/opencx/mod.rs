//! An OpenCX account and its plans for an agent.

use serde_json::{Map, Value, json};
use switchboard_adapter_opencx::FACTORY;
use switchboard_core::{
    error::{Error, Result},
    facts::Facts,
    model::{Agent, read},
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    vendor::Adapter,
};

pub fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

pub fn full() -> Value {
    let mut agent: Value = serde_json::from_str(include_str!("../../trial/full_agent.json")).unwrap();
    agent.as_object_mut().unwrap().shift_remove("extensions");
    agent
}

pub fn desired(document: Value, extension: Value) -> Desired<Agent> {
    let extensions = Map::from_iter([("opencx".to_owned(), extension)]);
    Desired { record: read(&document).unwrap(), extensions }
}

/// Plans a creation. Returns the body and the report, or the violations.
pub fn planned(desired: &Desired<Agent>) -> Value {
    outcome_of(try_plan(&Transition::Create, desired))
}

/// Plans an update.
pub fn updated(before: &Desired<Agent>, desired: &Desired<Agent>) -> Value {
    outcome_of(try_plan(&Transition::Update { before, observed: None, previous: None }, desired))
}

pub fn try_plan(step: &Transition<'_, Agent>, desired: &Desired<Agent>) -> Result<Plan> {
    match Translator::new(account().agents(), "opencx").with(&Facts::default()).plan(
        step,
        desired,
        Handling::Lenient,
    )? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("a vendor that merges needs nothing observed"),
    }
}

fn outcome_of(planned: Result<Plan, Error>) -> Value {
    match planned {
        Ok(plan) => json!({ "sends": plan.sends(), "body": plan.document(), "report": plan.report }),
        Err(error) => json!({ "refused": error.kind, "violations": error.violations }),
    }
}

//! The extension `x-vendor-translations`: for each vendor, the translation report of the example record and the
//! requests that would create the record, or the reasons for refusing it. The adapters compute them while the document
//! is assembled.

use serde_json::{Value, json};
use switchboard_core::{
    model::{Root, schema},
    plan::{Desired, Handling, Parts, Planned, Transition, Translator},
    vendor::{Factory, Resource, Sample},
};
use switchboard_engine::{OUTPUT_ONLY, SETTABLE, preview_steps};

use crate::{answers::PlannedRequest, examples, records::Exposed};

/// Translates the example of a kind of record for each vendor that supports this kind. The vendors have the settings of
/// `serve --sandbox`.
pub fn of_record<R: Exposed>(adapters: &[Factory]) -> Value {
    let example = (R::EXAMPLES.new)();
    let samples = adapters.iter().flat_map(Factory::sandbox_samples);
    let translated = samples.filter_map(|sample| {
        let translation = translated(&sample, R::at(&*sample.adapter)?, &example);
        Some((sample.label.clone(), translation))
    });
    Value::Object(translated.collect())
}

fn translated<R: Root>(sample: &Sample, resource: &dyn Resource<R>, example: &Value) -> Value {
    let mut example = example.clone();
    let aliases = examples::aliases();
    for pointer in ["/voice/id", "/model/name"] {
        let named = example.pointer(pointer).and_then(Value::as_str).and_then(|alias| aliases.get(alias));
        if let Some(id) = named.and_then(|ids| ids.get(&sample.label)).cloned() {
            schema::put(&mut example, pointer, id);
        }
    }
    let extensions = example["extensions"].as_object().cloned().unwrap_or_default();
    if let Value::Object(members) = &mut example {
        members.retain(|name, _| !SETTABLE.contains(&name.as_str()) && !OUTPUT_ONLY.contains(&name.as_str()));
    }
    let planned = switchboard_core::model::read::<R>(&example).and_then(|record| {
        let adapter = sample.adapter.descriptor().adapter;
        let desired = Desired { record, extensions };
        Translator::new(resource, adapter).with(&sample.facts).plan(
            &Transition::Create,
            &desired,
            Handling::Lenient,
        )
    });
    match planned {
        Ok(Planned::Ready(plan)) => match preview_steps(resource, plan.steps, Parts::NONE) {
            Ok(requests) => {
                let requests: Vec<_> = requests.into_iter().map(PlannedRequest::from).collect();
                json!({ "requests": requests, "translation": plan.report })
            }
            Err(error) => json!({ "refused": [{ "pointer": "", "detail": error.to_string() }] }),
        },
        Ok(Planned::NeedsObserved) => Value::Null,
        Err(refused) => json!({ "refused": refused.violations }),
    }
}

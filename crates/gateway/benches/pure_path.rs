//! The cost of a request without I/O: from the caller's bytes to the vendor's, and from the vendor's to the record.
//!
//! `cargo bench -p switchboard-gateway --bench pure_path`; add the name of a part or an adapter to measure less.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark must stop if its documents no longer fit"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Map, Value};
use switchboard_core::model::json::parse;
use switchboard_core::{
    error::{InputLocation, Result},
    model::{Agent, FieldReader, schema::take},
    plan::{Desired, Handling, Parts, Plan, Planned, Transition, Translator},
    vendor::{Exchange, Fetched, Remote, Reply, Sample, Trial},
};
use switchboard_registry::ADAPTERS;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One generation of one vendor's API, with its own documents.
struct Vendor {
    sample: Sample,
    /// A full agent, as a caller sends it.
    request: Vec<u8>,
    /// A full record, as the vendor returns it.
    answer: Vec<u8>,
    remote_id: String,
}

fn from_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

impl Vendor {
    fn new((trial, sample): (&Trial, Sample)) -> Self {
        let body = from_text(trial.full_record)["body"].take();
        let remote_id = remote_id(&sample, &body);
        let request = serde_json::to_vec(&carried(&sample, from_text(trial.full_agent))).unwrap();
        Self { sample, request, answer: serde_json::to_vec(&body).unwrap(), remote_id }
    }

    fn asked(&self) -> Desired<Agent> {
        desired(&self.sample, parse(&self.request).unwrap())
    }

    fn planned(&self, step: &Transition<'_, Agent>, desired: &Desired<Agent>) -> Plan {
        planned(&self.sample, step, desired).unwrap()
    }

    fn created(&self) -> Vec<u8> {
        serde_json::to_vec(&self.planned(&Transition::Create, &self.asked()).document()).unwrap()
    }

    fn remote(&self) -> Remote {
        fetched(&self.sample, &self.remote_id, serde_json::from_slice(&self.answer).unwrap())
    }

    fn decoded(&self) -> Agent {
        let Sample { adapter, facts, .. } = &self.sample;
        let document = self.remote().document;
        Translator::new(adapter.agents(), adapter.descriptor().adapter)
            .with(facts)
            .decode(&document)
            .state
            .record
    }
}

/// The id of the only record in an answer, be it the answer to reading a list or to reading one record.
fn remote_id(sample: &Sample, body: &Value) -> String {
    if let Exchange::Send(_, read) = sample.adapter.agents().list()
        && let Ok(Exchange::Done(remotes)) = read(Reply::json(200, body.clone()))
        && let [remote] = remotes.as_slice()
    {
        return remote.id.clone();
    }
    fetched(sample, "", body.clone()).id
}

/// Reads one record from the answer to it.
fn fetched(sample: &Sample, remote_id: &str, answer: Value) -> Remote {
    match sample.adapter.agents().fetch(&Parts::root(remote_id)).unwrap() {
        Exchange::Send(_, read) => match read(Reply::json(200, answer)).unwrap() {
            Exchange::Done(Fetched::Found(remote)) => *remote,
            _ => panic!("the record needs more than one response"),
        },
        Exchange::Done(_) => panic!("the exchange sends no request"),
    }
}

fn desired(sample: &Sample, mut document: Value) -> Desired<Agent> {
    let mut from = FieldReader::default();
    let extensions = match document.as_object_mut().unwrap().shift_remove("extensions") {
        Some(Value::Object(extensions)) => extensions,
        _ => Map::new(),
    };
    if let Some(extension) = sample.adapter.agents().extension() {
        extensions.values().for_each(|value| extension.check("/extensions", value, &mut from));
    }
    let record = from.root(&document);
    from.finish().unwrap();
    Desired { record, extensions }
}

fn planned(sample: &Sample, step: &Transition<'_, Agent>, desired: &Desired<Agent>) -> Result<Plan> {
    let Sample { adapter, facts, .. } = sample;
    match Translator::new(adapter.agents(), adapter.descriptor().adapter).with(facts).plan(
        step,
        desired,
        Handling::Lenient,
    )? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("the plan got the observed state already"),
    }
}

/// Removes the fields that the vendor refuses from an agent.
fn carried(sample: &Sample, mut agent: Value) -> Value {
    while let Err(error) = planned(sample, &Transition::Create, &desired(sample, agent.clone())) {
        for violation in error.violations {
            let InputLocation::Pointer(pointer) = &violation.location else { panic!("{violation:?}") };
            assert!(take(&mut agent, pointer).is_some(), "{violation:?}");
        }
    }
    agent
}

fn faster(agent: &Desired<Agent>) -> Desired<Agent> {
    let mut faster = agent.clone();
    faster.record.voice.speed = Some(1.0);
    faster
}

fn pure_path(criterion: &mut Criterion) {
    let vendors: Vec<_> = ADAPTERS
        .iter()
        .flat_map(|factory| factory.trials.iter().zip(factory.samples()))
        .map(Vendor::new)
        .collect();

    let mut group = criterion.benchmark_group("create");
    for vendor in &vendors {
        group.throughput(Throughput::Bytes(vendor.request.len() as u64));
        group.bench_function(&vendor.sample.label, |b| b.iter(|| black_box(vendor.created())));
    }
    group.finish();

    let mut group = criterion.benchmark_group("answer");
    for vendor in &vendors {
        group.throughput(Throughput::Bytes(vendor.answer.len() as u64));
        group.bench_function(&vendor.sample.label, |b| b.iter(|| black_box(vendor.decoded())));
    }
    group.finish();

    let mut group = criterion.benchmark_group("parts");
    for vendor in &vendors {
        let label = &vendor.sample.label;
        let document = parse(&vendor.request).unwrap();
        let (asked, observed) = (vendor.asked(), vendor.remote().document);
        let before = faster(&asked);
        let update = Transition::Update { before: &before, observed: Some(&observed), previous: None };
        let body = vendor.planned(&Transition::Create, &asked).document();
        group.bench_function(format!("parse/{label}"), |b| b.iter(|| parse(black_box(&vendor.request))));
        group.bench_function(format!("read/{label}"), |b| {
            let read = |document| desired(&vendor.sample, document);
            b.iter_batched(|| document.clone(), read, BatchSize::SmallInput);
        });
        group.bench_function(format!("plan/{label}"), |b| {
            b.iter(|| vendor.planned(&Transition::Create, black_box(&asked)));
        });
        group.bench_function(format!("plan_update/{label}"), |b| {
            b.iter(|| vendor.planned(black_box(&update), &asked));
        });
        group.bench_function(format!("write/{label}"), |b| b.iter(|| serde_json::to_vec(black_box(&body))));
    }
    group.finish();
}

criterion_group!(benches, pure_path);
criterion_main!(benches);

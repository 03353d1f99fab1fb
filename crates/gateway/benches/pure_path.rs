//! What a request costs apart from I/O: from the caller's bytes to the vendor's, and from the vendor's to the record.
//!
//! `cargo bench -p switchboard-gateway --bench pure_path`, with the name of a part or an adapter to measure less.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark whose documents do not fit any longer is to stop"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Map, Value, json};
use switchboard_core::json::parse;
use switchboard_core::{
    Agent, Desired, Exchange, Fetched, FieldReader, Handling, InputLocation, Parts, Plan, Planned, Remote,
    Reply, Result, Sample, Transition, Translator, scalar, schema::take,
};
use switchboard_registry::ADAPTERS;

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One generation of one vendor's API, with documents of its own.
struct Vendor {
    sample: Sample,
    /// A full agent, as a caller sends it.
    request: Vec<u8>,
    /// A full record, as the vendor answers it.
    answer: Vec<u8>,
    remote_id: String,
}

/// What a vendor is measured with.
struct Documents {
    /// A full agent.
    agent: &'static str,
    /// What only this vendor has of one.
    extension: Value,
    /// What it answers of a full record.
    answer: &'static str,
    /// Where in that the record's id is.
    id: &'static str,
}

impl Documents {
    fn new(label: &str) -> Self {
        macro_rules! of {
            ($adapter:literal, $extension:expr, $answer:literal, $id:literal) => {
                Self {
                    agent: include_str!(concat!("../../adapter-", $adapter, "/tests/full_agent.json")),
                    extension: $extension,
                    answer: include_str!(concat!(
                        "../../adapter-",
                        $adapter,
                        "/contract/fixtures/",
                        $answer,
                        ".full_record.json"
                    )),
                    id: $id,
                }
            };
        }
        let qcall = || from_text(include_str!("../../adapter-qcall/tests/full_extension.json"));
        match label {
            "qcall" => of!("qcall", qcall(), "getAssistant", "/data/id"),
            "autocalls-2025" => of!("autocalls", Value::Null, "2025/listAssistants", "/data/0/id"),
            "autocalls-2026" => of!("autocalls", Value::Null, "2026/listAssistants", "/data/0/id"),
            "opencx" => of!("opencx", json!({ "area_code": "415" }), "listPhoneNumbers", "/items/0/id"),
            other => panic!("{other} has no documents here"),
        }
    }
}

fn from_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

impl Vendor {
    fn from_sample(sample: Sample) -> Self {
        let documents = Documents::new(&sample.label);
        let mut agent = from_text(documents.agent);
        if !documents.extension.is_null() {
            agent["extensions"] = json!({ sample.adapter.descriptor().adapter: documents.extension });
        }
        let body = from_text(documents.answer)["body"].take();
        let remote_id = scalar(body.pointer(documents.id).unwrap()).unwrap();
        let request = serde_json::to_vec(&carried(&sample, agent)).unwrap();
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
        let body = serde_json::from_slice(&self.answer).unwrap();
        match self.sample.adapter.agents().fetch(&Parts::root(self.remote_id.as_str())).unwrap() {
            Exchange::Send(_, read) => match read(Reply::json(200, body)).unwrap() {
                Exchange::Done(Fetched::Found(remote)) => *remote,
                _ => panic!("the record is not in one answer"),
            },
            Exchange::Done(_) => panic!("the vendor was not asked"),
        }
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
        Planned::NeedsObserved => panic!("the plan was given what was observed"),
    }
}

/// The agent without the fields that the vendor refuses.
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
    let vendors: Vec<_> =
        ADAPTERS.iter().flat_map(|factory| factory.samples()).map(Vendor::from_sample).collect();

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

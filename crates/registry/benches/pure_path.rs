//! The cost of a request without I/O: from the caller's bytes to the vendor's, and from the vendor's to the record.
//!
//! `cargo bench -p switchboard-registry --bench pure_path`; add the name of a part or an adapter to measure less. The run
//! begins with a table: the time of a creation as a multiple of the time in which serde_json parses the caller's document and
//! writes it again.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark must stop if its documents no longer fit"
)]

use std::{hint::black_box, time::Instant};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Map, Value};
use switchboard_core::model::json::parse;
use switchboard_core::{
    error::{InputLocation, Result},
    model::{Agent, FieldReader, schema::take},
    plan::{Desired, Handling, PartState, Parts, Plan, Planned, Transition, Translator, VendorStep},
    rule::Part,
    vendor::{Exchange, Fetched, ReadScope, Remote, Reply, Sample, Trial},
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
    /// A full record, as the vendor returns it. `None` if the vendor returns a record in several answers.
    answer: Option<Answer>,
}

struct Answer {
    bytes: Vec<u8>,
    remote_id: String,
}

fn from_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

impl Vendor {
    fn new((trial, sample): (&Trial, Sample)) -> Self {
        let body = from_text(trial.full_record)["body"].take();
        let answer = remote_id(&sample, &body)
            .map(|remote_id| Answer { bytes: serde_json::to_vec(&body).unwrap(), remote_id });
        let request = serde_json::to_vec(&carried(&sample, from_text(trial.full_agent))).unwrap();
        Self { sample, request, answer }
    }

    fn asked(&self) -> Desired<Agent> {
        desired(&self.sample, parse(&self.request).unwrap())
    }

    fn planned(&self, step: &Transition<'_, Agent>, desired: &Desired<Agent>) -> Plan {
        planned(&self.sample, step, desired).unwrap()
    }

    fn created(&self) -> Vec<u8> {
        let plan = self.planned(&Transition::Create, &self.asked());
        let bodies: Vec<_> = plan.steps.iter().filter_map(VendorStep::body).collect();
        serde_json::to_vec(&bodies).unwrap()
    }

    /// Parses the caller's document and writes it again, without the gateway.
    fn copied(&self) -> Vec<u8> {
        serde_json::to_vec(&serde_json::from_slice::<Value>(&self.request).unwrap()).unwrap()
    }

    fn decoded(&self, Answer { bytes, remote_id }: &Answer) -> Agent {
        let Sample { adapter, facts, .. } = &self.sample;
        let answer = serde_json::from_slice(bytes).unwrap();
        let document = fetched(&self.sample, remote_id, answer).unwrap().document;
        Translator::new(adapter.agents(), adapter.descriptor().adapter)
            .with(facts)
            .decode(&document)
            .state
            .record
    }
}

/// Returns the id of the only record in an answer to a request for a list or for one record.
fn remote_id(sample: &Sample, body: &Value) -> Option<String> {
    if let Exchange::Send(_, read) = sample.adapter.agents().list()
        && let Ok(Exchange::Done(remotes)) = read(Reply::json(200, body.clone()))
        && let [remote] = remotes.as_slice()
    {
        return Some(remote.id.clone());
    }
    fetched(sample, "", body.clone()).map(|remote| remote.id)
}

/// Reads one record from the answer to the request for it. If the exchange then requests a list, the list is empty.
/// Returns `None` if the record needs further answers.
fn fetched(sample: &Sample, remote_id: &str, answer: Value) -> Option<Remote> {
    let agents = sample.adapter.agents();
    let main = Part::main(agents.parts()).name;
    match agents.fetch(&Parts::NONE.with(main, PartState::new(remote_id)), ReadScope::Bound).unwrap() {
        Exchange::Send(_, read) => match read(Reply::json(200, answer)).unwrap() {
            Exchange::Done(Fetched::Found(remote)) => Some(*remote),
            Exchange::Done(Fetched::Gone) => panic!("the record is gone"),
            Exchange::Send(_, read) => match read(Reply::json(200, Value::Array(Vec::new()))) {
                Ok(Exchange::Done(fetched)) => fetched.found(),
                _ => None,
            },
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

/// Returns the agent without the fields that the vendor refuses.
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

fn vendors() -> Vec<Vendor> {
    let trials = ADAPTERS.iter().flat_map(|factory| factory.trials.iter().zip(factory.samples()));
    trials.map(Vendor::new).collect()
}

/// The number of rounds that the table measures for each vendor. A round times one call of the gateway and then one of
/// serde_json.
const ROUNDS: usize = 4000;

/// Prints the time of a creation, the time that serde_json takes for the document alone, and the ratio of the two. Both
/// times are the tenth percentiles, so that other load on the machine does not count.
fn ratios(_: &mut Criterion) {
    let timed = |call: &dyn Fn() -> Vec<u8>| {
        let start = Instant::now();
        black_box(call());
        start.elapsed()
    };
    println!("{:<16} {:>8} {:>10} {:>11} {:>6}", "creation", "bytes", "gateway µs", "serde_json µs", "ratio");
    for vendor in vendors() {
        let (mut ours, mut floor) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(timed(&|| vendor.created()));
            floor.push(timed(&|| vendor.copied()));
        }
        let [ours, floor] = [ours, floor].map(|mut times| {
            times.sort();
            times[times.len() / 10].as_secs_f64() * 1e6
        });
        let (label, bytes, ratio) = (&vendor.sample.label, vendor.request.len(), ours / floor);
        println!("{label:<16} {bytes:>8} {ours:>10.1} {floor:>13.1} {ratio:>6.2}");
    }
}

fn pure_path(criterion: &mut Criterion) {
    let vendors = vendors();

    let mut group = criterion.benchmark_group("create");
    for vendor in &vendors {
        group.throughput(Throughput::Bytes(vendor.request.len() as u64));
        group.bench_function(&vendor.sample.label, |b| b.iter(|| black_box(vendor.created())));
    }
    group.finish();

    let mut group = criterion.benchmark_group("answer");
    for vendor in &vendors {
        let Some(answer) = &vendor.answer else { continue };
        group.throughput(Throughput::Bytes(answer.bytes.len() as u64));
        group.bench_function(&vendor.sample.label, |b| b.iter(|| black_box(vendor.decoded(answer))));
    }
    group.finish();

    let mut group = criterion.benchmark_group("parts");
    for vendor in &vendors {
        let label = &vendor.sample.label;
        let document = parse(&vendor.request).unwrap();
        let asked = vendor.asked();
        let body = vendor.planned(&Transition::Create, &asked).document();
        let before = faster(&asked);
        let update = Transition::Update { before: &before, observed: Some(&body), previous: None };
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

criterion_group!(benches, ratios, pure_path);
criterion_main!(benches);

//! The adapter's exchanges. Each is identified by the operation of its first request in the contract.

use std::sync::Arc;

use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, Kind, Result},
    facts::CatalogueEntry,
    model::Root,
    plan::{Handling, Parts, StepAction, VendorStep},
    rule::Part,
    vendor::{Adapter, Destination, Exchange, Performed, ReadScope, Remote, Reply},
};

use crate::{Vendor, bench::Bench, oddity::mixed};

/// The number of strange answers that are derived from each documented answer.
const MIXED_ANSWERS: usize = 20;

/// An id that no fixture contains, in a form that all vendors accept.
pub const ID: &str = "6f1d2c3b-0a49-4e58-9d67-8c7b6a5f4e3d";

/// An exchange that can be started any number of times.
pub struct Conversation {
    /// The operation of the exchange's first request.
    pub operation: String,
    /// Starts the exchange.
    pub begin: Box<dyn Fn() -> Result<Exchange<Outcome>> + Send + Sync>,
    /// True if the exchange may end with an error that means gone, whatever its answers: the end of a call that has
    /// already ended.
    pub may_be_over: bool,
}

/// The result of a completed exchange.
pub struct Outcome {
    /// True if a read found a record, or a list has an entry; always true for a step of a write.
    pub found: bool,
    /// The vendor fields with values that could not be read, the missing ids, and the reasons why a record could not be
    /// adopted.
    pub unread: Vec<String>,
}

/// The state of an exchange after the given replies.
pub enum ReplayResult<T> {
    /// The exchange ended with a result.
    Done(T),
    /// The exchange failed.
    Failed(Error),
    /// The exchange needs another answer.
    Waiting(Exchange<T>),
}

/// Runs an exchange with these answers, until either the exchange or the list of answers ends. Fails at a granted URL
/// that the adapter does not allow.
pub fn replay<T: Send + 'static>(
    adapter: &dyn Adapter,
    exchange: Exchange<T>,
    replies: &[Reply],
) -> ReplayResult<T> {
    let (request, read) = match exchange {
        Exchange::Done(value) => return ReplayResult::Done(value),
        Exchange::Send(request, read) => (request, read),
    };
    if let Destination::Granted(url) = &request.to
        && let Err(error) = url.find_in(adapter.allowed_hosts())
    {
        return ReplayResult::Failed(error);
    }
    let [reply, rest @ ..] = replies else { return ReplayResult::Waiting(Exchange::Send(request, read)) };
    match adapter.admit(reply.clone()).and_then(read) {
        Ok(next) => replay(adapter, next, rest),
        Err(error) => ReplayResult::Failed(error),
    }
}

/// Lists the exchanges that read the vendor's catalogues.
pub fn about_catalogues(vendor: &Arc<Vendor>) -> Result<Vec<Conversation>, String> {
    let begin = |kind| {
        let vendor = vendor.clone();
        move || match vendor.adapter.catalogue(kind) {
            Some(exchange) => exchange.then(|rows| Ok(Exchange::Done(listed(&rows)))),
            None => Ok(Exchange::Done(listed(&[]))),
        }
    };
    let kinds = vendor.adapter.catalogue_kinds().into_iter();
    let conversations = kinds.map(|kind| conversation(vendor, begin(kind)));
    conversations.filter_map(Result::transpose).collect()
}

fn listed(rows: &[CatalogueEntry]) -> Outcome {
    let nameless = rows.iter().filter(|row| row.id.is_empty()).map(|_| "a row without an id".to_owned());
    Outcome { found: !rows.is_empty(), unread: nameless.collect() }
}

/// Lists the exchanges for a kind of record: one for each step of each write, one that fetches a record and
/// one that lists records. Exchanges without a request are omitted.
pub fn about<R: Root>(bench: &Arc<Bench<R>>) -> Result<Vec<Conversation>, String> {
    let begin = |asking| {
        let bench = bench.clone();
        move || begin(&bench, asking)
    };
    let mut askings = Vec::new();
    for write in [Write::Create, Write::Update, Write::Delete] {
        let steps = bench.written(write).map_err(|error| error.detail)?.0.len();
        askings.extend((0..steps).map(|step| Asking::Step(write, step)));
    }
    askings.extend([Asking::Fetch, Asking::List]);
    let conversations = askings.into_iter().map(|asking| conversation(&bench.vendor, begin(asking)));
    conversations.filter_map(Result::transpose).collect()
}

/// Identifies an exchange by the operation of its first request. Returns `None` if the exchange sends no
/// request.
pub fn conversation(
    vendor: &Vendor,
    begin: impl Fn() -> Result<Exchange<Outcome>> + Send + Sync + 'static,
) -> Result<Option<Conversation>, String> {
    let exchange = begin().map_err(|error| error.detail)?;
    let Some(request) = exchange.first() else { return Ok(None) };
    let operation = vendor.contract.operation(request)?.id.clone();
    Ok(Some(Conversation { operation, begin: Box::new(begin), may_be_over: false }))
}

#[derive(Clone, Copy)]
enum Asking {
    Step(Write, usize),
    Fetch,
    List,
}

/// A write whose steps are tested.
#[derive(Clone, Copy, PartialEq)]
enum Write {
    Create,
    Update,
    Delete,
}

impl<R: Root> Bench<R> {
    /// Returns the parts that the vendor has after the creation of the full record.
    fn made_parts(&self) -> Result<Parts> {
        self.parts_of(&self.linked(self.create(&self.full, Handling::Lenient)?.document())?)
    }

    /// Returns the steps of a write, with the parts that the vendor has before the write.
    fn written(&self, write: Write) -> Result<(Vec<VendorStep>, Parts)> {
        if write == Write::Create {
            return Ok((self.create(&self.full, Handling::Lenient)?.steps, Parts::NONE));
        }
        if write == Write::Delete {
            let parts = self.parts_of(&self.update(&self.full, &self.full, Handling::Lenient)?.1)?;
            return Ok((self.translator(&parts)?.plan_deletion(), parts));
        }
        let (plan, stored) = self.update(&self.least, &self.full, Handling::Lenient)?;
        let parts = self.parts_of(&stored)?;
        match write {
            // The plan is empty if the smallest record equals the full record. An update without a change is then
            // tested instead.
            Write::Update if !plan.sends() => {
                let main = Part::main(self.layout()?);
                let body = plan.document().pointer(&main.pointer()).cloned().unwrap_or_default();
                Ok((vec![VendorStep::new(main.name, StepAction::Update(body))], parts))
            }
            Write::Create | Write::Update | Write::Delete => Ok((plan.steps, parts)),
        }
    }
}

fn begin<R: Root>(bench: &Arc<Bench<R>>, asking: Asking) -> Result<Exchange<Outcome>> {
    let resource = bench.resource()?;
    let own = bench.clone();
    match asking {
        Asking::Step(write, index) => {
            let (steps, parts) = bench.written(write)?;
            let (part, listed) =
                steps.get(index).map_or(("", false), |step| (step.part, step.item.is_some()));
            let exchange = bench.exchanges(steps, parts)?.into_iter().nth(index);
            let lost = || Error::new(Kind::Internal, "The plan lost a step.");
            exchange.ok_or_else(lost)?.then(move |performed| answered(&own, part, listed, performed))
        }
        Asking::List => resource.list().then(move |remotes| said(&own, remotes)),
        Asking::Fetch => match resource.fetch(&bench.made_parts()?, ReadScope::Bound) {
            Some(exchange) => exchange.then(move |fetched| said(&own, fetched.found().into_iter().collect())),
            None => Ok(Exchange::Done(Outcome { found: true, unread: Vec::new() })),
        },
    }
}

/// Reads the answer to a step, and collects the values that could not be read.
fn answered<R: Root>(
    bench: &Bench<R>,
    part: &'static str,
    listed: bool,
    performed: Performed,
) -> Result<Exchange<Outcome>> {
    let Performed { state, document, .. } = performed;
    let mut unread = Vec::new();
    if document.as_object().is_some_and(|members| !members.is_empty()) {
        match part {
            "" => said_of(bench, &document, &mut unread)?,
            part if listed => said_of(bench, &json!({ part: [document] }), &mut unread)?,
            part => said_of(bench, &json!({ part: document }), &mut unread)?,
        }
    }
    if state.id.is_empty() {
        unread.push("an id".to_owned());
    }
    Ok(Exchange::Done(Outcome { found: true, unread }))
}

fn said<R: Root>(bench: &Bench<R>, remotes: Vec<Remote>) -> Result<Exchange<Outcome>> {
    let mut unread = Vec::new();
    for remote in &remotes {
        said_of(bench, &remote.document, &mut unread)?;
        if remote.id.is_empty() {
            unread.push("an id".to_owned());
        }
    }
    Ok(Exchange::Done(Outcome { found: !remotes.is_empty(), unread }))
}

/// Collects the values of an answer that cannot be read. Also collects the first reason why the answer, or a
/// strange answer that is derived from it, could not be adopted.
fn said_of<R: Root>(bench: &Bench<R>, document: &Value, unread: &mut Vec<String>) -> Result<()> {
    unread.extend(self::unread(bench, document)?);
    let answers = std::iter::once(document.clone()).chain(mixed(bench, document, MIXED_ANSWERS));
    unread.extend(answers.filter_map(|answer| bench.adopts(&answer).err()).next());
    Ok(())
}

fn unread<R: Root>(bench: &Bench<R>, document: &Value) -> Result<Vec<String>> {
    let rows = bench.read(document)?.1;
    Ok(rows.iter().map(|row| format!("{} at {}", row.field, row.vendor_field)).collect())
}

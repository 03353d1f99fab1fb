//! The adapter's conversations, each known by the operation of the contract that it begins with.

use std::sync::Arc;

use serde_json::Value;
use switchboard_core::{
    Adapter, Catalogue, CatalogueEntry, Creation, Error, Exchange, Handling, Remote, Reply, Result, Root,
};

use crate::{
    Vendor,
    bench::{Bench, modelled},
    oddity::mixed,
};

/// So many strange answers are made of each documented one.
const MIXED_ANSWERS: usize = 20;

/// An id that no fixture has, in the form that all vendors take.
pub const ID: &str = "6f1d2c3b-0a49-4e58-9d67-8c7b6a5f4e3d";

/// A conversation that can be begun as often as one likes.
pub struct Conversation {
    /// The operation that it begins with.
    pub operation: String,
    /// Begins it.
    pub begin: Box<dyn Fn() -> Result<Exchange<Outcome>> + Send + Sync>,
}

/// What a conversation that came to its end says.
pub struct Outcome {
    /// Whether what was asked for is there.
    pub found: bool,
    /// Vendor fields with values that could not be read, and why a record could not be taken over.
    pub unread: Vec<String>,
}

/// How a conversation went.
pub enum ReplayResult<T> {
    /// It came to its end.
    Done(T),
    /// It failed.
    Failed(Error),
    /// It asks for more.
    Waiting(Exchange<T>),
}

/// Holds a conversation with these answers, as far as they go.
pub fn replay<T: Send + 'static>(
    adapter: &dyn Adapter,
    exchange: Exchange<T>,
    replies: &[Reply],
) -> ReplayResult<T> {
    match (exchange, replies) {
        (Exchange::Done(value), _) => ReplayResult::Done(value),
        (waiting, []) => ReplayResult::Waiting(waiting),
        (Exchange::Send(_, read), [reply, rest @ ..]) => match adapter.admit(reply.clone()).and_then(read) {
            Ok(next) => replay(adapter, next, rest),
            Err(error) => ReplayResult::Failed(error),
        },
    }
}

/// The conversations about the vendor's own lists.
pub fn about_catalogues(vendor: &Arc<Vendor>) -> Result<Vec<Conversation>, String> {
    let begin = |catalogue| {
        let vendor = vendor.clone();
        move || match vendor.adapter.catalogue(catalogue) {
            Some(exchange) => exchange.then(|rows| Ok(Exchange::Done(listed(&rows)))),
            None => Ok(Exchange::Done(listed(&[]))),
        }
    };
    let conversations = Catalogue::ALL.into_iter().map(|catalogue| conversation(vendor, begin(catalogue)));
    conversations.filter_map(Result::transpose).collect()
}

fn listed(rows: &[CatalogueEntry]) -> Outcome {
    let nameless = rows.iter().filter(|row| row.id.is_empty()).map(|_| "a row without an id".to_owned());
    Outcome { found: !rows.is_empty(), unread: nameless.collect() }
}

/// The conversations about a kind of record.
pub fn about<R: Root>(bench: &Arc<Bench<R>>) -> Result<Vec<Conversation>, String> {
    let begin = |asking| {
        let bench = bench.clone();
        move || begin(&bench, asking)
    };
    let askings = [Asking::Create, Asking::Fetch, Asking::Update, Asking::Delete, Asking::List];
    let conversations = askings.into_iter().map(|asking| conversation(&bench.vendor, begin(asking)));
    conversations.filter_map(Result::transpose).collect()
}

/// `None` where the conversation asks the vendor nothing.
fn conversation(
    vendor: &Vendor,
    begin: impl Fn() -> Result<Exchange<Outcome>> + Send + Sync + 'static,
) -> Result<Option<Conversation>, String> {
    let exchange = begin().map_err(|error| error.detail)?;
    let Some(request) = exchange.first() else { return Ok(None) };
    let operation = vendor.contract.operation(request)?.id.clone();
    Ok(Some(Conversation { operation, begin: Box::new(begin) }))
}

#[derive(Clone, Copy)]
enum Asking {
    Create,
    Fetch,
    Update,
    Delete,
    List,
}

fn begin<R: Root>(bench: &Arc<Bench<R>>, asking: Asking) -> Result<Exchange<Outcome>> {
    let resource = bench.resource()?;
    let own = bench.clone();
    let nothing = |()| Ok(Exchange::Done(Outcome { found: true, unread: Vec::new() }));
    match asking {
        Asking::Create => {
            let body = bench.create(&bench.full, Handling::Lenient)?.body;
            resource.create(body, Creation::default()).then(move |remote| said(&own, vec![remote]))
        }
        Asking::Update => {
            let body = bench.update(&bench.least, &bench.full, Handling::Lenient)?.0.body;
            resource.update(ID, modelled(body)).then(move |document| answered(&own, document))
        }
        Asking::Delete => resource.delete(ID).then(nothing),
        Asking::List => resource.list().then(move |remotes| said(&own, remotes)),
        Asking::Fetch => match resource.fetch(ID) {
            Some(exchange) => exchange.then(move |remote| said(&own, remote.into_iter().collect())),
            None => nothing(()),
        },
    }
}

/// What the answer to an update says, if anything.
fn answered<R: Root>(bench: &Bench<R>, document: Option<Value>) -> Result<Exchange<Outcome>> {
    let unread = document.map(|document| unread(bench, &document)).transpose()?;
    Ok(Exchange::Done(Outcome { found: true, unread: unread.unwrap_or_default() }))
}

fn said<R: Root>(bench: &Bench<R>, remotes: Vec<Remote>) -> Result<Exchange<Outcome>> {
    let mut unread = Vec::new();
    for remote in &remotes {
        unread.extend(self::unread(bench, &remote.document)?);
        let answers =
            std::iter::once(remote.document.clone()).chain(mixed(bench, &remote.document, MIXED_ANSWERS));
        unread.extend(answers.filter_map(|answer| bench.adopts(&answer).err()).next());
        if remote.id.is_empty() {
            unread.push("an id".to_owned());
        }
    }
    Ok(Exchange::Done(Outcome { found: !remotes.is_empty(), unread }))
}

fn unread<R: Root>(bench: &Bench<R>, document: &Value) -> Result<Vec<String>> {
    let rows = bench.read(document)?.1;
    Ok(rows.iter().map(|row| format!("{} at {}", row.field, row.vendor_field)).collect())
}

//! The vendor's server, on the loopback interface. It stores objects, counts requests and fails at the fault
//! point.

use std::{
    collections::BTreeMap,
    future::pending,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{Method, StatusCode, Uri},
    response::Response,
};
use futures::stream;
use serde_json::{Map, Value, json};
use tokio::{net::TcpListener, sync::watch, time::sleep};

use crate::fault::{At, FaultPoint, When};

/// The interval at which a test looks for stored objects.
pub const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The vendor.
pub struct Vendor {
    pub fault: Arc<FaultPoint>,
    /// The collection whose next creation is answered late, and the number of lists of the collection that one search
    /// reads. The answer is sent when a search has read its lists, and a request that writes, or a second search, follows.
    pub answers_late: Mutex<Option<(&'static str, u32)>>,
    /// The progress of that creation.
    late: watch::Sender<Late>,
    /// The collection whose creations are carried out and never answered.
    pub unanswered: Mutex<Option<&'static str>>,
    /// True if lists are ordered from the last id to the first.
    pub lists_backwards: AtomicBool,
    state: Mutex<Stored>,
}

/// The progress of a creation that is answered late.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Late {
    #[default]
    None,
    /// It was carried out, and the collection was listed this many times since.
    CarriedOut(u32),
    Answered,
}

/// The vendor's stored state.
#[derive(Default)]
pub struct Stored {
    /// The objects by collection and id, without their ids and secrets.
    pub objects: BTreeMap<(String, String), Map<String, Value>>,
    /// The secrets by id, including those of deleted objects.
    pub secrets: BTreeMap<String, String>,
    /// The version of each agent that callers hear: the agent with its parts, as last published.
    pub published: BTreeMap<String, Value>,
    /// The number of requests by route.
    pub requests: BTreeMap<String, u32>,
    made: u32,
    versions: u32,
}

type Answer = Result<Value, StatusCode>;

impl Vendor {
    /// Starts the vendor on a free port. Returns the vendor and its address.
    pub async fn start(fault: Arc<FaultPoint>) -> (Arc<Self>, SocketAddr) {
        let (answers_late, unanswered, lists_backwards, state) = Default::default();
        let late = watch::Sender::new(Late::None);
        let vendor = Arc::new(Self { fault, answers_late, late, unanswered, lists_backwards, state });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(vendor.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (vendor, address)
    }

    /// Waits until a creation is carried out whose answer is late.
    pub async fn carried_out(&self) {
        self.late.subscribe().wait_for(|late| *late != Late::None).await.unwrap();
    }

    /// Waits until this number of objects of a collection are stored.
    pub async fn has_stored(&self, collection: &str, number: usize) {
        while self.stored().objects.keys().filter(|(of, _)| of == collection).count() < number {
            sleep(POLL_INTERVAL).await;
        }
    }

    /// Returns whether the late answer has been sent.
    pub fn has_answered_late(&self) -> bool {
        *self.late.borrow() == Late::Answered
    }

    /// Notes a request. Returns true if it is the creation to answer late.
    fn note(&self, method: &Method, collection: &str) -> bool {
        let (late_collection, lists) = self.answers_late.lock().unwrap().unwrap_or_default();
        let is_late = late_collection == collection;
        self.late.send_modify(|late| match *late {
            Late::CarriedOut(number) if number >= lists && *method != Method::GET => *late = Late::Answered,
            Late::CarriedOut(number) if is_late && *method == Method::GET => {
                *late = if number < lists { Late::CarriedOut(number + 1) } else { Late::Answered };
            }
            _ => {}
        });
        is_late && *method == Method::POST && *self.late.borrow() == Late::None
    }

    /// Returns the vendor's stored state.
    pub fn stored(&self) -> MutexGuard<'_, Stored> {
        self.state.lock().unwrap()
    }
}

async fn answer(State(vendor): State<Arc<Vendor>>, method: Method, uri: Uri, body: Bytes) -> Response {
    let fault = &vendor.fault;
    let number = fault.request();
    if fault.has_killed() || fault.reach(At::Request, number, When::Before) {
        return pending().await;
    }
    if fault.reach(At::Connection, number, When::Before) {
        return broken();
    }
    if fault.outage_lasts() || fault.reach(At::Busy, number, When::Before) {
        return response(Err(StatusCode::TOO_MANY_REQUESTS));
    }
    if fault.reach(At::Refusal, number, When::Before) {
        return response(Err(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let is_late = vendor.note(&method, uri.path().trim_start_matches('/'));
    let mut answer = vendor.stored().apply(&method, uri.path(), &body);
    let unanswered = *vendor.unanswered.lock().unwrap();
    if method == Method::POST && unanswered == Some(uri.path().trim_start_matches('/')) {
        return pending().await;
    }
    if let Ok(Value::Array(listed)) = &mut answer
        && vendor.lists_backwards.load(Ordering::SeqCst)
    {
        listed.reverse();
    }
    if is_late {
        vendor.late.send_replace(Late::CarriedOut(0));
        vendor.late.subscribe().wait_for(|late| *late == Late::Answered).await.unwrap();
    }
    if fault.reach(At::Request, number, When::After) {
        return pending().await;
    }
    if fault.reach(At::Connection, number, When::After) || fault.reach(At::Outage, number, When::After) {
        return broken();
    }
    response(answer)
}

fn response(answer: Answer) -> Response {
    let (status, document) = match answer {
        Ok(document) => (StatusCode::OK, document),
        Err(status) => (status, json!({ "message": "refused" })),
    };
    let response = Response::builder().status(status).header("content-type", "application/json");
    response.body(Body::from(document.to_string())).unwrap()
}

/// Builds an answer whose connection is dropped after the first byte.
fn broken() -> Response {
    let failure = stream::iter([Ok(Bytes::from_static(b"{")), Err(io::Error::other("dropped"))]);
    Response::builder().header("content-type", "application/json").body(Body::from_stream(failure)).unwrap()
}

impl Stored {
    fn apply(&mut self, method: &Method, path: &str, body: &[u8]) -> Answer {
        let path: Vec<_> = path.trim_start_matches('/').split('/').collect();
        let action = if path.len() == 3 { "publish" } else { method.as_str() };
        *self.requests.entry(format!("{action} {}", path[0])).or_default() += 1;
        let body = serde_json::from_slice(body).unwrap_or_default();
        match (action, path[..].get(1).copied()) {
            ("POST", None) => self.create(path[0], body),
            ("GET", None) => Ok(self.list(path[0])),
            ("GET", Some(id)) => self.show(path[0], id),
            ("PATCH", Some(id)) => self.update(path[0], id, body),
            ("DELETE", Some(id)) => self.delete(path[0], id),
            ("publish", Some(id)) => self.publish(id),
            _ => Err(StatusCode::METHOD_NOT_ALLOWED),
        }
    }

    fn create(&mut self, collection: &str, body: Map<String, Value>) -> Answer {
        self.check_links(collection, &body)?;
        self.made += 1;
        let id = format!("{}-{}", collection.trim_end_matches('s'), self.made);
        self.objects.insert((collection.to_owned(), id.clone()), body);
        let mut shown = self.show(collection, &id)?;
        if collection == "webhooks" {
            let secret = format!("shown-once-{id}");
            shown["secret"] = secret.clone().into();
            self.secrets.insert(id, secret);
        }
        Ok(shown)
    }

    fn list(&self, collection: &str) -> Value {
        let ids = self.objects.keys().filter(|(of, _)| of == collection).map(|(_, id)| id);
        ids.filter_map(|id| self.show(collection, id).ok()).collect()
    }

    fn show(&self, collection: &str, id: &str) -> Answer {
        let key = (collection.to_owned(), id.to_owned());
        let mut shown = self.objects.get(&key).ok_or(StatusCode::NOT_FOUND)?.clone();
        shown.insert("id".to_owned(), id.into());
        Ok(Value::Object(shown))
    }

    /// Updates an object. A prompt is replaced whole; in any other object, only the sent members are
    /// replaced.
    fn update(&mut self, collection: &str, id: &str, body: Map<String, Value>) -> Answer {
        let key = (collection.to_owned(), id.to_owned());
        let mut object = self.objects.get(&key).ok_or(StatusCode::NOT_FOUND)?.clone();
        if collection == "prompts" {
            object.clear();
        }
        object.extend(body);
        self.check_links(collection, &object)?;
        self.objects.insert(key, object);
        self.show(collection, id)
    }

    /// Deletes an object, unless an agent still uses it.
    fn delete(&mut self, collection: &str, id: &str) -> Answer {
        let mut agents = self.objects.iter().filter(|((of, _), _)| of == "agents");
        let uses =
            |member: &Value| member == id || member.as_array().is_some_and(|ids| ids.contains(&id.into()));
        if agents.any(|(_, agent)| agent.values().any(uses)) {
            return Err(StatusCode::CONFLICT);
        }
        self.published.remove(id);
        let key = (collection.to_owned(), id.to_owned());
        self.objects.remove(&key).map(|_| json!({})).ok_or(StatusCode::NOT_FOUND)
    }

    fn publish(&mut self, agent: &str) -> Answer {
        let whole = self.whole(agent);
        self.published.insert(agent.to_owned(), whole);
        self.versions += 1;
        let mut shown = self.show("agents", agent)?;
        shown["version"] = self.versions.to_string().into();
        Ok(shown)
    }

    /// Returns an agent with its linked parts.
    pub fn whole(&self, agent: &str) -> Value {
        let agent = self.show("agents", agent).unwrap_or_default();
        let part = |collection: &str, link: &str| {
            agent[link].as_str().and_then(|id| self.show(collection, id).ok()).unwrap_or_default()
        };
        let (prompt, webhook) = (part("prompts", "prompt_id"), part("webhooks", "webhook_id"));
        let ids = agent["tool_ids"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let tools: Vec<_> = ids.filter_map(|id| self.show("tools", id).ok()).collect();
        json!({ "prompt": prompt, "webhook": webhook, "tools": tools, "agent": agent })
    }

    /// Refuses an agent without a prompt, or with links to objects that do not exist.
    fn check_links(&self, collection: &str, body: &Map<String, Value>) -> Result<(), StatusCode> {
        let there = |collection: &str, link: &str, needed: bool| match body.get(link).and_then(Value::as_str)
        {
            Some(id) => self.objects.contains_key(&(collection.to_owned(), id.to_owned())),
            None => !needed,
        };
        let tools = body.get("tool_ids").and_then(Value::as_array).into_iter().flatten();
        let mut ids = tools.filter_map(Value::as_str).map(|id| ("tools".to_owned(), id.to_owned()));
        let fits = collection != "agents"
            || there("prompts", "prompt_id", true)
                && there("webhooks", "webhook_id", false)
                && ids.all(|key| self.objects.contains_key(&key));
        if fits { Ok(()) } else { Err(StatusCode::UNPROCESSABLE_ENTITY) }
    }
}

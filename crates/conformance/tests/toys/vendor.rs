//! A made-up vendor that keeps each record in a few objects, one collection for each: enough to test every shape of
//! parts.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use switchboard_core::prelude::*;
use url::Url;

/// The behaviour of one shape of vendor.
pub struct Shape {
    pub descriptor: &'static Descriptor,
    pub parts: &'static [Part],
    pub rules: fn() -> AgentRules,
    /// Adds to a new object's body the members that no field decides.
    pub complete: fn(part: &str, body: &mut Value),
}

pub struct Toy {
    shape: &'static Shape,
    rules: AgentRules,
    base_url: Url,
    api_key: SecretString,
}

/// Builds the vendor of a shape.
pub fn build(shape: &'static Shape, settings: Value) -> BuildResult {
    let mut settings = Settings::from_value(settings)?;
    let base_url = settings.base_url("https://toy.example");
    let api_key = settings.credential("api_key");
    let together = base_url.zip(api_key);
    let toy = together.map(|(base_url, api_key)| Toy { shape, rules: (shape.rules)(), base_url, api_key });
    settings.finish(toy).map(|toy| Box::new(toy) as Box<dyn Adapter>)
}

/// Builds the description of a shape; only its name differs.
pub const fn descriptor(adapter: &'static str) -> Descriptor {
    Descriptor {
        adapter,
        title: "Toy",
        generation: "1",
        documentation: "https://toy.example",
        read_back: ReadBack::One,
        quirks: &[],
    }
}

impl Account for Toy {
    fn base_url(&self) -> &Url {
        &self.base_url
    }

    fn sign(&self, request: &mut Request) {
        let bearer = format!("Bearer {}", self.api_key.expose_secret());
        request.headers.push(("authorization", bearer.into()));
    }

    /// Admits a reply. This vendor returns 422 for a missing object, as older routes of Retell do.
    fn admit(&self, reply: Reply) -> Result<Reply> {
        let failure = VendorFailure::new(Outcome::Rejected).status(reply.status);
        match reply.status {
            200..300 => Ok(reply),
            422 => Err(Error::vendor(Kind::VendorRejected, failure.gone())),
            401 => Err(Error::vendor(Kind::VendorAuthFailed, failure)),
            400..500 => Err(Error::vendor(Kind::VendorRejected, failure)),
            _ => Err(Error::vendor(Kind::VendorUnavailable, VendorFailure::new(Outcome::Ambiguous))),
        }
    }
}

impl Adapter for Toy {
    fn descriptor(&self) -> &Descriptor {
        self.shape.descriptor
    }

    fn agents(&self) -> &dyn Resource<Agent> {
        self
    }
}

impl Rules<Agent> for Toy {
    fn rules(&self) -> &AgentRules {
        &self.rules
    }

    fn parts(&self) -> &'static [Part] {
        self.shape.parts
    }
}

impl Resource<Agent> for Toy {
    fn perform(&self, step: VendorStep, parts: &Parts, _: StepContext) -> Result<Exchange<Performed>> {
        let part = step.part;
        let request = match step.action {
            StepAction::Create(mut body) => {
                (self.shape.complete)(part, &mut body);
                Request::new("create part", Method::Post, [collection(part)]).json(body)
            }
            StepAction::Update(body) => {
                object("update part", Method::Patch, part, parts.id(part)?).json(body)
            }
            StepAction::Publish => {
                let mut request = object("publish part", Method::Post, part, parts.id(part)?);
                request.path.push("publish".into());
                request
            }
            StepAction::Delete => {
                let state = PartState::new(parts.id(part)?);
                let request = object("delete part", Method::Delete, part, parts.id(part)?);
                return Ok(Exchange::send(request, |_| Ok(Performed::new(state))));
            }
        };
        Ok(Exchange::send(request, |reply| {
            let status = reply.status;
            let (state, members) = read(reply.document("an object")?).ok_or_else(|| strange(status))?;
            let coverage = Coverage::whole_if(members.contains_key("name"));
            Ok(Performed { state, document: Value::Object(members), coverage })
        }))
    }

    fn fetch(&self, parts: &Parts) -> Option<Exchange<Fetched>> {
        let main = Part::main(self.shape.parts);
        let Ok(id) = parts.id(main.name) else { return Some(Exchange::Done(Fetched::Gone)) };
        let linked = self.shape.parts.iter().filter(|part| part.linked_at.is_some()).collect();
        let seen = Seen { main, linked, parts: Parts::NONE, document: Value::Object(Map::new()) };
        Some(seen.read(main, id))
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        let main = Part::main(self.shape.parts);
        let request = Request::new("list parts", Method::Get, [collection(main.name)]);
        Exchange::send(request, move |reply| {
            let status = reply.status;
            let Value::Array(rows) = reply.document("a list")? else { return Err(strange(status)) };
            let remotes = rows.into_iter().map(|row| {
                let (state, members) = read(row)?;
                let name = members.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
                let mut document = Value::Object(Map::new());
                document_path::put(&mut document, &main.pointer(), Value::Object(members));
                let parts = Parts::NONE.with(main.name, state.clone());
                Some(Remote { name, parts, ..Remote::new(state.id, document) })
            });
            remotes.collect::<Option<_>>().ok_or_else(|| strange(status))
        })
    }
}

/// A record as far as it has been read.
struct Seen {
    main: &'static Part,
    /// The parts that remain to be read.
    linked: Vec<&'static Part>,
    parts: Parts,
    document: Value,
}

impl Seen {
    fn read(mut self, part: &'static Part, id: &str) -> Exchange<Fetched> {
        Exchange::ask(object("read part", Method::Get, part.name, id), move |reply| {
            let status = reply.status;
            let (state, members) = read(reply.document("an object")?).ok_or_else(|| strange(status))?;
            document_path::put(&mut self.document, &part.pointer(), Value::Object(members));
            self.parts.insert(part.name, state);
            Ok(self.next())
        })
    }

    fn next(mut self) -> Exchange<Fetched> {
        while let Some(part) = self.linked.pop() {
            let link = part.linked_at.and_then(|path| document_path::get(&self.document, path));
            if let Some(id) = link.and_then(Value::as_str).map(ToOwned::to_owned) {
                return self.read(part, &id);
            }
        }
        let id = self.parts.get(self.main.name).map(|state| state.id.clone()).unwrap_or_default();
        let name = self.document.pointer(&format!("{}/name", self.main.pointer()));
        let name = name.and_then(Value::as_str).map(ToOwned::to_owned);
        let (parts, coverage) = (self.parts, Coverage::Whole);
        let remote = Remote { name, parts, coverage, ..Remote::new(id, self.document) };
        Exchange::Done(Some(remote).into())
    }
}

/// Splits a document into the object's id, version and secret, and its other members.
fn read(document: Value) -> Option<(PartState, Map<String, Value>)> {
    let Value::Object(mut members) = document else { return None };
    let mut state = PartState::new(members.shift_remove("id")?.as_str()?);
    let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(ToOwned::to_owned));
    state.version = text(members.shift_remove("version"));
    state.secret = text(members.shift_remove("secret")).map(SecretString::from);
    Some((state, members))
}

fn collection(part: &str) -> String {
    if part.is_empty() { "assistants".to_owned() } else { format!("{part}s") }
}

fn object(operation: &'static str, method: Method, part: &str, id: &str) -> Request {
    Request::new(operation, method, [collection(part), id.to_owned()])
}

fn strange(status: u16) -> Error {
    Error::unreadable(status, "an object with an id")
}

//! A fictitious vendor that stores each part of a record in a collection of its own. One adapter thus serves
//! all shapes.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;
use url::Url;

use crate::calls::ToyCalls;

/// The behaviour of one shape of vendor.
pub struct Shape {
    pub descriptor: &'static Descriptor,
    pub parts: &'static [Part],
    /// The catalogues of the vendor. The rules look up values in each of them.
    pub catalogues: &'static [CatalogueKind],
    /// Builds the exchange that reads one of these catalogues.
    pub list: fn(CatalogueKind) -> Exchange<Vec<CatalogueEntry>>,
    /// The hosts to which granted URLs of the vendor may lead.
    pub hosts: &'static [AllowedHost],
    pub rules: fn() -> AgentRules,
    /// The places of the agent's settings in a dial, if the vendor has calls.
    pub calls: Option<Moves>,
    /// Completes the body of a new object with the members that no rule covers.
    pub complete: fn(part: &str, body: &mut Value),
}

pub struct Toy {
    shape: &'static Shape,
    rules: AgentRules,
    calls: Option<ToyCalls>,
    base_url: Url,
    api_key: SecretString,
}

/// Builds the adapter for a vendor of this shape.
pub fn build(shape: &'static Shape, settings: Value) -> BuildResult {
    let mut settings = Settings::from_value(settings)?;
    let base_url = settings.base_url("https://toy.example");
    let api_key = settings.credential("api_key");
    let together = base_url.zip(api_key);
    let toy = together.map(|(base_url, api_key)| {
        let calls = shape.calls.map(|moves| ToyCalls::new((shape.rules)(), moves));
        Toy { shape, rules: (shape.rules)(), calls, base_url, api_key }
    });
    settings.finish(toy).map(|toy| Box::new(toy) as Box<dyn Adapter>)
}

/// Builds the descriptor of a shape. Descriptors differ only in the adapter's name.
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

    fn allowed_hosts(&self) -> &[AllowedHost] {
        self.shape.hosts
    }

    fn sign(&self, request: &mut Request) {
        let bearer = format!("Bearer {}", self.api_key.expose_secret());
        request.headers.push(("authorization", bearer.into()));
    }

    /// Admits a reply. Like older routes of Retell, this vendor returns 422 for a missing object.
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

    fn calls(&self) -> Option<&dyn Calls> {
        self.calls.as_ref().map(|calls| calls as &dyn Calls)
    }

    fn catalogue(&self, kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
        self.shape.catalogues.contains(&kind).then(|| (self.shape.list)(kind))
    }
}

impl Rules<Agent> for Toy {
    fn rules(&self) -> &AgentRules {
        &self.rules
    }

    fn parts(&self) -> &'static [Part] {
        self.shape.parts
    }

    fn catalogues(&self) -> &'static [CatalogueKind] {
        self.shape.catalogues
    }
}

impl Toy {
    fn is_bound(&self, part: &str) -> bool {
        self.shape.parts.iter().any(|known| known.is_bound && known.name == part)
    }
}

/// Builds the binding of an object, which stores the id of the record that uses it in `used_by`.
fn binding(part: &'static str, object_id: &str, record: &str) -> Binding {
    Binding {
        part,
        object: object_id.to_owned(),
        record: record.to_owned(),
        read: object("read part", Method::Get, part, object_id),
        reader: bindable,
        changed: |reply, _| Ok(bindable(reply)?.holder),
    }
}

fn bindable(reply: Reply) -> Result<Bindable> {
    let document = reply.document("an object")?;
    let holder = match document["used_by"].as_str() {
        Some(record) => Holder::Record(record.to_owned()),
        None => Holder::Free,
    };
    Ok(Bindable { document, holder })
}

/// Returns the builder of the request that changes the record that uses an object.
fn change(part: &'static str, id: &str) -> impl FnOnce(&Bindable, Option<&str>) -> Request + use<> {
    let request = object("update part", Method::Patch, part, id);
    |_, record| request.json(json!({ "used_by": record }))
}

impl Resource<Agent> for Toy {
    fn perform(&self, step: VendorStep, parts: &Parts, _: OperationKey) -> Result<Exchange<StepAnswer>> {
        let (part, key) = (step.part, step.key());
        if let Some(number) = step.item.as_ref().filter(|_| self.is_bound(part)) {
            return Ok(binding(part, number, parts.id("")?).perform(&step.action, change(part, number)));
        }
        let request = match step.action {
            StepAction::Create(mut body) => {
                (self.shape.complete)(part, &mut body);
                Request::new("create part", Method::Post, [collection(part)]).json(body)
            }
            StepAction::Update(body) => {
                object("update part", Method::Patch, part, parts.id(&key)?).json(body)
            }
            StepAction::Publish => {
                let path = [collection(part), parts.id(&key)?.to_owned(), "publish".to_owned()];
                Request::new("publish part", Method::Post, path)
            }
            StepAction::Delete => {
                let state = PartState::new(parts.id(&key)?);
                let request = object("delete part", Method::Delete, part, parts.id(&key)?);
                return Ok(Exchange::send(request, |_| Ok(Performed::new(state).into())));
            }
        };
        Ok(Exchange::send(request, |reply| {
            let status = reply.status;
            let (state, members) = read(reply.document("an object")?).ok_or_else(|| strange(status))?;
            let coverage = Coverage::whole_if(members.contains_key("name"));
            Ok(Performed { state, document: Value::Object(members), coverage }.into())
        }))
    }

    fn fetch(&self, parts: &Parts, _: ReadScope) -> Option<Exchange<Fetched>> {
        let main = Part::main(self.shape.parts);
        let Ok(id) = parts.id(main.name) else { return Some(Exchange::Done(Fetched::Gone)) };
        let seen = Seen { shape: self.shape, left: Vec::new(), parts: Parts::NONE, document: json!({}) };
        Some(seen.read(main, id.to_owned()))
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

/// A record whose parts are being read.
struct Seen {
    shape: &'static Shape,
    /// The objects that remain to be read, each with its id, the last one first.
    left: Vec<(&'static Part, String)>,
    parts: Parts,
    document: Value,
}

impl Seen {
    fn read(mut self, part: &'static Part, id: String) -> Exchange<Fetched> {
        Exchange::ask(object("read part", Method::Get, part.name, &id), move |reply| {
            let status = reply.status;
            let (state, members) = read(reply.document("an object")?).ok_or_else(|| strange(status))?;
            self.take(part, state, Value::Object(members)).ok_or_else(|| strange(status))?;
            if part.name == Part::main(self.shape.parts).name {
                self.left = self.linked();
            }
            Ok(self.next())
        })
    }

    /// Adds an object to the record. Returns `None` if the object is a list item without its key.
    fn take(&mut self, part: &Part, state: PartState, members: Value) -> Option<()> {
        let Cardinality::Each(key) = part.cardinality else {
            document_path::put(&mut self.document, &part.pointer(), members);
            self.parts.insert(part.name, state);
            return Some(());
        };
        self.parts.insert(&format!("{}/{}", part.name, members.get(key)?.as_str()?), state);
        match self.document.get_mut(part.name).and_then(Value::as_array_mut) {
            Some(items) => items.push(members),
            None => document_path::put(&mut self.document, &part.pointer(), json!([members])),
        }
        Some(())
    }

    /// Lists the objects whose ids the main part stores.
    fn linked(&self) -> Vec<(&'static Part, String)> {
        let linked = self.shape.parts.iter().filter_map(|part| Some((part, part.linked_at?)));
        let ids = linked.flat_map(|(part, path)| {
            let ids = match document_path::get(&self.document, path) {
                Some(Value::Array(ids)) => ids.clone(),
                one => one.cloned().into_iter().collect(),
            };
            ids.into_iter().filter_map(move |id| Some((part, id.as_str()?.to_owned())))
        });
        let mut ids: Vec<_> = ids.collect();
        ids.reverse();
        ids
    }

    fn next(mut self) -> Exchange<Fetched> {
        if let Some((part, id)) = self.left.pop() {
            return self.read(part, id);
        }
        let main = Part::main(self.shape.parts);
        let id = self.parts.get(main.name).map(|state| state.id.clone()).unwrap_or_default();
        let name = self.document.pointer(&format!("{}/name", main.pointer()));
        let name = name.and_then(Value::as_str).map(ToOwned::to_owned);
        let (parts, coverage) = (self.parts, Coverage::Whole);
        let remote = Remote { name, parts, coverage, ..Remote::new(id, self.document) };
        Exchange::Done(Some(remote).into())
    }
}

/// Splits an object into its id, version and secret, and its other members.
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

/// Builds the error for an answer that is not an object of this vendor.
pub fn strange(status: u16) -> Error {
    Error::unreadable(status, "an object with an id")
}

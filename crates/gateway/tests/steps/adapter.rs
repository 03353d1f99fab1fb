//! A vendor that stores an agent as up to three objects: the agent, its prompt, and a webhook if the agent
//! has one. The secret of the webhook is shown once.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;
use url::Url;

use crate::bare;

/// The only adapter of these tests.
pub static FACTORIES: [Factory; 1] = [Factory {
    adapter: "toy",
    settings: &[Setting { name: "api_key", about: "The key.", secret: true }],
    recorded: |_, _| None,
    extension: None,
    build,
    trials: &[],
}];

static PARTS: [Part; 4] = [
    Part::named("agent", Unit::Member).published(),
    Part::named("prompt", Unit::Document).linked_at("/agent/prompt_id"),
    Part::named("webhook", Unit::Leaf).optional().linked_at("/agent/webhook_id").reveals_secret(),
    Part::named("tool", Unit::Leaf).each("name").linked_at("/agent/tool_ids"),
];

static DESCRIPTOR: Descriptor = Descriptor {
    adapter: "toy",
    title: "Toy",
    generation: "1",
    documentation: "https://toy.example",
    read_back: ReadBack::One,
    quirks: &[],
};

struct Toy {
    rules: AgentRules,
    base_url: Url,
    api_key: SecretString,
}

fn build(settings: Value) -> BuildResult {
    let mut settings = Settings::from_value(settings)?;
    let base_url = settings.base_url("https://toy.example");
    let api_key = settings.credential("api_key");
    let toy = base_url.zip(api_key).map(|(base_url, api_key)| Toy { rules: rules(), base_url, api_key });
    settings.finish(toy).map(|toy| Box::new(toy) as Box<dyn Adapter>)
}

fn rules() -> AgentRules {
    let bare = bare::rules();
    AgentRules {
        name: at("/agent/name", text()).required(),
        language: at("/agent/language", text()),
        prompt: PromptRules { instructions: at("/prompt/text", text()), ..bare.prompt },
        voice: VoiceRules { id: at("/agent/voice_id", text()), ..bare.voice },
        webhook: WebhookRules { url: at("/webhook/url", text()), ..bare.webhook },
        ending: EndingRules {
            hang_up: at("/tool/[name=end]/description", hang_up_instructions(text())),
            ..bare.ending
        },
        transfers: at("/tool/[name=transfer]/number", single(transfer_number())),
        ..bare::rules()
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

    fn admit(&self, reply: Reply) -> Result<Reply> {
        let failure = VendorFailure::new(Outcome::Rejected).status(reply.status);
        match reply.status {
            200..300 => Ok(reply),
            404 => Err(Error::vendor(Kind::VendorRejected, failure.gone())),
            429 => Err(Error::vendor(Kind::VendorThrottled, VendorFailure::new(Outcome::Throttled))),
            400..500 => Err(Error::vendor(Kind::VendorRejected, failure)),
            _ => Err(Error::vendor(Kind::VendorUnavailable, VendorFailure::new(Outcome::Ambiguous))),
        }
    }
}

impl Adapter for Toy {
    fn descriptor(&self) -> &Descriptor {
        &DESCRIPTOR
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
        &PARTS
    }
}

impl Resource<Agent> for Toy {
    fn perform(&self, step: VendorStep, parts: &Parts, _: OperationKey) -> Result<Exchange<StepAnswer>> {
        let (part, key) = (step.part, step.key());
        let request = match step.action {
            StepAction::Create(body) => {
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
            let (state, members) = read(reply.document("an object")?)?;
            Ok(Performed { state, document: Value::Object(members), coverage: Coverage::Whole }.into())
        }))
    }

    fn fetch(&self, parts: &Parts, _: ReadScope) -> Option<Exchange<Fetched>> {
        let Some(agent) = parts.get("agent") else { return Some(Exchange::Done(Fetched::Gone)) };
        let seen = Seen { left: Vec::new(), parts: Parts::NONE, document: json!({}) };
        Some(seen.read("agent", &agent.id))
    }

    fn find(&self, part: &str) -> Option<Exchange<Vec<FoundPart>>> {
        Some(objects(part).map(|found| {
            let found = found.into_iter();
            found
                .map(|(state, members)| FoundPart {
                    state,
                    document: Value::Object(members),
                    created_at: None,
                })
                .collect()
        }))
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        objects("agent").map(|found| {
            let remote = |(state, members): (PartState, Map<String, Value>)| {
                let name = members.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
                let document = Map::from_iter([("agent".to_owned(), Value::Object(members))]);
                let parts = Parts::NONE.with("agent", state.clone());
                Remote { name, parts, ..Remote::new(state.id, Value::Object(document)) }
            };
            found.into_iter().map(remote).collect()
        })
    }
}

/// An agent that is being read part by part.
struct Seen {
    /// The objects that remain to be read, each with its id.
    left: Vec<(&'static str, String)>,
    parts: Parts,
    document: Value,
}

impl Seen {
    fn read(mut self, part: &'static str, id: &str) -> Exchange<Fetched> {
        Exchange::ask(object("read part", Method::Get, part, id), move |reply| {
            let (state, members) = read(reply.document("an object")?)?;
            match (part, members.get("name").and_then(Value::as_str)) {
                ("tool", Some(name)) => {
                    self.parts.insert(&format!("tool/{name}"), state);
                    let place = format!("/tool/[name={name}]");
                    document_path::put(&mut self.document, &place, Value::Object(members));
                }
                _ => {
                    document_path::put(&mut self.document, &format!("/{part}"), Value::Object(members));
                    self.parts.insert(part, state);
                }
            }
            if part == "agent" {
                self.left = self.linked();
            }
            self.next()
        })
    }

    /// Lists the objects whose ids the agent stores.
    fn linked(&self) -> Vec<(&'static str, String)> {
        let agent = &self.document["agent"];
        let single = [("webhook", &agent["webhook_id"]), ("prompt", &agent["prompt_id"])];
        let tools = agent["tool_ids"].as_array().into_iter().flatten().map(|id| ("tool", id));
        single
            .into_iter()
            .chain(tools)
            .filter_map(|(part, id)| Some((part, id.as_str()?.to_owned())))
            .collect()
    }

    fn next(mut self) -> Result<Exchange<Fetched>> {
        if let Some((part, id)) = self.left.pop() {
            return Ok(self.read(part, &id));
        }
        let name = self.document["agent"]["name"].as_str().map(ToOwned::to_owned);
        let id = self.parts.id("agent")?.to_owned();
        let (parts, coverage) = (self.parts, Coverage::Whole);
        let remote = Remote { name, parts, coverage, ..Remote::new(id, self.document) };
        Ok(Exchange::Done(Some(remote).into()))
    }
}

type Object = (PartState, Map<String, Value>);

/// Lists all objects of a part.
fn objects(part: &str) -> Exchange<Vec<Object>> {
    Exchange::send(Request::new("list parts", Method::Get, [collection(part)]), |reply| {
        let status = reply.status;
        match reply.document("a list")? {
            Value::Array(rows) => rows.into_iter().map(read).collect(),
            _ => Err(Error::unreadable(status, "a list")),
        }
    })
}

/// Reads an object's id, version and secret, and its other members.
fn read(document: Value) -> Result<Object> {
    let strange = || Error::unreadable(200, "an object with an id");
    let Value::Object(mut members) = document else { return Err(strange()) };
    let mut text = |name: &str| members.shift_remove(name)?.as_str().map(ToOwned::to_owned);
    let mut state = PartState::new(text("id").ok_or_else(strange)?);
    state.version = text("version");
    state.secret = text("secret").map(SecretString::from);
    Ok((state, members))
}

fn collection(part: &str) -> String {
    format!("{part}s")
}

fn object(operation: &'static str, method: Method, part: &str, id: &str) -> Request {
    Request::new(operation, method, [collection(part), id.to_owned()])
}

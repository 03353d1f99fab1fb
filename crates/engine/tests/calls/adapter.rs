//! A vendor that keeps an agent in one object and places calls. The adapter `toy` returns the id of each call, the adapter
//! `toy-blind` returns none, and the adapter `toy-nameless` sends the called person as variables.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use switchboard_core::prelude::*;
use url::Url;

use crate::bare;

/// The adapters of these tests.
pub static FACTORIES: [Factory; 3] = [
    factory("toy", |settings| build(settings, &SEEING)),
    factory("toy-blind", |settings| build(settings, &BLIND)),
    factory("toy-nameless", |settings| build(settings, &NAMELESS)),
];

const fn factory(adapter: &'static str, build: fn(Value) -> BuildResult) -> Factory {
    let settings = &[Setting { name: "api_key", about: "The key.", secret: true }];
    Factory { adapter, settings, recorded: |_, _| None, extension: None, build, trials: &[] }
}

static SEEING: Descriptor = descriptor("toy");
static BLIND: Descriptor = descriptor("toy-blind");
static NAMELESS: Descriptor = descriptor("toy-nameless");

const fn descriptor(adapter: &'static str) -> Descriptor {
    Descriptor {
        adapter,
        title: "Toy",
        generation: "1",
        documentation: "https://toy.example",
        read_back: ReadBack::One,
        quirks: &[],
    }
}

const NO: &str = "The toy has no such setting.";

struct Toy {
    descriptor: &'static Descriptor,
    agents: AgentRules,
    dials: DialRules,
    base_url: Url,
    api_key: SecretString,
}

fn build(settings: Value, descriptor: &'static Descriptor) -> BuildResult {
    let mut settings = Settings::from_value(settings)?;
    let base_url = settings.base_url("https://toy.example");
    let api_key = settings.credential("api_key");
    let toy = base_url.zip(api_key).map(|(base_url, api_key)| Toy {
        descriptor,
        agents: agents(),
        dials: dials(descriptor),
        base_url,
        api_key,
    });
    settings.finish(toy).map(|toy| Box::new(toy) as Box<dyn Adapter>)
}

/// Returns the rules for agents. The vendor holds the direction of an agent, but neither its variables nor its first
/// sentence.
fn agents() -> AgentRules {
    let bare = bare::rules();
    AgentRules {
        name: at("/name", text()).required(),
        direction: at("/direction", one_of(&[(Direction::Inbound, "in"), (Direction::Outbound, "out")])),
        prompt: PromptRules { instructions: at("/prompt", text()), ..bare.prompt },
        language: at("/language", text()),
        voice: VoiceRules { id: at("/voice", text()), ..bare.voice },
        phone_number_id: at("/number", text()),
        ..bare
    }
}

fn dials(descriptor: &'static Descriptor) -> DialRules {
    match descriptor.adapter {
        "toy-nameless" => DialRules {
            to: DialToRules::as_variables(at("/to", text()).write_only(), "/variables"),
            variables: variables_beside_person("/variables"),
            ..named_dials()
        },
        _ => named_dials(),
    }
}

fn named_dials() -> DialRules {
    let none = OverridesRules::unsupported(NO);
    DialRules {
        to: DialToRules {
            phone_number: at("/to", text()),
            first_name: at("/first_name", text()),
            last_name: unsupported(NO),
            email: unsupported(NO),
        },
        from: DialFromRules { phone_number_id: at("/from", text()).required() },
        trunk_id: unsupported(NO),
        variables: at("/variables", map()),
        overrides: OverridesRules {
            transfers: at("/transfers", Transfers),
            greeting: GreetingOverridesRules { message: at("/first_sentence", text()), ..none.greeting },
            ..none
        },
    }
}

/// The codec for transfers. The vendor has the form of the API.
struct Transfers;

impl Codec<Vec<Transfer>> for Transfers {
    fn encode(&self, value: &Vec<Transfer>, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let numbers = value.iter().map(|transfer| json!({ "phone_number": transfer.phone_number }));
        Ok(Value::from_iter(numbers).into())
    }

    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<Transfer>> {
        serde_json::from_value(wire.clone()).ok()
    }

    fn domain(&self) -> Domain {
        Domain::Structure
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
        let failure = |outcome| VendorFailure::new(outcome).status(reply.status);
        match reply.status {
            200..300 => Ok(reply),
            401 => Err(Error::vendor(Kind::VendorAuthFailed, failure(Outcome::Rejected))),
            429 => Err(Error::vendor(Kind::VendorThrottled, failure(Outcome::Throttled))),
            400..500 => {
                let message = match reply.body {
                    Body::Json(body) => body.to_string(),
                    _ => String::new(),
                };
                Err(Error::vendor(Kind::VendorRejected, failure(Outcome::Rejected).message(message)))
            }
            // A wrong classification, which the transport corrects for an effect.
            _ => Err(Error::vendor(Kind::VendorUnavailable, failure(Outcome::Throttled))),
        }
    }
}

impl Adapter for Toy {
    fn descriptor(&self) -> &Descriptor {
        self.descriptor
    }

    fn agents(&self) -> &dyn Resource<Agent> {
        self
    }

    fn calls(&self) -> Option<&dyn Calls> {
        Some(self)
    }
}

impl Rules<Agent> for Toy {
    fn rules(&self) -> &AgentRules {
        &self.agents
    }
}

impl Rules<Dial> for Toy {
    fn rules(&self) -> &DialRules {
        &self.dials
    }
}

impl Resource<Agent> for Toy {
    fn perform(&self, step: VendorStep, parts: &Parts, _: OperationKey) -> Result<Exchange<StepAnswer>> {
        let request = match step.action {
            StepAction::Create(body) => Request::new("create agent", Method::Post, ["agents"]).json(body),
            StepAction::Update(body) => {
                Request::new("update agent", Method::Patch, ["agents".to_owned(), parts.id("")?.to_owned()])
                    .json(body)
            }
            StepAction::Publish | StepAction::Delete => {
                Request::new("delete agent", Method::Delete, ["agents".to_owned(), parts.id("")?.to_owned()])
            }
        };
        Ok(Exchange::send(request, |reply| {
            let document = reply.document("an object")?;
            let state = PartState::new(id_of(&document)?);
            Ok(Performed { state, document, coverage: Coverage::Whole }.into())
        }))
    }

    fn fetch(&self, parts: &Parts, _: ReadScope) -> Option<Exchange<Fetched>> {
        let id = parts.id("").ok()?.to_owned();
        let request = Request::new("read agent", Method::Get, ["agents".to_owned(), id.clone()]);
        Some(Exchange::send(request, move |reply| {
            Ok(Some(Remote::new(id, reply.document("an object")?)).into())
        }))
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        Exchange::Done(Vec::new())
    }
}

impl Calls for Toy {
    fn rules(&self) -> &dyn Rules<Dial> {
        self
    }

    fn answers_id(&self) -> AnswersId {
        if self.descriptor.adapter != "toy-blind" { AnswersId::Always } else { AnswersId::Never }
    }

    fn marks(&self) -> Marks {
        Marks::Never
    }

    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let mut body = dial.body;
        body["agent"] = json!(dial.agent.id("")?);
        body["marker"] = json!(dial.marker);
        let returns_id = self.answers_id() == AnswersId::Always;
        let request = Request::new("place call", Method::Post, ["calls"]).json(body).effect();
        Ok(Exchange::send(request, move |reply| {
            let id = id_of(&reply.document("an object")?)?;
            Ok(Placed { remote_id: returns_id.then_some(id), observation: None })
        }))
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        let now = window.now;
        Some(Exchange::send(Request::new("list calls", Method::Get, ["calls"]), move |reply| {
            let document = reply.document("a list")?;
            let rows = document.as_array().into_iter().flatten();
            let row = |row: &Value| {
                let mut seen = CallObservation::new(id_of(row)?, now);
                seen.peer = row["to"].as_str().and_then(PhoneNumber::from_vendor);
                Ok(seen)
            };
            let rows = rows.map(row).collect::<Result<_>>()?;
            Ok(CallObservations { rows, is_complete: true, ..CallObservations::default() })
        }))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &["/cost"]
    }
}

fn id_of(document: &Value) -> Result<String> {
    let id = document["id"].as_str().map(ToOwned::to_owned);
    id.ok_or_else(|| Error::unreadable(200, "an object with an id"))
}

//! A vendor whose abilities the settings choose.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use switchboard_core::prelude::*;
use url::Url;

use crate::bare;

const NO: &str = "The toy has no such setting.";

/// The only adapter of these tests.
pub static FACTORIES: [Factory; 1] = [Factory {
    adapter: "toy",
    settings: &[Setting { name: "api_key", about: "The abilities, as words.", secret: true }],
    recorded: |_, _| None,
    extension: None,
    build,
    trials: &[],
}];

/// The number of calls on a page of the list, if the vendor has the ability `pages`.
pub const PAGE_SIZE: usize = 3;

static PARTS: [Part; 1] = [Part::named("agent", Unit::Member)];

static DESCRIPTOR: Descriptor = Descriptor {
    adapter: "toy",
    title: "Toy",
    generation: "1",
    documentation: "https://toy.example",
    read_back: ReadBack::One,
    quirks: &[],
};

struct Toy {
    agent_rules: AgentRules,
    dial_rules: DialRules,
    base_url: Url,
    /// The abilities, as words. The tests pass them as the credential, because the toy has no other setting.
    abilities: SecretString,
}

fn build(settings: Value) -> BuildResult {
    let mut settings = Settings::from_value(settings)?;
    let base_url = settings.base_url("https://toy.example");
    let abilities = settings.credential("api_key");
    let toy = base_url.zip(abilities).map(|(base_url, abilities)| Toy {
        agent_rules: agent_rules(),
        dial_rules: dial_rules(),
        base_url,
        abilities,
    });
    settings.finish(toy).map(|toy| Box::new(toy) as Box<dyn Adapter>)
}

fn agent_rules() -> AgentRules {
    let bare = bare::rules();
    AgentRules {
        name: at("/agent/name", text()).required(),
        language: at("/agent/language", text()),
        prompt: PromptRules { instructions: at("/agent/text", text()), ..bare.prompt },
        voice: VoiceRules { id: at("/agent/voice_id", text()), ..bare.voice },
        ..bare::rules()
    }
}

fn dial_rules() -> DialRules {
    DialRules {
        to: DialToRules {
            phone_number: at("/to", text()),
            first_name: unsupported(NO),
            last_name: unsupported(NO),
            email: unsupported(NO),
        },
        from: DialFromRules { phone_number_id: unsupported(NO) },
        trunk_id: unsupported(NO),
        variables: unsupported(NO),
        overrides: OverridesRules::from_agent(bare::rules(), Moves::new(&[])),
    }
}

impl Toy {
    fn can(&self, ability: &str) -> bool {
        self.abilities.expose_secret().split(',').any(|word| word == ability)
    }
}

impl Account for Toy {
    fn base_url(&self) -> &Url {
        &self.base_url
    }

    fn sign(&self, _request: &mut Request) {}

    fn admit(&self, reply: Reply) -> Result<Reply> {
        let failure = VendorFailure::new(Outcome::Rejected).status(reply.status);
        match reply.status {
            200..300 => Ok(reply),
            404 => Err(Error::vendor(Kind::VendorRejected, failure.gone())),
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

    fn calls(&self) -> Option<&dyn Calls> {
        Some(self)
    }
}

impl Rules<Agent> for Toy {
    fn rules(&self) -> &AgentRules {
        &self.agent_rules
    }

    fn parts(&self) -> &'static [Part] {
        &PARTS
    }
}

impl Resource<Agent> for Toy {
    /// Accepts every write. The vendor's id of an agent is its prompt.
    fn perform(&self, step: VendorStep, parts: &Parts, _: OperationKey) -> Result<Exchange<StepAnswer>> {
        let id = match &step.action {
            StepAction::Create(body) => body["text"].as_str().unwrap_or_default().to_owned(),
            _ => parts.id("agent")?.to_owned(),
        };
        Ok(Exchange::Done(Performed::new(PartState::new(id)).into()))
    }

    fn fetch(&self, parts: &Parts, _: ReadScope) -> Option<Exchange<Fetched>> {
        let Some(agent) = parts.get("agent") else { return Some(Exchange::Done(Fetched::Gone)) };
        Some(Exchange::Done(Some(Remote::new(agent.id.clone(), json!({ "agent": {} }))).into()))
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        Exchange::Done(Vec::new())
    }
}

impl Rules<Dial> for Toy {
    fn rules(&self) -> &DialRules {
        &self.dial_rules
    }
}

impl Calls for Toy {
    fn rules(&self) -> &dyn Rules<Dial> {
        self
    }

    fn answers_id(&self) -> AnswersId {
        if self.can("answers-id") { AnswersId::Always } else { AnswersId::Never }
    }

    fn marks(&self) -> Marks {
        if self.can("marks") { Marks::Certain } else { Marks::Never }
    }

    fn place(&self, _dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        Err(Error::new(Kind::Internal, "No test of this suite dials."))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        let request = Request::new("read call", Method::Get, ["calls", remote_id].map(str::to_owned));
        self.can("fetch").then(|| {
            Exchange::send(request, |reply| Ok(Some(observation(&reply.document("a call")?, false))))
        })
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        let filter = Some(window).filter(|_| self.filters_list());
        let (peer, marker) =
            filter.map(|window| (window.peer.clone(), window.marker.clone())).unwrap_or_default();
        let since = window.since;
        let request = Request::new("list calls", Method::Get, ["calls"]).query("since", since);
        let is_excerpt = self.can("excerpts");
        let most = if self.can("pages") { window.max_pages(1) * PAGE_SIZE } else { usize::MAX };
        Some(Exchange::send(request, move |reply| {
            let rows = reply.document("a list")?;
            let rows = rows.as_array().into_iter().flatten().map(|row| observation(row, is_excerpt));
            let rows = rows.filter(|row| {
                row.times.begun_at.is_none_or(|begun| begun.latest() >= since)
                    && (peer.is_none() || row.peer.is_none() || row.peer == peer)
                    && (marker.is_none() || row.marker.is_none() || row.marker == marker)
            });
            let mut rows: Vec<_> = rows.collect();
            let is_complete = rows.len() <= most;
            rows.truncate(most);
            Ok(CallObservations { rows, is_complete, ..CallObservations::default() })
        }))
    }

    fn filters_list(&self) -> bool {
        !self.can("no-filter")
    }

    fn transcript(&self, remote_id: &str) -> Option<Exchange<Option<Transcript>>> {
        let path = ["calls", remote_id, "transcript"].map(str::to_owned);
        let request = Request::new("read transcript", Method::Get, path);
        self.can("transcripts").then(|| {
            Exchange::send(request, |reply| {
                Ok(reply.document("a transcript")?["text"].as_str().map(Transcript::from_text))
            })
        })
    }

    fn hang_up(&self, remote_id: &str) -> Option<Exchange<()>> {
        let request =
            Request::new("stop call", Method::Post, ["calls", remote_id, "stop"].map(str::to_owned));
        self.can("hang-up").then(|| Exchange::send(request, |_| Ok(())))
    }

    fn erase(&self, remote_id: &str) -> Option<Exchange<()>> {
        let request = Request::new("erase call", Method::Delete, ["calls", remote_id].map(str::to_owned));
        self.can("erase").then(|| Exchange::send(request, |_| Ok(())))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &[]
    }
}

fn observation(call: &Value, is_excerpt: bool) -> CallObservation {
    let text = |member: &str| call[member].as_str().map(ToOwned::to_owned);
    let status = match call["status"].as_str() {
        Some("queued") => Some(CallStatus::Queued),
        Some("ringing") => Some(CallStatus::Ringing),
        Some("talking") => Some(CallStatus::InProgress),
        Some("ended") => Some(CallStatus::Ended),
        _ => None,
    };
    let agent = AgentRef { remote_id: text("agent"), name: text("agent_name") };
    CallObservation {
        agent: (agent != AgentRef::default()).then_some(agent),
        peer: text("to").and_then(|number| PhoneNumber::from_vendor(&number)),
        direction: text("direction").map(|word| match word.as_str() {
            "inbound" => Direction::Inbound,
            _ => Direction::Outbound,
        }),
        marker: text("marker"),
        vendor_status: text("status"),
        status,
        ended_reason: status
            .filter(|status| *status == CallStatus::Ended)
            .map(|_| serde_json::from_value(call["reason"].clone()).unwrap_or(EndedReason::Completed)),
        times: CallTimes {
            begun_at: parse_timestamp(&call["begun_at"]),
            answered_at: parse_timestamp(&call["answered_at"]),
            ended_at: parse_timestamp(&call["ended_at"]),
        },
        transcript: text("transcript").map(|text| Transcript::from_text(&text)),
        is_excerpt,
        ..CallObservation::new(text("id").unwrap_or_default(), Timestamp::now())
    }
}

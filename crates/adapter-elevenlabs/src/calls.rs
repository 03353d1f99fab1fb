//! The exchanges for calls.

use switchboard_core::prelude::*;

use crate::{agents, config::CallOverrides, dial, wire};

/// The maximum number of pages that one look reads: twice as many as 1,000 calls need.
const MAX_PAGES: usize = 20;

/// The providers of phone numbers, each with its segment in the path of a dial (vendor OpenAPI document, 2026-08-22).
const PROVIDERS: &[(&str, &str)] = &[("twilio", "twilio"), ("sip_trunk", "sip-trunk"), ("exotel", "exotel")];

/// The rules and exchanges for ElevenLabs calls.
pub struct PhoneCalls {
    rules: DialRules,
}

impl PhoneCalls {
    /// Builds the rules and exchanges.
    pub fn new(overrides: CallOverrides) -> Self {
        Self { rules: dial::rules(overrides) }
    }
}

impl Rules<Dial> for PhoneCalls {
    fn rules(&self) -> &DialRules {
        &self.rules
    }

    fn catalogues(&self) -> &'static [CatalogueKind] {
        &[CatalogueKind::PHONE_NUMBERS]
    }
}

impl Calls for PhoneCalls {
    fn rules(&self) -> &dyn Rules<Dial> {
        self
    }

    fn answers_id(&self) -> AnswersId {
        AnswersId::Always
    }

    /// Returns `Certain`: the marker is the `user_id` of the conversation, which the vendor returns.
    fn marks(&self) -> Marks {
        Marks::Certain
    }

    /// Sends the request to dial. The provider of the phone number determines the path of the request.
    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let agent = dial.agent.id(agents::PART)?;
        let from = document_path::get(&dial.body, dial::FROM).and_then(|id| id.as_str());
        let number = from.and_then(|id| dial.facts.by_id(CatalogueKind::PHONE_NUMBERS, id));
        let provider = number.and_then(|number| number.kind.as_deref());
        let Some((_, segment)) = PROVIDERS.iter().find(|(known, _)| Some(*known) == provider) else {
            return Err(unknown_number());
        };
        check_placeholders(&dial)?;
        let request = Request::new("place call", Method::Post, ["v1", "convai", segment, "outbound-call"])
            .json(wire::dial(dial.body, agent, dial.marker));
        Ok(Exchange::send(request.effect(), wire::placed))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        Some(Exchange::send(one("read call", Method::Get, remote_id), wire::call))
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        Some(CallPages::new(window, MAX_PAGES, page, read_page).exchange())
    }

    fn recording(&self, remote_id: &str) -> Option<Request> {
        let path = ["v1", "convai", "conversations", remote_id, "audio"].map(ToOwned::to_owned);
        Some(Request::new("read recording", Method::Get, path).accepting("audio/*"))
    }

    fn erase(&self, remote_id: &str) -> Option<Exchange<()>> {
        Some(Exchange::send(one("delete call", Method::Delete, remote_id), wire::deleted))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &["/ended_at", "/analysis/sentiment"]
    }
}

fn page(window: &CallWindow, cursor: Option<&str>) -> Request {
    let request = Request::new("list calls", Method::Get, ["v1", "convai", "conversations"])
        .query("page_size", wire::PAGE_SIZE)
        // The vendor does not document whether the range includes the given second.
        .query("call_start_after_unix", window.since.as_second().saturating_sub(1));
    let filters =
        [("agent_id", window.agent.as_deref()), ("user_id", window.marker.as_deref()), ("cursor", cursor)];
    let given = filters.into_iter().filter_map(|(name, value)| Some((name, value?)));
    given.fold(request, |request, (name, value)| request.query(name, value))
}

fn read_page(reply: Reply, window: &CallWindow, _: Option<&str>) -> Result<CallListPage> {
    let (rows, next) = wire::calls(reply, window.now)?;
    Ok(CallListPage { rows, is_covered: next.is_none(), next })
}

fn unknown_number() -> Error {
    let detail = "/from/phone_number_id must be the id of a phone number in the vendor's list, because the provider of the number determines the vendor's request.";
    Error::invalid(vec![Violation::at("/from/phone_number_id", Kind::FieldRequired, detail)])
}

/// Checks that each placeholder of the agent has a value. Otherwise, the vendor would end the call after it was placed.
fn check_placeholders(dial: &PlaceCall<'_>) -> Result<()> {
    let values = document_path::get(&dial.body, dial::VARIABLES);
    let is_given = |name: &str| values.is_some_and(|values| values.get(name).is_some());
    let has_value = |name: &str| name.starts_with(dial::OWN_VARIABLES) || is_given(name);
    match missing_variables(dial.settings, dial::TEXTS, has_value) {
        missing if missing.is_empty() => Ok(()),
        missing => Err(Error::invalid(missing)),
    }
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["v1", "convai", "conversations", id].map(ToOwned::to_owned))
}

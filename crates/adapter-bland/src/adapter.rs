//! The adapter for one Bland organization.

use secrecy::SecretString;
use switchboard_core::prelude::*;
use url::Url;

use crate::{agents::Agents, calls::PhoneCalls, catalogue, config::Config, fault};

/// The adapter's name in the configuration and in `extensions`.
pub const NAME: &str = "bland";

const DESCRIPTOR: Descriptor = Descriptor {
    adapter: NAME,
    title: "Bland",
    generation: "2026",
    documentation: "https://docs.bland.ai",
    read_back: ReadBack::One,
    quirks: &[
        "An agent is a persona. The vendor keeps a draft and a production version of it. An update changes the draft, and the gateway then promotes the draft to production.",
        "The gateway promotes a draft only if all its changes are those of the write. If another user has changed the draft without promoting it, the gateway refuses the write and names these changes.",
        "The name of a persona has no versions, so a new name takes effect immediately.",
        "Many settings exist only for a call or a phone number, such as the greeting, the webhook and the voicemail. The gateway keeps them and reports them as unsupported.",
        "A persona that answers phone numbers cannot be deleted. Detach the numbers at the vendor first.",
        "The vendor calls a phone number only once in 10 seconds. A second call is throttled.",
        "The list of calls has neither the direction nor the agent, so the gateway reads each call.",
        "A failure can come with status 200. The gateway replaces the vendor's error messages by its own.",
    ],
};

/// The adapter for one Bland organization.
pub struct Bland {
    base_url: Url,
    api_key: SecretString,
    agents: Agents,
    calls: PhoneCalls,
}

impl Bland {
    /// Builds the adapter from the settings of its organization.
    pub fn new(config: Config) -> Self {
        Self {
            base_url: config.base_url,
            api_key: config.api_key,
            agents: Agents::new(),
            calls: PhoneCalls::new(),
        }
    }
}

impl Account for Bland {
    fn base_url(&self) -> &Url {
        &self.base_url
    }

    /// Adds the bare key, without `Bearer` (vendor documentation, 2026-08-09).
    fn sign(&self, request: &mut Request) {
        request.headers.push(("authorization", self.api_key.clone()));
    }

    fn admit(&self, reply: Reply) -> Result<Reply> {
        fault::admit(reply)
    }
}

impl Adapter for Bland {
    fn descriptor(&self) -> &Descriptor {
        &DESCRIPTOR
    }

    fn agents(&self) -> &dyn Resource<Agent> {
        &self.agents
    }

    fn calls(&self) -> Option<&dyn Calls> {
        Some(&self.calls)
    }

    fn catalogue(&self, kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
        catalogue::ask(kind)
    }
}

//! The rules of the agent's settings that a persona cannot hold, and that go with each call. Paths and ranges are from the
//! vendor's documentation of calls of 2026-08-09.

use serde_json::json;
use switchboard_core::prelude::*;

use crate::wire;

const NOT_HERE: &str = "A request to dial has no place for the setting.";
const WEBHOOK: &str = "/webhook";
const VOICEMAIL: &str = "/voicemail";

/// The agent's settings that go with each call.
pub struct CallSettings {
    rules: AgentRules,
}

impl CallSettings {
    /// Builds the rules.
    pub fn new() -> Self {
        Self { rules: rules() }
    }
}

impl Rules<Agent> for CallSettings {
    fn rules(&self) -> &AgentRules {
        &self.rules
    }
}

fn rules() -> AgentRules {
    let none = AgentRules::unsupported(NOT_HERE);
    AgentRules {
        // The vendor's default is not neutral, so a value is always sent.
        timezone: at("/timezone", text()).required().default(json!("America/Los_Angeles")),
        model: ModelRules {
            name: at("/model", words(&["base", "turbo"])),
            temperature: at("/temperature", number().within(0.0..=1.0)),
            ..none.model
        },
        transcription: TranscriptionRules {
            keywords: at("/keywords", wire::keywords()),
            ..none.transcription
        },
        pronunciations: at("/pronunciation_guide", wire::pronunciations()),
        turn_taking: TurnTakingRules {
            interruptible: at("/block_interruptions", yes_no(false, true)),
            interruption_sensitivity: at("/interruptibility", wire::interruptibility()),
            ..none.turn_taking
        },
        keypad: KeypadRules { accept_digits: at("/ignore_button_press", yes_no(false, true)), ..none.keypad },
        voicemail: VoicemailRules {
            action: facet(VOICEMAIL, wire::VOICEMAIL.action()),
            message: facet(VOICEMAIL, wire::VOICEMAIL.message(text())),
        },
        audio: AudioRules { noise_cancellation: at("/noise_cancellation", flag()), ..none.audio },
        analysis: AnalysisRules {
            summary_prompt: at("/summary_prompt", text().max_len(2_000)),
            ..none.analysis
        },
        webhook: WebhookRules {
            url: facet(WEBHOOK, text().starting_with("https://")),
            enabled: presence(
                WEBHOOK,
                "/webhook/url",
                "The vendor has no switch; a webhook with a URL is used.",
            ),
            ..none.webhook
        },
        ..none
    }
}

//! The three shapes that a record in one document does not have.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{
    bare,
    vendor::{Shape, build, descriptor},
};

const PROVIDERS: &[&str] = &["acme", "11labs", "openai"];

const SPEAKERS: &[(Speaker, &str)] = &[(Speaker::Agent, "agent"), (Speaker::Caller, "user")];

/// One object; an update replaces each member that it names, with all of its nested members (Vapi).
pub const VAPI: Factory = factory(
    "vapi-like",
    |settings| build(&VAPI_SHAPE, settings),
    &[trial(
        include_str!("vapi/fixtures/getAssistant.whole.json"),
        ["createAssistant", "updateAssistant", "deleteAssistant"],
    )],
);

static VAPI_SHAPE: Shape = Shape {
    descriptor: &VAPI_DESCRIPTOR,
    parts: &[Part::root(Unit::Member)],
    rules: || {
        let bare = bare::rules();
        AgentRules {
            name: at("/name", text().max_len(80)).required(),
            language: at_each(&["/transcriber/language", "/voice/language"], text()),
            prompt: PromptRules {
                instructions: at("/model/messages/[role=system]/content", text()),
                goal: at("/model/messages/[role=assistant]/content", text()),
                ..bare.prompt
            },
            voice: VoiceRules {
                id: at("/voice/voiceId", text()).required(),
                provider: at("/voice/provider", words(PROVIDERS).or_refuse()).required(),
                speed: at("/voice/speed", number()).domain_by(
                    "/voice/provider",
                    &[("11labs", 0.7..=1.2), ("acme", 0.5..=2.0), ("openai", 0.25..=4.0)],
                ),
                stability: at("/voice/stability", number().within(0.0..=1.0)).only_when_any(
                    "/voice/provider",
                    &["11labs", "acme"],
                    "Other providers have no stability.",
                ),
                ..bare::voice()
            },
            call: CallLimitsRules {
                max_duration_s: at("/maxDurationSeconds", number().within(10.0..=43_200.0)).off_as(-1),
                ..bare.call
            },
            model: ModelRules {
                name: at("/model/model", text()).required(),
                temperature: at("/model/temperature", number().within(0.0..=2.0)),
                ..bare.model
            },
            ..bare::rules()
        }
    },
    complete: |_, _| {},
};

static VAPI_DESCRIPTOR: Descriptor = descriptor("vapi-like");

/// Two objects, of which one stores the other's id, and a version that is published (Retell).
pub const RETELL: Factory = factory(
    "retell-like",
    |settings| build(&RETELL_SHAPE, settings),
    &[trial(
        include_str!("retell/fixtures/getAgent.whole.json"),
        ["createAgent", "updateAgent", "deleteAgent"],
    )],
);

static RETELL_SHAPE: Shape = Shape {
    descriptor: &RETELL_DESCRIPTOR,
    parts: &[
        Part::named("agent", Unit::Member).published(),
        Part::named("llm", Unit::Member).linked_at("/agent/response_engine/llm_id"),
    ],
    rules: || {
        let bare = bare::rules();
        AgentRules {
            name: at("/agent/name", text()).required(),
            language: at("/agent/language", text()),
            prompt: PromptRules { instructions: at("/llm/general_prompt", text()), ..bare.prompt },
            greeting: GreetingRules {
                message: at("/llm/begin_message", text()),
                first_speaker: at("/llm/start_speaker", one_of(SPEAKERS)),
            },
            voice: VoiceRules {
                id: at("/agent/voice_id", text()).required(),
                speed: at("/agent/voice_speed", number().within(0.5..=2.0)),
                ..bare::voice()
            },
            transfer: TransferRules {
                phone_number: at("/llm/general_tools/[type=transfer_call]/number", text()),
            },
            ..bare::rules()
        }
    },
    complete: |part, body| {
        if part == "agent" {
            body["response_engine"]["type"] = json!("retell-llm");
        }
    },
};

static RETELL_DESCRIPTOR: Descriptor = descriptor("retell-like");

/// A side object that is made first, and only if the record asks for it; its secret is shown once (ElevenLabs).
pub const ELEVENLABS: Factory = factory(
    "elevenlabs-like",
    |settings| build(&ELEVENLABS_SHAPE, settings),
    &[trial(
        include_str!("elevenlabs/fixtures/getAgent.whole.json"),
        ["createAgent", "updateAgent", "deleteAgent"],
    )],
);

static ELEVENLABS_SHAPE: Shape = Shape {
    descriptor: &ELEVENLABS_DESCRIPTOR,
    parts: &[
        Part::named("webhook", Unit::Leaf)
            .optional()
            .linked_at("/agent/platform_settings/workspace_overrides/post_call_webhook_id"),
        Part::named("agent", Unit::Document),
    ],
    rules: || {
        let bare = bare::rules();
        AgentRules {
            name: at("/agent/name", text()).required(),
            language: at("/agent/conversation_config/agent/language", text()),
            prompt: PromptRules {
                instructions: at("/agent/conversation_config/agent/prompt/prompt", text()),
                ..bare.prompt
            },
            voice: VoiceRules {
                id: at("/agent/conversation_config/tts/voice_id", text()),
                speed: at("/agent/conversation_config/tts/speed", number().within(0.7..=1.2)),
                ..bare::voice()
            },
            webhook: WebhookRules { url: at("/webhook/url", text()), ..bare.webhook },
            ..bare::rules()
        }
    },
    complete: |_, _| {},
};

static ELEVENLABS_DESCRIPTOR: Descriptor = descriptor("elevenlabs-like");

const fn factory(
    adapter: &'static str,
    build: fn(Value) -> BuildResult,
    trials: &'static [Trial],
) -> Factory {
    Factory {
        adapter,
        settings: &[Setting { name: "api_key", about: "The key.", secret: true }],
        recorded: |_, _| None,
        extension: None,
        build,
        trials,
    }
}

/// The sample data of a toy. No simulator is made of it.
const fn trial(full_record: &'static str, [create, update, delete]: [&'static str; 3]) -> Trial {
    Trial {
        name: "toy",
        generation: "1",
        settings: &[("api_key", "conformance-key-0001")],
        agent: include_str!("../../src/full_agent.json"),
        full_agent: include_str!("../../src/full_agent.json"),
        full_record,
        voice: "voice-1",
        model: None,
        agents: TrialAgents { create, update, delete, collection: "agents", instructions: "prompt" },
    }
}

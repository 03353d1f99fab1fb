//! The three shapes that a record in one document does not have.

use serde_json::{Value, json};
use switchboard_core::{
    AgentRules, Descriptor, Factory, ModelRules, Part, PromptRules, Setting, Speaker, TransferRules, Unit,
    VoiceRules, WebhookRules, at, number, one_of, text,
};

use crate::{
    bare,
    vendor::{Shape, build, descriptor},
};

const SPEAKERS: &[(Speaker, &str)] = &[(Speaker::Agent, "agent"), (Speaker::Caller, "user")];

/// One object; an update replaces each member that it names, with all of its nested members (Vapi).
pub const VAPI: Factory = factory("vapi-like", |settings| build(&VAPI_SHAPE, settings));

static VAPI_SHAPE: Shape = Shape {
    descriptor: &VAPI_DESCRIPTOR,
    parts: &[Part::root(Unit::Member)],
    rules: || {
        let bare = bare::rules();
        AgentRules {
            name: at("/name", text().max_len(80)).required(),
            language: at("/transcriber/language", text()),
            prompt: PromptRules {
                instructions: at("/model/messages/[role=system]/content", text()),
                goal: at("/model/messages/[role=assistant]/content", text()),
                ..bare.prompt
            },
            voice: VoiceRules {
                id: at("/voice/voiceId", text()).required(),
                speed: at("/voice/speed", number().within(0.25..=2.0)),
                stability: at("/voice/stability", number().within(0.0..=1.0)),
                ..bare::voice()
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
pub const RETELL: Factory = factory("retell-like", |settings| build(&RETELL_SHAPE, settings));

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
            greeting: switchboard_core::GreetingRules {
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
pub const ELEVENLABS: Factory = factory("elevenlabs-like", |settings| build(&ELEVENLABS_SHAPE, settings));

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

const fn factory(adapter: &'static str, build: fn(Value) -> switchboard_core::BuildResult) -> Factory {
    Factory {
        adapter,
        settings: &[Setting { name: "api_key", about: "The key.", secret: true }],
        generations: &["1"],
        recorded: |_, _| None,
        extension: None,
        build,
    }
}

//! Three vendor shapes: one object with members that updates replace separately, two linked objects, and a
//! main object with optional objects and a list of objects.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{
    bare, catalogue,
    vendor::{Shape, build, descriptor},
};

const PROVIDERS: &[&str] = &["acme", "11labs", "openai"];

/// A vendor with one object per record. An update replaces each member that it contains, including all nested members.
/// Phone numbers are separate objects, which are bound to the record (Vapi).
pub const VAPI: Factory = Factory {
    recorded: exported_voices,
    ..factory(
        "vapi-like",
        |settings| build(&VAPI_SHAPE, settings),
        &[trial(
            include_str!("vapi/fixtures/getAssistant.whole.json"),
            ["createAssistant", "updateAssistant", "deleteAssistant"],
        )],
    )
};

/// Returns the recorded answer to a request for voices. The vendor exports the voices to a file behind a
/// signed URL.
fn exported_voices(_: &str, request: &Request) -> Option<&'static str> {
    Some(match request.to {
        Destination::Path(_) => include_str!("vapi/fixtures/exportVoices.ready.json"),
        Destination::Granted(_) => include_str!("vapi/fixtures/readExport.file.json"),
    })
}

static VAPI_SHAPE: Shape = Shape {
    descriptor: &VAPI_DESCRIPTOR,
    parts: &[Part::root(Unit::Member), Part::bound("phone_number")],
    catalogues: &[CatalogueKind::VOICES],
    list: catalogue::exported,
    hosts: &[AllowedHost::exact("files.toy.example")],
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
                id: at("/voice/voiceId", catalogue_id(CatalogueKind::VOICES)).required(),
                provider: at("/voice/provider", words(PROVIDERS).or_refuse()).required(),
                speed: at("/voice/speed", number()).domain_by(
                    "/voice/provider",
                    &[("11labs", 0.7..=1.2), ("acme", 0.5..=2.0), ("openai", 0.25..=4.0)],
                ),
                stability: at("/voice/stability", number().within(0.0..=1.0)).only_when(
                    "/voice/provider",
                    ["11labs", "acme"],
                    "Other providers have no stability.",
                ),
                ..bare::voice()
            },
            call: CallLimitsRules {
                max_duration_s: at("/maxDurationSeconds", number().within(10.0..=43_200.0)).off_as(-1),
                ..bare.call
            },
            silence: SilenceRules {
                reprompts: at("/hooks/[on=customer.speech.timeout]/do/[type=say]/exact", single(text())),
                ..bare.silence
            },
            ending: EndingRules {
                message: at("/hooks/[on=call.ending]/do/[type=say]/exact", text()),
                ..bare.ending
            },
            transfers: at(
                "/hooks/[on=customer.speech.timeout]/do/[type=transfer]/destination/number",
                single(transfer_number()),
            ),
            model: ModelRules {
                name: at("/model/model", text()).required(),
                temperature: at("/model/temperature", number().within(0.0..=2.0)),
                ..bare.model
            },
            phone_number_id: bound("/phone_number", NUMBER_PER_CALL),
            ..bare::rules()
        }
    },
    calls: None,
    complete: |_, _| {},
};

static VAPI_DESCRIPTOR: Descriptor = descriptor("vapi-like");

/// A vendor with two objects per record. One object stores the id of the other object, and its changes take
/// effect only after a version is published (Retell).
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
    catalogues: &[],
    list: catalogue::listed,
    hosts: &[],
    rules: || {
        let bare = bare::rules();
        AgentRules {
            name: at("/agent/name", text()).required(),
            language: at("/agent/language", text()),
            prompt: PromptRules { instructions: at("/llm/general_prompt", text()), ..bare.prompt },
            greeting: GreetingRules {
                message: facet("/llm/begin_message", besides("", text())),
                first_speaker: facet(
                    "/llm/begin_message",
                    reserved_value("", Speaker::Caller, Speaker::Agent),
                )
                .cleared_as(Speaker::Agent),
                ..bare.greeting
            },
            voice: VoiceRules {
                id: at("/agent/voice_id", text()).required(),
                speed: at("/agent/voice_speed", number().within(0.5..=2.0)),
                ..bare::voice()
            },
            ending: EndingRules {
                message: at("/llm/general_tools/[type=end_call]/execution_message", text()),
                hang_up: at("/llm/general_tools/[type=end_call]/description", hang_up_instructions(text())),
            },
            transfers: at(
                "/llm/general_tools/[type=transfer_call]/transfer_destination/number",
                single(transfer_number()),
            ),
            ..bare::rules()
        }
    },
    calls: Some(Moves::new(&[("/agent", "/override/agent"), ("/llm", "/override/llm")])),
    complete: |part, body| {
        if part == "agent" {
            body["response_engine"]["type"] = json!("retell-llm");
        }
    },
};

static RETELL_DESCRIPTOR: Descriptor = descriptor("retell-like");

/// A kind of catalogue that the core does not define: the phone numbers of the account.
const PHONE_NUMBERS: CatalogueKind = CatalogueKind::new("phone_numbers", "the phone numbers of the account.");

/// A vendor that stores a record in a main object, an optional webhook and a list of tools (ElevenLabs). The
/// webhook and the tools are created before the main object, which stores their ids. The vendor returns the
/// secret of the webhook only once. Plans look up phone numbers in a kind of catalogue that the core does not
/// define.
pub const ELEVENLABS: Factory = Factory {
    recorded: phone_numbers,
    ..factory(
        "elevenlabs-like",
        |settings| build(&ELEVENLABS_SHAPE, settings),
        &[trial(
            include_str!("elevenlabs/fixtures/getAgent.whole.json"),
            ["createAgent", "updateAgent", "deleteAgent"],
        )],
    )
};

/// Returns the recorded list of phone numbers.
fn phone_numbers(_: &str, _: &Request) -> Option<&'static str> {
    Some(include_str!("elevenlabs/fixtures/listPhoneNumbers.all.json"))
}

static ELEVENLABS_SHAPE: Shape = Shape {
    descriptor: &ELEVENLABS_DESCRIPTOR,
    parts: &[
        Part::named("webhook", Unit::Leaf)
            .optional()
            .linked_at("/agent/platform_settings/workspace_overrides/post_call_webhook_id"),
        Part::named("tool", Unit::Leaf)
            .each("name")
            .linked_at("/agent/conversation_config/agent/prompt/tool_ids"),
        Part::named("agent", Unit::Document),
    ],
    catalogues: &[PHONE_NUMBERS],
    list: catalogue::listed,
    hosts: &[],
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
            ending: EndingRules {
                hang_up: at("/tool/[name=end_call]/description", hang_up_instructions(text())),
                ..bare.ending
            },
            transfers: at("/tool/[name=transfer_to_number]/params/phone_number", single(transfer_number())),
            webhook: WebhookRules { url: at("/webhook/url", text()), ..bare.webhook },
            phone_number_id: at("/agent/phone_number_id", catalogue_id(PHONE_NUMBERS)),
            ..bare::rules()
        }
    },
    calls: None,
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

/// Builds the trial of a toy vendor. Toy vendors have no simulator.
const fn trial(full_record: &'static str, [create, update, delete]: [&'static str; 3]) -> Trial {
    Trial {
        name: "toy",
        generation: "1",
        settings: &[("api_key", "conformance-key-0001")],
        sandbox_settings: &[],
        agent: include_str!("../../src/full_agent.json"),
        full_agent: include_str!("../../src/full_agent.json"),
        full_record,
        voice: "voice-1",
        model: None,
        agents: TrialAgents { create, update, delete, collection: "agents", instructions: "prompt" },
    }
}

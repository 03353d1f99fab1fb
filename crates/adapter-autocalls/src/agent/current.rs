//! The rule table of 2026, in which requests and answers have the same field names.

use serde_json::json;
use switchboard_core::prelude::*;

use super::{
    DIRECTIONS, ENDPOINTING, ENGINES, ENGINES_READ, NO_WAY_BACK, opt_out, privacy, prompt, pronunciations,
    sensitivity, setting, share, tool_ids, voicemail, waits_for_caller, webhook,
};
use crate::{
    tools,
    wire::{self, Extractions, ModelOfEngine},
};

const AMBIENT_SOUNDS: &[&str] = &["off", "office", "city", "forest", "crowded_room", "cafe", "nature"];

pub fn rules() -> AgentRules {
    AgentRules {
        name: at("/name", text().max_len(255)).required(),
        direction: at("/type", one_of(DIRECTIONS)).required(),
        language: at("/language_id", language_by_id()).required(),
        additional_languages: at("/secondary_language_ids", list(language_by_id()))
            .cleared_by(json!([]))
            .may_be_omitted(),
        timezone: at("/timezone", text()).required().default(json!("UTC")).cannot_clear(NO_WAY_BACK),
        prompt: prompt(),
        greeting: GreetingRules {
            message: at("/initial_message", text().max_len(200)).required().cannot_clear(NO_WAY_BACK),
            first_speaker: at("/wait_for_customer", waits_for_caller()).cannot_clear(NO_WAY_BACK),
            generated: fixed(false, "The vendor requires the text of the first message."),
            interruptible: unsupported("The vendor has one setting for interruptions in the whole call."),
            delay_s: unsupported("The vendor has no delay before the first message."),
        },
        voice: VoiceRules {
            fallback_ids: unsupported("An assistant has one voice."),
            id: at("/voice_id", integer_id()).required().listed(CatalogueKind::VOICES, ListedBy::Id).note("A voice belongs to an engine."),
            name: unsupported("The vendor identifies a voice only by its id."),
            accent: unsupported("The voice determines the accent."),
            gender: unsupported("The voice determines the gender."),
            provider: at("/synthesizer_provider_id", integer_id())
                .note("The vendor's id of the synthesizer. If omitted, the language determines the synthesizer."),
            model: unsupported("The voice determines the synthesizer's model."),
            speed: at("/speech_speed", number().within(0.7..=1.2)).cannot_clear(NO_WAY_BACK),
            stability: at("/voice_stability", share()).cannot_clear(NO_WAY_BACK),
            similarity: at("/voice_similarity", share()).cannot_clear(NO_WAY_BACK),
            style: unsupported("The vendor has no such control."),
            speaker_boost: unsupported("The vendor has no such control."),
        },
        model: ModelRules {
            engine: at("/mode", one_of(ENGINES))
                .reads_as("/mode", one_of(ENGINES_READ))
                .resets_others()
                .required()
                .default(json!("pipeline"))
                .cannot_clear(NO_WAY_BACK)
                .note("If the engine changes, the vendor resets the settings that depend on it, so all settings are sent again."),
            endpoint: unsupported("The vendor runs the models of its own list only."),
            name: across(&ModelOfEngine::FIELDS, ModelOfEngine)
                .listed(CatalogueKind::MODELS, ListedBy::IdOrName).required().cannot_clear(NO_WAY_BACK),
            temperature: at("/llm_temperature", share()).cannot_clear(NO_WAY_BACK),
            max_tokens: unsupported("The vendor has no limit on tokens."),
            fallback: unsupported("The vendor's second model serves the tool calls of the realtime engine; it does not replace a model that fails."),
        },
        transcription: TranscriptionRules {
            provider: at("/transcriber_provider_id", integer_id())
                .only_when("/mode", json!("pipeline"), "With the realtime engine, the vendor has no transcriber.")
                .note("The vendor's id of the transcriber. If omitted, the language determines the transcriber."),
            model: unsupported("The provider determines the model."),
            keywords: unsupported("The vendor has no keywords for the transcription."),
        },
        pronunciations: pronunciations(),
        turn_taking: TurnTakingRules {
            endpointing: at("/endpoint_type", one_of(ENDPOINTING)).cannot_clear(NO_WAY_BACK),
            endpointing_sensitivity: at("/endpoint_sensitivity", sensitivity()).cannot_clear(NO_WAY_BACK),
            endpointing_silence_ms: unsupported("The vendor has a sensitivity setting instead."),
            interruptible: setting("/allow_interruptions").default(json!(true)).only_when(
                "/mode",
                json!("pipeline"),
                "With the realtime engine, the vendor accepts only true.",
            ),
            interruption_sensitivity: at("/interrupt_sensitivity", sensitivity()).cannot_clear(NO_WAY_BACK),
            interruption_min_words: at("/min_interrupt_words", number().steps(1.0).within(0.0..=10.0)),
        },
        silence: SilenceRules {
            reprompt_after_s: at("/reengagement_interval", seconds().within(7.0..=600.0))
                .cannot_clear(NO_WAY_BACK),
            reprompts: at("/reengagement_prompt", single(text().max_len(1000)))
                .may_be_omitted()
                .note("The vendor treats the value as an instruction, not as literal wording."),
            max_reprompts: unsupported("The vendor has no such limit."),
            hang_up_after_s: at("/max_silence_duration", seconds().within(1.0..=360.0))
                .cannot_clear(NO_WAY_BACK),
        },
        keypad: KeypadRules {
            accept_digits: existence("/tools/[type=collect_keypad]", &[("type", "collect_keypad")]),
            press_digits: existence("/tools/[type=dtmf_input]", &[("type", "dtmf_input")]),
        },
        call: CallLimitsRules {
            max_duration_s: at("/max_duration", seconds().within(20.0..=1200.0)).cannot_clear(NO_WAY_BACK),
            record: setting("/record"),
            ring_timeout_s: at("/ringing_time", seconds().within(1.0..=60.0)).cannot_clear(NO_WAY_BACK),
        },
        voicemail: voicemail(
            at("/voice_mail_message", text().max_len(1000))
                .may_be_omitted()
                .note("The vendor does not document what happens to a message if the call ends on voicemail."),
        ),
        audio: AudioRules {
            ambient_sound: at("/ambient_sound", words(AMBIENT_SOUNDS)).cannot_clear(NO_WAY_BACK),
            ambient_volume: at("/ambient_sound_volume", share()).cannot_clear(NO_WAY_BACK),
            noise_cancellation: setting("/enable_noise_cancellation"),
            fillers: setting("/fillers").default(json!(false)).only_when(
                "/mode",
                json!("pipeline"),
                "With the realtime engine, the vendor accepts only false.",
            ),
            filler_words: unsupported(
                "The vendor groups filler words by mood, and this API has no mood for a filler word.",
            ),
        },
        ending: EndingRules {
            message: unsupported("The vendor has no closing message."),
            hang_up: at("/tools/[type=end_call]", structured(tools::write_hang_up, tools::read_hang_up)),
        },
        transfers: at("/tools/[type=call_transfer]", single(structured(tools::write_transfer, tools::read_transfer)))
            .note("The vendor stores one cold transfer. A tool for warm transfers that was set up at the vendor is kept."),
        handovers: at("/tools/[type=assistant_transfer]", single(structured(tools::write_handover, tools::read_handover)))
            .note("The vendor's guide shows one handover. Whether it takes several is not documented."),
        opt_out: opt_out(),
        analysis: AnalysisRules {
            evaluate: setting("/post_call_evaluation"),
            criteria: unsupported("The vendor accepts no criteria; analysis.extraction can state them as data points."),
            emotions: unsupported("The vendor recognizes no emotions."),
            summary_prompt: unsupported("The vendor always writes a summary and accepts no prompt for it."),
            outcome_prompt: unsupported("The vendor always judges the outcome and accepts no prompt for it."),
            sentiment: unsupported("The vendor does not classify the sentiment; analysis.extraction can do so."),
            extraction: at("/post_call_schema", Extractions { check: wire::check_current })
                .cleared_by(json!([])),
        },
        webhook: webhook(),
        privacy: privacy(),
        variables: at("/variables", map()).cleared_by(json!({})),
        tools: unsupported(
            "The vendor books meetings at Cal.com with a separate key and sends no messages; a tool that sends an HTTP request is set up at the vendor, and its id belongs in tool_ids. Tools that were set up at the vendor are kept.",
        ),
        tool_ids: tool_ids(),
        knowledge_base_ids: at("/knowledgebase_id", single(integer_id()))
            .unlisted(CatalogueKind::KNOWLEDGE_BASES, "The gateway does not read the vendor's knowledge bases."),
        phone_number_id: at("/phone_number_id", integer_id()).listed(CatalogueKind::PHONE_NUMBERS, ListedBy::Id),
    }
}

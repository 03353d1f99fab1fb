//! The rule table of 2025. Requests have the field names of 2025, and answers have the field names of 2026.

use serde_json::json;
use switchboard_core::prelude::*;

use super::{
    DIRECTIONS, ENDPOINTING, ENGINES, ENGINES_READ, NO_WAY_BACK, opt_out, privacy, prompt, pronunciations,
    sensitivity, setting, share, tool_ids, voicemail, waits_for_caller, webhook,
};
use crate::wire::{self, Extractions, NamedModel};

/// The directions in requests. In the vendor's example, a request with `make` is answered with `outbound`. The
/// equivalence of `receive` and `inbound` is inferred.
const CALLS_DIRECTIONS: &[(Direction, &str)] =
    &[(Direction::Inbound, "receive"), (Direction::Outbound, "make")];

const FIRST_SPEAKERS: &[(Speaker, &str)] = &[(Speaker::Agent, "AI assistant"), (Speaker::Caller, "Customer")];

pub fn rules() -> AgentRules {
    AgentRules {
        name: at("/assistant_name", text().max_len(255)).reads("/name").required(),
        direction: at("/calls_direction", one_of(CALLS_DIRECTIONS))
            .reads_as("/type", one_of(DIRECTIONS))
            .required(),
        language: at("/language", language_by_name()).reads("/language_id").required(),
        additional_languages: unsupported("An assistant of this generation has one language."),
        timezone: at("/timezone", text()).required().default(json!("UTC")).cannot_clear(NO_WAY_BACK),
        prompt: prompt(),
        greeting: GreetingRules {
            message: at("/initial_message", text()).required().cannot_clear(NO_WAY_BACK),
            first_speaker: at("/who_speaks_first", one_of(FIRST_SPEAKERS))
                .reads_as("/wait_for_customer", waits_for_caller())
                .cannot_clear(NO_WAY_BACK),
            generated: fixed(false, "The vendor requires the text of the first message."),
            interruptible: unsupported("The vendor has one setting for interruptions in the whole call."),
            delay_s: unsupported("The vendor has no delay before the first message."),
        },
        voice: VoiceRules {
            fallback_ids: unsupported("An assistant has one voice."),
            id: at("/voice_id", integer_id()).required().listed(CatalogueKind::VOICES, ListedBy::Id),
            name: unsupported("The vendor identifies a voice only by its id."),
            accent: unsupported("The voice determines the accent."),
            gender: unsupported("The voice determines the gender."),
            provider: unsupported("The voice determines the synthesizer."),
            model: unsupported("The voice determines the synthesizer."),
            speed: at("/speech_speed", number().within(0.7..=1.2)).cannot_clear(NO_WAY_BACK),
            stability: at("/voice_stability", share()).cannot_clear(NO_WAY_BACK),
            similarity: at("/voice_similarity", share()).cannot_clear(NO_WAY_BACK),
            style: unsupported("The vendor has no such control."),
            speaker_boost: unsupported("The vendor has no such control."),
        },
        model: ModelRules {
            engine: at("/engine_type", one_of(ENGINES))
                .reads_as("/mode", one_of(ENGINES_READ))
                .resets_others()
                .required()
                .default(json!("pipeline"))
                .cannot_clear(NO_WAY_BACK)
                .note("If the engine changes, the vendor resets the settings that depend on it, so all settings are sent again."),
            endpoint: unsupported("The vendor runs the models of its own list only."),
            name: across(&NamedModel::FIELDS, NamedModel)
                .listed(CatalogueKind::MODELS, ListedBy::Name)
                .required()
                .cannot_clear(NO_WAY_BACK)
                .note("The name in the vendor's list of models."),
            temperature: at("/llm_temperature", share()).cannot_clear(NO_WAY_BACK),
            max_tokens: unsupported("The vendor has no limit on tokens."),
            fallback: unsupported("Requests of this generation have one model."),
        },
        transcription: TranscriptionRules {
            provider: unsupported("The language determines the provider."),
            model: unsupported("The language determines the provider and its model."),
            keywords: unsupported("The vendor has no keywords for the transcription."),
        },
        pronunciations: pronunciations(),
        turn_taking: TurnTakingRules {
            endpointing: at("/endpoint_type", one_of(ENDPOINTING)).cannot_clear(NO_WAY_BACK),
            endpointing_sensitivity: at("/endpoint_sensitivity", sensitivity()).cannot_clear(NO_WAY_BACK),
            endpointing_silence_ms: unsupported("The vendor has a sensitivity setting instead."),
            interruptible: setting("/allow_interruptions"),
            interruption_sensitivity: at("/interrupt_sensitivity", sensitivity()).cannot_clear(NO_WAY_BACK),
            interruption_min_words: at("/min_interrupt_words", number().steps(1.0).within(0.0..=10.0))
                .switched_by("/use_min_interrupt_words"),
        },
        silence: SilenceRules {
            reprompt_after_s: at("/re_engagement_interval", seconds().within(7.0..=600.0))
                .reads("/reengagement_interval")
                .cannot_clear(NO_WAY_BACK),
            reprompts: unsupported("The vendor chooses the wording."),
            max_reprompts: unsupported("The vendor has no such limit."),
            hang_up_after_s: at("/max_silence_duration", seconds().within(1.0..=120.0))
                .cannot_clear(NO_WAY_BACK),
        },
        keypad: KeypadRules {
            accept_digits: unsupported("Requests of this generation cannot set up the tool for digits."),
            press_digits: unsupported("Requests of this generation cannot set up the tool for digits."),
        },
        call: CallLimitsRules {
            max_duration_s: at("/max_call_duration", seconds().within(20.0..=1200.0))
                .reads("/max_duration")
                .cannot_clear(NO_WAY_BACK),
            record: setting("/record_call").reads("/record"),
            ring_timeout_s: unsupported("Requests of this generation cannot set the duration of ringing."),
        },
        voicemail: voicemail(unsupported("Requests of this generation cannot set a message for voicemails.")),
        audio: AudioRules {
            ambient_sound: unsupported("The vendor accepts the volume of the sound but not its name."),
            ambient_volume: at("/ambient_sound_volume", share()).cannot_clear(NO_WAY_BACK),
            noise_cancellation: setting("/noise_cancellation").reads("/enable_noise_cancellation"),
            fillers: setting("/filler_audios").reads("/fillers"),
            filler_words: unsupported("The vendor chooses the wording."),
        },
        ending: EndingRules {
            message: unsupported("The vendor has no closing message."),
            hang_up: at("/end_call_tool/description", hang_up_instructions(text().max_len(500)))
                .reads("/tools/[type=end_call]/description")
                .cannot_clear(NO_WAY_BACK),
        },
        transfers: unsupported("Requests of this generation cannot set up a transfer."),
        handovers: unsupported("Requests of this generation cannot set up a handover."),
        opt_out: opt_out(),
        analysis: AnalysisRules {
            evaluate: setting("/post_call_evaluation"),
            criteria: unsupported("The vendor accepts no criteria; analysis.extraction can state them as data points."),
            emotions: unsupported("The vendor recognizes no emotions."),
            summary_prompt: unsupported("The vendor always writes a summary and accepts no prompt for it."),
            outcome_prompt: unsupported("The vendor always judges the outcome and accepts no prompt for it."),
            sentiment: unsupported("The vendor does not classify the sentiment; analysis.extraction can do so."),
            extraction: at("/post_call_schema", Extractions { check: wire::check_legacy })
                .cleared_by(json!([])),
        },
        webhook: webhook(),
        privacy: privacy(),
        variables: at("/variables", map()).cleared_by(json!({})),
        tools: unsupported("Requests of this generation can set up no tool except the one that ends a call."),
        tool_ids: tool_ids().note("The vendor has documented the field since 2025-10-31."),
        knowledge_base_ids: unsupported("Requests of this generation cannot assign knowledge bases."),
        phone_number_id: at("/phone_number_id", integer_id()).listed(CatalogueKind::PHONE_NUMBERS, ListedBy::Id),
    }
}

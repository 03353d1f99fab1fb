//! The rules for the fields of an agent at OpenCX. Only the name can be read back.

use serde_json::json;
use switchboard_core::prelude::*;

use crate::catalogue::{LANGUAGES, VOICES};

const FIRST_SPEAKERS: &[(Speaker, &str)] =
    &[(Speaker::Agent, "assistant-speaks-first"), (Speaker::Caller, "user-speaks-first")];

const KEEPS: &str = "The vendor documents no way to clear this field; it keeps the last value.";
const EMPTIED: &str = "The vendor documents no way to clear this field; an empty string is sent (inferred).";

const NO_ENDPOINTING: &str = "The vendor has no setting for detecting the end of a turn.";
const NO_INTERRUPTION: &str = "The vendor has no setting for interruptions.";
const NO_VOICE_TUNING: &str = "The vendor has no setting for a voice except its speed.";
const NO_MODEL: &str = "The vendor has no setting for the model.";
const NO_SOUND: &str = "The vendor has no setting for sounds other than the voice.";
const NO_VOICEMAIL: &str = "The vendor has no setting for voicemails.";
const NO_OPT_OUT: &str = "The vendor has no opt-out.";
const NO_AFTERMATH: &str = "The vendor has no setting for analysis after a call.";
const NO_WEBHOOK: &str = "The vendor has no webhook for calls.";
const NO_TRANSCRIPTION: &str = "The vendor has no setting for the transcription.";
const NO_KEYPAD: &str = "The vendor has no setting for the digits of a keypad.";
const NO_PRIVACY: &str = "The vendor has no setting for the storage of calls.";

pub fn rules() -> AgentRules {
    AgentRules {
        name: at("/name", text()),
        direction: fixed("inbound and outbound", "A number both answers and places calls."),
        language: at("/language", languages(LANGUAGES)).write_only(),
        additional_languages: unsupported("The vendor accepts one language; \"mul\" means multilingual."),
        timezone: unsupported("The vendor has no time zones."),
        prompt: prompt(),
        greeting: greeting(),
        voice: voice(),
        model: ModelRules {
            engine: unsupported(NO_MODEL),
            endpoint: unsupported(NO_MODEL),
            name: unsupported(NO_MODEL),
            temperature: unsupported(NO_MODEL),
            max_tokens: unsupported(NO_MODEL),
            fallback: unsupported(NO_MODEL),
        },
        transcription: TranscriptionRules {
            provider: unsupported(NO_TRANSCRIPTION),
            model: unsupported(NO_TRANSCRIPTION),
            keywords: unsupported(NO_TRANSCRIPTION),
        },
        pronunciations: unsupported("The vendor has no setting for the pronunciation of words."),
        turn_taking: TurnTakingRules {
            endpointing: unsupported(NO_ENDPOINTING),
            endpointing_sensitivity: unsupported(NO_ENDPOINTING),
            endpointing_silence_ms: unsupported(NO_ENDPOINTING),
            interruptible: unsupported(NO_INTERRUPTION),
            interruption_sensitivity: unsupported(NO_INTERRUPTION),
            interruption_min_words: unsupported(NO_INTERRUPTION),
        },
        silence: silence(),
        keypad: KeypadRules { accept_digits: unsupported(NO_KEYPAD), press_digits: unsupported(NO_KEYPAD) },
        call: CallLimitsRules {
            max_duration_s: at("/call_max_duration", number().within(1.0..=21_600.0))
                .write_only()
                .cannot_clear(KEEPS)
                .note("The vendor documents the limit only for buying a number; it is assumed to apply to updates too."),
            record: unsupported("The vendor has no setting for recording."),
            ring_timeout_s: unsupported("The vendor has no setting for the duration of ringing."),
        },
        voicemail: VoicemailRules { action: unsupported(NO_VOICEMAIL), message: unsupported(NO_VOICEMAIL) },
        audio: AudioRules {
            ambient_sound: unsupported(NO_SOUND),
            ambient_volume: unsupported(NO_SOUND),
            noise_cancellation: unsupported("The vendor has no setting for noise cancellation."),
            fillers: unsupported(NO_SOUND),
            filler_words: unsupported(NO_SOUND),
        },
        ending: EndingRules {
            message: at("/end_call_message", text())
                .write_only()
                .creation_only("The vendor accepts the closing message only when the number is bought."),
            hang_up: unsupported("The vendor has no setting for whether and when the agent ends a call."),
        },
        transfers: at("/handoff_phone_number", single(transfer_number())).write_only().cannot_clear(KEEPS),
        handovers: unsupported("The vendor hands calls over only to people; see transfers."),
        opt_out: OptOutRules { enabled: unsupported(NO_OPT_OUT), script: unsupported(NO_OPT_OUT) },
        analysis: AnalysisRules {
            evaluate: unsupported(NO_AFTERMATH),
            criteria: unsupported(NO_AFTERMATH),
            emotions: at("/emotion_recognition", flag()).write_only().cannot_clear(KEEPS),
            summary_prompt: unsupported(NO_AFTERMATH),
            outcome_prompt: unsupported(NO_AFTERMATH),
            sentiment: unsupported(NO_AFTERMATH),
            extraction: unsupported(NO_AFTERMATH),
        },
        webhook: WebhookRules {
            url: unsupported(NO_WEBHOOK),
            enabled: unsupported(NO_WEBHOOK),
            events: unsupported(NO_WEBHOOK),
            timeout_s: unsupported(NO_WEBHOOK),
            only_completed: unsupported(NO_WEBHOOK),
            include_recording: unsupported(NO_WEBHOOK),
        },
        privacy: PrivacyRules { retention_days: unsupported(NO_PRIVACY), redact: unsupported(NO_PRIVACY) },
        variables: unsupported("The vendor has no variables for placeholders."),
        tools: unsupported("The vendor has no tool except the transfer to a person."),
        tool_ids: unsupported("The vendor has no tool except the transfer to a person."),
        knowledge_base_ids: unsupported("The vendor cannot assign a knowledge base to a phone agent."),
        phone_number_id: unsupported("An agent is a phone number at this vendor."),
    }
}

fn prompt() -> PromptRules {
    const IN_THE_PROMPT: &str = "The vendor has no such field; prompt.instructions can contain the value.";
    PromptRules {
        instructions: at("/base_prompt", text()).write_only(),
        goal: unsupported(IN_THE_PROMPT),
        company_name: unsupported(IN_THE_PROMPT),
        company_website: unsupported(IN_THE_PROMPT),
    }
}

fn greeting() -> GreetingRules {
    GreetingRules {
        message: at("/initial_message", text())
            .created_as("/greeting_message")
            .write_only()
            .cleared_by_inference(json!(""), EMPTIED),
        first_speaker: at("/speaks_first", one_of(FIRST_SPEAKERS)).write_only().cannot_clear(KEEPS),
        generated: unsupported("The vendor has no setting for a greeting that the model composes."),
        interruptible: unsupported(NO_INTERRUPTION),
        delay_s: unsupported("The vendor has no delay before the greeting."),
    }
}

fn voice() -> VoiceRules {
    VoiceRules {
        id: at("/elevenlabs_voice_id", words(VOICES).or_refuse())
            .listed(CatalogueKind::VOICES, ListedBy::Id)
            .write_only()
            .always()
            .required(),
        fallback_ids: unsupported("An agent has one voice at this vendor."),
        name: unsupported("The vendor identifies a voice only by its id."),
        accent: unsupported("The voice determines the accent."),
        gender: unsupported("The voice determines the gender."),
        provider: fixed("ElevenLabs", "All voices of the vendor are from ElevenLabs."),
        model: unsupported(NO_VOICE_TUNING),
        speed: at("/voice_speed", number())
            .write_only()
            .cannot_clear(KEEPS)
            .note("The vendor documents no range; 1 is the normal speed (inferred)."),
        stability: unsupported(NO_VOICE_TUNING),
        similarity: unsupported(NO_VOICE_TUNING),
        style: unsupported(NO_VOICE_TUNING),
        speaker_boost: unsupported(NO_VOICE_TUNING),
    }
}

fn silence() -> SilenceRules {
    SilenceRules {
        reprompt_after_s: at("/awaiting_response_timeout", number()).write_only().cannot_clear(KEEPS),
        reprompts: at("/awaiting_response_messages", joined(","))
            .write_only()
            .cleared_by_inference(json!(""), EMPTIED),
        max_reprompts: at("/awaiting_response_max_spoken_count", number()).write_only().cannot_clear(KEEPS),
        hang_up_after_s: at("/wait_time_before_ending_call", number())
            .write_only()
            .cannot_clear(KEEPS)
            .note("The vendor does not name the unit; seconds are inferred."),
    }
}

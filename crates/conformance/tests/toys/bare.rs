//! The rules of a vendor without any fields. Each toy vendor replaces the rules that it tests.

use switchboard_core::prelude::*;

const NO: &str = "The toy has no such setting.";

pub fn rules() -> AgentRules {
    AgentRules {
        name: unsupported(NO),
        direction: fixed("inbound and outbound", "A number both answers and places calls."),
        language: unsupported(NO),
        additional_languages: unsupported(NO),
        timezone: unsupported(NO),
        prompt: PromptRules {
            instructions: unsupported(NO),
            goal: unsupported(NO),
            company_name: unsupported(NO),
            company_website: unsupported(NO),
        },
        greeting: GreetingRules {
            message: unsupported(NO),
            first_speaker: unsupported(NO),
            generated: unsupported(NO),
            interruptible: unsupported(NO),
            delay_s: unsupported(NO),
        },
        voice: voice(),
        model: ModelRules {
            engine: unsupported(NO),
            endpoint: unsupported(NO),
            name: unsupported(NO),
            temperature: unsupported(NO),
            max_tokens: unsupported(NO),
            fallback: unsupported(NO),
        },
        transcription: TranscriptionRules {
            provider: unsupported(NO),
            model: unsupported(NO),
            keywords: unsupported(NO),
        },
        pronunciations: unsupported(NO),
        turn_taking: TurnTakingRules {
            endpointing: unsupported(NO),
            endpointing_sensitivity: unsupported(NO),
            endpointing_silence_ms: unsupported(NO),
            interruptible: unsupported(NO),
            interruption_sensitivity: unsupported(NO),
            interruption_min_words: unsupported(NO),
        },
        silence: SilenceRules {
            reprompt_after_s: unsupported(NO),
            reprompts: unsupported(NO),
            max_reprompts: unsupported(NO),
            hang_up_after_s: unsupported(NO),
        },
        keypad: KeypadRules { accept_digits: unsupported(NO), press_digits: unsupported(NO) },
        call: CallLimitsRules {
            max_duration_s: unsupported(NO),
            record: unsupported(NO),
            ring_timeout_s: unsupported(NO),
        },
        voicemail: VoicemailRules { action: unsupported(NO), message: unsupported(NO) },
        audio: AudioRules {
            ambient_sound: unsupported(NO),
            ambient_volume: unsupported(NO),
            noise_cancellation: unsupported(NO),
            fillers: unsupported(NO),
            filler_words: unsupported(NO),
        },
        ending: EndingRules { message: unsupported(NO), hang_up: unsupported(NO) },
        transfers: unsupported(NO),
        handovers: unsupported(NO),
        opt_out: OptOutRules { enabled: unsupported(NO), script: unsupported(NO) },
        analysis: AnalysisRules {
            evaluate: unsupported(NO),
            criteria: unsupported(NO),
            emotions: unsupported(NO),
            summary_prompt: unsupported(NO),
            outcome_prompt: unsupported(NO),
            sentiment: unsupported(NO),
            extraction: unsupported(NO),
        },
        webhook: WebhookRules {
            url: unsupported(NO),
            enabled: unsupported(NO),
            events: unsupported(NO),
            timeout_s: unsupported(NO),
            only_completed: unsupported(NO),
            include_recording: unsupported(NO),
        },
        privacy: PrivacyRules { retention_days: unsupported(NO), redact: unsupported(NO) },
        variables: unsupported(NO),
        tools: unsupported(NO),
        tool_ids: unsupported(NO),
        knowledge_base_ids: unsupported(NO),
        phone_number_id: unsupported(NO),
    }
}

pub fn voice() -> VoiceRules {
    VoiceRules {
        id: unsupported(NO),
        fallback_ids: unsupported(NO),
        name: unsupported(NO),
        accent: unsupported(NO),
        gender: unsupported(NO),
        provider: unsupported(NO),
        model: unsupported(NO),
        speed: unsupported(NO),
        stability: unsupported(NO),
        similarity: unsupported(NO),
        style: unsupported(NO),
        speaker_boost: unsupported(NO),
    }
}

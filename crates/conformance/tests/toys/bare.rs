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
        greeting: GreetingRules { message: unsupported(NO), first_speaker: unsupported(NO) },
        voice: voice(),
        model: ModelRules { engine: unsupported(NO), name: unsupported(NO), temperature: unsupported(NO) },
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
        call: CallLimitsRules { max_duration_s: unsupported(NO), record: unsupported(NO) },
        voicemail: VoicemailRules { action: unsupported(NO) },
        audio: AudioRules {
            ambient_sound: unsupported(NO),
            ambient_volume: unsupported(NO),
            noise_cancellation: unsupported(NO),
            fillers: unsupported(NO),
            filler_words: unsupported(NO),
        },
        ending: EndingRules { message: unsupported(NO), instructions: unsupported(NO) },
        transfers: unsupported(NO),
        opt_out: OptOutRules { enabled: unsupported(NO), script: unsupported(NO) },
        analysis: AnalysisRules {
            evaluate: unsupported(NO),
            emotions: unsupported(NO),
            summary_prompt: unsupported(NO),
            outcome_prompt: unsupported(NO),
            sentiment: unsupported(NO),
            extraction: unsupported(NO),
        },
        webhook: WebhookRules {
            url: unsupported(NO),
            enabled: unsupported(NO),
            only_completed: unsupported(NO),
            include_recording: unsupported(NO),
        },
        variables: unsupported(NO),
        tools: unsupported(NO),
        knowledge_base_ids: unsupported(NO),
        phone_number_id: unsupported(NO),
    }
}

pub fn voice() -> VoiceRules {
    VoiceRules {
        id: unsupported(NO),
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

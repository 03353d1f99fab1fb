//! An agent with our field names and with the vendor's field names, and the conversion. Values are not
//! converted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

macro_rules! renamed {
    (
        { $($own:ident: $own_type:ty => $own_theirs:ident,)* }
        $($group:ident: $Group:ident { $($ours:ident: $type:ty => $theirs:ident,)* })*
    ) => {
        /// The agent as callers send and receive it.
        #[derive(Serialize, Deserialize)]
        pub struct Agent {
            $($own: $own_type,)*
            $($group: $Group,)*
        }

        $(
            #[derive(Serialize, Deserialize)]
            struct $Group {
                $($ours: $type,)*
            }
        )*

        /// The agent as the vendor receives and returns it.
        #[derive(Serialize, Deserialize)]
        pub struct Assistant {
            $($own_theirs: $own_type,)*
            $($($theirs: $type,)*)*
        }

        impl From<Agent> for Assistant {
            fn from(agent: Agent) -> Self {
                Self { $($own_theirs: agent.$own,)* $($($theirs: agent.$group.$ours,)*)* }
            }
        }

        impl From<Assistant> for Agent {
            fn from(assistant: Assistant) -> Self {
                Self {
                    $($own: assistant.$own_theirs,)*
                    $($group: $Group { $($ours: assistant.$theirs,)* },)*
                }
            }
        }
    };
}

renamed! {
    {
        name: String => name,
        direction: String => r#type,
        language: String => language_id,
        additional_languages: Vec<String> => secondary_language_ids,
        timezone: String => timezone,
        variables: BTreeMap<String, String> => variables,
        knowledge_base_ids: Vec<String> => knowledgebase_id,
        phone_number_id: String => phone_number_id,
        transfers: Vec<Transfer> => call_transfer,
    }
    prompt: Prompt {
        instructions: String => system_prompt,
        goal: String => goal,
    }
    greeting: Greeting {
        message: String => initial_message,
        first_speaker: String => wait_for_customer,
    }
    voice: Voice {
        id: String => voice_id,
        name: String => voice_name,
        provider: String => synthesizer_provider_id,
        speed: f64 => speech_speed,
        stability: f64 => voice_stability,
        similarity: f64 => voice_similarity,
    }
    model: Model {
        engine: String => mode,
        name: String => llm_model_id,
        temperature: f64 => llm_temperature,
    }
    turn_taking: TurnTaking {
        endpointing: String => endpoint_type,
        endpointing_sensitivity: f64 => endpoint_sensitivity,
        interruptible: bool => allow_interruptions,
        interruption_sensitivity: f64 => interrupt_sensitivity,
        interruption_min_words: u32 => min_interrupt_words,
    }
    silence: Silence {
        reprompt_after_s: u32 => reengagement_interval,
        reprompts: Vec<String> => reengagement_prompt,
        hang_up_after_s: u32 => max_silence_duration,
    }
    call: Call {
        max_duration_s: u32 => max_duration,
        record: bool => record,
    }
    voicemail: Voicemail {
        action: String => end_call_on_voicemail,
    }
    audio: Audio {
        ambient_sound: String => ambient_sound,
        ambient_volume: f64 => ambient_sound_volume,
        noise_cancellation: bool => enable_noise_cancellation,
        fillers: bool => fillers,
    }
    ending: Ending {
        hang_up: HangUp => end_call,
    }
    analysis: Analysis {
        evaluate: bool => post_call_evaluation,
        extraction: Vec<Extraction> => post_call_schema,
    }
    webhook: Webhook {
        url: String => webhook_url,
        enabled: bool => is_webhook_active,
        only_completed: bool => send_webhook_only_on_completed,
        include_recording: bool => include_recording_in_webhook,
    }
}

#[derive(Serialize, Deserialize)]
struct HangUp {
    instructions: String,
}

#[derive(Serialize, Deserialize)]
struct Transfer {
    phone_number: String,
}

#[derive(Serialize, Deserialize)]
struct Extraction {
    name: String,
    r#type: String,
    description: String,
}

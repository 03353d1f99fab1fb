//! The defaults of an assistant.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Generation;
use crate::records::Record;

/// Returns the defaults from the reference pages of 2026. The pages of 2025 mention defaults but do not state
/// their values, so the simulator uses the same defaults for both generations, except for `status`.
pub(super) fn assistant(generation: Generation, now: Timestamp) -> Record {
    let status = match generation {
        Generation::Legacy => "active",
        Generation::Current => "inactive",
    };
    let defaults = json!({
        "status": status,
        "phone_number_id": null,
        "variables": {},
        "post_call_schema": [],
        "tools": [],
        "post_call_evaluation": true,
        "is_webhook_active": false,
        "webhook_url": null,
        "send_webhook_only_on_completed": true,
        "include_recording_in_webhook": true,
        "llm_temperature": 0.1,
        "voice_stability": 0.7,
        "voice_similarity": 0.5,
        "speech_speed": 1.0,
        "tts_emotion_enabled": true,
        "allow_interruptions": true,
        "fillers": false,
        "record": false,
        "enable_noise_cancellation": true,
        "wait_for_customer": false,
        "max_duration": 600,
        "max_silence_duration": 40,
        "ringing_time": 30,
        "reengagement_interval": 30,
        "end_call_on_voicemail": true,
        "endpoint_type": "vad",
        "endpoint_sensitivity": 0.5,
        "interrupt_sensitivity": 0.5,
        "ambient_sound_volume": 0.5,
        "conversation_inactivity_timeout": 30,
        "conversation_ended_retrigger": false,
        "created_at": now.to_string(),
        "updated_at": now.to_string(),
    });
    match defaults {
        Value::Object(record) => record,
        _ => Record::new(),
    }
}

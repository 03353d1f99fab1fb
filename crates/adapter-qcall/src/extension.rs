//! `extensions.qcall`: the settings that only QCall has.

use serde_json::json;
use switchboard_core::prelude::*;

use crate::wire;

/// Settings that only QCall has.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct QcallExtension {
    /// The message that the assistant leaves on a voicemail (inferred; the vendor documents only the name).
    #[field(min_len = 1, max_len = 10_000)]
    pub voice_note: Option<String>,
    /// The URL of a picture of the assistant.
    pub assistant_image: Option<WebUrl>,
    /// The maximum length of an utterance. The vendor documents no unit.
    #[field(min = 1.0, max = 10.0)]
    pub utterance_length: Option<u32>,
    /// If true, the assistant pauses briefly before it answers, as people do.
    pub enable_delay: Option<bool>,
    /// The time that the model may take before the assistant speaks a fallback sentence.
    #[field(min = 0.0, max = 60_000.0)]
    pub safety_fallback_delay_ms: Option<Millis>,
    /// The time between the start of the call and the start of its transcription.
    #[field(min = 0.0, max = 60_000.0)]
    pub transcription_start_ms: Option<Millis>,
    /// The call flow, in the format of the vendor's flow editor.
    pub call_flow: Option<AnyObject>,
    /// If true, the vendor derives a call flow from the instructions.
    pub generate_call_flow: Option<bool>,
    /// The configuration of the assistant as a widget on a web page. A widget that is read from the vendor lacks its
    /// `api_key`; an update without `api_key` keeps the key.
    pub widget: Option<AnyObject>,
    /// The vendor's complete entry for the chosen voice. If omitted, the gateway looks up the entry in the
    /// vendor's list of voices.
    pub voice_data: Option<AnyObject>,
}

/// Returns the rule for each setting.
pub fn rules() -> QcallExtensionRules {
    QcallExtensionRules {
        voice_note: at("/voice_note", text())
            .switched_by("/is_voice_note")
            .required()
            .default(json!(""))
            .cleared_by(json!("")),
        assistant_image: at("/assistant_image", text())
            .required()
            .default(json!(""))
            .cleared_by(json!(""))
            .note("The documentation lists five pictures; the vendor takes any URL (vendor's audit)."),
        // The default is the value that the vendor's MCP client sends.
        utterance_length: at("/utterance_length", number().steps(1.0).within(1.0..=10.0))
            .required()
            .default(json!(3)),
        enable_delay: at("/enable_delay", flag()).cleared_as(false),
        safety_fallback_delay_ms: at("/safety_fallback_delay", number()),
        transcription_start_ms: at("/set_transcription_start_time", number()),
        call_flow: at("/call_flow", object()).switched_by("/is_call_flow").cleared_by(json!(null)),
        generate_call_flow: at("/generate_call_flow", flag()).cleared_as(false),
        widget: at("/widget_config", structured(wire::write_widget, wire::read_widget))
            .note("The key of the widget is never read. A widget without api_key keeps the key that the vendor has."),
        voice_data: at("/voice_data", object())
            .lookup(CatalogueKind::VOICES, "/voice_id", &[""])
            .known_by("voice_id")
            .required_when("/ai_modal", json!("qmodel"))
            .note("Required with the provider qmodel."),
    }
}

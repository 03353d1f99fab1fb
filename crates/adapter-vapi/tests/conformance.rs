//! The conformance suite for the Vapi adapter.

use std::process::ExitCode;

use serde_json::json;
use switchboard_adapter_vapi::FACTORY;
use switchboard_conformance::{Generation, Suite};

fn main() -> ExitCode {
    Suite::new(FACTORY, concat!(env!("CARGO_MANIFEST_DIR"), "/contract"))
        .dial(json!({
            "from": { "phone_number_id": "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0202" },
            // Without first_speaker, the vendor takes only true.
            // The transcriber of the agent takes a language without its region.
            "overrides": { "language": "en", "voice": { "id": "Elliot" }, "greeting": { "generated": true } },
        }))
        .generation(Generation {
            name: "2026",
            document: "openapi.json",
            fixtures: "fixtures",
            settings: json!({ "api_key": "conformance-key-0001" }),
            agent: json!({
                "phone_number_id": "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0202",
                "voice": {
                    "id": "EXAVITQu4vr4xnSDxMaL", "fallback_ids": ["nova"], "provider": "elevenlabs",
                    "model": "eleven_flash_v2_5",
                },
                "model": { "name": "gpt-4.1-nano", "fallback": ["gpt-4o-mini"] },
                "transcription": { "provider": "soniox", "model": "stt-rt-v5" },
                "turn_taking": { "endpointing": "semantic", "interruption_min_words": 0 },
                "silence": { "reprompts": ["Are you still there?"] },
                "voicemail": { "action": "leave_message" },
                "tools": [{
                        "type": "http_request", "name": "book_visit", "description": "When the caller wants to come.",
                        "method": "post", "url": "https://desk.northwind.example/visits", "timeout_s": 8,
                        "headers": [{ "name": "Authorization", "value": "Bearer conformance-0001" }],
                        "parameters": {
                            "type": "object", "required": ["day"],
                            "properties": {
                                "day": { "type": "string", "description": "The day of the visit." },
                                "guests": { "type": "array", "items": { "type": "string" } },
                            },
                        },
                    }],
                "ending": { "hang_up": { "instructions": null } },
                "webhook": { "events": ["call.transcript_ready", "call.recording_ready", "call.analyzed"] },
                "transfers": [{ "phone_number": "+15550100199", "condition": "The caller asks for a person.", "mode": "warm" }],
                "handovers": [{ "agent_id": "3f0c1a52-7d7e-4c55-9a0d-51b6f3b0a102", "condition": "The caller asks about a bill." }],
            }),
            other_agent: json!({
                "phone_number_id": "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0203",
                "language": "de",
                "voice": { "id": "sarah", "model": "eleven_turbo_v2_5", "fallback_ids": ["Emma", "nova"] },
                "model": { "name": "openrouter/mistral-small", "fallback": ["gpt-4.1", "gpt-4o"] },
                "transcription": { "model": "stt-rt-v4", "keywords": ["implant"] },
                "additional_languages": ["fr"],
                "pronunciations": [{ "text": "SQL", "say": "sequel" }],
                "silence": { "reprompts": ["Hello?"] },
                "voicemail": { "message": "Call again." },
                "tools": [
                    {
                        "type": "http_request", "name": "book_visit", "description": "When the caller names a day.",
                        "method": "put", "url": "https://desk.northwind.example/visit",
                        "headers": [
                            { "name": "Authorization", "value": "Bearer conformance-0002" },
                            { "name": "X-Desk", "value": "front-desk-0003" },
                        ],
                    },
                    { "type": "http_request", "name": "hours", "description": "When the caller asks.", "method": "get", "url": "https://desk.northwind.example/hours" },
                ],
                "webhook": {
                    "url": "https://hooks.northwind.example/other",
                    "events": ["call.ringing", "call.answered", "call.transferred", "call.ended", "call.failed"],
                },
                "tool_ids": ["c2d9e0aa-6b57-4f6e-9d1d-0c6a3b7f0402"],
                "handovers": [
                    { "agent_id": "3f0c1a52-7d7e-4c55-9a0d-51b6f3b0a103" },
                    { "agent_id": "3f0c1a52-7d7e-4c55-9a0d-51b6f3b0a102", "condition": "The caller asks about money." },
                ],
                "transfers": [
                    { "phone_number": "+15550100199", "condition": "The caller asks for a person.", "mode": "cold" },
                    { "phone_number": "+15550100198", "mode": "warm", "message": "One moment." },
                ],
            }),
        })
        .run()
}

//! The conformance suite for the ElevenLabs adapter.

use std::process::ExitCode;

use serde_json::json;
use switchboard_adapter_elevenlabs::FACTORY;
use switchboard_conformance::{Generation, Suite};

fn main() -> ExitCode {
    Suite::new(FACTORY, concat!(env!("CARGO_MANIFEST_DIR"), "/contract"))
        .dial(json!({
            "from": { "phone_number_id": "phnum_4101k0" },
            "overrides": { "language": "de", "greeting": { "first_speaker": "caller" }, "voice": { "id": "Xb7hH8MSUJpSbSDYk0k2" } },
        }))
        .generation(Generation {
            name: "2026",
            document: "openapi.json",
            fixtures: "fixtures",
            settings: json!({ "api_key": "conformance-key-0001", "call_overrides": "allowed" }),
            agent: json!({
                "phone_number_id": "phnum_4101k0",
                "additional_languages": ["de", "es"],
                "voice": { "id": "Xb7hH8MSUJpSbSDYk0k2", "model": "eleven_flash_v2", "provider": "elevenlabs" },
                "model": { "name": "gemini-2.5-flash-lite", "fallback": ["gpt-4.1"] },
                "transcription": { "provider": "elevenlabs", "model": "scribe_realtime" },
                "webhook": { "events": ["call.transcript_ready", "call.failed"] },
                "transfers": [{ "phone_number": "+15550100199", "condition": "The caller asks for a person.", "mode": "warm" }],
                "handovers": [{ "agent_id": "agent_4202", "condition": "The caller asks about a bill." }],
                "knowledge_base_ids": ["kbd_2"],
                "tools": [{
                    "type": "http_request", "name": "book_visit", "description": "When the caller wants to come.",
                    "method": "post", "url": "https://desk.northwind.example/visits", "timeout_s": 8,
                    "headers": [{ "name": "Authorization", "value": "Bearer conformance-0001" }],
                    "parameters": {
                        "type": "object", "required": ["day"],
                        "properties": {
                            "day": { "type": "string", "description": "The day of the visit.", "enum": ["today", "tomorrow"] },
                            "guests": { "type": "array", "items": { "type": "string", "description": "The name of a guest." } },
                        },
                    },
                }],
            }),
            other_agent: json!({
                "phone_number_id": "phnum_4102k0",
                "additional_languages": ["fr"],
                "voice": { "id": "pM7kQ2wX9zR4tY6uI8oA", "model": "eleven_v3_conversational" },
                "model": { "name": "gpt-4.1", "fallback": ["gemini-2.5-flash", "claude-sonnet-4-6"] },
                "analysis": { "criteria": [{ "name": "booked", "prompt": "A visit was booked." }] },
                "knowledge_base_ids": ["kbd_1"],
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
                "voicemail": { "message": "Call again." },
                "ending": { "hang_up": { "instructions": "Hang up at once." } },
                "handovers": [
                    { "agent_id": "agent_4203", "condition": "The caller is a supplier." },
                    { "agent_id": "agent_4202", "condition": "The caller asks about money." },
                ],
                "transfers": [
                    { "phone_number": "+15550100199", "condition": "The caller asks for a person.", "mode": "cold" },
                    { "phone_number": "+15550100198", "condition": "The caller is a supplier.", "mode": "warm" },
                ],
            }),
        })
        .run()
}

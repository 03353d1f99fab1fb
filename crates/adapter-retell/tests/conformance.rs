//! The conformance suite for the Retell adapter.

use std::process::ExitCode;

use serde_json::json;
use switchboard_adapter_retell::FACTORY;
use switchboard_conformance::{Generation, Suite};

fn main() -> ExitCode {
    Suite::new(FACTORY, concat!(env!("CARGO_MANIFEST_DIR"), "/contract"))
        .dial(json!({
            "from": { "phone_number_id": "+4930901820" },
            "overrides": { "voice": { "id": "cartesia-Cimo" } },
        }))
        .generation(Generation {
            name: "2026",
            document: "openapi.json",
            fixtures: "fixtures",
            settings: json!({ "api_key": "conformance-key-0001" }),
            agent: json!({
                "phone_number_id": "+4930901820",
                "tools": [
                    { "type": "send_message", "channel": "sms", "content": "See you!", "description": "After a booking." },
                    {
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
                    },
                ],
                "language": "en-US",
                "additional_languages": ["es-ES", "de-DE"],
                "voice": { "id": "cartesia-Cimo", "fallback_ids": ["minimax-Cimo"], "model": "sonic-3" },
                "model": { "name": "gpt-4.1-mini", "fallback": ["gemini-3.5-flash"] },
                "pronunciations": [{ "text": "Northwind", "say": "ˈnɔːθwɪnd", "alphabet": "ipa" }],
            }),
            other_agent: json!({
                "phone_number_id": "+14155550142",
                "tools": [
                    { "type": "send_message", "channel": "sms", "content": "Bye!" },
                    {
                        "type": "http_request", "name": "book_visit", "description": "When the caller names a day.",
                        "method": "put", "url": "https://desk.northwind.example/visit",
                        "headers": [
                            { "name": "Authorization", "value": "Bearer conformance-0002" },
                            { "name": "X-Desk", "value": "front-desk-0003" },
                        ],
                    },
                ],
                "language": "de-DE",
                "additional_languages": ["fr-FR"],
                "voice": { "id": "11labs-Adrian", "fallback_ids": ["openai-Alloy"], "model": "eleven_v4" },
                "model": { "name": "gpt-4.1", "fallback": ["claude-5-sonnet"] },
                "pronunciations": [{ "text": "SQL", "say": "ˈsiːkwəl", "alphabet": "ipa" }],
                "voicemail": { "message": "Call again." },
                "ending": { "hang_up": { "instructions": "Hang up at once." } },
                "handovers": [
                    { "agent_id": "agent_4203" },
                    { "agent_id": "4712", "condition": "The caller asks about money." },
                ],
                "transfers": [
                    { "phone_number": "+15550100199", "condition": "The caller asks for a person.", "mode": "cold" },
                    { "phone_number": "+15550100198", "condition": "The caller is a supplier.", "mode": "warm", "message": "One moment." },
                ],
            }),
        })
        .run()
}

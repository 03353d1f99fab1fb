//! The vendor's catalogues, from its documentation: its API has none.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::wire;

/// The language models of each provider with a closed list, without their regional variants (vendor OpenAPI document,
/// 2026-08-20; official client 3.0.0, 2026-10). A name of two providers belongs to the first one.
#[rustfmt::skip]
pub const MODELS: &[(&str, &str)] = &[
    ("openai", "\
        gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-5.5 chat-latest gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.2 \
        gpt-5.2-chat-latest gpt-5.1 gpt-5.1-chat-latest gpt-5 gpt-5-chat-latest gpt-5-mini gpt-5-nano gpt-4.1-2025-04-14 \
        gpt-4.1-mini-2025-04-14 gpt-4.1-nano-2025-04-14 gpt-4.1 gpt-4.1-mini gpt-4.1-nano chatgpt-4o-latest o3 o3-mini \
        o4-mini o1-mini o1-mini-2024-09-12 gpt-4o-realtime-preview-2024-10-01 gpt-4o-realtime-preview-2024-12-17 \
        gpt-4o-mini-realtime-preview-2024-12-17 gpt-realtime-2025-08-28 gpt-realtime-mini-2025-12-15 gpt-realtime-2 \
        gpt-4o-mini-2024-07-18 gpt-4o-mini gpt-4o gpt-4o-2024-05-13 gpt-4o-2024-08-06 gpt-4o-2024-11-20 gpt-4-turbo \
        gpt-4-turbo-2024-04-09 gpt-4-turbo-preview gpt-4-0125-preview gpt-4-1106-preview gpt-4 gpt-4-0613 gpt-3.5-turbo \
        gpt-3.5-turbo-0125 gpt-3.5-turbo-1106 gpt-3.5-turbo-16k gpt-3.5-turbo-0613 gpt-6-luna gpt-live-1"),
    ("anthropic", "\
        claude-3-opus-20240229 claude-3-sonnet-20240229 claude-3-haiku-20240307 claude-3-5-sonnet-20240620 \
        claude-3-5-sonnet-20241022 claude-3-5-haiku-20241022 claude-3-7-sonnet-20250219 claude-opus-4-20250514 \
        claude-opus-4-5-20251101 claude-opus-4-6 claude-sonnet-4-20250514 claude-sonnet-4-5-20250929 claude-sonnet-4-6 \
        claude-sonnet-5 claude-haiku-4-5-20251001"),
    ("google", "\
        gemini-3.5-flash gemini-3.1-flash-lite gemini-3-flash-preview gemini-2.5-pro gemini-2.5-flash \
        gemini-2.5-flash-lite gemini-2.0-flash-thinking-exp gemini-2.0-pro-exp-02-05 gemini-2.0-flash \
        gemini-2.0-flash-lite gemini-2.0-flash-exp gemini-2.0-flash-realtime-exp gemini-1.5-flash gemini-1.5-flash-002 \
        gemini-1.5-pro gemini-1.5-pro-002 gemini-1.0-pro"),
    ("groq", "\
        openai/gpt-oss-20b openai/gpt-oss-120b deepseek-r1-distill-llama-70b llama-3.3-70b-versatile \
        llama-3.1-405b-reasoning llama-3.1-8b-instant llama3-8b-8192 llama3-70b-8192 gemma2-9b-it \
        moonshotai/kimi-k2-instruct-0905 meta-llama/llama-4-scout-17b-16e-instruct mistral-saba-24b compound-beta \
        compound-beta-mini"),
    ("xai", "\
        grok-beta grok-2 grok-3 grok-4-fast-reasoning grok-4-fast-non-reasoning grok-4.20-0309-reasoning \
        grok-4.20-0309-non-reasoning grok-4.3"),
    ("cerebras", "\
        llama3.1-8b llama-3.3-70b"),
    ("deep-seek", "\
        deepseek-chat deepseek-reasoner"),
    ("inflection-ai", "\
        inflection_3_pi"),
    ("minimax", "\
        MiniMax-M2.7"),
    ("anthropic-bedrock", "\
        claude-3-opus-20240229 claude-3-sonnet-20240229 claude-3-haiku-20240307 claude-3-5-sonnet-20240620 \
        claude-3-5-sonnet-20241022 claude-3-5-haiku-20241022 claude-3-7-sonnet-20250219 claude-opus-4-20250514 \
        claude-opus-4-5-20251101 claude-opus-4-6 claude-sonnet-4-20250514 claude-sonnet-4-5-20250929 claude-sonnet-4-6 \
        claude-haiku-4-5-20251001 global.anthropic.claude-haiku-4-5-20251001-v1:0"),
];

/// The voices that the vendor documents by their ids, without those of two providers (vendor OpenAPI document, 2026-08-20;
/// official client 3.0.0, 2026-10). The vendor lists only its own voices completely.
#[rustfmt::skip]
const VOICES: &[(&str, &str)] = &[
    ("vapi", "Elliot Savannah Rohan Emma Clara Nico Kai Sagar Godfrey Neil Naina Sid Layla Gustavo"),
    ("11labs", "burt marissa andrea sarah phillip steve joseph myra paula drew paul mrb matilda mark"),
    ("openai", "alloy echo fable onyx nova shimmer marin"),
    ("azure", "andrew brian emma"),
    ("xai", "eve ara rex sal leo"),
    ("playht", "jennifer melissa will chris matt jack ruby davis donna michael"),
];

/// Returns the exchange that reads a catalogue.
pub fn ask(kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
    match kind {
        CatalogueKind::VOICES => Some(Exchange::Done(rows(VOICES, false))),
        CatalogueKind::MODELS => Some(Exchange::Done(rows(MODELS, true))),
        CatalogueKind::LANGUAGES => Some(Exchange::Done(wire::tags().map(language).collect())),
        _ => None,
    }
}

/// Returns a row for each name. If two providers have a name, the id of the second one begins with the provider.
fn rows(table: &[(&str, &str)], may_repeat: bool) -> Vec<CatalogueEntry> {
    let mut rows: Vec<CatalogueEntry> = Vec::new();
    for (provider, names) in table {
        for name in names.split_ascii_whitespace() {
            let is_taken = may_repeat && rows.iter().any(|row| row.id == name);
            let id = if is_taken { format!("{provider}/{name}") } else { name.to_owned() };
            let document = json!({ "provider": provider, "name": name });
            rows.push(CatalogueEntry { id, name: name.to_owned(), language: None, kind: None, document });
        }
    }
    rows
}

fn language(tag: &str) -> CatalogueEntry {
    let language = Some(tag.to_owned());
    CatalogueEntry {
        id: tag.to_owned(),
        name: tag.to_owned(),
        language,
        kind: None,
        document: Value::from(tag),
    }
}

//! The languages. The vendor's codes for them differ between transcribers and between voice providers.
//!
//! In the form that the rules read, the language is a BCP 47 tag in both places, the transcriber and the voice.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::VOICE_PROVIDERS;
use crate::lists::{LISTS, words};

/// The locales that azure gets for a language without a region if the first listed locale is not the usual one.
const USUAL_LOCALES: &[&str] = &["ar-SA", "en-US", "pt-BR", "sw-KE", "ta-IN", "zh-CN"];

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

fn spoken(list: &str) -> impl Iterator<Item = &'static str> + Clone {
    words(&LISTS.languages, list)
}

fn google() -> impl Iterator<Item = (&'static str, &'static str)> {
    LISTS.google.iter().copied()
}

/// The tags that some transcriber accepts. Any other tag is reduced to its language, without script and region.
pub static TAGS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let listed = LISTS.languages.iter().flat_map(|(list, _)| spoken(list));
    let tags: BTreeSet<_> = listed.chain(spoken("azure").map(primary)).chain(["mul"]).collect();
    tags.into_iter().map(|tag| (tag, tag)).collect()
});

/// The tags that each transcriber accepts. Azure accepts only tags with a region.
pub static BY_TRANSCRIBER: LazyLock<Vec<(&str, &[&str])>> = LazyLock::new(|| {
    let iso = ["vapi", "11labs", "soniox", "cartesia"]
        .map(|provider| (provider, spoken("iso").collect::<Vec<_>>()));
    let own = ["gladia", "openai", "talkscriber", "xai"]
        .map(|provider| (provider, spoken(provider).collect::<Vec<_>>()));
    let several = ["deepgram", "speechmatics"]
        .map(|provider| (provider, spoken(provider).chain(["mul"]).collect::<Vec<_>>()));
    let others = [
        ("azure", spoken("azure").collect::<Vec<_>>()),
        ("google", google().map(|(tag, _)| tag).collect()),
        ("assembly-ai", vec!["en", "mul"]),
    ];
    let rows = several.into_iter().chain(iso).chain(own).chain(others);
    rows.map(|(provider, tags)| (provider, &*tags.leak())).collect()
});

/// All tags. A transcriber without a list of its own accepts any of them.
pub static ANY: LazyLock<Vec<&str>> = LazyLock::new(|| TAGS.iter().map(|(tag, _)| *tag).collect());

/// The voice providers that accept each tag.
pub static VOICES_BY_TAG: LazyLock<Vec<(&str, &[&str])>> = LazyLock::new(|| {
    let speaks = |tag: &str, provider: &str| match provider {
        // Its voices need one language (vendor OpenAPI document, 2026-08-20).
        "neuphonic" => tag != "mul",
        _ => !has_list(provider) || voice_code_in(provider, tag).is_some(),
    };
    let providers =
        |tag| VOICE_PROVIDERS.iter().copied().filter(|provider| speaks(tag, provider)).collect::<Vec<_>>();
    ANY.iter().map(|tag| (*tag, &*providers(tag).leak())).collect()
});

/// Returns the transcriber's code for a language.
pub fn transcriber_code(provider: &str, tag: &str) -> String {
    let found = match provider {
        "google" => google().find(|(known, _)| *known == tag).map(|(_, name)| name),
        "azure" => azure_locale(tag),
        "speechmatics" if tag == "mul" => Some("auto"),
        "speechmatics" if tag == "zh" => Some("cmn"),
        _ if tag == "mul" => Some("multi"),
        _ => None,
    };
    found.unwrap_or(tag).to_owned()
}

/// Returns the tag for a transcriber's code.
pub fn transcriber_tag<'a>(provider: &str, code: &'a str) -> &'a str {
    match (provider, code) {
        ("google", name) => google().find(|(_, known)| *known == name).map_or(code, |(tag, _)| tag),
        ("speechmatics", "auto") | (_, "multi") => "mul",
        ("speechmatics", "cmn") => "zh",
        _ => code,
    }
}

/// Returns azure's locale for a tag: the tag itself, or the usual locale of the language.
fn azure_locale(tag: &str) -> Option<&'static str> {
    let same = |locale: &&str| locale.eq_ignore_ascii_case(tag);
    let own = |locale: &&str| locale.eq_ignore_ascii_case(&format!("{tag}-{tag}"));
    let begins = |locale: &&str| !tag.contains('-') && primary(locale) == tag;
    let usual = USUAL_LOCALES.iter().copied().find(begins);
    spoken("azure")
        .find(same)
        .or(usual)
        .or_else(|| spoken("azure").find(own))
        .or_else(|| spoken("azure").find(begins))
}

/// Returns the name by which a voice provider identifies a language, if it identifies languages by name: that of the
/// tag or, if there is none, that of the language without a region. A value that is no known tag is such a name already.
fn voice_name<'a>(provider: &str, tag: &'a str) -> Option<&'a str> {
    let names = words(&LISTS.voice_language_names, provider).filter_map(|pair| pair.split_once(':'));
    let find = |wanted: &str| names.clone().find(|(known, _)| *known == wanted).map(|(_, name)| name);
    let is_name = names.clone().next().is_some() && TAGS.iter().all(|(known, _)| *known != tag);
    find(tag).or_else(|| find(primary(tag))).or(is_name.then_some(tag))
}

/// Returns the voice provider's code for a language, or `None` if the voice, its id or its model determines the
/// language.
pub fn voice_code(provider: &str, model: Option<&str>, tag: &str) -> Option<String> {
    match provider {
        // Other models of 11labs refuse a language (vendor OpenAPI document, 2026-08-20).
        "11labs" => {
            let takes_language = model.is_some_and(|model| model.ends_with("_v2_5"));
            (takes_language && tag != "mul").then(|| primary(tag).to_owned())
        }
        "lmnt" if tag == "mul" => Some("auto".to_owned()),
        "lmnt" | "neuphonic" => Some(primary(tag).to_owned()),
        "playht" | "minimax" => voice_name(provider, tag).map(ToOwned::to_owned),
        _ => has_list(provider).then(|| voice_code_in(provider, tag).unwrap_or(tag).to_owned()),
    }
}

fn has_list(provider: &str) -> bool {
    LISTS.voice_languages.iter().any(|(known, _)| *known == provider)
}

/// Finds a language in the list of a voice provider: the tag itself, the language without a region, or the first of its
/// regional variants.
fn voice_code_in(provider: &str, tag: &str) -> Option<&'static str> {
    let tag = if tag == "mul" { "auto" } else { tag };
    let codes = words(&LISTS.voice_languages, provider);
    let find = |wanted: &str| codes.clone().find(|code| code.eq_ignore_ascii_case(wanted));
    find(tag).or_else(|| find(primary(tag))).or_else(|| codes.clone().find(|code| primary(code) == tag))
}

/// Builds the codec for the language, as a BCP 47 tag.
pub fn language() -> impl Codec<Language> {
    Tag(languages(&TAGS))
}

/// Builds the codec for an additional language, which transcribers accept only without a region.
pub fn further_language() -> impl Codec<Language> {
    static PLAIN: LazyLock<Vec<(&str, &str)>> =
        LazyLock::new(|| spoken("iso").map(|tag| (tag, tag)).collect());
    Tag(languages(&PLAIN))
}

/// A codec that reads every tag, including those that the gateway does not send. If the list of the transcriber is known,
/// it sends the tag of that list: the given one, the language without a region, or the language with its usual region.
struct Tag<C>(C);

impl<C: Codec<Language>> Codec<Language> for Tag<C> {
    fn encode(&self, value: &Language, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        self.0.encode(value, with)
    }
    fn encode_within(&self, value: &Language, accepted: &[&str]) -> Option<Encoded> {
        let find = |tag: &str| accepted.iter().copied().find(|known| known.eq_ignore_ascii_case(tag));
        let usual = || azure_locale(value.primary()).filter(|locale| accepted.contains(locale));
        let tag = find(value.as_str()).or_else(|| find(value.primary())).or_else(usual)?;
        let loss = (!tag.eq_ignore_ascii_case(value.as_str())).then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(tag),
            why: format!("The transcriber does not have {:?}; it has {tag:?}.", value.as_str()),
        });
        Some(Encoded { wire: json!(tag), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Language> {
        Language::new(wire.as_str()?).ok()
    }
    fn conversion(&self) -> Option<String> {
        Some("by the vendor's list of languages".to_owned())
    }
}

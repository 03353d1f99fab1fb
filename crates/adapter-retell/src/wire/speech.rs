//! Codecs for languages, the voice, interruptions, transcription, pronunciations and the greeting.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::catalogue::LANGUAGES;

/// The languages of the former value `multi` (SDK 6.2.8, 2026-10-17), which are sent for the tag `mul`.
const MULTI: [&str; 10] =
    ["en-US", "es-ES", "fr-FR", "de-DE", "hi-IN", "ru-RU", "pt-PT", "ja-JP", "it-IT", "nl-NL"];

/// Returns true for the languages of the tag `mul`. An older agent still has the former value.
fn is_multi(languages: &Value) -> bool {
    *languages == json!(MULTI) || *languages == json!(["multi"])
}

/// Finds the vendor's language for a tag: the tag itself or, failing that, the first tag of the same language.
/// Portuguese without a region becomes Brazilian Portuguese.
fn locale(language: &Language) -> Result<(&'static str, Option<Loss>), Refusal> {
    let tag = language.as_str();
    if let Some(same) = LANGUAGES.iter().find(|known| known.eq_ignore_ascii_case(tag)) {
        return Ok((same, None));
    }
    let primary = |known: &&&str| known.split('-').next() == Some(language.primary());
    let near = if tag == "pt" { Some(&"pt-BR") } else { LANGUAGES.iter().find(primary) };
    let Some(near) = near else {
        let known = LANGUAGES.join(", ");
        let why = format!("the vendor does not have the language {tag:?}. The vendor has {known}.");
        return Err(Refusal::Unsupported(why));
    };
    let verdict = if tag == language.primary() { Verdict::Rounded } else { Verdict::Substituted };
    let why = format!("The vendor has languages only with certain regions, such as {near}.");
    Ok((near, Some(Loss { verdict, sent: json!(near), why })))
}

fn known() -> Domain {
    Domain::Choice { values: LANGUAGES.iter().map(|tag| json!(tag)).collect() }
}

/// Builds the codec for the language: the first item of the vendor's list, or the whole list for the tag `mul`.
pub fn language() -> impl Codec<Language> {
    ValuePortion::<Language> {
        write: |language, held| {
            if language.as_str() == "mul" {
                let why = format!(
                    "The vendor has no value for all languages; the agent speaks {}.",
                    MULTI.join(", ")
                );
                let loss = Loss { verdict: Verdict::Substituted, sent: json!("mul"), why };
                return Ok(Encoded { wire: json!(MULTI), loss: Some(loss) });
            }
            let (first, loss) = locale(language)?;
            let others = held.as_array().filter(|_| !is_multi(held)).into_iter().flatten().skip(1);
            let others = others.filter(|other| *other != first);
            Ok(Encoded { wire: std::iter::once(&json!(first)).chain(others).cloned().collect(), loss })
        },
        read: |wire| {
            if is_multi(wire) {
                return Some(Language::new("mul").ok());
            }
            unless_null(wire, |wire| wire.as_array())?.map_or(Some(None), |all| match all.first() {
                Some(first) => Some(Some(Language::new(first.as_str()?).ok()?)),
                None => Some(None),
            })
        },
        rest: |_| None,
        domain: known,
    }
}

/// Builds the codec for additional languages: the other items of the vendor's list.
pub fn additional_languages() -> impl Codec<Vec<Language>> {
    ValuePortion::<Vec<Language>> {
        write: |languages, held| {
            let Some(first) = held.as_array().and_then(|all| all.first()) else {
                return Err(Refusal::Unsupported(
                    "the vendor takes them behind a first one only.".to_owned(),
                ));
            };
            if is_multi(held) {
                return Err(Refusal::Unsupported("the language mul has no additional ones.".to_owned()));
            }
            let found = languages.iter().map(locale).collect::<Result<Vec<_>, _>>()?;
            let sent: Vec<_> = found.iter().map(|(tag, _)| json!(tag)).collect();
            let loss = found.iter().find_map(|(_, loss)| loss.as_ref()).map(|loss| Loss {
                verdict: Verdict::Substituted,
                sent: json!(sent),
                why: loss.why.clone(),
            });
            let all = std::iter::once(first).chain(sent.iter().filter(|tag| *tag != first));
            Ok(Encoded { wire: all.cloned().collect(), loss })
        },
        read: |wire| {
            let all = unless_null(wire, |wire| wire.as_array())?.map(Vec::as_slice).unwrap_or_default();
            let others = all
                .iter()
                .skip(if is_multi(wire) { all.len() } else { 1 })
                .map(|tag| Language::new(tag.as_str()?).ok());
            others.collect::<Option<Vec<_>>>().map(|others| Some(others).filter(|others| !others.is_empty()))
        },
        rest: |held| {
            let first = |all: &Vec<Value>| all.iter().take(1).cloned().collect();
            Some(if is_multi(held) { held.clone() } else { held.as_array().map(first).unwrap_or_default() })
        },
        domain: || Domain::List { items: Box::new(known()), max_items: None },
    }
}

/// Builds the codec for the stability of the voice. The vendor has the opposite setting: a temperature from 0 to 2.
pub fn stability() -> impl Codec<f64> {
    ValuePortion::<f64> {
        write: |stability, _| Ok(json!(rounded(2.0 * (1.0 - stability))).into()),
        read: |wire| {
            let ours = |wire: &Value| Some(rounded(1.0 - wire.as_f64()? / 2.0));
            unless_null(wire, |wire| ours(wire).filter(|stability| (0.0..=1.0).contains(stability)))
        },
        rest: |_| None,
        domain: || Domain::Number { min: Some(0.0), max: Some(1.0), step: None },
    }
}

/// Rounds off the error of a floating-point subtraction.
fn rounded(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

fn is_forbidden(sensitivity: &Value) -> bool {
    sensitivity.as_f64().is_some_and(|sensitivity| sensitivity <= 0.0)
}

/// Builds the codec for the permission to interrupt the agent. The vendor has only a sensitivity; 0 forbids
/// interruptions.
pub fn interruptible() -> impl Codec<bool> {
    ValuePortion::<bool> {
        write: |allows, held| {
            let held = held.as_f64().filter(|sensitivity| *sensitivity > 0.0);
            Ok(json!(if *allows { held.unwrap_or(1.0) } else { 0.0 }).into())
        },
        read: |wire| unless_null(wire, |wire| Some(wire.as_f64()? > 0.0)),
        rest: |_| None,
        domain: || Domain::Flag,
    }
}

/// Builds the codec for the sensitivity to interruptions. An agent that cannot be interrupted has no sensitivity.
pub fn interruption_sensitivity() -> impl Codec<f64> {
    ValuePortion::<f64> {
        write: |sensitivity, held| match (is_forbidden(held), *sensitivity > 0.0) {
            (true, _) => Err(Refusal::Unsupported(
                "the agent cannot be interrupted; set turn_taking.interruptible to true.".to_owned(),
            )),
            (false, false) => Err(Refusal::Refused(
                "0 forbids interruptions; set turn_taking.interruptible to false instead.".to_owned(),
            )),
            (false, true) => Ok(json!(sensitivity).into()),
        },
        read: |wire| match is_forbidden(wire) {
            true => Some(None),
            false => unless_null(wire, Value::as_f64),
        },
        rest: |held| Some(if is_forbidden(held) { held.clone() } else { Value::Null }),
        domain: || Domain::Number { min: None, max: Some(1.0), step: None },
    }
}

/// The minimum and maximum silence of each provider of transcription, in milliseconds (SDK 6.2.13).
const PROVIDERS: &[(&str, f64, f64)] = &[
    ("deepgram", 10.0, 60_000.0),
    ("azure", 100.0, 60_000.0),
    ("soniox", 500.0, 60_000.0),
    ("assemblyai", 100.0, 3000.0),
    ("muse", 100.0, 60_000.0),
];

/// Builds the codec for the silence after which a turn ends. The vendor accepts it only with a provider of
/// transcription.
pub fn silence() -> impl Codec<Millis> {
    members::<Millis>(
        |silence, object| {
            let held = object.get("provider").and_then(Value::as_str);
            let known = PROVIDERS.iter().find(|(name, ..)| held.is_none_or(|held| held == *name));
            let (name, least, most) = known.copied().unwrap_or((held.unwrap_or_default(), 100.0, 3000.0));
            let sent = silence.number().round().clamp(least, most);
            let provider = json!(name);
            object.insert("provider".to_owned(), provider);
            object.insert("endpointing_ms".to_owned(), json!(sent as i64));
            Ok((sent != silence.number()).then(|| Loss {
                verdict: Verdict::Clamped,
                sent: json!(sent as i64),
                why: format!(
                    "The provider of transcription takes whole milliseconds from {least} to {most}."
                ),
            }))
        },
        |object| {
            object
                .get("endpointing_ms")
                .map_or(Some(None), |silence| Millis::from_number(silence.as_f64()?).map(Some))
        },
        || Domain::Number { min: Some(10.0), max: Some(60_000.0), step: Some(1.0) },
    )
}

/// Builds the codec for pronunciations. Those in other alphabets of the vendor are kept.
pub fn pronunciations() -> impl Codec<Vec<Pronunciation>> {
    ListPortion::<Vec<Pronunciation>> {
        write: |pronunciations, items| {
            if pronunciations.iter().any(|pronunciation| pronunciation.alphabet != Alphabet::Ipa) {
                return Err(Refusal::Unsupported("the vendor takes only the alphabet ipa.".to_owned()));
            }
            items.retain(|item| !is_ipa(item));
            let write = |Pronunciation { text, say, .. }: &Pronunciation| json!({ "word": text, "alphabet": "ipa", "phoneme": say });
            items.extend(pronunciations.iter().map(write));
            Ok(None)
        },
        read: |items| {
            let text =
                |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
            let read = |item: &Value| {
                let alphabet = Alphabet::Ipa;
                Some(Pronunciation { text: text(item, "word")?, say: text(item, "phoneme")?, alphabet })
            };
            let found = items.iter().filter(|item| is_ipa(item)).map(read).collect::<Option<Vec<_>>>()?;
            Some(Some(found).filter(|found| !found.is_empty()))
        },
        clear: |items| items.retain(|item| !is_ipa(item)),
        domain: || Domain::List { items: Box::new(Domain::Structure), max_items: None },
    }
}

fn is_ipa(item: &Value) -> bool {
    item["alphabet"] == "ipa"
}

/// Builds the codec for the flag that makes the language model compose the greeting. The model composes the greeting if
/// the vendor has no text for it.
pub fn generated() -> impl Codec<bool> {
    ValuePortion::<bool> {
        write: |generated, held| match generated {
            true => Ok(Value::Null.into()),
            false if held.is_null() => Err(Refusal::Unsupported(
                "the language model composes the greeting if greeting.message has no value.".to_owned(),
            )),
            false => Ok(held.clone().into()),
        },
        read: |wire| Some(Some(wire.is_null())),
        rest: |held| Some(held.clone()),
        domain: || Domain::Flag,
    }
}

//! The codecs for language models. In the form that the rules read, a model is its provider and its name: `openai/gpt-4.1`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::lists::LISTS;

/// The providers that accept any model name.
const OPEN: &[&str] = &["anyscale", "deepinfra", "openrouter", "perplexity-ai", "together-ai"];

/// Returns the provider of a model that the vendor documents. The names of some models can end with a region, as in
/// `gpt-4.1:eastus2`.
fn provider_of(name: &str) -> Option<&'static str> {
    let plain = name.split_once(':').map_or(name, |(plain, _)| plain);
    let known = |model: &str| model == name || model == plain;
    LISTS
        .models
        .iter()
        .find(|(_, names)| names.split_ascii_whitespace().any(known))
        .map(|(provider, _)| *provider)
}

/// Returns the provider and the name of the model that a caller set. Looks up the provider of a documented name; any
/// other value must be `PROVIDER/NAME` with a known provider. Returns `None` otherwise.
fn split(value: &str) -> Option<(&str, &str)> {
    let is_provider =
        |name: &str| OPEN.contains(&name) || LISTS.models.iter().any(|(known, _)| *known == name);
    // Some documented names begin with the name of another provider, such as openai/gpt-oss-20b of groq.
    let documented = provider_of(value).map(|provider| (provider, value));
    documented.or_else(|| {
        value.split_once('/').filter(|(provider, name)| is_provider(provider) && !name.is_empty())
    })
}

/// Builds the codec for the language model. A model name that the vendor documents needs no `PROVIDER/` prefix.
pub fn model() -> impl Codec<String> {
    ModelName
}

struct ModelName;

impl Codec<String> for ModelName {
    fn encode(&self, value: &String, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        match split(value) {
            Some((provider, name)) => Ok(json!(format!("{provider}/{name}")).into()),
            None => Err(Refusal::Refused(
                "the vendor needs the provider of a model that it does not document, as in openrouter/NAME; for a model at a \
                 server of your own, set model.endpoint instead."
                    .to_owned(),
            )),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        let wire = wire.as_str()?;
        let plain = wire.split_once('/').filter(|(provider, name)| provider_of(name) == Some(provider));
        Some(plain.map_or(wire, |(_, name)| name).to_owned())
    }
    fn conversion(&self) -> Option<String> {
        Some("as the provider and the name".to_owned())
    }
}

/// Builds the codec for fallback models, which must be models of OpenAI.
pub fn fallback() -> impl Codec<Vec<String>> {
    Fallback
}

struct Fallback;

impl Codec<Vec<String>> for Fallback {
    fn encode(&self, value: &Vec<String>, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let names = value.iter().map(|value| split(value).filter(|(provider, _)| *provider == "openai"));
        let names: Option<Vec<_>> = names.map(|split| Some(split?.1)).collect();
        let unsupported = |why: &str| Err(Refusal::Unsupported(why.to_owned()));
        match names {
            Some(names) if names.iter().collect::<BTreeSet<_>>().len() < names.len() => {
                unsupported("the vendor takes each model once.")
            }
            Some(names) => Ok(json!(names).into()),
            None => unsupported("only models of OpenAI can be fallbacks."),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<String>> {
        wire.as_array()?.iter().map(|name| name.as_str().map(ToOwned::to_owned)).collect()
    }
    fn domain(&self) -> Domain {
        let items = Box::new(Domain::Listed { catalogue: CatalogueKind::MODELS });
        Domain::List { items, max_items: None }
    }
}

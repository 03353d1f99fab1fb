//! Values by the vendor's own codes and ids.

use serde_json::{Value, json};

use crate::{
    facts::{Catalogue, CatalogueEntry, Facts},
    model::Language,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation, Verdict, codec::wire_number},
};

/// Builds a codec of a language, from (tag, wire code) pairs. A region the vendor does not know
/// falls back to the language, and is reported.
pub fn languages(pairs: &'static [(&'static str, &'static str)]) -> impl Codec<Language> {
    Languages(pairs)
}

struct Languages(&'static [(&'static str, &'static str)]);

impl Codec<Language> for Languages {
    fn encode(&self, value: &Language, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let code = |tag: &str| self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag));
        fallback(value, code).map(|(tag, (_, code))| encoded(value, tag, json!(code)))
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Language> {
        let code = wire.as_str()?;
        Language::new(self.0.iter().find(|(_, known)| *known == code)?.0).ok()
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: self.0.iter().map(|(tag, _)| json!(tag)).collect() }
    }
}

/// Builds a codec of a language, by its name in the vendor's catalogue. Reads ids too.
pub fn language_by_name() -> impl Codec<Language> {
    ListedLanguage { wire: |entry| json!(entry.name) }
}

/// Builds a codec of a language, by its id in the vendor's catalogue. Reads names too.
pub fn language_by_id() -> impl Codec<Language> {
    ListedLanguage { wire: |entry| id(&entry.id) }
}

struct ListedLanguage {
    wire: fn(&CatalogueEntry) -> Value,
}

impl Codec<Language> for ListedLanguage {
    fn encode(&self, value: &Language, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let rows = with.facts.entries(Catalogue::Languages);
        let row = |tag: &str| {
            rows.iter()
                .find(|row| row.language.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(tag)))
        };
        fallback(value, row).map(|(tag, row)| encoded(value, tag, (self.wire)(row)))
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<Language> {
        let key = crate::rule::scalar(wire)?;
        let row = facts.entries(Catalogue::Languages).iter().find(|row| row.id == key || row.name == key)?;
        Language::new(row.language.as_deref()?).ok()
    }
    fn domain(&self) -> Domain {
        Domain::Listed { catalogue: Catalogue::Languages }
    }
    fn conversion(&self) -> Option<String> {
        Some("by the vendor's list of languages".to_owned())
    }
}

/// Finds the vendor's code for the tag, else for its language without script and region.
fn fallback<R>(value: &Language, find: impl Fn(&str) -> Option<R>) -> Result<(&str, R), Refusal> {
    [value.as_str(), value.primary()]
        .into_iter()
        .find_map(|tag| find(tag).map(|found| (tag, found)))
        .ok_or_else(|| Refusal::Unsupported(format!("the vendor does not speak {:?}.", value.as_str())))
}

fn encoded(value: &Language, tag: &str, wire: Value) -> Encoded {
    let loss = (tag != value.as_str()).then(|| Loss {
        verdict: Verdict::Substituted,
        sent: json!(tag),
        why: format!("The vendor has {tag:?} without regions."),
    });
    Encoded { wire, loss }
}

/// Builds a codec of the vendor's id, a whole number, as a string.
pub fn integer_id() -> impl Codec<String> {
    IntegerId
}

struct IntegerId;

impl Codec<String> for IntegerId {
    fn encode(&self, value: &String, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        match value.parse::<u32>() {
            Ok(id) if id.to_string() == *value => Ok(json!(id).into()),
            _ => Err(Refusal::Refused(format!(
                "{value:?} is not an id of the vendor, which are whole numbers."
            ))),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        crate::rule::scalar(wire)
    }
    fn conversion(&self) -> Option<String> {
        Some("the vendor's id, a whole number".to_owned())
    }
}

/// Builds a codec of the id of a row in one of the vendor's catalogues, by that id or by the row's
/// name.
pub fn catalogue_id(catalogue: Catalogue) -> impl Codec<String> {
    CatalogueId(catalogue)
}

struct CatalogueId(Catalogue);

impl Codec<String> for CatalogueId {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match with.facts.entries(self.0).iter().find(|row| row.id == *value || row.name == *value) {
            Some(row) => Ok(id(&row.id).into()),
            None => {
                Err(Refusal::Refused(format!("the vendor lists no {value:?} among its {}.", self.0.name())))
            }
        }
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<String> {
        let key = crate::rule::scalar(wire)?;
        Some(facts.by_id(self.0, &key).map_or(key, |row| row.name.clone()))
    }
    fn domain(&self) -> Domain {
        Domain::Listed { catalogue: self.0 }
    }
    fn conversion(&self) -> Option<String> {
        Some(format!("to the id in the vendor's list of {}", self.0.name()))
    }
}

/// Writes an id in the vendor's form: a number if it is one.
fn id(id: &str) -> Value {
    id.parse::<u32>().map_or_else(|_| json!(id), |number| wire_number(number.into()))
}

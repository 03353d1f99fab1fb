//! The laws of codecs: a value that is sent is read back, and a value that is not sent is reported as lost.

mod choice;
mod events;
mod hang_up;
mod list;
mod lookup;
mod number;
mod text;
mod transfer;
mod voicemail;

use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use switchboard_core::{
    facts::{CatalogueEntry, CatalogueKind, Facts},
    model::Leaf,
    rule::{Codec, Encoded, Loss, Refusal, Translation},
};

/// A value that was converted to the vendor's form.
pub struct RoundTrip {
    pub wire: Value,
    pub loss: Option<Loss>,
}

pub fn cross<T: Leaf>(codec: &impl Codec<T>, facts: &Facts, value: &T) -> Result<RoundTrip, Refusal> {
    let nothing = &Value::Null;
    let with = Translation { facts, observed: None, held: nothing, body: nothing };
    let Encoded { wire, loss } = codec.encode(value, &with)?;
    Ok(RoundTrip { wire, loss })
}

/// Converts a value. Panics if the codec refuses it.
pub fn taken<T: Leaf>(codec: &impl Codec<T>, facts: &Facts, value: &T) -> RoundTrip {
    match cross(codec, facts, value) {
        Ok(crossing) => crossing,
        Err(Refusal::Unsupported(why) | Refusal::Refused(why)) => panic!("{value:?} is refused: {why}"),
    }
}

/// Returns `None` if the value is sent, `Some(false)` if it is not sent, and `Some(true)` if the whole write is
/// refused.
pub fn refusal<T: Leaf>(codec: &impl Codec<T>, facts: &Facts, value: &T) -> Option<bool> {
    match cross(codec, facts, value) {
        Ok(_) => None,
        Err(Refusal::Unsupported(why)) => {
            assert!(why.ends_with('.'), "{why:?} is no sentence");
            Some(false)
        }
        Err(Refusal::Refused(why)) => {
            assert!(why.ends_with('.'), "{why:?} is no sentence");
            Some(true)
        }
    }
}

/// Checks that a value inside the domain is read back unchanged. For a value outside, checks that the value
/// reported as sent is read back and converts exactly.
pub fn holds_the_laws<T: Leaf>(
    codec: &impl Codec<T>,
    facts: &Facts,
    value: &T,
) -> Result<RoundTrip, TestCaseError> {
    let fail = |what: &str| TestCaseError::fail(format!("{value:?}: {what}"));
    let crossing = taken(codec, facts, value);
    let back = codec.decode(&crossing.wire, facts).ok_or_else(|| fail("does not come back"))?;
    match &crossing.loss {
        None if back != *value => Err(fail(&format!("comes back as {back:?} without a word"))),
        None => Ok(crossing),
        Some(loss) => {
            let sent =
                T::read(&loss.sent, "").map_err(|_| fail("what was sent is none of the field's values"))?;
            let again = taken(codec, facts, &sent);
            match () {
                () if sent != back => Err(fail(&format!("{sent:?} was told, {back:?} comes back"))),
                () if sent == *value => Err(fail("is told as a loss and is none")),
                () if again.loss.is_some() => Err(fail("what was sent does not cross as it is")),
                () if again.wire != crossing.wire => Err(fail("what was sent crosses otherwise")),
                () if !loss.verdict.is_loss() => Err(fail("the verdict is no loss")),
                () if !loss.why.ends_with('.') => Err(fail("the reason is no sentence")),
                () => Ok(crossing),
            }
        }
    }
}

/// Returns a vendor's catalogues: languages with and without regions, and models with numbers or words as
/// ids.
pub fn facts() -> Facts {
    let row = |id: &str, name: &str, language: Option<&str>| CatalogueEntry {
        id: id.to_owned(),
        name: name.to_owned(),
        language: language.map(ToOwned::to_owned),
        kind: None,
        document: json!({ "id": id, "name": name }),
    };
    let languages = vec![
        row("1", "English", Some("en")),
        row("2", "English (UK)", Some("en-GB")),
        row("3", "German", Some("de")),
        row("4", "Klingon", None),
    ];
    let models = vec![row("10", "small", None), row("11", "large", None), row("m-14", "own", None)];
    Facts::default().with(CatalogueKind::LANGUAGES, languages).with(CatalogueKind::MODELS, models)
}

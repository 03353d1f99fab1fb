//! The contract of a leaf. A leaf is a value in a record that is changed, validated and described as a whole.

use std::{collections::BTreeMap, fmt::Debug};

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use utoipa::{
    PartialSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    error::{Kind, Violation},
    model::{
        Measure, Secrets, UnknownSecret, keep_secrets, keep_unknown_secrets,
        read_error::{in_json_terms, wrong_type},
        schema, secret,
        strict_value::StrictValue,
    },
};

/// A named schema of the OpenAPI document.
pub type Component = (String, RefOr<Schema>);

/// The smallest value that has a rule of its own: a codec converts it as a whole.
pub trait Leaf: Clone + PartialEq + Debug + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// True if an empty value has a meaning of its own. For all other leaves, an empty text, list or object means the
    /// same as no value.
    const EMPTY_IS_A_VALUE: bool = false;

    /// The name of a member with a secret that can be known to the vendor alone. Serialization shows the member as a
    /// boolean `*_set`, which the leaf also reads.
    const SECRET_MEMBER: Option<&'static str> = None;

    /// Returns the quantity to which the field's limits apply.
    fn measure(&self) -> Measure {
        Measure::None
    }

    /// Returns the schema of the field: an inline schema, or a reference to a component.
    fn schema() -> RefOr<Schema>;

    /// Adds the components that the schema refers to.
    fn components(out: &mut Vec<Component>) {
        let _ = out;
    }

    /// Returns the name and the value of the member that identifies this leaf in a list. A list has at most one item
    /// with the same identity.
    fn identity(&self) -> Option<(&'static str, &str)> {
        None
    }

    /// Returns the secrets. Serialization of the leaf omits their values.
    fn secrets(&self) -> Secrets {
        Secrets::new()
    }

    /// Lists the secrets that the leaf mentions without their values.
    fn unknown_secrets(&self) -> Vec<UnknownSecret> {
        Vec::new()
    }

    /// Lists the URLs in a structured value to which the vendor sends requests.
    fn urls(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Checks the members of a structured value. Returns a violation for each wrong member, with a pointer below `at`.
    fn violations(&self, at: &str) -> Vec<Violation> {
        let _ = at;
        Vec::new()
    }

    /// Reads the value that is at the pointer `at` of the input.
    ///
    /// # Errors
    /// At least one violation, with a pointer at or below `at`. If the value does not have the type of the leaf, the
    /// default implementation returns only the first violation.
    fn read(value: &Value, at: &str) -> Result<Self, Vec<Violation>> {
        let leaf: Self = parse(StrictValue::new(value), at).map_err(|violation| vec![violation])?;
        let violations = leaf.violations(at);
        if violations.is_empty() { Ok(leaf) } else { Err(violations) }
    }
}

/// Applies an object as a patch to the JSON of a leaf. The caller then reads the leaf from the result.
///
/// A patch whose `type` differs from that of the stored leaf replaces the leaf completely. Otherwise, a secret that the
/// patch does not name is preserved, unless the patch changes the `url` beside it. Null removes a secret.
pub(crate) fn merged<T: Leaf>(stored: Option<&T>, patch: &Value) -> Value {
    let before = stored.map_or(Value::Null, |leaf| json!(leaf));
    let retagged = tag(&before).is_some() && tag(patch).is_some() && tag(&before) != tag(patch);
    let mut document = if retagged { Value::Null } else { before };
    schema::merge(&mut document, patch);
    if let (Some(name), Value::Object(members)) = (T::SECRET_MEMBER, &mut document) {
        // If the patch names the secret, the secret alone decides whether it is set.
        let set = format!("{name}_set");
        if patch.get(name).is_some() && members.get(&set).is_some_and(Value::is_boolean) {
            members.shift_remove(&set);
        }
    }
    if let Some(stored) = stored {
        let (secrets, unknown) = (stored.secrets(), stored.unknown_secrets());
        if !secrets.is_empty() || !unknown.is_empty() {
            let before = json!(stored);
            keep_secrets(&secrets, &before, patch, &mut document);
            keep_unknown_secrets(&unknown, &before, patch, &mut document);
        }
    }
    document
}

/// Returns a copy of `given`, the value that replaces a leaf. The copy also has the leaf's secrets that `given` omits.
/// Returns `None` if the leaf has no secrets.
pub(crate) fn replaced<T: Leaf>(stored: &T, given: &Value) -> Option<Value> {
    let secrets = stored.secrets();
    (!secrets.is_empty()).then(|| {
        let mut document = given.clone();
        keep_secrets(&secrets, &json!(stored), given, &mut document);
        document
    })
}

fn tag(document: &Value) -> Option<&str> {
    document.get("type")?.as_str()
}

/// Deserializes the value that is at the pointer `at` of the input.
///
/// # Errors
/// The first violation, with the pointer of the wrong member.
pub(crate) fn parse<T: DeserializeOwned>(value: StrictValue<'_>, at: &str) -> Result<T, Violation> {
    // Tracking paths doubles the cost of parsing, so it is done only in a second pass after an error.
    T::deserialize(value).or_else(|_| {
        serde_path_to_error::deserialize(value).map_err(|error| {
            let below: String = error.path().iter().filter_map(segment).collect();
            let detail = error.into_inner().to_string();
            let code =
                if detail.starts_with("unknown field") { Kind::UnknownField } else { Kind::ValidationFailed };
            let pointer = format!("{at}{below}");
            let detail = in_json_terms(&pointer, &detail);
            let code = if detail.ends_with(" is required.") { Kind::FieldRequired } else { code };
            Violation::at(pointer, code, detail)
        })
    })
}

/// Checks the lengths of an object's string members. Each member is given as its name, its value and the maximum number
/// of characters of the value. The minimum is one. Returns a violation for each wrong member.
pub(crate) fn lengths<'a>(
    at: &str,
    members: impl IntoIterator<Item = (&'a str, &'a str, usize)>,
) -> Vec<Violation> {
    members
        .into_iter()
        .filter(|(_, text, max)| !(1..=*max).contains(&text.chars().count()))
        .flat_map(|(member, _, max)| wrong(at, member, &format!("must have 1 to {max} characters")))
        .collect()
}

/// Returns one violation, at the member `member` of the object at the pointer `at`. The message is the member's pointer
/// followed by `detail`.
pub(crate) fn wrong(at: &str, member: &str, detail: &str) -> Vec<Violation> {
    vec![Violation::at(format!("{at}/{member}"), Kind::ValidationFailed, format!("{at}/{member} {detail}."))]
}

/// Deserializes a member, and returns the default value for null. Together with `#[serde(default)]`, this makes null
/// mean the same as omission.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

fn segment(segment: &serde_path_to_error::Segment) -> Option<String> {
    use serde_path_to_error::Segment::{Enum, Map, Seq, Unknown};
    match segment {
        Seq { index } => Some(format!("/{index}")),
        Map { key } => Some(format!("/{}", schema::escape(key))),
        Enum { .. } | Unknown => None,
    }
}

macro_rules! plain {
    ($($ty:ty: $measure:expr;)*) => { $(
        impl Leaf for $ty {
            fn measure(&self) -> Measure {
                ($measure)(self)
            }
            fn schema() -> RefOr<Schema> {
                <$ty as PartialSchema>::schema()
            }
        }
    )* };
}

plain! {
    bool: |_: &bool| Measure::None;
    f64: |n: &f64| Measure::Number(*n);
    u32: |n: &u32| Measure::Number(f64::from(*n));
    String: |s: &String| Measure::Text(s.chars().count());
    BTreeMap<String, String>: |m: &BTreeMap<String, String>| Measure::Items(m.len());
}

impl<T: Leaf> Leaf for Vec<T> {
    fn measure(&self) -> Measure {
        Measure::Items(self.len())
    }
    fn schema() -> RefOr<Schema> {
        schema::list(T::schema())
    }
    fn components(out: &mut Vec<Component>) {
        T::components(out);
    }
    fn violations(&self, at: &str) -> Vec<Violation> {
        let items = self.iter().enumerate();
        let of_items = items.flat_map(|(index, item)| item.violations(&format!("{at}/{index}")));
        of_items.chain(repetitions(self, at)).collect()
    }
    fn secrets(&self) -> Secrets {
        let of_item = |item: &T| {
            let path = selector(item)?;
            Some(secret::below(&path, item.secrets()).collect::<Vec<_>>())
        };
        self.iter().filter_map(of_item).flatten().collect()
    }
    fn unknown_secrets(&self) -> Vec<UnknownSecret> {
        let of_item = |(index, item): (usize, &T)| {
            let (path, pointer) = (selector(item)?, format!("/{index}"));
            Some(item.unknown_secrets().into_iter().map(move |secret| secret.below(&path, &pointer)))
        };
        self.iter().enumerate().filter_map(of_item).flatten().collect()
    }
    fn urls(&self) -> Vec<&str> {
        self.iter().flat_map(Leaf::urls).collect()
    }
    fn read(value: &Value, at: &str) -> Result<Self, Vec<Violation>> {
        let Value::Array(items) = value else {
            let detail = wrong_type(at, "a list", value);
            return Err(vec![Violation::at(at, Kind::ValidationFailed, detail)]);
        };
        let (mut good, mut bad) = (Vec::with_capacity(items.len()), Vec::new());
        let mut item_at = format!("{at}/");
        for (index, item) in items.iter().enumerate() {
            item_at.truncate(at.len() + 1);
            item_at.push_str(&index.to_string());
            match T::read(item, &item_at) {
                Ok(item) => good.push(item),
                Err(violations) => bad.extend(violations),
            }
        }
        bad.extend(repetitions(&good, at));
        if bad.is_empty() { Ok(good) } else { Err(bad) }
    }
}

/// Returns the path segment that selects an item of a list, if the item has an identity.
fn selector<T: Leaf>(item: &T) -> Option<String> {
    item.identity().map(|(member, value)| format!("/[{member}={value}]"))
}

/// Returns a violation for each item of a list that has the identity of an earlier item.
fn repetitions<T: Leaf>(items: &[T], at: &str) -> Vec<Violation> {
    let repeats = |(index, item): (usize, &T)| {
        let identity = item.identity()?;
        let earlier = items.iter().take(index).position(|other| other.identity() == Some(identity))?;
        let (member, _) = identity;
        let detail = format!("must differ from {at}/{earlier}/{member}");
        Some(wrong(&format!("{at}/{index}"), member, &detail))
    };
    items.iter().enumerate().filter_map(repeats).flatten().collect()
}

/// A JSON object that is stored and sent unchanged.
#[derive(Debug, Clone, PartialEq, serde::Deserialize, Serialize)]
#[serde(transparent)]
pub struct AnyObject(pub serde_json::Map<String, Value>);

impl Leaf for AnyObject {
    fn measure(&self) -> Measure {
        Measure::Items(self.0.len())
    }
    fn schema() -> RefOr<Schema> {
        schema::any_object()
    }
}

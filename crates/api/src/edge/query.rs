//! Query parameters: known parameters are typed, and every unknown parameter is an error that names it.

use std::{convert::Infallible, fmt::Display};

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use switchboard_core::error::{Error, Kind, Result, Violation, unknown_name};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// The number of items on a page if the request states no number.
const DEFAULT_LIMIT: usize = 50;
/// The maximum number of items on a page.
const MAX_LIMIT: usize = 200;
/// The maximum number of unknown parameters that an error lists. More would not help the caller.
const MAX_PROBLEMS: usize = 20;

/// The error for a value that cannot be read as a string.
const UNREADABLE: &str = "The value is not UTF-8, or contains U+0000.";

/// A group of query parameters, which the implementing type documents and reads.
pub trait Parameters: IntoParams + Sized {
    /// Reads the parameters of the group from a query.
    fn read(query: &mut Query) -> Self;
}

/// The parameters that select a page of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The maximum number of items on the page, from 1; a number above 200 counts as 200.
    #[param(required = false, inline, value_type = PageSize)]
    pub limit: usize,
    /// The `next_cursor` of the previous page; omitted for the first page.
    #[param(required = false, value_type = String)]
    pub cursor: Option<String>,
}

impl Parameters for PageQuery {
    fn read(query: &mut Query) -> Self {
        Self { limit: query.limit(), cursor: query.text("cursor") }
    }
}

/// The schema of `limit`. The schema has no maximum, because the API accepts a number above 200 and reduces it to 200.
struct PageSize;

impl utoipa::PartialSchema for PageSize {
    fn schema() -> RefOr<Schema> {
        let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        schema.default(Some(DEFAULT_LIMIT.into())).build().into()
    }
}

impl ToSchema for PageSize {}

/// The query of a request. A handler reads the known parameters; then [`Query::finish`] reports all errors.
///
/// ```
/// # use switchboard_api::edge::query::Query;
/// let mut query = Query::parse("vendor=qcall-eu&limit=500");
/// let vendor = query.text("vendor");
/// let limit = query.limit();
/// query.finish()?;
/// assert_eq!((vendor.as_deref(), limit), (Some("qcall-eu"), 200));
/// # Ok::<(), switchboard_core::error::Error>(())
/// ```
#[derive(Debug)]
pub struct Query {
    given: Vec<(String, String)>,
    known: Vec<&'static str>,
    problems: Vec<Violation>,
}

impl Query {
    /// Splits and decodes the part of a URL after the `?`.
    pub fn parse(text: &str) -> Self {
        let given = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        Self { given, known: Vec::new(), problems: Vec::new() }
    }

    /// Reads a group of parameters, for an operation that has no other parameters.
    ///
    /// # Errors
    /// The errors of [`Query::finish`].
    pub fn only<P: Parameters>(mut self) -> Result<P> {
        let parameters = P::read(&mut self);
        self.finish()?;
        Ok(parameters)
    }

    /// Reads a parameter as a string, if the parameter is present. Records an error if the parameter is repeated, is not valid
    /// UTF-8 or contains U+0000.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let mut values = self.given.iter().filter(|(given, _)| given == name).map(|(_, value)| value.clone());
        let (first, second) = (values.next(), values.next());
        drop(values);
        if second.is_some() {
            self.refuse(name, "Give this parameter once.");
            return None;
        }
        let text = first?;
        if is_unreadable(&text) {
            self.refuse(name, UNREADABLE);
            return None;
        }
        Some(text)
    }

    /// Reads the values of a parameter that may be repeated. Records an error if there are more than `most`, or if a value is not
    /// valid UTF-8 or contains U+0000.
    pub fn texts(&mut self, name: &'static str, most: usize) -> Vec<String> {
        self.known.push(name);
        let given = self.given.iter().filter(|(given, _)| given == name);
        let values: Vec<_> = given.map(|(_, value)| value.clone()).collect();
        if values.len() > most {
            self.refuse(name, format!("Give this parameter at most {most} times."));
            return Vec::new();
        }
        if values.iter().any(|value| is_unreadable(value)) {
            self.refuse(name, UNREADABLE);
            return Vec::new();
        }
        values
    }

    /// Reads a parameter whose values are the names of an enum's variants. Records an error for any other value.
    pub fn choice<T: DeserializeOwned + utoipa::PartialSchema>(&mut self, name: &'static str) -> Option<T> {
        self.read(name, |text| {
            serde_json::from_value(Value::from(text))
                .map_err(|_| format!("Give {}.", choices(&json!(T::schema()))))
        })
    }

    /// Reads a parameter and parses it with `read`. If `read` fails, records its error as the detail of the violation, so
    /// the error must name the accepted values.
    pub fn read<T, E: Display>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(name)?;
        read(&text).map_err(|error| self.refuse(name, error)).ok()
    }

    /// Reads a parameter that is `true` or `false`. Returns false if the parameter is absent or invalid. Records an
    /// error for an invalid value.
    pub fn flag(&mut self, name: &'static str) -> bool {
        self.read(name, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("Give true or false."),
        })
        .unwrap_or_default()
    }

    /// Reads `limit`, the maximum number of items on a page. Returns 50 if the parameter is absent or invalid, and
    /// 200 if the number is larger than 200. Records an error for an invalid value.
    pub fn limit(&mut self) -> usize {
        self.read("limit", |text| {
            match text.bytes().all(|b| b.is_ascii_digit()).then(|| text.trim_start_matches('0')) {
                None | Some("") => Err("Give a whole number from 1 to 200."),
                // A number that does not fit the type is also above the limit.
                Some(digits) => Ok(digits.parse().unwrap_or(MAX_LIMIT).min(MAX_LIMIT)),
            }
        })
        .unwrap_or(DEFAULT_LIMIT)
    }

    /// Checks that the query has no unknown parameter and that no error was recorded.
    ///
    /// # Errors
    /// One error with all violations, of which at most 20 are unknown parameters: `parameter_unknown` if every
    /// violation is an unknown parameter, `parameter_invalid` otherwise.
    pub fn finish(mut self) -> Result<()> {
        let mut strangers: Vec<_> = self.given.iter().map(|(name, _)| name.as_str()).collect();
        strangers.retain(|name| !self.known.contains(name));
        strangers.sort_unstable();
        strangers.dedup();
        let known = match self.known.as_slice() {
            [] => "This operation has no query parameters.".to_owned(),
            known => format!("The query parameters of this operation are {}.", enumerated(known, "and")),
        };
        self.problems.extend(strangers.into_iter().take(MAX_PROBLEMS).map(|name| {
            let shown: String = name.chars().take(64).collect();
            let detail = unknown_name("query parameter", name, self.known.iter().copied());
            let detail = format!("{detail} {known}");
            Violation::parameter(shown, Kind::ParameterUnknown, detail)
        }));
        if self.problems.is_empty() {
            return Ok(());
        }
        let mut error = Error::invalid(self.problems);
        if error.kind != Kind::ParameterUnknown {
            error.kind = Kind::ParameterInvalid;
        }
        Err(error)
    }

    /// Records an error in a parameter.
    pub fn refuse(&mut self, name: &'static str, detail: impl Display) {
        self.problems.push(Violation::parameter(name, Kind::ParameterInvalid, detail.to_string()));
    }
}

/// Returns the name of an enum's variant in the API.
pub fn name_of(variant: impl Serialize) -> String {
    json!(variant).as_str().unwrap_or_default().to_owned()
}

/// Returns true if a value contains U+0000 or the replacement character. Decoding replaces bytes that are not UTF-8
/// with the replacement character.
fn is_unreadable(text: &str) -> bool {
    text.contains(['\0', char::REPLACEMENT_CHARACTER])
}

/// Lists the values of an enum from its schema.
fn choices(schema: &Value) -> String {
    let names: Vec<_> = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    enumerated(&names, "or")
}

/// Joins words as in a sentence: `a, b or c`.
fn enumerated(words: &[&str], conjunction: &str) -> String {
    match words {
        [all @ .., last] if !all.is_empty() => format!("{} {conjunction} {last}", all.join(", ")),
        words => words.join(""),
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

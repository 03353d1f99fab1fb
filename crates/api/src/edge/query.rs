//! Query parameters: the known ones typed, anything else an error that names it.

use std::{convert::Infallible, fmt::Display};

use axum::extract::FromRequestParts;
use http::request::Parts;
use switchboard_core::{Error, Kind, Result, Violation, unknown_name};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// How many items a page has that does not say.
const DEFAULT_LIMIT: usize = 50;
/// The most items a page has, whatever is asked.
const MAX_LIMIT: usize = 200;
/// More problems than this tell the caller nothing new.
const MAX_PROBLEMS: usize = 20;

/// Query parameters that belong together: the type documents them and reads them.
pub trait Parameters: IntoParams + Sized {
    /// Takes the parameters out of a query.
    fn read(query: &mut Query) -> Self;
}

/// The part of a list that a request asks for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The number of items on a page; more than 200 is 200.
    #[param(required = false, inline, value_type = PageSize)]
    pub limit: usize,
    /// The `next_cursor` of the page before.
    #[param(required = false, value_type = String)]
    pub cursor: Option<String>,
}

impl Parameters for PageQuery {
    fn read(query: &mut Query) -> Self {
        Self { limit: query.limit(), cursor: query.text("cursor") }
    }
}

/// The schema of `limit`, without a width: any number is taken.
struct PageSize;

impl utoipa::PartialSchema for PageSize {
    fn schema() -> RefOr<Schema> {
        let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        schema.default(Some(DEFAULT_LIMIT.into())).build().into()
    }
}

impl ToSchema for PageSize {}

/// The query of a request, from which a handler takes the parameters it knows. [`Query::finish`] tells what is wrong.
///
/// ```
/// # use switchboard_api::edge::query::Query;
/// let mut query = Query::parse("vendor=qcall-eu&limit=500");
/// let vendor = query.text("vendor");
/// let limit = query.limit();
/// query.finish()?;
/// assert_eq!((vendor.as_deref(), limit), (Some("qcall-eu"), 200));
/// # Ok::<(), switchboard_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Query {
    given: Vec<(String, String)>,
    known: Vec<&'static str>,
    problems: Vec<Violation>,
}

impl Query {
    /// Splits and decodes what follows the `?`.
    pub fn parse(text: &str) -> Self {
        let given = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        Self { given, known: Vec::new(), problems: Vec::new() }
    }

    /// Takes parameters that belong together, of an operation that has no others.
    ///
    /// # Errors
    /// Those of [`Query::finish`].
    pub fn only<P: Parameters>(mut self) -> Result<P> {
        let parameters = P::read(&mut self);
        self.finish()?;
        Ok(parameters)
    }

    /// A parameter as text, if it is given.
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
        // The replacement character is what bytes that are not UTF-8 were decoded to.
        if text.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            self.refuse(name, "The value is not UTF-8, or contains U+0000.");
            return None;
        }
        Some(text)
    }

    /// A parameter read by a function whose error says what it can be.
    pub fn read<T, E: Display>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(name)?;
        read(&text).map_err(|error| self.refuse(name, error)).ok()
    }

    /// A parameter that is `true` or `false`; absent is false.
    pub fn flag(&mut self, name: &'static str) -> bool {
        self.read(name, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("Give true or false."),
        })
        .unwrap_or_default()
    }

    /// `limit`: how many items a page has. 50 if absent; more than 200 is 200.
    pub fn limit(&mut self) -> usize {
        self.read("limit", |text| {
            match text.bytes().all(|b| b.is_ascii_digit()).then(|| text.trim_start_matches('0')) {
                None | Some("") => Err("Give a whole number from 1 to 200."),
                // Digits that do not fit are a number above the limit, too.
                Some(digits) => Ok(digits.parse().unwrap_or(MAX_LIMIT).min(MAX_LIMIT)),
            }
        })
        .unwrap_or(DEFAULT_LIMIT)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// Everything that is wrong at once: `parameter_unknown` where all of it is unknown names, else
    /// `parameter_invalid`.
    pub fn finish(mut self) -> Result<()> {
        let mut strangers: Vec<_> = self.given.iter().map(|(name, _)| name.as_str()).collect();
        strangers.retain(|name| !self.known.contains(name));
        strangers.sort_unstable();
        strangers.dedup();
        self.problems.extend(strangers.into_iter().take(MAX_PROBLEMS).map(|name| {
            let shown: String = name.chars().take(64).collect();
            let detail = unknown_name("query parameter", name, self.known.iter().copied());
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

    fn refuse(&mut self, name: &'static str, detail: impl Display) {
        self.problems.push(Violation::parameter(name, Kind::ParameterInvalid, detail.to_string()));
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

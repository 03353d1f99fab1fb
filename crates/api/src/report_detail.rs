//! The extent of translation reports in an answer.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;
use switchboard_core::error::{Error, Kind, Result};
use utoipa::IntoParams;

use crate::edge::query::{Parameters, Query};

/// The parameter that decides whether the answer lists the fields of translation reports.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportDetail {
    /// The extent of the translation reports in the answer; `full` by default.
    #[param(required = false, inline, value_type = Extent)]
    translation: Extent,
}

/// The extent of a translation report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, switchboard_core::model::Described)]
enum Extent {
    /// The report lists its fields.
    #[default]
    Full,
    /// The report has the fidelity and the numbers of fields, without `fields`.
    Summary,
}

impl Parameters for ReportDetail {
    fn read(query: &mut Query) -> Self {
        let translation = query.read("translation", |text| match text {
            "full" => Ok(Extent::Full),
            "summary" => Ok(Extent::Summary),
            _ => Err("Give full or summary."),
        });
        Self { translation: translation.unwrap_or_default() }
    }
}

impl ReportDetail {
    /// Renders an answer as JSON, with translation reports of this extent.
    ///
    /// # Errors
    /// `internal` if the answer cannot be serialised.
    pub fn json(&self, answer: impl Serialize) -> Result<Response> {
        if self.translation == Extent::Full {
            return Ok(Json(answer).into_response());
        }
        let mut document = serde_json::to_value(answer).map_err(unreadable)?;
        shorten(&mut document);
        Ok(Json(document).into_response())
    }

    /// Returns the JSON text of an answer with translation reports of this extent. An answer without a report is
    /// unchanged.
    ///
    /// # Errors
    /// `internal` if the text is not JSON.
    pub fn text<T: AsRef<[u8]> + From<String>>(&self, answer: T) -> Result<T> {
        if self.translation == Extent::Full || answer.as_ref().is_empty() {
            return Ok(answer);
        }
        let mut document: Value = serde_json::from_slice(answer.as_ref()).map_err(unreadable)?;
        shorten(&mut document);
        Ok(document.to_string().into())
    }
}

/// Removes `fields` from the translation report of a record or plan, or of each record of a list.
fn shorten(answer: &mut Value) {
    let is_list = answer.get("next_cursor").is_some();
    match answer.get_mut("data").and_then(Value::as_array_mut).filter(|_| is_list) {
        Some(records) => records.iter_mut().for_each(shorten),
        None => {
            if let Some(report) = answer.get_mut("translation").and_then(Value::as_object_mut) {
                report.shift_remove("fields");
            }
        }
    }
}

fn unreadable(cause: serde_json::Error) -> Error {
    Error::new(Kind::Internal, "The answer cannot be shortened.").caused_by(cause)
}

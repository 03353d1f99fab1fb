//! The fitting of an agent's tools to the tools that a vendor has.

use std::{ops::RangeInclusive, time::Duration};

use serde_json::json;

use crate::{
    model::{HttpRequest, Quantity, Seconds, Tool},
    rule::{Loss, Refusal, Verdict},
};

/// A tool as the vendor can hold it, with a reason for each difference from the requested tool.
pub type FittedTool = (Tool, Vec<String>);

/// Fits a list of tools to the vendor. `fit` fits one tool, or returns the reason why the vendor cannot hold the tool.
/// Returns the tools that are sent, and the loss, if there is one.
///
/// # Errors
/// [`Refusal::Unsupported`] if the vendor can hold none of the tools.
pub fn fit_tools(
    wanted: &[Tool],
    mut fit: impl FnMut(&Tool) -> Result<FittedTool, String>,
) -> Result<(Vec<Tool>, Option<Loss>), Refusal> {
    let (mut sent, mut reasons) = (Vec::with_capacity(wanted.len()), Vec::new());
    for tool in wanted {
        let of_tool = match fit(tool) {
            Ok((fitted, differences)) => {
                sent.push(fitted);
                differences
            }
            Err(reason) => vec![reason],
        };
        let named = of_tool.into_iter().map(|reason| match tool.request() {
            Some(request) => format!("{}: {reason}", request.name),
            None => reason,
        });
        for reason in named {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    let why = reasons.join(" ");
    match (sent.is_empty(), why.is_empty()) {
        (_, true) => Ok((sent, None)),
        (true, false) => Err(Refusal::Unsupported(why)),
        (false, false) => {
            let loss = Loss { verdict: Verdict::Substituted, sent: json!(sent), why };
            Ok((sent, Some(loss)))
        }
    }
}

/// The limits of a vendor's tool for HTTP requests.
pub struct RequestLimits {
    /// The maximum number of characters of the name.
    pub max_name: usize,
    /// The timeouts that the vendor accepts, in seconds.
    pub timeout_s: RangeInclusive<f64>,
    /// The distance between adjacent accepted timeouts, in seconds.
    pub step_s: f64,
    /// The keywords that the vendor keeps in the schema of the parameters.
    pub keywords: &'static [&'static str],
    /// The keywords that the vendor keeps in the schemas of properties and items.
    pub inner_keywords: &'static [&'static str],
    /// True if the vendor requires exactly one type for each value of the parameters.
    pub one_type: bool,
}

impl RequestLimits {
    /// Fits a request to the limits, and sorts its headers by name, as the reading of a vendor's request does. Also
    /// returns a reason for each difference.
    ///
    /// # Errors
    /// The reason why the vendor cannot hold the request.
    pub fn fit(&self, request: &HttpRequest) -> Result<(HttpRequest, Vec<String>), String> {
        let (mut fitted, mut reasons) = (request.clone(), Vec::new());
        fitted.headers.sort_by(|one, other| one.name.cmp(&other.name));
        if request.name.len() > self.max_name {
            return Err(format!("The vendor takes names of at most {} characters.", self.max_name));
        }
        if let Some(parameters) = &request.parameters {
            if parameters.is_empty() {
                fitted.parameters = None;
                reasons.push("Parameters without properties are not sent.".to_owned());
            } else if !request.method.has_body() {
                return Err(format!(
                    "The parameters are the body of the request, which a {} request does not have.",
                    request.method.name()
                ));
            } else if self.one_type && !parameters.has_one_type() {
                return Err("The vendor requires one type for each value of the parameters.".to_owned());
            } else {
                let narrowed = parameters.narrowed(self.keywords, self.inner_keywords);
                if !narrowed.removed.is_empty() {
                    let removed = narrowed.removed.join(", ");
                    reasons.push(format!(
                        "The vendor does not keep these keywords of the parameters: {removed}."
                    ));
                }
                fitted.parameters = Some(narrowed.schema);
            }
        }
        if let Some(timeout) = request.timeout_s {
            let within = timeout.number().clamp(*self.timeout_s.start(), *self.timeout_s.end());
            let stepped = (within / self.step_s).round() * self.step_s;
            let sent = Duration::try_from_secs_f64(stepped).map_or(timeout, Seconds);
            if (sent.number() - timeout.number()).abs() > 1e-9 {
                let (start, end) = (self.timeout_s.start(), self.timeout_s.end());
                reasons.push(format!(
                    "The vendor takes timeouts from {start} to {end} seconds, in steps of {}; {} is sent.",
                    self.step_s,
                    sent.number()
                ));
                fitted.timeout_s = Some(sent);
            }
        }
        Ok((fitted, reasons))
    }
}

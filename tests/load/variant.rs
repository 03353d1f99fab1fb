//! The variants to measure, their requests, and the variant with which each is compared.

use bytes::Bytes;
use clap::ValueEnum;
use http_body_util::Full;
use hyper::{
    Method, Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};

use crate::{bodies::Bodies, measuring::gateway::KEY};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Variant {
    PassThrough,
    Commit,
    PatchField,
    PatchWhole,
    PatchMeasured,
    PatchUnmeasured,
    PlanField,
    PlanWhole,
    Get,
}

/// The server whose processor time is measured.
#[derive(Debug, Clone, Copy)]
pub enum Server {
    PassThrough,
    Commit,
    Gateway,
    /// Switchboard without metrics.
    Unmeasured,
}

impl Variant {
    pub const ALL: [Self; 9] = [
        Self::PassThrough,
        Self::Commit,
        Self::PatchField,
        Self::PatchWhole,
        Self::PatchMeasured,
        Self::PatchUnmeasured,
        Self::PlanField,
        Self::PlanWhole,
        Self::Get,
    ];

    /// Returns the variant's name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub fn server(self) -> Server {
        match self {
            Self::PassThrough => Server::PassThrough,
            Self::Commit => Server::Commit,
            Self::PatchUnmeasured => Server::Unmeasured,
            _ => Server::Gateway,
        }
    }

    /// Returns the variants for the comparison, each with the highest acceptable ratio of the processor times. A write
    /// that is read back has a second exchange with the vendor, so its ratios may be higher.
    pub fn aims(self, reads_back: bool) -> &'static [(Self, f64)] {
        match self {
            Self::PassThrough | Self::PatchUnmeasured => &[],
            Self::Commit => &[(Self::PassThrough, f64::INFINITY)],
            Self::PatchField | Self::PatchWhole if reads_back => {
                &[(Self::Commit, 1.7), (Self::PassThrough, 4.1)]
            }
            Self::PatchField | Self::PatchWhole => &[(Self::Commit, 1.3), (Self::PassThrough, 3.1)],
            Self::PatchMeasured => &[(Self::PatchUnmeasured, 1.03)],
            Self::PlanField | Self::PlanWhole => &[(Self::PassThrough, 0.9)],
            Self::Get => &[(Self::PassThrough, 0.3)],
        }
    }

    /// Builds the variant's request for the agent at `path`. Each number is used once.
    ///
    /// # Errors
    /// Fails if the path is invalid.
    pub fn request(
        self,
        path: &str,
        bodies: &Bodies,
        number: u64,
    ) -> hyper::http::Result<Request<Full<Bytes>>> {
        let request = Request::builder().header(AUTHORIZATION, format!("Bearer {KEY}"));
        let (request, body) = match self {
            Self::PassThrough | Self::Commit => {
                (request.method(Method::PUT).uri(path), bodies.whole.with(number))
            }
            Self::PatchField | Self::PatchWhole | Self::PatchMeasured | Self::PatchUnmeasured => {
                let key = format!("load-{number:027}");
                let request = request.method(Method::PATCH).uri(path).header("idempotency-key", key);
                (request, self.patch(bodies, number))
            }
            Self::PlanField | Self::PlanWhole => {
                (request.method(Method::POST).uri(format!("{path}/plan")), self.patch(bodies, number))
            }
            Self::Get => return request.uri(path).body(Full::default()),
        };
        request.header(CONTENT_TYPE, "application/json").body(Full::new(body))
    }

    fn patch(self, bodies: &Bodies, number: u64) -> Bytes {
        match self {
            Self::PatchWhole | Self::PlanWhole => bodies.whole.with(number),
            _ => bodies.field.with(number),
        }
    }
}

//! What is measured, against what, and with which requests.

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
    PlanField,
    PlanWhole,
    Get,
}

/// Whose processor time counts.
#[derive(Debug, Clone, Copy)]
pub enum Server {
    PassThrough,
    Commit,
    Gateway,
}

impl Variant {
    pub const ALL: [Self; 7] = [
        Self::PassThrough,
        Self::Commit,
        Self::PatchField,
        Self::PatchWhole,
        Self::PlanField,
        Self::PlanWhole,
        Self::Get,
    ];

    /// As the command line has it.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub fn server(self) -> Server {
        match self {
            Self::PassThrough => Server::PassThrough,
            Self::Commit => Server::Commit,
            _ => Server::Gateway,
        }
    }

    /// What it is compared with, and the largest ratio of their processor times that we are content with.
    pub fn aim(self) -> Option<(Self, f64)> {
        match self {
            Self::PassThrough => None,
            Self::Commit => Some((Self::PassThrough, f64::INFINITY)),
            Self::PatchField | Self::PatchWhole => Some((Self::Commit, 1.3)),
            Self::PlanField | Self::PlanWhole => Some((Self::PassThrough, 0.9)),
            Self::Get => Some((Self::PassThrough, 0.5)),
        }
    }

    /// Its request for the agent at `path`; no two have the same number.
    ///
    /// # Errors
    /// If the path is none.
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
            Self::PatchField | Self::PatchWhole => {
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
            Self::PatchField | Self::PlanField => bodies.field.with(number),
            _ => bodies.whole.with(number),
        }
    }
}

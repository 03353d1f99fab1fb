//! A vendor that creates and lists assistants, and never answers a change.

use std::{future::pending, net::SocketAddr};

use axum::{response::Response, routing::put};

use crate::vendor;

pub async fn serve(listen: SocketAddr) -> anyhow::Result<()> {
    vendor::serve_with(listen, put(hang)).await
}

async fn hang() -> Response {
    pending().await
}

//! A collector that receives telemetry by OTLP over gRPC.

use std::{
    convert::Infallible,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::{
    HeaderMap, Request, Response,
    body::{Frame, Incoming},
    header::HeaderValue,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{KeyValue, any_value::Value as AnyValue},
    logs::v1::LogRecord,
    metrics::v1::Metric,
    trace::v1::Span,
};
use prost::Message;
use tokio::net::TcpListener;

/// A collector that remembers what it receives.
#[derive(Clone)]
pub struct Collector {
    pub url: String,
    received: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    spans: Vec<Span>,
    metrics: Vec<Metric>,
    logs: Vec<LogRecord>,
    /// The values of the header `authorization`.
    keys: Vec<String>,
}

impl Collector {
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let collector = Self { url, received: Arc::default() };
        tokio::spawn(collector.clone().serve(listener));
        collector
    }

    /// Returns the spans received so far.
    pub fn spans(&self) -> Vec<Span> {
        self.received.lock().unwrap().spans.clone()
    }

    /// Returns the metrics received so far.
    pub fn metrics(&self) -> Vec<Metric> {
        self.received.lock().unwrap().metrics.clone()
    }

    /// Returns the log events received so far.
    pub fn logs(&self) -> Vec<LogRecord> {
        self.received.lock().unwrap().logs.clone()
    }

    /// Returns the values of the header `authorization` received so far.
    pub fn keys(&self) -> Vec<String> {
        self.received.lock().unwrap().keys.clone()
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let collector = self.clone();
            tokio::spawn(async move {
                let service = service_fn(|request: Request<Incoming>| {
                    let collector = collector.clone();
                    async move { Ok::<_, Infallible>(collector.receive(request).await) }
                });
                let builder = auto::Builder::new(TokioExecutor::new());
                let _ = builder.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }

    async fn receive(&self, request: Request<Incoming>) -> Response<BoxBody<Bytes, Infallible>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        // A message follows a flag and a length.
        let message = body.slice(5..);
        let mut received = self.received.lock().unwrap();
        let key = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
        received.keys.extend(key.map(ToOwned::to_owned));
        match parts.uri.path().rsplit('.').next().unwrap() {
            "TraceService/Export" => {
                let sent = ExportTraceServiceRequest::decode(message).unwrap();
                let scopes = sent.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
                received.spans.extend(scopes.flat_map(|scope| scope.spans));
            }
            "MetricsService/Export" => {
                let sent = ExportMetricsServiceRequest::decode(message).unwrap();
                let scopes = sent.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
                received.metrics.extend(scopes.flat_map(|scope| scope.metrics));
            }
            "LogsService/Export" => {
                let sent = ExportLogsServiceRequest::decode(message).unwrap();
                let scopes = sent.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
                received.logs.extend(scopes.flat_map(|scope| scope.log_records));
            }
            other => panic!("{other}"),
        }
        taken()
    }
}

/// Returns a string attribute.
pub fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let value = attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?;
    match value.value.as_ref()? {
        AnyValue::StringValue(text) => Some(text),
        _ => None,
    }
}

/// Builds the answer to a gRPC call: an empty message, and the status in the trailers.
fn taken() -> Response<BoxBody<Bytes, Infallible>> {
    let trailers = HeaderMap::from_iter([("grpc-status".parse().unwrap(), HeaderValue::from_static("0"))]);
    let frames = [Ok(Frame::data(Bytes::from_static(&[0; 5]))), Ok(Frame::trailers(trailers))];
    let body = StreamBody::new(futures::stream::iter(frames));
    Response::builder().header("content-type", "application/grpc").body(BodyExt::boxed(body)).unwrap()
}

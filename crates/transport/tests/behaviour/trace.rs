//! The trace of a request, which a vendor receives only if this is configured.

use opentelemetry::{
    Context,
    context::FutureExt as _,
    global,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use switchboard_core::vendor::Method;
use switchboard_transport::Settings;

use crate::{
    account::{exchange, once, transport_with},
    streaming::recording,
    vendor::{Act, Vendor, answer},
};

/// Sends a request and then a streamed request within a span, and returns both as the vendor has read them.
async fn sent_with(settings: Settings) -> Vec<String> {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let vendor = Vendor::always(Act::Answer(answer(200, "{}"))).await;
    let span = SpanContext::new(
        TraceId::from(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736),
        SpanId::from(0x00f0_67aa_0ba9_02b7),
        TraceFlags::SAMPLED,
        false,
        TraceState::NONE,
    );
    let context = Context::new().with_remote_span_context(span);
    let transport = transport_with(&vendor.url(), settings);
    transport.run(exchange(Method::Get)).with_context(context.clone()).await.expect("an answer");
    // The vendor's answer is no recording.
    transport.stream(recording(), 100).with_context(context).await.expect_err("no recording");
    let requests = vendor.requests();
    assert_eq!(requests.len(), 2, "{requests:?}");
    requests
}

#[tokio::test]
async fn a_vendor_receives_no_trace_unless_it_is_configured() {
    for silent in sent_with(once()).await {
        assert!(!silent.to_lowercase().contains("traceparent"), "{silent}");
    }
    let header = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for traced in sent_with(Settings { propagate_trace: true, ..once() }).await {
        assert!(traced.to_lowercase().contains(header), "{traced}");
    }
}

//! The format of a JSON log line, with the ids of its trace and span.

use std::fmt;

use opentelemetry::trace::TraceContextExt as _;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

/// A format that adds `trace_id` and `span_id` to the lines of another format, which writes JSON objects. Lines outside
/// a trace stay unchanged. If no traces are sent, all lines stay unchanged.
pub struct Correlated<F>(pub F);

impl<S, N, F> FormatEvent<S, N> for Correlated<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let ids = opentelemetry::Context::map_current(|current| {
            let span = current.span().span_context().clone();
            span.is_valid().then(|| (span.trace_id(), span.span_id()))
        });
        let Some((trace, span)) = ids else { return self.0.format_event(context, writer, event) };
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        match line.trim_end().strip_suffix('}') {
            Some(open) => writeln!(writer, r#"{open},"trace_id":"{trace}","span_id":"{span}"}}"#),
            None => writer.write_str(&line),
        }
    }
}

//! The rendering of descriptions, which are CommonMark.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, Parser, Tag, TagEnd, html};

/// Renders a description that may have several paragraphs and lists.
pub fn blocks(text: &str) -> Markup {
    written(Parser::new(text))
}

/// Renders one paragraph without the element `p`, for a cell or a heading.
pub fn inline(text: &str) -> Markup {
    let paragraph =
        |event: &Event<'_>| matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph));
    written(Parser::new(text).filter(|event| !paragraph(event)))
}

/// Renders events as HTML. Escapes HTML in the description, so that a `<` is displayed literally.
fn written<'a>(events: impl Iterator<Item = Event<'a>>) -> Markup {
    let mut written = String::new();
    let plain = events.map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        event => event,
    });
    html::push_html(&mut written, plain);
    PreEscaped(written)
}

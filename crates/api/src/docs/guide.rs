//! The rendering of a guide: headings with anchors, scrollable tables, code blocks, and links. Inline code that names
//! an operation, a problem or a nested agent field links to the page that documents it.

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html as commonmark,
};

use super::{guides::Guide, links};

/// A part of a guide, from one heading of the second level to the next.
pub struct Part {
    /// The anchor of the heading; empty for the part before the first heading of the second level.
    pub anchor: String,
    /// The heading; empty for the part before the first heading of the second level.
    pub heading: String,
    /// The text without markup.
    pub text: String,
}

/// Renders the page of a guide.
pub fn page(guide: &Guide) -> Markup {
    let parts = parts(guide);
    let sections = || parts.iter().filter(|part| !part.anchor.is_empty());
    html! {
        div.with-contents {
            article.prose { (PreEscaped(body(guide))) }
            @if sections().count() > 1 {
                aside.contents aria-labelledby="on-this-page" {
                    h2 #on-this-page { "On this page" }
                    ul { @for part in sections() { li { a href={ "#" (part.anchor) } { (part.heading) } } } }
                }
            }
        }
    }
}

/// Splits a guide at its headings of the second level.
pub fn parts(guide: &Guide) -> Vec<Part> {
    let mut parts = vec![Part { anchor: String::new(), heading: String::new(), text: String::new() }];
    let mut heading: Option<String> = None;
    for event in parser(guide.text) {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(HeadingLevel::H2)) => {
                let heading = heading.take().unwrap_or_default();
                parts.push(Part { anchor: slug(&heading), heading, text: String::new() });
            }
            Event::Text(said) | Event::Code(said) => match (&mut heading, parts.last_mut()) {
                (Some(heading), _) => heading.push_str(&said),
                (None, Some(part)) => part.text.push_str(&said),
                (None, None) => {}
            },
            Event::SoftBreak | Event::HardBreak | Event::End(_) => {
                if let Some(part) = parts.last_mut() {
                    part.text.push(' ');
                }
            }
            _ => {}
        }
    }
    parts
}

/// Returns the anchors of the headings of the second and third level, in order.
fn anchors(guide: &Guide) -> Vec<String> {
    let mut anchors = Vec::new();
    let mut heading: Option<String> = None;
    for event in parser(guide.text) {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H2 | HeadingLevel::H3, .. }) => {
                heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().map(|heading| slug(&heading))),
            Event::Text(said) | Event::Code(said) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&said);
                }
            }
            _ => {}
        }
    }
    anchors
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

fn body(guide: &Guide) -> String {
    let mut events = Vec::new();
    let (mut in_link, mut dropped) = (false, false);
    let mut anchors = anchors(guide).into_iter();
    for event in parser(guide.text) {
        match event {
            Event::Start(Tag::Heading { level: level @ (HeadingLevel::H2 | HeadingLevel::H3), .. }) => {
                let anchor = anchors.next().unwrap_or_default();
                events.push(raw(format!("<{level} id=\"{anchor}\">")));
            }
            // Omit the markers of generated parts: only tests need them.
            Event::Html(text) if text.starts_with("<!--") => {}
            Event::Start(Tag::Table(columns)) => {
                let label = format!(
                    "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"A table of {} columns\">",
                    columns.len()
                );
                events.extend([raw(label), Event::Start(Tag::Table(columns))]);
            }
            Event::End(TagEnd::Table) => events.extend([Event::End(TagEnd::Table), raw("</div>")]),
            Event::Start(Tag::CodeBlock(kind)) => {
                let language: CowStr<'_> = match kind {
                    // Omit the words after the language: only the test that runs the blocks needs them.
                    CodeBlockKind::Fenced(info) => {
                        info.split(' ').next().unwrap_or_default().to_owned().into()
                    }
                    CodeBlockKind::Indented => "text".into(),
                };
                let label =
                    format!("<pre tabindex=\"0\" role=\"group\" aria-label=\"Code, {language}\"><code>");
                events.push(raw(label));
            }
            Event::End(TagEnd::CodeBlock) => events.push(raw("</code></pre>")),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                in_link = true;
                match links::of_file(&dest_url) {
                    Some(address) => {
                        let dest_url = address.into();
                        events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                    }
                    None => dropped = true,
                }
            }
            Event::End(TagEnd::Link) => {
                in_link = false;
                if !std::mem::take(&mut dropped) {
                    events.push(Event::End(TagEnd::Link));
                }
            }
            Event::Code(code) => match links::of_code(&code).filter(|_| !in_link) {
                Some(address) => {
                    events.extend([raw(format!("<a href=\"{address}\">")), Event::Code(code), raw("</a>")]);
                }
                None => events.push(Event::Code(code)),
            },
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            event => events.push(event),
        }
    }
    let mut written = String::new();
    commonmark::push_html(&mut written, events.into_iter());
    written
}

fn raw<'a>(html: impl Into<CowStr<'a>>) -> Event<'a> {
    Event::Html(html.into())
}

/// Derives the anchor of a heading as code hosts such as GitHub do: in lower case, with hyphens for spaces, without
/// punctuation.
fn slug(heading: &str) -> String {
    let kept = heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .collect::<String>();
    kept.replace(' ', "-")
}

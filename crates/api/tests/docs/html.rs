//! Well-formed HTML, parsed into elements.

use std::{collections::BTreeMap, ops::Range};

use html5gum::{Token, Tokenizer};

/// Elements that have no end tag.
const VOID: [&str; 6] = ["br", "input", "link", "meta", "wbr", "img"];
/// Elements that a paragraph may contain. Any other element would end the paragraph implicitly.
const INLINE: [&str; 12] =
    ["a", "br", "code", "em", "input", "label", "output", "small", "span", "strong", "wbr", "img"];

/// A page, as its elements in document order.
pub struct Page(Vec<Element>);

/// One element.
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// The text of the element and of all elements inside it.
    pub text: String,
    /// The positions of the elements inside it.
    inner: Range<usize>,
}

impl Element {
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl Page {
    /// Parses a page. Panics at the first error that a browser would have to correct.
    #[track_caller]
    pub fn read(html: &str) -> Self {
        let (mut elements, mut open) = (Vec::<Element>::new(), Vec::<usize>::new());
        for token in Tokenizer::new(html).map(Result::unwrap) {
            match token {
                Token::StartTag(tag) => {
                    let name = text(&tag.name);
                    let around = open.last().map(|around| elements[*around].name.as_str());
                    assert!(around != Some("p") || INLINE.contains(&&*name), "<{name}> ends a paragraph");
                    let attributes =
                        tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                    if !VOID.contains(&&*name) {
                        open.push(elements.len());
                    }
                    let within = elements.len() + 1;
                    elements.push(Element { name, attributes, text: String::new(), inner: within..within });
                }
                Token::EndTag(tag) => {
                    let name = text(&tag.name);
                    let end = elements.len();
                    let last = open.pop().map(|last| &mut elements[last]);
                    let last = last.unwrap_or_else(|| panic!("</{name}> ends nothing"));
                    assert_eq!(last.name, name);
                    last.inner.end = end;
                }
                Token::String(said) => {
                    let said = text(&said);
                    open.iter().for_each(|element| elements[*element].text.push_str(&said));
                }
                Token::Error(error) => panic!("not well-formed: {error:?}"),
                Token::Comment(_) | Token::Doctype(_) => {}
            }
        }
        assert!(open.is_empty(), "not every element ends");
        Self(elements)
    }

    /// Returns the elements with these names.
    pub fn all<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a Element> {
        self.0.iter().filter(move |element| names.contains(&&*element.name))
    }

    /// Returns every element.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.0.iter()
    }

    /// Returns the only element with an id.
    #[track_caller]
    pub fn by_id(&self, id: &str) -> &Element {
        let mut found = self.0.iter().filter(|element| element.attribute("id") == id);
        let element = found.next().unwrap_or_else(|| panic!("nothing has the id {id}"));
        assert!(found.next().is_none(), "several elements have the id {id}");
        element
    }

    /// Returns the elements inside an element.
    pub fn within(&self, outer: &Element) -> &[Element] {
        &self.0[outer.inner.clone()]
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

//! Reading, writing and removing values at paths of a vendor's document.

use serde_json::{Map, Value};

/// The maximum number of members of a small object. Most objects of vendors are small, so a new object has room for
/// this many members.
const MEMBERS: usize = 8;

/// A segment of a path: a member, or the list item whose member `key` has the value `value`.
enum PathSegment<'a> {
    Member(&'a str),
    Item { key: &'a str, value: &'a str },
}

fn segments(path: &str) -> impl Iterator<Item = PathSegment<'_>> {
    let mut rest = path;
    std::iter::from_fn(move || {
        // A plan follows hundreds of paths, and comparing bytes takes less time than comparing characters.
        let [b'/', bytes @ ..] = rest.as_bytes() else { return None };
        let tail = rest.get(1..)?;
        if let [b'[', ..] = bytes
            && let Some(end) = tail.find(']')
            && let Some((key, value)) = tail.get(1..end)?.split_once('=')
        {
            rest = tail.get(end + 1..)?;
            return Some(PathSegment::Item { key, value });
        }
        let end = bytes.iter().position(|byte| *byte == b'/').unwrap_or(bytes.len());
        let (segment, after) = tail.split_at_checked(end)?;
        rest = after;
        Some(PathSegment::Member(segment))
    })
}

/// Finds the value at a path, or the document itself if the path is empty.
pub fn get<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    segments(path).try_fold(document, |spot, segment| match segment {
        PathSegment::Member(name) => member(spot.as_object()?, name),
        PathSegment::Item { key, value } => spot.as_array()?.iter().find(|item| item[key] == value),
    })
}

/// Finds a member of an object. In a small object, comparing the names takes less time than hashing one.
fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    match members.len() {
        0..=MEMBERS => members.iter().find(|(known, _)| *known == name).map(|(_, value)| value),
        _ => members.get(name),
    }
}

/// Writes a value at a path. Creates missing objects and list items on the way, and replaces values of
/// another type there. At the empty path, adds the members of an object to the document, and ignores any
/// other value.
pub fn put(document: &mut Value, path: &str, value: Value) {
    if path.is_empty() {
        if let Value::Object(members) = value {
            object(document).extend(members);
        }
        return;
    }
    // Most paths end in a member of an object that exists. The names of the objects on the way are then not copied.
    if let Some((parent, name)) = path.rsplit_once('/').filter(|(_, name)| !name.ends_with(']'))
        && let Some(Value::Object(members)) = get_mut(document, parent)
    {
        members.insert(name.to_owned(), value);
        return;
    }
    let mut spot = document;
    for segment in segments(path) {
        spot = match segment {
            PathSegment::Member(name) => object(spot).entry(name).or_insert(Value::Null),
            PathSegment::Item { key, value } => item(spot, key, value),
        };
    }
    *spot = value;
}

/// Removes the value at a path: a member of an object or, if the path ends with a list item, that item.
pub fn remove(document: &mut Value, path: &str) {
    let Some(last) = segments(path).last() else { return };
    let length = match last {
        PathSegment::Member(name) => name.len(),
        PathSegment::Item { key, value } => key.len() + value.len() + "[=]".len(),
    };
    let parent = path.get(..path.len().saturating_sub(length + 1)).unwrap_or_default();
    match (last, get_mut(document, parent)) {
        (PathSegment::Member(name), Some(Value::Object(members))) => {
            members.shift_remove(name);
        }
        (PathSegment::Item { key, value }, Some(Value::Array(items))) => {
            items.retain(|item| item[key] != value);
        }
        _ => {}
    }
}

/// Returns the path of each list item through which a path leads, the innermost first.
pub fn items_on(path: &str) -> impl Iterator<Item = &str> {
    let innermost = |path: &'_ str| {
        // Few paths lead through a list item, so a quick check comes first.
        path.as_bytes().contains(&b'[').then_some(())?;
        let start = path.rfind("/[")?;
        Some((start, start + path.get(start..)?.find(']')?))
    };
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let (start, end) = innermost(rest?)?;
        rest = path.get(..start);
        path.get(..=end)
    })
}

/// Removes a list item. If an enclosing list item then contains only its selecting member and empty values, removes
/// that item too, and so on outwards.
pub(crate) fn remove_item(document: &mut Value, item: &str) {
    remove(document, item);
    if let Some(outer) = items_on(item).nth(1)
        && let Some(PathSegment::Item { key, .. }) = segments(outer).last()
        && let Some(Value::Object(members)) = get(document, outer)
        && members.iter().all(|(name, member)| name == key || is_hollow(member))
    {
        remove_item(document, outer);
    }
}

/// Returns true if a document proves which value is at a path, or that there is no value. The absence of a
/// value is proven if a list lacks the item, an object in a list lacks the member, or the path leads through
/// a value of another type.
pub(crate) fn shows(document: &Value, path: &str) -> bool {
    let (mut spot, mut in_list) = (document, false);
    for segment in segments(path) {
        let next = match (&segment, spot) {
            (PathSegment::Member(name), Value::Object(members)) => match members.get(*name) {
                // Answers contain the items of a list with all members; any other object may be an excerpt.
                None => return in_list,
                member => member,
            },
            (PathSegment::Item { key, value }, Value::Array(items)) => {
                in_list = true;
                items.iter().find(|item| item[*key] == *value)
            }
            _ => None,
        };
        let Some(next) = next else { return true };
        spot = next;
    }
    true
}

fn is_hollow(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_hollow),
        _ => false,
    }
}

fn get_mut<'a>(document: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    segments(path).try_fold(document, |spot, segment| match segment {
        PathSegment::Member(name) => member_mut(spot.as_object_mut()?, name),
        PathSegment::Item { key, value } => spot.as_array_mut()?.iter_mut().find(|item| item[key] == value),
    })
}

fn member_mut<'a>(members: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Value> {
    match members.len() {
        0..=MEMBERS => members.iter_mut().find(|(known, _)| *known == name).map(|(_, value)| value),
        _ => members.get_mut(name),
    }
}

fn object(spot: &mut Value) -> &mut Map<String, Value> {
    if !spot.is_object() {
        *spot = Value::Object(Map::with_capacity(MEMBERS));
    }
    match spot {
        Value::Object(map) => map,
        _ => unreachable!("it was just made an object"),
    }
}

fn item<'a>(spot: &'a mut Value, key: &str, value: &str) -> &'a mut Value {
    if !spot.is_array() {
        *spot = Value::Array(Vec::new());
    }
    let Value::Array(items) = spot else { unreachable!("it was just made a list") };
    let index = items.iter().position(|item| item[key] == value).unwrap_or_else(|| {
        items.push(Value::Object(Map::from_iter([(key.to_owned(), Value::String(value.to_owned()))])));
        items.len() - 1
    });
    &mut items[index]
}

/// Splits a list that is stored as one string into its items, without empty items and surrounding spaces.
pub fn items<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    text.split(separator).map(str::trim).filter(|item| !item.is_empty()).collect()
}

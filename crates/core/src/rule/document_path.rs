//! Finding and filling places in a vendor's document.

use serde_json::{Map, Value};

/// One step of a path: a member, or the list item that has a member of this value.
enum PathSegment<'a> {
    Member(&'a str),
    Item { key: &'a str, value: &'a str },
}

fn segments(path: &str) -> impl Iterator<Item = PathSegment<'_>> {
    path.split('/').skip(1).map(|segment| {
        let item = segment
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .and_then(|pair| pair.split_once('='));
        match item {
            Some((key, value)) => PathSegment::Item { key, value },
            None => PathSegment::Member(segment),
        }
    })
}

/// Finds the value at a path; the document itself if the path is empty.
pub fn get<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    segments(path).try_fold(document, |spot, segment| match segment {
        PathSegment::Member(name) => spot.as_object()?.get(name),
        PathSegment::Item { key, value } => spot.as_array()?.iter().find(|item| item[key] == value),
    })
}

/// Puts a value at a path and creates the objects missing on the way. At the empty path, an
/// object's members join the root's.
pub fn put(document: &mut Value, path: &str, value: Value) {
    if path.is_empty() {
        if let Value::Object(members) = value {
            object(document).extend(members);
        }
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

/// Removes the value at a path: a member, or the whole list item if the path goes through one.
pub fn remove(document: &mut Value, path: &str) {
    if let Some(start) = path.find("/[") {
        let end = path[start..].find(']').map_or(path.len(), |end| start + end + 1);
        let (list, item) = (&path[..start], &path[start + 2..end.saturating_sub(1)]);
        if let (Some((key, value)), Some(Value::Array(items))) =
            (item.split_once('='), get_mut(document, list))
        {
            items.retain(|item| item[key] != value);
        }
    } else if let Some((parent, name)) = path.rsplit_once('/')
        && let Some(Value::Object(members)) = get_mut(document, parent)
    {
        members.shift_remove(name);
    }
}

fn get_mut<'a>(document: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    segments(path).try_fold(document, |spot, segment| match segment {
        PathSegment::Member(name) => spot.as_object_mut()?.get_mut(name),
        PathSegment::Item { key, value } => spot.as_array_mut()?.iter_mut().find(|item| item[key] == value),
    })
}

fn object(spot: &mut Value) -> &mut Map<String, Value> {
    if !spot.is_object() {
        *spot = Value::Object(Map::new());
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

/// Splits the items of a list in one string.
pub fn items<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    text.split(separator).map(str::trim).filter(|item| !item.is_empty()).collect()
}

//! Exchanges that read a catalogue: from a list, or from a file at a granted URL.

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::vendor::strange;

/// Lists the rows of a catalogue.
pub fn listed(kind: CatalogueKind) -> Exchange<Vec<CatalogueEntry>> {
    let request = Request::new("list entries", Method::Get, [kind.name().replace('_', "-")]);
    Exchange::send(request, |reply| {
        let status = reply.status;
        let Value::Array(rows) = reply.document("a list")? else { return Err(strange(status)) };
        let entries = rows.iter().map(|row| entry(row["id"].as_str(), row["name"].as_str()));
        entries.collect::<Option<_>>().ok_or_else(|| strange(status))
    })
}

/// Requests the link to a catalogue's file and then the file, which has one line for each row.
pub fn exported(kind: CatalogueKind) -> Exchange<Vec<CatalogueEntry>> {
    Exchange::ask(Request::new("export entries", Method::Get, [kind.name(), "export"]), |reply| {
        let status = reply.status;
        let url = reply.document("a link")?["url"].as_str().and_then(GrantedUrl::parse);
        let url = url.ok_or_else(|| Error::unreadable(status, "a link"))?;
        let request = Request::granted("read export", Method::Get, url).accepting("text/csv");
        Ok(Exchange::send(request, |reply| {
            let status = reply.status;
            let file = reply.bytes("a file")?;
            let lines = str::from_utf8(&file.bytes).map_err(|_| Error::unreadable(status, "a text"))?.lines();
            let entries = lines.map(|line| {
                let row = line.split_once(',');
                entry(row.map(|(id, _)| id), row.map(|(_, name)| name))
            });
            entries.collect::<Option<_>>().ok_or_else(|| Error::unreadable(status, "a list"))
        }))
    })
}

fn entry(id: Option<&str>, name: Option<&str>) -> Option<CatalogueEntry> {
    let (id, name) = (id?.to_owned(), name?.to_owned());
    Some(CatalogueEntry { id, name, language: None, kind: None, document: Value::Null })
}

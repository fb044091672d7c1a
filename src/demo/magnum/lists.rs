//! Paging, sorting and name look-up, the same for every collection.

use std::cmp::Ordering;
use std::ops::Range;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::http::{Reply, Request};
use super::{Answer, Problem};

/// The most items a page can have (`[api]max_limit`).
const MAX_LIMIT: usize = 1000;

/// What every table can be sorted by, for one that has no row to tell more.
const ALWAYS: [&str; 6] = ["uuid", "name", "project_id", "user_id", "created_at", "updated_at"];

/// A row that can be listed: its number, and its object with every field, to sort by.
pub(super) struct Row {
    pub number: u64,
    pub uuid: String,
    /// What the list shows.
    pub shown: Value,
    /// What it can be sorted by.
    pub full: Value,
}

/// Words for one collection.
pub(super) struct Collection {
    /// Key in the body and last part of the path: `clusters`.
    pub key: &'static str,
    /// Path after `/v1/`.
    pub path: String,
    /// For "could not be found": `Cluster`.
    pub thing: &'static str,
    /// Query parameters beyond paging.
    pub extra: &'static [&'static str],
}

/// A page of `rows` as the query asks.
pub(super) fn page(request: &Request, collection: &Collection, mut rows: Vec<Row>) -> Answer {
    for (name, _) in &request.query {
        if !["limit", "marker", "sort_key", "sort_dir"].contains(&name.as_str())
            && !collection.extra.contains(&name.as_str())
        {
            return Err(Problem::invalid(format!("Unknown argument: \"{name}\"")));
        }
    }
    let limit = limit(request)?;
    let sort_dir = request.query("sort_dir").unwrap_or("asc");
    if !["asc", "desc"].contains(&sort_dir) {
        return Err(Problem::invalid(format!(
            "Invalid sort direction: {sort_dir}. Acceptable values are 'asc' or 'desc'"
        )));
    }
    let sort_key = request.query("sort_key").unwrap_or("id");
    let known = rows.first().map_or(ALWAYS.contains(&sort_key), |row| row.full.get(sort_key).is_some());
    if sort_key != "id" && !known {
        return Err(Problem::invalid(format!("The sort_key value \"{sort_key}\" is an invalid field for sorting")));
    }
    rows.sort_by(|a, b| {
        let order = if sort_key == "id" { Ordering::Equal } else { compare(&a.full[sort_key], &b.full[sort_key]) };
        let order = order.then(a.number.cmp(&b.number));
        if sort_dir == "desc" { order.reverse() } else { order }
    });
    if let Some(marker) = request.query("marker") {
        if Uuid::parse_str(marker).is_err() {
            let why = format!("unable to convert to uuid. Error: Expected a uuid but received {marker}.");
            return Err(Problem::field("marker", marker, &why));
        }
        let Some(index) = rows.iter().position(|row| row.uuid == marker) else {
            return Err(Problem::client(404, format!("{} {marker} could not be found.", collection.thing)));
        };
        rows.drain(..=index);
    }
    rows.truncate(limit);
    let full_page = rows.len() == limit;
    let last = rows.last().map(|row| row.uuid.clone());
    let mut body = Map::new();
    body.insert(collection.key.to_owned(), Value::Array(rows.into_iter().map(|row| row.shown).collect()));
    if let (true, Some(marker)) = (full_page, last) {
        let (base, path) = (&request.base, &collection.path);
        let next = format!("{base}/v1/{path}?sort_key={sort_key}&sort_dir={sort_dir}&limit={limit}&marker={marker}");
        body.insert("next".into(), json!(next));
    }
    Ok(Reply::ok(&Value::Object(body)))
}

/// Which of the rows (number and UUID, in their order) have to be made for the page that is asked for: of hundreds of bays a
/// page needs only its own, and the one that its marker names. All of them where the order is another one.
pub(super) fn window<'a>(request: &Request, rows: impl Iterator<Item = (u64, &'a str)>) -> Range<usize> {
    let rows: Vec<(u64, &str)> = rows.collect();
    let plain = request.query("sort_key").is_none_or(|key| key == "id")
        && request.query("sort_dir").is_none_or(|dir| dir == "asc")
        && rows.is_sorted_by_key(|(number, _)| *number);
    let Ok(limit) = limit(request) else { return 0..rows.len() };
    let marker = request.query("marker");
    let from = match marker {
        None => Some(0),
        Some(marker) => rows.iter().position(|(_, uuid)| *uuid == marker),
    };
    match from.filter(|_| plain) {
        Some(from) => from..rows.len().min(from + limit + usize::from(marker.is_some())),
        None => 0..rows.len(),
    }
}

fn limit(request: &Request) -> Result<usize, Problem> {
    let Some(text) = request.query("limit") else { return Ok(MAX_LIMIT) };
    let Ok(limit) = text.parse::<i64>() else {
        let why = format!("unable to convert to int. Error: invalid literal for int() with base 10: '{text}'");
        return Err(Problem::field("limit", text, &why));
    };
    if limit <= 0 {
        return Err(Problem::invalid("Limit must be positive"));
    }
    Ok(usize::try_from(limit).unwrap_or(MAX_LIMIT).min(MAX_LIMIT))
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (a, b) => a.to_string().cmp(&b.to_string()),
    }
}

/// The one row that `ident` names: by UUID, else by name, which must be the only one.
/// `thing` is for 404 (`Cluster`), `many` and `one` for 409 (`clusters`, `cluster`).
pub(super) fn resolve<'a, T>(
    rows: impl Iterator<Item = &'a T>,
    ident: &str,
    keys: impl Fn(&T) -> (&str, Option<&str>),
    (thing, many, one): (&str, &str, &str),
) -> Result<&'a T, Problem> {
    let by_uuid = Uuid::parse_str(ident).is_ok();
    let mut found = None;
    for row in rows {
        let (uuid, name) = keys(row);
        if by_uuid && uuid == ident {
            return Ok(row);
        }
        if !by_uuid && name == Some(ident) {
            if found.is_some() {
                return Err(Problem::client(
                    409,
                    format!("Multiple {many} exist with same name. Please use the {one} uuid instead."),
                ));
            }
            found = Some(row);
        }
    }
    found.ok_or_else(|| Problem::client(404, format!("{thing} {ident} could not be found.")))
}

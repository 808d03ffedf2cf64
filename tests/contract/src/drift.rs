//! What is seen on the wire and not in the document: each known difference as a change of the document.
//!
//! The list of differences lies beside the document. Each of its entries is named here, so that a new one cannot be
//! forgotten: it changes the document, or it needs no change and says why.

use serde_json::{Value, json};

use crate::errors;
use crate::problem::LoadError;

/// What becomes of one difference.
#[derive(Clone, Copy)]
pub enum Treatment {
    /// The document is changed so that both forms pass, or so that the form that never works does not.
    Change(fn(&mut Document<'_>) -> Result<(), LoadError>),
    /// The document already lets both pass, for this reason.
    NoChange(&'static str),
}

/// All differences by the id that they have in the list.
pub const DRIFT: &[(&str, Treatment)] = &[
    ("ms-queue-read-keys", Treatment::Change(queue_read_keys)),
    ("ms-queue-read-empty", Treatment::Change(queue_read_empty)),
    ("ms-queue-data-required", Treatment::Change(queue_data_required)),
    ("ms-queue-path-readonly", Treatment::Change(queue_path_read_only)),
    ("ms-duration-format", Treatment::Change(durations)),
    ("ms-list-items-key", Treatment::Change(list_items_key)),
    ("ms-get-path-plural", Treatment::NoChange("`path` is any text")),
    ("ms-create-patch-path", Treatment::NoChange("`path` is any text and `id` may be left out")),
    ("ms-nulls", Treatment::Change(nulls)),
    ("ms-order-by", Treatment::NoChange("`orderBy` is any text")),
    ("ms-item-etag", Treatment::Change(item_etag)),
    ("ms-create-conflict", Treatment::Change(create_conflict)),
    ("ms-flush-op-path", Treatment::NoChange("`path` is any text")),
    ("ds2-etag-conflict-status", Treatment::Change(etag_conflict)),
    ("ds2-list-createTime", Treatment::NoChange("`createTime` may be left out")),
    ("ds2-global-path", Treatment::NoChange("`path` is any text")),
    ("ds2-prefix-filter", Treatment::NoChange("`filter` is any text")),
    ("ds2-create-scope", Treatment::NoChange("what a key may do is not part of a request's form")),
    ("ds1-list-stores-key", Treatment::Change(list_stores_key)),
    ("ds1-list-keys-items", Treatment::Change(list_keys_items)),
    ("ds1-list-versions-shape", Treatment::Change(list_versions)),
    (
        "ds1-get-deleted",
        Treatment::NoChange("204 is in the document, and 404 is an error that every operation may give"),
    ),
    ("ur-logs-ids", Treatment::NoChange("`place` and `robloxUser` are any text")),
    ("ratelimit-headers", Treatment::NoChange("the document has none of them, and both forms are looked for")),
];

/// The document while it is changed.
pub struct Document<'a>(&'a mut Value);

/// Applies the whole list.
pub(crate) fn apply(document: &mut Value, list: &Value) -> Result<(), LoadError> {
    let listed: Vec<&str> =
        list["drift"].as_array().into_iter().flatten().filter_map(|entry| entry["id"].as_str()).collect();
    if let Some(unknown) = listed.iter().find(|id| DRIFT.iter().all(|(known, _)| known != *id)) {
        return Err(LoadError::UnknownDrift((*unknown).to_owned()));
    }
    for (id, treatment) in DRIFT {
        if !listed.contains(id) {
            return Err(LoadError::MissingDrift(id));
        }
        if let Treatment::Change(change) = treatment {
            change(&mut Document(document))?;
        }
    }
    Ok(())
}

const QUEUE: &str = "/cloud/v2/universes/{universe_id}/memory-store/queues/{queue_id}/items";
const MAP: &str = "/cloud/v2/universes/{universe_id}/memory-store/sorted-maps/{sorted_map_id}/items";
const STORE: &str = "/cloud/v2/universes/{universe_id}/data-stores/{data_store_id}";
const V1: &str = "/datastores/v1/universes/{universeId}/standard-datastores";

fn queue_read_keys(document: &mut Document<'_>) -> Result<(), LoadError> {
    let fields = document.fields("ReadMemoryStoreQueueItemsResponse")?;
    fields["queueItems"] = fields["items"].clone();
    fields["id"] = fields["readId"].clone();
    // The wire of 2024: bare values.
    fields["data"] = json!({ "type": "array" });
    Ok(())
}

fn queue_read_empty(document: &mut Document<'_>) -> Result<(), LoadError> {
    let fields = document.fields("ReadMemoryStoreQueueItemsResponse")?;
    for list in ["items", "queueItems", "data"] {
        fields[list]["nullable"] = true.into();
    }
    document.responses(&format!("{QUEUE}:read"), "get")?["204"] = json!({ "description": "Nothing to read" });
    Ok(())
}

fn queue_data_required(document: &mut Document<'_>) -> Result<(), LoadError> {
    let fields = document.fields("MemoryStoreQueueItem")?;
    fields["data"] = json!({ "type": ["array", "boolean", "number", "object", "string"] });
    document.schema("MemoryStoreQueueItem")?["required"] = json!(["data"]);
    Ok(())
}

/// A path that is sent is ignored: a client that sends one counts on something that does not happen.
fn queue_path_read_only(document: &mut Document<'_>) -> Result<(), LoadError> {
    document.fields("MemoryStoreQueueItem")?["path"]["readOnly"] = true.into();
    Ok(())
}

fn durations(document: &mut Document<'_>) -> Result<(), LoadError> {
    rename_durations(document.0);
    Ok(())
}

fn rename_durations(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("format").is_some_and(|format| format == "duration") {
                fields.insert("format".into(), crate::formats::DURATION.into());
            }
            fields.values_mut().for_each(rename_durations);
        }
        Value::Array(items) => items.iter_mut().for_each(rename_durations),
        _ => {}
    }
}

/// Beyond the list: what the first version of the data store API takes and gives is the bare value of an entry, any JSON,
/// and a refused condition answers with the current one (412; seen on the wire). The document has objects and text there.
pub(crate) fn bare_values(document: &mut Value) -> Result<(), LoadError> {
    let mut document = Document(document);
    let entry = format!("{V1}/datastore/entries/entry");
    let any = || json!({ "content": { "application/json": { "schema": {} } } });
    for (path, method) in
        [(entry.clone(), "get"), (format!("{entry}/versions/version"), "get"), (format!("{entry}/increment"), "post")]
    {
        document.responses(&path, method)?["200"]["content"] = any()["content"].take();
    }
    document.responses(&entry, "post")?["412"] = any();
    document.operation(&entry, "post")?["requestBody"] = any();
    Ok(())
}

fn list_items_key(document: &mut Document<'_>) -> Result<(), LoadError> {
    let fields = document.fields("ListMemoryStoreSortedMapItemsResponse")?;
    fields["memoryStoreSortedMapItems"] = fields["items"].clone();
    Ok(())
}

fn nulls(document: &mut Document<'_>) -> Result<(), LoadError> {
    let fields = [
        ("MemoryStoreSortedMapItem", "numericSortKey"),
        ("MemoryStoreSortedMapItem", "stringSortKey"),
        ("ListMemoryStoreSortedMapItemsResponse", "nextPageToken"),
        ("Operation", "done"),
        ("OCV2.Operations.Operation", "done"),
    ];
    for (schema, field) in fields {
        document.fields(schema)?[field]["nullable"] = true.into();
    }
    Ok(())
}

fn item_etag(document: &mut Document<'_>) -> Result<(), LoadError> {
    for method in ["delete", "patch"] {
        let item = format!("{MAP}/{{item_id}}");
        let parameters = document.operation(&item, method)?.get_mut("parameters").and_then(Value::as_array_mut);
        let parameters = parameters.ok_or_else(|| shape(&item, "list of parameters"))?;
        parameters.push(json!({ "name": "etag", "in": "query", "schema": { "type": "string" } }));
    }
    Ok(())
}

fn create_conflict(document: &mut Document<'_>) -> Result<(), LoadError> {
    document.responses(MAP, "post")?["409"] = errors::response(errors::already_exists());
    Ok(())
}

fn etag_conflict(document: &mut Document<'_>) -> Result<(), LoadError> {
    for entry in ["/entries/{entry_id}", "/scopes/{scope_id}/entries/{entry_id}"] {
        for status in ["400", "409", "412"] {
            document.responses(&format!("{STORE}{entry}"), "patch")?[status] = errors::response(errors::v2());
        }
    }
    Ok(())
}

fn list_stores_key(document: &mut Document<'_>) -> Result<(), LoadError> {
    let body = document.body(V1, "get")?;
    let list = body["properties"]["data"].clone();
    body["properties"]["datastores"] = list;
    Ok(())
}

/// Beyond the list: what stands beside a value of the first version is in headers. Sent, they are texts in the document, and JSON
/// and a checksum in what it says about them (documentation: Data stores, Request handling); so they have the schemas of those that
/// come back. A refused condition has the same headers as a read (seen on the wire). Four of them tell what was read, and are
/// always there.
pub(crate) fn metadata(document: &mut Value) -> Result<(), LoadError> {
    let mut document = Document(document);
    let entry = format!("{V1}/datastore/entries/entry");
    let reads =
        [(&*entry, "get"), (&*format!("{entry}/versions/version"), "get"), (&*format!("{entry}/increment"), "post")];
    for (path, method) in reads {
        for name in
            ["content-md5", "roblox-entry-version", "roblox-entry-created-time", "roblox-entry-version-created-time"]
        {
            document.given(path, method)?[name]["required"] = true.into();
        }
    }
    let given = document.given(&entry, "get")?.clone();
    document.responses(&entry, "post")?["412"]["headers"] = given.clone();
    for path in [entry.clone(), format!("{entry}/increment")] {
        for parameter in document.operation(&path, "post")?["parameters"].as_array_mut().into_iter().flatten() {
            let schema =
                parameter["name"].as_str().and_then(|name| given.get(name)).map(|header| header["schema"].clone());
            if let Some(schema) = schema.filter(|_| parameter["in"] == "header") {
                parameter["schema"] = schema;
            }
        }
    }
    Ok(())
}

fn list_keys_items(document: &mut Document<'_>) -> Result<(), LoadError> {
    let text = json!({ "type": "string" });
    let body = document.body(&format!("{V1}/datastore/entries"), "get")?;
    let key = json!({ "type": "object", "required": ["key"], "properties": { "key": text, "scope": text } });
    body["properties"]["keys"] = json!({ "type": "array", "items": { "anyOf": [text, key] } });
    Ok(())
}

fn list_versions(document: &mut Document<'_>) -> Result<(), LoadError> {
    let body = document.body(&format!("{V1}/datastore/entries/entry/versions"), "get")?;
    *body = json!({
        "type": "object",
        "required": ["versions"],
        "properties": {
            "versions": { "type": "array", "items": *body },
            "nextPageCursor": { "type": "string", "nullable": true },
        },
    });
    Ok(())
}

impl Document<'_> {
    fn schema(&mut self, name: &str) -> Result<&mut Value, LoadError> {
        let missing = || shape(&format!("/components/schemas/{name}"), "object");
        let schemas = self.0.pointer_mut("/components/schemas");
        schemas.and_then(|schemas| schemas.get_mut(name)).filter(|schema| schema.is_object()).ok_or_else(missing)
    }

    fn fields(&mut self, schema: &str) -> Result<&mut Value, LoadError> {
        let missing = || shape(&format!("/components/schemas/{schema}/properties"), "object");
        self.schema(schema)?.get_mut("properties").filter(|fields| fields.is_object()).ok_or_else(missing)
    }

    fn operation(&mut self, path: &str, method: &str) -> Result<&mut Value, LoadError> {
        let missing = || shape(&format!("/paths/{path}/{method}"), "operation");
        let paths = self.0.get_mut("paths").and_then(|paths| paths.get_mut(path));
        paths.and_then(|path| path.get_mut(method)).ok_or_else(missing)
    }

    fn responses(&mut self, path: &str, method: &str) -> Result<&mut Value, LoadError> {
        let missing = || shape(&format!("/paths/{path}/{method}/responses"), "object");
        let operation = self.operation(path, method)?;
        operation.get_mut("responses").filter(|responses| responses.is_object()).ok_or_else(missing)
    }

    /// The headers of what comes back with 200.
    fn given(&mut self, path: &str, method: &str) -> Result<&mut Value, LoadError> {
        let missing = || shape(&format!("/paths/{path}/{method}/responses/200/headers"), "object");
        let headers = self.responses(path, method)?.pointer_mut("/200/headers");
        headers.filter(|headers| headers.is_object()).ok_or_else(missing)
    }

    /// The schema of what comes back with 200, an object.
    fn body(&mut self, path: &str, method: &str) -> Result<&mut Value, LoadError> {
        let missing = || shape(&format!("/paths/{path}/{method}/responses/200"), "schema");
        let content = self.responses(path, method)?.pointer_mut("/200/content").and_then(Value::as_object_mut);
        let kind = content.and_then(|kinds| kinds.values_mut().next());
        kind.and_then(|kind| kind.get_mut("schema")).filter(|schema| schema.is_object()).ok_or_else(missing)
    }
}

fn shape(pointer: &str, expected: &'static str) -> LoadError {
    LoadError::Shape { pointer: pointer.to_owned(), expected }
}

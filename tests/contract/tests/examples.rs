//! The documented examples, held against the document that they are from.

use std::collections::BTreeMap;

use keyholder_contract::{Contract, Problem, Request, Response, places};
use serde_json::Value;

/// Documented examples that hold nothing to check here, with the reason.
const NOT_CHECKED: [(&str, &str); 15] = [
    ("v1.content_md5.750", "a checksum, no request"),
    ("v1.content_md5.value", "a checksum, no request"),
    ("v2.ds.listRevisions.filter", "the text of a filter, which the document has as any text"),
    ("v2.ods.filter", "texts of filters, which the document has as any text"),
    ("v2.ur.listLogs.filter", "the text of a filter, which the document has as any text"),
    ("v2.types", "values of types, no request"),
    ("engine.sorted_map.order", "an order of items, no request"),
    ("engine.batch_get", "of the engine, not of Open Cloud"),
    ("engine.rtbf.templates", "of another service, which the document leaves out"),
    ("hdr.ratelimit", "headers, which the document leaves out"),
    ("v1.ds.set_entry", "the body of the sample is no JSON: it is there for its checksum"),
    ("v1.ods.create", "the body of the sample has `<long>` for a number, and `id` stands in the command line alone"),
    ("v1.ods.update", "the body of the sample has `<long>` for a number"),
    ("v1.ods.increment", "the body of the sample has `<long>` for a number"),
    ("v2.pagination.data_stores", "the lists of its bodies hold `\"...\"` for their items"),
];

/// Errors are written down without the request that they answer: one that can end so.
const ANSWERED: [(&str, &str, &str); 4] = [
    ("err.gateway", "GET", "/cloud/v2/universes/1/data-stores/s/entries/k"),
    ("err.v2", "GET", "/cloud/v2/universes/1/user-restrictions/0"),
    ("err.v1.ds", "GET", "/datastores/v1/universes/1/standard-datastores?cursor=x"),
    ("err.v1.ods", "GET", "/ordered-data-stores/v1/universes/1/orderedDataStores/s/scopes/global/entries?page_token=x"),
];

#[test]
fn the_documented_examples_pass() {
    let Some(folder) = places::folder("the documented examples") else { return };
    let contract = Contract::beside_the_project("the documented examples").expect("a contract").expect("documents");
    let examples = places::read(&folder.join(places::EXAMPLES)).expect("examples");
    let lists = examples.as_object().unwrap().values().filter_map(Value::as_array);
    let documented: Vec<&Value> = lists.flatten().filter(|example| example["kind"] == "documented").collect();
    assert_eq!(documented.len(), 28);
    let reasons = BTreeMap::from(NOT_CHECKED);
    let answered: BTreeMap<_, _> = ANSWERED.iter().map(|(id, method, target)| (*id, (*method, *target))).collect();
    let mut checked = 0;
    for example in documented {
        let id = example["id"].as_str().unwrap();
        let result = match answered.get(id) {
            Some((method, target)) => respond(&contract, method, target, &example["response"]),
            None => request(&contract, &example["request"], &example["response"]),
        };
        match reasons.get(id) {
            Some(_) => {}
            None => {
                result.unwrap_or_else(|problems| panic!("{id}: {problems:?}"));
                checked += 1;
            }
        }
    }
    assert_eq!(checked + reasons.len(), 28);
}

fn request(contract: &Contract, request: &Value, response: &Value) -> Result<(), Vec<Problem>> {
    for step in request["steps"].as_array().map_or(std::slice::from_ref(request), Vec::as_slice) {
        let Some(url) = step["url"].as_str() else { return Ok(()) };
        let target = target(url, &step["query"]);
        let body = step.get("body").map_or(String::new(), Value::to_string);
        let method = step["method"].as_str().unwrap();
        contract.request(&Request { method, target: &target, body: body.as_bytes(), headers: None })?;
        respond(contract, method, &target, response)?;
    }
    Ok(())
}

fn respond(contract: &Contract, method: &str, target: &str, response: &Value) -> Result<(), Vec<Problem>> {
    let Some(status) = response["status"].as_u64() else { return Ok(()) };
    let body = match &response["body"] {
        Value::Null => String::new(),
        // A text is a body that is not written out: nothing, or `<raw entry JSON>`.
        Value::String(text) if text.starts_with('<') => "{}".to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let status = u16::try_from(status).unwrap();
    let headers = response["headers"].as_object().into_iter().flatten();
    let headers: Vec<_> = headers.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
    let request = Request { method, target, body: b"", headers: None };
    contract.response(&request, &Response { status, body: body.as_bytes(), headers: Some(&headers) })
}

/// Path and query of an address, with names for its placeholders.
fn target(url: &str, query: &Value) -> String {
    let path = url.strip_prefix("https://apis.roblox.com").unwrap();
    let path = path.replace(['<', '>', '{', '}'], "");
    let escaped =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let pairs = query.as_object().into_iter().flatten();
    let pairs: Vec<String> =
        pairs.map(|(name, value)| format!("{name}={}", escaped(value.as_str().unwrap()))).collect();
    if pairs.is_empty() { path } else { format!("{path}?{}", pairs.join("&")) }
}

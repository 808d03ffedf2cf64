//! The examples, documented and seen, sent to the emulator: what each needs is stored first, its request is sent, and the
//! answer must have the example's status, fields and types.

use std::collections::BTreeMap;
use std::sync::Arc;

use keyholder_contract::{Contract, places};
use serde_json::Value;

use crate::cloud::{Answer, Cloud};
use crate::vectors::{Plan, VECTORS};

#[tokio::test]
async fn the_examples_are_answered_as_they_are_written() {
    let Some(folder) = places::folder("the examples") else { return };
    let contract = Arc::new(Contract::beside_the_project("the examples").expect("a contract").expect("documents"));
    let examples = places::read(&folder.join(places::EXAMPLES)).expect("examples");
    let lists = examples.as_object().unwrap().values().filter_map(Value::as_array);
    let examples: BTreeMap<&str, &Value> =
        lists.flatten().map(|example| (example["id"].as_str().unwrap(), example)).collect();
    assert_eq!(examples.len(), 55);
    let (mut replayed, mut explained, mut failed) = (0, 0, Vec::new());
    for (id, plan) in VECTORS {
        let example = examples.get(id).unwrap_or_else(|| panic!("no example {id}"));
        match plan {
            Plan::Explained(reason) => {
                println!("not replayed: {id}: {reason}");
                explained += 1;
            }
            Plan::Replay { switches, steps, check } => {
                let answers = Cloud::new(Arc::clone(&contract), switches).run(steps).await;
                let result = answers.and_then(|answers| {
                    let last = answers.last().expect("an answer");
                    let result = as_written(&example["response"], last).and_then(|()| check(example, &answers));
                    result.map_err(|difference| format!("{difference} in {}", last.text))
                });
                failed.extend(result.err().map(|difference| format!("{id}: {difference}")));
                replayed += 1;
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(replayed + explained, examples.len());
    println!("{replayed} replayed, {explained} explained");
}

/// Whether an answer has the status, the headers and the fields of an example, as far as the example has them.
fn as_written(expected: &Value, answer: &Answer) -> Result<(), String> {
    if let Some(status) = expected["status"].as_u64().filter(|status| *status != u64::from(answer.status)) {
        return Err(format!("status {status} was expected"));
    }
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        let optional = value.as_str().is_some_and(|text| text.contains("absent"));
        if !optional && !answer.headers.contains_key(name) {
            return Err(format!("header {name} was expected"));
        }
    }
    match &expected["body"] {
        Value::Null => Ok(()),
        Value::String(text) if text.is_empty() && answer.text.is_empty() => Ok(()),
        Value::String(text) if text.is_empty() => Err("no body was expected".to_owned()),
        body => fits(body, &answer.body, ""),
    }
}

/// Fields whose values are part of the form: states and codes.
const WORDS: [&str; 6] = ["state", "error", "code", "errorDetailType", "datastoreErrorCode", "user"];

/// Whether a value has all that another has, of the same types.
fn fits(expected: &Value, got: &Value, at: &str) -> Result<(), String> {
    match (expected, got) {
        // What was seen as null may be left out.
        (Value::Null, Value::Null) => Ok(()),
        (Value::String(text), _) if text.starts_with('<') || text == "..." => Ok(()),
        (Value::Object(expected), Value::Object(got)) => {
            for (name, value) in expected {
                let at = format!("{at}/{name}");
                fits(value, got.get(name).unwrap_or(&Value::Null), &at)?;
                if WORDS.contains(&name.as_str()) && got.get(name) != Some(value) {
                    return Err(format!("{at}: another word"));
                }
            }
            Ok(())
        }
        (Value::Array(expected), Value::Array(got)) => {
            if got.is_empty() && !expected.is_empty() {
                return Err(format!("{at}: empty"));
            }
            let Some(item) = expected.first() else { return Ok(()) };
            got.iter().enumerate().try_for_each(|(index, got)| fits(item, got, &format!("{at}/{index}")))
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_)) => Ok(()),
        _ => Err(format!("{at}: another type, or missing")),
    }
}

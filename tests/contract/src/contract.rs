//! Requests and responses against the operations of a document.

use std::collections::BTreeSet;
use std::path::Path;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use crate::document::{self, Operation};
use crate::headers::Headers;
use crate::problem::{LoadError, Problem};
use crate::{drift, errors, places, query};

/// All operations of a document, ready to check with.
pub struct Contract {
    operations: Vec<Operation>,
}

/// A request as it is sent.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// In upper case.
    pub method: &'a str,
    /// Path and query, percent-encoded, without scheme and host.
    pub target: &'a str,
    /// Empty where nothing is sent.
    pub body: &'a [u8],
    /// `None`: not looked at.
    pub headers: Option<Headers<'a>>,
}

/// A response as it is received.
#[derive(Debug, Clone, Copy)]
pub struct Response<'a> {
    /// HTTP status.
    pub status: u16,
    /// Empty where nothing came.
    pub body: &'a [u8],
    /// `None`: not looked at.
    pub headers: Option<Headers<'a>>,
}

impl Contract {
    /// The contract of the platform's documents, or `None` where they are not beside the project: see [`places::folder`],
    /// which names `test` in the line that says so.
    ///
    /// # Errors
    ///
    /// Where a document is there and cannot be used.
    pub fn beside_the_project(test: &str) -> Result<Option<Contract>, LoadError> {
        places::folder(test)
            .map(|folder| Contract::load(&folder.join(places::OPENAPI), &folder.join(places::DRIFT)))
            .transpose()
    }

    /// The contract of an OpenAPI 3.0 document and of the list of its differences from the wire, from two files.
    ///
    /// # Errors
    ///
    /// Where one cannot be read or used.
    pub fn load(openapi: &Path, differences: &Path) -> Result<Contract, LoadError> {
        Contract::new(places::read(openapi)?, &places::read(differences)?)
    }

    /// The contract of a document and of the list of its differences from the wire.
    ///
    /// # Errors
    ///
    /// Where a document cannot be used, or where the list and [`DRIFT`](crate::DRIFT) name different differences.
    pub fn new(mut openapi: Value, differences: &Value) -> Result<Contract, LoadError> {
        drift::apply(&mut openapi, differences)?;
        drift::bare_values(&mut openapi)?;
        drift::metadata(&mut openapi)?;
        Contract::plain(&openapi)
    }

    /// The contract of a document as it stands.
    ///
    /// # Errors
    ///
    /// Where it cannot be used.
    pub fn plain(openapi: &Value) -> Result<Contract, LoadError> {
        Ok(Contract { operations: document::operations(openapi)? })
    }

    /// Ids of all operations.
    pub fn operations(&self) -> BTreeSet<&str> {
        self.operations.iter().map(|operation| operation.id.as_str()).collect()
    }

    /// Id of the operation that a request means.
    pub fn operation(&self, request: &Request<'_>) -> Option<&str> {
        self.find(request).map(|(operation, _)| operation.id.as_str())
    }

    /// Whether a client may send this.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn request(&self, request: &Request<'_>) -> Result<(), Vec<Problem>> {
        let (operation, values) = self.find(request).ok_or_else(|| vec![no_operation(request)])?;
        let mut problems = operation.path(&values);
        operation.query(request.target, &mut problems);
        operation.body(request.body, &mut problems);
        if let Some(headers) = request.headers {
            problems.extend(operation.sent_headers(headers, !request.body.is_empty()));
        }
        told(problems)
    }

    /// Whether a server may give this answer to that request.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn response(&self, request: &Request<'_>, response: &Response<'_>) -> Result<(), Vec<Problem>> {
        let (operation, _) = self.find(request).ok_or_else(|| vec![no_operation(request)])?;
        let mut problems = operation.received(response);
        if let Some(headers) = response.headers {
            problems.extend(operation.received_headers(response.status, headers));
        }
        told(problems)
    }

    fn find(&self, request: &Request<'_>) -> Option<(&Operation, Vec<(&str, String)>)> {
        let path = request.target.split('?').next().unwrap_or_default();
        let with_method = self.operations.iter().filter(|operation| operation.method == request.method);
        with_method
            .filter_map(|operation| Some((operation, operation.template.matches(path)?)))
            .max_by_key(|(operation, _)| operation.template.fixed())
    }
}

impl Operation {
    fn path(&self, values: &[(&str, String)]) -> Vec<Problem> {
        let wrong = |(name, text): &(&str, String)| {
            let parameter = self.parameters.iter().find(|parameter| parameter.in_path && parameter.name == *name);
            match parameter {
                Some(parameter) => {
                    self.invalid(&parameter.validator, &query::typed(text, &parameter.schema), &format!("path {name}"))
                }
                None => vec![Problem::new(&self.id, format!("path {name}"), "a path without this parameter")],
            }
        };
        values.iter().flat_map(wrong).collect()
    }

    fn query(&self, target: &str, problems: &mut Vec<Problem>) {
        let mut seen = BTreeSet::new();
        for pair in query::parse(target.split_once('?').map_or("", |(_, query)| query)) {
            let Some((name, text)) = pair else {
                problems.push(Problem::new(&self.id, "query", "UTF-8"));
                continue;
            };
            let at = format!("query {name}");
            match self.parameters.iter().find(|parameter| !parameter.in_path && parameter.name == name) {
                None => problems.push(Problem::new(&self.id, at, "no parameter of this name")),
                Some(_) if !seen.insert(name) => problems.push(Problem::new(&self.id, at, "a parameter once")),
                Some(parameter) => {
                    let value = query::typed(&text, &parameter.schema);
                    problems.extend(self.invalid(&parameter.validator, &value, &at));
                }
            }
        }
        for parameter in self.parameters.iter().filter(|parameter| parameter.required && !parameter.in_path) {
            if !seen.contains(&parameter.name) {
                let at = format!("query {}", parameter.name);
                problems.push(Problem::new(&self.id, at, "a parameter that is required"));
            }
        }
    }

    fn body(&self, body: &[u8], problems: &mut Vec<Problem>) {
        match &self.request {
            None if body.is_empty() => {}
            None => problems.push(Problem::new(&self.id, "request", "no body")),
            Some(expected) if body.is_empty() && !expected.required => {}
            Some(expected) => match serde_json::from_slice(body) {
                Ok(value) => problems.extend(self.invalid(&expected.validator, &value, "request")),
                Err(_) => problems.push(Problem::new(&self.id, "request", "a body of JSON")),
            },
        }
    }

    fn received(&self, response: &Response<'_>) -> Vec<Problem> {
        let value: Option<Value> = serde_json::from_slice(response.body).ok();
        let listed = self.responses.get(&response.status);
        let is_error = errors::STATUSES.contains(&response.status);
        match (listed, value) {
            // Where the document has a form of its own for an error, the general ones may come all the same.
            (Some(Some(validator)), Some(value)) if is_error && validator.is_valid(&value) => vec![],
            (Some(Some(validator)), Some(value)) if !is_error => self.invalid(validator, &value, "response"),
            (Some(Some(_)), None) if !is_error => vec![Problem::new(&self.id, "response", "a body of JSON")],
            (Some(None), value) if !is_error => match value {
                None if response.body.is_empty() => vec![],
                Some(Value::Object(fields)) if fields.is_empty() => vec![],
                _ => vec![Problem::new(&self.id, "response", "no body, or an empty object")],
            },
            (_, Some(value)) if is_error => self.invalid(&self.error, &value, "response"),
            (_, None) if is_error && errors::may_be_no_json(response.status) => vec![],
            (_, None) if is_error => vec![Problem::new(&self.id, "response", "an error as JSON")],
            (_, _) => {
                let listed: Vec<String> = self.responses.keys().map(u16::to_string).collect();
                let expected = format!("{}, or a status of the documented errors", listed.join(" or "));
                vec![Problem::new(&self.id, "status", expected)]
            }
        }
    }

    pub(crate) fn invalid(&self, validator: &Validator, value: &Value, at: &str) -> Vec<Problem> {
        let told = |error: jsonschema::ValidationError<'_>| {
            let expected = match error.kind() {
                ValidationErrorKind::Not { .. } => {
                    "no such field in this direction: it is read-only or write-only".to_owned()
                }
                // Masked: a value is never repeated.
                _ => error.masked().to_string(),
            };
            Problem::new(&self.id, format!("{at}{}", error.instance_path()), expected)
        };
        validator.iter_errors(value).map(told).collect()
    }
}

fn no_operation(request: &Request<'_>) -> Problem {
    // Without the path: it may name a player.
    Problem::new(request.method, "path", "a path of one of the document's operations")
}

fn told(problems: Vec<Problem>) -> Result<(), Vec<Problem>> {
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

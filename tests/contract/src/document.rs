//! The operations of an OpenAPI 3.0 document, made ready to check with.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::{Map, Value};

use crate::errors;
use crate::headers::Given;
use crate::problem::LoadError;
use crate::route::Template;
use crate::schema::{self, Direction};

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// One operation.
pub(crate) struct Operation {
    pub(crate) id: String,
    /// In upper case, as it is sent.
    pub(crate) method: String,
    pub(crate) template: Template,
    /// Of the path and of the query.
    pub(crate) parameters: Vec<Parameter>,
    /// Headers that may be sent.
    pub(crate) sent: Vec<Parameter>,
    /// Headers that may come back.
    pub(crate) given: Given,
    /// What may be sent, if anything.
    pub(crate) request: Option<Body>,
    /// What may come back, by status. `None`: no body, or an empty object.
    pub(crate) responses: BTreeMap<u16, Option<Validator>>,
    /// What may come back as an error that is not listed.
    pub(crate) error: Validator,
}

/// A parameter of the path or of the query, or a header.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) in_path: bool,
    pub(crate) required: bool,
    pub(crate) schema: Value,
    pub(crate) validator: Validator,
}

/// A body that is sent.
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) validator: Validator,
}

/// All operations of a document.
pub(crate) fn operations(document: &Value) -> Result<Vec<Operation>, LoadError> {
    let components = document.pointer("/components/schemas").unwrap_or(&Value::Null);
    let schemas =
        Schemas { requests: each(components, Direction::Request), responses: each(components, Direction::Response) };
    let paths = document["paths"].as_object().ok_or_else(|| shape("/paths", "object"))?;
    let mut operations = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                operations.push(schemas.operation(path, method, operation)?);
            }
        }
    }
    Ok(operations)
}

/// The schemas that others refer to, in both directions.
struct Schemas {
    requests: Value,
    responses: Value,
}

impl Schemas {
    fn operation(&self, path: &str, method: &str, operation: &Value) -> Result<Operation, LoadError> {
        let at = |part: &str| format!("/paths/{}/{method}/{part}", path.replace('/', "~1"));
        let id = operation["operationId"].as_str().ok_or_else(|| shape(&at("operationId"), "string"))?;
        let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let (sent, parameters): (Vec<_>, Vec<_>) = parameters.iter().partition(|parameter| parameter["in"] == "header");
        let each =
            |parameters: Vec<&Value>| parameters.iter().map(|it| self.parameter(id, it)).collect::<Result<_, _>>();
        let responses = operation["responses"].as_object().ok_or_else(|| shape(&at("responses"), "object"))?;
        Ok(Operation {
            id: id.to_owned(),
            method: method.to_uppercase(),
            template: Template::parse(path),
            parameters: each(parameters)?,
            sent: each(sent)?,
            given: responses.iter().map(|(status, body)| self.given(id, status, body)).collect::<Result<_, _>>()?,
            request: self.request(id, &operation["requestBody"])?,
            responses: responses
                .iter()
                .map(|(status, body)| self.response(id, status, body))
                .collect::<Result<_, _>>()?,
            error: self.validator(id, &errors::bodies(path), Direction::Response)?,
        })
    }

    fn parameter(&self, id: &str, parameter: &Value) -> Result<Parameter, LoadError> {
        let name = parameter["name"].as_str().ok_or_else(|| shape(id, "name of a parameter"))?;
        Ok(Parameter {
            name: name.to_owned(),
            in_path: parameter["in"] == "path",
            required: parameter["required"] == true,
            schema: parameter["schema"].clone(),
            validator: self.validator(id, &parameter["schema"], Direction::Request)?,
        })
    }

    fn request(&self, id: &str, body: &Value) -> Result<Option<Body>, LoadError> {
        let Some(schema) = content(body) else { return Ok(None) };
        let validator = self.validator(id, schema, Direction::Request)?;
        Ok(Some(Body { required: body["required"] == true, validator }))
    }

    fn given(&self, id: &str, status: &str, body: &Value) -> Result<(u16, Vec<Parameter>), LoadError> {
        let header = |(name, header): (&String, &Value)| {
            Ok(Parameter {
                name: name.to_lowercase(),
                in_path: false,
                required: header["required"] == true,
                schema: header["schema"].clone(),
                validator: self.validator(id, &header["schema"], Direction::Response)?,
            })
        };
        let headers = body["headers"].as_object().into_iter().flatten().map(header).collect::<Result<_, _>>()?;
        Ok((status.parse().map_err(|_| shape(id, "number as a status"))?, headers))
    }

    fn response(&self, id: &str, status: &str, body: &Value) -> Result<(u16, Option<Validator>), LoadError> {
        let status = status.parse().map_err(|_| shape(id, "number as a status"))?;
        let validator = content(body).map(|schema| self.validator(id, schema, Direction::Response)).transpose()?;
        Ok((status, validator))
    }

    fn validator(&self, id: &str, schema: &Value, direction: Direction) -> Result<Validator, LoadError> {
        let components = match direction {
            Direction::Request => &self.requests,
            Direction::Response => &self.responses,
        };
        let failed = |error| LoadError::Schema { operation: id.to_owned(), error };
        schema::validator(&schema::translate(schema, direction), components).map_err(failed)
    }
}

/// The schema of a body; of all media types that it may have, the first: here they differ in name alone.
fn content(body: &Value) -> Option<&Value> {
    body["content"].as_object()?.values().next()?.get("schema")
}

fn each(schemas: &Value, direction: Direction) -> Value {
    let schemas = schemas.as_object().into_iter().flatten();
    Value::Object(
        schemas.map(|(name, schema)| (name.clone(), schema::translate(schema, direction))).collect::<Map<_, _>>(),
    )
}

fn shape(pointer: &str, expected: &'static str) -> LoadError {
    LoadError::Shape { pointer: pointer.to_owned(), expected }
}

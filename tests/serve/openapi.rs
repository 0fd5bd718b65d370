//! The description of the API holds, and each of its examples is answered as it says.

use std::collections::BTreeSet;

use serde_json::Value;

use super::server::Server;
use crate::program::Program;

#[test]
fn the_description_is_whole() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters", "--max-hits", "33"]);
    let api = server.json("/api/v1/openapi.json");
    assert_eq!((&api["openapi"], &api["info"]["title"]), (&"3.1.0".into(), &"imr-search".into()));
    each_reference(&api, &mut |reference| {
        let found = reference.strip_prefix('#').and_then(|pointer| api.pointer(pointer));
        assert!(found.is_some(), "nothing stands at {reference}");
    });
    let mut ids = BTreeSet::new();
    for (path, operation) in operations(&api) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{id} is the name of two operations");
        assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{path}");
        for status in ["400", "422", "429"] {
            let problem = format!("/responses/{status}/content/application~1problem+json/schema/$ref");
            assert_eq!(operation.pointer(&problem).unwrap(), "#/components/schemas/Problem", "{path}");
        }
        let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        for parameter in parameters {
            assert!(parameter["description"].is_string(), "{path}: {parameter}");
        }
        for place in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            assert!(
                parameters.iter().any(|parameter| parameter["name"] == place && parameter["required"] == true),
                "{path}"
            );
        }
    }
    let limit = &api["paths"]["/api/v1/search"]["get"]["parameters"];
    let limit = limit.as_array().unwrap().iter().find(|parameter| parameter["name"] == "limit").unwrap();
    assert_eq!(limit["schema"]["maximum"], 33, "the limits are those of this server");
}

#[test]
fn examples_are_answered_as_described() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    let api = server.json("/api/v1/openapi.json");
    for (path, operation) in operations(&api) {
        let target = example(path, operation);
        for (content_type, described) in operation["responses"]["200"]["content"].as_object().unwrap() {
            let answer = server.ask("GET", &target, &[("Accept", content_type)]);
            assert_eq!(answer.status, 200, "{target}: {}", answer.text());
            assert!(answer.header("content-type").starts_with(content_type), "{target}");
            if content_type == "application/json" {
                let problem = misfit(&api, &described["schema"], &answer.json());
                assert_eq!(problem, None, "{target}");
            }
        }
    }
}

fn operations(api: &Value) -> impl Iterator<Item = (&str, &Value)> {
    api["paths"].as_object().unwrap().iter().map(|(path, item)| (path.as_str(), &item["get"]))
}

fn each_reference(part: &Value, check: &mut impl FnMut(&str)) {
    match part {
        Value::Object(object) => {
            object.get("$ref").and_then(Value::as_str).into_iter().for_each(&mut *check);
            object.values().for_each(|part| each_reference(part, check));
        }
        Value::Array(parts) => parts.iter().for_each(|part| each_reference(part, check)),
        _ => {}
    }
}

/// The request of the examples of an operation.
fn example(path: &str, operation: &Value) -> String {
    let (mut path, mut query) = (path.to_owned(), Vec::new());
    for parameter in operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let name = parameter["name"].as_str().unwrap();
        let values = match &parameter["example"] {
            Value::Null => continue,
            Value::Array(values) => values.iter().map(|value| value.as_str().unwrap()).collect(),
            value => vec![value.as_str().unwrap()],
        };
        let values = values.iter().map(|value| value.replace('#', "%23").replace(' ', "%20"));
        if parameter["in"] == "path" {
            path = path.replace(&format!("{{{name}}}"), &values.collect::<String>());
        } else {
            query.extend(values.map(|value| format!("{name}={value}")));
        }
    }
    format!("{path}?{}", query.join("&"))
}

/// Where a value is not what a schema says, or says more than it tells of.
fn misfit(api: &Value, schema: &Value, value: &Value) -> Option<String> {
    if let Some(keys) = value.as_object().filter(|_| schema["additionalProperties"].is_null()) {
        let known = properties(api, schema);
        if let Some(key) = keys.keys().find(|key| !known.is_empty() && !known.contains(key.as_str())) {
            return Some(format!("`{key}` is not described"));
        }
    }
    fits(api, schema, value).err()
}

/// The names that a schema describes, those of its parts included.
fn properties<'a>(api: &'a Value, schema: &'a Value) -> BTreeSet<&'a str> {
    let own = schema["properties"].as_object().into_iter().flat_map(|own| own.keys().map(String::as_str));
    let parts = ["allOf", "oneOf"].into_iter().filter_map(|join| schema[join].as_array()).flatten();
    let referred = schema["$ref"].as_str().and_then(|pointer| api.pointer(&pointer[1..]));
    own.chain(parts.chain(referred).flat_map(|part| properties(api, part))).collect()
}

fn fits(api: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(pointer) = schema["$ref"].as_str() {
        return fits(api, api.pointer(&pointer[1..]).unwrap(), value);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        fits(api, part, value)?;
    }
    if let Some(parts) = schema["oneOf"].as_array() {
        let count = parts.iter().filter(|part| misfit(api, part, value).is_none()).count();
        return if count == 1 { Ok(()) } else { Err(format!("{count} of {} fit {value}", parts.len())) };
    }
    let is_of = |kind: &str| match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    let is_typed = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is_of),
        kind => is_of(kind.as_str().unwrap()),
    };
    let is_listed = schema["enum"].as_array().is_none_or(|values| values.contains(value));
    if !is_typed || !is_listed {
        return Err(format!("{value} is no {schema}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        value.get(name.as_str().unwrap()).ok_or_else(|| format!("{name} is missing"))?;
    }
    for (name, part) in value.as_object().into_iter().flatten() {
        let described = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
        if let Some(problem) = misfit(api, described, part).filter(|_| !described.is_null()) {
            return Err(format!("{name}: {problem}"));
        }
    }
    for part in value.as_array().into_iter().flatten() {
        misfit(api, &schema["items"], part).map_or(Ok(()), Err)?;
    }
    Ok(())
}

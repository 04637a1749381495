//! JSON Schema, as much of it as the committed schema uses. A keyword that is not known here is refused, so that none is
//! passed over.

use regex::Regex;
use serde_json::Value;

/// What is wrong with `value` by `schema`, a part of `root`: a line for each violation.
pub fn violations(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, wanted) in schema.as_object().unwrap() {
        let holds = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let path = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                let referred = root.pointer(path).unwrap_or_else(|| panic!("there is no {path}"));
                found.extend(violations(root, referred, value, at));
                true
            }
            "type" => match wanted.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_i64(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                other => panic!("{other} is not a type"),
            },
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "anyOf" => {
                wanted.as_array().unwrap().iter().any(|one| violations(root, one, value, at).is_empty())
            }
            "required" => {
                let mut names = wanted.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                value.as_object().is_none_or(|object| names.all(|name| object.contains_key(name)))
            }
            "additionalProperties" => {
                assert_eq!(*wanted, Value::Bool(false));
                let known = schema["properties"].as_object().unwrap();
                value.as_object().is_none_or(|object| object.keys().all(|name| known.contains_key(name)))
            }
            "properties" => {
                for (name, schema) in wanted.as_object().unwrap() {
                    let member = value.get(name).into_iter();
                    found.extend(member.flat_map(|it| violations(root, schema, it, &format!("{at}.{name}"))));
                }
                true
            }
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(violations(root, wanted, item, &format!("{at}[{place}]")));
                }
                true
            }
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= wanted.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= wanted.as_u64().unwrap()),
            "minLength" => {
                value.as_str().is_none_or(|text| text.chars().count() as u64 >= wanted.as_u64().unwrap())
            }
            "pattern" => {
                let pattern = Regex::new(wanted.as_str().unwrap()).unwrap();
                value.as_str().is_none_or(|text| pattern.is_match(text))
            }
            other => panic!("the schema uses {other}, which is not known here"),
        };
        if !holds {
            found.push(format!("{at}: not {keyword} {wanted}"));
        }
    }
    found
}

//! Keys that the configuration does not have, found by walking the file along the schema of the parsing types.

use schemars::Schema;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use crate::rule::nearest;

/// A problem for each unknown key, with the nearest known one.
pub(super) fn unknown(text: &str, schema: &Schema) -> Vec<Problem> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let mut problems = Vec::new();
    Walk { root: schema.as_value(), problems: &mut problems }.table(table.get_ref(), schema.as_value());
    problems
}

struct Walk<'a> {
    root: &'a Value,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Walk<'a> {
    /// The recursion is as deep as the schema, not as deep as the file.
    fn table(&mut self, table: &DeTable<'_>, schema: &'a Value) {
        let schema = self.resolve(schema);
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, value) in table {
            let name: &str = key.get_ref();
            if let Some(schema) = properties.and_then(|properties| properties.get(name)) {
                self.value(value, schema);
            } else if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
                let known = properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str));
                let problem = Problem::new(key.span(), format!("unknown key `{name}`"));
                self.problems.push(match nearest(name, known.clone()) {
                    Some(nearest) => problem.help(format!("did you mean `{nearest}`?")),
                    None => problem.help(format!("the keys are {}", listed(known))),
                });
            }
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, schema: &'a Value) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, schema),
            DeValue::Array(items) => {
                let schema = self.resolve(schema);
                if let Some(schema) = schema.get("items") {
                    items.iter().for_each(|item| self.value(item, schema));
                }
            }
            _ => {}
        }
    }

    /// What a `$ref` stands for.
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        pointer.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(schema)
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

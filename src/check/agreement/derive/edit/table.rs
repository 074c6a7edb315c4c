//! TOML: values, tables and arrays of tables, with the comments around them.

use std::collections::BTreeMap;

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, TableLike, Value};

use crate::model::{Content, Datum, Scalar};

/// The text of a TOML file that says what is expected. `None` if it is no TOML, or TOML can't say that.
pub(super) fn edited(source: &str, expected: &Datum) -> Option<String> {
    let mut document: DocumentMut = source.parse().ok()?;
    table(document.as_table_mut(), expected)?;
    Some(document.to_string())
}

/// A whole TOML file.
pub(super) fn whole(expected: &Datum) -> Option<String> {
    toml::to_string(expected).ok()
}

/// The recursion is as deep as the values, which is bounded.
fn table(table: &mut dyn TableLike, expected: &Datum) -> Option<()> {
    let entries = expected.entries();
    let gone: Vec<_> = table.iter().map(|(key, _)| key.to_owned()).filter(|key| !entries.iter().any(|(own, _)| own.name == *key)).collect();
    for key in gone {
        table.remove(&key);
    }
    for (key, value) in entries {
        match table.get_mut(&key.name) {
            Some(found) => item(found, value)?,
            None => drop(table.insert(&key.name, new_item(value)?)),
        }
    }
    Some(())
}

fn item(found: &mut Item, expected: &Datum) -> Option<()> {
    match (&mut *found, &expected.content) {
        (Item::Value(Value::Array(items)), Content::List(theirs)) => return array(items, theirs),
        (Item::Value(value), Content::Scalar(scalar)) if says(value, scalar) => return Some(()),
        (Item::Value(value), Content::Scalar(_)) => {
            let decor = value.decor().clone();
            *value = new_value(expected)?;
            *value.decor_mut() = decor;
            return Some(());
        }
        (Item::ArrayOfTables(tables), Content::List(theirs)) if are_tables(theirs) => return array_of_tables(tables, theirs),
        (found, Content::Map(_)) => {
            if let Some(inner) = found.as_table_like_mut() {
                return table(inner, expected);
            }
        }
        _ => {}
    }
    *found = new_item(expected)?;
    Some(())
}

fn array(items: &mut Array, expected: &[Datum]) -> Option<()> {
    while items.len() > expected.len() {
        items.remove(items.len() - 1);
    }
    for (index, value) in expected.iter().enumerate() {
        match (items.get_mut(index), &value.content) {
            (Some(Value::Array(inner)), Content::List(theirs)) => array(inner, theirs)?,
            (Some(Value::InlineTable(inner)), Content::Map(_)) => table(inner, value)?,
            (Some(found), Content::Scalar(scalar)) if says(found, scalar) => {}
            (Some(_), _) => drop(items.replace(index, new_value(value)?)),
            (None, _) => {
                let line = items.iter().last().and_then(line);
                let mut added = new_value(value)?;
                match line {
                    Some(line) => {
                        added.decor_mut().set_prefix(line);
                        items.push_formatted(added);
                    }
                    None => items.push(added),
                }
            }
        }
    }
    Some(())
}

/// What begins the line of an item that has one of its own: the comment before that belongs to the item before.
fn line(item: &Value) -> Option<String> {
    let prefix = item.decor().prefix()?.as_str()?;
    prefix.rfind('\n').and_then(|at| prefix.get(at..)).map(str::to_owned)
}

fn are_tables(items: &[Datum]) -> bool {
    !items.is_empty() && items.iter().all(|item| matches!(item.content, Content::Map(_)))
}

fn array_of_tables(tables: &mut ArrayOfTables, expected: &[Datum]) -> Option<()> {
    while tables.len() > expected.len() {
        tables.remove(tables.len() - 1);
    }
    for (index, value) in expected.iter().enumerate() {
        match tables.get_mut(index) {
            Some(found) => table(found, value)?,
            None => tables.push(new_item(value)?.into_table().ok()?),
        }
    }
    Some(())
}

/// Whether a value says the same as a scalar.
fn says(value: &Value, scalar: &Scalar) -> bool {
    match value {
        Value::String(text) => scalar.agrees(&Scalar::text(text.value())),
        Value::Array(_) | Value::InlineTable(_) => false,
        plain => scalar.agrees(&Scalar { text: plain.clone().decorated("", "").to_string(), is_plain: true }),
    }
}

/// What TOML has no way to say is `None`: nothing, and lists of nothing.
fn new_item(datum: &Datum) -> Option<Item> {
    let text = toml::to_string(&BTreeMap::from([("x", datum)])).ok()?;
    let mut document: DocumentMut = text.parse().ok()?;
    let mut item = document.remove("x")?;
    if let Some(table) = item.as_table_mut() {
        table.set_position(None);
        table.decor_mut().set_prefix("\n");
    }
    Some(item)
}

fn new_value(datum: &Datum) -> Option<Value> {
    new_item(datum)?.into_value().ok()
}
